"""Model room: the walk forward. Each window's models are fitted, calibrated on earlier months, and score their own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model import calibrate
from model.bundle import Bundle
from model.calibrate import Platt
from model.features import Features
from model.fitting import Findings, Labels, Pair, Progress, Rehearsal, Task, Walked
from model.split import Window, walk_forward


def walk(
    features: Features, labels: Labels, *, positive: Mapping[str, str], refit_every: int, seed: int,
    pair: Pair | None = None, explain_last: int | None = None, progress: Progress = lambda *_: None,
) -> Walked:  # fmt: skip
    """Fit and score window after window. `explain_last`: months from the end that get reasons (None: all). `progress`
    is told what is done and the share of windows behind it. Thresholds are rehearsed on the warm-up rows: no published
    month is among them."""
    windows = walk_forward(labels.month, labels.label, labels.known_at, refit_every=refit_every)
    every = np.unique(labels.month)
    explained = np.isin(labels.month, every if explain_last is None else every[len(every) - explain_last :])
    walker = _Walker(Task(features, labels, pair or Pair(), positive, seed), explained)
    for i, window in enumerate(windows):
        progress(f"model {i + 1} of {len(windows)}, for {window.scores[0]}..{window.scores[-1]}", i / len(windows))
        walker.take(window)
    return walker.walked()


class _Walker:
    """What the walk has found so far. Raw log-odds are kept: later windows calibrate on them."""

    def __init__(self, task: Task, explained: np.ndarray) -> None:
        self._task, self._explained = task, explained
        self._raw = np.full((2, len(explained)), np.nan)
        self._found = Findings(task)
        self._warm = np.zeros(0, np.int64)
        self._scales: list[Platt] = []
        self._scored: list[np.ndarray] = []

    def take(self, window: Window) -> None:
        """Fit the window's models and score its months with them."""
        rows = np.flatnonzero(np.isin(self._task.labels.month, window.scores))
        bundles = self._fit(window, rows)
        if window.warm_up:
            self._warm = rows
            return
        seen = window.calibrate
        scales = [calibrate.fit(raw[seen], self._task.labels.label[seen]) for raw in self._raw]
        self._scales = self._scales or scales
        for each in window.scores:
            self._found.look_back(rows[self._task.labels.month[rows] == each])
        self._found.take(window, rows, self._raw[:, rows], bundles, scales)
        self._found.explain(rows[self._explained[rows]])
        self._scored.append(rows)

    def _fit(self, window: Window, rows: np.ndarray) -> tuple[Bundle, Bundle]:
        """Both candidates, fitted to the training rows oldest first, and their log-odds of `rows`."""
        month = self._task.labels.month
        spans = {"month": window.month, "train_first": window.train_first, "train_last": window.train_last}
        bundles = self._task.fit(window.train[np.argsort(month[window.train], kind="stable")], spans)
        for each in window.scores:  # the last digit of a product of matrices depends on how many rows they have
            at = rows[month[rows] == each]
            self._raw[:, at] = self._task.margins(bundles, at)
        return bundles

    def walked(self) -> Walked:
        """Everything, once all windows were taken."""
        raw = self._raw[:, self._warm]
        told = [s.probability(margin).astype(np.float32) for s, margin in zip(self._scales, raw, strict=True)]
        rehearsal = Rehearsal(np.concatenate(self._scored), self._warm, *told)
        return self._found.walked([rehearsal], dated=True)
