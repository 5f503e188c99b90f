"""Model room: candidates of scikit-learn and imbalanced-learn, each with its own imputation, as log-odds."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
from scipy.special import logit
from sklearn.compose import ColumnTransformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from model import calibrate
from model.calibrate import Platt

NEWEST: Final = 40_000
"""Training rows of the candidates of this file: the newest ones. More make them slower, not better."""

FURTHEST: Final = 30.0
"""Log-odds are kept within ±30: beyond, a probability is 0 or 1 in float64 anyway."""

SURE: Final = 1e-6
"""Votes of a forest are kept this far from 0 and 1."""


class Linear:
    """A linear model on prepared columns; `scale` makes log-odds of its decision value.
    `source`: the feature that each prepared column was made of; `mean`: of the prepared training columns."""

    def __init__(self, ready: ColumnTransformer, model: Any, X: np.ndarray, scale: Platt) -> None:
        self.ready, self.model, self.scale = ready, model, scale
        self.mean = ready.transform(X).mean(axis=0)
        made = ready.get_feature_names_out([str(i) for i in range(X.shape[1])])
        self.source = np.array([int(re.findall(r"\d+", name)[0]) for name in made])

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        value = np.asarray(self.model.decision_function(self.ready.transform(exact(X))), dtype=np.float64)
        return np.clip(self.scale.log_odds(value), -FURTHEST, FURTHEST)

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Share of each feature in a row's log-odds, against the mean of the training rows: coefficients times what the
        prepared columns are above it."""
        parts = (self.ready.transform(X) - self.mean) * (self.model.coef_.ravel() * self.scale.slope)
        out = np.zeros((len(X), X.shape[1]))
        np.add.at(out.T, self.source, parts.T)
        return out


class Voted:
    """A pipeline that answers with probabilities. `shift` is added to their log-odds: what balanced training took away
    from the share of positives."""

    def __init__(self, pipeline: Pipeline, shift: float = 0.0) -> None:
        self.pipeline, self.shift = pipeline, shift

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        with threadpool_limits(1):
            p = np.asarray(self.pipeline.predict_proba(exact(X))[:, 1], dtype=np.float64)
        return logit(np.clip(p, SURE, 1 - SURE)) + self.shift


class Ranked:
    """A pipeline whose answer ranks rows but is no probability: the Platt calibration of its own training rows makes
    log-odds of it."""

    def __init__(self, pipeline: Pipeline, scale: Platt) -> None:
        self.pipeline, self.scale = pipeline, scale

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        return np.clip(self.scale.log_odds(told(self.pipeline, X)), -FURTHEST, FURTHEST)


class Constant:
    """The same log-odds for every row: what anybody can do who knows the share of positives."""

    def __init__(self, share: float) -> None:
        self.log_odds = float(logit(np.clip(share, SURE, 1 - SURE)))

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        return np.full(len(X), self.log_odds)


def told(pipeline: Pipeline, X: np.ndarray) -> np.ndarray:
    """What a pipeline says of rows, larger for likelier positives: its decision value, else its log-odds."""
    if hasattr(pipeline, "decision_function"):
        return np.asarray(pipeline.decision_function(exact(X)), dtype=np.float64)
    both = np.asarray(pipeline.predict_log_proba(exact(X)), dtype=np.float64)
    return both[:, 1] - both[:, 0]


def exact(X: np.ndarray) -> np.ndarray:
    """The matrix in double precision: in single, what a row is told depends on the rows that stand beside it from the
    seventh digit on, and a row scored again would not be told the same."""
    return X.astype(np.float64)


def prepare(X: np.ndarray, categorical: list[int], *, scale: bool) -> ColumnTransformer:
    """Missing numbers become the median, with a column that says so; categories one column per level of at least 20
    rows, missing being a level. `scale`: numbers are drawn in (asinh) and brought to one size."""
    numeric = [i for i in range(X.shape[1]) if i not in categorical]
    fill = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    drawn = FunctionTransformer(np.arcsinh, feature_names_out="one-to-one")
    numbers = make_pipeline(drawn, fill, StandardScaler()) if scale else fill
    texts = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20, sparse_output=False, dtype=np.float32)
    parts = [("numbers", numbers, numeric), ("texts", texts, categorical)]
    return ColumnTransformer([p for p in parts if p[2]], verbose_feature_names_out=False)


def _linear(X: np.ndarray, y: np.ndarray, categorical: list[int], model: Any, *, ranks: bool = False) -> Linear:
    X, y = X[-NEWEST:], y[-NEWEST:]
    ready = prepare(X, categorical, scale=True)
    columns = ready.fit_transform(X)
    model.fit(columns, y)
    return Linear(ready, model, X, calibrate.fit(model.decision_function(columns), y) if ranks else Platt())


