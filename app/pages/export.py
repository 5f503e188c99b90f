"""App room: the export of every page: the board pack of what the filters leave, as a page or as a workbook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from faicons import icon_svg
from htmltools import Tag, tags
from shiny import render, ui

from app import board_pack, board_sheets
from app.desk import Pin
from app.l10n import L10n
from app.selection import Filters
from data.counts import Selection
from monitoring.policy import Policy


def export_menu(l10n: L10n) -> Tag:
    """The button of the navigation bar that unfolds into the two files."""
    said = l10n.say("Export the board pack")
    return tags.details(
        tags.summary(icon_svg("file-arrow-down"), class_="icon-button", title=said, aria_label=said),
        tags.div(
            tags.p(l10n.say("Board pack of what the filters leave")),
            _file("pack_html", l10n.say("Page (HTML)")),
            _file("pack_xlsx", l10n.say("Workbook (XLSX)")),
        ),
        class_="export-menu",
    )


def _file(id: str, name: str) -> Tag:
    return ui.download_link(id, name, aria_label=name)


def export_server(
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    selection: Callable[[], Selection],
    filters: Callable[[], Filters],
    policy: Callable[[], Policy],
) -> None:
    """Makes the files when they are asked for, off the event loop."""

    async def made() -> board_pack.Pack:
        return await asyncio.to_thread(board_pack.pack, l10n, pin(), selection(), filters(), policy=policy())

    def named(ending: str) -> Callable[[], str]:
        return lambda: board_pack.file_name(pin(), selection(), ending)

    @render.download_link(filename=named("html"))
    async def pack_html() -> AsyncIterator[str]:
        yield board_pack.as_html(await made())

    @render.download_link(filename=named("xlsx"))
    async def pack_xlsx() -> AsyncIterator[bytes]:
        yield board_sheets.as_xlsx(await made())
