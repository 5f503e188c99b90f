"""Model room: the curves of a score that a run tracker draws: ROC, precision by recall, calibration by decile."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

POINTS = 50
DECILES = 10


def curves(score: np.ndarray, y: np.ndarray) -> Mapping[str, list[tuple[int, float]]]:
    """Points (step, value) by curve; empty when a class is missing. y is 1 or 0.

    `roc_true_positive_rate`: step is the false positive rate in percent. `precision`: step is the recall in percent.
    `calibration_predicted` and `calibration_observed`: step is the decile of the score, 1 the lowest.
    """
    if not 0 < y.sum() < len(y):
        return {}
    fpr, tpr, _ = roc_curve(y, score)
    precision, recall, _ = precision_recall_curve(y, score)
    percent = np.linspace(0, 1, POINTS + 1)
    deciles = np.array_split(np.argsort(score, kind="stable"), DECILES)
    return {
        "roc_true_positive_rate": _points(100 * percent, np.interp(percent, fpr, tpr)),
        "precision": _points(100 * percent, np.interp(percent, recall[::-1], precision[::-1])),
        "calibration_predicted": [(i + 1, float(score[d].mean())) for i, d in enumerate(deciles) if len(d)],
        "calibration_observed": [(i + 1, float(y[d].mean())) for i, d in enumerate(deciles) if len(d)],
    }


def _points(steps: np.ndarray, values: np.ndarray) -> list[tuple[int, float]]:
    return [(round(float(s)), float(v)) for s, v in zip(steps, values, strict=True)]
