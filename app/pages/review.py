"""App room: the Review room: a session freezes its evidence, sees what was decided before, finds, decides and signs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.components import cards, controls
from app.components import review_forms as forms
from app.components.decision_forms import SHEET as FORM_SHEET
from app.components.decision_forms import Choice
from app.desk import Pin
from app.frozen import Frozen
from app.l10n import L10n
from app.office import Office, news_here
from app.pages.base import DECIDE, Page
from app.pages.review_files import opened_card, opened_of, pack_links, pack_of
from app.pages.review_outcome import outcome, told
from app.pages.review_shown import shown
from app.pages.review_work import at_work
from app.scorer import Scorer
from app.selection import Filters, to_query
from app.theme import Look
from app.views import decisions as decision_words
from app.views import review as view
from app.views import review_figures as figures
from app.views import review_forms as asking
from app.words import mark
from data.contract import CarteraError
from data.counts import Selection
from data.records.review_terms import Review
from monitoring.policy import Policy

SECONDS_PER_MINUTE = 60


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots, in the order of a session: start, evidence, memory and agenda, figures, findings, decision, pack."""
    return TagList(
        TagList(controls.SHEET, FORM_SHEET, forms.SHEET),
        tags.div(ui.input_text("open", None, asked.get("review", "")), class_="d-none"),
        controls.page(
            ui.output_ui("state"),
            controls.strip(ui.output_ui("name"), class_="name-strip"),
            ui.output_ui("said"),
            tags.div(
                cards.finding_card("sessions_head", ui.output_ui("sessions"), class_="as-tall decision-table"),
                cards.finding_card("start_head", *_outputs("start_form", "told_start"), class_="as-tall"),
                class_="review-top",
            ),
            ui.output_ui("room"),
            opened_card(l10n),
        ),
    )


def _slots(l10n: L10n) -> TagList:
    """Those of one session."""
    return TagList(
        ui.output_ui("banner"),
        cards.finding_card("past_head", ui.output_ui("past"), class_="as-tall decision-table"),
        cards.finding_card("agenda_head", ui.output_ui("agenda_table"), class_="as-tall decision-table"),
        cards.finding_card("frozen_head", ui.output_ui("frozen_figures"), class_="as-tall"),
        cards.finding_card("again_head", ui.output_ui("again"), class_="as-tall"),
        cards.finding_card(
            "findings_head", *_outputs("findings", "finding_form", "told_finding"), class_="as-tall decision-table"
        ),
        cards.finding_card("decision_head", *_outputs("decision", "rule_form", "told_rule"), class_="as-tall"),
        cards.finding_card(
            "signed_head", *_outputs("signed", "sign_form", "told_sign"), class_="as-tall decision-table"
        ),
        cards.finding_card("close_head", *_outputs("closing", "told_close"), pack_links(l10n), class_="as-tall"),
        ui.output_ui("since"),
    )


def _outputs(*ids: str) -> list[Tag]:
    return [ui.output_ui(id) for id in ids]


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
    scorer: Scorer | None,
) -> None:
    """Connects the slots to views, and the forms to the records."""

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
    def chosen() -> Review:
        found = figures.chosen(input.open(), book())
        req(found is not None)
        return found  # type: ignore[return-value]

    @reactive.calc
    def frozen() -> Frozen:
        found = book().frozen(chosen())
        req(found is not None)
        return found  # type: ignore[return-value]

    there: reactive.Value[bool] = reactive.Value(False)

    @reactive.effect
    def _() -> None:
        there.set(bool(book().reviews))

    @reactive.calc
    def now() -> dt.datetime:
        reactive.invalidate_later(SECONDS_PER_MINUTE)
        return dt.datetime.now(dt.UTC)

    @reactive.calc
    def small() -> str:
        return asking.refusal(l10n, pin(), selection(), policy=policy())

    work = at_work(
        input, session, l10n=l10n, office=office, pin=pin, selection=selection, filters=filters, policy=policy,
        book=book, chosen=chosen, scorer=scorer,
    )  # fmt: skip

    @render.ui
    def state() -> TagChild:
        current = read()
        return controls.page_state(view.trouble(l10n, current)) if isinstance(current, str) else None

    @render.ui
    def name() -> TagList:
        note = controls.caution(decision_words.names_note(l10n, office.reader))
        if not office.reader.verified:
            return TagList(ui.input_text("by", l10n.say("Your name"), autocomplete="name"), note)
        signed = decision_words.signed(l10n, office.reader) if office.reader.name else ""
        return TagList(tags.p(signed, class_="signed") if signed else note)

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("In short:"), view.lead(l10n, book()))

    @render.ui
    def sessions_head() -> Tag:
        return cards.headline(view.sessions_headline(l10n, book()))

    @render.ui
    def sessions() -> TagChild:
        listed = view.sessions(l10n, book())
        return cards.table(listed, input_id=session.ns("open")) if listed else None

    @render.ui
    def start_head() -> Tag:
        return cards.headline(asking.start_headline(l10n, pin(), to_query(filters()), small()))

    @render.ui
    def start_form() -> TagChild:
        if small():
            return None
        fields = asking.start(l10n, asking.title(l10n, pin(), [r.title for r in book().reviews]))
        order = Choice("start:0:0", l10n.say("Start the session: freeze the evidence"))
        return forms.form(session.ns("sent"), session.ns("new"), fields, order, id=session.ns("start_fields"))

    @render.ui
    def room() -> TagChild:
        return _slots(l10n) if there() else None

    told(work, names=("start", "finding", "rule", "sign", "close"))
    shown(l10n=l10n, pin=pin, policy=policy, book=book, chosen=chosen, frozen=frozen, now=now)
    outcome(input, session, l10n=l10n, book=book, chosen=chosen, work=work)
    pack_of(l10n=l10n, office=office, pin=pin, book=book, chosen=chosen, frozen=frozen)
    opened_of(input, l10n=l10n, book=book)


PAGE = Page(
    "review",
    mark("Review room"),
    page_ui,
    page_server,
    words={"review": "open"},
    menu=DECIDE,
    needs=("filters", "office", "scorer"),
)
