"""Monitoring room: what the open months will come to, from how late acceptances were reported before, and how well such
projections held once the outcomes were in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.months import ordinal
from data.rows import FINAL_AFTER, OPEN, POSITIVE, REPORTED_AFTER
from monitoring.estimate import Estimate
from monitoring.intervals import Array
from monitoring.outcomes import completion, nowcast
from monitoring.policy import Policy
from monitoring.tallies import array

BY = ("month", FINAL_AFTER, REPORTED_AFTER)
"""What the totals are counted by."""


@dataclass(frozen=True)
class Projection:
    """An open month `age` months after its own (negative: it has not ended): acceptances `reported` so far, the share
    `done` of all acceptances that is usually reported by then, and the `total` that the month will come to."""

    month: int
    age: int
    reported: float
    done: float
    total: Estimate


@dataclass(frozen=True)
class Past:
    """What would have been projected of a month that is complete now, at an `age`, and what `came`."""

    month: int
    age: int
    total: Estimate
    came: float

    @property
    def held(self) -> bool:
        """Whether the interval held what came."""
        return self.total.low <= self.came <= self.total.high


@dataclass(frozen=True)
class Nowcast:
    """Projections of the `open` months, and `past` ones of complete months. `window`: months until an outcome is final;
    `shares[age]`: how much is usually reported by then, from `complete` months. `reason`: why there is none."""

    window: int = 0
    complete: int = 0
    shares: tuple[float, ...] = ()
    open: tuple[Projection, ...] = ()
    past: tuple[Past, ...] = ()
    reason: str = ""

    def done(self, age: int) -> float:
        """Share of the acceptances that is reported at an age; NaN where it is not known."""
        return self.shares[age] if 0 <= age < len(self.shares) else math.nan

    @property
    def held(self) -> int:
        """How many of the past projections held what came."""
        return sum(p.held for p in self.past)


def project(totals: Tally, *, as_of: int, policy: Policy | None = None) -> Nowcast:
    """Projections from totals by BY. Past ones use only what was complete at the time."""
    rule = policy or Policy()
    window = _window(totals)
    if window < 0:
        return Nowcast(reason="no_report_dates")
    if window == 0:
        return Nowcast(reason="closes_at_once")
    months, delays, unsaid = totals.labels["month"], _delays(totals, window), _unsaid(totals)
    ages = np.array([ordinal(as_of) - ordinal(m) for m in months])
    complete = (ages >= window) & (delays.sum(1) > 0)
    if unsaid or not delays.sum():
        return Nowcast(window, reason="no_report_dates" if unsaid else "no_positives")
    usual = delays[complete].sum(0)
    shares = tuple(completion(usual, age)[0] for age in range(window))
    opened = tuple(
        _projection(month, int(age), row, usual, rule)
        for month, age, row in zip(months, ages, delays, strict=True)
        if age < window
    )
    return Nowcast(window, int(complete.sum()), shares, opened, _past(months, ages, delays, complete, rule))


def _projection(month: int, age: int, row: Array, usual: Array, rule: Policy) -> Projection:
    reported = float(row[: max(age + 1, 0)].sum())
    if age < 0:
        return Projection(month, age, reported, 0.0, Estimate(reason="no_label_yet"))
    done, se = completion(usual, age)
    if not done >= rule.nowcast_least:
        return Projection(month, age, reported, done, Estimate(n=reported, reason="too_early"))
    return Projection(month, age, reported, done, _cast(reported, done, se, rule))


def _cast(reported: float, done: float, se: float, rule: Policy) -> Estimate:
    return nowcast(reported, done=done, se_done=se, confidence=rule.nowcast_confidence)


def _past(months: Sequence[int], ages: Array, delays: Array, complete: Array, rule: Policy) -> tuple[Past, ...]:
    window, found = delays.shape[1] - 1, []
    for k in np.flatnonzero(complete):
        for age in range(window):
            before = complete & (ages >= ages[k] - age + window)
            done, se = completion(delays[before].sum(0), age)
            if before.sum() >= rule.nowcast_months_least and done >= rule.nowcast_least:
                total = _cast(float(delays[k, : age + 1].sum()), done, se, rule)
                found.append(Past(months[int(k)], age, total, float(delays[k].sum())))
    return tuple(found)


def _window(totals: Tally) -> int:
    """The most months until an outcome is final; -1 where the rows do not say."""
    n = array(totals, "n", (FINAL_AFTER,))
    said = [int(level) for level, count in zip(totals.labels[FINAL_AFTER], n, strict=True) if level.isdigit() and count]
    return max(said, default=-1)


def _delays(totals: Tally, window: int) -> Array:
    """Acceptances by month and by how many months later they were reported, 0 to `window`."""
    n = array(totals, "n", ("month", REPORTED_AFTER, "label"))
    counted, levels = n[..., POSITIVE] + n[..., OPEN], totals.labels[REPORTED_AFTER]
    out = np.zeros((len(counted), window + 1))
    for k, level in enumerate(levels):
        if level.isdigit():
            out[:, min(int(level), window)] += counted[:, k]
    return out


def _unsaid(totals: Tally) -> bool:
    """Whether the rows of closed acceptances do not say when they were reported."""
    n = array(totals, "n", (REPORTED_AFTER, "label"))[:, POSITIVE]
    said = sum(n[k] for k, level in enumerate(totals.labels[REPORTED_AFTER]) if level.isdigit())
    return bool(n.sum() > 0 and said < n.sum() / 2)
