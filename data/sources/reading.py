"""Data room: reading a documented CSV, Excel or Parquet file into columns, batch by batch, and saying what is wrong.

A file is read as text in batches and each column is turned into numbers, months, dates or categories at once, so that
a file of 500 MB needs little more memory than its result. Every value that cannot be read is counted; the first 20
are shown with their row (1 = the first row under the header).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from data.contract import ContractError, SourceError, Suspicion
from data.months import add, is_month
from data.sources.columns import Field, Sink
from data.sources.headers import DELIMITERS, check_names, names, parquet_file, text_of, unreadable, workbook
from data.sources.kinds import sink
from data.sources.sheets import Sheet, is_workbook

MISSING: Final = ["", "None", "NaN", "nan", "NULL", "null", "<NA>", "NaT"]
"""Texts that stand for a missing value in a CSV file."""

_BLOCK: Final = 8 << 20

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Layout:
    """A documented file: its name, what it holds, its fields in order, and whether it must be there.

    `delimiter` stands between the fields of a CSV file; `header`: its first line names them; `missing`: texts that
    stand for a missing value in it, beside the usual ones. `sheet`: the sheet of an Excel workbook, "" for the first.
    """

    file: str
    about: str
    fields: tuple[Field, ...]
    required: bool = True
    delimiter: str = ","
    header: bool = True
    missing: tuple[str, ...] = ()
    sheet: str = ""

    def bare(self) -> list[str]:
        """The names of the columns where no line of the file says them."""
        return [] if self.header else [f.name for f in self.fields]


@dataclass(frozen=True)
class Reading:
    """A file that was read: its frame (columns named after `Field.to`, index = row of the file, from 0), and what to
    call it: its name, and the sheet where it has some."""

    frame: pd.DataFrame
    suspicions: tuple[Suspicion, ...]
    file: str


def knowable(as_of: int | None, months: pd.Series) -> int:
    """The month at whose end things are known: the last of `months` when none is given.

    Raises SourceError when it is no month, or nothing was known then.
    """
    if as_of is None:
        return int(months.max())
    if not is_month(as_of):
        raise SourceError(f"as of {as_of}: a month is written YYYYMM, such as 202312")
    if months.min() > add(as_of, 1):
        raise SourceError(f"nothing is known at the end of {as_of}: the first month of the data is {months.min()}")
    return as_of


def find(folder: Path, layout: Layout) -> Path | None:
    """The file of a layout in a folder, also as .csv.gz, .parquet or .xlsx; None when an optional one is absent.

    Raises SourceError when a required file is missing.
    """
    stem = layout.file.removesuffix(".csv")
    for suffix in (".csv", ".csv.gz", ".parquet", ".xlsx"):
        if (folder / (stem + suffix)).is_file():
            return folder / (stem + suffix)
    if not layout.required:
        return None
    raise SourceError(f"{layout.file} ({layout.about}) is missing from the folder {folder}")


def read(path: Path, layout: Layout, *, progress: Progress | None = None) -> Reading:
    """The used fields of a file as a frame.

    Raises SourceError when the file is missing, empty, cut short, not UTF-8, has another delimiter or lacks a column;
    ContractError with every value that cannot be read as its column's kind.
    """
    with _opened(path, layout, progress) as file:
        fields = [f for f in layout.fields if not f.optional or f.name in file.names]
        extra = check_names(file.label, file.names, [f.name for f in fields])
        sinks = [sink(f, file.label) for f in fields if f.to]
        rows = 0
        for batch in file.batches(sinks):
            for s in sinks:
                s.add(batch.column(s.field.name), rows)
            rows += batch.num_rows
    if not rows:
        raise SourceError(f"{file.label} is empty: it has a header but no rows")
    breaches = tuple(b for s in sinks for b in s.breaches())
    if breaches:
        raise ContractError(breaches)
    frame = pd.DataFrame({s.field.to: s.finish() for s in sinks}, copy=False)
    odd = (*extra, *_unfinished(path, rows), *(x for s in sinks for x in s.suspicions()))
    return Reading(frame, odd, file.label)


def _unfinished(path: Path, rows: int) -> list[Suspicion]:
    """Whether the last line of a CSV file has no end: its last value may be cut."""
    if path.suffix in (".parquet", ".gz") or is_workbook(path):
        return []
    with path.open("rb") as file:
        file.seek(-1, io.SEEK_END)
        whole = file.read() == b"\n"
    return [] if whole else [Suspicion(path.name, "", "unfinished_line", 1, f"row {rows:,} has no line end")]


@dataclass(frozen=True)
class _Opened:
    """An open file: what to call it, the names of its columns, and its batches for some sinks."""

    label: str
    names: list[str]
    batches: Callable[[list[Sink]], Iterator[pa.RecordBatch]]


@contextmanager
def _opened(path: Path, layout: Layout, progress: Progress | None) -> Iterator[_Opened]:
    if is_workbook(path):
        with workbook(path, layout.sheet) as sheet:
            yield _Opened(sheet.label, sheet.header, lambda sinks: _sheet_batches(path, layout, sheet, sinks, progress))
    else:
        batches = _parquet_batches if path.suffix == ".parquet" else _csv_batches
        found = names(path, layout.delimiter, layout.bare())
        yield _Opened(path.name, found, lambda sinks: batches(path, layout, sinks, progress))


def _parquet_batches(
    path: Path, layout: Layout, sinks: list[Sink], progress: Progress | None
) -> Iterator[pa.RecordBatch]:
    file = parquet_file(path)
    done = 0
    for batch in file.iter_batches(columns=[s.field.name for s in sinks], batch_size=1 << 18):
        yield _none_as_missing(batch, layout)
        done += batch.num_rows
        _tell(progress, path, done / max(file.metadata.num_rows, 1))


def _sheet_batches(
    path: Path, layout: Layout, sheet: Sheet, sinks: list[Sink], progress: Progress | None
) -> Iterator[pa.RecordBatch]:
    done = 0
    for batch in sheet.batches([s.field.name for s in sinks]):
        yield _none_as_missing(batch, layout)
        done += batch.num_rows
        _tell(progress, path, done / max(sheet.size, done))


def _none_as_missing(batch: pa.RecordBatch, layout: Layout) -> pa.RecordBatch:
    """The batch without the texts that stand for a missing value."""
    for i, column in enumerate(batch.columns):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            missing = pc.is_in(column, value_set=pa.array([*MISSING, *layout.missing], column.type))
            batch = batch.set_column(i, batch.schema.names[i], pc.if_else(missing, None, column))
    return batch


def _csv_batches(path: Path, layout: Layout, sinks: list[Sink], progress: Progress | None) -> Iterator[pa.RecordBatch]:
    ragged: list[arrow_csv.InvalidRow] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    size = path.stat().st_size
    try:
        with pa.OSFile(str(path)) as raw:
            source = pa.CompressedInputStream(raw, "gzip") if path.suffix == ".gz" else raw
            for batch in _open_csv(source, layout, sinks, skip):
                yield batch
                _tell(progress, path, raw.tell() / size)
    except (pa.ArrowInvalid, OSError) as why:
        raise unreadable(path, why) from None
    if ragged:
        raise _ragged(path, layout, ragged)


def _open_csv(
    source: object, layout: Layout, sinks: list[Sink], skip: Callable[[arrow_csv.InvalidRow], str]
) -> Iterator:
    text = pa.string()
    types = {s.field.name: pa.dictionary(pa.int32(), text) if s.dictionary else text for s in sinks}
    return arrow_csv.open_csv(
        source,
        read_options=arrow_csv.ReadOptions(block_size=_BLOCK, column_names=layout.bare() or None),
        parse_options=arrow_csv.ParseOptions(
            delimiter=layout.delimiter, invalid_row_handler=skip, newlines_in_values=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=[*MISSING, *layout.missing],
            strings_can_be_null=True,
        ),
    )


def _ragged(path: Path, layout: Layout, ragged: list[arrow_csv.InvalidRow]) -> SourceError:
    """What to say of rows with too few or too many fields: a file that was cut short, or a stray delimiter."""
    row, fields, wanted, last = _first_ragged(path, layout)
    if last and len(ragged) == 1 and fields < wanted:
        return SourceError(
            f"{path.name} is cut short: its last row (row {row:,}) has {fields} of {wanted} fields; copy it again whole"
        )
    others = f"where the header has {wanted}" if layout.header else f"where {wanted} are expected"
    return SourceError(
        f"{path.name}, row {row:,}: {fields} fields {others} "
        f"({len(ragged):,} such row(s)); a text with a {DELIMITERS[layout.delimiter]} must stand in quotation marks"
    )


def _first_ragged(path: Path, layout: Layout) -> tuple[int, int, int, bool]:
    """Row, its fields, the fields wanted, and whether it is the last row, of the first row that does not fit."""
    with text_of(path) as lines:
        rows = csv.reader(lines, delimiter=layout.delimiter)
        wanted = len(layout.bare() or next(rows))
        for number, row in enumerate(rows, 1):
            if row and len(row) != wanted:
                return number, len(row), wanted, next(rows, None) is None
    return 0, 0, wanted, False


def _tell(progress: Progress | None, path: Path, share: float) -> None:
    if progress:
        progress(f"reading {path.name}", min(share, 1.0))
