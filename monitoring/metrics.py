"""Monitoring room: counts in, number out. Ratios, concentration, and what an expectation says of a count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


def ratio(part: object, whole: object) -> np.ndarray:
    """part / whole elementwise: sums divided last; NaN where whole is 0 or either is NaN."""
    a, b = np.asarray(part, float), np.asarray(whole, float)
    safe = np.where(b == 0, 1.0, b)
    return np.where(b == 0, np.nan, a / safe)


def share(part: float, whole: float) -> float:
    """part / whole as one number; NaN when whole is 0."""
    return part / whole if whole else math.nan


@dataclass(frozen=True)
class Concentration:
    """How concentrated an amount is over its parts: `hhi` in 1/K..1, `normalised` in 0..1, `effective` parts; NaN when
    there is nothing to share (and `normalised` with a single part)."""

    hhi: float = math.nan
    normalised: float = math.nan
    effective: float = math.nan


def concentration(amounts: Sequence[float] | np.ndarray) -> Concentration:
    """Herfindahl index of amounts that add up to a whole."""
    x = np.asarray(amounts, float)
    total = x.sum()
    if not total > 0:
        return Concentration()
    h = float(((x / total) ** 2).sum())
    k = x.size
    return Concentration(h, (h - 1 / k) / (1 - 1 / k) if k > 1 else math.nan, 1 / h)


def overdue_ratio(overdue: object, gross: object) -> np.ndarray:
    """Overdue-portfolio ratio (ICV): overdue balance / gross balance, a fraction; NaN where there is no balance."""
    return ratio(overdue, gross)


def overdue_ratio_with_writeoffs(overdue: object, gross: object, *, written_off: object) -> np.ndarray:
    """ICV with the written-off balance put back into numerator and denominator."""
    w = np.asarray(written_off, float)
    return ratio(np.asarray(overdue, float) + w, np.asarray(gross, float) + w)


def gini(auc: float) -> float:
    """Gini coefficient (accuracy ratio), -1..1, from the AUC."""
    return 2 * auc - 1
