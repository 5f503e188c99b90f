"""Monitoring room: intervals and tests of rates, of the AUC, and of any smooth function of additive counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from monitoring.estimate import Estimate
from monitoring.metrics import ratio

Array = np.ndarray


def jeffreys(x: object, n: object, *, confidence: float = 0.95) -> tuple[Array, Array]:
    """Equal-tailed Jeffreys interval of a rate x/n, with the end point 0 (1) when x is 0 (n); NaN where n is 0.

    Counts may be fractional (effective sample sizes).
    """
    x, n = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float))
    ok = (n > 0) & (x >= 0) & (x <= n)
    a, b = np.where(ok, x, 0) + 0.5, np.where(ok, n - x, 0) + 0.5
    tail = (1 - confidence) / 2
    low = np.where(x <= 0, 0.0, special.betaincinv(a, b, tail))
    high = np.where(x >= n, 1.0, special.betaincinv(a, b, 1 - tail))
    return np.where(ok, low, np.nan), np.where(ok, high, np.nan)


def wilson(x: object, n: object, *, confidence: float = 0.95) -> tuple[Array, Array]:
    """Wilson score interval of a rate x/n; NaN where n is 0."""
    x, n = np.asarray(x, float), np.asarray(n, float)
    z = stats.norm.ppf(1 - (1 - confidence) / 2)
    m = np.where(n > 0, n, np.nan)
    p, width = x / m, 1 + z * z / m
    centre = (p + z * z / (2 * m)) / width
    half = z / width * np.sqrt(np.maximum(p * (1 - p), 0) / m + (z / (2 * m)) ** 2)
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


@dataclass(frozen=True)
class JeffreysTest:
    """Jeffreys back-test of a predicted rate: `p_over` small means that fewer came than predicted, `p_under` that
    more came; `p` is two-sided. Fractions or arrays of them, NaN where n is 0."""

    p_over: Array
    p_under: Array
    p: Array


def jeffreys_test(x: object, n: object, *, predicted: object) -> JeffreysTest:
    """Where the predicted rate falls in the Jeffreys posterior of the observed one (ECB 2019, 2.5.3.1, both tails)."""
    x, n, rate = np.broadcast_arrays(*(np.asarray(v, float) for v in (x, n, predicted)))
    ok = (n > 0) & (x >= 0) & (x <= n) & np.isfinite(rate)
    a, b = np.where(ok, x, 0) + 0.5, np.where(ok, n - x, 0) + 0.5
    r = np.clip(np.where(ok, rate, 0.5), 0, 1)
    under = np.where(ok, special.betainc(a, b, r), np.nan)
    over = np.where(ok, special.betaincc(a, b, r), np.nan)
    return JeffreysTest(over, under, np.minimum(1, 2 * np.minimum(under, over)))


def rate(x: float, n: float, *, deff: float = 1.0, min_n: float = 0, confidence: float = 0.95) -> Estimate:
    """A rate x/n with its Jeffreys interval; `deff` > 1 shrinks the sample to what repeated clients are worth."""
    if not n > 0:
        return Estimate(n=0.0, reason="empty")
    low, high = jeffreys(x / deff, n / deff, confidence=confidence)
    p = x / n
    se = math.sqrt(max(p * (1 - p), 0) * deff / n)
    method = "jeffreys_robust" if deff > 1 else "jeffreys"
    return Estimate(float(p), float(low), float(high), float(n), se, method, "small_sample" if n < min_n else "")


def wald(value: float, se: float, *, n: float = 0.0, confidence: float = 0.95) -> Estimate:
    """A number with a symmetric normal interval."""
    half = float(special.ndtri(1 - (1 - confidence) / 2)) * se
    return Estimate(float(value), float(value - half), float(value + half), float(n), float(se), "wald")


def difference(now: Estimate, then: Estimate) -> Estimate:
    """now - then, with the interval that follows from theirs (MOVER: Zou & Donner 2008, Statist. Med. 27:1693).

    It holds for independent estimates; where the same clients stand in both, and speak alike, it is too wide rather
    than too narrow. Without both intervals there is none; NaN where either number is.
    """
    value, n = now.value - then.value, min(now.n, then.n)
    if not all(map(math.isfinite, (now.low, now.high, then.low, then.high))):
        return Estimate(value, n=n, reason=now.reason or then.reason)
    below = math.hypot(now.value - now.low, then.high - then.value)
    above = math.hypot(now.high - now.value, then.value - then.low)
    return Estimate(value, value - below, value + above, n)


def logit_interval(value: float, se: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a number strictly between 0 and 1, symmetric on the logit scale."""
    half = stats.norm.ppf(1 - (1 - confidence) / 2) * se / (value * (1 - value))
    centre = math.log(value / (1 - value))
    return float(special.expit(centre - half)), float(special.expit(centre + half))


