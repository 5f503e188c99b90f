"""Monitoring room: the small tree of the weak-segment finder, grown on the residuals of half of the clients."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from data.counts import Tally
from data.rows import POSITIVE, RANDOM_GROUPS, UNKNOWN
from monitoring.intervals import Array
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array, closed

GROWN, TESTED = slice(0, RANDOM_GROUPS, 2), slice(1, RANDOM_GROUPS, 2)
"""Random groups of clients that the tree is grown on, and tested on."""

Where = Mapping[str, tuple[str, ...]]
Levels = Mapping[str, tuple[str, ...]]
Ask = Callable[[Where, tuple[str, ...]], Tally]
"""Totals of "scored" and "s1", at least, within levels of dimensions, by one or two of them and random group."""


@dataclass(frozen=True)
class _Half:
    """Counts that a split is judged by, of levels or pairs of levels: outcomes, residual and expected positives of
    the grown half, outcomes of the tested half."""

    n: Array
    residual: Array
    expected: Array
    tested: Array

    def times(self, left: Array, right: Array | None = None) -> _Half:
        """The same counts of groups of levels, given as rows of zeros and ones."""
        return self._with(lambda v: left @ v if right is None else left @ v @ right.T)

    def less(self, part: _Half) -> _Half:
        """What is left without a part."""
        parts = zip(vars(self).values(), vars(part).values(), strict=True)
        return _Half(*(mine - theirs for mine, theirs in parts))

    def whole(self) -> _Half:
        """All levels together."""
        return self._with(lambda v: v.sum())

    def column(self) -> _Half:
        """The same counts, to be held against several of each."""
        return self._with(lambda v: v[:, None])

    def fits(self, least: int) -> Array:
        """Where both halves hold enough outcomes."""
        return (self.n >= least) & (self.tested >= least)

    def squared(self) -> Array:
        """Residual² / n: what a group of its own takes off the squared residuals."""
        return self.residual**2 / np.maximum(self.n, 1)

    def variance(self) -> Array:
        """Variance of an outcome whose rate is the expected one."""
        p = ratio(self.expected, self.n)
        return p * (1 - p)

    def _with(self, change: Callable[[Array], Array]) -> _Half:
        return _Half(*(change(v) for v in vars(self).values()))


@dataclass(frozen=True)
class _Twig:
    """The best split of a side: what it takes off the squared residuals, the dimension and which of its groups, and
    the chance that the best of as many splits takes off as much where there is nothing."""

    gain: float
    name: str
    row: int
    chance: float


@dataclass(frozen=True)
class _Stem:
    """A first split with the best second splits of both of its sides, and what they take off together."""

    gain: float
    name: str
    row: int
    twigs: tuple[_Twig, _Twig]


def ordered(levels: Sequence[str]) -> bool:
    """Whether levels are bands: each known one holds a number, and these do not fall in display order."""
    numbers = [re.search(r"\d+", level) for level in levels if level != UNKNOWN]
    if len(numbers) < 2 or not all(numbers):
        return False
    values = [int(found.group()) for found in numbers if found]
    return values == sorted(values)


def tree(ask: Ask, dimensions: Levels, policy: Policy) -> list[Where]:
    """The leaves of two levels of splits that are chosen together, so that a weakness which only shows where two
    dimensions meet is seen. A second split stays only where it is worth a test on other clients."""
    dimensions = held(ask, dimensions)
    names = list(dimensions)
    single = {a: _half(ask({a: dimensions[a]}, (a,)), (a,)) for a in names}
    pairs = {
        (a, b): _half(ask({a: dimensions[a], b: dimensions[b]}, (a, b)), (a, b))
        for i, a in enumerate(names)
        for b in names[i + 1 :]
    }
    pairs |= {(b, a): _Half(h.n.T, h.residual.T, h.expected.T, h.tested.T) for (a, b), h in pairs.items()}
    masks = {a: _masks(dimensions[a], single[a]) for a in names}
    stems = [_stem(a, single[a], {b: pairs[a, b] for b in names if b != a}, masks, policy) for a in names]
    best = max((stem for stem in stems if stem), key=lambda stem: stem.gain, default=None)
    if best is None:
        return [{}]
    leaves: list[Where] = []
    for side, twig in zip(_sides(dimensions[best.name], masks[best.name][best.row]), best.twigs, strict=True):
        stem = {best.name: side}
        parts = _sides(dimensions[twig.name], masks[twig.name][twig.row]) if twig.chance < policy.finder_chance else ()
        leaves += [{**stem, twig.name: part} for part in parts] or [stem]
    return leaves


def held(ask: Ask, dimensions: Levels) -> Levels:
    """The levels of each dimension that hold an outcome, of dimensions that hold more than one such level."""
    out = {}
    for name, levels in dimensions.items():
        outcomes = closed(array(ask({}, (name,)), "scored", (name, "label")))
        out[name] = tuple(level for level, n in zip(levels, outcomes, strict=True) if n > 0)
    return {name: levels for name, levels in out.items() if len(levels) > 1}


def _stem(
    name: str, held: _Half, pairs: Mapping[str, _Half], masks: Mapping[str, Array], policy: Policy
) -> _Stem | None:
    """The split of a dimension that, with the best split of either side, takes most off the squared residuals; None
    when none leaves enough on both sides."""
    rows = masks[name]
    left = held.times(rows)
    right = held.whole().less(left)
    fits = left.fits(policy.finder_least) & right.fits(policy.finder_least)
    if not fits.any():
        return None
    twigs = [_twigs(of, pairs, sign, masks, policy) for of, sign in ((left, rows), (right, 1 - rows))]
    gain = [[twig.gain for twig in side] for side in twigs]
    total = np.where(fits, left.squared() + right.squared() + np.sum(gain, axis=0), -1)
    row = int(total.argmax())
    return _Stem(float(total[row]), name, row, (twigs[0][row], twigs[1][row]))


def _twigs(
    of: _Half, pairs: Mapping[str, _Half], sides: Array, masks: Mapping[str, Array], policy: Policy
) -> list[_Twig]:
    """The best split of each of several sides."""
    gains, keys = [], []
    for other, pair in pairs.items():
        inner = pair.times(sides, masks[other])
        outer = of.column().less(inner)
        fits = inner.fits(policy.finder_least) & outer.fits(policy.finder_least)
        gains.append(np.where(fits, inner.squared() + outer.squared() - of.column().squared(), 0))
        keys += [(other, j) for j in range(len(masks[other]))]
    gain = np.hstack(gains) if gains else np.zeros((len(sides), 0))
    if not keys:
        return [_Twig(0.0, "", 0, np.inf)] * len(sides)
    best, tried = gain.argmax(1), (gain > 0).sum(1)
    top = gain.max(1)
    chance = stats.chi2.sf(ratio(top, of.variance()), 1) * tried
    chance = np.where((top > 0) & np.isfinite(chance), chance, np.inf)
    return [_Twig(float(top[i]), keys[k][0], keys[k][1], float(chance[i])) for i, k in enumerate(best)]


def _masks(levels: Sequence[str], held: _Half) -> Array:
    """The groups that a dimension may be split into, each a row of zeros and ones over its levels, without what stands
    for the other side: runs of bands; of other levels each by itself, and those with the lowest mean residuals."""
    size = len(levels)
    if ordered(levels):
        rows = [(np.arange(size) >= i) & (np.arange(size) < j) for i in range(size) for j in range(i + 1, size + 1)]
    else:
        order = np.argsort(held.residual / np.maximum(held.n, 1), kind="stable")
        rows = [np.isin(np.arange(size), order[:k]) for k in range(2, size - 1)]
        rows += [np.arange(size) == k for k in range(size)]
    kept = {tuple(row if row[0] else ~row): row for row in rows if not row.all()}
    return np.array(list(kept.values()), float).reshape(len(kept), size)


def _sides(levels: Sequence[str], row: Array) -> tuple[tuple[str, ...], tuple[str, ...]]:
    inside = tuple(level for level, kept in zip(levels, row, strict=True) if kept)
    return inside, tuple(level for level in levels if level not in inside)


def _half(totals: Tally, axes: tuple[str, ...]) -> _Half:
    scored, s1 = (array(totals, m, (*axes, "rg", "label")) for m in ("scored", "s1"))
    n, residual = closed(scored), scored[..., POSITIVE] - closed(s1)
    grown = [v[..., GROWN].sum(-1) for v in (n, residual, closed(s1))]
    return _Half(grown[0], grown[1], grown[2], n[..., TESTED].sum(-1))
