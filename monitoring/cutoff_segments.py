"""Monitoring room: a cut-off of its own for each segment at one shadow price, and what that gains over one cut-off.

A score that says too much in a segment makes its calls look better than they are. The successes of each segment are
therefore taken at its own observed-to-expected ratio; then whoever brings most per call is called first, whatever the
segment, until the calls run out: at the margin a call is worth the same everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, POSITIVE
from monitoring.cutoff import net_of, why_not
from monitoring.estimate import Estimate
from monitoring.intervals import Array, jackknife
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array, dimensions

MEASURES = ("n", "s1")
"""The histogram measures that this module reads, by one dimension and the random group."""


@dataclass(frozen=True)
class SegmentCut:
    """The cut-off of one segment: codes from `code` on are called, one more than there are codes for nobody. `listed`
    rows, their expected `net` value, and `ratio`, observed successes over expected ones; that of all segments together
    where fewer than `min_n` outcomes are known (`borrowed`)."""

    name: str
    code: int
    listed: float
    net: float
    ratio: float
    borrowed: bool


@dataclass(frozen=True)
class Segmented:
    """Cut-offs per segment, and the one cut-off for all of them that is best under the same ratios. `gain`: net value
    of the first over the second, chosen on half of the clients and weighed on the other half, both ways. `shadow`: the
    net value of one more call. `reason`: why nothing can be weighed; "" when it can."""

    cuts: tuple[SegmentCut, ...]
    one: int
    net: float
    net_one: float
    gain: Estimate
    shadow: float
    reason: str


@dataclass(frozen=True)
class _Half:
    """Rows and expected successes per segment and bin; per segment the successes that came, those that were expected
    of the same rows, and how many rows these are. Leading axes stay."""

    n: Array
    s1: Array
    came: Array
    due: Array
    known: Array


def by_segment(histogram: Tally, *, calls: float = math.inf, policy: Policy | None = None) -> Segmented:
    """Cut-offs of each level of the one dimension of a histogram by that and random group, for at most so many `calls`
    over the months counted (no limit when that is not a number)."""
    rule = policy or Policy()
    (dimension,) = dimensions(histogram)
    groups = _groups(histogram, dimension)
    whole = _added(groups)
    reason = why_not(rule) or ("" if whole.n.sum() else "empty")
    if reason:
        return Segmented((), 0, math.nan, math.nan, Estimate(reason="empty"), math.nan, reason)
    room = calls if math.isfinite(calls) else math.inf
    factor, worth = _factor(whole, rule), _worth(whole, rule)
    firsts, shadow = _apart(whole.n, worth, room)
    one = _together(whole.n, worth, room)
    listed, net = _kept(whole.n, firsts), _kept(worth, firsts)
    net_one = float(_kept(worth, np.full(len(firsts), one)).sum())
    if net.sum() < net_one:  # whole bins: one cut-off may fill the calls better
        firsts = np.full(len(firsts), one)
        listed, net = _kept(whole.n, firsts), _kept(worth, firsts)
    cuts = tuple(
        SegmentCut(str(name), int(firsts[i]) + 1, float(listed[i]), float(net[i]), float(factor[i]),
                   bool(whole.known[i] < rule.min_n))
        for i, name in enumerate(histogram.labels[dimension])
    )  # fmt: skip
    gain = _gain(groups, room, rule)
    return Segmented(cuts, one + 1, float(net.sum()), net_one, gain, shadow, "")


def _groups(histogram: Tally, dimension: str) -> _Half:
    """The counts with the random group in front."""
    n, s1 = (array(histogram, m, ("rg", dimension, "code", "label"))[:, :, 1:] for m in MEASURES)
    known = (NEGATIVE, POSITIVE)
    return _Half(
        n.sum(3), s1.sum(3), n[..., POSITIVE].sum(2), s1[..., known].sum((2, 3)), n[..., known].sum((2, 3))
    )  # fmt: skip


def _added(groups: _Half, of: slice = slice(None)) -> _Half:
    return _Half(*(getattr(groups, f)[of].sum(0) for f in _Half.__dataclass_fields__))


def _factor(half: _Half, rule: Policy) -> Array:
    """Observed over expected successes per segment; of all together where few are known; 1 where none is."""
    together = ratio(half.came.sum(-1), half.due.sum(-1))[..., None]
    own = np.where(half.known >= rule.min_n, ratio(half.came, half.due), np.nan)
    return np.where(np.isfinite(own), own, np.where(np.isfinite(together), together, 1.0))


def _worth(half: _Half, rule: Policy) -> Array:
    """Net value of each segment's bins at the segment's ratio."""
    return net_of(_factor(half, rule)[..., None] * half.s1, half.n, rule)


def _apart(n: Array, worth: Array, room: float) -> tuple[Array, float]:
    """First bin called per segment, and the net value of one more call."""
    each = np.where(n > 0, ratio(worth, n), -np.inf)
    order = np.argsort(-each, axis=None, kind="stable")
    gains = each.ravel()[order] > 0
    fits = np.cumsum(n.ravel()[order]) <= room
    taken = np.cumprod(gains & fits).astype(bool)
    left = np.flatnonzero(~taken)
    shadow = float(each.ravel()[order][left[0]]) if len(left) and gains[left[0]] else 0.0
    called = np.isin(np.arange(n.size), order[taken]).reshape(n.shape)
    return np.where(called.any(1), called.argmax(1), n.shape[1]), shadow


def _together(n: Array, worth: Array, room: float) -> int:
    """First bin called in every segment: the best one that fits, the shortest list of those that tie."""
    calls, gained = (np.append(np.cumsum(v.sum(0)[::-1])[::-1], 0.0) for v in (n, worth))
    net = np.where(calls <= room, gained, -np.inf)
    return len(net) - 1 - int(net[::-1].argmax())


def _kept(values: Array, firsts: Array) -> Array:
    """Sums per segment of the bins from `firsts` on; leading axes stay."""
    called = np.arange(values.shape[-1]) >= np.asarray(firsts)[:, None]
    return (values * called).sum(-1)


def _gain(groups: _Half, room: float, rule: Policy) -> Estimate:
    """What cut-offs per segment gain over one, each half of the clients weighing the choice of the other."""
    halves = [_added(groups, slice(k, None, 2)) for k in (0, 1)]
    total = sum(float(h.n.sum()) for h in halves)
    if not all(h.n.sum() for h in halves):
        return Estimate(reason="small_sample")
    chosen = []
    for half in halves:
        worth, calls = _worth(half, rule), room * float(half.n.sum()) / total
        one = np.full(half.n.shape[0], _together(half.n, worth, calls))
        chosen.append((_apart(half.n, worth, calls)[0], one))
    names = tuple(_Half.__dataclass_fields__)
    parts = []
    for k in (0, 1):
        own = (np.arange(len(groups.n)) % 2 == k).astype(float)
        parts += [getattr(groups, f) * own.reshape(-1, *[1] * (getattr(groups, f).ndim - 1)) for f in names]

    def per_row(*sums: Array) -> Array:
        """Gain per scored row: scale-free, as replicates need it."""
        found = [_Half(*sums[:5]), _Half(*sums[5:])]
        gained = 0.0
        for half, (apart, one) in zip(found, reversed(chosen), strict=True):
            worth = _worth(half, rule)
            gained = gained + (_kept(worth, apart) - _kept(worth, one)).sum(-1)
        return ratio(gained, sum(half.n.sum((-1, -2)) for half in found))

    return jackknife(per_row, *parts, confidence=rule.confidence).estimate(n=total).over(1 / total)
