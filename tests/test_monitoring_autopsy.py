"""The autopsy of false positives: by hand, against the rows, and as a law for any selection and threshold."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_pin import EDGES, EVERY, group, pin
from releases import store_with
from scored_rows import LEVELS, dimensions, edges, make_rows
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from app.desk import Pin
from data.counts import Selection
from data.counts.columnar import ColumnarCounts
from data.rows import CAUSE, CAUSES, NEGATIVE, POSITIVE
from data.store import Draft
from monitoring.autopsy import MEASURES, Autopsy, Division, autopsy, divided
from monitoring.behind_cause import Behind, behind_cause
from monitoring.errors import at_threshold
from monitoring.policy import Policy

CODE = EDGES.index(0.35) + 1
FP = {"not_worked": 30, "not_reached": 20, "promise_broken": 10, "refused": 40}
RULE = Policy(cost_per_contact=1_000.0)


def _wasted(counts: dict[str, int], *, accepted: int = 0, score: float = 0.8, **columns: object) -> list[pd.DataFrame]:
    """False positives by cause, and accepted ones, all alike."""
    columns["score_code"] = EDGES.index(score) + 1
    negatives = [group(n, score=score, **{CAUSE: cause, **columns}) for cause, n in counts.items()]
    right = group(accepted, positives=accepted, score=score, **{CAUSE: "(none)", **columns})
    return [*negatives, right] if accepted else negatives


@pytest.fixture(scope="module")
def made() -> Pin:
    """100 false positives and 60 true ones above the threshold, 50 refusals below it."""
    return pin(*_wasted(FP, accepted=60, balance=2e6), *_wasted({"refused": 50}, score=0.1))


def _autopsy(made: Pin, code: int = CODE, selection: Selection = EVERY) -> Autopsy:
    return autopsy(made.counts.histogram(selection, by=("rg", CAUSE), measures=MEASURES), code, policy=RULE)


def test_every_false_positive_has_one_cause_counted_by_hand(made: Pin) -> None:
    found = _autopsy(made)
    assert {p.cause: p.n for p in found.parts if p.n} == FP
    assert [p.cause for p in found.parts] == list(CAUSES)
    assert (found.n, found.flagged, found.balance) == (100, 160, 200e6)
    assert found.uncontacted == pytest.approx(0.50)
    assert found.refused == pytest.approx(0.40)
    assert found.fdr.value == pytest.approx(100 / 160)
    assert found.model_fdr.value == pytest.approx(40 / 160)
    assert found.model_fdr.low < 0.25 < found.model_fdr.high


def test_what_nobody_worked_cost_no_contact(made: Pin) -> None:
    cost = {p.cause: p.cost for p in _autopsy(made).parts}
    assert cost["not_worked"] == 0
    assert cost["refused"] == 40_000
    assert cost["no_offer"] == 0
    unpriced = autopsy(made.counts.histogram(EVERY, by=(CAUSE,), measures=MEASURES), CODE,
                       policy=Policy(cost_per_contact=math.nan))  # fmt: skip
    assert math.isnan(unpriced.parts[CAUSES.index("refused")].cost)


def test_what_has_no_record_of_an_offer_stands_apart_from_the_shares() -> None:
    found = _autopsy(pin(*_wasted({**FP, "no_offer": 300}, accepted=60)))
    assert (found.n, found.apart) == (400, 300)
    assert found.uncontacted == pytest.approx(0.50)
    assert found.refused == pytest.approx(0.40)
    assert found.model_fdr.value == pytest.approx(40 / 460)


def test_a_threshold_at_an_edge_takes_that_bin_along(made: Pin) -> None:
    assert _autopsy(made, EDGES.index(0.8) + 1).n == 100
    assert _autopsy(made, EDGES.index(0.8) + 2).n == 0
    assert _autopsy(made, 1).n == 150


def test_why_nothing_can_be_said_is_told_apart(made: Pin) -> None:
    nobody = _autopsy(made, len(EDGES) - 1)
    assert (nobody.reason, nobody.model_fdr.reason, nobody.n) == ("nobody_flagged", "nobody_flagged", 0)
    assert math.isnan(nobody.uncontacted)
    unknown = _autopsy(pin(group(30, score=0.8, label_state=3)))
    assert unknown.reason == "no_label_yet"
    before = _autopsy(pin(group(30, score=0.8)))
    assert (before.n, before.told, before.model_fdr.reason) == (30, False, "not_identifiable")
    silent = _autopsy(pin(*_wasted({"not_recorded": 30})))
    assert silent.told and silent.unrecorded
    assert not _autopsy(made).unrecorded


def test_segments_are_held_against_the_others_with_the_packages_tests() -> None:
    parts = {"R00": (40, 60), "R01": (15, 85), "R02": (17, 83)}
    rows = [g for name, (bad, good) in parts.items() for g in _wasted({"refused": bad}, accepted=good, region=name)]
    made = pin(*rows, *_wasted({"refused": 3}, accepted=2, region="R03"))
    found = {d.name: d for d in _divided(made, "region")}
    x, n = {k: v[0] for k, v in parts.items()} | {"R03": 3}, dict.fromkeys(parts, 100) | {"R03": 5}
    p = [proportions_ztest([x[k], 75 - x[k]], [n[k], 305 - n[k]])[1] for k in parts]
    assert [found[k].p for k in parts] == pytest.approx(p)
    assert [found[k].q for k in parts] == pytest.approx(multipletests(p, method="fdr_bh")[1])
    assert math.isnan(found["R03"].q)
    assert [found[k].level for k in ("R00", "R01", "R03")] == ["act", "ok", "unknown"]
    assert found["R00"].gap == pytest.approx(40 / 100 - 35 / 205)


def _divided(made: Pin, axis: str, code: int = CODE) -> list[Division]:
    return divided(made.counts.histogram(EVERY, by=(axis, CAUSE), measures=("n",)), axis, code)


def test_levels_of_which_nobody_is_flagged_are_left_out(made: Pin) -> None:
    rows = [*_wasted(FP, region="R00"), *_wasted(FP, score=0.1, region="R01")]
    assert [d.name for d in _divided(pin(*rows), "region")] == ["R00"]


# -- laws --------------------------------------------------------------------------------------------------------------


@cache
def _random(seed: int) -> tuple[pd.DataFrame, ColumnarCounts]:
    """Made rows whose negative outcomes have random causes, on a small grid, with their counts."""
    grid = edges(20)
    rows = make_rows(2_000, seed=seed, grid=grid)
    rng = np.random.default_rng(seed)
    drawn = rng.choice(CAUSES, len(rows))
    rows[CAUSE] = pd.Categorical(np.where(rows["label_state"] == NEGATIVE, drawn, "(none)"))
    return rows, ColumnarCounts.from_frames({"rows": rows}, edges=grid, dimensions=dimensions())


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 3),
    code=st.integers(1, 21),
    product=st.sets(st.sampled_from(LEVELS["product"]), min_size=1),
    months=st.sampled_from([(202401, 202401), (202401, 202403), (202402, 202403)]),
    axis=st.sampled_from(["month", "region", "gender", "bucket"]),
)
def test_causes_add_up_to_the_false_positives_in_rows_and_in_balance(
    seed: int, code: int, product: set[str], months: tuple[int, int], axis: str
) -> None:
    rows, counts = _random(seed)
    chosen = Selection(months=months, where={"product": tuple(sorted(product))})
    found = autopsy(counts.histogram(chosen, by=("rg", CAUSE), measures=MEASURES), code)
    wrong = at_threshold(counts.histogram(chosen, measures=("n", "B", "w")), code)
    mine = rows["month"].between(*months) & rows["product"].isin(product) & (rows["score_code"] >= code)
    fp = rows[mine & (rows["label_state"] == NEGATIVE)]
    assert sum(p.n for p in found.parts) == found.n == wrong.counts.fp == len(fp)
    assert math.fsum(p.balance for p in found.parts) == pytest.approx(wrong.balances.fp, rel=1e-12)
    assert found.balance == pytest.approx(fp["balance"].astype(float).sum(), rel=1e-12)
    assert found.flagged == (mine & rows["label_state"].isin((NEGATIVE, POSITIVE))).sum()
    for part in found.parts:
        assert part.n == (fp[CAUSE] == part.cause).sum()
    split = divided(counts.histogram(chosen, by=(axis, CAUSE), measures=("n",)), axis, code)
    assert [sum(d.causes[k] for d in split) for k in range(len(CAUSES))] == [p.n for p in found.parts]


# -- what is behind a bar ----------------------------------------------------------------------------------------------


def test_the_list_behind_a_cause_has_as_many_rows_as_its_bar() -> None:
    rows, counts = _random(0)
    parts = {str(m): part.reset_index(drop=True) for m, part in rows.groupby("month")}
    release = store_with(Draft({"rows": parts}, {"dimensions": {}, "grid": {"edges": counts.edges.tolist()}})).read()
    chosen = Selection(months=(202402, 202403), where={"gender": ("F",)})
    found = autopsy(counts.histogram(chosen, by=(CAUSE,), measures=MEASURES), 8)
    for part in found.parts:
        listed = behind_cause(release, chosen, cause=part.cause, code=8)
        assert listed.n == part.n
        known = [w.balance for w in listed.rows if not math.isnan(w.balance)]
        assert known == sorted(known, reverse=True)
        assert sum(known) == pytest.approx(part.balance)


def test_a_listed_row_says_its_score_and_what_pushed_it(made: Pin) -> None:
    found = behind_cause(made.release, EVERY, cause="refused", code=CODE)
    assert found.n == 40
    first = found.listed[0]
    assert (first.month, first.balance, round(first.score, 3), first.days_past_due) == (202401, 2e6, 0.8, 45.0)
    assert len(first.reasons) >= 1 and all(isinstance(v, float) for v in first.reasons.values())


def test_a_release_without_causes_has_nothing_behind_them() -> None:
    assert behind_cause(pin(group(9)).release, EVERY, cause="refused", code=1) == Behind(())
