"""Model room: whether one score ranks better than another on the same rows, beyond chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata, t

LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """AUC of the first score less AUC of the second, its standard error and 95 % interval, and how it was made:
    "delong" (rows are independent) or "groups" (a jackknife over random groups of clients, whose rows move together).
    NaN when a class is missing; the interval alone when a class has one row."""

    value: float
    se: float
    low: float
    high: float
    method: str


def difference(first: np.ndarray, second: np.ndarray, y: np.ndarray, *, group: np.ndarray | None = None) -> Difference:
    """The paired difference of two scores' AUC (DeLong, DeLong & Clarke-Pearson 1988). y is 1 or 0.

    With `group`, the random group of each row's client, the larger of the two standard errors is taken: clients that
    repeat make rows alike, and DeLong's formula does not know it.
    """
    m, n = int((y > 0).sum()), int((y <= 0).sum())
    if not m or not n:
        return Difference(math.nan, math.nan, math.nan, math.nan, "delong")
    (a_up, a_down), (b_up, b_down) = _placements(first, y), _placements(second, y)
    value = float(a_up.mean() - b_up.mean())
    if m < 2 or n < 2:
        return Difference(value, math.nan, math.nan, math.nan, "delong")
    plain = math.sqrt((a_up - b_up).var(ddof=1) / m + (a_down - b_down).var(ddof=1) / n)
    robust, freedom = _jackknife(first, second, y, group) if group is not None else (0.0, 0)
    if robust > plain:
        half = float(t.ppf((1 + LEVEL) / 2, freedom)) * robust
        return Difference(value, robust, value - half, value + half, "groups")
    half = float(norm.ppf((1 + LEVEL) / 2)) * plain
    return Difference(value, plain, value - half, value + half, "delong")


def _placements(score: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of negatives below each positive, and of positives above each negative; a tie counts half."""
    positive, negative = score[y > 0], score[y <= 0]
    m, n = len(positive), len(negative)
    both = rankdata(np.r_[positive, negative])
    return (both[:m] - rankdata(positive)) / n, 1 - (both[m:] - rankdata(negative)) / m


def _jackknife(first: np.ndarray, second: np.ndarray, y: np.ndarray, group: np.ndarray) -> tuple[float, int]:
    """Standard error of the difference by leaving out one group at a time, and its degrees of freedom."""
    values = []
    for g in np.unique(group):
        kept = group != g
        if 0 < (y[kept] > 0).sum() < kept.sum():
            up = (_placements(s[kept], y[kept])[0].mean() for s in (first, second))
            values.append(next(up) - next(up))
    k = len(values)
    if k < 2:
        return 0.0, 0
    spread = np.asarray(values)
    return math.sqrt((k - 1) / k * float(((spread - spread.mean()) ** 2).sum())), k - 1