def _pipeline(X: np.ndarray, y: np.ndarray, categorical: list[int], model: Any, *, scale: bool = False) -> Pipeline:
    with threadpool_limits(1):
        return make_pipeline(prepare(X, categorical, scale=scale), model).fit(X[-NEWEST:], y[-NEWEST:])


def _ranked(X: np.ndarray, y: np.ndarray, categorical: list[int], model: Any, *, scale: bool = False) -> Ranked:
    pipeline = _pipeline(X, y, categorical, model, scale=scale)
    return Ranked(pipeline, calibrate.fit(told(pipeline, X[-NEWEST:]), y[-NEWEST:]))


def fit_dummy(X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int) -> Constant:  # noqa: ARG001
    """The share of positives among the training rows."""
    return Constant(float(y.mean()))


def fit_logistic(X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, strength: float = 0.1) -> Linear:
    """Logistic regression; `strength` is the inverse of its L2 penalty."""
    return _linear(X, y, categorical, LogisticRegression(C=strength, solver="newton-cholesky", random_state=seed))


def fit_ridge(X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, penalty: float = 10.0) -> Linear:
    """Ridge regression of the outcome as -1 or 1; its answer ranks, and Platt makes log-odds of it."""
    return _linear(X, y, categorical, RidgeClassifier(alpha=penalty, random_state=seed), ranks=True)


def fit_lda(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, shrinkage: float = 0.05,  # noqa: ARG001
) -> Linear:  # fmt: skip
    """Linear discriminant analysis with a covariance drawn to its diagonal by the share `shrinkage`."""
    return _linear(X, y, categorical, LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage))


def fit_naive_bayes(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, smoothing: float = 1e-2,  # noqa: ARG001
) -> Ranked:  # fmt: skip
    """Gaussian naive Bayes. Columns that say the same are counted twice, so its odds are far too sure: Platt draws them
    in."""
    return _ranked(X, y, categorical, GaussianNB(var_smoothing=smoothing), scale=True)


def fit_adaboost(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, trees: int = 150, rate: float = 0.5,
    depth: int = 1,
) -> Ranked:  # fmt: skip
    """AdaBoost of small decision trees; its mean vote ranks, and Platt makes log-odds of it."""
    stump = DecisionTreeClassifier(max_depth=depth, random_state=seed)
    model = AdaBoostClassifier(stump, n_estimators=trees, learning_rate=rate, random_state=seed)
    return _ranked(X, y, categorical, model)


def fit_tree(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, depth: int = 6, least: float = 0.01
) -> Voted:
    """One decision tree; `least`: share of the training rows in a leaf at least."""
    model = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=seed)
    return Voted(_pipeline(X, y, categorical, model))


def fit_forest(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, trees: int = 300, depth: int = 16,
    least: int = 2, features: float | str = "sqrt",
) -> Voted:  # fmt: skip
    """Random forest; `features`: share of the columns that a split may choose from."""
    model = RandomForestClassifier(
        trees, max_depth=depth, min_samples_leaf=least, max_features=features, random_state=seed, n_jobs=1
    )
    return Voted(_pipeline(X, y, categorical, model))


def fit_balanced_forest(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, trees: int = 300, depth: int = 12,
    least: int = 1, features: float | str = "sqrt",
) -> Voted:  # fmt: skip
    """Random forest whose trees see as many positives as negatives; the log-odds are put back to the true share."""
    from imblearn.ensemble import BalancedRandomForestClassifier

    model = BalancedRandomForestClassifier(
        trees, max_depth=depth, min_samples_leaf=least, max_features=features, sampling_strategy="all",
        replacement=True, bootstrap=False, random_state=seed, n_jobs=1,
    )  # fmt: skip
    return Voted(_pipeline(X, y, categorical, model), shift=float(logit(y[-NEWEST:].mean())))


def fit_gradient_boosting(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, trees: int = 200, rate: float = 0.05,
    leaves: int = 16, least: int = 20, l2: float = 1.0, features: float = 0.7,
) -> Voted:  # fmt: skip
    """scikit-learn's gradient boosting over histograms, on missing numbers and categories as they are."""
    model = HistGradientBoostingClassifier(
        learning_rate=rate, max_iter=trees, max_leaf_nodes=leaves, min_samples_leaf=least, l2_regularization=l2,
        max_features=features, categorical_features=categorical, early_stopping=False, random_state=seed,
    )  # fmt: skip
    with threadpool_limits(1):
        return Voted(make_pipeline(model).fit(X[-NEWEST:], y[-NEWEST:]))
