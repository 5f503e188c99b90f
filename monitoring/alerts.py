"""Monitoring room: a rule that watches a figure by month: when it fires, when it is over, and what its firings were
worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from monitoring.estimate import Estimate
from monitoring.intervals import rate
from monitoring.policy import Policy

MEASURES: Final = ("fdr", "gap", "auc", "psi", "icv", "lost_eligible", "lost_scored", "lost_worked", "open")
"""What a rule can watch: the share of wasted contacts; observed less promised rate; the AUC; the PSI of the score; the
overdue ratio; the share of rows that a step of the coverage loses; the share of outcomes still open."""
BELOW: Final = ("gap", "auc")
"""Measures of which little is bad."""
CHANCE: Final = {"fdr": 0.5, "gap": 0.5, "auc": 0.5, "psi": 0.05}
"""Chance that a month lies beyond the limit without anything to find: a rate whose true value is the limit, a PSI
without a shift. Other measures are censuses."""

Verdict = Literal["real", "unconfirmed", "waiting"]


@dataclass(frozen=True)
class Condition:
    """What a rule asks: that a measure lies beyond a `limit` (a fraction; NaN: the measure's own) in `months` counted
    months in a row, each resting on at least `least` rows. An alert is over after `calm` counted months in a row
    within the limit. `sure`: a month only counts as beyond when its whole interval is."""

    measure: str
    limit: float = math.nan
    months: int = 2
    least: int = 300
    calm: int = 1
    sure: bool = False

    @property
    def below(self) -> bool:
        """Whether beyond the limit means below it."""
        return self.measure in BELOW


@dataclass(frozen=True)
class Reading:
    """A measure in a month: its estimate, its own `limit` there (NaN: none) and the `floor` below which any limit is
    chance (NaN: none); `known` is the month in which it could first be read. `reason` says why the month cannot count,
    whatever a rule asks: "immature", or why the number is missing."""

    month: int
    estimate: Estimate
    limit: float = math.nan
    floor: float = math.nan
    known: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Month:
    """A reading held against the limit of a rule. `over`: the value lies beyond; `sure`: its whole interval does.
    `why`: the reason for which the month does not count, "" when it does."""

    reading: Reading
    limit: float
    over: bool
    sure: bool
    why: str = ""


@dataclass(frozen=True)
class Firing:
    """An alert: the counted months in a row that raised it, the last of them being its `month`; when it could be
    `known`; `ended`, the month in which it was over (0: it still stands); the counted months `after` it that its
    verdict looks at.

    It was "real" when the whole interval of its month lies beyond the limit, or more than half of the months after it,
    as many as the rule asks for, lie beyond too; "waiting" while those are not known; else "unconfirmed".
    """

    raised: tuple[Month, ...]
    known: int
    ended: int = 0
    after: tuple[Month, ...] = ()
    verdict: Verdict = "waiting"

    @property
    def month(self) -> int:
        """The month with which it was raised."""
        return self.raised[-1].reading.month

    @property
    def stands(self) -> bool:
        """Whether it is not over."""
        return not self.ended


@dataclass(frozen=True)
class Replay:
    """A rule on all history: every month, counted or not, and every firing in order. `by_chance` is how often it would
    fire in so many months with nothing to find (NaN: a census knows no chance)."""

    condition: Condition
    months: tuple[Month, ...] = ()
    firings: tuple[Firing, ...] = ()
    by_chance: float = math.nan
    policy: Policy = field(default_factory=Policy)

    @property
    def counted(self) -> tuple[Month, ...]:
        """The months that count."""
        return tuple(m for m in self.months if not m.why)

    def of(self, verdict: Verdict) -> int:
        """How many firings have this verdict."""
        return sum(f.verdict == verdict for f in self.firings)

    @property
    def precision(self) -> Estimate:
        """Share of the firings with a verdict that were real; NaN with "empty" where there is none yet."""
        real = self.of("real")
        return rate(real, real + self.of("unconfirmed"), min_n=self.policy.min_n, confidence=self.policy.confidence)


def replay(readings: Sequence[Reading], condition: Condition, *, policy: Policy | None = None) -> Replay:
    """What a rule would have done on these readings, in the order of their months. A month that does not count neither
    breaks a row of months nor lengthens it. A standing alert does not fire again. Raises ValueError for a condition
    that asks for less than one month or row."""
    if min(condition.months, condition.calm, condition.least) < 1:
        raise ValueError(f"{condition} asks for less than one month or row")
    rule = policy or Policy()
    months = tuple(_held(r, condition) for r in sorted(readings, key=lambda r: r.month))
    counted = [m for m in months if not m.why]
    firings = tuple(_judged(f, counted, condition) for f in _firings(counted, condition))
    return Replay(condition, months, firings, by_chance(condition, len(counted), confidence=rule.confidence), rule)


def _held(reading: Reading, condition: Condition) -> Month:
    """A reading against the limit that holds for it."""
    e, side = reading.estimate, -1 if condition.below else 1
    limit = condition.limit if math.isfinite(condition.limit) else reading.limit
    if math.isfinite(reading.floor):
        limit = max(limit, reading.floor)
    why = reading.reason or ("" if math.isfinite(e.value) else e.reason or "empty")
    why = why or ("small_sample" if e.n < condition.least else "" if math.isfinite(limit) else "no_limit")
    near = e.high if condition.below else e.low
    over = not why and side * (e.value - limit) > 0
    return Month(reading, limit, over, over and math.isfinite(near) and side * (near - limit) > 0, why)


def _firings(counted: Sequence[Month], condition: Condition) -> list[Firing]:
    """Row after row of months beyond the limit, with the months that end what they raised."""
    found: list[Firing] = []
    run: list[Month] = []
    calm, stands = 0, False
    for m in counted:
        run = [*run, m] if (m.sure if condition.sure else m.over) else []
        calm = 0 if m.over else calm + 1
        if stands and calm >= condition.calm:
            found[-1] = Firing(found[-1].raised, found[-1].known, m.reading.month)
            stands = False
        elif not stands and len(run) >= condition.months:
            raised = tuple(run[-condition.months :])
            found.append(Firing(raised, max(x.reading.known for x in raised)))
            stands = True
    return found


def _judged(firing: Firing, counted: Sequence[Month], condition: Condition) -> Firing:
    later = tuple(m for m in counted if m.reading.month > firing.month)[: condition.months]
    verdict: Verdict = "waiting"
    if firing.raised[-1].sure:
        verdict = "real"
    elif len(later) == condition.months:
        verdict = "real" if 2 * sum(m.over for m in later) > len(later) else "unconfirmed"
    return Firing(firing.raised, firing.known, firing.ended, later, verdict)


def by_chance(condition: Condition, months: int, *, confidence: float = 0.95) -> float:
    """Expected number of firings in so many counted months, each independently beyond the limit by chance alone; NaN
    for a census."""
    over = CHANCE.get(condition.measure, math.nan)
    if math.isnan(over):
        return math.nan
    fires = min(over, (1 - confidence) / 2) if condition.sure else over
    k = condition.months
    at = np.zeros(k + condition.calm)  # a row of 0..k-1 months and no alert, then an alert with 0..calm-1 calm months
    at[0], total = 1.0, 0.0
    for _ in range(months):
        idle, standing, then = at[:k], at[k:], np.zeros_like(at)
        total += idle[-1] * fires
        then[1 : k + 1] = idle * fires
        then[0] += idle.sum() * (1 - fires)
        then[k] += standing.sum() * over
        then[k + 1 :] += standing[:-1] * (1 - over)
        then[0] += standing[-1] * (1 - over)
        at = then
    return float(total)
