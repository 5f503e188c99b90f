"""App room: the card of the cut-off that holds its list against another: who comes in and goes out, in money."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from htmltools import Tag, TagChild
from shiny import Inputs, reactive, render, ui

from app.components import card_list, cards
from app.l10n import L10n
from app.views import cutoff_figures as numbers
from app.views import cutoff_tables as tables
from monitoring.cutoff import Swap
from monitoring.cutoff_rival import Crossed


def swap_card(l10n: L10n) -> Tag:
    """The card, within the section's interface."""
    return cards.finding_card(
        "swap_head",
        card_list.switch("against", l10n.say("Held against"), tables.others(l10n), selected=tables.RULE),
        ui.output_ui("swap"),
        class_="as-tall",
    )


def swap_of(
    input: Inputs, *, l10n: L10n, counted: Callable[[], numbers.Counted], cut: Callable[[], numbers.Cut]
) -> None:
    """Connects the card; to be called within the section's server."""

    @reactive.calc
    def against() -> str:
        return str(input.against()) if "against" in input else tables.RULE

    @reactive.calc
    async def crossed() -> Crossed | None:
        return await asyncio.to_thread(numbers.crossed, counted())

    @reactive.calc
    async def found() -> Swap | None:
        if against() != tables.BANK:
            return numbers.swap(cut())
        both = await crossed()
        return numbers.against_bank(cut(), both) if both else None

    @render.ui
    async def swap_head() -> Tag:
        swapped = await found()
        return cards.headline(tables.any_headline(l10n, swapped, cut(), against=against()))

    @render.ui
    async def swap() -> TagChild:
        swapped = await found()
        return cards.table(tables.swap_table(l10n, swapped, cut())) if swapped else None
