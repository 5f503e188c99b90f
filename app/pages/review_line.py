"""App room: what the last closed review session decided, in one line on the pages of an executive."""

from __future__ import annotations

from collections.abc import Callable

from htmltools import Tag, TagChild, tags
from shiny import reactive, render, ui

from app.components import cards
from app.l10n import L10n
from app.office import Office, news_here
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

    @reactive.calc
    def line() -> str:
        if (newest() or 0) <= 0:
            return ""
        try:
            known = figures.written(office.records)
        except CarteraError:
            return ""
        return view.line(l10n, known, figures.last_decided(known))

    @render.ui
    def reviewed() -> TagChild:
        pin()
        if not line():
            return None
        link = tags.a(l10n.say("Review room"), href=view.link(l10n))
        return tags.div(cards.insight(l10n.say("Last review:"), line()), link, class_="review-line")
