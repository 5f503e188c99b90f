"""Data room: the words of a MySQL dump: statements in a stream of text, columns of a table, values of its rows."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

Value = str | None
"""A value as it was written: a text without its quotes and escapes, a number as its digits, None for NULL."""

_CHUNK: Final = 1 << 20

_IN_TEXT: Final = r"(?:[^'\\]++|\\.|'')*+"
_IN_QUOTED: Final = r'(?:[^"\\]++|\\.|"")*+'
_TEXT: Final = f"'{_IN_TEXT}'"
_QUOTED: Final = f'"{_IN_QUOTED}"'
_TICKED: Final = r"`(?:[^`]|``)*+`"
_LINE: Final = r"(?:--(?=\s)|\#)[^\n]*+"
_BLOCK: Final = r"/\*.*?\*/"
_NAME: Final = rf"(?:{_TICKED}|[\w$]+)"

_ROUTINE: Final = r"^DELIMITER[ \t]++(?!;\s)\S.*?^DELIMITER[ \t]++;(?=\s)"
_TOKEN: Final = re.compile(
    rf"{_TEXT}|{_QUOTED}|{_TICKED}|(?P<line>{_LINE})|{_BLOCK}|(?P<routine>{_ROUTINE})|(?P<end>;)|"
    r"(?P<open>['\"`]|/\*|--\Z|^DELIMITER[ \t])",
    re.S | re.M,
)
_BLANK: Final = re.compile(rf"(?:\s++|{_LINE}|{_BLOCK})*+", re.S)
_CREATE: Final = re.compile(
    rf"CREATE\s+(?:TEMPORARY\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:{_NAME}\s*\.\s*)?({_NAME})\s*\(", re.I
)
_INSERT: Final = re.compile(
    rf"(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\s+)*(?:INTO\s+)?"
    rf"(?:{_NAME}\s*\.\s*)?({_NAME})\s*(?:\(\s*({_NAME}(?:\s*,\s*{_NAME})*)\s*\)\s*)?VALUES?(?=[\s(])",
    re.I,
)
_CHANGES: Final = re.compile(r"(?:INSERT|REPLACE|UPDATE|DELETE|TRUNCATE|LOAD)\b|\(", re.I)
_PIECE: Final = re.compile(rf"{_TEXT}|{_QUOTED}|{_TICKED}|{_LINE}|{_BLOCK}|[(),]", re.S)
_COLUMN: Final = re.compile(rf"({_NAME})\s")
_NO_COLUMN: Final = re.compile(
    r"(?:PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|FOREIGN|FULLTEXT|SPATIAL|CHECK|PERIOD\s+FOR)\b", re.I
)
_NUMBER: Final = r"[-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?"
_ROW: Final = re.compile(r"\s*+\(")
_VALUE: Final = re.compile(
    rf"\s*+(?:(?:_\w++\s*+)?(?:'({_IN_TEXT})'|\"({_IN_QUOTED})\")|NULL|({_NUMBER}))\s*+([,)])", re.S | re.I
)
_SEPARATOR: Final = re.compile(r"\s*+(,|\Z)")
_ESCAPE: Final = re.compile(r"\\(.)|''", re.S)
_ESCAPE_QUOTED: Final = re.compile(r'\\(.)|""', re.S)
_MEANS: Final = {
    "0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"
}  # fmt: skip
"""What a letter after a backslash stands for; any other letter stands for itself.
Source: MySQL 8.0 Reference Manual, 11.1.1 String Literals."""


class MalformedError(ValueError):
    """Rows that do not read as rows; the message says what stands there."""


@dataclass(frozen=True)
class Created:
    """The table that a statement speaks of, its columns in order, and where in the statement what follows begins."""

    name: str
    columns: tuple[str, ...]
    end: int = 0


class Lines(io.TextIOWrapper):
    """The text of a file, compressed or not; bytes that are not UTF-8 come through as lone surrogates."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._size = path.stat().st_size
        source = gzip.GzipFile(fileobj=self._file) if path.suffix == ".gz" else self._file
        super().__init__(source, encoding="utf-8-sig", errors="surrogateescape", newline="")

    def share(self) -> float:
        """The share of the file that is behind, 0..1."""
        return min(self._file.tell() / self._size, 1.0)

    def close(self) -> None:
        """Close the file too, which the decompression leaves open."""
        super().close()
        self._file.close()


