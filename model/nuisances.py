"""Model room: what an offer's effect is estimated through: predicted outcomes with and without it, and its probability.

Every prediction of a row is made by a model that never saw the row's client (Chernozhukov et al. 2018), so that a model
cannot flatter the rows that it learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import lightgbm as lgb
import numpy as np

FOLDS: Final = 5
MOST: Final = 40_000
"""Rows that one model learns from at most, drawn at random: more make it slower, not better."""
LEAST_CHANCE: Final = 0.02
"""Probabilities of an offer are kept within this and its complement, as they are divided by."""

_OUTCOME: Final[dict[str, Any]] = {"num_leaves": 8, "max_depth": 3, "min_data_in_leaf": 60, "rounds": 100}
_CHANCE: Final[dict[str, Any]] = {"num_leaves": 15, "max_depth": -1, "min_data_in_leaf": 40, "rounds": 150}


@dataclass(frozen=True)
class Sample:
    """Rows to learn from and to predict: a matrix of numbers and categories, and the fold of each row's client."""

    X: np.ndarray
    categorical: list[int]
    fold: np.ndarray
    seed: int = 0

    @cached_property
    def binned(self) -> lgb.Dataset:
        """The matrix in the form that trees learn from, made once for every model."""
        how = {"verbose": -1, "max_bin": 63}
        made = lgb.Dataset(self.X, np.zeros(len(self.X)), categorical_feature=self.categorical, params=how)
        return made.construct()


@dataclass(frozen=True)
class Predicted:
    """Per row: probability `e` of an offer, within the range that may be divided by, `raw` before it was moved there,
    how it was found, and each outcome's prediction with (first) and without an offer."""

    e: np.ndarray
    raw: np.ndarray
    propensity: str
    outcomes: Mapping[str, tuple[np.ndarray, np.ndarray]]


def folds(client: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Fold 0..4 of each row: all rows of a client in one, clients dealt out at random."""
    ids, place = np.unique(client, return_inverse=True)
    return (np.random.default_rng(seed).permutation(len(ids)) % FOLDS)[place]


def predict(
    sample: Sample, deciding: Sample, *, offered: np.ndarray, outcomes: Mapping[str, np.ndarray], logged: np.ndarray,
    arm: np.ndarray,
) -> Predicted:  # fmt: skip
    """Predictions of every row. `deciding` is what the probability of an offer is predicted from; `outcomes` are shares
    in 0..1; `logged`: the decision's own probability, all NaN where none was recorded; `arm`: of each row's client,
    "" where nobody was drawn into one."""
    raw, how = _chance(deciding, offered, logged, arm)
    found = {
        name: (
            _crossfit(sample, y, offered == 1, _OUTCOME),
            _crossfit(sample, y, offered == 0, _OUTCOME),
        )
        for name, y in outcomes.items()
    }
    return Predicted(np.clip(raw, LEAST_CHANCE, 1 - LEAST_CHANCE), raw, how, found)


def _chance(sample: Sample, offered: np.ndarray, logged: np.ndarray, arm: np.ndarray) -> tuple[np.ndarray, str]:
    """The probability of an offer. For clients who were drawn into arms it is the mean over the arms, by their sizes,
    of what each arm's rule gives a row: it overlaps further than one rule does."""
    if np.isnan(logged).all():
        return _crossfit(sample, offered.astype(float), np.ones(len(offered), bool), _CHANCE), "estimated"
    drawn = arm != ""
    if len(set(arm[drawn])) < 2:
        return logged, "logged"
    mean = sum((arm == a).sum() / drawn.sum() * _crossfit(sample, logged, arm == a, _CHANCE) for a in set(arm[drawn]))
    return np.where(drawn, mean, logged), "arms"


def _crossfit(sample: Sample, target: np.ndarray, learn: np.ndarray, shape: Mapping[str, Any]) -> np.ndarray:
    """The target, a share, of each row as models of other clients' rows predict it; `learn`: rows to learn from."""
    out = np.empty(len(target))
    draw = np.random.default_rng(sample.seed)
    for k in range(FOLDS):
        mine = sample.fold == k
        train = np.flatnonzero(learn & ~mine)
        if len(train) > MOST:
            train = np.sort(draw.choice(train, MOST, replace=False))
        out[mine] = _model(sample, target, train, shape, sample.X[mine])
    return out


def _model(
    sample: Sample, target: np.ndarray, train: np.ndarray, shape: Mapping[str, Any], asked: np.ndarray
) -> np.ndarray:
    y = target[train]
    if not len(asked) or not len(y) or y.min() == y.max():
        return np.full(len(asked), y[0] if len(y) else np.nan)
    params = {
        "objective": "cross_entropy", "learning_rate": 0.05, "feature_fraction": 0.4, "lambda_l2": 5.0,
        "bagging_fraction": 0.7, "bagging_freq": 1, "cat_smooth": 20.0, "max_cat_to_onehot": 4, "deterministic": True,
        "force_row_wise": True, "num_threads": 1, "verbose": -1, "seed": sample.seed,
        **{k: v for k, v in shape.items() if k != "rounds"},
    }  # fmt: skip
    data = sample.binned.subset(train.tolist()).construct().set_label(y)
    return np.asarray(lgb.train(params, data, num_boost_round=shape["rounds"]).predict(asked), float)


def effective_size(weights: np.ndarray) -> float:
    """Effective sample size of weights: (Σw)² / Σw² (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0
