"""The forecast of the overdue ratio: a chain that keeps its laws, knows nothing of later months, and says what it was
worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_monitoring_bridge import COUNTS, MONTHS

from data import months as calendar
from data.counts import Selection, Tally
from data.rows import LABEL_STATES, UNKNOWN
from monitoring import forecast as fc
from monitoring.forecast import STATES, Chain, book, forecast, latest
from monitoring.policy import Policy

JAN, FEB, MAR, APR = 202401, 202402, 202403, 202404
S = len(STATES)
Cells = Mapping[tuple[str, str], float]


def tally(months: Sequence[int], balance: np.ndarray, moved: np.ndarray) -> Tally:
    """Counts by MOVES of balances by month and state, and of what moved from each month. All that a state holds stands
    at the first next bucket: only its sum over them is read."""
    shape = (len(months), S, S, len(LABEL_STATES))
    held, found = np.zeros(shape), np.zeros(shape)
    held[:, :, 0, 0], found[..., 0] = balance, moved
    labels = {"month": tuple(months), "bucket": STATES, "next_bucket": STATES, "label": LABEL_STATES}
    return Tally((*fc.MOVES, "label"), labels, {"B": held, "NB": found})


def by_hand(
    held: Sequence[Mapping[str, float]], moved: Sequence[Cells], months: Sequence[int] = (JAN, FEB, MAR)
) -> Tally:
    balance, moves = np.zeros((len(held), S)), np.zeros((len(held), S, S))
    for t, cells in enumerate(held):
        for state, amount in cells.items():
            balance[t, STATES.index(state)] = amount
    for t, cells in enumerate(moved):
        for (state, then), amount in cells.items():
            moves[t, STATES.index(state), STATES.index(then)] = amount
    return tally(months, balance, moves)


HAND = by_hand(
    held=[{"0": 900, "31-60": 100}, {"0": 850, "31-60": 150}, {"0": 825, "31-60": 175}],
    moved=[
        {("0", "0"): 810, ("0", "31-60"): 90, ("31-60", "0"): 20, ("31-60", "31-60"): 60},
        {("0", "0"): 765, ("0", "31-60"): 85, ("31-60", "0"): 30, ("31-60", "31-60"): 90},
    ],
)  # fmt: skip
"""Of what is current 90 % stays and 10 % becomes overdue; of what is overdue 20 % cures, 60 % stays and 20 % leaves.
New balance, current: 20 in February, 30 in March."""


def simulated(long: int, *, seed: int = 0, noise: float = 0.3) -> Tally:
    """Balances of a bank whose roll rates are drawn anew each month around the same rates."""
    r = np.random.default_rng(seed)
    usual = np.zeros((S, S))
    usual[0, :2], usual[1, :3], usual[2, :4], usual[3, :4] = (0.95, 0.04), (0.5, 0.2, 0.25), (0.2, 0, 0.2, 0.5), 0.1
    balance, moved = np.zeros((long, S)), np.zeros((long, S, S))
    balance[0, :4] = 900, 60, 25, 15
    for t in range(long - 1):
        rates = usual * np.exp(noise * r.standard_normal((S, S)))
        moved[t] = balance[t][:, None] * rates / np.maximum(rates.sum(1, keepdims=True), 1)
        balance[t + 1] = moved[t].sum(0)
        balance[t + 1, 0] += max(1000 - balance[t + 1].sum(), 0)
    return tally(calendar.between(202001, calendar.add(202001, long - 1)), balance, moved)


def test_the_next_months_by_hand() -> None:
    found = forecast(HAND, origin=MAR, policy=Policy(forecast_months=2))
    assert found.start == pytest.approx(0.175)
    assert [a.month for a in found.ahead] == [APR, 202405]
    assert [a.estimate.value for a in found.ahead] == pytest.approx([187.5 / 990, 192.75 / 977.25])
    assert found.chain is not None
    assert found.chain.arrivals[STATES.index("0")] == pytest.approx(50 / 2000)


def test_what_a_past_forecast_was_worth_by_hand() -> None:
    first, second = forecast(HAND, origin=MAR, policy=Policy(forecast_months=2)).ahead
    assert (first.tried, first.miss) == (1, pytest.approx(abs(0.175 - 175 / 990)))
    assert (first.unchanged_miss, first.better) == (pytest.approx(0.025), True)
    assert (second.tried, second.better) == (0, False)
    assert math.isnan(second.miss)
    assert (first.estimate.reason, first.judged) == ("few_months", 0)


def test_earlier_months_weigh_less_by_hand() -> None:
    """January weighs 0.25 × 1 / 2 = 0.125 and February 1.125: arrivals of 20 and 30 make 36.25 of 1,250."""
    found = forecast(HAND, origin=MAR, policy=Policy(forecast_window=1, forecast_memory=0.25))
    assert found.chain is not None
    assert found.chain.arrivals[0] == pytest.approx(36.25 / 1250)
    assert found.window == (FEB, FEB)


balances = st.lists(st.floats(0, 1e9), min_size=S, max_size=S).map(np.array)


@settings(deadline=None, max_examples=60)
@given(balances, st.integers(0, 10_000))
def test_a_chain_that_loses_and_gains_nothing_keeps_the_balance(held: np.ndarray, seed: int) -> None:
    rates = np.random.default_rng(seed).dirichlet(np.ones(S), S)
    chain = Chain(rates, np.zeros(S))
    after = held
    for _ in range(6):
        after = chain.step(after)
    assert after.sum() == pytest.approx(held.sum(), rel=1e-9, abs=1e-6)
    assert (after >= 0).all()


def test_a_month_carried_forward_by_its_own_moves_is_the_next_month() -> None:
    held = book(simulated(12))
    for t in range(11):
        chain = latest(held.until(int(held.months[t + 1])), window=1)
        assert chain is not None
        assert chain.step(held.balance[t]) == pytest.approx(held.balance[t + 1])


def test_where_nothing_ever_changes_the_chain_is_always_right_and_its_band_has_no_width() -> None:
    months = calendar.between(202201, 202312)
    balance = np.tile(np.r_[900, 60, 40, np.zeros(S - 3)], (24, 1))
    found = forecast(tally(months, balance, balance[:, :, None] * np.eye(S)), origin=202312)
    assert len(found.ahead) == Policy().forecast_months
    for a in found.ahead:
        assert (a.estimate.low, a.estimate.value, a.estimate.high) == pytest.approx((0.04, 0.04, 0.04))
        assert a.miss == pytest.approx(0)
        assert a.judged == a.held > 0


def test_nothing_after_the_origin_is_used() -> None:
    now, end, known = 202106, 202212, simulated(36)
    place = known.labels["month"].index(now)
    turned = {m: v.copy() for m, v in known.values.items()}
    turned["B"][place + 1 :] *= np.random.default_rng(1).uniform(0, 9, turned["B"][place + 1 :].shape)
    turned["NB"][place:] *= np.random.default_rng(2).uniform(0, 9, turned["NB"][place:].shape)
    other = Tally(known.axes, known.labels, turned)
    assert forecast(other, origin=now).ahead == forecast(known, origin=now).ahead
    assert forecast(other, origin=end).ahead != forecast(known, origin=end).ahead
    then, later = (
        {(p.origin, p.ahead): p.estimate for p in forecast(t, origin=end).past if p.origin <= now}
        for t in (known, other)
    )
    assert then == later
    assert sum(math.isfinite(e.low) for e in then.values()) > 10


def test_a_past_forecast_is_what_was_said_at_its_time() -> None:
    known = simulated(36)
    for p in forecast(known, origin=202212).past[::17]:
        said = forecast(known, origin=p.origin).ahead[p.ahead - 1]
        assert (said.month, said.estimate) == (p.month, p.estimate)


def test_the_band_holds_as_often_as_it_says() -> None:
    """Over simulated banks; each is one observation, for errors of neighbouring months go together."""
    first = [forecast(simulated(40, seed=k), origin=202304).ahead[0] for k in range(60)]
    assert all(a.judged == 40 - 1 - 1 - 9 for a in first)
    shares = np.array([a.held / a.judged for a in first])
    error = shares.std(ddof=1) / math.sqrt(len(shares))
    assert abs(shares.mean() - 0.90) < 0.04 + 2 * error
    assert error < 0.02


def test_a_band_needs_as_many_errors_as_its_confidence() -> None:
    """One of n + 1 errors lies outside the largest of n: nine are needed for 90 %, nineteen for 95 %."""
    known = simulated(36)
    for confidence, needed in ((0.90, 9), (0.95, 19)):
        rule = Policy(forecast_confidence=confidence)
        ahead = forecast(known, origin=calendar.add(202001, needed + 1), policy=rule).ahead
        assert (ahead[0].estimate.n, math.isfinite(ahead[0].estimate.low)) == (needed, True)
        assert (ahead[1].estimate.n, math.isfinite(ahead[1].estimate.low)) == (needed - 1, False)


def test_the_unit_of_money_does_not_matter() -> None:
    known = simulated(24)
    larger = Tally(known.axes, known.labels, {m: v * 1e6 for m, v in known.values.items()})
    one, other = (forecast(t, origin=202112) for t in (known, larger))
    assert [a.estimate.high for a in one.ahead] == pytest.approx([a.estimate.high for a in other.ahead])


def test_the_threshold_of_the_policy_says_what_is_overdue() -> None:
    known = simulated(24)
    course = [forecast(known, origin=202112, policy=Policy(overdue_dpd=d)).ahead[0].estimate.value for d in (0, 30, 60)]
    assert course[0] > course[1] > course[2] > 0


def test_a_missing_month_is_left_out_and_nothing_flows_across_it() -> None:
    known = simulated(24)
    kept = [k for k, m in enumerate(known.labels["month"]) if m != 202108]
    labels = {**known.labels, "month": tuple(known.labels["month"][k] for k in kept)}
    rule = Policy(forecast_window=3, forecast_memory=0)
    found = forecast(
        Tally(known.axes, labels, {m: v[kept] for m, v in known.values.items()}), origin=202112, policy=rule
    )
    assert 202108 not in {p.month for p in found.past} | {p.origin for p in found.past}
    assert found.chain is not None
    held = book(known)
    usual = latest(held, window=3)
    assert usual is not None
    assert found.chain.rates == pytest.approx(usual.rates)


@pytest.mark.parametrize(
    ("moved", "origin", "reason"),
    [
        ([{}, {}], MAR, "no_flows"),
        ([{("0", "0"): 800}, {}], APR, "no_balance"),
    ],
)
def test_what_cannot_be_forecast_says_why(moved: Sequence[Cells], origin: int, reason: str) -> None:
    found = forecast(by_hand([{"0": 900}] * 3, moved), origin=origin)
    assert (found.reason, found.ahead, found.past) == (reason, (), ())


def test_a_selection_that_dies_out_has_no_forecast_and_one_that_is_new_no_past() -> None:
    dead = by_hand([{"0": 900}, {"0": 900}, {}], [{("0", "0"): 900}, {}])
    assert forecast(dead, origin=MAR).reason == "no_balance"
    new = by_hand([{}, {"0": 900}, {"0": 900}], [{}, {("0", "0"): 900}])
    assert [a.tried for a in forecast(new, origin=MAR).ahead] == [0] * 6
    assert forecast(new, origin=MAR).ahead[0].estimate.value == 0


def test_a_bucket_that_held_nothing_before_keeps_what_it_has() -> None:
    new = by_hand([{"0": 900}, {"0": 800, ">360": 100}], [{("0", "0"): 800}], months=(JAN, FEB))
    found = forecast(new, origin=FEB)
    assert found.chain is not None
    assert found.chain.rates[STATES.index(">360"), STATES.index(">360")] == 1


def test_balance_without_a_known_bucket_counts_as_gross_and_not_as_overdue() -> None:
    held = [{"31-60": 100, UNKNOWN: 100}] * 2
    found = forecast(by_hand(held, [{("31-60", "31-60"): 100, (UNKNOWN, UNKNOWN): 100}], (JAN, FEB)), origin=FEB)
    assert found.start == 0.5
    assert found.ahead[-1].estimate.value == pytest.approx(0.5)


@pytest.mark.parametrize("where", [{}, {"region": ("north",)}, {"product": ("card",)}])
def test_it_starts_from_the_ratio_of_any_selection(where: dict[str, tuple[str, ...]]) -> None:
    moves = COUNTS.totals(Selection(where=where), by=fc.MOVES, measures=fc.MEASURES)
    totals = COUNTS.totals(Selection(where=where, months=(MONTHS[-1], MONTHS[-1])), measures=("B", "V30"))
    found = forecast(moves, origin=MONTHS[-1])
    assert found.start == pytest.approx(float(totals["V30"].sum() / totals["B"].sum()), rel=1e-6)
    assert all(0 < a.estimate.value < 1 for a in found.ahead)
