"""Monitoring room: groups that went live at different times, compared over time (difference in differences).

Each group is one observation: its ratio of sums after go-live less that before. However many clients a group has, what
happens to a region happens to all of it, so the groups are counted and not the clients.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy import stats

from data.counts import Tally
from data.months import ordinal
from monitoring.estimate import Estimate
from monitoring.intervals import Array, mde
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array

MEASURES = ("n", "eligible", "offered", "B", "V1", "V30", "V60", "V90")
"""The totals that groups read, by month and the dimension of the groups."""
_NOTHING = 1e-12
"""Spread of ratios below which groups do not differ at all."""


@dataclass(frozen=True)
class Rollout:
    """Which groups work with the model: levels of a dimension with the month (YYYYMM) since when, and those that never
    began. `other_changes`: months in which something else changed for some of them; None when nobody said."""

    dimension: str
    since: Mapping[str, int]
    never: tuple[str, ...] = ()
    other_changes: tuple[int, ...] | None = None


def rollout(said: Mapping[str, Any]) -> Rollout | None:
    """The roll-out that a release names; None when it names none."""
    if not said.get("since"):
        return None
    changes = said.get("other_changes")
    return Rollout(
        str(said["dimension"]), dict(said["since"]), tuple(said.get("never", ())),
        None if changes is None else tuple(changes),
    )  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """Sums by month (rows, YYYYMM in order) and group (columns): overdue and gross balance, obligations that may be
    offered something, offers."""

    months: tuple[int, ...]
    groups: tuple[str, ...]
    overdue: Array
    gross: Array
    eligible: Array
    offered: Array

    def ratio(self, groups: Sequence[str], months: Sequence[int]) -> Array:
        """Overdue ratio of each group over all of these months, sums first; NaN without a balance."""
        at = np.ix_([self.months.index(m) for m in months], [self.groups.index(g) for g in groups])
        return ratio(self.overdue[at].sum(0), self.gross[at].sum(0))

    def course(self, groups: Sequence[str]) -> Array:
        """Overdue ratio by month and group."""
        at = [self.groups.index(g) for g in groups]
        return ratio(self.overdue[:, at], self.gross[:, at])

    def uptake(self, group: str, months: Sequence[int]) -> float:
        """Offers as a share of what may be offered something, over the months in which anybody got an offer; NaN where
        nothing may."""
        made, k = self.offered.sum(1) > 0, self.groups.index(group)
        at = [i for i in map(self.months.index, months) if made[i]]
        return float(ratio(self.offered[at, k].sum(), self.eligible[at, k].sum()))


def panel(totals: Tally, dimension: str, *, policy: Policy) -> Panel:
    """The panel of a dimension, from totals by month and by it."""
    by = ("month", dimension)
    names = (policy.overdue_measure, "B", "eligible", "offered")
    return Panel(totals.labels["month"], totals.labels[dimension], *(array(totals, name, by) for name in names))


@dataclass(frozen=True)
class Wave:
    """A go-live and whom it is seen against: the groups that began in the month `go_live`, and those that had not begun
    by the last of the months `after`. `before` ends with the opening of go-live, at which nothing could have worked.
    `left_out`: group → "not_named", "not_in_data", "began_before", "began_soon_after" or "not_throughout"."""

    go_live: int
    treated: tuple[str, ...]
    compared: tuple[str, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    left_out: Mapping[str, str]


def wave(found: Panel, plan: Rollout, *, policy: Policy) -> Wave:
    """The go-live with the most groups on its smaller side, the earlier of equals."""
    waves = [_wave(found, plan, month, policy) for month in sorted(set(plan.since.values()))]
    return max(waves, key=lambda w: (bool(w.after), min(len(w.treated), len(w.compared)), -w.go_live))


def _wave(found: Panel, plan: Rollout, go_live: int, policy: Policy) -> Wave:
    soon = ordinal(go_live) + policy.post_months_least
    out = {g: "not_named" for g in found.groups if g not in plan.since and g not in plan.never}
    out |= {g: "not_in_data" for g in (*plan.since, *plan.never) if g not in found.groups}
    out |= {g: "began_before" for g, m in plan.since.items() if m < go_live and g not in out}
    out |= {g: "began_soon_after" for g, m in plan.since.items() if go_live < m and ordinal(m) < soon and g not in out}
    later = [m for g, m in plan.since.items() if m > go_live and g not in out]
    until = min(later, default=max(found.months, default=0))
    before = tuple(m for m in found.months if m <= go_live)[-policy.pre_months_most :]
    after = tuple(m for m in found.months if go_live < m <= until)
    seen = [found.months.index(m) for m in (*before, *after)]
    there = {g: bool((found.gross[seen, k] > 0).all()) for k, g in enumerate(found.groups)}
    out |= {g: "not_throughout" for g in found.groups if g not in out and not there[g]}
    kept = [g for g in found.groups if g not in out]
    treated = tuple(g for g in kept if plan.since.get(g) == go_live)
    return Wave(go_live, treated, tuple(g for g in kept if g not in treated), before, after, out)


@dataclass(frozen=True)
class Gap:
    """A difference in differences with its t interval, p, and the smallest difference that could have been seen."""

    estimate: Estimate
    p: float = math.nan
    mde: float = math.nan


def difference(treated: Array, compared: Array, *, rows: float = 0.0, policy: Policy | None = None) -> Gap:
    """Mean of the treated groups' changes less that of the others; the groups' spread within the sides, t with G - 2
    degrees of freedom. NaN with its reason for fewer than three groups, a side without one, or groups all alike."""
    rule = policy or Policy()
    sides, df = (np.asarray(treated, float), np.asarray(compared, float)), len(treated) + len(compared) - 2
    if min(map(len, sides)) < 1 or df < 1 or not all(np.isfinite(s).all() for s in sides):
        return Gap(Estimate(n=rows, reason="few_groups"))
    value = float(sides[0].mean() - sides[1].mean())
    squares = sum(float(((s - s.mean()) ** 2).sum()) for s in sides)
    se = math.sqrt(squares / df * sum(1 / len(s) for s in sides))
    if se < _NOTHING:
        return Gap(Estimate(value, n=rows, reason="no_variance"), p=float(abs(value) < _NOTHING))
    half = float(stats.t.ppf(1 - (1 - rule.confidence) / 2, df)) * se
    p = float(2 * stats.t.sf(abs(value) / se, df))
    return Gap(
        Estimate(value, value - half, value + half, rows, se, "groups"), p,
        float(mde(se, confidence=rule.confidence, df=df)),
    )  # fmt: skip


@dataclass(frozen=True)
class Permuted:
    """Share of all ways to name as many groups treated that show at least as much, and the least that share can be."""

    p: float = math.nan
    least: float = math.nan


def permuted(treated: Array, compared: Array, *, policy: Policy | None = None) -> Permuted:
    """The permutation test over groups, where they are few enough to name all ways; NaN where they are not."""
    changes, k = np.r_[np.asarray(treated, float), np.asarray(compared, float)], len(treated)
    n = len(changes)
    if not 0 < k < n or n > (policy or Policy()).permuted_groups_most or not np.isfinite(changes).all():
        return Permuted()
    chosen = np.array([changes[list(c)].sum() for c in combinations(range(n), k)])
    apart = np.abs(chosen / k - (changes.sum() - chosen) / (n - k))
    return Permuted(float((apart >= apart[0] - _NOTHING).mean()), (1 + (2 * k == n)) / len(chosen))


@dataclass(frozen=True)
class CourseMonth:
    """A month of the event study: how far the two sides have come apart since the opening of go-live."""

    month: int
    gap: Gap


def changes(found: Panel, groups: Sequence[str], before: Sequence[int], after: Sequence[int]) -> Array:
    """Each group's ratio over the months after less that over the months before."""
    return found.ratio(groups, after) - found.ratio(groups, before)


