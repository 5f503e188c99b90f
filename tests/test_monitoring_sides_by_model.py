"""The three-way split of a change of the expected rate: exact, by hand, and without a part that has no cause."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored_rows import dimensions, edges, make_rows

from data.counts import Selection, Tally
from data.counts.columnar import ColumnarCounts
from data.rows import NEGATIVE, POSITIVE
from monitoring.decomposition import rescored
from monitoring.sides import split
from monitoring.sides_by_model import MEASURES, split_by_model

MONTHS = (202401, 202402, 202403, 202404)
EACH = {m: k for k, m in enumerate(MONTHS)}
"""Another model every month."""


def totals(rows: pd.DataFrame) -> Tally:
    counts = ColumnarCounts.from_frames({"x": rows}, edges=edges(), dimensions=dimensions())
    return counts.totals(Selection(), by=("month", "product"), measures=MEASURES)


ROWS = make_rows(4000, seed=5, months=MONTHS)
TOTALS = totals(ROWS)


def known(rows: pd.DataFrame, month: int) -> pd.DataFrame:
    mine = rows[(rows["month"] == month) & rows["score"].notna() & rows["label_state"].isin([NEGATIVE, POSITIVE])]
    return mine.astype({"score": float, "previous_score": float})


def test_two_neighbouring_months_by_hand() -> None:
    found = split_by_model(TOTALS, "product", a=202401, b=202402, windows=EACH)
    early, late = known(ROWS, 202401), known(ROWS, 202402)
    shares = [r["product"].value_counts(normalize=True) for r in (early, late)]
    before, after = early.groupby("product")["score"].mean(), late.groupby("product")["previous_score"].mean()
    assert (found.start, found.end) == (pytest.approx(early["score"].mean()), pytest.approx(late["score"].mean()))
    assert found.model == pytest.approx((late["score"] - late["previous_score"]).mean())
    assert found.within == pytest.approx(((shares[0] + shares[1]) / 2 * (after - before)).sum())
    assert found.mix == pytest.approx(((shares[1] - shares[0]) * (before + after) / 2).sum())


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(MONTHS), st.sampled_from(MONTHS), st.lists(st.integers(0, 1), min_size=4, max_size=4))
def test_the_parts_are_the_change_exactly_whatever_the_months_and_the_models(a: int, b: int, news: list[int]) -> None:
    windows = dict(zip(MONTHS, np.cumsum(news).tolist(), strict=True))
    found = split_by_model(TOTALS, "product", a=a, b=b, windows=windows)
    assert found.mix + found.within + found.model == pytest.approx(found.end - found.start, abs=1e-14)
    for name in ("mix", "within", "model"):
        assert sum(getattr(p, name) for p in found.parts) == pytest.approx(getattr(found, name), abs=1e-14)
    back = split_by_model(TOTALS, "product", a=b, b=a, windows=windows)
    assert (back.mix, back.within, back.model) == pytest.approx((-found.mix, -found.within, -found.model), abs=1e-14)


def test_a_model_that_says_the_same_has_no_part_and_neither_has_one_that_did_not_change() -> None:
    same = split_by_model(
        totals(ROWS.assign(previous_score=ROWS["score"])), "product", a=202401, b=202404, windows=EACH
    )
    assert same.model == 0
    one = split_by_model(TOTALS, "product", a=202401, b=202402, windows=dict.fromkeys(MONTHS, 0))
    assert one.model == 0
    months = [TOTALS.at(month=m) for m in (202401, 202402)]
    usual = split(*months, "product", of="expected")
    assert (one.mix, one.within) == (pytest.approx(usual.mix), pytest.approx(usual.within))


def test_equal_shares_leave_no_mix() -> None:
    one = ROWS[ROWS["month"] == 202401]
    rng = np.random.default_rng(1)
    moved = rng.uniform(0.1, 0.9, (2, len(one))).astype(np.float32)
    other = one.assign(month=202402, score=np.where(one["score"].notna(), moved[0], np.nan), previous_score=moved[1])
    other.loc[other["score"].isna(), "previous_score"] = np.nan
    found = split_by_model(totals(pd.concat([one, other])), "product", a=202401, b=202402, windows=EACH)
    assert found.mix == pytest.approx(0, abs=1e-15)
    assert abs(found.model) > 1e-4 < abs(found.within)


@pytest.mark.parametrize(
    ("rows", "windows"),
    [
        (ROWS.drop(columns="previous_score"), EACH),
        (ROWS, {m: 2 * k for m, k in EACH.items()}),
        (ROWS, {}),
        (ROWS.assign(previous_score=ROWS["previous_score"].where(ROWS["product"] != "tarjeta")), EACH),
    ],
    ids=["no such column", "a model between them scored no month", "no list of models", "some rows lack it"],
)
def test_where_the_earlier_model_is_silent_the_split_says_so(rows: pd.DataFrame, windows: dict[int, int]) -> None:
    found = split_by_model(totals(rows), "product", a=202401, b=202402, windows=windows)
    assert (found.reason, found.parts) == ("no_previous_score", ())
    assert math.isfinite(found.end)
    assert math.isnan(found.model)


def test_a_month_in_between_without_outcomes_is_stepped_over_and_an_end_without_is_none() -> None:
    open_rows = make_rows(4000, seed=5, months=MONTHS, open_months=(202402,))
    counted = totals(open_rows)
    assert split_by_model(counted, "product", a=202401, b=202402, windows=EACH).reason == "no_label_yet"
    assert split_by_model(counted, "product", a=202401, b=202403, windows=EACH).reason == "no_previous_score"
    two = {202401: 0, 202402: 0, 202403: 1, 202404: 1}
    over = split_by_model(counted, "product", a=202401, b=202404, windows=two)
    assert over.mix + over.within + over.model == pytest.approx(over.end - over.start, abs=1e-14)


def test_a_level_on_one_side_only_is_mix() -> None:
    found = rescored([0.5, 0.5, 0.0], [0.2, 0.4, math.nan], w1=[0.5, 0.0, 0.5], r1_old=[0.2, math.nan, 0.4],
                     r1=[0.3, math.nan, 0.4])  # fmt: skip
    assert (found.rate.sum(), found.model.sum()) == (pytest.approx(0), pytest.approx(0.05))
    assert found.total == pytest.approx(0.05)
