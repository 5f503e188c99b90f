"""Monitoring room: what working the best part of the list catches, and what it is worth, from counts per score bin.

Bins are in increasing score; the list is worked from the best bin down, in random order within a bin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.metrics import ratio


@dataclass(frozen=True)
class Gain:
    """What the best `fraction` of the list catches: share of all positives (`gain`), times random order (`lift`), and
    the rate of positives in it (`precision`)."""

    fraction: float
    gain: float = math.nan
    lift: float = math.nan
    precision: float = math.nan


def gains(n_pos: object, n_neg: object, *, fractions: Sequence[float]) -> list[Gain]:
    """Gain and lift at fractions of the list (in 0..1), the bin at the boundary pro rata; NaN without positives."""
    pos, c = np.asarray(n_pos, float)[::-1], (np.asarray(n_pos, float) + np.asarray(n_neg, float))[::-1]
    P, N = float(pos.sum()), float(c.sum())
    if P == 0:
        return [Gain(f) for f in fractions]
    caught = np.interp([f * N for f in fractions], np.append(0, np.cumsum(c)), np.append(0, np.cumsum(pos)))
    return [
        Gain(f, float(x / P), float(x / P / f) if f else math.nan, float(x / (f * N)) if f else math.nan)
        for f, x in zip(fractions, caught, strict=True)
    ]


def net_value(true_pos: object, flagged: object, *, value: float, cost: float) -> np.ndarray:
    """Money that contacting brings: value of each success less the cost of each contact."""
    return value * np.asarray(true_pos, float) - cost * np.asarray(flagged, float)


def qini(
    treated_pos: object, treated_neg: object, *, control_pos: object, control_neg: object
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Qini curve (people worked, incremental positives) from (0, 0), and its coefficient: the area above random order
    per person squared (Radcliffe 2007); NaN without a control group. Bins are the last axis, in increasing score."""
    t1, t0, c1, c0 = (
        np.cumsum(np.asarray(v, float)[..., ::-1], -1) for v in (treated_pos, treated_neg, control_pos, control_neg)
    )
    people = t1 + t0 + c1 + c0
    gained = t1 - np.nan_to_num(ratio(c1 * (t1 + t0), c1 + c0))
    nobody = np.zeros((*people.shape[:-1], 1))
    x, y = np.concatenate([nobody, people], -1), np.concatenate([nobody, gained], -1)
    area = (np.diff(x) * (y[..., 1:] + y[..., :-1]) / 2).sum(-1)
    above = ratio(area - y[..., -1] * x[..., -1] / 2, x[..., -1] ** 2)
    return x, y, np.where((c1 + c0)[..., -1] > 0, above, np.nan)