class Statements:
    """The statements of a stream, each as its text without the semicolon and without the comments before it.

    No more than a statement and a chunk are held at once. `on_comment` is told every comment of a line (`-- …`).
    Routines, which stand between two lines `DELIMITER`, are passed over. After the last statement, `rest` is what
    follows it and is neither blank nor a comment.
    """

    def __init__(self, lines: IO[str], *, on_comment: Callable[[str], None]) -> None:
        self._lines = lines
        self._tell = on_comment
        self.rest = ""

    def __iter__(self) -> Iterator[str]:
        text, at, ended = "", 0, False
        while not ended:
            more = self._lines.read(max(_CHUNK, len(text)))
            ended = not more
            text += more
            start = 0
            while (token := _TOKEN.search(text, at)) and _whole(token, text, ended):
                at = token.end()
                if token["line"]:
                    self._tell(token["line"])
                elif token["end"]:
                    yield _bare(text[start : token.start()])
                    start = at
                elif token["routine"]:
                    start = at
            text, at = text[start:], at - start
        self.rest = _bare(text)


def _whole(token: re.Match[str], text: str, ended: bool) -> bool:
    """Whether a token is closed and cannot become longer by what is not yet read."""
    return not token["open"] and (ended or bool(token["end"]) or token.end() < len(text))


def _bare(statement: str) -> str:
    """The statement without blanks and comments before and blanks after it."""
    return statement[_BLANK.match(statement).end() :].rstrip()  # type: ignore[union-attr]


def created(statement: str) -> Created | None:
    """The table that a CREATE TABLE makes; None for another statement."""
    head = _CREATE.match(statement)
    if not head:
        return None
    names = [_name(c[1]) for item in _items(statement, head.end()) if (c := _column(item))]
    return Created(_name(head[1]), tuple(names))


def inserted(statement: str) -> Created | None:
    """The table that an INSERT adds rows to, with the columns that it names (none when it does not), and where its
    rows begin; None for another statement."""
    head = _INSERT.match(statement)
    if not head:
        return None
    names = re.findall(_NAME, head[2] or "")
    return Created(_name(head[1]), tuple(map(_name, names)), head.end())


def changes(statement: str) -> bool:
    """Whether a statement changes what a table holds."""
    return _CHANGES.match(statement) is not None


def values(statement: str, at: int) -> Iterator[tuple[Value, ...]]:
    """The rows of an INSERT whose first row begins at `at`. Raises MalformedError at what is no row of values."""
    more = ","
    while more:
        row, at = _row(statement, at)
        yield row
        separator = _SEPARATOR.match(statement, at)
        if not separator:
            raise MalformedError(f"a comma or the end of the statement is expected at {_shown(statement, at)}")
        more, at = separator[1], separator.end()


def _row(statement: str, at: int) -> tuple[tuple[Value, ...], int]:
    """The values of the row that begins at `at`, and where it ends."""
    opened = _ROW.match(statement, at)
    if not opened:
        raise MalformedError(f"a row in parentheses is expected at {_shown(statement, at)}")
    row: list[Value] = []
    at, mark = opened.end(), ","
    while mark == ",":
        value = _VALUE.match(statement, at)
        if not value:
            raise MalformedError(f"value {len(row) + 1} is neither a text, a number nor NULL: {_shown(statement, at)}")
        text, quoted, number, mark = value.groups()
        row.append(number if text is None and quoted is None else _unescaped(text, quoted))
        at = value.end()
    return tuple(row), at


def _unescaped(text: str | None, quoted: str | None) -> str:
    """What stands between single quotes (`text`) or double ones (`quoted`), without its escapes."""
    said, pattern, mark = (text, _ESCAPE, "'") if text is not None else (quoted or "", _ESCAPE_QUOTED, '"')
    if "\\" not in said and mark not in said:
        return said
    return pattern.sub(lambda m: mark if m[1] is None else _MEANS.get(m[1], m[1]), said)


def _items(statement: str, at: int) -> Iterator[str]:
    """What stands between the commas of a list whose opening parenthesis is before `at`."""
    depth, start = 1, at
    for piece in _PIECE.finditer(statement, at):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth == 0 or (depth == 1 and piece[0] == ","):
            yield _bare(statement[start : piece.start()])
            start = piece.end()
        if depth == 0:
            return


def _column(item: str) -> re.Match[str] | None:
    """The name at the head of an item of a CREATE TABLE that is a column; None for a key, an index or a rule."""
    return None if _NO_COLUMN.match(item) else _COLUMN.match(item)


def _name(text: str) -> str:
    return text[1:-1].replace("``", "`") if text.startswith("`") else text


def _shown(statement: str, at: int) -> str:
    return repr(statement[at : at + 40].strip())
