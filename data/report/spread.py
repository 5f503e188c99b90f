"""Data room: how the numbers of a column are spread: moments, quantiles, outliers by two rules."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
TUKEY: Final = 1.5
"""Fences stand so many interquartile ranges beyond the quartiles (Tukey 1977)."""
MADS: Final = 3.0
"""Fences stand so many scaled median absolute deviations from the median (Leys et al. 2013)."""
NORMAL: Final = 1.4826
"""The median absolute deviation times this is the standard deviation of a normal distribution."""


def spread_of(values: np.ndarray, *, usual: tuple[float, float] | None = None) -> dict[str, Any]:
    """Extremes, quantiles, mean, sd (n - 1), skew and excess kurtosis (both corrected for sample size), zeros, and the
    values outside of each kind of fence, and outside of the `usual` range (None without one).

    `values` has NaN where missing; all but the counts is NaN when none is known.
    """
    known = values[~np.isnan(values)]
    mean, sd, skew, kurtosis = moments(known)
    cuts = np.quantile(known, QUANTILES) if len(known) else np.full(len(QUANTILES), np.nan)
    return {
        "min": float(known.min()) if len(known) else math.nan,
        "max": float(known.max()) if len(known) else math.nan,
        "quantiles": {f"{q:g}": float(v) for q, v in zip(QUANTILES, cuts, strict=True)},
        "mean": mean,
        "sd": sd,
        "skew": skew,
        "kurtosis": kurtosis,
        "zeros": int((known == 0).sum()),
        "negatives": int((known < 0).sum()),
        "tukey": _outside(known, *tukey_fences(known)),
        "mad": _outside(known, *mad_fences(known)),
        "unusual": _outside(known, *usual) if usual else None,
    }


def moments(known: np.ndarray) -> tuple[float, float, float, float]:
    """Mean, standard deviation, skew (G1) and excess kurtosis (G2) of Joanes and Gill (1998); NaN where n is too small
    or nothing varies."""
    n = len(known)
    mean = float(known.mean()) if n else math.nan
    scale = float(np.abs(known - mean).max()) if n else 0.0
    if n < 2 or not scale > 1e-12 * abs(mean):
        return mean, 0.0 if n > 1 else math.nan, math.nan, math.nan
    z = (known - mean) / scale
    second, third, fourth = (float((z**k).mean()) for k in (2, 3, 4))
    sd = scale * math.sqrt(second * n / (n - 1))
    if n < 3:
        return mean, sd, math.nan, math.nan
    skew = math.sqrt(n * (n - 1)) / (n - 2) * third / second**1.5
    if n < 4:
        return mean, sd, skew, math.nan
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)
    return mean, sd, skew, kurtosis


def tukey_fences(known: np.ndarray) -> tuple[float, float]:
    """Quartiles minus and plus 1.5 interquartile ranges; NaN when no value is known."""
    if not len(known):
        return math.nan, math.nan
    low, high = np.quantile(known, (0.25, 0.75))
    return float(low - TUKEY * (high - low)), float(high + TUKEY * (high - low))


def mad_fences(known: np.ndarray) -> tuple[float, float]:
    """Median minus and plus 3 scaled median absolute deviations; NaN when no value is known, or when more than half are
    one value, for then every other one would lie outside."""
    if not len(known):
        return math.nan, math.nan
    middle = float(np.median(known))
    width = MADS * NORMAL * float(np.median(np.abs(known - middle)))
    return (middle - width, middle + width) if width > 0 else (math.nan, math.nan)


def _outside(known: np.ndarray, low: float, high: float) -> dict[str, Any]:
    """The fences, and how many values lie below and above them."""
    return {"low": low, "high": high, "below": int((known < low).sum()), "above": int((known > high).sum())}
