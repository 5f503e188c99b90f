"""Two sides compared: figures by hand, an exact split, and differences that respect clients who stand in both."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored_rows import dimensions, edges, make_rows

from data.counts import Selection, Tally
from data.counts.columnar import ColumnarCounts
from data.rows import NEGATIVE, POSITIVE
from monitoring.sides import FIGURES, FLAGGED, MEASURES, Side, compare, side, split

ROWS = make_rows(6000, seed=11)
COUNTS = ColumnarCounts.from_frames({"all": ROWS}, edges=edges(), dimensions=dimensions())
CODE = int(np.searchsorted(COUNTS.edges, np.float32(0.35))) + 1


def of(selection: Selection) -> Side:
    above = replace(selection, codes=(CODE, len(COUNTS.edges) - 1))
    return side(
        COUNTS.totals(selection, by=("rg",), measures=MEASURES), COUNTS.totals(above, by=("rg",), measures=FLAGGED)
    )


def month(m: int) -> Selection:
    return Selection(months=(m, m))


def test_every_figure_is_what_the_rows_of_its_side_add_up_to() -> None:
    found = {c.name: c for c in compare(of(month(202401)), of(month(202402)))}
    rows = ROWS[ROWS["month"] == 202401]
    known = rows[rows["score"].notna() & rows["label_state"].isin([NEGATIVE, POSITIVE])]
    accepted = rows[rows["label_state"] == POSITIVE]
    above = known[known["score"] >= np.float32(0.35)]
    by_hand = {
        "observed": (known["label_state"] == POSITIVE).mean(),
        "expected": known["score"].mean(),
        "gap": (known["label_state"] == POSITIVE).mean() - known["score"].mean(),
        "fdr": (above["label_state"] == NEGATIVE).mean(),
        "icv": rows.loc[rows["days_past_due"] > 30, "balance"].sum() / rows["balance"].sum(),
        "cash": rows["cash"].sum() / rows["balance"].sum(),
        "offered": rows["offered"].sum() / rows["eligible"].sum(),
        "kept": accepted["kept"].mean(),
    }
    assert {k: c.a.value for k, c in found.items()} == pytest.approx(by_hand, abs=1e-5)
    assert all(c.difference.value == pytest.approx(c.b.value - c.a.value) for c in found.values())
    assert all(c.q >= c.p for c in found.values())


def test_a_side_against_itself_differs_by_nothing() -> None:
    same = of(month(202402))
    assert [c.difference.value for c in compare(same, same)] == [0.0] * len(FIGURES)


def test_clients_who_stand_in_both_months_do_not_count_as_others() -> None:
    """The second side is the first with one extra positive per group: as clients are the same, the difference is sure;
    taken for independent sides its error would be that of two samples."""
    first = of(month(202401))
    at = FIGURES.index("observed")
    over = first.over.copy()
    over[:, at] += 1
    found = compare(first, replace(first, over=over))[at]
    apart = math.hypot(found.a.se, found.b.se)
    assert found.difference.se < apart / 3


def test_too_few_rows_are_not_judged() -> None:
    few = of(Selection(where={"product": ("vehiculo",), "bucket": (">360",)}))
    found = compare(few, of(month(202401)))[0]
    assert found.difference.reason == "small_sample"
    assert math.isnan(found.p)


def made(positives: list[int], negatives: list[int], scores: list[float]) -> Tally:
    n = np.array([negatives, positives], float).T
    mean = np.array(scores)[:, None]
    labels = {"product": tuple("abcd"[: len(n)]), "label": ("negative", "positive", "unlabelled", "open")}
    wide = np.hstack([n, np.zeros_like(n)])
    return Tally(("product", "label"), labels, {"scored": wide, "s1": wide * mean})


counted = st.lists(st.integers(0, 50), min_size=3, max_size=3)
scores = st.lists(st.floats(0, 1), min_size=3, max_size=3)


@settings(max_examples=100, deadline=None)
@given(counted, counted, scores, counted, counted, scores, st.sampled_from(["observed", "expected"]))
def test_mix_and_rates_add_up_to_the_change_exactly(
    x0: list[int], y0: list[int], s0: list[float], x1: list[int], y1: list[int], s1: list[float], what: str
) -> None:
    found = split(made(x0, y0, s0), made(x1, y1, s1), "product", of=what)
    if not (sum(x0 + y0) and sum(x1 + y1)):
        assert math.isnan(found.mix)
        return
    assert found.mix + found.within == pytest.approx(found.end - found.start, abs=1e-12)
    assert sum(p.mix for p in found.parts) == pytest.approx(found.mix, abs=1e-12)
    assert sum(p.within for p in found.parts) == pytest.approx(found.within, abs=1e-12)


def test_other_shares_at_the_same_rates_are_all_mix() -> None:
    """Rates 80 % and 20 %: from half and half to three quarters of the first, 50 % become 65 %."""
    found = split(made([40, 10], [10, 40], [0.5, 0.5]), made([60, 5], [15, 20], [0.5, 0.5]), "product")
    assert (found.start, found.end) == (pytest.approx(0.5), pytest.approx(0.65))
    assert (found.mix, found.within) == (pytest.approx(0.15), pytest.approx(0, abs=1e-12))


def test_other_rates_at_the_same_shares_are_all_behaviour() -> None:
    found = split(made([40, 10], [10, 40], [0.5, 0.5]), made([45, 15], [5, 35], [0.5, 0.5]), "product")
    assert (found.mix, found.within) == (pytest.approx(0, abs=1e-12), pytest.approx(0.10))
    scored = split(made([40, 10], [10, 40], [0.5, 0.3]), made([45, 15], [5, 35], [0.6, 0.3]), "product", of="expected")
    assert (scored.mix, scored.within) == (pytest.approx(0, abs=1e-12), pytest.approx(0.05))
