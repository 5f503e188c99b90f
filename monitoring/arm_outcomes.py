"""Monitoring room: what the arms came to, in a fixed order (paid, rolled past 30 days, cash, overdue ratio), as an
intention-to-treat difference: everyone counts in the arm drawn, whatever was offered.

Paid and cash speak of the obligations in arrears at go-live, for payments of others may not be recorded; that cohort
was fixed before the model acted. Rolling and the overdue ratio speak of whole arms. Never those in arrears later on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import stats

from data.counts import Tally
from data.months import add
from data.rows import BUCKETS
from monitoring.estimate import Estimate
from monitoring.intervals import Array, mde
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group

ORDER: Final = ("paid", "roll", "cash", "icv")
"""The outcomes in the order in which they are always shown."""
COHORT_MONTHS: Final = 6
"""[D] months, that of go-live included, over which the cohort is followed: few of it are paid off by then."""
COHORT: Final = "go_live_bucket"
"""The dimension that says how many days past due an obligation was when go-live opened."""
COHORT_LEVELS: Final = BUCKETS[1:]
"""Its levels in arrears."""
MEASURES: Final = ("n", "offered", "kept", "paid", "cash", "B", "V1", "V30", "V60", "V90")
"""The totals, by month, arm and random group, that an outcome reads."""
_PARTS: Final = {"paid": ("paid", "n"), "cash": ("cash", "B")}
_FIRST_OVERDUE: Final = {0: 1, 1: 1, 30: 2, 60: 3, 90: 4}
"""Days past due that must be exceeded → the place in BUCKETS of the first bucket beyond."""


@dataclass(frozen=True)
class Sums:
    """One outcome of two arms, model first: `part` / `whole` by random group and arm, and at go-live `before` (group,
    arm, covariate) with its `before_whole`. `rows` obligation-months of both; `months` counted, `first`..`last`."""

    name: str
    part: Array
    whole: Array
    before: Array
    before_whole: Array
    rows: float
    first: int
    last: int
    months: int


@dataclass(frozen=True)
class Outcome:
    """One outcome: its level in the model's arm and in the control, the plain difference and the one adjusted for the
    balances at go-live, p of the latter, and the smallest difference that could have been seen. Shares.

    `worth`: the adjusted difference times the `whole` of the model's arm in a mean month: payments, or money.
    `sentence`: "effect" or "not_detected"; "too_early" without a month.
    """

    name: str
    model: float
    control: float
    plain: Estimate
    adjusted: Estimate
    p: float
    mde: float
    worth: Estimate
    first: int
    last: int

    @property
    def sentence(self) -> str:
        """What is concluded."""
        if math.isnan(self.adjusted.value):
            return "too_early"
        low, high = self.adjusted.low, self.adjusted.high
        return "effect" if low > 0 or high < 0 else "not_detected"


def measures(name: str, policy: Policy) -> tuple[str, str]:
    """The additive measures whose ratio an outcome other than "roll" is."""
    return (policy.overdue_measure, "B") if name == "icv" else _PARTS[name]


def window(name: str, months: Sequence[int], *, go_live: int, last: int) -> list[int]:
    """The months that an outcome counts: from go-live on, up to the `last` whose payments are known and while the
    cohort is followed; the overdue ratio, which stands at the opening of a month, from the month after."""
    if name == "icv":
        return [m for m in months if m > go_live]
    return [m for m in months if go_live <= m <= min(last, add(go_live, COHORT_MONTHS - 1))]


def sums(totals: Tally, name: str, *, arms: tuple[str, str], go_live: int, last: int, policy: Policy) -> Sums | None:
    """The sums of "paid" or "cash" (give the totals of the cohort) or of "icv" (of whole arms), by month, arm and
    random group; None without a month. `last` is the last month whose payments are known."""
    wanted = window(name, totals.labels["month"], go_live=go_live, last=last)
    return _sums(totals, name, measures(name, policy), arms, wanted, go_live, policy)


def sides_of_overdue(policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ageing buckets that are not overdue under the policy, and those that are."""
    first = _FIRST_OVERDUE[policy.overdue_dpd]
    return BUCKETS[:first], BUCKETS[first:]


def rolled(
    totals: Tally, crossed: Tally, *, known: Collection[int], arms: tuple[str, str], go_live: int, policy: Policy
) -> Sums | None:
    """The sums of balance that was not overdue and is in the next month, over the gross balance of the arm, from totals
    by month, arm and random group, and from those of the rows that `crossed`. `known` are the months whose next month
    is in the data; None where there is none from go-live on."""
    months = crossed.labels["month"]
    found = _sums(
        totals, "roll", (policy.overdue_measure, "B"), arms, [m for m in months if m >= go_live and m in known],
        go_live, policy,
    )  # fmt: skip
    if found is None:
        return None
    at = [k for k, m in enumerate(months) if found.first <= m <= found.last and m in known]
    sides = [crossed.labels["arm"].index(a) for a in arms]
    return replace(found, part=by_random_group(crossed, "B", ("month", "arm"))[:, at][:, :, sides].sum(1))


