"""Data room: two columns together: rank correlations of the strongest numbers, and the outcome by any two bins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
from scipy.stats import rankdata

from data.report.bins import Bins, bins_of
from data.report.columns import Field

MOST_IN_MATRIX: Final = 25
MOST_IN_PAIRS: Final = 12
CELLS: Final = 5
"""Bins of a column in the rates of two, beside the one of missing values."""
MATRIX_ROWS: Final = 50_000


def strongest(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of the columns that vary, features before the others, those that have most to do with the outcome first
    (Cramér's V of their bins)."""
    varying = [c for c in columns if c["distinct"] > 1]
    return [c["name"] for c in sorted(varying, key=lambda c: (c["role"] != "feature", -_v(c)))]


def _v(column: Mapping[str, Any]) -> float:
    v = column["cramers_v"]
    return v if v is not None and math.isfinite(v) else -1.0


def matrix(fields: Sequence[Field], sample: np.ndarray) -> dict[str, Any]:
    """Spearman's correlation of every two of the first 25 numbers, over rows that have both; NaN with fewer than 3.

    Taken of at most 50,000 evenly spaced rows of the sample: `rows` of them.
    """
    fields = fields[:MOST_IN_MATRIX]
    rows = sample[:: max(1, math.ceil(len(sample) / MATRIX_ROWS))]
    values = [f.numbers[rows] for f in fields]
    found = np.eye(len(fields))
    for i, j in combinations(range(len(fields)), 2):
        found[i, j] = found[j, i] = spearman(values[i], values[j])
    return {"columns": [f.name for f in fields], "rows": len(rows), "spearman": found.tolist()}


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Rank correlation over the rows that have both; NaN when fewer than 3 have, or when one of them does not vary."""
    both = ~(np.isnan(x) | np.isnan(y))
    if both.sum() < 3:
        return math.nan
    a, b = rankdata(x[both]), rankdata(y[both])
    if a.min() == a.max() or b.min() == b.max():
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])


def rates(fields: Sequence[Field], label: np.ndarray) -> dict[str, Any]:
    """Rows with a known outcome, and the positive ones, by the bins of any two of the first 12 columns: at most five
    bins each and one of missing values, the last."""
    fields = fields[:MOST_IN_PAIRS]
    binned = [bins_of(f.values, most=CELLS) for f in fields]
    known = label < 2
    cells = [
        {"rows": fields[i].name, "columns": fields[j].name, **_cells(binned[i], binned[j], label, known)}
        for i, j in combinations(range(len(fields)), 2)
    ]
    return {"bins": {f.name: b.described() for f, b in zip(fields, binned, strict=True)}, "cells": cells}


def _cells(down: Bins, across: Bins, label: np.ndarray, known: np.ndarray) -> dict[str, Any]:
    place, size = down.codes * across.size + across.codes, (down.size, across.size)
    labelled = np.bincount(place[known], minlength=size[0] * size[1]).reshape(size)
    positives = np.bincount(place[label == 0], minlength=size[0] * size[1]).reshape(size)
    return {"labelled": labelled.tolist(), "positives": positives.tolist()}
