"""Data room: bins of a column, and the rows of each by outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

LABELS: Final = ("positive", "negative", "unlabelled")
"""Outcomes in the order of every count: known and positive, known and negative, not known (yet)."""
TENTHS: Final = 10
MOST_LEVELS: Final = 15
"""Levels of a category that have a bin of their own: the most frequent; the others share one."""
LONGEST_LEVEL: Final = 60
BARS: Final = 16
"""Bars of a shape, about."""


@dataclass(frozen=True)
class Bins:
    """A bin per row: `codes` 0..size-1, the last one for missing values. A number's bins have the least and greatest
    value in each; a category's have a level each, "" for all the others together (`others` of them)."""

    codes: np.ndarray
    size: int
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    others: int = 0

    def described(self) -> dict[str, Any]:
        """The bins without their rows; the one of missing values is not named."""
        if self.levels:
            return {"levels": [x[:LONGEST_LEVEL] for x in self.levels], "others": self.others}
        return {"low": list(self.low), "high": list(self.high)}


def bins_of(values: np.ndarray | pd.Categorical, *, most: int = 0) -> Bins:
    """Tenths of a number, where a value that fills a tenth of its own (as 0 often does) stands alone; the most frequent
    levels of a category. `most`: another number of bins."""
    if isinstance(values, pd.Categorical):
        return _levels(values, most or MOST_LEVELS)
    return _numbers(values, most or TENTHS)


def by_label(codes: np.ndarray, label: np.ndarray, *, size: int) -> np.ndarray:
    """Rows by bin and outcome: an array of `size` by 3, in the order of LABELS."""
    return np.bincount(codes * len(LABELS) + label, minlength=size * len(LABELS)).reshape(size, len(LABELS))


def shape_of(values: np.ndarray, label: np.ndarray) -> dict[str, Any]:
    """About 16 bars of equal width between the fences of Tukey: bar 0 is all below the first edge, the last all from
    the last edge on. `by_label` as in `by_label`, of known values only."""
    known = ~np.isnan(values)
    edges = equal_edges(values[known])
    codes = np.searchsorted(edges, values[known], side="right")
    return {"edges": edges.tolist(), "by_label": by_label(codes, label[known], size=len(edges) + 1).tolist()}


def equal_edges(known: np.ndarray) -> np.ndarray:
    """Round numbers of equal distance; none when there is one value only, or next to none."""
    low, high = _span(known)
    wanted = high / BARS - low / BARS
    if not wanted > np.finfo(np.float64).tiny:
        return np.zeros(0)
    whole = bool((known == np.round(known)).all())
    step = round_step(wanted, whole=whole)
    first = math.floor(low / step) + 1
    return np.arange(first, math.ceil(high / step) + (1 if whole and step == 1 else 0)) * step


def round_step(wanted: float, *, whole: bool = False) -> float:
    """The least of 1, 2, 2.5 and 5 times a power of ten that is not below `wanted`; at least 1, and no fraction, for
    whole numbers."""
    power = 10.0 ** math.floor(math.log10(wanted))
    steps = [m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0)]
    if whole:
        steps = [s for s in [*steps, 1.0, 25.0] if s >= 1 and s == round(s)]
    return min(s for s in steps if s >= min(wanted, max(steps)))


def _span(known: np.ndarray) -> tuple[float, float]:
    """What a shape shows: the values within the fences; where more than half are one value, the middle 98 % or all."""
    if not len(known):
        return math.nan, math.nan
    quarter, three = np.quantile(known, (0.25, 0.75))
    reach = 1.5 * (three - quarter)
    spans = [
        (max(known.min(), quarter - reach), min(known.max(), three + reach)),
        tuple(np.quantile(known, (0.01, 0.99))),
        (known.min(), known.max()),
    ]
    return next(((float(a), float(b)) for a, b in spans if b > a), (math.nan, math.nan))


def _numbers(values: np.ndarray, most: int) -> Bins:
    known = ~np.isnan(values)
    edges = _edges(values[known], most)
    place = np.searchsorted(edges, values[known], side="right")
    used, place = np.unique(place, return_inverse=True)
    size = len(used) + 1
    codes = np.full(len(values), size - 1)
    codes[known] = place
    order = np.argsort(values[known], kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(used)))
    ends = [*(starts[1:] - 1), len(order) - 1] if len(used) else []
    ranked = values[known][order]
    return Bins(codes, size, low=tuple(ranked[starts].tolist()), high=tuple(ranked[ends].tolist()) if ends else ())


def _edges(known: np.ndarray, most: int) -> np.ndarray:
    """Inner edges: bin k is [edge, next edge)."""
    distinct = np.unique(known)
    if len(distinct) <= most:
        return distinct[1:]
    cuts = np.quantile(known, np.arange(1, most) / most, method="higher")
    found, times = np.unique(cuts, return_counts=True)
    heavy = found[(times > 1) | (found == distinct[0])]
    return np.unique(np.r_[found, np.nextafter(heavy, np.inf)])


def _levels(values: pd.Categorical, most: int) -> Bins:
    codes = np.asarray(values.codes).astype(np.int64)
    size = np.bincount(codes + 1, minlength=len(values.categories) + 1)[1:]
    names = [str(c) for c in values.categories]
    order = sorted(np.flatnonzero(size), key=lambda i: (-size[i], names[i]))
    kept = order if len(order) <= most else order[: most - 1]
    others = len(order) - len(kept)
    bins = len(kept) + (1 if others else 0) + 1
    place = np.full(len(names) + 1, len(kept))
    place[kept] = np.arange(len(kept))
    place[-1] = bins - 1
    return Bins(place[codes], bins, levels=(*(names[i] for i in kept), *([""] if others else [])), others=others)
