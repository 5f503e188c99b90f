"""Data room: arrays and words made into the columns of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

Column: TypeAlias = Any
"""A column of an Arrow table."""
Columns: TypeAlias = dict[str, Column]


def words(codes: np.ndarray, levels: Sequence[str], missing: np.ndarray | None = None) -> Column:
    """A text column from codes; missing where the mask says so or the level is empty."""
    texts = pa.array([text or None for text in levels], pa.string())
    return texts.take(pa.array(np.asarray(codes).astype(np.int64), mask=missing))


def whole(values: np.ndarray, missing: np.ndarray | None = None) -> Column:
    """A column of whole numbers."""
    return pa.array(np.asarray(values).astype(np.int64), mask=missing)


def number(values: np.ndarray, digits: int = 2, missing: np.ndarray | None = None) -> Column:
    """A column of decimals rounded to `digits`; NaN is written as missing, infinity as inf."""
    rounded = np.round(np.asarray(values, float), digits)
    gone = np.isnan(rounded)
    return pa.array(rounded, mask=gone if missing is None else gone | missing)


def table(columns: Columns, rows: np.ndarray | None = None) -> pa.Table:
    """The columns side by side; with `rows` only those, in that order (an index may repeat)."""
    made = pa.table(columns)
    return made if rows is None else made.take(pa.array(rows))


def repeat_first(n: int, twice: bool) -> np.ndarray | None:
    """Row numbers with the first one repeated at the end, None when nothing is to repeat."""
    return np.r_[np.arange(n), 0] if twice and n else None


def names(text: str) -> tuple[str, ...]:
    """Column names parted by spaces."""
    return tuple(text.split())
