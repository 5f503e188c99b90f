"""App room: how a session follows the store: it stays on one release until the next is open, then changes over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from shiny import reactive

from app.desk import Desk, Pin, Trouble

Seen = Pin | Trouble | None
"""What a session looks at: a release, the trouble in its place, or None while there is no release or it is opening."""


def watch(desk: Desk, seconds: float) -> Callable[[], str | Trouble]:
    """The newest version of the store, looked up every so many seconds, once for the whole process."""

    @reactive.poll(desk.newest, seconds, session=None)
    def newest() -> str | Trouble:
        return desk.newest()

    return newest


def follow(
    desk: Desk, newest: Callable[[], str | Trouble], *, on_change: Callable[[Seen, Seen], None]
) -> tuple[reactive.Value[Seen], reactive.Value[bool]]:
    """What this session looks at, and whether a release is being opened; to be called within a session.

    `on_change(before, after)` is told of every change. Once a release is on screen, trouble with a later one leaves it
    there: `after` is then the trouble, and what the session looks at stays.
    """
    seen: reactive.Value[Seen] = reactive.Value(None)
    opening: reactive.Value[bool] = reactive.Value(False)

    @reactive.extended_task
    async def opened(version: str) -> Pin | Trouble:
        return await asyncio.to_thread(desk.open, version)

    def arrive(after: Seen) -> None:
        with reactive.isolate():
            before = seen.get()
        opening.set(False)
        if _same(before, after):
            return
        if not (isinstance(before, Pin) and not isinstance(after, Pin)):
            seen.set(after)
        on_change(before, after)

    @reactive.effect(priority=1000)
    def _() -> None:
        version = newest()
        if isinstance(version, Trouble):
            arrive(version)
        elif not version or desk.ready(version):
            arrive(desk.ready(version))
        else:
            opening.set(True)
            opened(version)

    @reactive.effect(priority=999)
    def _() -> None:
        arrive(opened.result())

    return seen, opening


def _same(before: Seen, after: Seen) -> bool:
    if isinstance(before, Pin) and isinstance(after, Pin):
        return before.version == after.version
    return before == after
