"""App room: the segments that readers pinned, as a session reads them, and the filters within one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shiny import reactive

from app.office import UNREACHED, Office, news_here
from app.selection import Filters
from data.records import RecordsError
from data.records.saved import SEGMENT, Saved


@dataclass(frozen=True)
class Shelf:
    """The pinned segments by name, a reactive, and the records that they stand in; who writes there calls `written`
    afterwards. `show` sets the filter bar."""

    office: Office
    segments: Callable[[], Mapping[str, Saved]]
    written: Callable[[], None]
    show: Callable[[Filters], None]


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
