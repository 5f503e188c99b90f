"""Monitoring room: why a ratio of totals moved: shares that moved (mix), ratios that moved (rate), and the model.

Arrays are over segments: `w` a segment's share of the gross balance, `r` its ratio, `tau` the model's effect on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

K = TypeVar("K")


@dataclass(frozen=True)
class Parts:
    """Contributions by segment; mix + rate + model add up to `total` exactly."""

    mix: np.ndarray
    rate: np.ndarray
    model: np.ndarray
    total: float


def _arrays(*values: object) -> list[np.ndarray]:
    return [np.asarray(v, float) for v in values]


def kitagawa(w0: object, r0: object, *, w1: object, r1: object) -> Parts:
    """Exact two-way split at the midpoint, mix centred on the mean ratio so that it names over-weight segments.

    A segment with a share of 0 on one side takes its ratio from the other (NaN is read that way).
    """
    w0, r0, w1, r1 = _arrays(w0, r0, w1, r1)
    before, after = np.where(np.isnan(r0), r1, r0), np.where(np.isnan(r1), r0, r1)
    before, after = np.nan_to_num(before), np.nan_to_num(after)
    start, end = float((w0 * before).sum()), float((w1 * after).sum())
    rate = (w0 + w1) / 2 * (after - before)
    mix = (w1 - w0) * ((before + after) / 2 - (start + end) / 2)
    return Parts(mix, rate, np.zeros_like(rate), end - start)


def rescored(w0: object, r0: object, *, w1: object, r1_old: object, r1: object) -> Parts:
    """Exact three-way split where the later rows were scored twice, by the model of the earlier month (`r1_old`) and by
    their own (`r1`): the model part is their difference on the very same rows, mix and rate are `kitagawa`'s of what
    the earlier model says of both."""
    same = kitagawa(w0, r0, w1=w1, r1=r1_old)
    w1, old, new = _arrays(w1, r1_old, r1)
    model = np.nan_to_num(w1 * (new - old))
    return Parts(same.mix, same.rate, model, same.total + float(model.sum()))


def shapley(w0: object, r0: object, *, w1: object, r1_without: object, tau: object, tau_before: object = 0.0) -> Parts:
    """Exact Shapley split with a model bar. `r0` and `r1_without` are what the ratios of both months would have been
    without the model, `tau_before` and `tau` = observed - without (negative: the model helps); before go-live it is 0.
    """
    w0, r0, w1, r1, tau, early = _arrays(w0, r0, w1, r1_without, tau, tau_before)
    mean_w, mean_r = (w0 + w1) / 2, (r0 + r1 + tau + early) / 2
    mix = (w1 - w0) * (mean_r - (mean_w * mean_r).sum())
    total = float((w1 * (r1 + tau)).sum() - (w0 * (r0 + early)).sum())
    return Parts(mix, mean_w * (r1 - r0), mean_w * (tau - early), total)


def bridge(overdue: float, gross: float, *, flows: Mapping[K, tuple[float, float]]) -> dict[K, float]:
    """Contribution of each flow to the change of overdue / gross; they add up to the change exactly.

    A flow is what it adds to (overdue, gross). Empty when either end has no balance.
    """
    end_overdue = overdue + sum(v for v, _ in flows.values())
    end_gross = gross + sum(b for _, b in flows.values())
    if gross <= 0 or end_gross <= 0:
        return {}
    mean_ratio, mean_gross = (overdue / gross + end_overdue / end_gross) / 2, (gross + end_gross) / 2
    return {name: (v - mean_ratio * b) / mean_gross for name, (v, b) in flows.items()}
