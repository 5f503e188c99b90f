"""App room: what a click on a chart asks for, and filters that are set one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shiny import reactive

from data.counts import Selection


@dataclass(frozen=True)
class Point:
    """What was clicked on: the keys of its place on the axes, "" where an axis has no keys."""

    x: str
    y: str


def picked(points: Sequence[Mapping[str, Any]]) -> Point:
    """The first of the points clicked on; without keys when there is none."""
    first = points[0] if points else {}
    return Point(str(first.get("x", "")), str(first.get("y", "")))


class Steps:
    """Sets several filters, each after the one before it has reached the selection: the filter bar is set as a whole,
    so that a filter which is still on its way would be lost. To be made within a session."""

    def __init__(self, narrow: Callable[..., None], selection: Callable[[], Selection]) -> None:
        self._narrow = narrow
        self._waiting: tuple[tuple[str, str], ...] = ()

        @reactive.effect
        def _() -> None:
            where = selection().where
            arrived = bool(self._waiting) and where.get(self._waiting[0][0]) == (self._waiting[0][1],)
            with reactive.isolate():
                self._go(self._waiting[1:] if arrived else ())

    def take(self, *steps: tuple[str, str]) -> None:
        """Narrow each dimension to its level, in this order. One that lacks its name or its level is passed over."""
        self._go(tuple((name, level) for name, level in steps if name and level))

    def _go(self, steps: tuple[tuple[str, str], ...]) -> None:
        self._waiting = steps
        if steps:
            self._narrow(*steps[0])
