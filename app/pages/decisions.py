"""App room: the Decisions page: what is to be decided, by whom and when, on frozen figures, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.components import card_list, cards, controls
from app.components import decision_forms as forms
from app.components.verdict import SHEET as VERDICT_SHEET
from app.desk import Pin
from app.l10n import L10n
from app.office import Office, news_here
from app.pages.base import DECIDE, Page
from app.pages.decisions_log import log_card, log_of
from app.pages.decisions_work import OPENING, SAYING, at_work
from app.pages.review_line import review_line, review_line_of
from app.selection import Filters
from app.theme import Look
from app.views import decisions as view
from app.views import decisions_figures as figures
from app.views import decisions_forms as asking
from app.views.kpi import Kpi
from app.words import mark
from data.contract import CarteraError
from data.counts import Selection
from data.records import Decision
from data.records.audit import Entry
from data.records.decisions import LONGEST
from monitoring.policy import Policy

SECONDS_PER_MINUTE = 60


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the name, the sentence, what is open, one decision with its log, a new one, and what was decided."""
    ns = module.resolve_id
    return TagList(
        TagList(controls.SHEET, VERDICT_SHEET, forms.SHEET),
        tags.div(ui.input_text("open", None, asked.get("decision", "")), class_="d-none"),
        controls.page(
            ui.output_ui("state"),
            controls.strip(ui.output_ui("name"), class_="name-strip"),
            ui.output_ui("said"),
            review_line(),
            cards.finding_card("open_head", ui.output_ui("pending"), class_="as-tall decision-table"),
            tags.div(
                tags.div(
                    cards.finding_card(
                        "detail_head",
                        ui.output_ui("detail"),
                        forms.sending(
                            ns("sent"),
                            forms.comment(ns("comment"), l10n.say("Comment"), LONGEST["comment"]),
                            tags.div(ui.output_ui("buttons"), class_="decision-buttons"),
                            id=ns(SAYING),
                        ),
                        ui.output_ui("told_saying"),
                        ui.output_ui("editing"),
                        class_="as-tall decision-card",
                    ),
                    id=ns("one"),
                ),
                cards.finding_card(
                    "new_head",
                    ui.input_select("page", l10n.say("Figures of"), asking.pages(l10n)),
                    forms.sending(
                        ns("sent"), forms.terms(asking.new_form(l10n), ns("new"), ui.output_ui("figure")),
                        id=ns(OPENING),
                    ),
                    ui.output_ui("told_opening"),
                    class_="as-tall",
                ),
                class_="two-even free",
            ),
            log_card(l10n),
            cards.finding_card("decided_head", ui.output_ui("decided"), class_="as-tall decision-table"),
        ),
    )  # fmt: skip


