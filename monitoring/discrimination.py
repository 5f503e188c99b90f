"""Monitoring room: how well the score separates those who accept from those who do not, from counts per score bin.

`n_pos` and `n_neg` count positives and negatives per bin, in increasing score; ties within a bin count one half.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from monitoring.estimate import Estimate, Test
from monitoring.intervals import logit_interval
from monitoring.metrics import ratio


@dataclass(frozen=True)
class Auc(Estimate):
    """Area under the ROC curve of the binned score (0..1, 0.5 = no skill) with DeLong's standard error; `least` and
    `most` bound the AUC of the score before binning, whatever lies inside the bins."""

    least: float = math.nan
    most: float = math.nan


@dataclass(frozen=True)
class Ks:
    """Largest distance between the two score distributions at a bin edge (0..1), a lower bound of the unbinned one;
    `most` is the upper bound and `code` the bin (0-based) above whose upper edge the distance is largest."""

    value: float = math.nan
    least: float = math.nan
    most: float = math.nan
    code: int = -1
    reason: str = ""


def lacking(n_pos: float, n_neg: float) -> str:
    """Why two classes cannot be compared, "" when they can."""
    if n_pos + n_neg == 0:
        return "empty"
    return "no_positives" if n_pos == 0 else "no_negatives" if n_neg == 0 else ""


def auc(n_pos: object, n_neg: object, *, confidence: float = 0.95) -> Auc:
    """AUC with DeLong's variance in closed form, its interval on the logit scale, and its bounds.

    Perfect separation (variance 0) gets the exact one-sided 95 % bound of the smaller class instead of a point.
    """
    pos, neg = np.asarray(n_pos, float), np.asarray(n_neg, float)
    P, N = float(pos.sum()), float(neg.sum())
    if reason := lacking(P, N):
        return Auc(n=P + N, reason=reason)
    placed_pos = (np.cumsum(neg) - neg / 2) / N
    placed_neg = 1 - (np.cumsum(pos) - pos / 2) / P
    value = float((pos * placed_pos).sum() / P)
    tied = float((pos * neg).sum() / (2 * P * N))
    bounds = (value - tied, value + tied)
    if min(P, N) <= 1:
        return Auc(value, n=P + N, method="delong", reason="single_member", least=bounds[0], most=bounds[1])
    var = (pos * (placed_pos - value) ** 2).sum() / ((P - 1) * P) + (neg * (placed_neg - value) ** 2).sum() / (
        (N - 1) * N
    )
    se = math.sqrt(var)
    low, high, method, reason = _interval(value, se, min(P, N), confidence)
    return Auc(value, low, high, P + N, se, method, reason, *bounds)


def _interval(value: float, se: float, smaller: float, confidence: float) -> tuple[float, float, str, str]:
    if se > 1e-12 and 0 < value < 1:
        return *logit_interval(value, se, confidence=confidence), "delong", ""
    if 1e-9 < value < 1 - 1e-9:
        return math.nan, math.nan, "delong", "no_variance"
    reach = 1 - 0.05 ** (1 / smaller)
    low, high = (value - reach, value) if value > 0.5 else (value, value + reach)
    return low, high, "rule_of_three", "perfect_separation"


def auc_decline(reference: float, current: Estimate) -> Test:
    """Whether the AUC fell below a fixed reference (ECB 2019, 2.5.4.1); p is one-sided."""
    if not current.se > 0:
        return Test(reason=current.reason or "no_variance")
    s = (reference - current.value) / current.se
    return Test(s, float(special.ndtr(-s)))


def ks(n_pos: object, n_neg: object) -> Ks:
    """Kolmogorov-Smirnov distance between the scores of positives and negatives, with its bounds."""
    pos, neg = np.asarray(n_pos, float), np.asarray(n_neg, float)
    P, N = float(pos.sum()), float(neg.sum())
    if reason := lacking(P, N):
        return Ks(reason=reason)
    f1, f0 = pos / P, neg / N
    gap = np.cumsum(f0) - np.cumsum(f1)
    before = np.concatenate([[0.0], gap[:-1]])
    value = float(np.abs(gap).max())
    inside = float(np.maximum(np.abs(before + f0), np.abs(before - f1)).max())
    return Ks(value, value, max(value, inside), int(np.abs(gap).argmax()))


def roc(n_pos: object, n_neg: object) -> tuple[np.ndarray, np.ndarray]:
    """The ROC curve from (0, 0) to (1, 1): false- and true-positive rates when the list is worked from its best bin
    down, a point per bin that holds anything; empty when a class is."""
    pos, neg = np.asarray(n_pos, float)[::-1], np.asarray(n_neg, float)[::-1]
    if lacking(float(pos.sum()), float(neg.sum())):
        return np.zeros(0), np.zeros(0)
    held = pos + neg > 0
    return tuple(np.append(0.0, np.cumsum(v[held]) / v.sum()) for v in (neg, pos))  # type: ignore[return-value]


def average_precision(n_pos: object, n_neg: object, *, interpolate: bool = False) -> float:
    """Area under the precision-recall curve (0..1); NaN without positives.

    `interpolate` mixes each bin evenly instead of taking it as one step: closer to the unbinned value on coarse bins.
    """
    pos, neg = np.asarray(n_pos, float)[::-1], np.asarray(n_neg, float)[::-1]
    P = pos.sum()
    if P == 0:
        return math.nan
    c = pos + neg
    if not interpolate:
        precision = ratio(np.cumsum(pos), np.cumsum(c))
        return float(np.nansum(pos / P * precision))
    pos, c = pos[c > 0], c[c > 0]
    hits, rows = np.cumsum(pos) - pos, np.cumsum(c) - c
    grow = np.log1p(c / np.where(rows > 0, rows, c)) * (rows > 0)
    precision = pos / c + (hits - pos * rows / c) / c * grow
    return float((pos / P * precision).sum())


def information_value(n_pos: object, n_neg: object) -> float:
    """Information value over the bins (half a row added where one class is empty); NaN when a class is empty."""
    pos, neg = np.asarray(n_pos, float), np.asarray(n_neg, float)
    used = (pos + neg) > 0
    pos, neg = pos[used], neg[used]
    if lacking(float(pos.sum()), float(neg.sum())):
        return math.nan
    half = 0.5 * ((pos == 0) | (neg == 0))
    f1, f0 = (pos + half) / (pos + half).sum(), (neg + half) / (neg + half).sum()
    return float(((f1 - f0) * np.log(f1 / f0)).sum())
