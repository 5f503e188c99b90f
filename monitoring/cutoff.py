"""Monitoring room: the cut-off: what calling the best of a list costs and brings at every threshold at once, the best
threshold, what a capacity leaves of it, and who comes in and goes out against the rule in use.

A call costs c; a success is worth v, of which a concession of k is given away: a row with probability p is worth
p·(v − k) − c. Amounts are sums over the rows and months that were counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, POSITIVE
from monitoring.intervals import Array
from monitoring.metrics import share
from monitoring.policy import Policy
from monitoring.tallies import array

MEASURES = ("n", "s1", "Bp", "cash")
"""The histogram measures that this module reads; "B" and "w" besides are those of the errors at a threshold."""


@dataclass(frozen=True)
class Course:
    """Every threshold. Entry i lists the scored rows with codes from `code[i]` on; the last entry lists nobody.

    `listed` rows; `expected` successes, the sum of their scores; `tp` and `fp` of those with a known outcome;
    `expected_cash`, the sum of score × balance; `cash` received in the month; `net`, the expected net value; of the
    known outcomes `promised`, their expected net value, and `realised`, what it came to. Net values are NaN when the
    costs cannot be weighed (`reason`). `best` is the position with
    the highest expected net value, the shortest list of those that tie; `plateau` the first and last position around
    it that reach all but a small part of it. Both stand at nobody, who costs nothing, where no list gains.
    """

    code: Array
    listed: Array
    expected: Array
    tp: Array
    fp: Array
    expected_cash: Array
    cash: Array
    net: Array
    promised: Array
    realised: Array
    best: int
    plateau: tuple[int, int]
    reason: str

    @property
    def nobody(self) -> int:
        """The position that lists nobody."""
        return len(self.code) - 1

    def at(self, code: int) -> int:
        """The position of a code; nobody for one beyond the grid."""
        return int(min(max(code, 1), len(self.code)) - 1)

    def position_threshold(self, position: int, edges: Array) -> float:
        """The score that the list of a position starts at; 1 for nobody."""
        return float(np.asarray(edges, float)[position])


def course(histogram: Tally, *, policy: Policy | None = None) -> Course:
    """Every threshold of the grid from a histogram with `MEASURES`, by cumulative sums."""
    rule = policy or Policy()
    n, s1, bp, cash = (_from_above(array(histogram, m, ("code", "label"))[1:]) for m in MEASURES)
    listed, expected, tp, fp = n.sum(1), s1.sum(1), n[:, POSITIVE], n[:, NEGATIVE]
    reason = why_not(rule) or ("" if listed[0] else "empty")
    net = net_of(expected, listed, rule)
    best = _best(net)
    return Course(
        code=np.arange(1, len(listed) + 1),
        listed=listed,
        expected=expected,
        tp=tp,
        fp=fp,
        expected_cash=bp.sum(1),
        cash=cash.sum(1),
        net=net,
        promised=net_of(s1[:, POSITIVE] + s1[:, NEGATIVE], tp + fp, rule),
        realised=net_of(tp, tp + fp, rule),
        best=best,
        plateau=_plateau(net, best, rule.plateau),
        reason=reason,
    )


def why_not(policy: Policy) -> str:
    """Why calls cannot be weighed: "no_costs" where one is not set, "negative_costs", or "no_gain" where a success
    leaves nothing after the concession; "" when they can."""
    costs = (policy.cost_per_contact, policy.value_per_success, policy.concession)
    if not all(map(math.isfinite, costs)):
        return "no_costs"
    if min(costs) < 0:
        return "negative_costs"
    return "" if policy.value_per_success > policy.concession else "no_gain"


def net_of(successes: object, calls: object, policy: Policy) -> Array:
    """Net value Σ[p(v − k) − c] of so many successes from so many calls; NaN where costs cannot be weighed."""
    gain = policy.value_per_success - policy.concession
    known = math.nan if why_not(policy) else 1.0
    return (np.asarray(successes, float) * gain - np.asarray(calls, float) * policy.cost_per_contact) * known


def break_even(policy: Policy, shadow: float = 0.0) -> float:
    """The share of wasted calls at which one more call neither gains nor loses, FDR* = 1 − (c + λ)/(v − k), with λ the
    shadow price of a call; below 0 where a call costs more than a success brings, NaN where that cannot be weighed."""
    if why_not(policy):
        return math.nan
    return 1 - (policy.cost_per_contact + shadow) / (policy.value_per_success - policy.concession)


def _from_above(values: Array) -> Array:
    """Sums of each bin and those above it, and of no bin."""
    return np.append(np.cumsum(values[::-1], axis=0)[::-1], np.zeros((1, values.shape[1])), axis=0)


def _best(net: Array) -> int:
    if np.isnan(net).any():
        return len(net) - 1
    return len(net) - 1 - int(net[::-1].argmax())


def _plateau(net: Array, best: int, part: float) -> tuple[int, int]:
    low = np.flatnonzero(~(net >= net[best] * (1 - part)))
    before, after = low[low < best], low[low > best]
    return int(before[-1]) + 1 if len(before) else 0, int(after[0]) - 1 if len(after) else len(net) - 1


@dataclass(frozen=True)
class Limit:
    """What a number of calls allows: `position` of the best list within it (a threshold is an edge of the grid, so
    that some calls may be left over: `unused`), whether it `binds`, and `shadow`, the net value of one more call, 0
    where none is lacking; NaN when costs cannot be weighed."""

    calls: float
    position: int
    unused: float
    binds: bool
    shadow: float


def within(found: Course, calls: float, *, policy: Policy | None = None) -> Limit:
    """The best list of at most so many `calls` over the months counted; no limit when that is not a number. One more
    call goes to the next bin with rows, at its mean score. Raises ValueError for less than no calls."""
    if calls < 0:
        raise ValueError(f"a capacity of {calls:g} calls is less than none")
    room = calls if math.isfinite(calls) else math.inf
    if found.reason in ("no_costs", "negative_costs", "no_gain"):
        return Limit(calls, _longest(found, room), math.nan, False, math.nan)
    if found.listed[found.best] <= room:
        return Limit(calls, found.best, room - float(found.listed[found.best]), False, 0.0)
    position = _longest(found, room)
    following = int(np.flatnonzero(found.listed[:position] > found.listed[position])[-1])
    more = found.listed[following] - found.listed[position]
    worth = net_of(found.expected[following] - found.expected[position], more, policy or Policy())
    return Limit(calls, position, room - float(found.listed[position]), True, max(0.0, float(worth) / float(more)))


def _longest(found: Course, room: float) -> int:
    """The longest list of at most so many rows."""
    return int(np.flatnonzero(found.listed <= room)[0])


@dataclass(frozen=True)
class Part:
    """One cell of two rules crossed: rows, expected successes, known outcomes, the score-weighted balance, the cash
    that came, the expected net value, and what the known outcomes came to."""

    rows: float
    expected: float
    tp: float
    fp: float
    expected_cash: float
    cash: float
    net: float
    realised: float

    @property
    def fdr(self) -> float:
        """Share of the known outcomes that failed; NaN without any."""
        return share(self.fp, self.tp + self.fp)


@dataclass(frozen=True)
class Swap:
    """A list against the rule in use: rows on `both`, those that come `into` the list, those that go `out`, and those
    on `neither`. both + into are the list, both + out the rule in use, all four every scored row."""

    both: Part
    into: Part
    out: Part
    neither: Part


def swap(free: Tally, everyone: Tally, *, code: int, current: int, policy: Policy | None = None) -> Swap:
    """A list from `code` on, of the rows that are not locked out (histogram `free`), against every row (`everyone`)
    from the code `current` on."""
    rule, bins = policy or Policy(), np.arange(len(everyone.labels["code"]))
    open_, locked = _sums(free), _sums(everyone) - _sums(free)
    ours, theirs = (bins >= code)[:, None], (bins >= current)[:, None]
    return Swap(
        both=part((open_ * (ours & theirs)).sum(0), rule),
        into=part((open_ * (ours & ~theirs)).sum(0), rule),
        out=part((open_ * (~ours & theirs) + locked * theirs).sum(0), rule),
        neither=part((open_ * (~ours & ~theirs) + locked * ~theirs).sum(0), rule),
    )


def _sums(histogram: Tally) -> Array:
    """Per code: rows, expected successes, score-weighted balance, cash, positives, negatives."""
    rows = array(histogram, "n", ("code", "label"))
    sums = [array(histogram, m, ("code", "label")).sum(1) for m in MEASURES]
    return np.stack([*sums, rows[:, POSITIVE], rows[:, NEGATIVE]], axis=1)


def part(sums: Array, policy: Policy) -> Part:
    """A cell from its rows, expected successes, score-weighted balance, cash, positives and negatives."""
    n, s1, bp, cash, tp, fp = map(float, sums)
    return Part(n, s1, tp, fp, bp, cash, *map(float, (net_of(s1, n, policy), net_of(tp, tp + fp, policy))))
