"""Data room: columns whose kind nobody documented: what they hold is seen when all of them has been read."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.contract import Suspicion
from data.sources.columns import Field, Sink
from data.sources.kinds import calendar

NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


class Anything(Sink):
    """A column of numbers (float64), dates (datetime64[s]) or texts (categorical), whichever all its values are.

    Numbers among texts are a level like any other text, and counted.
    """

    def __init__(self, field: Field, file: str) -> None:
        super().__init__(field, file)
        self._arrays: list[pa.Array] = []
        self._odd: list[Suspicion] = []

    def add(self, values: pa.Array, first: int) -> None:
        """Keep the batch until all of the column is there."""
        self._need(values, first)
        self._arrays.append(values.dictionary_decode() if pa.types.is_dictionary(values.type) else values)

    def finish(self) -> np.ndarray | pd.Categorical:
        """The column, as what it holds."""
        whole = pa.chunked_array(self._arrays)
        self._arrays.clear()
        if pa.types.is_temporal(whole.type):
            return whole.to_numpy().astype("datetime64[s]")
        if pa.types.is_boolean(whole.type):
            whole = pc.cast(whole, pa.int8())
        try:
            return self._numbers(pc.cast(whole, pa.float64()).to_numpy())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return self._texts(pc.utf8_trim_whitespace(pc.cast(whole, pa.string())))

    def _numbers(self, numbers: np.ndarray) -> np.ndarray:
        endless = np.flatnonzero(np.isinf(numbers))
        if len(endless):
            example = f"row {int(endless[0]) + 1:,}: {numbers[endless[0]]:g}"
            self._odd.append(Suspicion(self.file, self.field.name, "infinite", len(endless), example))
        return numbers

    def _texts(self, texts: pa.ChunkedArray) -> pd.Categorical:
        numeric = pc.fill_null(pc.match_substring_regex(texts, NUMBER), False)
        count = pc.sum(numeric).as_py() or 0
        if count:
            example = str(pc.filter(texts, numeric)[0].as_py())
            self._odd.append(Suspicion(self.file, self.field.name, "mixed_type", count, example))
        coded = pc.dictionary_encode(texts).combine_chunks()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return pd.Categorical.from_codes(codes, categories=pd.Index(coded.dictionary.to_pylist(), dtype="str"))

    def suspicions(self) -> list[Suspicion]:
        """Numbers among texts, and infinite numbers, once `finish` has seen them."""
        return list(self._odd)


class When(Sink):
    """Dates written as YYYY-MM-DD (with or without a time), YYYYMMDD or YYYYMM: datetime64[s]."""

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        if pa.types.is_temporal(values.type):
            return values.to_numpy(zero_copy_only=False).astype("datetime64[s]")
        texts = pc.utf8_trim_whitespace(pc.cast(values, pa.string()))
        days = pd.to_datetime(texts.to_pandas(), format="ISO8601", errors="coerce").to_numpy().astype("datetime64[s]")
        packed = np.asarray(pc.fill_null(pc.match_substring_regex(texts, r"^\d{6}(\d{2})?(\.0)?$"), False))
        if packed.any():
            numbers = np.asarray(pc.cast(pc.if_else(packed, texts, None), pa.float64()))
            numbers = np.where(numbers < 1e6, numbers * 100 + 1, numbers)
            days = np.where(packed, calendar(numbers)[0], days)
        rule = "a date YYYY-MM-DD, YYYYMMDD or YYYYMM"
        self.blame(rule, np.isnat(days) & ~np.asarray(pc.is_null(texts)), values, first)
        return days
