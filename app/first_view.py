"""App room: what a reader has not looked at yet is not connected: a session starts with the page that is in view."""

from __future__ import annotations

from collections.abc import Callable

from shiny import reactive

BEFORE_THE_REST = 3
"""Priority of connecting: before the inputs of what is connected are read."""


def at_first_view(seen: Callable[[], bool], connect: Callable[[], None]) -> None:
    """Connects something once, when it is first seen."""

    @reactive.effect(priority=BEFORE_THE_REST)
    def waiting() -> None:
        if seen():
            waiting.destroy()
            with reactive.isolate():
                connect()
