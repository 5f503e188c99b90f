"""Monitoring room: reading additive counts by name: label states, random groups, score codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, POSITIVE

INNER = ("month", "rg", "arm", "eligible", "offered", "code", "label")
"""Axes that are not segment dimensions."""


def array(t: Tally, measure: str, axes: Sequence[str]) -> np.ndarray:
    """A measure with exactly these axes in this order, all others summed out."""
    kept = t.keep(*axes)
    return np.asarray(kept[measure], float).transpose([kept.axes.index(a) for a in axes])


def closed(values: np.ndarray) -> np.ndarray:
    """Rows whose outcome is known: negative + positive, of an array whose last axis is the label."""
    return values[..., NEGATIVE] + values[..., POSITIVE]


def dimensions(t: Tally) -> tuple[str, ...]:
    """The segment dimensions among the axes."""
    return tuple(a for a in t.axes if a not in INNER)


def by_random_group(t: Tally, measure: str, axes: Sequence[str]) -> np.ndarray:
    """A measure with the random group first, then these axes; one group of everything when the counts have none."""
    if "rg" in t.axes:
        return array(t, measure, ("rg", *axes))
    return array(t, measure, axes)[None]
