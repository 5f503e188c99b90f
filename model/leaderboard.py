"""Model room: the leaderboard. candidates and trivial baselines on months that none of them had learned from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm, rankdata
from sklearn.metrics import average_precision_score, precision_recall_curve

from model.confusion import Confusion


@dataclass(frozen=True)
class Line:
    """One line: how well scores told positives from negatives out of time.

    `auc` with its 95 % interval (DeLong, logit scale), `pr_auc`, `brier`; `f1` and what stands behind `cut_off` at the
    cut-off that was best on validation rows; `n` rows, `positives` of them. NaN where undefined. The line of no skill
    calls everybody positive for `f1`, `recall` and `precision`, and what most are for `accuracy`.
    """

    name: str
    n: int
    positives: int
    auc: float
    auc_low: float
    auc_high: float
    pr_auc: float
    brier: float
    f1: float
    cut_off: float
    accuracy: float = math.nan
    recall: float = math.nan
    precision: float = math.nan
    kappa: float = math.nan
    mcc: float = math.nan

    def as_record(self) -> dict[str, object]:
        """A JSON record; None where undefined."""
        return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in asdict(self).items()}


def delong(score: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """AUC and its 95 % interval on the logit scale; NaN when a class is missing, the interval alone when a class has
    one row or the separation is perfect."""
    positive, negative = score[y > 0], score[y <= 0]
    m, n = len(positive), len(negative)
    if m == 0 or n == 0:
        return math.nan, math.nan, math.nan
    both = rankdata(np.r_[positive, negative])
    above = (both[:m] - rankdata(positive)) / n
    below = 1 - (both[m:] - rankdata(negative)) / m
    auc = float(above.mean())
    if m < 2 or n < 2 or not 0 < auc < 1:
        return auc, math.nan, math.nan
    se = math.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n)
    half = norm.ppf(0.975) * se / (auc * (1 - auc))
    return auc, float(expit(logit(auc) - half)), float(expit(logit(auc) + half))


def best_cut_off(score: np.ndarray, y: np.ndarray) -> float:
    """The score from which calling rows positive gives the highest F1; 0 when there is nothing to choose from."""
    if not 0 < y.sum() < len(y):
        return 0.0
    precision, recall, cuts = precision_recall_curve(y, score)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    return float(cuts[np.argmax(f1[:-1])])


def f1_at(score: np.ndarray, y: np.ndarray, cut_off: float | np.ndarray) -> float:
    """F1 of calling rows at or above the cut-off (one, or one per row) positive; NaN when there are neither positives
    nor calls."""
    called = score >= cut_off
    whole = called.sum() + y.sum()
    return float(2 * (called & (y > 0)).sum() / whole) if whole else math.nan


def _at(called: np.ndarray, y: np.ndarray) -> tuple[float, ...]:
    """Accuracy, recall, precision, kappa and MCC of calls."""
    found = Confusion.of(called, y)
    return tuple(float(x) for x in (found.accuracy, found.recall, found.precision, found.kappa, found.mcc))


def line(
    name: str, score: np.ndarray, y: np.ndarray, *, validation: tuple[np.ndarray, np.ndarray],
    cuts: np.ndarray | None = None,
) -> Line:  # fmt: skip
    """One line from out-of-time rows; rows without a score are left out. The cut-off comes from `validation`.

    `cuts`: a cut-off per row instead, for rows in parts whose cut-offs were each chosen on the other parts; the line
    then shows their median.
    """
    seen = np.isfinite(score)
    score, y = score[seen], y[seen]
    ready = np.isfinite(validation[0])
    each = best_cut_off(validation[0][ready], validation[1][ready]) if cuts is None else cuts[seen]
    cut = float(np.median(each)) if np.size(each) else math.nan
    auc, low, high = delong(score, y)
    both = 0 < y.sum() < len(y)
    return Line(
        name, len(y), int(y.sum()), auc, low, high,
        float(average_precision_score(y, score)) if both else math.nan,
        float(np.mean((score - y) ** 2)) if len(y) else math.nan,
        f1_at(score, y, each), cut, *_at(score >= each, y),
    )  # fmt: skip


def leaderboard(
    scores: Mapping[str, np.ndarray], y: np.ndarray, *, test: np.ndarray, validation: np.ndarray,
    cuts: Mapping[str, np.ndarray] | None = None,
) -> tuple[Line, ...]:  # fmt: skip
    """A line per score, then the line of no skill: everybody gets the validation rows' share of positives, and for F1
    everybody is called positive. `test` and `validation` are row positions with labels; `cuts`: a cut-off per row and
    score, instead of the one from `validation`."""
    lines = [
        line(n, s[test], y[test], validation=(s[validation], y[validation]), cuts=cuts[n][test] if cuts else None)
        for n, s in scores.items()
    ]
    share = float(y[validation].mean()) if len(validation) else math.nan
    truth = y[test]
    constant = Line(
        "no_skill", len(truth), int(truth.sum()), 0.5, 0.5, 0.5,
        float(truth.mean()) if len(truth) else math.nan,
        float(np.mean((share - truth) ** 2)) if len(truth) else math.nan,
        f1_at(np.ones(len(truth)), truth, 0.0), 0.0,
        *((max(truth.mean(), 1 - truth.mean()), 1.0, float(truth.mean()), 0.0, 0.0) if truth.sum() > 0 else ()),
    )  # fmt: skip
    return (*lines, constant)
