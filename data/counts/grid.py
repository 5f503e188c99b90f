"""Data room: the score grid, frozen edges that turn a score into a small code without moving it across a threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST_EDGES = 1024
"""Most edges that a grid may have."""


def make_edges(
    reference: np.ndarray, *, thresholds: Sequence[float] = (), even: int = 500, quantiles: int = 500
) -> np.ndarray:
    """Edges of the score grid: quantiles of the reference scores, even steps, and the operating thresholds.

    Float32, strictly increasing from 0 to 1. Where the union has more than 1,024 edges, the quantiles are thinned.
    NaN in `reference` is left out. Raises ValueError for a score or threshold outside 0..1, or an infinite one, and
    when even steps and thresholds alone are more than 1,024 edges.
    """
    scores = _checked(np.asarray(reference))
    scores = np.sort(scores[~np.isnan(scores)])
    fixed = np.unique(
        np.concatenate([np.linspace(0, 1, max(even, 1) + 1), _checked(np.asarray(thresholds))], dtype=np.float32)
    )
    if len(fixed) > MOST_EDGES:
        raise ValueError(f"{even} even steps and {len(thresholds)} thresholds are more than {MOST_EDGES} edges")
    while len(scores) and quantiles > 0:
        at = np.linspace(0, len(scores) - 1, quantiles + 1).astype(np.int64)
        edges = np.union1d(fixed, scores[at])
        if len(edges) <= MOST_EDGES:
            return edges
        quantiles -= max(1, len(edges) - MOST_EDGES)
    return fixed


def encode(scores: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Score code of each score (uint16): 0 for NaN, k for the bin [edges[k-1], edges[k]), the last one closed.

    Exact at the edges: a score equal to an edge gets the bin that starts there, so that code >= code(threshold) is
    the same as score >= threshold in float32. Raises ValueError for a score outside 0..1 or an infinite one.
    """
    values = _checked(np.asarray(scores))
    codes = np.searchsorted(edges, values, side="right")
    np.minimum(codes, len(edges) - 1, out=codes)
    return np.where(np.isnan(values), 0, codes).astype(np.uint16)


def threshold_code(threshold: float, edges: np.ndarray) -> int:
    """First code that "score at or above the threshold" flags; len(edges) when it flags none.

    Raises ValueError when the threshold is not an edge (in float32) and is below the last one: no code starts there.
    """
    value = np.float32(threshold)
    at = int(np.searchsorted(edges, value, side="left"))
    if at < len(edges) - 1 and edges[at] != value:
        raise ValueError(f"the threshold {threshold} is not an edge of the grid; the next edge is {edges[at]}")
    return at + 1


def _checked(values: np.ndarray) -> np.ndarray:
    """The values as float32. Raises ValueError where one is outside 0..1; NaN passes."""
    small = np.asarray(values, dtype=np.float32)
    outside = ~((small >= 0) & (small <= 1)) & ~np.isnan(small)
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        raise ValueError(f"{outside.sum():,} score(s) outside 0..1, the first {small[first]} at position {first}")
    return small