@dataclass(frozen=True)
class Jackknife:
    """Delete-a-group jackknife: the statistic on everything, its standard error, its degrees of freedom and its t
    interval. Arrays of the statistic's shape; NaN where it is undefined or fewer than two groups hold anything."""

    value: Array
    se: Array
    df: Array
    low: Array
    high: Array

    def estimate(self, *, n: float = 0.0, at: tuple[int, ...] = ()) -> Estimate:
        """One entry as an estimate."""
        v, s, lo, hi = (float(a[at]) for a in (self.value, self.se, self.low, self.high))
        reason = "empty" if math.isnan(v) else "few_random_groups" if math.isnan(s) else ""
        return Estimate(v, lo, hi, float(n), s, "random_groups", reason)


def jackknife(
    statistic: Callable[..., Array], *parts: Array, confidence: float = 0.95, least_groups: int = 2
) -> Jackknife:
    """Client-robust interval of any smooth, scale-free function of additive counts, from random groups of clients.

    Each of `parts` has the random group as its FIRST axis; `statistic` receives the parts summed (or with one group
    left out, in which case a leading axis stays) and must work elementwise on the leading axes. Groups that hold
    nothing are not replicates: the t interval has (groups that hold something - 1) degrees of freedom.
    """
    parts = tuple(np.asarray(p, float) for p in parts)
    totals = tuple(p.sum(0) for p in parts)
    value = np.asarray(statistic(*totals), float)
    replicates = np.asarray(statistic(*(t - p for t, p in zip(totals, parts, strict=True))), float)
    held = np.zeros(replicates.shape, bool)
    for p in parts:
        extra = tuple(range(1 + value.ndim, p.ndim))
        held |= _spread((p != 0).any(extra), held.shape)
    groups = held.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(held, (replicates - value) ** 2, 0).sum(0)
        se = np.sqrt((groups - 1) / np.maximum(groups, 1) * spread)
        se = np.where((groups >= least_groups) & np.isfinite(value), se, np.nan)
        t = stats.t.ppf(1 - (1 - confidence) / 2, np.maximum(groups - 1, 1))
    return Jackknife(value, se, groups - 1, value - t * se, value + t * se)


def _spread(held: Array, shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(held.reshape(held.shape + (1,) * (len(shape) - held.ndim)), shape)


def design_effect(x: Array, n: Array, *, variance: Array | None = None, confidence: float = 0.95) -> float:
    """How many times the variance of rates x/n exceeds that of independent rows: >= 1, and 1 where it cannot be told.

    `x` and `n` hold the random group as their first axis; further axes (months, segments) are pooled. It includes the
    price of estimating a variance from few groups (Korn and Graubard), so that n / deff rows give honest intervals.
    `variance` of Σx if rows were independent; by default that of rows of one rate.
    """
    jack = jackknife(ratio, x, n, confidence=confidence)
    total = np.asarray(n, float).sum(0)
    of_counts = (total * jack.se) ** 2
    if_independent = total * jack.value * (1 - jack.value) if variance is None else np.asarray(variance, float)
    known = np.isfinite(of_counts) & (if_independent > 0)
    if not known.any():
        return 1.0
    tail = 1 - (1 - confidence) / 2
    price = (stats.t.ppf(tail, float(np.asarray(jack.df)[known].sum())) / stats.norm.ppf(tail)) ** 2
    return max(1.0, float(of_counts[known].sum() / if_independent[known].sum() * price))


def mde(se: object, *, power: float = 0.8, confidence: float = 0.95, df: float = math.inf) -> Array:
    """Smallest true effect that a two-sided t test with this standard error finds with that power: 2.80 se with many
    degrees of freedom, 3.72 se with 4."""
    return (stats.t.ppf(1 - (1 - confidence) / 2, df) + stats.t.ppf(power, df)) * np.asarray(se, float)


def sample_size(p0: float, p1: float, *, power: float = 0.8, confidence: float = 0.95) -> float:
    """Members of each of two equal arms needed to tell rate p0 from p1, not rounded (normal approximation with the
    variance at the mean of the two rates); NaN when the rates are equal."""
    if p0 == p1:
        return math.nan
    mean, z = (p0 + p1) / 2, float(mde(1.0, power=power, confidence=confidence))
    return 2 * z * z * mean * (1 - mean) / (p1 - p0) ** 2


def two_proportions(x1: object, n1: object, *, x0: object, n0: object) -> Array:
    """Two-sided p-value that two independent rates are equal (pooled z); NaN where either sample is empty."""
    x1, n1, x0, n0 = (np.asarray(v, float) for v in (x1, n1, x0, n0))
    pooled = ratio(x1 + x0, n1 + n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (ratio(x1, n1) - ratio(x0, n0)) / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    return 2 * special.ndtr(-np.abs(z))


def false_discovery(p: object) -> Array:
    """Benjamini-Hochberg q-values of p-values that are shown together; NaN stays NaN and does not count."""
    p = np.asarray(p, float)
    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    v = p[known]
    order = np.argsort(v)[::-1]
    scaled = np.minimum.accumulate(v[order] * v.size / np.arange(v.size, 0, -1))
    out = np.empty(v.size)
    out[order] = np.minimum(scaled, 1)
    q[known] = out
    return q
