"""App room: what the page Decisions works with: the records, news of them, and who the reader is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from shiny import reactive

from data.records import Records, RecordsError
from data.records.decisions import LONGEST, one_line

QUIET_SECONDS: Final = 30
"""How long a database that did not answer is left alone before it is asked for news again."""
UNREACHED: Final = -1


@dataclass(frozen=True)
class Reader:
    """Who reads: `header` is the one that gives the verified name, "" when names are typed and nobody verifies them."""

    header: str = ""
    name: str = ""

    @property
    def verified(self) -> bool:
        """Whether somebody vouches for the name."""
        return bool(self.header)


@dataclass(frozen=True)
class Office:
    """The records, the number of their last line as a reactive that follows it, and the reader."""

    records: Records
    news: Callable[[], int]
    reader: Reader


def watch_records(records: Records, seconds: float) -> Callable[[], int]:
    """The number of the last line of the audit log, looked up every so many seconds, once for the whole process;
    `UNREACHED` while the database does not answer."""
    again = 0.0

    def head() -> int:
        nonlocal again
        if time.monotonic() < again:
            return UNREACHED
        try:
            return records.head()
        except RecordsError:
            again = time.monotonic() + QUIET_SECONDS
            return UNREACHED

    @reactive.poll(head, seconds, session=None)
    def news() -> int:
        return head()

    return news


def news_here(office: Office) -> Callable[[], int | None]:
    """The news as a reactive of the session that asks: None before they are in.

    An effect passes them on, which ends with its session; a calculation of it would hang on to the poll of all.
    """
    newest: reactive.Value[int | None] = reactive.Value(None)

    @reactive.effect(priority=1)
    def _() -> None:
        newest.set(office.news())

    return newest


def reader_of(headers: Mapping[str, str], header: str) -> Reader:
    """The reader whom a request's headers name; only the header of the settings is believed."""
    if not header:
        return Reader()
    return Reader(header, one_line(_decoded(headers.get(header) or ""))[: LONGEST["by"]])


def _decoded(text: str) -> str:
    """A header's text: UTF-8 that the protocol took for Latin-1."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
