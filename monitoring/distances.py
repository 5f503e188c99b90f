"""Monitoring room: how far two sets of counts per bin lie apart, each distance with the chance of it without a change.

All take counts of the same bins in the same order. A bin empty in both is left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special


@dataclass(frozen=True)
class Distance:
    """A distance (0: alike) and `p`, the probability of a larger one without any change. Both NaN when a sample is
    empty; `p` is NaN when all rows stand in one bin."""

    value: float = math.nan
    p: float = math.nan


def ks(actual: object, expected: object) -> Distance:
    """Kolmogorov-Smirnov D (0..1) over ordered bins: the largest gap of the two cumulative shares.

    Binning can only shrink D, and `p` is that of continuous data (Kolmogorov's limit), so it errs towards no change.
    """
    a, e = _used(actual, expected)
    if not (a.sum() > 0 and e.sum() > 0):
        return Distance()
    d = float(np.abs(np.cumsum(a) / a.sum() - np.cumsum(e) / e.sum()).max())
    return Distance(d, float(special.kolmogorov(d / math.sqrt(_by_chance(a, e)))) if len(a) > 1 else math.nan)


def jensen_shannon(actual: object, expected: object) -> Distance:
    """Jensen-Shannon divergence in nats (0..0.693): the mean relative entropy of both shares to their mean.

    For small changes it is an eighth of the population stability index, from which `p` follows (chi-squared).
    """
    a, e = _used(actual, expected)
    if not (a.sum() > 0 and e.sum() > 0):
        return Distance()
    p, q = a / a.sum(), e / e.sum()
    mean = (p + q) / 2
    value = max(float((special.rel_entr(p, mean) + special.rel_entr(q, mean)).sum()) / 2, 0.0)
    return Distance(value, _upper(8 * value / _by_chance(a, e), len(a) - 1))


def cramers_v(actual: object, expected: object) -> Distance:
    """Cramér's V (0..1) of the table sample × level, and the p-value of its chi-squared test of homogeneity.

    V is smaller the more the sizes of the samples differ, for it is a share of all their rows.
    """
    a, e = _used(actual, expected)
    if not (a.sum() > 0 and e.sum() > 0):
        return Distance()
    table = np.vstack([a, e])
    by_chance = table.sum(1, keepdims=True) * table.sum(0) / table.sum()
    chi2 = float(((table - by_chance) ** 2 / by_chance).sum())
    return Distance(math.sqrt(chi2 / table.sum()), _upper(chi2, len(a) - 1))


def _used(actual: object, expected: object) -> tuple[np.ndarray, np.ndarray]:
    a, e = np.asarray(actual, float), np.asarray(expected, float)
    used = (a + e) > 0
    return a[used], e[used]


def _by_chance(a: np.ndarray, e: np.ndarray) -> float:
    return 1 / float(a.sum()) + 1 / float(e.sum())


def _upper(statistic: float, freedom: int) -> float:
    return float(special.chdtrc(freedom, statistic)) if freedom else math.nan
