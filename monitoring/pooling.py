"""Monitoring room: rates of small segments, stabilised by what all segments have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from monitoring.metrics import ratio


@dataclass(frozen=True)
class Pooled:
    """Stabilised rates with 95 % limits (arrays over segments, NaN when no segment has a row), and the Beta(a, b) that
    the segments' true rates seem to come from: its mean and what it weighs in rows."""

    rate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mean: float = math.nan
    weight: float = math.nan


def beta_binomial(positives: object, n: object) -> Pooled:
    """Beta-binomial empirical Bayes by moments: a segment without rows gets the common mean and its spread."""
    x, n = np.asarray(positives, float), np.asarray(n, float)
    used = n > 0
    total = n.sum()
    if not total > 0:
        nothing = np.full(x.shape, math.nan)
        return Pooled(nothing, nothing, nothing)
    mean = float(x.sum() / total)
    weight = 1 / _likeness(x[used], n[used], mean) - 1
    a, b = mean * weight, (1 - mean) * weight
    up, down = x + a, n - x + b
    if min(a, b) <= 0:
        up, down = x + 0.5, n - x + 0.5
    low, high = special.betaincinv(up, down, 0.025), special.betaincinv(up, down, 0.975)
    return Pooled(ratio(x + a, n + a + b), low, high, mean, weight)


def _likeness(x: np.ndarray, n: np.ndarray, mean: float) -> float:
    """Correlation of two rows of one segment: how far segments differ truly. Kept within 1e-6..0.5, so that what they
    have in common always weighs at least one row."""
    segments, total = n.size, float(n.sum())
    if segments < 2 or not 0 < mean < 1:
        return 1e-6
    between = float((n * (x / n - mean) ** 2).sum()) / (segments - 1)
    size = (total - float((n**2).sum()) / total) / (segments - 1)
    found = (between / (mean * (1 - mean)) - 1) / (size - 1) if size > 1 else 0.0
    return min(max(found, 1e-6), 0.5)


@dataclass(frozen=True)
class Shrunk:
    """Segment effects drawn towards their mean: shrunk values and standard errors, the mean and its error, and the
    variance between segments (`tau2`)."""

    value: np.ndarray
    se: np.ndarray
    mean: float
    se_mean: float
    tau2: float


def random_effects(effects: object, se: object) -> Shrunk:
    """DerSimonian-Laird shrinkage of at least two segment effects with known standard errors (> 0)."""
    theta, v = np.asarray(effects, float), np.asarray(se, float) ** 2
    w = 1 / v
    spread = float((w * (theta - (w * theta).sum() / w.sum()) ** 2).sum())
    tau2 = max(0.0, (spread - (theta.size - 1)) / float(w.sum() - (w**2).sum() / w.sum()))
    w = 1 / (v + tau2)
    mean, own = float((w * theta).sum() / w.sum()), tau2 / (v + tau2)
    variance = own * v + (1 - own) ** 2 / w.sum()
    return Shrunk(own * theta + (1 - own) * mean, np.sqrt(variance), mean, 1 / math.sqrt(float(w.sum())), tau2)
