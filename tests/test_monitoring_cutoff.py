"""The cut-off: every threshold against rows counted one by one, capacity and its price by hand, swaps that add up."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_pin import EVERY, group, pin
from scored_rows import THRESHOLD, dimensions, edges, make_parts, make_rows
from sklearn.metrics import confusion_matrix

from app.desk import Pin
from data.counts import Counts, Selection, Tally
from data.counts.columnar import ColumnarCounts
from data.rows import NEGATIVE, POSITIVE
from monitoring import cutoff
from monitoring.cutoff import MEASURES, course, swap, within
from monitoring.cutoff_segments import by_segment
from monitoring.grid import code_of_threshold, threshold_of_code
from monitoring.policy import Policy

RULE = Policy(cost_per_contact=8_000, value_per_success=50_000, concession=10_000, min_n=30)
ALL = Selection()


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Scored rows of one month, some of them without a score."""
    return make_rows(4_000, seed=3, months=(202401,))


@pytest.fixture(scope="module")
def counts(rows: pd.DataFrame) -> Counts:
    """The same rows, counted."""
    return ColumnarCounts.from_frames({"202401": rows}, edges=edges(), dimensions=dimensions(), version="made")


@pytest.fixture(scope="module")
def tally(counts: Counts) -> Tally:
    """The histogram that the cut-off is read from."""
    return counts.histogram(ALL, measures=MEASURES)


def test_every_threshold_is_what_counting_the_rows_one_by_one_gives(
    rows: pd.DataFrame, counts: Counts, tally: Tally
) -> None:
    found = course(tally, policy=RULE)
    assert len(found.code) == len(counts.edges)
    for position in range(0, found.nobody, 7):
        edge = threshold_of_code(counts.edges, int(found.code[position]))
        listed = rows[rows["score"] >= np.float32(edge)]
        assert found.listed[position] == len(listed)
        p, b = listed["score"].astype(float), listed["balance"].astype(float)
        assert found.expected[position] == pytest.approx(p.sum(), rel=1e-5)
        assert found.net[position] == pytest.approx((p * 40_000 - 8_000).sum(), rel=1e-4, abs=2)
        assert found.expected_cash[position] == pytest.approx((p * b).sum(), rel=1e-5)
        assert found.cash[position] == pytest.approx(listed["cash"].sum(), rel=1e-5)


def test_right_and_wrong_agree_with_scikit_learn_at_the_operating_threshold(
    rows: pd.DataFrame, counts: Counts, tally: Tally
) -> None:
    found = course(tally, policy=RULE)
    code = code_of_threshold(counts.edges, THRESHOLD)
    known = rows[rows["score"].notna() & rows["label_state"].isin((NEGATIVE, POSITIVE))]
    said = known["score"] >= np.float32(threshold_of_code(counts.edges, code))
    _, fp, _, tp = confusion_matrix(known["label_state"] == POSITIVE, said).ravel()
    assert (found.tp[found.at(code)], found.fp[found.at(code)]) == (tp, fp)
    assert found.realised[found.at(code)] == 40_000 * tp - 8_000 * (tp + fp)


def _by_hand(**policy: float) -> tuple[Pin, Policy]:
    """Ten rows at each of 0.125, 0.325, 0.525, and 0.925, in bins of a twentieth: 40 rows."""
    made = pin(*(group(10, score=s, positives=k) for s, k in ((0.125, 1), (0.325, 2), (0.525, 6), (0.925, 9))))
    return made, replace(RULE, **policy)


def _course(made: Pin, policy: Policy) -> cutoff.Course:
    return course(made.counts.histogram(EVERY, measures=MEASURES), policy=policy)


def test_the_best_threshold_is_where_a_call_stops_paying_by_hand() -> None:
    found = _course(*_by_hand())
    # p·40,000 - 8,000: -3,000, 5,000, 13,000 and 29,000 a call; the best list is all but the first ten
    assert found.listed[found.best] == 30
    assert found.net[found.best] == pytest.approx(10 * (5_000 + 13_000 + 29_000), rel=1e-6)
    assert found.plateau == (3, found.best)  # thresholds 0.15 to 0.30 list the same rows
    assert cutoff.break_even(RULE) == pytest.approx(0.8)
    assert cutoff.break_even(RULE, shadow=4_000) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("calls", "listed", "shadow"), [(0, 0, 29_000), (9, 0, 29_000), (10, 10, 13_000), (25, 20, 5_000), (30, 30, 0)]
)
def test_a_capacity_leaves_the_best_list_within_it_and_one_more_call_is_worth_the_next_bin(
    calls: float, listed: float, shadow: float
) -> None:
    made, rule = _by_hand()
    found = _course(made, rule)
    limit = within(found, calls, policy=rule)
    assert found.listed[limit.position] == listed
    assert limit.unused == calls - listed
    assert limit.shadow == pytest.approx(shadow, rel=1e-5)
    assert limit.binds == (listed < 30)


@pytest.mark.parametrize("calls", [40, 1e9, math.inf, math.nan])
def test_a_capacity_above_the_portfolio_or_none_at_all_changes_nothing_and_is_worth_nothing_more(calls: float) -> None:
    made, rule = _by_hand()
    found = _course(made, rule)
    limit = within(found, calls, policy=rule)
    assert (limit.position, limit.binds, limit.shadow) == (found.best, False, 0.0)