def _sums(
    totals: Tally, name: str, pair: tuple[str, str], arms: tuple[str, str], wanted: Sequence[int], go_live: int,
    policy: Policy,
) -> Sums | None:  # fmt: skip
    months = totals.labels["month"]
    if not wanted or go_live not in months or not set(arms) <= set(totals.labels["arm"]):
        return None
    sides, at = [totals.labels["arm"].index(a) for a in arms], [months.index(m) for m in wanted]
    by = ("month", "arm")
    part, whole = (by_random_group(totals, m, by)[:, at][:, :, sides].sum(1) for m in pair)
    k = months.index(go_live)
    late, early, gross = (by_random_group(totals, m, by)[:, k, sides] for m in (policy.overdue_measure, "V1", "B"))
    rows = array(totals, "n", by)[at][:, sides].sum()
    return Sums(
        name, part, whole, np.stack([late, early - late], -1), gross, float(rows), wanted[0], wanted[-1], len(wanted)
    )


def outcome(found: Sums, *, policy: Policy | None = None) -> Outcome:
    """The outcome, plain and adjusted; intervals by deleting random groups of clients, t with one less than they."""
    rule = policy or Policy()
    levels = ratio(found.part.sum(0), found.whole.sum(0))
    plain = _deleted(lambda keep: _gap(found, keep), found, rule)
    adjusted = _deleted(lambda keep: _lin(found, keep), found, rule)
    df = max(len(found.part) - 1, 1)
    p = float(2 * stats.t.sf(abs(adjusted.value / adjusted.se), df)) if adjusted.se > 0 else math.nan
    return Outcome(
        found.name, float(levels[0]), float(levels[1]), plain, adjusted, p, float(mde(adjusted.se)),
        _times(adjusted, float(found.whole[:, 0].sum()) / found.months), found.first, found.last,
    )  # fmt: skip


def _times(estimate: Estimate, factor: float) -> Estimate:
    return estimate.over(1 / factor) if factor > 0 else Estimate(reason="empty")


def _gap(found: Sums, keep: Array) -> float:
    """Plain difference of the ratios of sums."""
    icv = ratio(found.part[keep].sum(0), found.whole[keep].sum(0))
    return float(icv[0] - icv[1])


def _lin(found: Sums, keep: Array) -> float:
    """Difference adjusted for go-live balances, with slopes of each arm's own (Lin 2013), on random groups.

    The sums of a group are sums over its clients: of what it owes beyond (or short of) the ratio of its arm, and of
    what was late at go-live beyond the ratio of both arms. A slope over groups estimates that over clients. Each arm's
    ratio is moved to what it would be if its go-live balances were those of both arms.
    """
    part, whole = found.part[keep], found.whole[keep]
    before, gross = found.before[keep], found.before_whole[keep]
    common = ratio(before.sum((0, 1)), gross.sum())
    excess = before - common * gross[..., None]
    level = ratio(part.sum(0), whole.sum(0))
    moved = [
        level[a] - float(excess[:, a].sum(0) @ _slopes(part[:, a] - level[a] * whole[:, a], excess[:, a])) / weight
        for a, weight in enumerate(whole.sum(0))
    ]  # fmt: skip
    return float(moved[0] - moved[1])


def _slopes(y: Array, x: Array) -> Array:
    """Least squares with an intercept; of covariates that say the same, the smallest slopes."""
    if not (np.isfinite(y).all() and np.isfinite(x).all()):
        return np.full(x.shape[1], np.nan)
    return np.linalg.lstsq(x - x.mean(0), y - y.mean(), rcond=1e-10)[0]


def _deleted(statistic: Callable[[Array], float], found: Sums, rule: Policy) -> Estimate:
    """The statistic with its delete-a-group interval; groups without a balance in either arm are no replicates."""
    held = np.flatnonzero(found.whole.sum(1) > 0)
    if (found.whole.sum(0) <= 0).any():
        return Estimate(reason="no_control")
    value = statistic(held)
    g = len(held)
    if g < 2:
        return Estimate(value, n=found.rows, reason="few_random_groups")
    others = np.array([statistic(held[held != k]) for k in held])
    se = math.sqrt((g - 1) / g * float(((others - value) ** 2).sum()))
    half = float(stats.t.ppf(1 - (1 - rule.confidence) / 2, g - 1)) * se
    return Estimate(value, value - half, value + half, found.rows, se, "random_groups")


def ordered(found: Mapping[str, Sums | None], *, policy: Policy | None = None) -> tuple[Outcome, ...]:
    """The outcomes that there are, in their fixed order."""
    return tuple(outcome(s, policy=policy) for name in ORDER if (s := found.get(name)) is not None)
