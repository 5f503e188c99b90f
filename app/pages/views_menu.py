"""App room: the bookmark of the navigation bar: views and pinned segments to open, save, begin with and remove."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from faicons import icon_svg
from htmltools import Tag, TagChild, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.components import card_list
from app.components import decision_forms as forms
from app.components.saved_list import SHEET, saved_list
from app.desk import Pin
from app.l10n import L10n
from app.office import news_here
from app.selection import Filters
from app.shelf import COOKIE, Kept, Shelf, kept, known_name
from app.views import saved_views as view
from data.contract import CarteraError
from data.records.saved import SEGMENT, VIEW, NameTakenError, Saved


@module.ui
def views_menu(l10n: L10n) -> Tag:
    """The button of the navigation bar that opens the dialog."""
    said = l10n.say("Views and pinned segments")
    return tags.button(
        SHEET, forms.SHEET, icon_svg("bookmark"), type="button", id=module.resolve_id("menu"), class_="icon-button",
        title=said, aria_label=said, data_input=module.resolve_id("open"), data_value="open",
    )  # fmt: skip


@module.server
def views_server(
    input: Inputs,
    output: Outputs,
    session: Session,
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    bar: Callable[[], Filters],
    spelt: Callable[[], Filters],
    query: Callable[[], str],
    places: view.Places,
    shelf: Shelf,
) -> None:
    """Connects the dialog to the records. `bar` and `spelt` are the filters as they are set, and with a pinned segment
    spelt out; `query` is the address of what is seen."""
    office = shelf.office
    newest = news_here(office)
    done: reactive.Value[int] = reactive.Value(0)
    said: reactive.Value[tuple[str, str]] = reactive.Value(("", "good"))
    asked: reactive.Value[view.Asked | None] = reactive.Value(None)
    before = known_name(office.reader, session.root_scope().http_conn)  # type: ignore[attr-defined]

    def reader() -> str:
        if office.reader.verified:
            return office.reader.name
        return str(input.by() or "") if "by" in input else before

    @reactive.calc
    def found() -> Kept | str:
        newest()
        done()
        try:
            return kept(office.records, reader())
        except CarteraError as error:
            return str(error)

    def known() -> Kept:
        everything = found()
        return everything if isinstance(everything, Kept) else Kept()

    def now(kind: str) -> str:
        return view.content_of(kind, query(), spelt())

    async def write(do: str, order: Callable[[], Saved]) -> None:
        """Has the records do something off the event loop, and says what came of it."""
        asked.set(None)
        try:
            saved = await asyncio.to_thread(order)
        except NameTakenError as error:
            asked.set(view.Asked("remove" if do == "remove" else "replace", error.theirs, error.yours, taken=True))
            said.set(("", "bad"))
        except CarteraError as error:
            said.set((view.refused(l10n, error), "bad"))
        else:
            said.set((view.written(l10n, saved, do), "good"))
            await remember(do)
        done.set(done() + 1)
        shelf.written()

    def beginning(saved: Saved, *, with_it: bool) -> Callable[[], Saved]:
        by = reader()

        def order() -> Saved:
            office.records.begin_with(saved.id if with_it else 0, by=by)
            return saved

        return order

    async def remember(do: str) -> None:
        if do == "begin" and not office.reader.verified:
            await session.send_custom_message("cartera-reader", {"cookie": COOKIE, "name": reader()})

    @reactive.effect
    @reactive.event(input.open)
    def _() -> None:
        said.set(("", "good"))
        asked.set(None)
        ui.modal_show(_dialog(l10n, name="" if office.reader.verified else reader(), typed=not office.reader.verified))

    @reactive.effect
    @reactive.event(input.sent)
    async def _() -> None:
        sent: Mapping[str, Any] = input.sent()
        kind = SEGMENT if sent.get("do") == SEGMENT else VIEW
        name, content, by = str(sent.get("name") or ""), now(kind), reader()
        await write("save", lambda: office.records.save(kind, name, content, by=by))

    @reactive.effect
    @reactive.event(input.order)
    async def _() -> None:
        do, saved = view.ordered(known(), str(input.order()))
        if saved is None:
            return
        if do == "filter":
            shelf.show(replace(bar(), pinned=saved.name))
            ui.modal_remove()
        elif do == "replace" and not view.is_something(now(saved.kind)):
            said.set((view.no_segment(l10n), "bad"))
        elif do in ("replace", "remove"):
            said.set(("", "good"))
            asked.set(view.Asked(do, saved, now(saved.kind) if do == "replace" else ""))
        else:
            await write(do, beginning(saved, with_it=do == "begin"))

    @reactive.effect
    @reactive.event(input.agreed)
    async def _() -> None:
        wanted, by, records = asked(), reader(), office.records
        if wanted is None:
            return
        old, content = wanted.saved, wanted.content
        if input.agreed() != "yes":
            asked.set(None)
        elif wanted.do == "remove":
            await write("remove", lambda: records.remove(old.id, by=by, seen=old.version))
        else:
            await write("save", lambda: records.save(old.kind, old.name, content, by=by, seen=old.version))

    @render.text
    def seen() -> str:
        return view.seen(l10n, query(), pin(), places)

    @render.ui
    def told() -> TagChild:
        trouble = found()
        text, tone = (trouble, "bad") if isinstance(trouble, str) else said()
        return card_list.outcome(text, tone=tone) if text else None

    @render.ui
    def question() -> TagChild:
        wanted = asked()
        return _question(l10n, wanted, pin(), places, session.ns("agreed")) if wanted else None

    def listed(kind: str) -> Tag:
        entries = view.entries(l10n, kind, known(), bar(), pin(), places)
        return saved_list(
            entries, input_id=session.ns("order"), nothing=view.nothing(l10n, kind),
            copy=l10n.say("Copy link to this view"), copied=l10n.say("Link copied"),
        )  # fmt: skip

    @render.ui
    def views() -> Tag:
        return listed(VIEW)

    @render.ui
    def segments() -> Tag:
        return listed(SEGMENT)


def _dialog(l10n: L10n, *, name: str, typed: bool) -> Tag:
    ns = module.resolve_id
    body = tags.div(
        tags.p(ui.output_text(ns("seen"), inline=True), class_="views-now"),
        ui.input_text(ns("by"), l10n.say("Your name"), value=name, autocomplete="name") if typed else None,
        forms.sending(
            ns("sent"),
            forms.text(ns("name"), "name", l10n.say("Name of the view or segment")),
            tags.div(
                forms.buttons(
                    [
                        forms.Choice(VIEW, l10n.say("Save this view")),
                        forms.Choice(SEGMENT, l10n.say("Pin what the filters keep")),
                    ]
                ),
                class_="decision-buttons",
            ),
            id=ns("form"),
        ),
        ui.output_ui(ns("told")),
        ui.output_ui(ns("question")),
        tags.h3(l10n.say("Views")),
        ui.output_ui(ns("views")),
        tags.h3(l10n.say("Pinned segments")),
        ui.output_ui(ns("segments")),
        class_="views-dialog",
    )
    title, close = l10n.say("Views and pinned segments"), ui.modal_button(l10n.say("Close"))
    return ui.modal(body, title=title, footer=close, easy_close=True, size="l")


def _question(l10n: L10n, asked: view.Asked, pin: Pin, places: view.Places, input_id: str) -> Tag:
    yes, no = view.answers(l10n, asked)
    return tags.div(
        tags.p(view.question(l10n, asked, pin, places)),
        tags.div(forms.setter(yes, input_id, "yes"), forms.setter(no, input_id, "no"), class_="saved-orders"),
        class_="views-asked",
        role="alertdialog",
        aria_label=yes,
    )
