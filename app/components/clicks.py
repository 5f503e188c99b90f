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
    x, y = (first.get(axis) for axis in ("x", "y"))
    return Point("" if x is None else str(x), "" if y is None else str(y))


class Steps:
    """Sets several filters, each after the one before it has reached the selection: the filter bar is set as a whole,
    so that a filter which is still on its way would be lost. To be made within a session."""

    def __init__(self, narrow: Callable[..., None], selection: Callable[[], Selection]) -> None:
        self._narrow, self._selection = narrow, selection
        self._waiting: tuple[tuple[str, ...], ...] = ()
        self._before: tuple[str, ...] | None = None

        @reactive.effect
        def _() -> None:
            where = selection().where
            with reactive.isolate():
                self._look(where)

    def take(self, *steps: tuple[str, ...]) -> None:
        """Narrow each dimension to its levels, in this order. One that lacks its name or a level is passed over."""
        with reactive.isolate():
            self._go(tuple(step for step in steps if len(step) > 1 and all(step)), self._selection().where)

    def _look(self, where: Mapping[str, tuple[str, ...]]) -> None:
        """Goes on when the last step has arrived; gives up when the reader has set that filter to something else."""
        if not self._waiting:
            return
        name, *levels = self._waiting[0]
        if set(where.get(name, ())) == set(levels):
            self._go(self._waiting[1:], where)
        elif where.get(name) != self._before:
            self._waiting = ()

    def _go(self, steps: tuple[tuple[str, ...], ...], where: Mapping[str, tuple[str, ...]]) -> None:
        self._waiting = steps
        if steps:
            self._before = where.get(steps[0][0])
            self._narrow(*steps[0])
