"""Monitoring room: since when a promise is broken: the run of months whose outcomes depart most from their scores.

A scan over all runs of months (Levin & Kline 1985, Statist. Med. 4:469), its chance of a false alarm taken from months
that keep their promise, made on the same scores.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.intervals import Array
from monitoring.lights import material
from monitoring.metrics import ratio
from monitoring.policy import Policy

MADE = 4000
"""Courses of months made to find how far chance alone goes."""


@dataclass(frozen=True)
class Run:
    """Months `first` to `last` together: `positives` of `n` came where a rate of `predicted` was promised; `gap` =
    observed - predicted; `p` that the worst of all runs would depart so far by chance. `lasts`: it holds the last
    month judged."""

    first: int
    last: int
    n: int
    positives: int
    predicted: float
    gap: float
    p: float
    lasts: bool

    @property
    def observed(self) -> float:
        """The rate that came."""
        return self.predicted + self.gap


def broken_run(
    months: Sequence[int], n: object, positives: object, *, s1: object, s2: object, deff: float = 1.0,
    policy: Policy | None = None,
) -> Run | None:  # fmt: skip
    """The run of months that departs most from its promise, by more than chance (p < p_watch) and by a difference that
    matters; None where there is none.

    Rows with a closed label, positives, sums of their scores and of their squares, by month in order. A run must hold
    the policy's least number of both outcomes, as expected.
    """
    rule = policy or Policy()
    n, x, s1, s2 = (np.asarray(v, float) for v in (n, positives, s1, s2))
    starts, ends = np.triu_indices(len(months))
    rows, came, said, squares = (_of_runs(v, starts, ends) for v in (n, x, s1, s2))
    variance = deff * np.maximum(said - squares, 0)
    enough = (np.minimum(said, rows - said) >= rule.min_class) & (variance > 0)
    starts, ends, rows, came, said, variance = (v[enough] for v in (starts, ends, rows, came, said, variance))
    gap = (came - said) / rows
    far = np.where(np.abs(gap) >= material(said / rows, rule), np.abs(came - said) / np.sqrt(variance), 0.0)
    if not far.any():
        return None
    at = int(np.argmax(far))
    made = _kept(n / deff, ratio(s1, n), deff * np.maximum(s1 - s2, 0))
    p = _chance(float(far[at]), made, starts, ends, variance)
    if p >= rule.p_watch:
        return None
    return Run(
        months[starts[at]], months[ends[at]], int(rows[at]), int(came[at]), float(said[at] / rows[at]),
        float(gap[at]), p, bool(ends[at] == len(months) - 1),
    )  # fmt: skip


def _of_runs(values: Array, starts: Array, ends: Array) -> Array:
    """Sums over every run of neighbouring months, ends included, along the last axis."""
    upto = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    return upto[..., ends + 1] - upto[..., starts]


def _kept(worth: Array, rates: Array, variances: Array) -> Array:
    """Outcomes less scores by month, in courses whose promise is kept: binomial, brought to these variances."""
    n, rate = np.maximum(np.round(worth), 1).astype(np.int64), np.clip(np.nan_to_num(rates), 0, 1)
    drawn = np.random.default_rng(0).binomial(n, rate, (MADE, len(n))) - n * rate
    return drawn * np.sqrt(np.nan_to_num(ratio(variances, n * rate * (1 - rate))))


def _chance(seen: float, made: Array, starts: Array, ends: Array, of_runs: Array) -> float:
    """Part of the courses made in which some run departs as far as what was seen."""
    furthest = np.zeros(MADE)
    for run in np.array_split(np.arange(len(starts)), math.ceil(len(starts) / 200)):
        far = np.abs(_of_runs(made, starts[run], ends[run])) / np.sqrt(of_runs[run])
        furthest = np.maximum(furthest, far.max(axis=1))
    return float((np.count_nonzero(furthest >= seen) + 1) / (MADE + 1))
