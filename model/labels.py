"""Model room: the outcome of each feature row, and when it is final."""

from __future__ import annotations

import numpy as np

from data.asof import same
from data.contract import Portfolio
from data.rows import NEGATIVE, POSITIVE
from model.features import Features
from model.fitting import Labels


def labels_of(portfolio: Portfolio, features: Features) -> Labels:
    """Labels aligned to the feature rows; NaN where a row is unlabelled, open, or has no outcome row."""
    outcomes = portfolio.outcomes
    found = same(features.frame, outcomes, by=("client", "obligation", "month"))
    state = np.where(found >= 0, outcomes["label_state"].to_numpy(dtype=np.int64).take(found, mode="clip"), -1)
    known = outcomes["known_at"].to_numpy(dtype=np.int64).take(found, mode="clip")
    label = np.where(state == POSITIVE, 1.0, np.where(state == NEGATIVE, 0.0, np.nan))
    return Labels(features.frame["month"].to_numpy(dtype=np.int64), label, np.where(found >= 0, known, 999912))
