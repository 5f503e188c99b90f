"""Data room: whether a file is what its name says: there, not empty, readable, and with the columns it should have."""

from __future__ import annotations

import csv
import difflib
import gzip
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as parquet

from data.contract import SourceError, Suspicion
from data.sources.sheets import Sheet, is_workbook, sheet_of

DELIMITERS: Final = {";": "semicolon", "\t": "tab", "|": "vertical bar", ",": "comma", " ": "space"}
"""What may stand between fields, by name."""


def names(path: Path, delimiter: str = ",", bare: Sequence[str] = (), *, sheet: str = "") -> list[str]:
    """The column names of a CSV, Excel or Parquet file, in order; `bare`: those of a CSV file without a header;
    `sheet`: the sheet of an Excel workbook ("": the first).

    Raises SourceError when the file is missing, empty, not UTF-8 or separated by something else than `delimiter`.
    """
    _there(path)
    if path.suffix == ".parquet":
        return parquet_file(path).schema_arrow.names
    if is_workbook(path):
        with workbook(path, sheet) as opened:
            return opened.header
    try:
        with text_of(path) as lines:
            first = next(csv.reader(lines, delimiter=delimiter), [])
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    except (OSError, EOFError) as why:
        raise unreadable(path, why) from None
    _right_delimiter(path, first, delimiter)
    return _as_many(path, first, bare) if bare else _plausible(path.name, first)


@contextmanager
def workbook(path: Path, sheet: str = "") -> Iterator[Sheet]:
    """A sheet of an Excel workbook, open ("": the first). Raises SourceError when it is not there, or not plausible."""
    _there(path)
    with sheet_of(path, sheet) as opened:
        _plausible(opened.label, opened.header)
        yield opened


def _there(path: Path) -> None:
    if not path.is_file():
        raise SourceError(f"{path.name} is missing from the folder {path.parent}")
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name} is empty: it has 0 bytes")


def _right_delimiter(path: Path, first: list[str], delimiter: str) -> None:
    for mark, word in DELIMITERS.items():
        if len(first) == 1 and mark in first[0] and mark != " ":
            expected = DELIMITERS[delimiter]
            raise SourceError(f"{path.name} is separated by {word}s ({mark!r}); {expected}s are expected")


def _as_many(path: Path, first: list[str], bare: Sequence[str]) -> list[str]:
    if len(first) != len(bare):
        raise SourceError(f"{path.name} has {len(first)} fields in its first row; {len(bare)} are expected")
    return list(bare)


def _plausible(file: str, header: list[str]) -> list[str]:
    if not any(h.strip() for h in header):
        raise SourceError(f"{file} is empty: its first line holds no column names")
    twice = sorted({h for h in header if header.count(h) > 1})
    if twice:
        raise SourceError(f"{file} has more than one column named {', '.join(twice)}")
    return header


def check_names(file: str, found: list[str], wanted: list[str]) -> list[Suspicion]:
    """Columns that are not documented, as a suspicion. Raises SourceError when a documented one is missing."""
    missing = [w for w in wanted if w not in found]
    unknown = [f for f in found if f not in wanted]
    if missing:
        lines = [f"{file} lacks the column {m}{_closest(m, unknown)}" for m in missing]
        if unknown:
            lines.append(f"{file} has columns that are not documented: {', '.join(u or '(no name)' for u in unknown)}")
        raise SourceError("\n".join(lines))
    return [Suspicion(file, u, "unknown_column", 1, "not read") for u in unknown]


def _closest(name: str, unknown: list[str]) -> str:
    close = difflib.get_close_matches(name, unknown, 1)
    return f" (is it {close[0]}, renamed?)" if close else ""


def unreadable(path: Path, why: Exception) -> SourceError:
    """What to say of a file whose bytes cannot be taken for what they should be."""
    if "UTF8" in str(why):
        return _not_utf8(path)
    if path.suffix == ".gz":
        return SourceError(f"{path.name} is cut short: the compressed data end before they should ({why})")
    return SourceError(f"{path.name} cannot be read as CSV: {why}")


def _not_utf8(path: Path) -> SourceError:
    return SourceError(f"{path.name} is not UTF-8 text: save it as UTF-8")


def text_of(path: Path) -> IO[str]:
    """A CSV file as text, compressed or not."""
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def parquet_file(path: Path) -> parquet.ParquetFile:
    """An open Parquet file. Raises SourceError when it is not whole."""
    try:
        return parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as why:
        raise SourceError(f"{path.name} is not a whole Parquet file: {why}") from None
