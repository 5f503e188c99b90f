"""App room: the readings of the Overdue ratio page: the ratio by every definition, and the provisions against it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from htmltools import Tag
from shiny import reactive, render, ui

from app.components import cards, controls
from app.l10n import L10n
from app.views import overdue as view
from app.views import overdue_figures as numbers


def card(l10n: L10n) -> Tag:
    """The card of the readings; at its foot, why a level has no interval."""
    foot = controls.hinted(*view.census(l10n))
    return cards.finding_card("readings_head", ui.output_ui("readings"), footer=foot, class_="by-definition")


def server(*, l10n: L10n, figures: Callable[[], numbers.Figures], ends: Callable[[], tuple[int, int]]) -> None:
    """The readings; the provisions are read off the event loop."""

    @reactive.extended_task
    async def reading(found: numbers.Figures, last: int) -> numbers.Covers:
        return await asyncio.to_thread(numbers.covers, found, last)

    @reactive.effect
    def _() -> None:
        if figures().pin.carries("provisions"):
            reading(figures(), ends()[1])

    @reactive.calc
    def covers() -> numbers.Covers | None:
        found = reading.result() if reading.status() == "success" else None
        return found if found and numbers.of(found, figures(), ends()[1]) else None

    @render.ui
    def readings_head() -> Tag:
        return cards.headline(view.readings_headline(l10n, figures(), ends()[1]))

    @render.ui
    def readings() -> Tag:
        return cards.table(view.readings(l10n, figures(), ends()[1], covers()))
