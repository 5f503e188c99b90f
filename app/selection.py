"""App room: one selection for all pages, as the reader sets it, as the counts take it, and as the URL writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

import numpy as np

from data.counts import Selection
from data.months import is_month

SHORT = {"age_band": "age", "income_band": "income"}
"""URL words of the dimensions whose own name is longer than it need be."""
PINNED = "pinned"
"""URL word of a pinned segment; "segment" is a dimension's."""
RESERVED = ("lang", "page", "from", "to", "score", PINNED)
"""URL words that are not dimensions."""
WHOLE_SCORE = (0, 100)


@dataclass(frozen=True)
class Filters:
    """What the filter bar holds: months first..last (None: the release's own), the levels kept of each dimension
    (absent: all), the score band in percent (None: all rows, scored or not), and the name of a pinned segment within
    which they filter ("": none)."""

    first: int | None = None
    last: int | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    score: tuple[int, int] | None = None
    pinned: str = ""

    def only(self, dimension: str, *levels: str) -> Filters:
        """The same filters with one dimension narrowed to these levels; no level lifts that filter."""
        rest = {name: kept for name, kept in self.where.items() if name != dimension}
        return replace(self, where={**rest, dimension: levels} if levels else rest)

    def without(self, what: str) -> Filters:
        """The same filters with that of a dimension, of the "score", or the "pinned" segment, lifted."""
        if what == PINNED:
            return replace(self, pinned="")
        return replace(self, score=None) if what == "score" else self.only(what)


@dataclass(frozen=True)
class Extent:
    """What can be selected in a release: its months and, by dimension, its levels in display order."""

    months: tuple[int, ...]
    dimensions: Mapping[str, tuple[str, ...]]

    def missing(self, segment: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """The levels of a segment that there are not, by dimension."""
        gone = {n: tuple(x for x in kept if x not in self.dimensions.get(n, ())) for n, kept in segment.items()}
        return {name: levels for name, levels in gone.items() if levels}


@dataclass(frozen=True)
class Ignored:
    """A word of the URL that says nothing here: an unknown filter, or a level that the release does not have."""

    word: str
    value: str


def word_of(dimension: str) -> str:
    """The URL word of a dimension."""
    word = SHORT.get(dimension, dimension)
    return f"x_{word}" if word in RESERVED else word


def to_query(filters: Filters, **words: str) -> str:
    """The query string that `from_query` reads back; `words` (lang, page, and those of a page) come first."""
    pairs = [(k, v) for k, v in words.items() if v]
    pairs += [("from", str(filters.first))] if filters.first else []
    pairs += [("to", str(filters.last))] if filters.last else []
    pairs += [(word_of(name), level) for name, levels in filters.where.items() for level in levels]
    pairs += [("score", "{}-{}".format(*filters.score))] if filters.score else []
    pairs += [(PINNED, filters.pinned)] if filters.pinned else []
    return urlencode(pairs)


def from_query(query: str, *, extent: Extent, known: Iterable[str] = ()) -> tuple[Filters, list[Ignored]]:
    """The filters that a query string asks for, and the words of it that say nothing in this release.

    `known` are further words that have a meaning elsewhere (those of a page); lang and page always do.
    """
    pairs = parse_qsl(query.lstrip("?"), keep_blank_values=False)
    names = {word_of(name): name for name in extent.dimensions}
    ignored: list[Ignored] = []
    where: dict[str, tuple[str, ...]] = {}
    score = None
    months: dict[str, int] = {}
    for word, value in pairs:
        if word in names and value in extent.dimensions[names[word]]:
            where[names[word]] = (*where.get(names[word], ()), value)
        elif word in ("from", "to") and value.isdigit() and int(value) in extent.months:
            months[word] = int(value)
        elif word == "score" and (band := _band(value)):
            score = band
        elif word not in ("lang", "page", *known):
            ignored.append(Ignored(word, value))
    asked = Filters(months.get("from"), months.get("to"), {k: tuple(dict.fromkeys(v)) for k, v in where.items()}, score)
    return clamped(asked, extent), ignored


def words_of(query: str, known: Iterable[str]) -> dict[str, str]:
    """The values that a query string gives to these words; the last one where a word repeats."""
    wanted = set(known)
    return {word: value for word, value in parse_qsl(query.lstrip("?")) if word in wanted}


def clamped(filters: Filters, extent: Extent) -> Filters:
    """The filters as far as they mean something in this release: what names everything, or nothing there, is lifted;
    months in the wrong order are swapped."""
    where = {}
    for name, levels in filters.where.items():
        kept = tuple(level for level in extent.dimensions.get(name, ()) if level in levels)
        if kept and len(kept) < len(extent.dimensions[name]):
            where[name] = kept
    first, last = filters.first, filters.last
    if first and last and first > last:
        first, last = last, first
    ends = (extent.months[0], extent.months[-1]) if extent.months else (None, None)
    return Filters(
        first if first in extent.months and first != ends[0] else None,
        last if last in extent.months and last != ends[1] else None,
        where,
        filters.score if filters.score != WHOLE_SCORE else None,
        filters.pinned,
    )


def within(filters: Filters, segment: Mapping[str, tuple[str, ...]] | None, *, extent: Extent) -> Filters:
    """The filters that keep what they and a segment both keep, without its name. A level that the release does not have
    keeps no row; a dimension that it does not have keeps none either, and neither does a segment that is not there
    (None)."""
    where = dict(filters.where)
    for name, kept in (segment or {}).items():
        known = extent.dimensions.get(name, ())
        where[name] = tuple(level for level in known if level in kept and level in where.get(name, known))
    lost = segment is None or not segment.keys() <= extent.dimensions.keys()
    nothing = {next(iter(extent.dimensions), ""): ()} if lost else {}
    return replace(filters, where={n: x for n, x in {**where, **nothing}.items() if n in extent.dimensions}, pinned="")


def to_selection(filters: Filters, *, months: Sequence[int], edges: np.ndarray) -> Selection:
    """The selection that the counts take. A score band keeps the bins that lie within it, and scored rows only."""
    first = filters.first or (months[0] if months else 0)
    last = filters.last or (months[-1] if months else 0)
    return Selection(months=(first, last), where=dict(filters.where), codes=codes_of(filters.score, edges))


def codes_of(score: tuple[int, int] | None, edges: np.ndarray) -> tuple[int, int] | None:
    """First and last score code whose bin lies within a band in percent; None for no band."""
    if score is None:
        return None
    low, high = (np.float32(part / 100) for part in score)
    first = int(np.searchsorted(edges, low, side="left")) + 1
    last = int(np.searchsorted(edges, high, side="right")) - 1
    return first, last


def _band(text: str) -> tuple[int, int] | None:
    """The band "35-60" as (35, 60); None when the text is not a band within 0..100."""
    low, _, high = text.partition("-")
    if not (low.isdigit() and high.isdigit()):
        return None
    band = (int(low), int(high))
    return band if 0 <= band[0] < band[1] <= 100 else None


def valid_month(text: str) -> int | None:
    """The month that a choice of the filter bar names; None for the empty choice."""
    return int(text) if text.isdigit() and is_month(int(text)) else None
