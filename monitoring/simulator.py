"""Monitoring room: the overdue ratio next month if other obligations were offered an option. Sums only, no model.

Grade D of the evidence ladder: a simulation, not an observed result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.policy_sums import Half, Line, Period, PolicyBins, Support
from monitoring.estimate import Estimate
from monitoring.evidence import Gate
from monitoring.intervals import jackknife, wald
from monitoring.metrics import ratio, share
from monitoring.policy import Policy

LEAST_IN_BIN = 5
"""Rows with and without an offer, each, that a bin needs for the data to speak about it."""

SHARES = tuple(k / 50 for k in range(51))
"""Shares of the line at which its course is drawn."""


@dataclass(frozen=True)
class PolicyIcv:
    """Overdue ratio next month if the policy were used, if nobody got an offer, the change against nobody, and, where
    what happened is known, against that. Fractions; a simulation, not an observed result."""

    icv: Estimate
    icv_none: float
    change: Estimate
    change_today: Estimate


def policy_icv(
    sums: PolicyBins, take: object, *, overdue_outside: float, gross: float, observed: float = math.nan,
    confidence: float = 0.95,
) -> PolicyIcv:  # fmt: skip
    """Overdue ratio under a policy that offers to share `take` of each bin. `overdue_outside` is the overdue balance of
    those who cannot get an offer, `observed` that of those who can as it came; NaN when there is no gross balance.

    SE = √Σ(take·r1 + (1 − take)·r0)/G; of the change against nobody √Σ take(r1 + r0)/G: a row has one arm, so that
    the cross term is zero.
    """
    if not gross > 0:
        none = Estimate(reason="no_balance")
        return PolicyIcv(none, math.nan, none, none)
    total, against_none, against_today = _totals(sums, take, observed, confidence)
    return PolicyIcv(
        replace(_moved(total, overdue_outside).over(gross), n=gross),
        (overdue_outside + float(sums.b0.sum())) / gross,
        replace(against_none.over(gross), n=gross),
        replace(against_today.over(gross), n=gross),
    )


def _totals(sums: PolicyBins, take: object, observed: float, confidence: float) -> tuple[Estimate, Estimate, Estimate]:
    """Total under a policy, its difference to that of no offers, and to what was observed."""
    t = np.asarray(take, float)
    value = float((t * sums.b1 + (1 - t) * sums.b0).sum())
    told = (
        (value, t * sums.r1 + (1 - t) * sums.r0),
        (value - float(sums.b0.sum()), t * (sums.r1 + sums.r0)),
        (value - observed, t * sums.t1 + (1 - t) * sums.t0),
    )
    total, none, today = (wald(v, math.sqrt(float(s.sum())), confidence=confidence) for v, s in told)
    return total, none, today


def _moved(estimate: Estimate, by: float) -> Estimate:
    return replace(estimate, value=estimate.value + by, low=estimate.low + by, high=estimate.high + by)


def take(line: Line, k: float) -> np.ndarray:
    """Share of each bin that the first `k` (0..1) of the line holds."""
    before = np.cumsum(line.rows) - line.rows
    return np.clip(ratio(k * line.rows.sum() - before, line.rows), 0, 1) * (line.rows > 0)


@dataclass(frozen=True)
class Scenario:
    """What offers to the first `k` of a line are simulated to bring, per month: length of the list and its share of the
    balance in line, overdue ratios, clients who pay and money paid beyond what no offers bring, cost of the offers, and
    money less cost. NaN where the data or the costs are lacking."""

    k: float
    offers: float
    balance: float
    policy: PolicyIcv
    icv_today: float
    offers_today: float
    payers: Estimate
    cash: Estimate
    cost: float
    net: Estimate


def scenario(half: Half, ordering: str, k: float, *, months: int, policy: Policy | None = None) -> Scenario:
    """The scenario of the first `k` (0..1) of the line by `ordering`, from sums over so many `months`."""
    rule, line = policy or Policy(), half.lines[ordering]
    taken = take(line, k)
    icv = policy_icv(
        line.outcomes["overdue"], taken, overdue_outside=half.outside, gross=half.gross, observed=half.observed,
        confidence=rule.confidence,
    )  # fmt: skip
    extra = {
        name: _totals(line.outcomes[name], taken, math.nan, rule.confidence)[1].over(months)
        if name in line.outcomes else Estimate(reason="empty")
        for name in ("paid", "cash")
    }  # fmt: skip
    offers = float((taken * line.rows).sum()) / months
    cost = offers * rule.cost_per_contact
    today = share(half.outside + half.observed, half.gross)
    made = float(line.offered.sum()) / months
    held = share(float((taken * line.balance).sum()), float(line.balance.sum()))
    return Scenario(k, offers, held, icv, today, made, extra["paid"], extra["cash"], cost, _moved(extra["cash"], -cost))


def at_capacity(half: Half, ordering: str, n: float, *, months: int) -> float:
    """The share of the line, 0..1, that `n` offers a month reach."""
    rows = float(half.lines[ordering].rows.sum()) / months
    return min(max(n / rows, 0.0), 1.0) if rows > 0 else 0.0


def course(half: Half, ordering: str, *, months: int, policy: Policy | None = None) -> tuple[Scenario, ...]:
    """Scenarios of the line from nobody to everybody."""
    return tuple(scenario(half, ordering, k, months=months, policy=policy) for k in SHARES)


@dataclass(frozen=True)
class Best:
    """The share of the line with the highest net value, found on the clients of the even random groups and weighed on
    those of the odd ones: on the same clients it would flatter itself."""

    k: float
    net: Estimate


def best(period: Period, ordering: str, *, policy: Policy | None = None) -> Best | None:
    """The best share by net value; None where costs or payments are not known."""
    months = len(period.months)
    found = course(period.even, ordering, months=months, policy=policy)
    known = [s for s in found if math.isfinite(s.net.value)]
    if not known:
        return None
    k = max(known, key=lambda s: s.net.value).k
    return Best(k, scenario(period.odd, ordering, k, months=months, policy=policy).net)


def gates(period: Period, support: Support, ordering: str, *, policy: Policy | None = None) -> tuple[Gate, ...]:
    """The conditions of a simulation: bins that the data can speak about, enough rows that carry the weight, no effect
    on the payment before the offer, and, where the probability of an offer had to be estimated, overlap.

    Overlap is a condition of grade B, of an average effect over everybody. A simulation holds it only where the
    probabilities are estimates: near 0 or 1 these are too poor to divide by. One that was logged is exact however near
    it lies: it makes sums no more wrong, only less sure, which the interval and the effective sample size say already;
    and a list that nobody, or everybody, in a bin was offered is caught by the bins. A model's arm that offers to the
    best of a list and tries a few others lies outside of 0.05..0.95 by design. Low overlap is then said (`passed` is
    None), and does not refuse.
    """
    rule = policy or Policy()
    line = period.both.lines[ordering]
    unsupported = share(float(_unsupported(line).sum()), float((line.rows > 0).sum()))
    ess = min(support.ess_offered, support.ess_others)
    placebo = placebo_effect(support, confidence=rule.confidence)
    wide = True if support.overlap >= rule.overlap_least else False if support.propensity == "estimated" else None
    return (
        Gate("unsupported", unsupported, rule.unsupported_most, unsupported < rule.unsupported_most),
        Gate("effective_size", ess, rule.ess_least, ess >= rule.ess_least),
        Gate("placebo", placebo.value, 0.0, placebo.low <= 0 <= placebo.high if math.isfinite(placebo.se) else None),
        Gate("overlap", support.overlap, rule.overlap_least, wide),
    )


def _unsupported(line: Line) -> np.ndarray:
    """Bins with rows, too few of them offered or too few not."""
    return (np.minimum(line.offered, line.rows - line.offered) < LEAST_IN_BIN) & (line.rows > 0)


def unsupported(line: Line) -> tuple[tuple[float, float], ...]:
    """Where on the line, as shares of it from the top, the data cannot speak: bins side by side as one stretch."""
    marked = np.flatnonzero(np.diff(_unsupported(line).astype(int), prepend=0, append=0))
    reached = np.append(0, np.cumsum(line.rows)) / line.rows.sum()
    return tuple((float(reached[a]), float(reached[b])) for a, b in marked.reshape(-1, 2))


def placebo_effect(support: Support, *, confidence: float = 0.95) -> Estimate:
    """Mean effect of the offer on whether the month before was paid, which should be nothing; client-robust."""
    rows, sums = np.asarray(support.placebo_rows, float), np.asarray(support.placebo_sums, float)
    return jackknife(ratio, sums, rows, confidence=confidence).estimate(n=float(rows.sum()))


def failed(found: Sequence[Gate]) -> tuple[Gate, ...]:
    """The conditions that do not hold."""
    return tuple(g for g in found if g.passed is not None and not g.passed)
