"""Monitoring room: whether the score means what it says, from power sums of the score.

Power sums `s` hold Σp, Σp², Σp³, Σp⁴ along their first axis; bins are in increasing score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import special, stats

from monitoring.estimate import Estimate, Test
from monitoring.intervals import wald
from monitoring.metrics import ratio


@dataclass(frozen=True)
class BrierParts:
    """The Brier score = reliability - resolution + uncertainty + within_variance - within_covariance, exactly, for any
    bins (Stephenson, Coelho & Jolliffe 2008). `skill` is 1 - brier / uncertainty: 0 = no better than the base rate."""

    brier: float = math.nan
    reliability: float = math.nan
    resolution: float = math.nan
    uncertainty: float = math.nan
    within_variance: float = math.nan
    within_covariance: float = math.nan
    skill: float = math.nan


@dataclass(frozen=True)
class Ece:
    """Mean distance between predicted and observed rate over bins (0..1), what noise alone would give when the score
    is perfect, the worst bin, and the root mean square distance freed of noise."""

    value: float = math.nan
    noise_floor: float = math.nan
    worst: float = math.nan
    rms_debiased: float = math.nan
    reason: str = ""


@dataclass(frozen=True)
class CalibrationLine:
    """Grouped logistic recalibration: logit(rate) = intercept + slope · logit(score); ideal 0 and 1. `in_the_large` is
    the intercept with slope 1 (log-odds; positive: more came than predicted)."""

    intercept: float = math.nan
    slope: float = math.nan
    se_intercept: float = math.nan
    se_slope: float = math.nan
    in_the_large: float = math.nan
    reason: str = ""

    def intervals(self, *, deff: float = 1.0, confidence: float = 0.95) -> tuple[Estimate, Estimate]:
        """Intercept and slope with their Wald intervals, widened by what repeated clients cost."""
        if not math.isfinite(self.slope):
            return Estimate(reason=self.reason), Estimate(reason=self.reason)
        wider = math.sqrt(deff)
        return (
            wald(self.intercept, self.se_intercept * wider, confidence=confidence),
            wald(self.slope, self.se_slope * wider, confidence=confidence),
        )


def brier(n_pos: float, n_neg: float, *, s_pos: object, s_neg: object) -> Estimate:
    """Mean squared distance between score and outcome (0..1), exact, with the standard error for independent rows."""
    p, q = np.asarray(s_pos, float), np.asarray(s_neg, float)
    n = n_pos + n_neg
    if not n > 0:
        return Estimate(reason="empty")
    value = (n_pos - 2 * p[0] + p[1] + q[1]) / n
    fourth = (n_pos - 4 * p[0] + 6 * p[1] - 4 * p[2] + p[3] + q[3]) / n
    se = math.sqrt(max(fourth - value**2, 0.0) / n)
    found = wald(value, se, n=n)
    return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))


def brier_parts(n: object, n_pos: object, *, s1: object, s2: object, s1_pos: object) -> BrierParts:
    """Decomposition of the Brier score over bins: rows, positives, Σp, Σp² and Σp of the positives per bin."""
    n, pos, s1, s2, sp = (np.asarray(v, float) for v in (n, n_pos, s1, s2, s1_pos))
    used = n > 0
    n, pos, s1, s2, sp = n[used], pos[used], s1[used], s2[used], sp[used]
    N = n.sum()
    if N == 0:
        return BrierParts()
    predicted, observed, base = s1 / n, pos / n, pos.sum() / N
    uncertainty = base * (1 - base)
    score = (s2 - 2 * sp + pos).sum() / N
    parts = (
        (n * (predicted - observed) ** 2).sum() / N,
        (n * (observed - base) ** 2).sum() / N,
        uncertainty,
        (s2 - n * predicted**2).sum() / N,
        2 * (sp - n * predicted * observed).sum() / N,
        1 - score / uncertainty if uncertainty > 0 else math.nan,
    )
    return BrierParts(float(score), *(float(v) for v in parts))


def spiegelhalter(n_pos: float, *, s_pos: object, s_neg: object) -> Test:
    """Spiegelhalter's z of calibration, exact from power sums; two-sided p."""
    p, q = np.asarray(s_pos, float), np.asarray(s_neg, float)
    t = p + q
    above = (n_pos - 3 * p[0] + 2 * p[1]) + (2 * q[1] - q[0])
    variance = t[0] - 5 * t[1] + 8 * t[2] - 4 * t[3]
    if not variance > 1e-12:
        return Test(reason="no_variance")
    z = float(above / math.sqrt(variance))
    return Test(z, float(2 * special.ndtr(-abs(z))))


