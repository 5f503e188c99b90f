"""Model room: the walk forward. Each window's model is fitted, calibrated on earlier months, and scores its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from model import calibrate
from model.bundle import Bundle, sha256, versions
from model.calibrate import Platt
from model.candidates import fit_logistic, fit_trees
from model.encode import learn
from model.features import Features
from model.score import Reasons, reasons
from model.split import Window, walk_forward

Progress = Callable[[str, float], None]


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


def walk(
    features: Features, labels: Labels, *, positive: dict[str, str], refit_every: int, seed: int,
    explain_last: int | None = None, progress: Progress = lambda *_: None,
) -> Walked:  # fmt: skip
    """Fit and score window after window. `explain_last`: months from the end that get reasons (None: all). `progress`
    is told what is done and the share of windows behind it."""
    windows = walk_forward(labels.month, labels.label, labels.known_at, refit_every=refit_every)
    every = np.unique(labels.month)
    explained = np.isin(labels.month, every if explain_last is None else every[len(every) - explain_last :])
    walker = _Walker(features, labels, explained, dict(positive), seed)
    for i, window in enumerate(windows):
        progress(f"model {i + 1} of {len(windows)}, for {window.scores[0]}..{window.scores[-1]}", i / len(windows))
        walker.take(window)
    return walker.walked()


class _Walker:
    """What the walk has found so far. Raw log-odds are kept: later windows calibrate on them."""

    def __init__(
        self, features: Features, labels: Labels, explained: np.ndarray, positive: dict[str, str], seed: int
    ) -> None:
        n = len(labels.month)
        self._features, self._labels, self._explained = features, labels, explained
        self._positive, self._seed = positive, seed
        self._raw = {k: np.full(n, np.nan) for k in ("trees", "logistic")}
        self._score, self._challenger, self._validation, self._challenger_validation = np.full(
            (4, n), np.nan, np.float32
        )
        self._why = Reasons(np.full((n, 3), -1, np.int16), np.zeros((n, 3), np.float32))
        self._steps: list[Step] = []
        self._warm = np.zeros(0, np.int64)

    def take(self, window: Window) -> None:
        """Fit the window's models and score its months with them."""
        rows = np.flatnonzero(np.isin(self._labels.month, window.scores))
        fitted = self._fit(window, rows)
        if window.warm_up:
            self._warm = rows
            return
        main, other = (self._calibrate(window, name) for name in ("trees", "logistic"))
        bundle = replace(fitted, calibration=main)
        self._score[rows] = main.probability(self._raw["trees"][rows])
        self._challenger[rows] = other.probability(self._raw["logistic"][rows])
        if not self._steps:
            self._validation[self._warm] = main.probability(self._raw["trees"][self._warm])
            self._challenger_validation[self._warm] = other.probability(self._raw["logistic"][self._warm])
        self._explain(bundle, rows[self._explained[rows]])
        content = bundle.content()
        self._steps.append(Step(window, bundle, content, sha256(content), rows))

    def _fit(self, window: Window, rows: np.ndarray) -> Bundle:
        """Both candidates, fitted to the training rows oldest first, and their log-odds of `rows`; uncalibrated."""
        order = window.train[np.argsort(self._labels.month[window.train], kind="stable")]
        frame, y = self._features.frame.iloc[order], self._labels.label[order]
        encoding = learn(frame, self._features.names)
        X, now = encoding.matrix(frame), encoding.matrix(self._features.frame.iloc[rows])
        trees = fit_trees(X, y, categorical=encoding.categorical, seed=self._seed)
        self._raw["trees"][rows] = trees.margin(now)
        logistic = fit_logistic(X, y, categorical=encoding.categorical, seed=self._seed)
        for month in window.scores:  # the last digit of a product of matrices depends on how many rows they have
            at = self._labels.month[rows] == month
            self._raw["logistic"][rows[at]] = logistic.margin(now[at])
        spans = {"month": window.month, "train_first": window.train_first, "train_last": window.train_last, "n": len(y)}
        return Bundle(trees, encoding, Platt(), spans, self._positive, versions())

    def _calibrate(self, window: Window, candidate: str) -> Platt:
        return calibrate.fit(self._raw[candidate][window.calibrate], self._labels.label[window.calibrate])

    def _explain(self, bundle: Bundle, rows: np.ndarray) -> None:
        """Reasons of `rows`, by the position of the feature among all features."""
        found = reasons(bundle, self._features.frame.iloc[rows])
        place = np.array([*(self._features.names.index(n) for n in bundle.encoding.names), -1], np.int16)
        self._why.feature[rows], self._why.value[rows] = place[found.feature], found.value

    def walked(self) -> Walked:
        """Everything, once all windows were taken."""
        return Walked(
            tuple(self._steps), self._score, self._challenger, self._validation, self._challenger_validation, self._why
        )
