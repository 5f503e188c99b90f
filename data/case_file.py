"""Data room: a file of cases, CSV or Parquet, read batch by batch, and the file of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from data.case import CaseField, CasesError, Problem
from data.case_check import Found, closest
from data.contract import SourceError
from data.sources.headers import DELIMITERS, names, parquet_file, text_of, unreadable
from data.sources.reading import MISSING

BATCH: Final = 1 << 15
"""Rows of a Parquet file that are held at once; of a CSV file it is as many bytes as `_BLOCK`."""
_BLOCK: Final = 4 << 20
_ROW: Final = "row"


@dataclass(frozen=True)
class CaseFile:
    """A file of cases: its columns, what stands between the fields of a CSV file ("" for Parquet), and the columns
    that are passed on as they are, to tell rows apart."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    keys: tuple[str, ...]

    @property
    def is_parquet(self) -> bool:
        """Whether it is a Parquet file."""
        return not self.delimiter

    def batches(self, found: Found) -> Iterator[pa.RecordBatch]:
        """The rows, batch by batch; rows that do not fit the header are added to `found`, and end the reading.

        Raises SourceError when the file cannot be read.
        """
        try:
            yield from self._parquet() if self.is_parquet else self._csv(found)
        except (pa.ArrowInvalid, OSError) as why:
            raise unreadable(self.path, why) from None

    def _parquet(self) -> Iterator[pa.RecordBatch]:
        with parquet_file(self.path) as file:
            yield from file.iter_batches(batch_size=BATCH, use_threads=False)

    def _csv(self, found: Found) -> Iterator[pa.RecordBatch]:
        ragged: list[arrow_csv.InvalidRow] = []

        def skip(row: arrow_csv.InvalidRow) -> str:
            ragged.append(row)
            return "skip"

        reader = arrow_csv.open_csv(
            str(self.path),
            read_options=arrow_csv.ReadOptions(block_size=_BLOCK, use_threads=False),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=skip
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(self.columns, pa.string()), null_values=MISSING, strings_can_be_null=True
            ),
        )
        with reader:
            for batch in reader:
                if ragged:
                    break
                yield batch
        if ragged:
            wanted = len(self.columns)
            for row in ragged:
                at = (row.number or 2) - 2 - found.first
                found.note(at, "", None, f"has {row.actual_columns} fields where the header has {wanted}")


def open_file(path: Path, fields: Sequence[CaseField], *, keys: Sequence[str]) -> CaseFile:
    """A file of cases whose columns are fields or `keys`. Raises SourceError when it cannot be read as CSV or Parquet,
    CasesError with every column that is missing or unknown."""
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    place = path.rename(path.with_suffix(".parquet" if is_parquet else ".csv"))
    delimiter = "" if is_parquet else _delimiter(place)
    columns = names(place, delimiter or ",")
    problems = [*_lacking(fields, columns), *_unknown(fields, columns, keys)]
    if problems:
        raise CasesError(tuple(problems))
    known = {f.name for f in fields}
    return CaseFile(place, tuple(columns), delimiter, tuple(c for c in columns if c in keys and c not in known))


def _delimiter(path: Path) -> str:
    """What stands between the names of the header: the mark that occurs most."""
    try:
        with text_of(path) as lines:
            first = lines.readline(1 << 20)
    except UnicodeDecodeError:
        raise SourceError(f"{path.name} is neither Parquet nor UTF-8 text: save it as one of them") from None
    marks = [mark for mark in DELIMITERS if mark != " "]
    return max(marks, key=lambda mark: (first.count(mark), mark == ","))


def _lacking(fields: Sequence[CaseField], columns: Sequence[str]) -> list[Problem]:
    lacking = [f.name for f in fields if f.name not in columns and not f.optional]
    return [Problem(0, name, None, "is not among the columns") for name in lacking]


def _unknown(fields: Sequence[CaseField], columns: Sequence[str], keys: Sequence[str]) -> list[Problem]:
    known = {f.name for f in fields}
    unknown = [c for c in columns if c not in known and c not in keys]
    absent = [k for k in keys if k not in columns]
    rule = "is not a field of a case{hint}; name it in `keys` to have it passed on"
    return [
        *(Problem(0, c, None, rule.format(hint=closest(c, known))) for c in unknown),
        *(Problem(0, k, None, "is asked for as a key, but is not among the columns") for k in absent),
    ]


class AnswerFile:
    """Writes answers batch by batch, as the file that they answer was written. Without keys the row number is one."""

    def __init__(self, path: Path, cases: CaseFile) -> None:
        self.path, self._cases, self._rows = path, cases, 0
        self._writer: parquet.ParquetWriter | arrow_csv.CSVWriter | None = None

    def __enter__(self) -> AnswerFile:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.close()

    def add(self, batch: pa.RecordBatch, answers: dict[str, pa.Array]) -> None:
        """The answers for the next batch of cases."""
        keys: dict[str, pa.Array] = {k: batch.column(k) for k in self._cases.keys}
        if not keys:
            keys[_ROW] = pa.array(range(self._rows + 1, self._rows + 1 + batch.num_rows), pa.int64())
        table = pa.table({**keys, **answers})
        self._rows += batch.num_rows
        if self._writer is None:
            self._writer = self._opened(table.schema)
        self._writer.write_table(table)

    def _opened(self, schema: pa.Schema) -> parquet.ParquetWriter | arrow_csv.CSVWriter:
        if self._cases.is_parquet:
            return parquet.ParquetWriter(str(self.path), schema, compression="zstd")
        options = arrow_csv.WriteOptions(delimiter=self._cases.delimiter, quoting_style="needed")
        return arrow_csv.CSVWriter(str(self.path), schema, write_options=options)
