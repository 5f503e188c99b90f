"""Model room: the walk forward. Each window's model is fitted, calibrated on earlier months, and scores its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model import calibrate
from model.bundle import Bundle, sha256, versions
from model.candidates import fit_logistic, fit_trees
from model.encode import Encoding, learn
from model.features import Features
from model.score import Reasons, reasons
from model.split import Window, walk_forward

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Labels:
    """Aligned to the feature rows: month YYYYMM, label 1/0/NaN, month at whose end the label is final."""

    month: np.ndarray
    label: np.ndarray
    known_at: np.ndarray


@dataclass(frozen=True)
class Step:
    """One published window: its model, the hash of its content, and the rows that it scored."""

    window: Window
    bundle: Bundle
    content: bytes
    digest: str
    rows: np.ndarray


@dataclass(frozen=True)
class Walked:
    """Scores of every row by the model of its month: float32 probability, NaN where no model was ready.

    `validation`: probabilities of the warm-up rows (NaN elsewhere), where thresholds are chosen; no published month is
    among them. `reasons` is aligned to the rows; position -1 where there is none.
    """

    steps: tuple[Step, ...]
    score: np.ndarray
    challenger: np.ndarray
    validation: np.ndarray
    challenger_validation: np.ndarray
    reasons: Reasons


@dataclass
class _Margins:
    """Raw log-odds of both candidates, filled month by month."""

    trees: np.ndarray
    logistic: np.ndarray


def walk(
    features: Features, labels: Labels, *, positive: dict[str, str], refit_every: int, seed: int,
    explain_last: int | None = None, progress: Progress = lambda _: None,
) -> Walked:  # fmt: skip
    """Fit and score window after window. `explain_last`: months from the end that get reasons (None: all)."""
    windows = walk_forward(labels.month, labels.label, labels.known_at, refit_every=refit_every)
    n = len(labels.month)
    raw = _Margins(np.full(n, np.nan), np.full(n, np.nan))
    out = {k: np.full(n, np.nan, np.float32) for k in ("score", "challenger", "validation", "challenger_validation")}
    why = Reasons(np.full((n, 3), -1, np.int16), np.zeros((n, 3), np.float32))
    explained = _explained(labels.month, explain_last)
    steps: list[Step] = []
    for window in windows:
        progress(f"model for {window.scores[0]}..{window.scores[-1]}")
        rows = np.flatnonzero(np.isin(labels.month, window.scores))
        bundle = _fit(features, labels, window, raw, rows, positive=positive, seed=seed)
        if window.warm_up:
            warm = rows
            continue
        other = calibrate.fit(raw.logistic[window.calibrate], labels.label[window.calibrate])
        out["score"][rows] = bundle.calibration.probability(raw.trees[rows])
        out["challenger"][rows] = other.probability(raw.logistic[rows])
        if not steps:
            out["validation"][warm] = bundle.calibration.probability(raw.trees[warm])
            out["challenger_validation"][warm] = other.probability(raw.logistic[warm])
        told = rows[explained[rows]]
        found = reasons(bundle, features.frame.iloc[told])
        why.feature[told], why.value[told] = found.feature, found.value
        content = bundle.content()
        steps.append(Step(window, bundle, content, sha256(content), rows))
    return Walked(tuple(steps), out["score"], out["challenger"], out["validation"], out["challenger_validation"], why)


def _explained(month: np.ndarray, last: int | None) -> np.ndarray:
    every = np.unique(month)
    return np.isin(month, every if last is None else every[len(every) - last :])


def _fit(
    features: Features, labels: Labels, window: Window, raw: _Margins, rows: np.ndarray, *,
    positive: dict[str, str], seed: int,
) -> Bundle:  # fmt: skip
    """Both candidates fitted to the window's training rows, their log-odds of its months, and the calibrated bundle."""
    order = window.train[np.argsort(labels.month[window.train], kind="stable")]
    y = labels.label[order]
    encoding, X = _matrix(features.frame, features.names, order)
    trees = fit_trees(X, y, categorical=encoding.categorical, seed=seed)
    logistic = fit_logistic(X, y, categorical=encoding.categorical, seed=seed)
    now = encoding.matrix(features.frame.iloc[rows])
    raw.trees[rows], raw.logistic[rows] = trees.margin(now), logistic.margin(now)
    platt = calibrate.Platt()
    if not window.warm_up:
        platt = calibrate.fit(raw.trees[window.calibrate], labels.label[window.calibrate])
    spans = {"month": window.month, "train_first": window.train_first, "train_last": window.train_last, "n": len(order)}
    return Bundle(trees, encoding, platt, spans, positive, versions())


def _matrix(frame: pd.DataFrame, names: Sequence[str], rows: np.ndarray) -> tuple[Encoding, np.ndarray]:
    part = frame.iloc[rows]
    encoding = learn(part, tuple(names))
    return encoding, encoding.matrix(part)
