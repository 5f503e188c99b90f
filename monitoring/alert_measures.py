"""Monitoring room: what a rule can watch, month by month, as readings with their own limits, from counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from data import months
from data.counts import Tally
from data.rows import FINAL_AFTER, NEGATIVE, OPEN
from monitoring import outcomes, overdue, score_drift
from monitoring.alerts import Reading
from monitoring.backtest import MonthBacktest
from monitoring.coverage import Loss, Passage, losses
from monitoring.cutoff import break_even
from monitoring.estimate import Estimate
from monitoring.intervals import design_effect, rate, wald
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group, closed

DAYS_PER_MONTH = 30


def lag(totals: Tally, *, as_of: int, policy: Policy) -> int:
    """Months after its own until the outcomes of a month are final, from totals by month and FINAL_AFTER: until as many
    are as make a month mature. Where the rows do not say, the months from the last mature one to `as_of`, and no fewer
    than the window for an acceptance takes."""
    n = array(totals, "n", (FINAL_AFTER, "label"))
    outcomes_of = closed(n) + n[..., OPEN]
    told = {int(after): v for after, v in zip(totals.labels[FINAL_AFTER], outcomes_of, strict=True) if after.isdigit()}
    if sum(told.values()) > 0:
        by = np.cumsum([told[k] for k in sorted(told)])
        return sorted(told)[int(np.argmax(by >= policy.maturity_ok * by[-1]))]
    ripe = [m.month for m in outcomes.by_month(totals, policy=policy) if m.share >= policy.maturity_ok]
    taken = months.ordinal(as_of) - months.ordinal(ripe[-1]) if ripe else 0
    return max(taken, math.ceil(policy.acceptance_window_days / DAYS_PER_MONTH))


def fdr(listed: Tally, *, lag: int, policy: Policy) -> list[Reading]:
    """Share of wasted contacts by month, against the break-even, from totals of the rows at or above the threshold in
    use, by month and random group."""
    n = by_random_group(listed, "n", ("month", "label"))
    known, wrong = closed(n), n[..., NEGATIVE]
    found = []
    for k, ripe in enumerate(outcomes.by_month(listed, policy=policy)):
        deff = design_effect(wrong[:, k], known[:, k], confidence=policy.confidence)
        estimate = rate(float(wrong[:, k].sum()), float(known[:, k].sum()), deff=deff, confidence=policy.confidence)
        found.append(_of_outcomes(ripe.month, estimate, break_even(policy), ripe.share, lag, policy))
    return found


def gap(backtests: Sequence[MonthBacktest], *, lag: int, policy: Policy) -> list[Reading]:
    """Observed less promised rate by month, against the departure that a segment must show."""
    return [_of_outcomes(m.month, _less(m), -policy.segment_gap, m.maturity, lag, policy) for m in backtests]


def _less(month: MonthBacktest) -> Estimate:
    seen, promised = month.observed_robust, month.predicted_rate
    low, high = seen.low - promised, seen.high - promised
    return Estimate(seen.value - promised, low, high, month.n, seen.se, seen.method, month.reason)


def auc(backtests: Sequence[MonthBacktest], *, lag: int, policy: Policy) -> list[Reading]:
    """AUC by month, against the least that is all right."""
    return [_of_outcomes(m.month, m.auc, policy.auc_ok, m.maturity, lag, policy) for m in backtests]


def _of_outcomes(month: int, estimate: Estimate, limit: float, known: float, lag: int, policy: Policy) -> Reading:
    """A reading that rests on outcomes: it counts once they have matured."""
    immature = not known >= policy.maturity_ok and not math.isnan(known)
    return Reading(month, estimate, limit, known=months.add(month, lag), reason="immature" if immature else "")


def psi(histogram: Tally, *, policy: Policy) -> list[Reading]:
    """PSI of the score by month against the first scored months, from a histogram by month. What chance alone exceeds
    once in twenty months is the least limit."""
    found = []
    for m in score_drift.score_drift(histogram, policy=policy).months:
        e = wald(m.psi.psi, m.psi.se, n=m.n, confidence=policy.confidence)
        bounded = Estimate(e.value, max(e.low, 0.0), e.high, e.n, e.se, e.method, m.psi.reason)
        found.append(Reading(m.month, bounded, policy.psi_watch, m.psi.critical, known=m.month))
    return found


def icv(totals: Tally, *, policy: Policy) -> list[Reading]:
    """Overdue ratio at the opening of each month against the bank's limit, from totals by month."""
    return [
        Reading(m.month, Estimate(m.icv, n=m.n, reason="no_balance" if math.isnan(m.icv) else ""),
                policy.icv_appetite, known=m.month)
        for m in overdue.series(totals, policy=policy)
    ]  # fmt: skip


def lost(found: Passage, all_months: Sequence[int], step: str, *, policy: Policy) -> list[Reading]:
    """Share of the rows that a step of the coverage loses in each month, against what is more than usual by the months
    before it. `found`: the passage by month alone."""
    if step not in found.steps:
        return []
    entered = found.stays[0, found.steps.index(step) - 1]
    mine = [x for x in losses(found, all_months, policy=policy) if x.step == step]
    return [_loss(x, float(n)) for x, n in zip(mine, entered, strict=True)]


def _loss(loss: Loss, entered: float) -> Reading:
    reason = "empty" if math.isnan(loss.lost) else ""
    return Reading(loss.month, Estimate(loss.lost, n=entered, reason=reason), loss.limit, known=loss.month)


def still_open(totals: Tally, *, lag: int, as_of: int, policy: Policy) -> list[Reading]:
    """Share of the outcomes of each month that are open although they should be final by `as_of`, from totals by month;
    a month whose outcomes may still come does not count."""
    found = []
    for m in outcomes.by_month(totals, policy=policy):
        seen = months.add(m.month, lag)
        estimate = Estimate(1 - m.share, n=m.matured + m.open, reason="empty" if math.isnan(m.share) else "")
        late = "too_early" if seen > as_of else ""
        found.append(Reading(m.month, estimate, 1 - policy.maturity_ok, known=seen, reason=late))
    return found
