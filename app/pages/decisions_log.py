"""App room: the audit log on the page Decisions: the lines of one decision, and the check of the whole log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from htmltools import Tag, TagChild, tags
from shiny import Inputs, reactive, render, ui

from app.components import card_list, cards
from app.l10n import L10n
from app.office import Office
from app.views import decisions as view
from data.records.audit import Entry


def log_card(l10n: L10n) -> Tag:
    """The slots: the lines, and the button that checks them all."""
    button = ui.input_task_button(
        "verify", l10n.say("Check the whole log"), label_busy=l10n.say("Checking…"), type="outline-secondary"
    )
    check = tags.div(button, ui.output_ui("checked", fill=False), class_="tool-row")
    return cards.finding_card("log_head", ui.output_ui("log_table"), check, class_="as-tall audit")


def log_of(input: Inputs, *, l10n: L10n, office: Office, log: Callable[[], list[Entry]]) -> None:
    """Connects the slots to the records; to be called within the page's server."""

    @render.ui
    def log_head() -> Tag:
        return cards.headline(view.history_headline(l10n, log()))

    @render.ui
    def log_table() -> Tag:
        return cards.table(view.history(l10n, log()))

    @ui.bind_task_button(button_id="verify")
    @reactive.extended_task
    async def checking() -> list[str]:
        return list(await asyncio.to_thread(office.records.verify))

    @reactive.effect
    @reactive.event(input.verify)
    def _() -> None:
        checking()

    @render.ui
    def checked() -> TagChild:
        if checking.status() != "success":
            return None
        text, tone = view.verified(l10n, checking.result())
        return card_list.outcome(text, tone=tone, items=checking.result())
