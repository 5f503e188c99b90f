"""App room: the pack of a session as files, and a pack that is opened again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, reactive, render, ui

from app import html_file, review_pack, review_sheets
from app.components import card_list, cards
from app.desk import Pin
from app.frozen import Frozen
from app.l10n import L10n
from app.office import Office
from app.views import review_blocks as blocks
from app.views import review_figures as figures
from app.views import review_opened as reading
from app.views.decisions import selected
from data.contract import CarteraError
from data.records.review_terms import Review


def pack_links(l10n: L10n) -> Tag:
    """The three files."""
    return tags.div(
        tags.span(l10n.say("The pack:"), class_="muted"),
        ui.download_link("as_page", l10n.say("Page (HTML)")),
        ui.download_link("as_workbook", l10n.say("Workbook (XLSX)")),
        ui.download_link("as_pdf", l10n.say("Document (PDF)")),
        class_="review-links",
    )


def pack_of(
    *,
    l10n: L10n,
    office: Office,
    pin: Callable[[], Pin],
    book: Callable[[], figures.Book],
    chosen: Callable[[], Review],
    frozen: Callable[[], Frozen],
) -> None:
    """Makes the files when they are asked for, off the event loop; to be called within the page's server."""

    def made() -> review_pack.Pack:
        review = chosen()
        said, log = selected(l10n, review.selection, pin()), office.records.log(review.subject)
        return review_pack.pack(l10n, book(), review, frozen(), filters=said, log=log)

    def named(ending: str) -> Callable[[], str]:
        return lambda: review_pack.file_name(chosen(), ending)

    @render.download_link(filename=named("html"))
    async def as_page() -> AsyncIterator[str]:
        yield await asyncio.to_thread(review_pack.as_html, made())

    @render.download_link(filename=named("xlsx"))
    async def as_workbook() -> AsyncIterator[bytes]:
        yield await asyncio.to_thread(review_sheets.as_xlsx, made())

    @render.download_link(filename=named("pdf"))
    async def as_pdf() -> AsyncIterator[bytes]:
        yield await asyncio.to_thread(review_pack.as_paper, made())


def opened_card(l10n: L10n) -> Tag:
    """The slots of a pack that is opened again."""
    choose = ui.input_file("pack", l10n.say("A pack (HTML or XLSX)"), accept=[".html", ".xlsx"],
                           button_label=l10n.say("Open a pack"), placeholder=l10n.say("no file chosen"))  # fmt: skip
    return cards.finding_card("opened_head", choose, ui.output_ui("opened"), class_="as-tall decision-table")


def opened_of(input: Inputs, *, l10n: L10n, book: Callable[[], figures.Book]) -> None:
    """Reads a pack that the reader chooses; to be called within the page's server."""

    @reactive.calc
    def read() -> review_pack.Opened | str | None:
        files = input.pack()
        if not files:
            return None
        try:
            return review_pack.opened(Path(files[0]["datapath"]).read_bytes())
        except CarteraError as error:
            return str(error)

    @render.ui
    def opened_head() -> Tag:
        return cards.headline(reading.headline(l10n))

    @render.ui
    def opened() -> TagChild:
        found = read()
        if found is None:
            return None
        if isinstance(found, str):
            return card_list.outcome(found, tone="bad")
        text, tone, items = reading.verdict(l10n, found, book())
        outcome = blocks.outcome(l10n, found.book, found.review)
        return TagList(
            card_list.outcome(text, tone=tone, items=items),
            *(html_file.drawn(block) for block in outcome),
            *(card_list.folded(t.caption, cards.table(t)) for t in reading.figures(l10n, found)),
        )
