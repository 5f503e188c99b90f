"""Data room: the kinds of documented columns: numbers, ids, flags, months, dates and categories."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.contract import Suspicion
from data.sources.columns import Field, Sink, floats

_INT_MAX: Final = float(1 << 53)


class Numbers(Sink):
    """Money, days, counts, shares, flags: float64 for money and numbers, float32 for the rest; missing is NaN."""

    def __init__(self, field: Field, file: str) -> None:
        super().__init__(field, file)
        self._infinite = 0
        self._example = ""

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        numbers = self.numbers(values, first, what="a number")
        endless = np.isinf(numbers)
        if endless.any() and self.field.infinite:
            self._infinite += int(endless.sum())
            self._example = self._example or f"row {first + int(np.argmax(endless)) + 1}: inf"
        elif endless.any():
            self.blame("a finite number", endless, values, first)
        if self.field.kind == "flag":
            self.blame("0 or 1", ~(np.isnan(numbers) | (numbers == 0) | (numbers == 1)), values, first)
        return numbers if self.field.kind in ("money", "number") else numbers.astype(np.float32)

    def suspicions(self) -> list[Suspicion]:
        """Infinite values that are kept."""
        if not self._infinite:
            return []
        return [Suspicion(self.file, self.field.name, "infinite", self._infinite, self._example)]


class Ids(Sink):
    """Whole numbers that name something: int64, never missing."""

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        try:
            if not values.null_count:
                return pc.cast(values, pa.int64()).to_numpy(zero_copy_only=False)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            pass
        rule = "a whole number"
        numbers = self.numbers(values, first, what=rule)
        known = ~np.isnan(numbers)
        whole = known & (np.abs(numbers) < _INT_MAX) & (np.floor(numbers) == numbers)
        self.blame(rule, known & ~whole, values, first)
        return np.where(whole, numbers, -1).astype(np.int64)


class YesNo(Sink):
    """Flags written SI or NO: float32 1, 0, NaN where missing."""

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        yes, no = "SI", "NO"
        texts = pc.utf8_upper(pc.utf8_trim_whitespace(pc.cast(values, pa.string())))
        is_yes = np.asarray(pc.fill_null(pc.equal(texts, yes), False))
        is_no = np.asarray(pc.fill_null(pc.equal(texts, no), False))
        missing = np.asarray(pc.is_null(texts))
        self.blame(f"{yes} or {no}", ~(is_yes | is_no | missing), values, first)
        return np.where(missing, np.nan, is_yes).astype(np.float32)


class Months(Sink):
    """Months YYYYMM: int32, 0 where missing."""

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        rule = "a month YYYYMM, such as 202312"
        numbers = self.numbers(values, first, what=rule)
        known = ~np.isnan(numbers)
        good = known & (np.floor(numbers) == numbers) & (numbers >= 190001) & (numbers <= 219912)
        month = np.where(good, numbers, 0).astype(np.int32)
        good &= (month % 100 >= 1) & (month % 100 <= 12)
        self.blame(rule, known & ~good, values, first)
        return month


class Dates(Sink):
    """Dates YYYYMMDD: datetime64[s], NaT where missing."""

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        if pa.types.is_date(values.type) or pa.types.is_timestamp(values.type):
            return floats(values).astype("datetime64[s]")
        rule = "a date YYYYMMDD, such as 20231231"
        numbers = self.numbers(values, first, what=rule)
        days, good = calendar(numbers)
        self.blame(rule, ~np.isnan(numbers) & ~good, values, first)
        return days


def calendar(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers YYYYMMDD as datetime64[s] (NaT where they are none), and where they are a day of the calendar."""
    good = (numbers >= 19000101) & (numbers <= 21991231) & (np.floor(numbers) == numbers)
    n = np.where(good, numbers, 19000101).astype(np.int64)
    year, month, day = n // 10000, n // 100 % 100, n % 100
    good &= (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = first.astype("datetime64[D]") + (day - 1)
    good &= days.astype("datetime64[M]") == first
    return np.where(good, days.astype("datetime64[s]"), np.datetime64("NaT")), good


class Categories(Sink):
    """Texts as a pandas categorical; spellings are made one when the field says so."""

    dictionary = True

    def __init__(self, field: Field, file: str) -> None:
        super().__init__(field, file)
        self._codes: dict[str, int] = {}
        self._raw: dict[str, int] = {}

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:  # noqa: ARG002
        if not pa.types.is_dictionary(values.type):
            values = pc.dictionary_encode(pc.cast(values, pa.string()))
        texts = [str(t) for t in values.dictionary.to_pylist()]
        codes = values.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        counts = np.bincount(codes[codes >= 0], minlength=len(texts))
        for text, count in zip(texts, counts.tolist(), strict=True):
            self._raw[text] = self._raw.get(text, 0) + count
        mine = np.array([self._codes.setdefault(self.level(t), len(self._codes)) for t in texts] + [-1])
        return mine[codes].astype(np.int32)

    def level(self, text: str) -> str:
        """The level that a text stands for."""
        text = " ".join(text.split())
        text = text.upper() if self.field.upper else text
        return dict(self.field.same).get(text, text)

    def finish(self) -> pd.Categorical:
        """The column; levels in order of first appearance."""
        codes = np.asarray(super().finish())
        return pd.Categorical.from_codes(codes, categories=pd.Index(list(self._codes), dtype="str"), validate=False)

    def suspicions(self) -> list[Suspicion]:
        """Spellings that were made one, and levels that are not documented."""
        respelt = {t: n for t, n in self._raw.items() if n and self.level(t) != t}
        unseen = {t: n for t, n in self._raw.items() if n and self.field.levels and self.level(t) not in self._known()}
        out = []
        if respelt:
            most = max(respelt, key=respelt.__getitem__)
            out.append(self._odd("mixed_case", respelt, f"{most} → {self.level(most)}"))
        if unseen:
            out.append(self._odd("unseen_category", unseen, max(unseen, key=unseen.__getitem__)))
        return out

    def _odd(self, kind: str, found: dict[str, int], example: str) -> Suspicion:
        return Suspicion(self.file, self.field.name, kind, sum(found.values()), example)

    def _known(self) -> set[str]:
        return {self.level(t) for t in self.field.levels}


def sink(field: Field, file: str) -> Sink:
    """The sink of a field's kind."""
    if field.reads:
        return field.reads(field, file)
    kinds: dict[str, type[Sink]] = {"id": Ids, "month": Months, "date": Dates, "category": Categories}
    return kinds.get(field.kind, Numbers)(field, file)