def did(found: Panel, seen: Wave, before: Sequence[int], after: Sequence[int], *, policy: Policy) -> Gap:
    """The difference in differences of the wave's groups between two spans of months."""
    if not before or not after:
        return Gap(Estimate(reason="too_early" if before else "no_month_before"))
    sides = [changes(found, groups, before, after) for groups in (seen.treated, seen.compared)]
    return difference(*sides, rows=float(len(seen.treated) + len(seen.compared)), policy=policy)


def course(found: Panel, seen: Wave, *, policy: Policy) -> tuple[CourseMonth, ...]:
    """The event study: every month of the wave against the opening of go-live, where it is 0 by construction."""
    anchor = seen.before[-1:]
    return tuple(
        CourseMonth(m, Gap(Estimate(0.0)) if (m,) == anchor else did(found, seen, anchor, (m,), policy=policy))
        for m in (*seen.before, *seen.after)
    )


def placebo(found: Panel, seen: Wave, *, policy: Policy) -> tuple[int, Gap]:
    """A go-live made up in the middle of the months before, and what it seems to have done: nothing should show."""
    half = len(seen.before) // 2
    if half < 1:
        return 0, Gap(Estimate(reason="no_month_before"))
    return seen.before[half - 1], did(found, seen, seen.before[:half], seen.before[half:], policy=policy)
