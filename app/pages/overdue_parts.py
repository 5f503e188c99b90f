"""App room: parts of the Overdue ratio page: its choices, and the obligations behind a bar."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from htmltools import Tag, TagChild
from shiny import Inputs, reactive, render, ui

from app.components import card_list, cards
from app.components.clicks import picked
from app.desk import Pin
from app.l10n import L10n
from app.views import choices as segment_choices
from app.views import overdue as view
from app.views import overdue_bridge as words
from app.views import overdue_figures as numbers
from data.counts import Selection
from monitoring.bridge import Bridge, Key


def offered(
    input: Inputs,
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    selection: Callable[[], Selection],
    figures: Callable[[], numbers.Figures],
) -> None:
    """Keeps what can be chosen in step with the selection."""

    @reactive.effect
    def _() -> None:
        found = figures()
        usual = numbers.ends(found, first="", last="")
        for id, month in zip(("first", "last"), usual, strict=True):
            free = view.month_choices(l10n, found, month)
            with reactive.isolate():
                current = segment_choices.kept(free, input[id]())
            ui.update_select(id, choices=free, selected=current)

    @reactive.effect
    def _() -> None:
        free = segment_choices.dimensions(l10n, pin(), selection())
        with reactive.isolate():
            current = segment_choices.kept(free, input.dimension())
        ui.update_select("dimension", choices=free, selected=current)


def behind_a_bar(
    input: Inputs,
    *,
    l10n: L10n,
    figures: Callable[[], numbers.Figures],
    bridge: Callable[[], Bridge],
    ends: Callable[[], tuple[int, int]],
    clicked: Callable[[], list],
) -> None:
    """The obligations behind a bar or a flow that was clicked on, read off the event loop."""

    @reactive.extended_task
    async def reading(found: numbers.Figures, key: Key, first: int, last: int) -> numbers.Listing:
        return await asyncio.to_thread(numbers.listing, found, key, first, last)

    def read(text: str) -> None:
        key = words.asked(text, bridge())
        if key is not None:
            reading(figures(), key, *ends())

    @reactive.effect
    @reactive.event(input.picked)
    def _() -> None:
        read(input.picked())

    @reactive.effect
    @reactive.event(clicked)
    def _() -> None:
        read(picked(clicked()).y)

    @reactive.calc
    def listed() -> numbers.Listing | None:
        found = reading.result() if reading.status() == "success" else None
        return found if found and numbers.current(found, figures(), ends()) else None

    @render.ui
    def behind_head() -> Tag:
        return cards.headline(words.behind_headline(l10n, listed()))

    @render.ui
    def behind() -> TagChild:
        if reading.status() == "running":
            return card_list.working(l10n.say("Reading the obligations"))
        return cards.table(words.behind_table(l10n, listed())) if listed() else None
