"""Model room: how the lab tries candidates: on months that came later, or on clients that were left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from data.contract import CarteraError
from model.fitting import Labels
from model.split import Rules, TooLittleError, walk_forward

NESTED = 5_000
"""Training rows up to which cut-offs are chosen on five inner folds; above, on one fifth of the training clients."""


class LabError(CarteraError):
    """The lab cannot be run as asked."""

    code = "lab"


@dataclass(frozen=True)
class Round:
    """One trial: fit on `train` (oldest first), scored on `test`. Calibration and cut-off come from `validation`, rows
    of neither a later month nor a client of the test; their scores are those of earlier rounds, or of fits on the inner
    splits (train, validation) where there are any. A round that is `warm_up` only makes scores for later ones."""

    train: np.ndarray
    test: np.ndarray
    validation: np.ndarray
    inner: tuple[tuple[np.ndarray, np.ndarray], ...] = ()
    warm_up: bool = False


@dataclass(frozen=True)
class Protocol:
    """Rounds, and what they are in words. `pooled`: figures are made of all test rows together (months), not as the
    mean of the rounds (folds)."""

    rounds: tuple[Round, ...]
    pooled: bool
    words: str

    @property
    def fits(self) -> int:
        """Models that each candidate is fitted to."""
        return sum(1 + len(r.inner) for r in self.rounds)


def in_time(labels: Labels, *, refit_every: int = 3) -> Protocol:
    """The windows of the walk forward: each model knew only labels that were final before its months.

    Raises TooLittleError when no month can be scored.
    """
    windows = walk_forward(labels.month, labels.label, labels.known_at, refit_every=refit_every)
    known = np.isfinite(labels.label)
    rounds = tuple(
        Round(
            w.train[np.argsort(labels.month[w.train], kind="stable")],
            np.flatnonzero(known & np.isin(labels.month, w.scores)), w.calibrate, warm_up=w.warm_up,
        )
        for w in windows
    )  # fmt: skip
    scored = [m for w in windows if not w.warm_up for m in w.scores]
    words = (
        f"walk forward: {len(windows) - 1} model(s), each trained on labels final before the months that it scores, "
        f"{scored[0]}..{scored[-1]}; calibration and cut-off from earlier scored months; figures of all months together"
    )
    return Protocol(tuple(r for r in rounds if r.warm_up or len(r.test)), True, words)


def by_client(label: np.ndarray, client: np.ndarray, *, folds: int = 5, repeats: int = 1, seed: int = 0) -> Protocol:
    """Repeated stratified folds; no client stands on two sides of one. `label`: 1, 0 or NaN per row.

    Raises LabError for fewer than two folds or no repeat, TooLittleError for too few labels.
    """
    if folds < 2 or repeats < 1:
        raise LabError(f"{folds} fold(s) and {repeats} repeat(s): at least 2 folds and 1 repeat are needed")
    rows = np.flatnonzero(np.isfinite(label))
    y, who = label[rows], client[rows]
    each = min(int(y.sum()), int(len(y) - y.sum()))
    if each < max(Rules().each_class, 2 * folds):
        raise TooLittleError(
            f"{int(y.sum()):,} positive and {int(len(y) - y.sum()):,} negative labels are too few for {folds} folds; "
            f"at least {max(Rules().each_class, 2 * folds)} of each class are needed"
        )
    rounds = []
    for repeat in range(repeats):
        for train, test in _split(y, who, folds, seed + repeat):
            count, used = (5, 5) if len(train) <= NESTED else (5, 1)
            inner = list(_split(y[train], who[train], count, seed + repeat))[:used]
            parts = tuple((rows[train[a]], rows[train[b]]) for a, b in inner)
            rounds.append(Round(rows[train], rows[test], np.concatenate([b for _, b in parts]), parts))
    how = "five inner folds" if len(rows) * (folds - 1) / folds <= NESTED else "a fifth of the training clients"
    words = (
        f"{repeats} × stratified {folds}-fold by client; calibration and cut-off from {how}, inside the training rows; "
        "figures are means over the folds"
    )
    return Protocol(tuple(rounds), False, words)


def _split(y: np.ndarray, client: np.ndarray, folds: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    if len(np.unique(client)) == len(client):
        return list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(y[:, None], y))
    return list(StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(y[:, None], y, client))
