"""Data room: joins as of a month: the last record known before it, never the record of the month itself.

A join that asks for the exact month before loses every client whose last record is older; this one keeps all rows and
says how old each record is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from data.months import ordinal

_SHIFT: Final = 15
"""Bits for the ordinal of a month (month ordinals of 1900 to 2199 lie below 2**15)."""
_MOST: Final = 1 << (62 - _SHIFT)
"""Combinations of keys beyond which they are numbered anew."""


def as_of(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    by: Sequence[str],
    columns: Sequence[str] | None = None,
    age: str = "age",
) -> pd.DataFrame:
    """For each row of `left`, the last record of `right` with the same `by` and a month strictly before the row's.

    Both frames have a column `month` (YYYYMM). Returns `columns` of `right` (all but the keys by default), indexed
    like `left`, and `age`: months from the record to the row (1 = the month just before), NaN where there is none.
    Of several records of one key and month the last in the frame counts.
    """
    found = last_before(left, right, by=by)
    wanted = list(columns) if columns is not None else [c for c in right.columns if c not in (*by, "month")]
    out = pd.DataFrame({c: _take(right[c], found) for c in wanted}, index=left.index)
    months = np.where(found >= 0, right["month"].to_numpy().take(found, mode="clip") if len(right) else 0, 0)
    distance = ordinal(left["month"].to_numpy().astype(np.int64)) - ordinal(months.astype(np.int64))
    out[age] = np.where(found >= 0, distance, np.nan).astype(np.float32)
    return out


def last_before(left: pd.DataFrame, right: pd.DataFrame, *, by: Sequence[str]) -> np.ndarray:
    """Position in `right` of the last record before each row of `left`; -1 where there is none."""
    mine, theirs = codes(left, right, by=by)
    keys = (theirs << _SHIFT) | ordinal(right["month"].to_numpy().astype(np.int64))
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    place = _places(keys, (mine << _SHIFT) | ordinal(left["month"].to_numpy().astype(np.int64))) - 1
    found = (mine >= 0) & (place >= 0)
    found[found] = keys[place[found]] >> _SHIFT == mine[found]
    return np.where(found, order.take(place, mode="clip") if len(order) else -1, -1)


def same(left: pd.DataFrame, right: pd.DataFrame, *, by: Sequence[str]) -> np.ndarray:
    """Position in `right` of the first row with the same `by` as each row of `left`; -1 where there is none."""
    mine, theirs = codes(left, right, by=by)
    part, levels = pd.factorize(theirs)
    first = np.empty(len(levels) + 1, np.int64)
    first[part[::-1]] = np.arange(len(theirs))[::-1]
    first[-1] = -1
    return first[pd.Index(levels).get_indexer(pd.Index(mine))]


def codes(left: pd.DataFrame, right: pd.DataFrame, *, by: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The keys `by` of both frames as one whole number each, equal where the keys are; -1 in `left` when one of its
    keys is not in `right`."""
    mine = np.zeros(len(left), np.int64)
    theirs = np.zeros(len(right), np.int64)
    size = 1
    for column in by:
        part, levels = pd.factorize(right[column].to_numpy())
        here = pd.Index(levels).get_indexer(left[column].to_numpy())
        if size * len(levels) > _MOST:
            theirs, kept = pd.factorize(theirs)
            mine, size = pd.Index(kept).get_indexer(pd.Index(mine)), len(kept)
        mine = np.where((mine < 0) | (here < 0), -1, mine * max(len(levels), 1) + here)
        theirs = theirs * max(len(levels), 1) + part
        size *= max(len(levels), 1)
    return mine, theirs.astype(np.int64)


def _places(keys: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """`np.searchsorted`, asked in order, which is several times quicker on millions of rows."""
    order = np.argsort(asked)
    places = np.empty(len(asked), np.int64)
    places[order] = np.searchsorted(keys, asked[order])
    return places


def _take(column: pd.Series, found: np.ndarray) -> object:
    return column.array.take(found, allow_fill=True)
