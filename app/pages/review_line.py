"""App room: what the last closed review session decided, in one line on the pages of an executive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from htmltools import Tag, TagChild, tags
from shiny import reactive, render, ui

from app.components import cards
from app.l10n import L10n
from app.office import UNREACHED, Office, news_here
from app.views import review as view
from app.views import review_figures as figures
from data.contract import CarteraError


def review_line() -> Tag:
    """The slot."""
    return ui.output_ui("reviewed")


def review_line_of(*, l10n: L10n, office: Office, pin: Callable[[], object]) -> None:
    """Connects the slot; it is empty where nothing was written, and where the records cannot be read, which the room
    says. To be called within a page's server."""
    newest = news_here(office)
    line: reactive.Value[str] = reactive.Value("")

    @reactive.extended_task
    async def reading() -> str:
        return await asyncio.to_thread(_line, l10n, office)

    @reactive.effect
    def _() -> None:
        if newest() not in (None, UNREACHED):
            reading()

    @reactive.effect
    def _() -> None:
        if reading.status() == "success":
            line.set(reading.result())

    @render.ui
    def reviewed() -> TagChild:
        pin()
        if not line():
            return None
        link = tags.a(l10n.say("Review room"), href=view.link(l10n))
        return tags.div(cards.insight(l10n.say("Last review:"), line()), link, class_="review-line")


def _line(l10n: L10n, office: Office) -> str:
    try:
        known = figures.written(office.records)
    except CarteraError:
        return ""
    return view.line(l10n, known, figures.last_decided(known))
