"""Model room: the lab's folds. Rows with dates train on the past and are tried on what came later; rows without are
folded by client. The last part is held out, and nothing that is chosen may have looked at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from model.fitting import Labels
from model.split import Rules, TooLittleError, matured

HELD_OUT = 0.3
"""Share of the labelled months (clients, without dates) that is held out."""

BLOCKS = 4
"""Folds in which the rest is tried."""


@dataclass(frozen=True)
class Fold:
    """Positions of feature rows: `train`, oldest first, and `test`, which nothing in `train` knows the outcome of."""

    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Plan:
    """Folds to choose on, and the fold on which what was chosen is measured once."""

    folds: tuple[Fold, ...]
    held_out: Fold

    @property
    def seen(self) -> np.ndarray:
        """Every row that choosing may look at."""
        return np.unique(np.concatenate([np.r_[f.train, f.test] for f in self.folds]))


def plan(labels: Labels, client: np.ndarray, *, dated: bool, seed: int = 0) -> Plan:
    """The folds of labelled rows. `client`: the client of each feature row.

    Dated: the later 30 % of the months with labels are held out, the rest is tried in up to four blocks of months,
    each after a training that saw only labels final before it. Undated: 30 % of the clients are held out, the rest is
    tried in four folds; no client stands on two sides. Raises TooLittleError when months or rows of a class are few.
    """
    return _in_time(labels) if dated else _by_client(labels, client, seed)


def _in_time(labels: Labels) -> Plan:
    known = np.isfinite(labels.label)
    months = np.unique(labels.month[known])
    ready = [m for m in months if _trains(labels, int(m))]
    later = months[months >= months[-max(1, round(HELD_OUT * len(months)))]] if len(months) else months
    earlier = [m for m in ready if m < later[0]] if len(later) else []
    if not earlier or int(later[0]) not in ready:
        raise TooLittleError(
            f"{len(months)} month(s) have labels and {len(ready)} of them can be tried by a model that knew only "
            "earlier ones; choosing needs at least one such month before those that are held out"
        )
    blocks = [b for b in np.array_split(np.array(earlier), min(BLOCKS, len(earlier))) if len(b)]
    folds = tuple(_fold(labels, block) for block in blocks)
    return Plan(folds, _fold(labels, later))


def _trains(labels: Labels, month: int) -> bool:
    rows = matured(labels.month, labels.label, labels.known_at, before=month)
    rarer = min(labels.label[rows].sum(), len(rows) - labels.label[rows].sum())
    return len(np.unique(labels.month[rows])) >= Rules().months and rarer >= Rules().each_class


def _fold(labels: Labels, months: np.ndarray) -> Fold:
    train = matured(labels.month, labels.label, labels.known_at, before=int(months[0]))
    order = np.argsort(labels.month[train], kind="stable")
    return Fold(train[order], np.flatnonzero(np.isfinite(labels.label) & np.isin(labels.month, months)))


def _by_client(labels: Labels, client: np.ndarray, seed: int) -> Plan:
    rows = np.flatnonzero(np.isfinite(labels.label))
    y = labels.label[rows]
    if min(y.sum(), len(y) - y.sum()) < Rules().each_class:
        raise TooLittleError(
            f"{int(y.sum()):,} positive and {int(len(y) - y.sum()):,} negative labels are too few to choose on; "
            f"at least {Rules().each_class} of each class are needed"
        )
    outer = StratifiedGroupKFold(round(1 / HELD_OUT), shuffle=True, random_state=seed)
    kept, out = next(outer.split(rows, y, client[rows]))
    inner = StratifiedGroupKFold(BLOCKS, shuffle=True, random_state=seed)
    parts = inner.split(kept, y[kept], client[rows[kept]])
    folds = tuple(Fold(rows[kept[a]], rows[kept[b]]) for a, b in parts)
    return Plan(folds, Fold(rows[kept], rows[out]))
