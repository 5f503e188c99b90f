"""Data room: cases held against their form, column by column; every problem of every case is said at once."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.case import CaseField, CasesError, Problem

LISTED: Final = 10_000
"""Problems that are listed; further ones are counted."""

_ABSENT: Final = object()
_BLAMED: Final = object()
"""Stands for the fields of what is no object: that was said already."""
_DAY: Final = r"^(\d{4}-\d{2}-\d{2}([T ].*)?|\d{8}|\d{2}/\d{2}/\d{4})$"
_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_SHOWN_LEVELS: Final = 30
_LARGEST: Final = 1e38
"""Size of the largest number that a model tells from infinity: it computes in single precision."""
_ARROW: Final = {"number": pa.float64(), "whole": pa.float64(), "text": pa.string(), "date": pa.string()}
_NEEDED: Final = {
    "number": "must be a number", "whole": "must be a whole number", "text": "must be a text",
    "date": "must be a date as text, YYYY-MM-DD",
}  # fmt: skip


@dataclass
class Found:
    """Problems as they are found: the first `LISTED` of them, and how many there are. `first`: rows before these."""

    first: int = 0
    listed: list[Problem] = field(default_factory=list)
    count: int = 0

    def blame(self, name: str, bad: np.ndarray, value: Callable[[int], object], rule: str) -> None:
        """Note the rows where `bad` holds; `value(i)` is what row i was sent with."""
        where = np.flatnonzero(bad)
        self.count += len(where)
        room = max(LISTED - len(self.listed), 0)
        self.listed += [Problem(self.first + int(i) + 1, name, value(int(i)), rule) for i in where[:room]]

    def note(self, row: int, name: str, value: object, rule: str) -> None:
        """Note one problem of a row."""
        self.count += 1
        if len(self.listed) < LISTED:
            self.listed.append(Problem(self.first + row + 1, name, value, rule))

    def raise_any(self) -> None:
        """Raise CasesError when there is a problem; listed in order of rows."""
        if self.count:
            raise CasesError(tuple(sorted(self.listed, key=lambda p: p.row)), self.count)


def check_cases(fields: Sequence[CaseField], cases: Sequence[object]) -> pd.DataFrame:
    """Cases as clients send them (objects of JSON) as a frame with a column per field: float64 for numbers (NaN where
    missing), categories for texts, datetime64[s] for dates. Raises CasesError with everything that is wrong."""
    found = Found()
    rows = _objects(cases, found)
    _unknown(fields, rows, found)
    columns = {
        f.name: _column(f, [_BLAMED if row is None else row.get(f.name, _ABSENT) for row in rows], found)
        for f in fields
    }
    found.raise_any()
    return pd.DataFrame(columns, index=range(len(rows)))


def check_table(fields: Sequence[CaseField], table: pa.RecordBatch, found: Found) -> pd.DataFrame:
    """The same for rows of a file, whose texts may stand for numbers; a field that is no column is missing. Problems
    are added to `found`; the frame is only good when there are none."""
    return pd.DataFrame({f.name: _of_file(f, table, found) for f in fields}, index=range(table.num_rows))


def closest(name: str, names: Iterable[str]) -> str:
    """A hint at the name that may have been meant."""
    close = difflib.get_close_matches(name, list(names), 1)
    return f" (is it {close[0]}?)" if close else ""


def _objects(cases: Sequence[object], found: Found) -> list[Mapping[str, object] | None]:
    """The cases that are objects, None in the place of others."""
    rows = [c if isinstance(c, Mapping) else None for c in cases]
    bad = np.array([row is None for row in rows], bool)
    found.blame("", bad, lambda i: cases[i], "must be an object with a value for each field")
    return rows


def _unknown(fields: Sequence[CaseField], rows: Sequence[Mapping[str, object] | None], found: Found) -> None:
    known = {f.name for f in fields}
    for i, row in enumerate(rows):
        if row is not None and not known.issuperset(row):
            for name in row.keys() - known:
                found.note(i, name, row[name], f"is not a field of a case{closest(name, known)}")


def _column(f: CaseField, values: list[object], found: Found) -> np.ndarray | pd.Categorical:
    """One field of cases from JSON: values of the wrong type are blamed, the rest is held against the rules."""
    kinds = set(map(type, values))
    wanted: set[type] = {int, float} if f.kind in ("number", "whole") else {str}
    bad = np.zeros(len(values), bool)
    if not kinds <= wanted:
        values, bad = _typed(f, values, wanted, found)
    return _held(f, pa.array(values, type=_ARROW[f.kind], from_pandas=False), bad, values.__getitem__, found)


def _typed(f: CaseField, values: list[object], wanted: set[type], found: Found) -> tuple[list[object], np.ndarray]:
    """Values of the wanted types, None for the others, and where something was blamed."""
    levels = set(f.levels)
    read = [_as_level(v, levels) for v in values] if f.kind == "text" else values
    absent = np.array([v is _ABSENT for v in read], bool)
    blamed = np.array([v is _BLAMED for v in read], bool)
    given = np.array([v is not None for v in read], bool) & ~absent & ~blamed
    wrong = given & np.array([type(v) not in wanted for v in read], bool)
    if not f.optional:
        also = "; send null when it is not known" if f.missing else ""
        found.blame(f.name, absent, lambda _: None, f"is missing{also}")
    found.blame(f.name, wrong, values.__getitem__, _NEEDED[f.kind])
    gone = absent | wrong | blamed
    return [None if g else v for v, g in zip(read, gone, strict=True)], gone & ~(absent & f.optional)


def _as_level(value: object, levels: set[str]) -> object:
    """A number that is written like one of the levels is that level."""
    if isinstance(value, int | float) and not isinstance(value, bool) and f"{value:.15g}" in levels:
        return f"{value:.15g}"
    return value


def _of_file(f: CaseField, table: pa.RecordBatch, found: Found) -> np.ndarray | pd.Categorical:
    """One field of rows of a file."""
    if f.name not in table.schema.names:
        return _held(f, pa.nulls(table.num_rows, _ARROW[f.kind]), np.ones(table.num_rows, bool), lambda _: None, found)
    given = table.column(f.name)
    given = given.dictionary_decode() if pa.types.is_dictionary(given.type) else given

    def sent(i: int) -> object:
        return given[i].as_py()

    if f.kind in ("number", "whole"):
        values, bad = _numbers(f, given, sent, found)
    elif f.kind == "date" and pa.types.is_temporal(given.type):
        values, bad = pc.strftime(given, "%Y-%m-%dT%H:%M:%S"), np.zeros(len(given), bool)
    else:
        values, bad = _texts(given, f), np.zeros(len(given), bool)
    return _held(f, values, bad, sent, found)


def _numbers(f: CaseField, given: pa.Array, sent: Callable[[int], object], found: Found) -> tuple[pa.Array, np.ndarray]:
    """A column of a file as float64 (a NaN of Parquet is missing), and where its texts are no numbers."""
    if pa.types.is_string(given.type) or pa.types.is_large_string(given.type):
        texts = pc.utf8_trim_whitespace(given)
        good = pc.fill_null(pc.match_substring_regex(texts, _NUMBER), True)
        bad = ~np.asarray(good)
        found.blame(f.name, bad, sent, _NEEDED[f.kind])
        return pc.cast(pc.if_else(good, texts, None), pa.float64()), bad
    try:
        numbers = pc.cast(given, pa.float64())
        return pc.if_else(pc.fill_null(pc.is_nan(numbers), True), None, numbers), np.zeros(len(given), bool)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        bad = np.asarray(pc.is_valid(given))
        found.blame(f.name, bad, sent, _NEEDED[f.kind])
        return pa.nulls(len(given), pa.float64()), bad


def _texts(given: pa.Array, f: CaseField) -> pa.Array:
    """A column of a file as texts; whole numbers are written without a point, as a level is."""
    if pa.types.is_floating(given.type):
        levels = set(f.levels)
        return pa.array([None if v is None or math.isnan(v) else str(_as_level(v, levels)) for v in given.to_pylist()])
    return pc.utf8_trim_whitespace(pc.cast(given, pa.string()))


def _held(
    f: CaseField, values: pa.Array, blamed: np.ndarray, sent: Callable[[int], object], found: Found
) -> np.ndarray | pd.Categorical:
    """The column, once it was held against the rules of its field; what was `blamed` already is left alone."""
    missing = np.asarray(pc.is_null(values))
    if not (f.missing or f.optional):
        found.blame(f.name, missing & ~blamed, sent, "must have a value")
    if f.kind == "text":
        return _levels(f, values, sent, found)
    if f.kind == "date":
        days = dates(values)
        found.blame(f.name, np.isnat(days) & ~missing, sent, "must be a day of the calendar, YYYY-MM-DD")
        return days
    numbers = values.to_numpy(zero_copy_only=False)
    known = ~missing
    endless = known & ~(np.abs(numbers) <= _LARGEST)
    found.blame(f.name, endless, sent, f"must be a finite number, at most {_LARGEST:.0e}")
    out = known & ~endless & ((numbers < f.low) | (numbers > f.high))
    found.blame(f.name, out, sent, in_range(f))
    if f.kind == "whole":
        found.blame(f.name, known & ~endless & ~out & (np.floor(numbers) != numbers), sent, _NEEDED["whole"])
    return numbers


def in_range(f: CaseField) -> str:
    """The rule of a number's range, as a sentence."""
    unit = f" {f.unit}" if f.unit else ""
    if math.isinf(f.high):
        return f"must be {f.low:,.15g}{unit} or more"
    return (
        f"must be {f.high:,.15g}{unit} or less"
        if math.isinf(f.low)
        else f"must be from {f.low:,.15g} to {f.high:,.15g}{unit}"
    )


