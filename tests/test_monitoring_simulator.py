"""The simulator: sums against the rows they were made of, laws that no data can break, packages on the same data."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from data.policy_sums import BINS, ORDERINGS, Half, Line, Period, PolicySums, Support, design_effect, policy_bins
from monitoring import simulator
from monitoring.causal import aipw
from monitoring.policy import Policy

MONTHS = 3


class Rows:
    """Made rows: balances, a known probability of an offer, outcomes, and predictions that are somewhat wrong."""

    def __init__(self, n: int = 3000, *, seed: int = 0) -> None:
        r = np.random.default_rng(seed)
        self.x = r.random(n)
        self.balance = np.round(1e6 * np.exp(r.normal(1, 0.8, n)))
        self.e = 0.1 + 0.8 * r.random(n)
        self.d = (r.random(n) < self.e).astype(int)
        self.y = (r.random(n) < 0.5 - 0.3 * self.x * self.d).astype(float)
        self.cash = np.where(r.random(n) < 0.4 + 0.1 * self.d, 1e5, 0.0)
        self.m1, self.m0 = 0.5 - 0.25 * self.x, np.full(n, 0.45)
        self.order = {"value": self.x * self.balance, "score": self.x, "uplift": (self.m0 - self.m1) * self.balance}
        self.bins = {name: np.argsort(np.argsort(-v)) * BINS // n for name, v in self.order.items()}
        self.outside, self.rest = 4e8, 2e10

    def half(self) -> Half:
        lines = {name: self._line(self.bins[name]) for name in ORDERINGS}
        gross = self.rest + self.balance.sum()
        paid = float((self.cash > 0).sum())
        return Half(gross, self.outside, float((self.balance * self.y).sum()), float(self.cash.sum()), paid, lines)

    def _line(self, bins: np.ndarray) -> Line:
        given = {"d": self.d, "e": self.e, "bins": bins, "count": BINS}
        level = np.full(len(bins), 4e4)
        sums = {
            "overdue": policy_bins(self.y, m1=self.m1, m0=self.m0, weight=self.balance, **given),
            "cash": policy_bins(self.cash, m1=level, m0=level, weight=np.ones(len(bins)), **given),
            "paid": policy_bins(self.cash > 0, m1=level / 1e5, m0=level / 1e5, weight=np.ones(len(bins)), **given),
        }
        counts = (np.bincount(bins, w, minlength=BINS) for w in (None, self.d, self.balance))
        return Line(*counts, sums)


@pytest.fixture(scope="module")
def rows() -> Rows:
    return Rows()


def support(**changed: object) -> Support:
    said = {
        "overlap": 1.0, "clipped": 0.0, "ess_offered": 500.0, "ess_others": 500.0, "placebo_rows": (100.0,) * 30,
        "placebo_sums": tuple(float(k % 2 * 2 - 1) for k in range(30)), "propensity": "logged",
    }  # fmt: skip
    return Support(**{**said, **changed})


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("bins_taken", [0, 5, 18, 50])
def test_a_scenario_is_what_its_rows_add_up_to_one_by_one(rows: Rows, ordering: str, bins_taken: int) -> None:
    found = simulator.scenario(rows.half(), ordering, bins_taken / BINS, months=MONTHS)
    listed = rows.bins[ordering] < bins_taken
    late = 0.0
    variance = 0.0
    for i in range(len(rows.d)):
        if listed[i]:
            psi = rows.m1[i] + (rows.y[i] - rows.m1[i]) / rows.e[i] * (rows.d[i] == 1)
            variance += (rows.balance[i] * (psi - rows.m1[i])) ** 2
        else:
            psi = rows.m0[i] + (rows.y[i] - rows.m0[i]) / (1 - rows.e[i]) * (rows.d[i] == 0)
            variance += (rows.balance[i] * (psi - rows.m0[i])) ** 2
        late += rows.balance[i] * psi
    gross = rows.rest + rows.balance.sum()
    assert found.policy.icv.value == pytest.approx((rows.outside + late) / gross, rel=1e-12)
    assert found.policy.icv.se == pytest.approx(math.sqrt(variance) / gross, rel=1e-12)
    assert found.offers == pytest.approx(listed.sum() / MONTHS)
    assert found.icv_today == pytest.approx((rows.outside + (rows.balance * rows.y).sum()) / gross)


def test_a_list_of_nobody_and_a_list_of_all_are_the_same_whatever_the_order(rows: Rows) -> None:
    half = rows.half()
    for k in (0.0, 1.0):
        found = [simulator.scenario(half, name, k, months=MONTHS) for name in ORDERINGS]
        assert len({round(s.policy.icv.value, 12) for s in found}) == 1
        assert len({round(s.cash.value, 3) for s in found}) == 1
    nobody = simulator.scenario(half, "value", 0, months=MONTHS)
    assert (nobody.policy.change.value, nobody.policy.change.se, nobody.offers, nobody.cost) == (0, 0, 0, 0)
    assert nobody.policy.icv.value == nobody.policy.icv_none


def test_the_two_halves_of_a_list_make_the_whole_list(rows: Rows) -> None:
    """What the first k bring, and what the rest brings after them, is what everybody brings."""
    line = rows.half().lines["score"]
    first = simulator.take(line, 0.37)
    assert float((first * line.rows).sum()) == pytest.approx(0.37 * line.rows.sum())
    over = line.outcomes["overdue"]
    parts = [float((t * (over.b1 - over.b0)).sum()) for t in (first, 1 - first)]
    everybody = simulator.scenario(rows.half(), "score", 1, months=MONTHS).policy.change.value
    assert sum(parts) / rows.half().gross == pytest.approx(everybody)


def test_offers_as_they_were_made_are_no_change_but_for_the_luck_of_the_draw() -> None:
    """In a list of those who got an offer, with everybody else left out, nothing differs from what was observed."""
    r = np.random.default_rng(3)
    n = 4000
    e = np.where(np.arange(n) < n // 2, 0.98, 0.02)
    d = (r.random(n) < e).astype(int)
    y, b = (r.random(n) < 0.4 - 0.2 * d).astype(float), np.exp(r.normal(size=n))
    bins = (np.arange(n) >= n // 2).astype(int)
    sums = policy_bins(y, d, e=e, m1=np.full(n, 0.2), m0=np.full(n, 0.4), weight=b, bins=bins, count=2)
    found = simulator.policy_icv(sums, [1, 0], overdue_outside=0, gross=b.sum(), observed=float((b * y).sum()))
    assert found.change_today.low < 0 < found.change_today.high
    assert found.change_today.se < found.change.se / 3


def test_without_a_gross_balance_there_is_no_ratio(rows: Rows) -> None:
    sums = rows.half().lines["value"].outcomes["overdue"]
    found = simulator.policy_icv(sums, np.zeros(BINS), overdue_outside=1, gross=0)
    assert (found.icv.reason, math.isnan(found.icv_none)) == ("no_balance", True)


def test_what_is_not_known_of_cost_is_not_shown_as_nothing(rows: Rows) -> None:
    free = simulator.scenario(rows.half(), "value", 0.3, months=MONTHS, policy=Policy(cost_per_contact=math.nan))
    assert math.isnan(free.cost)
    assert math.isnan(free.net.value)
    assert free.offers == pytest.approx(0.3 * 3000 / MONTHS)
    dear = simulator.scenario(rows.half(), "value", 0.3, months=MONTHS, policy=Policy(cost_per_contact=1000))
    assert dear.cost == pytest.approx(300_000)
    assert dear.net.value == pytest.approx(dear.cash.value - 300_000)


def test_a_capacity_is_a_share_of_the_line(rows: Rows) -> None:
    half = rows.half()
    assert simulator.at_capacity(half, "value", 250, months=MONTHS) == pytest.approx(0.25)
    assert simulator.at_capacity(half, "value", 9e9, months=MONTHS) == 1
    assert simulator.at_capacity(half, "value", -5, months=MONTHS) == 0


def test_the_best_list_is_weighed_on_clients_that_did_not_choose_it() -> None:
    even, odd = Rows(1500, seed=1).half(), Rows(1500, seed=2).half()
    period, rule = Period((202401, 202402, 202403), even, odd), Policy(cost_per_contact=1000)
    found = simulator.best(period, "value", policy=rule)
    assert found is not None
    on_even = [simulator.scenario(even, "value", k, months=MONTHS, policy=rule) for k in simulator.SHARES]
    assert found.k == max(on_even, key=lambda s: s.net.value).k
    assert found.net == simulator.scenario(odd, "value", found.k, months=MONTHS, policy=rule).net
    assert simulator.best(period, "value", policy=Policy(cost_per_contact=math.nan)) is None


def test_the_document_gives_back_what_was_put_in(rows: Rows) -> None:
    period = Period((202401, 202402, 202403), rows.half(), Rows(500, seed=5).half(), gone=2, unranked=7)
    sums = PolicySums((period,), support(), 30)
    back = PolicySums.of(json.loads(json.dumps(sums.as_record())))
    assert back.support == sums.support
    assert (back.periods[0].months, back.periods[0].gone, back.periods[0].unranked) == (period.months, 2, 7)
    for name in ORDERINGS:
        here, there = (simulator.scenario(p.both, name, 0.4, months=3) for p in (period, back.periods[0]))
        assert there.policy.icv.value == pytest.approx(here.policy.icv.value, rel=1e-7)
        assert there.cash.se == pytest.approx(here.cash.se, rel=1e-7)


def test_rows_of_one_client_weigh_as_one(rows: Rows) -> None:
    """Every row twice, as two rows of a client: twice the variance of as many rows that are strangers."""
    given = {n: np.tile(getattr(rows, n), 2) for n in ("y", "d", "e", "m1", "m0")}
    weight, client = np.tile(rows.balance, 2), np.tile(np.arange(3000), 2)
    assert design_effect(**given, weight=weight, client=client) == pytest.approx(2)
    assert design_effect(**given, weight=weight * 0, client=client) == 1
    sums = policy_bins(**given, weight=weight, bins=np.zeros(6000, int), count=1)
    wide = sums.widened(2)
    assert wide.r1[0] == pytest.approx(2 * sums.r1[0])
    assert wide.b1[0] == sums.b1[0]


def test_conditions_fail_for_what_they_are_about(rows: Rows) -> None:
    period = Period((202401, 202402, 202403), rows.half(), rows.half())

    def lost(found: Support, at: Period = period) -> list[str]:
        return [g.name for g in simulator.failed(simulator.gates(at, found, "value"))]

    assert lost(support()) == []
    assert lost(support(ess_offered=99.0)) == ["effective_size"]
    assert lost(support(placebo_sums=tuple(5.0 + k % 2 for k in range(30)))) == ["placebo"]
    assert lost(support(overlap=0.5, propensity="estimated")) == ["overlap"]
    assert lost(support(overlap=0.5)) == []
    few = Rows(60)
    assert lost(support(), Period((202401,), few.half(), few.half())) == ["unsupported"]


def test_everybody_against_nobody_is_the_average_effect(rows: Rows) -> None:
    """With equal balances the change in balance is the mean effect that AIPW finds on the rows."""
    one = np.ones(len(rows.d))
    given = {"e": rows.e, "m1": rows.m1, "m0": rows.m0}
    sums = policy_bins(rows.y, rows.d, **given, weight=one, bins=rows.bins["value"], count=BINS)
    found = simulator.policy_icv(sums, np.ones(BINS), overdue_outside=0, gross=one.sum())
    assert found.change.value == pytest.approx(aipw(rows.y, rows.d, **given)[0].value)


def test_the_parts_of_a_list_that_nobody_or_everybody_was_offered_are_named() -> None:
    """Bins of 10, 20, 30, 0 and 40 rows: too few offered in the first and in the third, too few not in the last. That
    without a row says nothing either way, and parts no stretch of bins."""
    rows = np.array([10, 20, 30, 0, 40], float)
    line = Line(rows, np.array([4, 10, 2, 0, 38], float), rows, {})
    assert simulator.unsupported(line) == ((0.0, 0.1), (0.3, 0.6), (0.6, 1.0))
    assert simulator.unsupported(Line(rows, rows / 2, rows, {})) == ()
