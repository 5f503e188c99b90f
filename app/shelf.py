"""App room: what readers saved, as a session reads it: pinned segments, views, and the one a reader begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from shiny import reactive
from starlette.requests import HTTPConnection

from app.office import UNREACHED, Office, Reader, news_here
from app.selection import Filters, words_of
from data.records import Records, RecordsError
from data.records.decisions import LONGEST, one_line
from data.records.saved import SEGMENT, VIEW, Saved

COOKIE: Final = "cartera_reader"
"""Where the browser keeps the name that a reader typed to begin with a view; a verified name comes by its header."""


@dataclass(frozen=True)
class Shelf:
    """The pinned segments by name, a reactive, and the records that they stand in; who writes there calls `written`
    afterwards. `show` sets the filter bar."""

    office: Office
    segments: Callable[[], Mapping[str, Saved]]
    written: Callable[[], None]
    show: Callable[[Filters], None]


@dataclass(frozen=True)
class Kept:
    """All that readers saved, by name, and the id of the view that one of them begins with (0: none)."""

    views: Sequence[Saved] = ()
    segments: Sequence[Saved] = ()
    beginning: int = 0


def shelf(office: Office, *, filters: Callable[[], Filters], show: Callable[[Filters], None]) -> Shelf:
    """The shelf of a session. Where the records cannot be read, nothing stands on it."""
    count: reactive.Value[int] = reactive.Value(0)
    news = news_here(office)

    @reactive.calc
    def segments() -> Mapping[str, Saved]:
        if news() == UNREACHED or not (news() or count() or filters().pinned):
            return {}
        try:
            return {saved.name: saved for saved in office.records.saved(SEGMENT)}
        except RecordsError:
            return {}

    def written() -> None:
        with reactive.isolate():
            count.set(count() + 1)

    return Shelf(office, segments, written, show)


def levels_of(filters: Filters, segments: Mapping[str, Saved]) -> Mapping[str, tuple[str, ...]] | None:
    """What the pinned segment of the filters keeps; nothing is narrowed where none is chosen, None where there is none
    of that name."""
    if not filters.pinned:
        return {}
    saved = segments.get(filters.pinned)
    return saved.levels if saved else None


def kept(records: Records, reader: str) -> Kept:
    """Everything that is saved, with the beginning of a reader ("" for nobody known). Raises RecordsError."""
    records.open()
    first = records.beginning(reader) if reader else None
    return Kept(records.saved(VIEW), records.saved(SEGMENT), first.id if first else 0)


def known_name(reader: Reader, connection: HTTPConnection) -> str:
    """The name that is known before anything is typed: the verified one, else the one that the browser keeps; "" for
    none. Where names are verified, no other is believed."""
    if reader.verified:
        return reader.name
    return one_line(unquote(connection.cookies.get(COOKIE, "")))[: LONGEST["by"]]


def arriving(query: str, name: str, records: Records) -> str:
    """The query that a reader is shown: that of the address; where it asks for nothing but a language, it and that of
    the view that the reader begins with. Where the records are not open, or cannot be read, there is no such view."""
    if not (name and records.is_open) or query.lstrip("?") != _language(query):
        return query
    try:
        first = records.beginning(name)
    except RecordsError:
        return query
    return "&".join(filter(None, (_language(query), first.content if first else "")))


def _language(query: str) -> str:
    return "".join(f"lang={code}" for code in words_of(query, ("lang",)).values())
