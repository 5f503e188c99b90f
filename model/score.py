"""Model room: scores of obligations from a bundle, and the three largest reasons of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.bundle import Bundle

REASONS = 3
CHUNK = 100_000


@dataclass(frozen=True)
class Reasons:
    """Per row the three features that moved its log-odds most, strongest first. `feature`: position in the encoding;
    `value`: signed contribution to the calibrated log-odds."""

    feature: np.ndarray
    value: np.ndarray


def score(bundle: Bundle, frame: pd.DataFrame) -> np.ndarray:
    """Probability of the positive class per row of features, float32 in 0..1. Raises KeyError for a missing feature."""
    margin = bundle.model.margin(bundle.encoding.matrix(frame))
    return bundle.calibration.probability(margin).astype(np.float32)


def explains(bundle: Bundle) -> bool:
    """Whether the model can say what each feature contributed to a row's log-odds."""
    return callable(getattr(bundle.model, "contributions", None))


def reasons(bundle: Bundle, frame: pd.DataFrame) -> Reasons:
    """The three largest contributions of each row, times the slope of the calibration; none, as position -1, where the
    model cannot say."""
    contributions = getattr(bundle.model, "contributions", None)
    if contributions is None or not len(frame):
        return Reasons(np.full((len(frame), REASONS), -1, np.int16), np.zeros((len(frame), REASONS)))
    X = bundle.encoding.matrix(frame)
    parts = [_top(contributions(X[i : i + CHUNK])) for i in range(0, len(X), CHUNK)]
    feature, value = (np.concatenate(x) for x in zip(*parts, strict=True))
    return Reasons(feature, value * bundle.calibration.slope)


def _top(contributions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions and values of the three largest by size, per row; fewer features than three leave position -1."""
    n, k = contributions.shape
    if k < REASONS:
        contributions = np.concatenate([contributions, np.zeros((n, REASONS - k))], axis=1)
    size = -np.abs(contributions)
    first = np.argpartition(size, REASONS - 1, axis=1)[:, :REASONS]
    order = np.argsort(np.take_along_axis(size, first, axis=1), axis=1, kind="stable")
    chosen = np.take_along_axis(first, order, axis=1)
    value = np.take_along_axis(contributions, chosen, axis=1)
    return np.where((chosen < k) & (value != 0), chosen, -1).astype(np.int16), value


def in_words(found: Reasons, names: Sequence[str]) -> list[pd.Categorical]:
    """The reasons as text, "days_past_due:-0.31", one category per place; missing where there is none."""
    return [_text(found.feature[:, j], found.value[:, j], names) for j in range(REASONS)]


def _text(feature: np.ndarray, value: np.ndarray, names: Sequence[str]) -> pd.Categorical:
    cents = np.clip(np.round(value * 100), -999, 999).astype(np.int64)
    key = np.where(feature >= 0, feature.astype(np.int64) * 2000 + cents + 1000, -1)
    distinct, codes = np.unique(key, return_inverse=True)
    levels = [f"{names[k // 2000]}:{(k % 2000 - 1000) / 100:+.2f}" for k in distinct if k >= 0]
    return pd.Categorical.from_codes(codes - int((distinct < 0).sum()), categories=pd.Index(levels, dtype="str"))
