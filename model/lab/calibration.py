"""Model room: whether probabilities mean what they say: intercept, slope, Brier score and calibration error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit, log_expit

BINS = 10


@dataclass(frozen=True)
class Calibration:
    """`intercept`: log-odds by which the promises are too low on the whole (0 is right, below 0 they promise too much);
    `slope` of the outcome on the log-odds (1 is right, below 1 they are too sure) (Cox 1958); `brier`: mean squared
    error; `ece`: mean distance of promised and observed share over ten groups of equal size."""

    intercept: float
    slope: float
    brier: float
    ece: float


def calibration(margin: np.ndarray, y: np.ndarray) -> Calibration:
    """The calibration of log-odds; y is 1 or 0. Intercept and slope are NaN when a class is missing."""
    p = expit(margin)
    brier = float(np.mean((p - y) ** 2)) if len(y) else math.nan
    if not 0 < y.sum() < len(y):
        return Calibration(math.nan, math.nan, brier, ece(p, y))
    shift = brentq(lambda a: float(np.mean(expit(margin + a) - y)), -60, 60)
    return Calibration(float(shift), _slope(margin, y), brier, ece(p, y))


def _slope(margin: np.ndarray, y: np.ndarray) -> float:
    if np.ptp(margin) < 1e-9:
        return math.nan
    centre, size = margin.mean(), margin.std()
    z = (margin - centre) / size

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        at = theta[0] + theta[1] * z
        gap = expit(at) - y
        return float(-np.mean(y * log_expit(at) + (1 - y) * log_expit(-at))), np.array([gap.mean(), (gap * z).mean()])

    found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="BFGS", options={"gtol": 1e-8})
    return float(found.x[1] / size)


def ece(p: np.ndarray, y: np.ndarray) -> float:
    """Mean distance of promised and observed share over ten groups of equal size by probability; NaN without rows."""
    if not len(y):
        return math.nan
    order = np.argsort(p, kind="stable")
    parts = [g for g in np.array_split(order, BINS) if len(g)]
    return float(sum(len(g) * abs(p[g].mean() - y[g].mean()) for g in parts) / len(y))
