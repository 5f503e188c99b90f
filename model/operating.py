"""Model room: the operating threshold and the score grid, frozen for as long as the kind of model stays the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data.counts.grid import make_edges
from model.assemble import Grid
from model.features import Features
from model.fitting import Walked

CAPACITY = 0.35
"""Share of the scored obligations that collection can offer an option each month."""


def family(source: str, features: Features, settings: Mapping[str, Any]) -> str:
    """Short hash of what makes two releases' scores comparable: source, features and model settings."""
    what = json.dumps([source, features.names, settings], sort_keys=True, default=str)
    return hashlib.sha256(what.encode()).hexdigest()[:12]


def threshold_for(scores: np.ndarray, *, capacity: float = CAPACITY) -> float:
    """The score from which the top `capacity` share of earlier, unpublished rows lies; to three decimals.

    NaN scores are left out; 0.5 when there is none.
    """
    known = scores[np.isfinite(scores)]
    return round(float(np.quantile(known, 1 - capacity)), 3) if len(known) else 0.5


def grid_for(walked: Walked, previous: Mapping[str, Any] | None) -> Grid:
    """The previous release's grid if there is one, else a new one: quantiles of the first scores and of those on which
    the threshold was rehearsed."""
    if previous is not None:
        return Grid(np.asarray(previous["edges"], np.float32), float(previous["threshold"]))
    rehearsed = np.concatenate([r.champion for r in walked.rehearsals])
    threshold = threshold_for(rehearsed)
    first = walked.score[walked.steps[0].rows]
    reference = np.r_[rehearsed[np.isfinite(rehearsed)], first[np.isfinite(first)]]
    return Grid(make_edges(reference, thresholds=(threshold,)), threshold)


def grid_document(grid: Grid) -> dict[str, Any]:
    """The release document of the grid."""
    edges: Sequence[float] = [float(e) for e in grid.edges]
    return {"edges": edges, "threshold": grid.threshold, "capacity": CAPACITY}
