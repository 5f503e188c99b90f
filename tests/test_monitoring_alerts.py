"""Rules that watch a figure: when they fire, when an alert is over, what a firing was worth, and what chance makes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import made_pin
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from releases import draft, open_counts, store_with

from app.desk import Pin
from data import months
from data.counts import Selection, Tally
from data.rows import FINAL_AFTER, LABEL_STATES, UNKNOWN
from monitoring import alert_measures as measures
from monitoring import backtest, errors, overdue, score_drift
from monitoring.alerts import Condition, Reading, by_chance, replay
from monitoring.cutoff import break_even
from monitoring.estimate import Estimate
from monitoring.policy import Policy

FIRST = 202401


def _readings(values: Sequence[float], *, width: float = 0.1, n: float = 1_000, limit: float = 0.5) -> list[Reading]:
    """One reading a month, each with an interval of so much to either side."""
    return [
        Reading(months.add(FIRST, k), Estimate(v, v - width, v + width, n), limit, known=months.add(FIRST, k + 1))
        for k, v in enumerate(values)
    ]


def _months(values: Sequence[float], condition: Condition, **how: float) -> list[tuple[int, int]]:
    """Each firing and the month that ended it, counted from the first month as 1; 0 where it still stands."""
    found = replay(_readings(values, **how), condition).firings
    return [(f.month - FIRST + 1, f.ended - FIRST + 1 if f.ended else 0) for f in found]


def test_a_rule_fires_with_the_last_of_the_months_in_a_row_that_it_asks_for() -> None:
    assert _months([0.4, 0.6, 0.4, 0.6, 0.6, 0.6, 0.4], Condition("fdr", months=2)) == [(5, 7)]
    assert _months([0.4, 0.6, 0.4, 0.6, 0.6, 0.6, 0.4], Condition("fdr", months=1)) == [(2, 3), (4, 7)]
    assert _months([0.4, 0.6, 0.4, 0.6, 0.6, 0.6, 0.4], Condition("fdr", months=4)) == []


def test_an_alert_stands_until_so_many_months_in_a_row_are_back() -> None:
    course = [0.6, 0.6, 0.4, 0.6, 0.4, 0.4, 0.6, 0.6]
    assert _months(course, Condition("fdr", months=2, calm=1)) == [(2, 3), (8, 0)]
    assert _months(course, Condition("fdr", months=2, calm=2)) == [(2, 6), (8, 0)]
    assert _months(course, Condition("fdr", months=2, calm=3)) == [(2, 0)]


def test_on_the_limit_is_not_beyond_it() -> None:
    assert _months([0.5, 0.5], Condition("fdr", months=1)) == []
    assert _months([0.7, 0.7], Condition("auc", limit=0.7, months=1)) == []


def test_of_a_measure_of_which_little_is_bad_beyond_means_below() -> None:
    assert _months([0.8, 0.6, 0.6], Condition("auc", limit=0.7)) == [(3, 0)]
    assert _months([0.8, 0.6, 0.6], Condition("fdr", limit=0.7)) == []


def test_a_limit_of_ones_own_takes_the_place_of_that_of_the_measure() -> None:
    assert _months([0.6, 0.6], Condition("fdr")) == [(2, 0)]
    assert _months([0.6, 0.6], Condition("fdr", limit=0.65)) == []


def test_what_chance_explains_is_the_least_limit() -> None:
    low = [replace(r, floor=0.62) for r in _readings([0.6, 0.6])]
    assert replay(low, Condition("psi", limit=0.1)).firings == ()
    assert replay(low, Condition("psi", limit=0.1)).months[0].limit == 0.62


def test_a_month_of_few_rows_neither_breaks_a_row_nor_lengthens_it() -> None:
    found = _readings([0.6, 0.1, 0.6, 0.4])
    found[1] = replace(found[1], estimate=replace(found[1].estimate, n=299))
    told = replay(found, Condition("fdr", months=2, least=300))
    assert [(f.month, f.ended) for f in told.firings] == [(202403, 202404)]
    assert [m.why for m in told.months] == ["", "small_sample", "", ""]
    assert [m.reading.month for m in told.counted] == [202401, 202403, 202404]


def test_a_month_that_has_not_matured_or_has_no_number_or_no_limit_does_not_count() -> None:
    a, b, c = _readings([0.6, math.nan, 0.6])
    told = replay([replace(a, reason="immature"), b, replace(c, limit=math.nan)], Condition("fdr", months=1))
    assert [m.why for m in told.months] == ["immature", "empty", "no_limit"]
    assert told.firings == ()


def test_a_rule_that_asks_for_the_whole_interval_fires_on_it_and_ends_on_the_value() -> None:
    course = [0.55, 0.65, 0.65, 0.55, 0.45]
    assert _months(course, Condition("fdr", months=2, sure=True), width=0.1) == [(3, 5)]
    assert _months(course, Condition("fdr", months=2), width=0.1) == [(2, 5)]


def test_a_firing_is_known_when_the_last_of_its_months_is() -> None:
    assert replay(_readings([0.6, 0.6]), Condition("fdr")).firings[0].known == 202403


@pytest.mark.parametrize(
    ("course", "width", "verdict"),
    [
        ([0.6, 0.6], 0.05, "real"),  # the interval of the month lies beyond
        ([0.6, 0.6], 0.2, "waiting"),
        ([0.6, 0.6, 0.6], 0.2, "waiting"),  # one of the two months after it is known
        ([0.6, 0.6, 0.6, 0.6], 0.2, "real"),
        ([0.6, 0.6, 0.6, 0.4], 0.2, "unconfirmed"),  # half is not more than half
        ([0.6, 0.6, 0.4, 0.4], 0.2, "unconfirmed"),
    ],
)
def test_a_firing_is_real_by_its_interval_or_by_most_of_the_months_after_it(
    course: list[float], width: float, verdict: str
) -> None:
    assert [f.verdict for f in replay(_readings(course, width=width), Condition("fdr")).firings] == [verdict]


def test_the_precision_of_a_rule_is_of_the_firings_with_a_verdict() -> None:
    course = [0.6, 0.4, 0.6, 0.6, 0.6, 0.4, 0.6]
    told = replay(_readings(course, width=0.3), Condition("fdr", months=1))
    assert [f.verdict for f in told.firings] == ["unconfirmed", "real", "waiting"]
    assert (told.precision.value, told.precision.n) == (0.5, 2)
    assert replay([], Condition("fdr")).precision.reason == "empty"


@given(st.lists(st.sampled_from([0.3, 0.45, 0.55, 0.7])), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_alerts_follow_one_another_and_each_has_its_months(
    course: list[float], row: int, calm: int, sure: bool
) -> None:
    told = replay(_readings(course), Condition("fdr", months=row, calm=calm, sure=sure))
    for f, later in itertools.pairwise((*told.firings, None)):
        assert f is not None
        assert len(f.raised) == row
        assert all(m.sure if sure else m.over for m in f.raised)
        assert later is None or f.month < f.ended < later.month


@given(st.lists(st.floats(0, 1)))
def test_what_is_known_later_takes_no_firing_back(course: list[float]) -> None:
    condition = Condition("fdr")
    whole = replay(_readings(course), condition).firings
    for k in range(len(course)):
        then = [f.month for f in replay(_readings(course[:k]), condition).firings]
        assert then == [f.month for f in whole if f.month < months.add(FIRST, k)]


@pytest.mark.parametrize(
    "condition", [Condition("fdr"), Condition("fdr", months=1, calm=2), Condition("auc", months=3)]
)
def test_what_chance_makes_is_the_mean_over_all_courses_of_a_coin(condition: Condition) -> None:
    courses = list(itertools.product([0.4, 0.6], repeat=7))
    fired = [len(_months(c, replace(condition, limit=0.5))) for c in courses]
    assert by_chance(condition, 7) == pytest.approx(sum(fired) / len(courses))


def test_of_whole_intervals_chance_makes_few_and_of_a_census_none() -> None:
    assert by_chance(Condition("fdr", months=1, sure=True), 1) == pytest.approx(0.025)
    assert by_chance(Condition("fdr", months=2, sure=True), 2) == pytest.approx(0.025**2)
    assert math.isnan(by_chance(Condition("icv"), 24))


def test_a_rule_must_ask_for_something() -> None:
    with pytest.raises(ValueError, match="less than one"):
        replay([], Condition("fdr", months=0))


@pytest.fixture(scope="module")
def pin() -> Pin:
    """A year of made rows, the last two months of which are open."""
    store = store_with(draft(4_000, open_months=(202411, 202412)))
    return Pin(store.read(), open_counts(store.read()), store)


POLICY = Policy()


def test_the_fdr_of_a_month_is_that_of_the_page_of_false_positives(pin: Pin) -> None:
    code, last = errors.code_of_threshold(pin.counts.edges, 0.35), len(pin.counts.edges) - 1
    listed = pin.counts.totals(Selection(codes=(code, last)), by=("month", "rg"), measures=("n",))
    found = measures.fdr(listed, lag=1, policy=POLICY)
    for reading in found[:3]:
        alone = Selection(months=(reading.month, reading.month))
        page = errors.at_threshold(pin.counts.histogram(alone, by=("rg",)), code, policy=POLICY).fdr
        now = reading.estimate
        assert (now.value, now.low, now.high, now.n) == pytest.approx((page.value, page.low, page.high, page.n))
        assert reading.limit == break_even(POLICY)
    assert [r.reason for r in found[-2:]] == ["immature", "immature"]
    assert (found[0].month, found[0].known) == (202401, 202402)


def test_gap_and_auc_are_those_of_the_backtest(pin: Pin) -> None:
    totals = pin.counts.totals(Selection(), by=("month", "rg"), measures=backtest.MEASURES)
    months_found = backtest.by_month(pin.counts.histogram(Selection(), by=("month",)), totals, policy=POLICY)
    first, gap, auc = months_found[0], *(f(months_found, lag=2, policy=POLICY)[0] for f in (measures.gap, measures.auc))
    assert gap.estimate.value == pytest.approx(first.observed.value - first.predicted_rate)
    assert gap.estimate.high - gap.estimate.low == pytest.approx(first.observed_robust.high - first.observed_robust.low)
    assert (auc.estimate, auc.limit, gap.limit) == (first.auc, POLICY.auc_ok, -POLICY.segment_gap)


def test_psi_and_ratio_are_those_of_their_pages(pin: Pin) -> None:
    histogram = pin.counts.histogram(Selection(), by=("month",), measures=score_drift.MEASURES)
    drift = score_drift.score_drift(histogram, policy=POLICY).months
    found = measures.psi(histogram, policy=POLICY)
    assert [(r.month, r.estimate.value, r.floor) for r in found] == [
        (m.month, m.psi.psi, m.psi.critical) for m in drift
    ]
    totals = pin.counts.totals(Selection(), by=("month",))
    ratios = measures.icv(totals, policy=replace(POLICY, icv_appetite=0.2))
    assert [r.estimate.value for r in ratios] == [m.icv for m in overdue.series(totals, policy=POLICY)]
    assert {r.limit for r in ratios} == {0.2}
    assert {r.known - r.month for r in ratios} == {0}


def test_outcomes_are_late_only_once_their_window_has_closed(pin: Pin) -> None:
    totals = pin.counts.totals(Selection(), by=("month",), measures=("n",))
    found = {r.month: r for r in measures.still_open(totals, lag=1, as_of=202412, policy=POLICY)}
    assert (found[202411].estimate.value, found[202411].reason) == (1.0, "")
    assert found[202412].reason == "too_early"
    assert found[202401].estimate.value == 0.0


def test_a_month_of_which_all_outcomes_are_positive_wastes_nothing() -> None:
    made = made_pin.pin(made_pin.group(400, positives=400))
    listed = made.counts.totals(Selection(codes=(8, 20)), by=("month", "rg"), measures=("n",))
    (reading,) = measures.fdr(listed, lag=1, policy=POLICY)
    assert (reading.estimate.value, reading.estimate.low, reading.estimate.n) == (0.0, 0.0, 400)
    assert np.isfinite(reading.estimate.high)


def test_how_late_outcomes_are_is_read_from_the_rows_or_from_the_last_mature_month(pin: Pin) -> None:
    totals = pin.counts.totals(Selection(), by=("month", FINAL_AFTER), measures=("n",))
    assert measures.lag(totals, as_of=202412, policy=POLICY) == 2  # October is the last mature month
    assert measures.lag(totals, as_of=202410, policy=POLICY) == 1  # no less than the window of 30 days
    told = Tally(
        (FINAL_AFTER, "label"), {FINAL_AFTER: ("1", "2", "3", UNKNOWN), "label": LABEL_STATES},
        {"n": np.array([[90, 4, 0, 0], [2, 0, 0, 0], [0, 0, 0, 4], [0, 0, 0, 99]], float)},
    )  # fmt: skip
    assert measures.lag(told, as_of=202412, policy=POLICY) == 2  # 96 of 100 are final by then
