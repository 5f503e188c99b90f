"""Model room: the candidates of the leaderboard behind one promise: fit on a matrix, answer with log-odds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from data.contract import CarteraError
from model import candidates_spaces as spaces
from model.candidates_plain import (
    fit_adaboost,
    fit_balanced_forest,
    fit_dummy,
    fit_forest,
    fit_gradient_boosting,
    fit_lda,
    fit_logistic,
    fit_naive_bayes,
    fit_ridge,
    fit_tree,
)
from model.candidates_trees import DEEP, Trees, fit_trees, fit_xgboost

__all__ = ["CANDIDATES", "Candidate", "CandidateError", "Fitted", "Trees", "candidate", "fit_logistic", "fit_trees"]


class Fitted(Protocol):
    """A trained candidate."""

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds of the positive class per row, float64, before calibration."""


class CandidateError(CarteraError):
    """A candidate cannot be had: it is unknown, or its library is not installed."""

    code = "candidate"


@dataclass(frozen=True)
class Candidate:
    """One kind of model. `fit(X, y, *, categorical, seed, **settings)` trains it: X is the encoded float32 matrix
    (missing is NaN, categories are codes at the positions `categorical`), y is 1 or 0, rows are oldest first. `needs`
    is the import name of an optional library; `space(trial)` draws settings for tuning (an Optuna trial)."""

    name: str
    fit: Callable[..., Fitted]
    needs: str = ""
    space: Callable[[Any], Mapping[str, Any]] | None = None

    @property
    def absent(self) -> bool:
        """Whether its library is not installed."""
        return bool(self.needs) and find_spec(self.needs) is None


class Blend:
    """Log-odds of which one half is a line's, and the other half that of models of trees, which err in other ways."""

    def __init__(self, line: Fitted, *trees: Fitted) -> None:
        self.line, self.trees = line, trees

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        return np.asarray(self.line.margin(X) + np.mean([m.margin(X) for m in self.trees], axis=0)) / 2


def fit_blend(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, strength: float = 0.1, **trees: Any
) -> Blend:
    """The logistic regression (its `strength`), and LightGBM (settings `trees`) with the random forest: on a thousand
    rows steadier than any of them."""
    line = fit_logistic(X, y, categorical=categorical, seed=seed, strength=strength)
    forest = fit_forest(X, y, categorical=categorical, seed=seed)
    return Blend(line, fit_trees(X, y, categorical=categorical, seed=seed, **trees), forest)


def _blend_space(trial: Any) -> Mapping[str, Any]:
    """The settings of LightGBM and of the logistic regression."""
    return {**spaces.logistic(trial), **spaces.lightgbm(trial)}


_ALL: Sequence[Candidate] = (
    Candidate("dummy", fit_dummy),
    Candidate("logistic", fit_logistic, space=spaces.logistic),
    Candidate("ridge", fit_ridge, space=spaces.ridge),
    Candidate("lda", fit_lda, space=spaces.lda),
    Candidate("naive_bayes", fit_naive_bayes, space=spaces.naive_bayes),
    Candidate("tree", fit_tree, space=spaces.tree),
    Candidate("adaboost", fit_adaboost, space=spaces.adaboost),
    Candidate("forest", fit_forest, space=spaces.forest),
    Candidate("balanced_forest", fit_balanced_forest, needs="imblearn", space=spaces.forest),
    Candidate("gradient_boosting", fit_gradient_boosting, space=spaces.gradient_boosting),
    Candidate("xgboost", fit_xgboost, needs="xgboost", space=spaces.xgboost),
    Candidate("lightgbm", fit_trees, space=spaces.lightgbm),
    Candidate("lightgbm_deep", partial(fit_trees, **DEEP), space=spaces.lightgbm),
    Candidate("blend", fit_blend, space=_blend_space),
)

CANDIDATES: Mapping[str, Candidate] = {c.name: c for c in _ALL}
"""Every candidate by name, from the simplest on."""


def candidate(name: str) -> Candidate:
    """A candidate that can be trained here. Raises CandidateError when there is none of that name, or its library is
    not installed."""
    if name not in CANDIDATES:
        raise CandidateError(f"{name!r} is not a candidate; there are {', '.join(CANDIDATES)}")
    found = CANDIDATES[name]
    if found.absent:
        raise CandidateError(f"candidate {name} needs the library {found.needs}, which is not installed")
    return found
