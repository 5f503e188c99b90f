"""Model room: resampling of the rows that a model learns from, and of no others; the lab shows what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from model.candidates import Candidate, CandidateError, Fitted

LIBRARY: Final = "imblearn"

MOST: Final = 40_000
"""Training rows that are resampled: the newest."""

NEIGHBOURS: Final = 5


def resampled(candidate: Candidate, kind: str) -> Candidate:
    """The candidate with its training rows resampled inside `fit`: whoever calls it hands over training rows only.

    `kind`: "none", "smote" (rarer class filled up with neighbours' mixtures), "under" (rows of the larger class drawn),
    "over" (rows of the rarer class repeated). Raises CandidateError for another kind, or without imbalanced-learn.
    """
    if kind == "none":
        return candidate
    if kind not in KINDS:
        raise CandidateError(f"{kind!r} is no resampling; there are none, {', '.join(KINDS)}")
    if find_spec(LIBRARY) is None:
        raise CandidateError(f"resampling by {kind} needs the library {LIBRARY}, which is not installed")
    return Candidate(f"{candidate.name}+{kind}", partial(_fit, candidate.fit, KINDS[kind]), candidate.needs)


def _fit(
    fit: Callable[..., Fitted], draw: Callable[..., tuple[np.ndarray, np.ndarray]], X: np.ndarray, y: np.ndarray, *,
    categorical: list[int], seed: int, **settings: Any,
) -> Fitted:  # fmt: skip
    """Resample the newest training rows, mix them, as made rows have no time, and fit."""
    X, y = draw(X[-MOST:], y[-MOST:], categorical, seed)
    order = np.random.default_rng(seed).permutation(len(y))
    return fit(X[order], y[order], categorical=categorical, seed=seed, **settings)


def _under(X: np.ndarray, y: np.ndarray, _: list[int], seed: int) -> tuple[np.ndarray, np.ndarray]:
    from imblearn.under_sampling import RandomUnderSampler

    return _drawn(RandomUnderSampler(random_state=seed), X, y)


def _over(X: np.ndarray, y: np.ndarray, _: list[int], seed: int) -> tuple[np.ndarray, np.ndarray]:
    from imblearn.over_sampling import RandomOverSampler

    return _drawn(RandomOverSampler(random_state=seed), X, y)


def _drawn(sampler: Any, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sampler.fit_resample(np.zeros((len(y), 1)), y)
    return X[sampler.sample_indices_], y[sampler.sample_indices_]


def _smote(X: np.ndarray, y: np.ndarray, categorical: list[int], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows as they are, and made rows after them: mixtures of a row of the rarer class with one of its five nearest
    of that class; of categories the most frequent among them (SMOTE-NC; SMOTE-N when there is nothing else). For
    finding neighbours a missing number is the median, a missing category a level of its own."""
    from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC

    known = {"k_neighbors": min(NEIGHBOURS, int(min(y.sum(), len(y) - y.sum())) - 1), "random_state": seed}
    if known["k_neighbors"] < 1:
        raise CandidateError("SMOTE needs two rows of the rarer class at least")
    filled, missing = _filled(X, categorical)
    if not categorical:
        sampler = SMOTE(**known)
    elif len(categorical) == X.shape[1]:
        sampler = SMOTEN(**known)
    else:
        sampler = SMOTENC(categorical, **known)
    more, told = sampler.fit_resample(filled, y)
    made = np.asarray(more[len(y) :], dtype=np.float32)
    for column in categorical:
        made[made[:, column] == missing[column], column] = np.nan
    return np.concatenate([X, made]), np.asarray(told, dtype=y.dtype)


def _filled(X: np.ndarray, categorical: list[int]) -> tuple[np.ndarray, dict[int, float]]:
    """The matrix without missing values, and the code that stands for a missing one in each category."""
    out, missing = X.copy(), {}
    for i in range(X.shape[1]):
        known = X[np.isfinite(X[:, i]), i]
        if i in categorical:
            missing[i] = float(known.max()) + 1 if len(known) else 0.0
        fill = missing[i] if i in categorical else (np.median(known) if len(known) else 0.0)
        out[~np.isfinite(X[:, i]), i] = fill
    return out, missing


KINDS: Final[dict[str, Callable[..., tuple[np.ndarray, np.ndarray]]]] = {
    "smote": _smote, "under": _under, "over": _over,
}  # fmt: skip
"""Ways to resample."""
