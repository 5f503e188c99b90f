"""Model room: scores where nothing has a date. Each row is scored by a model that never saw its client."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from model import calibrate
from model.bundle import Bundle
from model.calibrate import Platt
from model.features import Features
from model.fitting import Findings, Labels, Pair, Progress, Rehearsal, Task, Walked
from model.split import TooLittleError, Window

SMALL = 5_000
"""Labelled rows below which there are ten folds: five would leave each model too little to learn from."""

EACH_CLASS = 40
"""Labelled rows of each class that are needed at least."""


def crossfit(
    features: Features, labels: Labels, *, positive: Mapping[str, str], seed: int, pair: Pair | None = None,
    folds: np.ndarray | None = None, reasons: bool = True, progress: Progress = lambda *_: None,
) -> Walked:  # fmt: skip
    """Score every row by a model of the other folds' labels, then fit the model that answers for new cases to all.

    The Platt calibration of a fold's model, and the cut-offs for its rows, are found on the other folds' rows, each
    scored by models that saw neither its fold nor the one in hand: beyond the making of the `folds` no label of a fold
    reaches its scores. The last model is calibrated on all rows' scores by models that had not seen them. `folds`: fold
    of each row, 0, 1, ... (by default `folds_of`). The order of the rows makes no difference.

    Raises TooLittleError when there are too few labels.
    """
    client = features.frame["client"].to_numpy()
    if folds is None:
        folds = folds_of(client, labels.label, seed=seed)
    task = Task(features, labels, pair or Pair(), positive, seed)
    return _Crossfit(task, folds, reasons, progress).walked()


def folds_of(client: np.ndarray, label: np.ndarray, *, seed: int) -> np.ndarray:
    """Fold of each row, from 0: all rows of a client in one, and each fold with its share of clients of either class.

    Ten folds below 5,000 labelled rows, else five. `label`: 1, 0 or NaN. Raises TooLittleError.
    """
    known = np.isfinite(label)
    rows = pd.DataFrame({"client": client, "known": known, "positive": np.where(known, label, 0)})
    each = rows.groupby("client").sum()
    count = 10 if known.sum() < SMALL else 5
    _enough(label[known], each, count)
    kind = np.where(each["positive"] == 0, 1, np.where(each["positive"] == each["known"], 3, 2))
    each["kind"] = np.where(each["known"] == 0, 0, kind)
    each["draw"] = np.random.default_rng(seed).permutation(len(each))
    dealt = each.sort_values(["kind", "known", "draw"])
    fold = pd.Series(np.arange(len(dealt)) % count, index=dealt.index)
    return fold.loc[client].to_numpy()


def _enough(label: np.ndarray, each: pd.DataFrame, count: int) -> None:
    need = f"cross-fitted scores need at least {EACH_CLASS} rows of each class, from {2 * count} clients of each"
    rows = [int(label.sum()), int(len(label) - label.sum())]
    clients = [int((each["positive"] > 0).sum()), int((each["positive"] < each["known"]).sum())]
    if not len(label):
        raise TooLittleError(f"no row has a final label; {need}")
    if min(rows) == 0:
        raise TooLittleError(f"all {len(label):,} labels are of one class ({'1' if rows[0] else '0'}); {need}")
    if min(rows) < EACH_CLASS or min(clients) < 2 * count:
        raise TooLittleError(
            f"{rows[0]:,} positive labels of {clients[0]:,} client(s) and {rows[1]:,} negative ones of {clients[1]:,} "
            f"are too few; {need}"
        )


class _Crossfit:
    """The rows in one order, whatever order they came in, and the log-odds found so far.

    `nested[c, i, r]`: log-odds of row r by candidate c from a model that saw neither fold i nor the fold of r.
    """

    def __init__(self, task: Task, folds: np.ndarray, reasons: bool, progress: Progress) -> None:
        frame = task.features.frame
        self._order = np.lexsort([frame[k].to_numpy() for k in ("obligation", "client", "month")])
        self._task, self._folds, self._reasons, self._progress = task, folds, reasons, progress
        self._count = int(folds.max()) + 1
        self._raw = np.full((2, len(folds)), np.nan)
        self._nested = np.full((2, self._count, len(folds)), np.nan)
        self._found = Findings(task)
        self._fits = 0

    def walked(self) -> Walked:
        """Every fold scored, and then the model of all rows."""
        for i, j in combinations(range(self._count), 2):
            bundles = self._fit(i, j)
            for here, other in ((i, j), (j, i)):
                self._nested[:, other, self._in(here)] = self._task.margins(bundles, self._in(here))
        rehearsals = [self._score(i) for i in range(self._count)]
        every = self._labelled()
        self._take(self._fit(), every[:0], every, self._raw)
        return self._found.walked(rehearsals, dated=False)

    def _score(self, i: int) -> Rehearsal:
        """Score one fold by a model of the others. What its cut-off may be chosen on: the others' nested scores."""
        rows, bundles = self._in(i), self._fit(i)
        self._raw[:, rows] = self._task.margins(bundles, rows)
        scales = self._take(bundles, rows, self._labelled(i), self._nested[:, i])
        if self._reasons:
            self._found.explain(rows)
        seen = self._order[self._folds[self._order] != i]
        told = [s.probability(raw[seen]).astype(np.float32) for s, raw in zip(scales, self._nested[:, i], strict=True)]
        return Rehearsal(rows, seen, *told)

    def _take(
        self, bundles: tuple[Bundle, Bundle], rows: np.ndarray, train: np.ndarray, margins: np.ndarray
    ) -> list[Platt]:
        """Keep models that were trained on `train`, calibrated on the `margins` that other models gave those rows."""
        scales = [calibrate.fit(raw[train], self._task.labels.label[train]) for raw in margins]
        month = self._task.labels.month
        scores = tuple(int(m) for m in np.unique(month[rows]))
        spans = bundles[0].window
        window = Window(spans["month"], train, train, spans["train_first"], spans["train_last"], scores)
        self._found.take(window, rows, self._raw[:, rows], bundles, scales)
        return scales

    def _fit(self, *without: int) -> tuple[Bundle, Bundle]:
        """Both candidates, fitted to the labelled rows that are not in these folds."""
        of = self._count * (self._count + 1) // 2 + 1
        self._progress(f"model {self._fits + 1} of {of}, on other clients", self._fits / of)
        self._fits += 1
        rows = self._labelled(*without)
        month = self._task.labels.month[rows]
        first, last = int(month.min()), int(month.max())
        fold = {"fold": without[0] + 1} if without else {}
        return self._task.fit(rows, {"month": first, "train_first": first, "train_last": last, **fold})

    def _in(self, fold: int) -> np.ndarray:
        """Rows of a fold, in order."""
        return self._order[self._folds[self._order] == fold]

    def _labelled(self, *without: int) -> np.ndarray:
        """Labelled rows that are not in these folds, in order."""
        known = np.isfinite(self._task.labels.label) & ~np.isin(self._folds, without)
        return self._order[known[self._order]]
