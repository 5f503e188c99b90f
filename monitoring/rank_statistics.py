"""Monitoring room: the figures of ranking from counts per score bin, the last axis, for many periods at once.

Bins are in increasing score; counts may be fractional. NaN where a figure is undefined.
"""

from __future__ import annotations

import numpy as np

from monitoring.metrics import ratio

Array = np.ndarray


def areas(n_pos: Array, n_neg: Array) -> Array:
    """Area under the ROC curve, 0..1; ties within a bin count one half."""
    below = np.cumsum(n_neg, -1) - n_neg / 2
    return ratio((n_pos * below).sum(-1), n_pos.sum(-1) * n_neg.sum(-1))


def largest_gaps(n_pos: Array, n_neg: Array) -> Array:
    """Kolmogorov-Smirnov distance at the bin edges, 0..1."""
    gap = ratio(np.cumsum(n_neg, -1), n_neg.sum(-1, keepdims=True)) - ratio(
        np.cumsum(n_pos, -1), n_pos.sum(-1, keepdims=True)
    )
    return np.asarray(np.abs(gap).max(-1))


def lifts(n_pos: Array, n_neg: Array, *, fraction: float) -> Array:
    """Share of the positives that the best `fraction` (in 0..1) of the rows catches / fraction; the bin at the boundary
    pro rata."""
    pos, rows = n_pos[..., ::-1], (n_pos + n_neg)[..., ::-1]
    room = fraction * rows.sum(-1, keepdims=True) - (np.cumsum(rows, -1) - rows)
    taken = np.clip(np.nan_to_num(ratio(room, rows)), 0, 1)
    return ratio((pos * taken).sum(-1), pos.sum(-1)) / fraction


def average_precisions(n_pos: Array, n_neg: Array) -> Array:
    """Area under the precision-recall curve, 0..1, each bin mixed evenly (as `discrimination.average_precision`)."""
    pos, c = n_pos[..., ::-1], (n_pos + n_neg)[..., ::-1]
    hits, rows = np.cumsum(pos, -1) - pos, np.cumsum(c, -1) - c
    inside = np.nan_to_num(ratio(pos, c))
    with np.errstate(divide="ignore", invalid="ignore"):
        grow = np.where(rows > 0, np.log1p(c / np.where(rows > 0, rows, 1)), 0)
    met = np.nan_to_num(ratio(hits - rows * inside, c)) * grow
    return ratio((pos * (inside + met)).sum(-1), pos.sum(-1))
