"""Monitoring room: how obligations move between ageing buckets (or score bands), from a matrix of counts or balances.

Rows are where they were, columns where they are; order runs from best to worst.
"""

from __future__ import annotations

import math

import numpy as np

from monitoring.metrics import ratio


def shares(moves: object) -> np.ndarray:
    """Where each row's obligations went, as shares of the row; NaN where the row is empty."""
    m = np.asarray(moves, float)
    return ratio(m, m.sum(1, keepdims=True))


def roll_rates(moves: object) -> np.ndarray:
    """Share of each bucket (but the last) that fell into the next worse one."""
    return np.diagonal(shares(moves), offset=1).copy()


def cure_rates(moves: object) -> np.ndarray:
    """Share of each bucket that returned to the first one (the first entry: that stayed there)."""
    return shares(moves)[:, 0].copy()


def weighted_bandwidth(moves: object) -> tuple[float, float]:
    """Matrix weighted bandwidth, upper and lower (ECB 2019, 2.5.5.1): how far moves reach, relative to the furthest
    possible (0..1); NaN without any move on that side."""
    m = np.asarray(moves, float)
    i, j = np.indices(m.shape)
    furthest = np.maximum(len(m) - 1 - i, i)
    sides = (j > i, j < i)
    above, below = (float(ratio((np.abs(i - j) * m)[s].sum(), (furthest * m)[s].sum())) for s in sides)
    return above, below


def monotonicity_z(moves: object) -> np.ndarray:
    """z that a cell is rarer than its neighbour nearer to the diagonal (ECB 2019, 2.5.5.2); NaN on the diagonal and
    where both are empty."""
    m = np.asarray(moves, float)
    p = shares(m)
    k = len(m)
    z = np.full((k, k), math.nan)
    for i, j in np.argwhere(~np.eye(k, dtype=bool)):
        nearer = p[i, j + 1] if j < i else p[i, j - 1]
        variance = (p[i, j] * (1 - p[i, j]) + nearer * (1 - nearer) + 2 * p[i, j] * nearer) / max(m[i].sum(), 1)
        if variance > 0:
            z[i, j] = (nearer - p[i, j]) / math.sqrt(variance)
    return z
