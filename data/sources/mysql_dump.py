"""Data room: the tables of a MySQL or MariaDB dump, read as text as mysqldump writes it: CREATE TABLE, INSERT, an end.

Only what such a dump holds is understood: one statement after the other, each ended by a semicolon; values that are
texts, numbers or NULL; and a last comment `-- Dump completed`, without which a dump is not whole.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa

from data.contract import SourceError
from data.sources.mysql_statements import (
    Created,
    Lines,
    MalformedError,
    Statements,
    Value,
    changes,
    created,
    inserted,
    values,
)

_HEADER: Final = re.compile(r"^-- (MySQL|MariaDB) dump\b")
_COMPLETED: Final = re.compile(r"^-- Dump completed(?: on +(\d{4}-\d{1,2}-\d{1,2}))?")
_HEADER_WITHIN: Final = 20
"""Lines from the top within which a dump says that it is one."""


@dataclass(frozen=True)
class Dump:
    """Tables of a dump by name in lower case, every column text (null where NULL), in the order of the file.
    `completed`: the newest day on which a dump in the file was completed; None when it does not say."""

    tables: dict[str, pa.Table]
    completed: date | None = None


def is_dump(path: Path) -> bool:
    """Whether a file says in its first lines that it is a dump. Raises SourceError when it is empty or unreadable."""
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name} is empty: it has 0 bytes")
    try:
        with Lines(path) as lines:
            return any(_HEADER.match(line) for line in islice(lines, _HEADER_WITHIN))
    except (OSError, EOFError, zlib.error) as why:
        raise _cut(path.name, f"the compressed data end before they should ({why})") from None


def read_dump(path: Path, wanted: Collection[str], *, progress: Callable[[str, float], None] | None = None) -> Dump:
    """The `wanted` tables (names in lower case) that a dump holds; others are passed over.

    Raises SourceError that names the file, the table and the row when the dump is cut short, a row has not as many
    values as its table has columns, a value is no text, number or NULL, a text is not UTF-8, or a statement changes
    tables in another way than by adding rows of values.
    """
    reading = _Reading(path.name, frozenset(wanted))
    try:
        with Lines(path) as lines:
            statements = Statements(lines, on_comment=reading.comment)
            for statement in statements:
                reading.take(statement)
                if progress:
                    progress(f"reading {path.name}", lines.share())
    except (OSError, EOFError, zlib.error) as why:
        raise reading.cut(f"the compressed data end before they should ({why})") from None
    if statements.rest:
        reading.blame_rest(statements.rest)
        raise reading.cut("its last statement has no end")
    return reading.finish()


def _cut(file: str, why: str, where: str = "") -> SourceError:
    return SourceError(f"{file} is cut short{where}: {why}; copy it again whole")


@dataclass
class _Rows:
    """A table as far as it is read."""

    created: Created
    parts: list[list[tuple[Value, ...]]] = field(default_factory=list)
    count: int = 0


@dataclass
class _Reading:
    file: str
    wanted: frozenset[str]
    rows: dict[str, _Rows] = field(default_factory=dict)
    last: str = ""
    begun: int = 0
    ended: list[date | None] = field(default_factory=list)

    def comment(self, text: str) -> None:
        """Note where a dump in the file begins and is completed."""
        if _HEADER.match(text):
            self.begun += 1
        elif said := _COMPLETED.match(text):
            self.ended.append(_day(said[1]))

    def take(self, statement: str) -> None:
        """Note what a statement says of a wanted table."""
        if (table := created(statement)) and table.name.lower() in self.wanted:
            self.last = table.name.lower()
            if self.last in self.rows:
                raise SourceError(f"{self.file}, table {table.name}: it is created twice; one of them must go")
            self.rows[self.last] = _Rows(table)
        elif (insert := inserted(statement)) and insert.name.lower() in self.wanted:
            self.last = insert.name.lower()
            self._append(insert, statement)
        elif not insert and changes(statement):
            said = repr(statement[:60])
            raise SourceError(f"{self.file}: a dump fills its tables with values, and this statement does not: {said}")

    def _append(self, insert: Created, statement: str) -> None:
        table = self.rows.get(self.last)
        if table is None:
            raise SourceError(f"{self.file}, table {insert.name}: it has rows, but no CREATE TABLE says its columns")
        columns = insert.columns or table.created.columns
        unknown = [c for c in columns if c not in table.created.columns]
        if unknown:
            raise SourceError(f"{self.file}, table {insert.name}: it has no column {unknown[0]}, but a row gives one")
        places = [columns.index(c) if c in columns else -1 for c in table.created.columns]
        part: list[tuple[Value, ...]] = []
        try:
            for row in values(statement, insert.end):
                table.count += 1
                if len(row) != len(columns):
                    raise self._blame(f"{len(row)} values where the table has {len(columns)} columns")
                part.append(row)
        except MalformedError as why:
            table.count += 1
            raise self._blame(str(why)) from None
        table.parts.append(part if places == list(range(len(columns))) else _placed(part, places))

    def _blame(self, rule: str) -> SourceError:
        return SourceError(f"{self.file}, table {self.last}, row {self.rows[self.last].count:,}: {rule}")

    def blame_rest(self, rest: str) -> None:
        """Let the place of a cut be told by what stands after the last whole statement."""
        insert = inserted(rest)
        if insert and insert.name.lower() in self.rows:
            self.last = insert.name.lower()
            self.rows[self.last].count += sum(1 for _ in _readable(rest, insert.end))

    def cut(self, why: str) -> SourceError:
        """What to say of a dump that ends too early: after which row of which table."""
        at = f" after row {self.rows[self.last].count:,} of the table {self.last}" if self.last in self.rows else ""
        return _cut(self.file, why, at)

    def finish(self) -> Dump:
        """The tables that are there. Raises SourceError when the dump does not say that it was completed."""
        if len(self.ended) < max(self.begun, 1):
            raise self.cut("the comment “-- Dump completed” is missing at its end (mysqldump writes it unless it is "
                           "told --skip-comments)")  # fmt: skip
        tables = {name: self._table(name, rows) for name, rows in self.rows.items()}
        days = [d for d in self.ended if d]
        return Dump(tables, max(days, default=None))

    def _table(self, name: str, rows: _Rows) -> pa.Table:
        names = rows.created.columns
        try:
            parts = [[pa.array(c, pa.string()) for c in zip(*part, strict=True)] for part in rows.parts if part]
        except UnicodeEncodeError:
            raise SourceError(f"{self.file}, table {name}: a text is not UTF-8; dump it as utf8mb4") from None
        schema = pa.schema([(n, pa.string()) for n in names])
        return pa.Table.from_batches([pa.record_batch(p, schema=schema) for p in parts], schema)


def _placed(rows: Sequence[tuple[Value, ...]], places: Sequence[int]) -> list[tuple[Value, ...]]:
    """Rows in the order of the table's columns, for an INSERT that names its own; a column not named is NULL."""
    return [tuple(None if p < 0 else row[p] for p in places) for row in rows]


def _readable(statement: str, at: int) -> Iterator[tuple[Value, ...]]:
    """The whole rows of a statement that breaks off."""
    try:
        yield from values(statement, at)
    except MalformedError:
        return


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date(*map(int, text.split("-")))
    except ValueError:
        return None
