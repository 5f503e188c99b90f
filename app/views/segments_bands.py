"""App room: neighbouring bands that the reader of the Segments page took together, as the address writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.desk import Pin
from app.l10n import L10n
from app.views import names
from data.rows import UNKNOWN
from monitoring.joined import Groups, groups

BETWEEN_LEVELS, BETWEEN_DIMENSIONS = "~", ";"
"""age_band~25-34~35-44;bucket~31-60: each of these levels counts together with the one before it."""
ALWAYS = ("bucket", "age_band", "income_band", "go_live_bucket")
"""Dimensions whose levels have an order also in releases that do not say so."""

Ties = Mapping[str, tuple[str, ...]]
"""By dimension, the levels that count together with the one before them."""


@dataclass(frozen=True)
class Tie:
    """Two neighbouring bands that can be taken together: what a click sends, their names, and whether they are."""

    key: str
    text: str
    on: bool


@dataclass(frozen=True)
class Row:
    """The neighbours of one dimension."""

    name: str
    ties: tuple[Tie, ...]


def read(text: str) -> Ties:
    """The bands that an address takes together; what it cannot be read as is passed over."""
    found = {}
    for part in (text or "").split(BETWEEN_DIMENSIONS):
        dimension, *levels = part.split(BETWEEN_LEVELS)
        if dimension and any(levels):
            found[dimension] = tuple(dict.fromkeys(level for level in levels if level))
    return found


def written(ties: Ties) -> str:
    """The text that `read` reads back."""
    return BETWEEN_DIMENSIONS.join(BETWEEN_LEVELS.join((name, *levels)) for name, levels in ties.items() if levels)


def turned(ties: Ties, key: str) -> Ties:
    """The same with one pair of neighbours (the key of a `Tie`) taken together, or parted where they are."""
    dimension, _, level = str(key).partition(BETWEEN_LEVELS)
    now = ties.get(dimension, ())
    then = tuple(x for x in now if x != level) if level in now else (*now, level)
    return {name: levels for name, levels in {**ties, dimension: then}.items() if levels}


def bands(pin: Pin, dimension: str) -> tuple[str, ...]:
    """The levels of a dimension in their order, where they have one; none where they have not."""
    about = pin.document("dimensions").get(dimension, {})
    known = tuple(level for level in pin.extent.dimensions.get(dimension, ()) if level != UNKNOWN)
    return known if about.get("ordered", dimension in ALWAYS) else ()


def taken_together(pin: Pin, ties: Ties) -> Groups:
    """The bands that count as one in a release; what it does not have, or has in no order, is passed over."""
    return {name: groups(bands(pin, name), tied) for name, tied in ties.items() if bands(pin, name)}


def rows(l10n: L10n, pin: Pin, dimensions: Sequence[str], ties: Ties) -> tuple[Row, ...]:
    """The neighbours of those dimensions that have an order and more than two levels."""
    return tuple(
        Row(
            names.dimension(l10n, dimension, pin.document("dimensions")),
            tuple(_tie(l10n, dimension, pair, ties) for pair in pairwise(bands(pin, dimension))),
        )
        for dimension in dict.fromkeys(dimensions)
        if len(bands(pin, dimension)) > 2
    )


def _tie(l10n: L10n, dimension: str, pair: tuple[str, str], ties: Ties) -> Tie:
    text = " + ".join(names.level(l10n, level) for level in pair)
    return Tie(f"{dimension}{BETWEEN_LEVELS}{pair[1]}", text, pair[1] in ties.get(dimension, ()))