def test_less_than_no_calls_is_refused() -> None:
    made, rule = _by_hand()
    with pytest.raises(ValueError, match="-1 calls is less than none"):
        within(_course(made, rule), -1, policy=rule)


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ({"cost_per_contact": math.nan}, "no_costs"),
        ({"value_per_success": math.nan}, "no_costs"),
        ({"cost_per_contact": -1}, "negative_costs"),
        ({"concession": -1}, "negative_costs"),
        ({"concession": 50_000}, "no_gain"),
    ],
)
def test_costs_that_cannot_be_weighed_are_named_and_give_no_money_but_the_list_stays(
    policy: dict[str, float], reason: str
) -> None:
    made, rule = _by_hand(**policy)
    found = _course(made, rule)
    assert found.reason == reason
    assert np.isnan(found.net).all() and np.isnan(found.realised).all()
    assert found.listed[0] == 40
    assert math.isnan(cutoff.break_even(rule))
    limit = within(found, 10, policy=rule)
    assert found.listed[limit.position] == 10 and math.isnan(limit.shadow)
    assert by_segment(made.counts.histogram(EVERY, by=("product", "rg")), policy=rule).reason == reason


def test_a_call_that_costs_nothing_lists_everybody_and_one_that_costs_too_much_nobody() -> None:
    free = _course(*_by_hand(cost_per_contact=0))
    assert free.listed[free.best] == 40
    dear = _course(*_by_hand(cost_per_contact=60_000))
    assert dear.best == dear.nobody and dear.net[dear.best] == 0


def test_scores_that_are_all_equal_leave_everybody_or_nobody() -> None:
    made = pin(group(20, score=0.5, positives=5))
    found = _course(made, RULE)
    assert set(found.listed) == {0, 20}
    assert found.listed[found.best] == 20
    assert within(found, 19, policy=RULE).position > found.at(11)


@pytest.mark.parametrize("positives", [0, 20])
def test_one_kind_of_outcome_alone_is_weighed_like_any_other(positives: int) -> None:
    found = _course(pin(group(20, score=0.5, positives=positives)), RULE)
    assert found.realised[0] == 40_000 * positives - 8_000 * 20


def test_a_score_on_an_edge_is_listed_from_that_edge_on() -> None:
    found = _course(pin(group(10, score=0.35), group(10, score=0.3499)), RULE)
    code = 8  # the bin [0.35, 0.40) of twenty
    assert found.listed[found.at(code)] == 10
    assert found.listed[found.at(code - 1)] == 20


@pytest.mark.parametrize(("code", "current"), [(10, 30), (30, 10), (20, 20), (1, 500)])
def test_the_four_cells_of_a_swap_add_up_to_the_list_the_rule_and_everybody(
    counts: Counts, tally: Tally, code: int, current: int
) -> None:
    kept = tuple(level for level in counts.dimensions["product"] if level != "tarjeta")
    free = counts.histogram(Selection(where={"product": kept}), measures=MEASURES)
    found = swap(free, tally, code=code, current=current, policy=RULE)
    ours, theirs = course(free, policy=RULE), course(tally, policy=RULE)
    for name, sums in (("rows", "listed"), ("expected", "expected"), ("cash", "cash"), ("net", "net")):
        cell = {part: getattr(getattr(found, part), name) for part in ("both", "into", "out", "neither")}
        assert cell["both"] + cell["into"] == pytest.approx(getattr(ours, sums)[ours.at(code)])
        assert cell["both"] + cell["out"] == pytest.approx(getattr(theirs, sums)[theirs.at(current)])
        assert sum(cell.values()) == pytest.approx(getattr(theirs, sums)[0])


def _two_segments() -> Pin:
    """The score is right in app and says four times too much in web: 0.45 is 0.1125 there, which a call at 8,000 for
    40,000 does not repay."""
    return pin(
        group(400, score=0.25, positives=100, channel="app"),
        group(400, score=0.75, positives=300, channel="app"),
        group(400, score=0.45, positives=45, channel="web"),
        group(400, score=0.85, positives=85, channel="web"),
    )


def test_a_segment_whose_scores_promise_too_much_gets_a_higher_cut_off_and_that_gains_by_hand() -> None:
    found = by_segment(_two_segments().counts.histogram(EVERY, by=("channel", "rg")), policy=RULE)
    cuts = {cut.name: cut for cut in found.cuts}
    assert cuts["app"].ratio == pytest.approx(1) and cuts["app"].listed == 800
    assert cuts["web"].ratio == pytest.approx(130 / 520) and cuts["web"].listed == 400
    # app: 400 successes of 800 calls; web: 85 of 400, taken at a quarter of their scores
    assert found.net == pytest.approx(400 * 40_000 - 800 * 8_000 + 85 * 40_000 - 400 * 8_000, rel=1e-5)
    # one cut-off for both has to leave out web at 0.45, and with it the 400 calls of app at 0.25, which bring 100
    assert found.net - found.net_one == pytest.approx(100 * 40_000 - 400 * 8_000, rel=1e-4)
    assert found.shadow == 0
    assert found.gain.low < found.net - found.net_one < found.gain.high


def test_under_a_capacity_the_calls_go_where_they_bring_most_at_one_shadow_price() -> None:
    histogram = _two_segments().counts.histogram(EVERY, by=("channel", "rg"))
    found = by_segment(histogram, calls=400, policy=RULE)
    assert {cut.name: cut.listed for cut in found.cuts if cut.listed} == {"app": 400}
    assert found.shadow == pytest.approx(0.25 * 40_000 - 8_000, rel=1e-5)  # app at 0.25 comes next
    assert by_segment(histogram, calls=0, policy=RULE).net == 0


def test_segments_alike_gain_nothing_from_cut_offs_of_their_own() -> None:
    counts = ColumnarCounts.from_frames(
        make_parts(6_000, seed=5), edges=np.linspace(0, 1, 51), dimensions={"channel": ("app", "web")}, version="made"
    )
    found = by_segment(counts.histogram(ALL, by=("channel", "rg")), policy=RULE)
    assert found.net >= found.net_one
    assert found.gain.low <= 0
