"""Monitoring room: score codes and the thresholds that they stand for."""

from __future__ import annotations

import numpy as np

from monitoring.intervals import Array


def code_of_threshold(edges: Array, t: float) -> int:
    """The first score code that a threshold flags: the grid edge nearest to `t`; at least 1. Raises ValueError when the
    grid has no bin."""
    grid = np.asarray(edges, float)
    if grid.size < 2:
        raise ValueError(f"a score grid needs at least two edges, this one has {grid.size}")
    return int(np.abs(grid - t).argmin()) + 1


def threshold_of_code(edges: Array, code: int) -> float:
    """The score from which rows with `code` or higher are flagged."""
    return float(np.asarray(edges, float)[code - 1])
