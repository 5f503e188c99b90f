"""Model room: the score from which rows are called positive, chosen on validation rows and on nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.contract import CarteraError
from model.confusion import Confusion


class CutOffError(CarteraError):
    """A cut-off cannot be chosen so, or would be tried on the rows that it was chosen on."""

    code = "cut_off"


@dataclass(frozen=True)
class Policy:
    """What a cut-off is chosen for. `false_positive`, `false_negative`: cost of a wrong call of each kind, in one unit;
    `capacity`: share of the rows that can be worked at most; `recall`: share of the positives to be found at least."""

    false_positive: float = 1.0
    false_negative: float = 1.0
    capacity: float = 0.1
    recall: float = 0.7

    def __post_init__(self) -> None:
        if min(self.false_positive, self.false_negative) < 0 or self.false_positive + self.false_negative == 0:
            raise CutOffError(
                f"costs of {self.false_positive:g} and {self.false_negative:g}: neither may be below 0, nor both be 0"
            )
        for name, share in (("capacity", self.capacity), ("recall", self.recall)):
            if not 0 < share <= 1:
                raise CutOffError(f"{name} {share:g} is not a share above 0 and up to 1")


@dataclass(frozen=True)
class CutOff:
    """Rows that score `value` or more are called positive. `chosen_on`: positions of the rows that it was chosen on."""

    value: float
    how: str
    chosen_on: np.ndarray

    def call(self, score: np.ndarray, *, rows: np.ndarray) -> np.ndarray:
        """Whether rows (positions `rows`, scores `score`) are called positive.

        Raises CutOffError when the cut-off was chosen on one of them: what it then shows would be flattery.
        """
        both = np.intersect1d(rows, self.chosen_on)
        if len(both):
            raise CutOffError(
                f"the cut-off {self.value:.3f} was chosen on {len(both):,} of the {len(rows):,} rows that it is to be "
                f"tried on, the first {both[0]}"
            )
        return np.asarray(score) >= self.value


def choose(
    how: str, score: np.ndarray, y: np.ndarray, *, rows: np.ndarray, policy: Policy | None = None
) -> CutOff:  # fmt: skip
    """The cut-off that serves the validation rows (positions `rows`) best, one of HOW. y is 1 or 0; rows without a
    score are left out. Raises CutOffError for another `how`, or when a class is missing."""
    if how not in HOW:
        raise CutOffError(f"{how!r} is no way to choose a cut-off; there are {', '.join(HOW)}")
    seen = np.isfinite(score)
    score, y = np.asarray(score, np.float64)[seen], np.asarray(y, np.float64)[seen]
    if not 0 < y.sum() < len(y):
        raise CutOffError(f"{int(y.sum())} of {len(y)} validation rows are positive: a cut-off needs both classes")
    cuts, counts = _table(score, y)
    return CutOff(float(cuts[HOW[how](counts, policy or Policy())]), how, np.asarray(rows)[seen])


def _table(score: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, Confusion]:
    """Every cut-off from the one that calls nobody down to the one that calls everybody, and its counts."""
    order = np.argsort(-score, kind="stable")
    score, y = score[order], y[order]
    last = np.flatnonzero(np.r_[score[1:] != score[:-1], True])
    called, tp = np.r_[0, last + 1], np.r_[0, np.cumsum(y)[last]]
    fn = y.sum() - tp
    return np.r_[math.inf, score[last]], Confusion(tp, called - tp, fn, len(y) - called - fn)


def _by_f1(counts: Confusion, _: Policy) -> int:
    """Highest F1."""
    return int(np.argmax(counts.f1))


def _by_cost(counts: Confusion, policy: Policy) -> int:
    """Lowest cost of wrong calls."""
    return int(np.argmin(counts.cost(policy.false_positive, policy.false_negative)))


def _by_capacity(counts: Confusion, policy: Policy) -> int:
    """As many calls as can be worked."""
    called = np.asarray(counts.tp) + np.asarray(counts.fp)
    return int(np.flatnonzero(called <= policy.capacity * np.asarray(counts.n))[-1])


def _by_balance(counts: Confusion, _: Policy) -> int:
    """Precision and recall as close as can be; of several such, the one of the highest F1."""
    gap = np.abs(np.asarray(counts.precision) - np.asarray(counts.recall))
    gap = np.where(np.asarray(counts.tp) > 0, gap, np.inf)
    near = np.flatnonzero(gap <= gap.min() + 1e-12)
    return int(near[np.argmax(np.asarray(counts.f1)[near])])


def _by_recall(counts: Confusion, policy: Policy) -> int:
    """As few calls as find the share of the positives asked for."""
    return int(np.flatnonzero(np.asarray(counts.recall) >= policy.recall - 1e-12)[0])


HOW: Final[Mapping[str, Callable[[Confusion, Policy], int]]] = {
    "f1": _by_f1, "cost": _by_cost, "capacity": _by_capacity, "balance": _by_balance, "recall": _by_recall,
}  # fmt: skip
"""Ways to choose: highest F1, lowest cost, capacity, precision = recall, a recall to be reached."""
