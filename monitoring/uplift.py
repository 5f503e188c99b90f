"""Monitoring room: whom an offer moves: the difference that it makes down a list, and who would have paid anyway."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from data.counts import Tally
from monitoring.estimate import Estimate
from monitoring.intervals import Array, Jackknife, false_discovery, jackknife, mde
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.ranking import qini
from monitoring.tallies import array, by_random_group

STEPS: Final = 20
"""Parts of the list that the curve is drawn by, with about as many rows each."""
TENTHS: Final = 10
MEASURES: Final = ("paid", "n")
"""The totals of a part of the list, by arm and random group."""


@dataclass(frozen=True)
class Part:
    """A part of the list, `first`..`last` as shares of it from the top: the rates of payment with and without, their
    `difference` with its p, and q corrected for all parts shown; the smallest difference that it could have shown."""

    first: float
    last: float
    treated: float
    control: float
    difference: Estimate
    p: float
    q: float
    mde: float
    target: float

    @property
    def sees(self) -> bool:
        """Whether it was tested, and would have shown the target effect with a power of 80 %."""
        return math.isfinite(self.p) and self.mde <= self.target


@dataclass(frozen=True)
class Listed:
    """The first `share` of the list: rates of payment with and without, the difference (net of those whom an offer puts
    off), and the incremental FDR: 1 - difference / rate with, the share of its payers who would have paid anyway."""

    share: float
    treated: Estimate
    control: Estimate
    net: Estimate
    anyway: Estimate


@dataclass(frozen=True)
class Uplift:
    """Down the list from its top: `shares` of it worked, what that `gained` as a share of everybody treated, and the
    Qini coefficient: the area between that curve and random order, per person squared (0: no better than random).
    `lists` stand at the same shares as the curve; `rows` with and without."""

    shares: tuple[float, ...]
    gained: tuple[Estimate, ...]
    coefficient: Estimate
    parts: tuple[Part, ...]
    lists: tuple[Listed, ...]
    rows: tuple[int, int]

    @property
    def everybody(self) -> Estimate:
        """The difference over the whole list."""
        return self.gained[-1]

    def listed(self, share: float) -> Listed:
        """The list that comes nearest to this share."""
        return min(self.lists, key=lambda found: abs(found.share - share))


def steps(rows: object, *, parts: int = STEPS) -> tuple[tuple[int, int], ...]:
    """Score codes first..last of each part of the list, the best first, from rows by score code (0: unscored). Scores
    that are alike are never parted, so that parts may be fewer and of unlike size."""
    n = np.asarray(rows, float)[:0:-1]
    if not n.sum() > 0:
        return ()
    whole = np.round(np.cumsum(n) / n.sum() * parts, 9)
    ends = np.unique(np.searchsorted(whole, np.arange(1, parts + 1)))
    starts = [0, *(int(e) + 1 for e in ends[:-1])]
    top = len(n)
    return tuple((top - int(b), top - a) for a, b in zip(starts, ends, strict=True))


def of_arms(totals: Sequence[Tally], *, arms: tuple[str, str], policy: Policy | None = None) -> Uplift | None:
    """Uplift of the first arm over the second, drawn at random, from totals of each part of the list (best first) by
    arm and random group. Everyone counts in the arm drawn. None without rows of both arms.

    Curve n_t1 - n_c1 · N_t / N_c; intervals by deleting random groups of clients.
    """
    rule = policy or Policy()
    if not totals or not set(arms) <= set(totals[0].labels["arm"]):
        return None
    sides = [totals[0].labels["arm"].index(a) for a in arms]
    paid, n = (np.stack([by_random_group(t, m, ("arm",))[:, sides] for t in totals], 1) for m in MEASURES)
    if (n.sum((0, 1)) <= 0).any():
        return None
    rows = n.sum((0, 1))
    so_far = [a.cumsum(1) for a in (paid, n)]
    reached = n.sum((0, 2)).cumsum() / n.sum()
    curve = jackknife(_gained, *so_far, confidence=rule.confidence)
    slope = jackknife(_coefficient, paid, n, confidence=rule.confidence)
    return Uplift(
        tuple(map(float, reached)),
        tuple(curve.estimate(n=float(rows.sum()), at=(k,)) for k in range(len(totals))),
        slope.estimate(n=float(rows.sum())),
        _parts(_merged(paid, n, reached), rule),
        _lists(so_far, reached, rule),
        (int(rows[0]), int(rows[1])),
    )


def rows_by_code(histogram: Tally, *, arms: tuple[str, str]) -> Array:
    """Rows of both arms by score code, from a histogram by arm."""
    sides = [histogram.labels["arm"].index(a) for a in arms if a in histogram.labels["arm"]]
    return array(histogram, "n", ("arm", "code"))[sides].sum(0)


def _gained(paid: Array, n: Array) -> Array:
    treated = n[..., -1:, 0]
    return ratio(paid[..., 0] - np.nan_to_num(ratio(paid[..., 1] * n[..., 0], n[..., 1])), treated)


def _coefficient(paid: Array, n: Array) -> Array:
    up = (paid[..., ::-1, :], (n - paid)[..., ::-1, :])
    (t1, c1), (t0, c0) = ((a[..., 0], a[..., 1]) for a in up)
    return qini(t1, t0, control_pos=c1, control_neg=c0)[2]


def _merged(paid: Array, n: Array, reached: Array) -> tuple[Array, Array, Array]:
    """Parts of the curve put together to tenths of the list, or to what comes nearest."""
    tenth = tenths(reached)
    held = np.unique(tenth)
    paid, n = (np.stack([a[:, tenth == k].sum(1) for k in held], 1) for a in (paid, n))
    return paid, n, np.array([reached[tenth == k][-1] for k in held])


def tenths(reached: Array) -> Array:
    """Tenth of the list, 0..9, that the middle of each part lies in, from the shares at which parts end."""
    middle = reached - np.diff(reached, prepend=0) / 2
    return np.minimum((middle * TENTHS).astype(int), TENTHS - 1)


def _parts(tenth: tuple[Array, Array, Array], rule: Policy) -> tuple[Part, ...]:
    paid, n, reached = tenth
    jack = jackknife(_gap, paid, n, confidence=rule.confidence)
    rates = ratio(paid.sum(0), n.sum(0))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(jack.value) / jack.se, np.maximum(jack.df, 1))
    p = np.where((n.sum(0).min(-1) >= rule.min_n) & (jack.se > 0), p, np.nan)
    rows = n.sum((0, 2))
    return tuple(
        Part(first, last, float(rates[k, 0]), float(rates[k, 1]), jack.estimate(n=float(rows[k]), at=(k,)),
             float(p[k]), float(q), float(mde(jack.se[k])), rule.payment_effect)
        for k, (first, last, q) in enumerate(zip([0.0, *reached[:-1]], reached, false_discovery(p), strict=True))
    )  # fmt: skip


def _gap(paid: Array, n: Array) -> Array:
    rates = ratio(paid, n)
    return rates[..., 0] - rates[..., 1]


def _lists(so_far: Sequence[Array], reached: Array, rule: Policy) -> tuple[Listed, ...]:
    def with_(paid: Array, n: Array) -> Array:
        return ratio(paid[..., 0], n[..., 0])

    def without(paid: Array, n: Array) -> Array:
        return ratio(paid[..., 1], n[..., 1])

    def anyway(paid: Array, n: Array) -> Array:
        return 1 - ratio(_gap(paid, n), with_(paid, n))

    found: list[Jackknife] = [jackknife(f, *so_far, confidence=rule.confidence) for f in (with_, without, _gap, anyway)]
    rows = so_far[1].sum((0, 2))
    return tuple(
        Listed(float(share), *(jack.estimate(n=float(rows[k]), at=(k,)) for jack in found))
        for k, share in enumerate(reached)
    )
