"""Errors at a threshold: what can be measured, what cannot, and who is called in vain."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scored_rows import THRESHOLD, dimensions, edges, make_parts

from data.counts import Selection, Tally
from data.counts.columnar import ColumnarCounts
from data.rows import LABEL_STATES, NEGATIVE, POSITIVE, UNLABELLED
from monitoring.curves import by_segment, curve
from monitoring.errors import against, at_threshold, code_of_threshold, of_repeats, threshold_of_code
from monitoring.policy import Policy

GRID = edges(300)
CODE = code_of_threshold(GRID, THRESHOLD)


def _histogram(pos: list, neg: list, unlabelled: list | None = None, **more: list) -> Tally:
    """Counts on len(pos) score codes, each row with a balance of 10."""
    n = np.zeros((len(pos) + 1, 4))
    n[1:, POSITIVE], n[1:, NEGATIVE] = pos, neg
    if unlabelled:
        n[1:, 2] = unlabelled
    values = {"n": n, "B": 10 * n, "w": np.zeros_like(n)}
    return Tally(("code", "label"), {"code": tuple(range(len(n))), "label": LABEL_STATES}, values)


def _codes(rng: np.random.Generator, n: int) -> np.ndarray:
    """Scores in twenty bins, 0..19, more of them low."""
    return np.minimum((rng.beta(2, 3, n) * 20).astype(int), 19)


def _offered_by_score(rng: np.random.Generator) -> tuple[Tally, Tally]:
    """Counts of 4,000 rows that turn out positive as often as their bin says, and are offered something the more often
    the higher it is; only those that are offered reveal an outcome."""
    code = _codes(rng, 4_000)
    chance = (code + 0.5) / 20
    e = 0.15 + 0.7 * chance
    offered = rng.random(len(code)) < e
    state = np.where(offered, np.where(rng.random(len(code)) < chance, POSITIVE, NEGATIVE), UNLABELLED)
    n, w, w2 = np.zeros((21, 4)), np.zeros((21, 4)), np.zeros(4)
    np.add.at(n, (code + 1, state), 1)
    np.add.at(w, (code + 1, state), offered / e)
    np.add.at(w2, state, offered / e**2)
    histogram = Tally(("code", "label"), {"code": tuple(range(21)), "label": LABEL_STATES}, {"n": n, "B": n, "w": w})
    totals = {"n": n.sum(0), "w": w.sum(0), "w2": w2, "scored": n.sum(0)}
    return histogram, Tally(("label",), {"label": LABEL_STATES}, totals)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.concat(make_parts(20_000, grid=GRID).values(), ignore_index=True)


@pytest.fixture(scope="module")
def counts(rows: pd.DataFrame) -> ColumnarCounts:
    return ColumnarCounts.from_frames({"all": rows}, edges=GRID, dimensions=dimensions())


def test_a_threshold_snaps_to_the_nearest_edge() -> None:
    grid = np.array([0, 0.2, 0.5, 1.0])
    assert [code_of_threshold(grid, t) for t in (0.0, 0.21, 0.36, 0.5, 1.0)] == [1, 2, 3, 3, 4]
    assert threshold_of_code(grid, 3) == 0.5
    with pytest.raises(ValueError, match="at least two edges"):
        code_of_threshold(np.array([]), 0.5)


def test_the_golden_matrix_in_rows_and_in_money() -> None:
    found = at_threshold(_histogram([5, 15, 30], [60, 30, 10]), 2)
    assert (found.counts.tp, found.counts.fp, found.counts.fn, found.counts.tn) == (45, 40, 5, 60)
    assert found.balances.tp == 450
    assert found.fdr.value == pytest.approx(8 / 17)
    assert found.fdr_balance == pytest.approx(8 / 17)
    assert found.fpr.value == pytest.approx(0.4)
    assert found.recall.value == pytest.approx(0.9)
    assert found.contacts_per_success.value == pytest.approx(17 / 9)
    assert found.net_value == 4_720_000
    assert (found.basis, found.identifiable, found.level) == ("all_labelled", True, "ok")


def test_every_interval_holds_its_rate() -> None:
    found = at_threshold(_histogram([5, 15, 30], [60, 30, 10]), 2)
    for e in (found.precision, found.fdr, found.fpr, found.recall, found.contacts_per_success):
        assert e.low < e.value < e.high
    assert found.precision.low == pytest.approx(1 - found.fdr.high)
    assert found.contacts_per_success.high == pytest.approx(1 / found.precision.low)


def test_flagging_everyone_is_no_skill() -> None:
    found = at_threshold(_histogram([2051], [102]), 1)
    assert {"everyone_flagged", "lift_one", "balanced_accuracy_half"} <= set(found.no_skill)
    assert found.fpr.value == 1.0
    assert found.balanced_accuracy == 0.5


def test_without_exploration_the_false_positive_rate_cannot_be_known() -> None:
    found = at_threshold(_histogram([5, 30], [60, 10], [500, 0]), 2)
    assert (found.basis, found.identifiable) == ("none", False)
    assert math.isnan(found.fpr.value)
    assert found.fpr.reason == "not_identifiable"
    assert found.fdr.value == pytest.approx(0.25)
    assert found.share_flagged == pytest.approx(40 / 605)


def test_wasted_contacts_beyond_the_break_even_are_called_out() -> None:
    assert at_threshold(_histogram([0, 2], [0, 998]), 2).level == "act"
    assert at_threshold(_histogram([0, 6], [0, 94]), 2).level == "watch"
    assert at_threshold(_histogram([0, 2], [0, 8]), 2).level == "unknown"
    assert at_threshold(_histogram([0, 2], [0, 998]), 2, policy=Policy(cost_per_contact=1)).level == "ok"


def test_a_concession_takes_from_what_a_success_is_worth() -> None:
    """45 successes at 120,000 less 40,000 given away, less 85 contacts at 8,000; break-even at 8,000 / 80,000."""
    granted = Policy(concession=40_000)
    assert at_threshold(_histogram([5, 15, 30], [60, 30, 10]), 2, policy=granted).net_value == 45 * 80_000 - 85 * 8_000
    assert granted.break_even_fdr == pytest.approx(0.9)
    assert math.isnan(Policy(concession=120_000).break_even_fdr)


def test_nobody_flagged_has_no_precision() -> None:
    found = at_threshold(_histogram([5, 0], [60, 0]), 2)
    assert found.precision.reason == "nobody_flagged"
    assert math.isnan(found.fdr.value)
    assert at_threshold(_histogram([0], [9]), 1).contacts_per_success.high == math.inf


def test_an_empty_selection_has_reasons(counts: ColumnarCounts) -> None:
    nothing = Selection(where={"region": ("nowhere",)})
    found = at_threshold(counts.histogram(nothing), CODE, totals=counts.totals(nothing))
    assert (found.reason, found.level, found.basis) == ("empty", "unknown", "none")
    assert curve(counts.histogram(nothing)).reason == "empty"
    assert by_segment(counts.histogram(nothing, by=("region",)), CODE) == []


def test_random_offers_reveal_the_false_positive_rate_of_everyone(rows: pd.DataFrame, counts: ColumnarCounts) -> None:
    everyone = Selection(codes=(1, len(GRID) - 1))
    found = at_threshold(counts.histogram(everyone), CODE, totals=counts.totals(everyone, by=("arm",)))
    assert found.basis == "ipw"
    scored = rows[rows["score"].notna() & (rows["offered"] == 1)]
    weight, flagged = 1 / scored["propensity"], scored["score"] >= THRESHOLD
    for state, estimate in ((NEGATIVE, found.fpr), (POSITIVE, found.recall)):
        w = weight[scored["label_state"] == state]
        assert estimate.value == pytest.approx(w[flagged].sum() / w.sum(), rel=1e-5)
        assert estimate.n == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-4)


def test_weighting_by_the_propensity_finds_the_rates_of_everyone_that_offers_alone_overstate() -> None:
    """4,000 rows of which the better scored are likelier to be offered, 250 times over; what is true is known."""
    rng, cut, draws = np.random.default_rng(0), 12, 250
    crowd = _codes(rng, 2_000_000)
    share, flagged = (crowd + 0.5) / 20, crowd + 1 >= cut
    truth = np.array([((1 - share) * flagged).sum() / (1 - share).sum(), (share * flagged).sum() / share.sum()])
    found = [at_threshold(h, cut, totals=t) for h, t in (_offered_by_score(rng) for _ in range(draws))]
    rates = np.array([[(f.fpr.value, f.recall.value), (f.fpr.low, f.recall.low), (f.fpr.high, f.recall.high)]
                      for f in found])  # fmt: skip
    off = rates[:, 0] - truth
    assert (np.abs(off.mean(0)) < 4 * off.std(0) / math.sqrt(draws)).all()
    assert (((rates[:, 1] <= truth) & (truth <= rates[:, 2])).mean(0) >= 0.93).all()
    offers = np.array([[f.counts.fp / f.counts.negatives, f.counts.tp / f.counts.positives] for f in found])
    assert (offers.mean(0) > truth + 0.05).all()


def test_few_random_offers_are_not_enough(counts: ColumnarCounts) -> None:
    part = Selection(where={"region": ("R20",)})
    found = at_threshold(counts.histogram(part), CODE, totals=counts.totals(part))
    assert (found.basis, found.fpr.reason) == ("none", "low_ess")


def test_offers_that_were_not_logged_or_could_not_reach_everyone_reveal_nothing(rows: pd.DataFrame) -> None:
    unlogged = rows.assign(propensity=np.float32(np.nan))
    certain = rows.assign(propensity=np.where(rows["offered"] == 1, 1.0, 0.0).astype(np.float32))
    for frame, reason in ((unlogged, "no_propensity"), (certain, "not_identifiable")):
        counts = ColumnarCounts.from_frames({"all": frame}, edges=GRID, dimensions=dimensions())
        found = at_threshold(counts.histogram(Selection()), CODE, totals=counts.totals(Selection()))
        assert (found.basis, found.fpr.reason) == ("none", reason)


def test_an_arm_that_never_gets_an_offer_does_not_hide_the_others(rows: pd.DataFrame) -> None:
    withheld = rows["arm"] == "none"
    state = np.where(withheld, 2, rows["label_state"]).astype(np.uint8)
    e = np.where(withheld, 0, rows["propensity"]).astype(np.float32)
    frame = rows.assign(
        offered=np.where(withheld, 0, rows["offered"]).astype(np.uint8), label_state=state, propensity=e
    )
    counts = ColumnarCounts.from_frames({"all": frame}, edges=GRID, dimensions=dimensions())
    histogram = counts.histogram(Selection())
    assert at_threshold(histogram, CODE, totals=counts.totals(Selection())).basis == "none"
    assert at_threshold(histogram, CODE, totals=counts.totals(Selection(), by=("arm",))).basis == "ipw"


def test_random_groups_change_the_interval_and_not_the_rate(counts: ColumnarCounts) -> None:
    plain = at_threshold(counts.histogram(Selection()), CODE)
    robust = at_threshold(counts.histogram(Selection(), by=("rg",)), CODE)
    assert robust.fdr.value == plain.fdr.value
    assert robust.fdr.high - robust.fdr.low >= plain.fdr.high - plain.fdr.low
    assert robust.counts == plain.counts


def test_the_curve_is_the_matrix_at_every_code(counts: ColumnarCounts) -> None:
    histogram = counts.histogram(Selection())
    c = curve(histogram)
    for code in (1, 7, CODE, len(GRID) - 1):
        one = at_threshold(histogram, code)
        i = code - 1
        assert (c.tp[i], c.fp[i], c.fn[i], c.tn[i]) == (one.counts.tp, one.counts.fp, one.counts.fn, one.counts.tn)
        assert c.net_value[i] == pytest.approx(one.net_value)
        assert c.fdr_balance[i] == pytest.approx(one.fdr_balance, nan_ok=True)
        assert c.share_flagged[i] == pytest.approx(one.share_flagged)
    assert c.net_value[c.best_code - 1] == c.net_value.max()
    assert np.isnan(c.fpr).all()
    assert c.reason == "not_identifiable"


def test_the_best_threshold_of_a_calibrated_score_is_the_break_even() -> None:
    n, score = 10_000.0, np.arange(0.005, 1, 0.01)
    found = curve(_histogram(list(n * score), list(n * (1 - score))))
    assert found.best_code == pytest.approx(Policy().break_even_score * 100 + 1, abs=1)
    assert found.fpr[0] == pytest.approx(1.0)


def test_segments_add_up_and_the_odd_one_stands_out(rows: pd.DataFrame) -> None:
    bad = rows["segment"] == "preferencial"
    state = np.where(bad & (rows["label_state"] == POSITIVE), NEGATIVE, rows["label_state"]).astype(np.uint8)
    counts = ColumnarCounts.from_frames({"all": rows.assign(label_state=state)}, edges=GRID, dimensions=dimensions())
    found = by_segment(counts.histogram(Selection(), by=("segment",)), CODE)
    whole = at_threshold(counts.histogram(Selection()), CODE)
    assert sum(s.n for s in found) == whole.counts.flagged
    assert sum(s.flagged for s in found) == whole.flagged
    levels = {s.level_name: s.level for s in found}
    assert levels.pop("preferencial") == "act"
    assert set(levels.values()) == {"ok"}
    assert all(s.fpr.reason == "not_identifiable" for s in found)


def test_red_needs_the_whole_interval_above_the_break_even() -> None:
    """60 of 100 wasted, held against 55 %, 50 % and 65 %; and 6 of 10."""
    many = at_threshold(_histogram([40], [60]), 1).fdr
    assert many.low < 0.55 < many.value
    assert [against(many, limit) for limit in (0.45, 0.55, 0.65, math.nan)] == ["act", "watch", "ok", "unknown"]
    assert against(at_threshold(_histogram([4], [6]), 1).fdr, 0.1) == "unknown"


def test_repeated_clients_widen_every_segment_alike(counts: ColumnarCounts) -> None:
    deff = of_repeats(counts.histogram(Selection(), by=("rg",)), CODE)
    assert deff >= 1
    by = counts.histogram(Selection(), by=("segment",))
    for alone, robust in zip(by_segment(by, CODE), by_segment(by, CODE, deff=4), strict=True):
        assert robust.fdr.value == alone.fdr.value
        assert robust.fdr.high - robust.fdr.low > alone.fdr.high - alone.fdr.low


def test_a_level_of_a_few_rows_is_not_judged() -> None:
    n = np.zeros((2, 2, 4))
    n[0, 1, [POSITIVE, NEGATIVE]], n[1, 1, [POSITIVE, NEGATIVE]] = (500, 500), (0, 12)
    labels = {"region": ("North", "South"), "code": (0, 1), "label": LABEL_STATES}
    north, south = by_segment(Tally(("region", "code", "label"), labels, {"n": n}), 1)
    assert (south.level, south.reason, south.gap) == ("unknown", "small_sample", 0.5)
    assert north.fpr.value == 1.0
    assert math.isnan(south.q)
    assert north.q == north.p
