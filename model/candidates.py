"""Model room: the candidates of the leaderboard behind one promise: fit on a matrix, answer with log-odds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import lightgbm as lgb
import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from data.contract import CarteraError

TREES, LEAVES, DEPTH = 150, 8, 3
"""Small trees: as good as larger ones on these data, and four times faster to explain."""

SMALL = 20_000
"""Training rows below which each tree learns more slowly."""

NEWEST = 40_000
"""Training rows of the logistic regression: the newest ones."""

LARGE = 50_000
"""Training rows from which a second thread pays."""


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


class Trees:
    """Gradient-boosted trees; deterministic for one seed. `text` is LightGBM's own model text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._booster: lgb.Booster | None = None

    @property
    def booster(self) -> lgb.Booster:
        """The trees in memory, read from `text` on first use."""
        if self._booster is None:
            self._booster = lgb.Booster(model_str=self.text)
        return self._booster

    def __getstate__(self) -> dict[str, object]:
        return {"text": self.text, "_booster": None}

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        return np.asarray(self.booster.predict(X, raw_score=True), dtype=np.float64)

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Share of each feature in a row's log-odds (TreeSHAP); features plus the base add up to the margin."""
        return np.asarray(self.booster.predict(X, pred_contrib=True), dtype=np.float64)[:, :-1]


class Logistic:
    """Logistic regression on scaled numbers and one-hot categories."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        return np.asarray(self.pipeline.decision_function(X), dtype=np.float64)


def fit_trees(X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int) -> Trees:
    """Trees fitted to rows in time order; y is 1 or 0. One thread: on a busy machine a second one makes it slower."""
    params = {
        "objective": "binary", "learning_rate": 0.05 if len(y) > SMALL else 0.03, "num_leaves": LEAVES,
        "max_depth": DEPTH, "min_data_in_leaf": 40, "feature_fraction_bynode": 0.3, "bagging_fraction": 0.7,
        "bagging_freq": 1, "lambda_l2": 5.0, "cat_smooth": 20.0, "max_cat_to_onehot": 4, "seed": seed,
        "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
    }  # fmt: skip
    data = lgb.Dataset(X, y, categorical_feature=categorical, params={"verbose": -1}, free_raw_data=True)
    return Trees(lgb.train(params, data, num_boost_round=TREES).model_to_string())


def fit_logistic(X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int) -> Logistic:
    """Logistic regression fitted to the newest 40,000 rows; y is 1 or 0. Missing numbers become the median."""
    X, y = X[-NEWEST:], y[-NEWEST:]
    numeric = [i for i in range(X.shape[1]) if i not in categorical]
    numbers = make_pipeline(
        FunctionTransformer(np.arcsinh),
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
    )
    texts = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20, sparse_output=False, dtype=np.float32)
    both = ColumnTransformer([("numbers", numbers, numeric), ("texts", texts, categorical)])
    model = LogisticRegression(C=0.1, solver="newton-cholesky", random_state=seed)
    return Logistic(make_pipeline(both, model).fit(X, y))


CANDIDATES: Mapping[str, Candidate] = {
    c.name: c for c in (Candidate("lightgbm", fit_trees), Candidate("logistic", fit_logistic))
}
"""Every candidate by name."""


def candidate(name: str) -> Candidate:
    """A candidate that can be trained here. Raises CandidateError when there is none of that name, or its library is
    not installed."""
    if name not in CANDIDATES:
        raise CandidateError(f"{name!r} is not a candidate; there are {', '.join(CANDIDATES)}")
    found = CANDIDATES[name]
    if found.absent:
        raise CandidateError(f"candidate {name} needs the library {found.needs}, which is not installed")
    return found