def _levels(f: CaseField, values: pa.Array, sent: Callable[[int], object], found: Found) -> pd.Categorical:
    coded = pc.dictionary_encode(values)
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts = coded.dictionary.to_pylist()
    if f.levels:
        strange = np.array([t not in f.levels for t in texts] + [False])
        shown = ", ".join(f.levels[:_SHOWN_LEVELS])
        rest = f" or one of {len(f.levels) - _SHOWN_LEVELS} more" if len(f.levels) > _SHOWN_LEVELS else ""
        found.blame(f.name, strange[codes], sent, f"must be one of {shown}{rest}")
    return pd.Categorical.from_codes(codes, categories=pd.Index(texts, dtype="str"))


def dates(values: pa.Array) -> np.ndarray:
    """Texts YYYY-MM-DD (with or without a time), YYYYMMDD or DD/MM/YYYY as datetime64[s]; NaT for anything else."""
    if values.null_count == len(values):
        return np.full(len(values), np.datetime64("NaT"), "datetime64[s]")
    dated = pc.fill_null(pc.match_substring_regex(values, _DAY), False)
    texts = pc.if_else(dated, values, None).to_pandas().astype("object")
    days = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
    slashed = pd.to_datetime(texts.where(days.isna()), format="%d/%m/%Y", errors="coerce")
    return days.fillna(slashed).to_numpy().astype("datetime64[s]")
