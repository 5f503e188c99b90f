"""Data room: sheets of Excel workbooks, read row by row as the texts that the same table would have as CSV."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import pyarrow as pa
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from data.contract import SourceError

SUFFIXES: Final = (".xlsx", ".xlsm")

_ROWS: Final = 1 << 14
_BROKEN: Final = (
    BadZipFile, zlib.error, InvalidFileException, ParseError, OSError, EOFError, KeyError, ValueError, TypeError,
    AttributeError, IndexError,
)  # fmt: skip
"""What a damaged workbook makes openpyxl raise."""


def is_workbook(path: Path) -> bool:
    """Whether a file is an Excel workbook by its name."""
    return path.suffix.lower() in SUFFIXES


@dataclass(frozen=True)
class Sheet:
    """An open sheet: what to call it, its column names, about how many rows it has, and the sheet itself."""

    label: str
    header: list[str]
    size: int
    _sheet: Any

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The named columns of the rows under the header, as texts, some thousands of rows at a time. Empty rows at the
        end are no rows.

        Raises SourceError when a value stands under no column name, or the workbook breaks off.
        """
        at = [self.header.index(n) for n in names]
        rows = self._rows()
        while some := list(islice(rows, _ROWS)):
            columns = list(zip(*some, strict=True))
            yield pa.record_batch([pa.array(columns[i], pa.string()) for i in at], names=list(names))

    def _rows(self) -> Iterator[tuple[str | None, ...]]:
        width, empty = len(self.header), 0
        for number, cells in enumerate(self._cells(), 1):
            texts = [as_text(c) for c in cells]
            if texts.count(None) == len(texts):
                empty += 1
                continue
            self._refuse_nameless(number, texts[width:])
            yield from [(None,) * width] * empty
            yield (*texts[:width], *[None] * (width - len(texts)))
            empty = 0

    def _cells(self) -> Iterator[tuple[object, ...]]:
        cells = self._sheet.iter_rows(min_row=2, values_only=True)
        while True:
            with _whole(self.label):
                some = list(islice(cells, _ROWS))
            if not some:
                return
            yield from some

    def _refuse_nameless(self, number: int, beyond: list[str | None]) -> None:
        for i, text in enumerate(beyond, len(self.header) + 1):
            if text is not None:
                where = f"column {get_column_letter(i)}, which has no name"
                raise SourceError(f"{self.label}, row {number:,}: {text!r} stands in {where}")


@contextmanager
def sheet_of(path: Path, name: str = "") -> Iterator[Sheet]:
    """A sheet of a workbook, open; the first by default. Raises SourceError when the workbook is damaged or lacks the
    sheet, or the sheet has no column names."""
    with path.open("rb") as file:
        with _whole(path.name):
            book = load_workbook(file, read_only=True, data_only=True)
        with closing(book):
            yield _sheet(path, book, name)


def _sheet(path: Path, book: Any, name: str) -> Sheet:
    sheets = {s.title: s for s in book.worksheets}
    if not sheets or (name and name not in sheets):
        raise SourceError(f"{path.name} has no sheet {name!r}; it has {', '.join(sheets) or 'none'}")
    sheet = sheets[name] if name else next(iter(sheets.values()))
    label, size = f"{path.name}, sheet {sheet.title}", sheet.max_row or 0
    with _whole(label):
        sheet.reset_dimensions()  # some programs write a size that is not the sheet's
        first = next(sheet.iter_rows(max_row=1, values_only=True), ())
    header = [as_text(c) or "" for c in first]
    while header and not header[-1]:
        header.pop()
    return Sheet(label, header, size, sheet)


@contextmanager
def _whole(label: str) -> Iterator[None]:
    """Turn what a damaged workbook raises into a SourceError; what openpyxl leaves aside is no concern of ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    except _BROKEN as why:
        raise SourceError(f"{label} is not a whole Excel workbook (.xlsx): {why}") from None


def as_text(cell: object) -> str | None:
    """A cell as it would stand in a CSV file: numbers as short as they are exact, dates as YYYY-MM-DD, with the time
    where there is one; None for an empty cell."""
    if cell is None or isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1 << 53 else repr(cell)
    if isinstance(cell, datetime):
        whole = cell.replace(microsecond=0)
        return f"{whole:%Y-%m-%d}" if whole.time() == datetime.min.time() else f"{whole:%Y-%m-%d %H:%M:%S}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