def hosmer_lemeshow(n: object, n_pos: object, *, s1: object, fitted: bool = False, min_expected: float = 5.0) -> Test:
    """Hosmer-Lemeshow χ² over bins, neighbours merged until positives and negatives expected reach `min_expected`.

    Degrees of freedom: groups, or groups - 2 when the score was `fitted` on the same rows.
    """
    groups = _merged(np.stack([np.asarray(v, float) for v in (n, s1, n_pos)], axis=1), min_expected)
    df = len(groups) - (2 if fitted else 0)
    if len(groups) < 2 or df < 1:
        return Test(groups=len(groups), reason="few_groups")
    expected = groups[:, 1]
    variance = expected * (1 - expected / groups[:, 0])
    if (variance <= 0).any():
        return Test(groups=len(groups), reason="no_variance")
    x = float(((groups[:, 2] - expected) ** 2 / variance).sum())
    return Test(x, float(stats.chi2.sf(x, df)), df, len(groups))


def _merged(rows: np.ndarray, least: float) -> np.ndarray:
    out: list[np.ndarray] = []
    held = np.zeros(3)
    for row in rows:
        held = held + row
        if held[1] >= least and held[0] - held[1] >= least:
            out.append(held)
            held = np.zeros(3)
    if held[0] > 0 and out:
        out[-1] = out[-1] + held
    elif held[0] > 0:
        out.append(held)
    return np.array(out).reshape(-1, 3)


def ece(n: object, n_pos: object, *, s1: object) -> Ece:
    """Expected calibration error over bins; biased upward by noise, hence read beside `noise_floor`."""
    n, pos, s1 = (np.asarray(v, float) for v in (n, n_pos, s1))
    used = n > 0
    n, pos, s1 = n[used], pos[used], s1[used]
    if not n.size:
        return Ece(reason="empty")
    weight, predicted, observed = n / n.sum(), s1 / n, pos / n
    gap = np.abs(predicted - observed)
    floor = (weight * np.sqrt(2 * np.clip(predicted * (1 - predicted), 0, None) / (math.pi * n))).sum()
    many = n > 1
    noise = ratio(observed * (1 - observed), n - 1)
    squared = (weight * (gap**2 - noise))[many].sum()
    return Ece(float((weight * gap).sum()), float(floor), float(gap.max()), math.sqrt(max(squared, 0.0)))


def calibration_line(n: object, n_pos: object, *, s1: object) -> CalibrationLine:
    """Intercept and slope of the recalibration line over bins; NaN when one class is empty or the bins separate."""
    n, pos, s1 = (np.asarray(v, float) for v in (n, n_pos, s1))
    used = n > 0
    n, pos, s1 = n[used], pos[used], s1[used]
    if not n.size or pos.sum() in (0, n.sum()):
        reason = "empty" if not n.size else "no_positives" if pos.sum() == 0 else "no_negatives"
        return CalibrationLine(reason=reason)
    x = special.logit(np.clip(s1 / n, 1e-9, 1 - 1e-9))
    large = _newton(np.ones((x.size, 1)), n, pos, offset=x)
    line = _newton(np.column_stack([np.ones_like(x), x]), n, pos, offset=np.zeros_like(x)) if np.ptp(x) > 1e-9 else None
    in_the_large = float(large[0][0]) if large else math.nan
    if line is None:
        return CalibrationLine(in_the_large=in_the_large, reason="not_separable")
    b, v = line
    return CalibrationLine(float(b[0]), float(b[1]), math.sqrt(v[0, 0]), math.sqrt(v[1, 1]), in_the_large)


def _newton(
    X: np.ndarray, n: np.ndarray, pos: np.ndarray, *, offset: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Maximum-likelihood coefficients of a grouped logit and their covariance; None when they run away."""
    b = np.zeros(X.shape[1])
    if X.shape[1] == 2:
        b[1] = 1.0
    for _ in range(60):
        mu = special.expit(np.clip(X @ b + offset, -30, 30))
        A = X.T @ ((n * mu * (1 - mu))[:, None] * X)
        if np.linalg.cond(A) > 1e12 or np.abs(b).max() > 50:
            return None
        step = np.linalg.solve(A, X.T @ (pos - n * mu))
        b = b + np.clip(step, -4, 4)
        if np.abs(step).max() < 1e-11:
            return b, np.linalg.inv(A)
    return None
