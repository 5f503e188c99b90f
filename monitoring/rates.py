"""Monitoring room: the rates of a confusion matrix, each undefined rather than zero, and the no-skill guard."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from monitoring.metrics import share


@dataclass(frozen=True)
class Matrix:
    """Confusion matrix at a threshold, in rows or in money. Positive = accepts (pays); flagged = at or above it."""

    tp: float = 0.0
    fp: float = 0.0
    fn: float = 0.0
    tn: float = 0.0

    @property
    def flagged(self) -> float:
        """Everything at or above the threshold."""
        return self.tp + self.fp

    @property
    def positives(self) -> float:
        """Everything that turned out positive."""
        return self.tp + self.fn

    @property
    def negatives(self) -> float:
        """Everything that turned out negative."""
        return self.fp + self.tn

    @property
    def total(self) -> float:
        """Everything."""
        return self.tp + self.fp + self.fn + self.tn


@dataclass(frozen=True)
class Rates:
    """Rates of a confusion matrix, fractions; `contacts_per_success` >= 1; NaN where the base is empty."""

    precision: float
    fdr: float
    fpr: float
    recall: float
    specificity: float
    f1: float
    accuracy: float
    balanced_accuracy: float
    lift: float
    contacts_per_success: float
    share_flagged: float


def matrix(n_pos: object, n_neg: object, *, first: int) -> Matrix:
    """Confusion matrix when every bin from index `first` (0-based, increasing score) is flagged."""
    pos, neg = np.asarray(n_pos, float), np.asarray(n_neg, float)
    return Matrix(*(float(v) for v in (pos[first:].sum(), neg[first:].sum(), pos[:first].sum(), neg[:first].sum())))


def rates(m: Matrix) -> Rates:
    """Every rate of a confusion matrix."""
    precision, recall = share(m.tp, m.flagged), share(m.tp, m.positives)
    specificity = share(m.tn, m.negatives)
    return Rates(
        precision=precision,
        fdr=share(m.fp, m.flagged),
        fpr=share(m.fp, m.negatives),
        recall=recall,
        specificity=specificity,
        f1=share(2 * m.tp, 2 * m.tp + m.fp + m.fn),
        accuracy=share(m.tp + m.tn, m.total),
        balanced_accuracy=(recall + specificity) / 2,
        lift=precision / share(m.positives, m.total) if m.positives else math.nan,
        contacts_per_success=share(m.flagged, m.tp),
        share_flagged=share(m.flagged, m.total),
    )


def no_skill(m: Matrix) -> tuple[str, ...]:
    """Which figures equal what a score without any skill would give: a reason to refuse promotion. () when none do."""
    if m.total == 0:
        return ()
    r, base = rates(m), share(m.positives, m.total)
    found = {
        "everyone_flagged": m.fn + m.tn == 0,
        "nobody_flagged": m.flagged == 0,
        "lift_one": m.positives > 0 and abs(r.lift - 1) < 1e-12,
        "balanced_accuracy_half": abs(r.balanced_accuracy - 0.5) < 1e-12,
        "accuracy_is_majority": abs(r.accuracy - max(base, 1 - base)) < 1e-12 and (m.flagged == 0 or m.fn + m.tn == 0),
    }
    return tuple(name for name, hit in found.items() if hit)


def from_report(positives: float, negatives: float, *, precision: float, recall: float) -> Matrix:
    """The confusion matrix behind a printed precision and recall of the positive class; NaN when precision is 0."""
    tp = recall * positives
    fp = tp * (1 - precision) / precision if precision > 0 else math.nan
    return Matrix(tp, fp, positives - tp, negatives - fp)
