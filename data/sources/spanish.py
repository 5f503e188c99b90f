"""Data room: numbers and dates as Spanish files write them: 263,68 and 31/12/2022."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.sources.columns import Sink, floats
from data.sources.kinds import Numbers, calendar

_COMMA: Final = r"^[+-]?(\d+,\d*|,\d+)$"
_SLASHED: Final = r"^(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?$"
_PACKED: Final = r"^\d{6}(\d{2})?(\.0)?$"


class Decimals(Numbers):
    """Numbers with a decimal point or a decimal comma; marks between thousands are not read."""

    def numbers(self, values: pa.Array, first: int, *, what: str) -> np.ndarray:
        """Texts (or numbers) as float64, NaN where missing or unreadable; the unreadable are blamed."""
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            texts = pc.utf8_trim_whitespace(values)
            comma = pc.fill_null(pc.match_substring_regex(texts, _COMMA), False)
            values = pc.if_else(comma, pc.replace_substring(texts, ",", "."), values)
        return super().numbers(values, first, what=f"{what}, such as 263.68 or 263,68")


class Days(Sink):
    """Dates DD/MM/YYYY, with or without a time: datetime64[s], NaT where missing."""

    rule = "a date DD/MM/YYYY, such as 31/12/2022"

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        if pa.types.is_temporal(values.type):
            return values.to_numpy(zero_copy_only=False).astype("datetime64[s]")
        texts = pc.utf8_trim_whitespace(pc.cast(values, pa.string()))
        days, good = calendar(self._packed(texts))
        self.blame(self.rule, ~good & ~np.asarray(pc.is_null(texts)), values, first)
        return days

    def _packed(self, texts: pa.Array) -> np.ndarray:
        """YYYYMMDD as float64; NaN where the text is no date."""
        parts = pc.extract_regex(texts, _SLASHED)
        whole = pc.is_valid(parts)
        day, month, year = (
            floats(pc.cast(pc.if_else(whole, parts.field(name), None), pa.float64()))
            for name in ("day", "month", "year")
        )
        return np.asarray(year * 10000 + month * 100 + day)


class DaysOrMonths(Days):
    """Dates DD/MM/YYYY, YYYYMMDD or YYYYMM (its first day): datetime64[s], NaT where missing."""

    rule = "a date DD/MM/YYYY, YYYYMMDD or YYYYMM"

    def _packed(self, texts: pa.Array) -> np.ndarray:
        packed = pc.fill_null(pc.match_substring_regex(texts, _PACKED), False)
        numbers = floats(pc.cast(pc.if_else(packed, texts, None), pa.float64()))
        numbers = np.where(numbers < 1e6, numbers * 100 + 1, numbers)
        return np.where(np.asarray(packed), numbers, super()._packed(texts))