@module.server
def page_server(
    input: Inputs,
    output: Outputs,
    session: Session,
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    selection: Callable[[], Selection],
    look: Callable[[], Look],
    policy: Callable[[], Policy],
    narrow: Callable[..., None],
    filters: Callable[[], Filters],
    office: Office,
) -> None:
    """Connects the slots to views, and the forms to the records."""

    review_line_of(l10n=l10n, office=office, pin=pin)
    newest = news_here(office)

    @reactive.calc
    def read() -> figures.Book | str:
        newest()
        work.written()
        try:
            return figures.book(office.records)
        except CarteraError as error:
            return str(error)

    @reactive.calc
    def book() -> figures.Book:
        req(isinstance(read(), figures.Book))
        return read()  # type: ignore[return-value]

    @reactive.calc
    def today() -> str:
        reactive.invalidate_later(SECONDS_PER_MINUTE)
        return dt.datetime.now(dt.UTC).date().isoformat()

    @reactive.calc
    def chosen() -> Decision:
        found = figures.chosen(input.open(), book())
        req(found is not None)
        return found  # type: ignore[return-value]

    @reactive.calc
    def found() -> dict[int, figures.Since]:
        return figures.every(book(), pin(), policy=policy())

    @reactive.calc
    def known() -> list[Kpi]:
        return figures.known_figures(pin(), selection(), figures.asked_page(input.page()), policy=policy())

    @reactive.calc
    def log() -> list[Entry]:
        return figures.history(office.records, chosen())

    work = at_work(
        input, session, l10n=l10n, office=office, pin=pin, selection=selection, filters=filters, policy=policy,
        known=known, book=book,
    )  # fmt: skip

    @render.ui
    def state() -> TagChild:
        current = read()
        return controls.page_state(view.trouble(l10n, current)) if isinstance(current, str) else None

    @render.ui
    def name() -> TagList:
        note = controls.caution(view.names_note(l10n, office.reader))
        if not office.reader.verified:
            return TagList(ui.input_text("by", l10n.say("Your name"), autocomplete="name"), note)
        if not office.reader.name:
            return TagList(note)
        return TagList(tags.p(view.signed(l10n, office.reader), class_="signed"))

    @render.ui
    def said() -> Tag:
        text, level = view.lead(l10n, book(), today=today()), view.level(book(), today=today())
        return cards.insight(l10n.say("In short:"), text, level=level)

    @render.ui
    def open_head() -> Tag:
        return cards.headline(view.open_headline(l10n, book()))

    @render.ui
    def pending() -> TagChild:
        lines = view.table(l10n, book().standing("open"), found(), today=today())
        return cards.table(lines, input_id=session.ns("open")) if lines else None

    @render.ui
    def decided_head() -> Tag:
        return cards.headline(view.decided_headline(l10n, book()))

    @render.ui
    def decided() -> TagChild:
        lines = view.table(l10n, book().standing("approved", "rejected", "done"), found(), today=today())
        return cards.table(lines, input_id=session.ns("open")) if lines else None

    @render.ui
    def detail_head() -> Tag:
        return cards.headline(view.detail_headline(l10n, chosen()))

    @render.ui
    def detail() -> TagList:
        frozen = view.frozen_table(l10n, figures.frozen_figures(book(), chosen()))
        return TagList(
            card_list.facts(view.facts(l10n, chosen(), pin())),
            card_list.folded(frozen.caption, cards.table(frozen)) if frozen else None,
            tags.a(l10n.say("Open this view"), href=view.link(l10n, chosen()), class_="decision-link"),
            forms.remarks(view.remarks(l10n, office.records.remarks(chosen().id))),
        )

    @render.ui
    def buttons() -> TagList:
        edit = forms.setter(l10n.say("Edit"), session.ns("edit"), str(chosen().id))
        return TagList(forms.buttons(asking.buttons(l10n, chosen())), edit if asking.may_edit(chosen()) else None)

    @render.ui
    def told_saying() -> TagChild:
        told = work.told()
        return card_list.outcome(told.text, tone=told.tone) if told.text and told.form != OPENING else None

    @render.ui
    def told_opening() -> TagChild:
        told = work.told()
        return card_list.outcome(told.text, tone=told.tone) if told.text and told.form == OPENING else None

    @render.ui
    def editing() -> TagChild:
        draft = work.editing()
        if draft is None:
            return None
        differ = asking.both(l10n, draft.theirs, draft.yours) if draft.theirs else None
        fields = forms.terms(asking.edit_form(l10n, draft.yours, draft.decision), session.ns("edit"))
        stop = tags.div(forms.setter(l10n.say("Stop editing"), session.ns("edit"), ""), class_="decision-buttons")
        return TagList(cards.table(differ) if differ else None, forms.sending(session.ns("sent"), fields), stop)

    @render.ui
    def new_head() -> Tag:
        return cards.headline(asking.new_headline(l10n, pin(), figures.query(filters(), ""), known()))

    @render.ui
    def figure() -> Tag:
        choices = asking.figure_choices(l10n, known())
        return forms.choice(f"{session.ns('new')}-figure", "figure", l10n.say("The figure that it is about"), choices)

    log_of(input, l10n=l10n, office=office, log=log)


PAGE = Page(
    "decisions",
    mark("Decisions"),
    page_ui,
    page_server,
    words={"decision": "open"},
    needs=("filters", "office"),
    menu=DECIDE,
)
