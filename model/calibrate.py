"""Model room: probabilities set right on months later than those that the scoring model had learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit


@dataclass(frozen=True)
class Platt:
    """Calibrated log-odds = intercept + slope × log-odds. The slope is above 0, so the ranking is kept."""

    intercept: float = 0.0
    slope: float = 1.0

    def log_odds(self, margin: np.ndarray) -> np.ndarray:
        """Calibrated log-odds."""
        return self.intercept + self.slope * margin

    def probability(self, margin: np.ndarray) -> np.ndarray:
        """Calibrated probability of the positive class, 0..1."""
        return expit(self.log_odds(margin))


def fit(margin: np.ndarray, y: np.ndarray) -> Platt:
    """The Platt calibration of log-odds to outcomes (1 or 0); only the level is moved when ranking would turn round.

    Raises ValueError when one class is missing.
    """
    if not 0 < y.sum() < len(y):
        raise ValueError(f"calibration needs both classes; {int(y.sum())} of {len(y)} rows are positive")
    smooth = np.where(y > 0, (y.sum() + 1) / (y.sum() + 2), 1 / (len(y) - y.sum() + 2))

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = theta[0] + theta[1] * margin
        gap = expit(z) - smooth
        value = -np.mean(smooth * log_expit(z) + (1 - smooth) * log_expit(-z))
        return float(value), np.array([gap.mean(), (gap * margin).mean()])

    found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(None, None), (0.1, 10.0)])
    return Platt(float(found.x[0]), float(found.x[1]))
