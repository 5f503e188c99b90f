"""Model room: the settings of each candidate that tuning may try; `trial` is a draw of Optuna."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def logistic(trial: Any) -> Mapping[str, Any]:
    """How strong the coefficients may be."""
    return {"strength": trial.suggest_float("strength", 1e-3, 10.0, log=True)}


def ridge(trial: Any) -> Mapping[str, Any]:
    """How much the coefficients are drawn in."""
    return {"penalty": trial.suggest_float("penalty", 1e-2, 1e4, log=True)}


def lda(trial: Any) -> Mapping[str, Any]:
    """How far the covariance is drawn to its diagonal."""
    return {"shrinkage": trial.suggest_float("shrinkage", 0.0, 1.0)}


def naive_bayes(trial: Any) -> Mapping[str, Any]:
    """How much is added to every variance."""
    return {"smoothing": trial.suggest_float("smoothing", 1e-9, 1.0, log=True)}


def adaboost(trial: Any) -> Mapping[str, Any]:
    """How many trees of what depth, and how fast they learn."""
    return {
        "trees": trial.suggest_int("trees", 50, 400, step=50),
        "rate": trial.suggest_float("rate", 0.05, 1.0, log=True),
        "depth": trial.suggest_int("depth", 1, 3),
    }


def tree(trial: Any) -> Mapping[str, Any]:
    """How deep, and how large a leaf."""
    return {
        "depth": trial.suggest_int("depth", 2, 12),
        "least": trial.suggest_float("least", 1e-3, 0.1, log=True),
    }


def forest(trial: Any) -> Mapping[str, Any]:
    """How many trees of what depth, leaf and choice of columns."""
    return {
        "trees": trial.suggest_int("trees", 100, 500, step=100),
        "depth": trial.suggest_int("depth", 4, 24),
        "least": trial.suggest_int("least", 1, 20, log=True),
        "features": trial.suggest_float("features", 0.05, 0.6),
    }


def gradient_boosting(trial: Any) -> Mapping[str, Any]:
    """How many trees of what leaves, and how fast they learn."""
    return {
        "trees": trial.suggest_int("trees", 50, 500, step=50),
        "rate": trial.suggest_float("rate", 0.01, 0.2, log=True),
        "leaves": trial.suggest_int("leaves", 4, 48, log=True),
        "least": trial.suggest_int("least", 5, 100, log=True),
        "l2": trial.suggest_float("l2", 1e-2, 30.0, log=True),
        "features": trial.suggest_float("features", 0.1, 1.0),
    }


def xgboost(trial: Any) -> Mapping[str, Any]:
    """How many trees of what depth, on which rows and columns, and how fast they learn."""
    return {
        "trees": trial.suggest_int("trees", 100, 800, step=100),
        "rate": trial.suggest_float("rate", 0.01, 0.2, log=True),
        "depth": trial.suggest_int("depth", 2, 9),
        "least": trial.suggest_float("least", 0.5, 20.0, log=True),
        "features": trial.suggest_float("features", 0.2, 1.0),
        "rows": trial.suggest_float("rows", 0.5, 1.0),
        "l2": trial.suggest_float("l2", 1e-2, 30.0, log=True),
    }


def lightgbm(trial: Any) -> Mapping[str, Any]:
    """How many trees of what leaves, on which rows and columns, and how fast they learn."""
    return {
        "trees": trial.suggest_int("trees", 100, 800, step=50),
        "rate": trial.suggest_float("rate", 0.01, 0.2, log=True),
        "leaves": trial.suggest_int("leaves", 4, 64, log=True),
        "depth": trial.suggest_int("depth", 2, 10),
        "least": trial.suggest_int("least", 5, 100, log=True),
        "features": trial.suggest_float("features", 0.1, 1.0),
        "rows": trial.suggest_float("rows", 0.5, 1.0),
        "l2": trial.suggest_float("l2", 1e-2, 30.0, log=True),
    }
