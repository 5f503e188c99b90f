"""Model room: looking back. What a frame said before a month, never in it or after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from data import months

SPAN = 100_000
"""More months than any portfolio has: key = position of the id × SPAN + ordinal of the month."""


@dataclass(frozen=True)
class Askers:
    """Who asks, and when: one id and one month (ordinal) per question. `ids` are the distinct ids."""

    ids: pd.Index
    code: np.ndarray
    when: np.ndarray

    @staticmethod
    def of(ids: pd.Series, month: pd.Series) -> Askers:
        """Askers from two aligned columns: an id and a month YYYYMM."""
        code, distinct = pd.factorize(ids.to_numpy())
        return Askers(pd.Index(distinct), code.astype(np.int64), months.ordinal(month.to_numpy().astype(np.int64)))

    @cached_property
    def key(self) -> np.ndarray:
        """Sortable key of each question."""
        return self.code * SPAN + self.when

    @cached_property
    def order(self) -> np.ndarray:
        """The questions in order of key."""
        return np.argsort(self.key, kind="stable")


class Past:
    """Rows of a frame as seen by askers: at most those of months before each asker's month (`lag` months before).

    `stamp` names the column that says when a row becomes known (its month, or the month a label is final). With
    `only_last`, of several rows of one id and stamp the last in the file counts.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        askers: Askers,
        *,
        by: str,
        stamp: str = "month",
        only_last: bool = True,
        lag: int = 1,
    ) -> None:
        self._frame = frame
        self._askers = askers
        self._lag = lag
        code = askers.ids.get_indexer(pd.Index(frame[by].to_numpy()))
        stamps = months.ordinal(frame[stamp].to_numpy().astype(np.int64))
        rows = np.flatnonzero(code >= 0)
        key = code[rows].astype(np.int64) * SPAN + stamps[rows]
        order = np.argsort(key, kind="stable")
        key, rows = key[order], rows[order]
        if only_last and len(key):
            keep = np.r_[key[1:] != key[:-1], True]
            key, rows = key[keep], rows[keep]
        self._key, self._rows = key, rows
        self._end = np.searchsorted(key, askers.key - lag + 1, side="left")
        self._spans: dict[int, np.ndarray] = {}

    def _start(self, k: int) -> np.ndarray:
        """Position of the first row within the k months that an asker may look at."""
        if k not in self._spans:
            low = np.maximum(self._askers.when - self._lag - k + 1, 0)
            self._spans[k] = np.searchsorted(self._key, self._askers.code * SPAN + low, side="left")
        return self._spans[k]

    def _position(self) -> tuple[np.ndarray, np.ndarray]:
        """Row of the frame that each asker saw last, and whether there is one."""
        last = self._end - 1
        if not len(self._key):
            return np.zeros(len(last), np.int64), np.zeros(len(last), bool)
        seen = (last >= 0) & (self._key[last] // SPAN == self._askers.code)
        return self._rows[np.where(seen, last, 0)], seen

    def last(self, column: str) -> np.ndarray:
        """The last number seen; NaN where there is none."""
        rows, seen = self._position()
        return np.where(seen, _number(self._frame[column])[rows], np.nan) if len(self._key) else _nothing(seen)

    def last_text(self, column: str) -> pd.Categorical:
        """The last category seen; missing where there is none."""
        values = pd.Categorical(self._frame[column])
        rows, seen = self._position()
        codes = np.where(seen, values.codes[rows], -1) if len(self._key) else np.full(len(seen), -1)
        return pd.Categorical.from_codes(codes, categories=values.categories)

    def age(self, cap: int) -> np.ndarray:
        """Months from the last row seen to the asker's month, at most `cap`; NaN where there is none."""
        last, (_, seen) = self._end - 1, self._position()
        if not len(self._key):
            return _nothing(seen)
        stamp = self._key[np.where(seen, last, 0)] % SPAN
        return np.where(seen, np.minimum(self._askers.when - stamp, cap), np.nan)

    def count(self, k: int) -> np.ndarray:
        """Rows of the last `k` months."""
        return (self._end - self._start(k)).clip(0).astype(float)

    def total(self, values: pd.Series, k: int) -> np.ndarray:
        """Sum over the last `k` months, missing ones left out; NaN where nothing was seen."""
        ordered = _number(values)[self._rows]
        given = np.isfinite(ordered)
        seen = self._reduce(np.add, given.astype(float), k)
        return np.where(seen > 0, self._reduce(np.add, np.where(given, ordered, 0.0), k), np.nan)

    def most(self, values: pd.Series, k: int) -> np.ndarray:
        """Largest value of the last `k` months; NaN where nothing was seen."""
        ordered = _number(values)[self._rows]
        high = self._reduce(np.maximum, np.where(np.isfinite(ordered), ordered, -np.inf), k, empty=-np.inf)
        return np.where(np.isneginf(high), np.nan, high)

    def share(self, part: pd.Series, whole: pd.Series, k: int) -> np.ndarray:
        """Sum of `part` over sum of `whole` in the last `k` months; NaN when the whole is 0 or unseen."""
        return ratio(self.total(part, k), self.total(whole, k))

    def mean(self, values: pd.Series, k: int) -> np.ndarray:
        """Mean over the last `k` months; NaN where nothing was seen."""
        return self.share(values, values.notna().astype(float), k)

    def since(self, happened: pd.Series, cap: int) -> np.ndarray:
        """Months since the last row where it happened, `cap` when it did not within `cap` months; NaN when unseen."""
        stamps = np.where(happened.to_numpy()[self._rows], self._key % SPAN, -1).astype(float)
        newest = self._reduce(np.maximum, stamps, cap, empty=-1)
        age = np.where(newest >= 0, np.minimum(self._askers.when - newest, cap), cap)
        return np.where(self.count(cap) > 0, age, np.nan)

    def _reduce(self, how: np.ufunc, ordered: np.ndarray, k: int, *, empty: float = 0.0) -> np.ndarray:
        """One reduction per asker, each over its own rows. In the order of the askers' keys windows move forward,
        so that `reduceat` never runs over the rows between them more than once."""
        start = np.minimum(self._start(k), self._end)
        order = self._askers.order
        out = np.full(len(start), empty)
        if len(start):
            bounds = np.stack([start[order], self._end[order]], axis=1).ravel()
            out[order] = how.reduceat(np.r_[ordered, empty], bounds)[::2]
        return np.where(start < self._end, out, empty)


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part over whole; NaN when the whole is 0 or either is missing."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=np.isfinite(whole) & (whole != 0))


def column_of(frame: pd.DataFrame, column: str) -> np.ndarray:
    """Float64 values of a column; all NaN where the frame has none."""
    return _number(frame[column]) if column in frame else np.full(len(frame), np.nan)


def _number(values: pd.Series) -> np.ndarray:
    """Float64 values, infinite ones as missing."""
    out = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isinf(out), np.nan, out)


def _nothing(seen: np.ndarray) -> np.ndarray:
    return np.full(len(seen), np.nan)
