"""App room: the Alerts page: what rules raised, who has it in hand, a rule tried on all history, and the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import HTMLDependency, Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.assets import OWN
from app.components import card_list, cards, controls
from app.components import decision_forms as forms
from app.desk import Pin
from app.l10n import L10n
from app.office import Office, news_here
from app.pages.alerts_editor import edit, editor_card
from app.pages.alerts_work import ACTING, Work, at_work
from app.pages.base import DECIDE, Page
from app.selection import Filters
from app.shelf import Shelf
from app.theme import Look
from app.views import alerts as view
from app.views import alerts_board as numbers
from app.views import alerts_ledger as ledgers
from app.views.alerts_figures import Tried
from app.words import mark
from data.contract import CarteraError
from data.counts import Selection
from data.records.alert_terms import Rule
from data.records.decisions import LONGEST
from monitoring.policy import Policy

SHEET = HTMLDependency("cartera-alerts", str(OWN.version), source=OWN.source, stylesheet={"href": "alerts.css"})


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the name, the sentence, the alerts and one of them, the editor with its replay, and the ledger."""
    ns = module.resolve_id
    return TagList(
        TagList(controls.SHEET, forms.SHEET, SHEET),
        tags.div(ui.input_text("open", None, asked.get("alert", "")), class_="d-none"),
        controls.page(
            ui.output_ui("state"),
            controls.strip(ui.output_ui("name"), class_="name-strip"),
            ui.output_ui("said"),
            cards.finding_card("alerts_head", ui.output_ui("alerts"), class_="as-tall alert-table"),
            tags.div(
                cards.finding_card(
                    "detail_head",
                    ui.output_ui("detail"),
                    forms.sending(
                        ns("acted"),
                        tags.div(ui.output_ui("owner"), ui.output_ui("until"), class_="decision-row"),
                        forms.comment(ns("comment"), l10n.say("Words"), LONGEST["comment"]),
                        tags.div(ui.output_ui("buttons"), class_="decision-buttons"),
                        id=ns(ACTING),
                    ),
                    ui.output_ui("told_acting"),
                    class_="as-tall decision-card",
                ),
                class_="alert-one",
            ),
            editor_card(l10n, asked),
            cards.finding_card("ledger_head", ui.output_ui("ledger"), class_="as-tall alert-table alert-ledger"),
        ),
    )


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
    bar: Callable[[], Filters],
    shelf: Shelf,
    office: Office,
) -> None:
    """Connects the slots to views, and the forms to the records."""
    newest = news_here(office)

    @reactive.calc
    def trials() -> numbers.Trials:
        return numbers.Trials(pin(), policy())

    @reactive.calc
    def read() -> numbers.Board | str:
        newest()
        work.written()
        try:
            return numbers.board(pin(), office.records, shelf.segments(), policy=policy(), trials=trials())
        except CarteraError as error:
            return str(error)

    @reactive.calc
    def board() -> numbers.Board:
        req(isinstance(read(), numbers.Board))
        return read()  # type: ignore[return-value]

    @reactive.calc
    def chosen() -> numbers.Alert:
        return req(numbers.chosen(board(), input.open()))  # type: ignore[return-value]

    @reactive.calc
    def loaded() -> Rule | None:
        current = read()
        return numbers.loaded(current, input.rule()) if isinstance(current, numbers.Board) and "rule" in input else None

    def at_hand() -> Work:
        return work

    tried: Callable[[], Tried] = edit(
        input, l10n=l10n, pin=pin, policy=policy, look=look, bar=bar, shelf=shelf, loaded=loaded, work=at_hand
    )
    work = at_work(input, session, l10n=l10n, office=office, tried=tried, release=lambda: pin().version)

    @render.ui
    def state() -> TagChild:
        if not pin().dated:
            return controls.page_state(view.undated(l10n))
        current = read()
        return controls.page_state(view.unread(l10n, current)) if isinstance(current, str) else None

    @render.ui
    def name() -> TagList:
        note = controls.caution(view.names_note(l10n, office.reader))
        if not office.reader.verified:
            return TagList(ui.input_text("by", l10n.say("Your name"), autocomplete="name"), note)
        return TagList(note)

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("In short:"), view.lead(l10n, board()), level=view.level(board()))

    @render.ui
    def alerts_head() -> Tag:
        return cards.headline(view.alerts_headline(l10n, board()))

    @render.ui
    def alerts() -> TagChild:
        lines = view.alerts_table(l10n, board())
        return cards.table(lines, input_id=session.ns("open")) if lines else None

    @render.ui
    def detail_head() -> Tag:
        return cards.headline(view.detail_headline(l10n, chosen()))

    @render.ui
    def detail() -> TagList:
        done = chosen().handled
        log = office.records.log(done.subject) if done else []
        return TagList(card_list.facts(view.facts(l10n, chosen())), forms.remarks(view.history(l10n, log)))

    @render.ui
    def owner() -> Tag:
        return forms.text(session.ns("owner_name"), "owner", l10n.say("Owner"), view.owner(chosen()))

    @render.ui
    def until() -> TagChild:
        months = view.sleeps(l10n, pin(), chosen())
        return forms.choice(session.ns("until_month"), "until", l10n.say("Asleep until"), months) if months else None

    @render.ui
    def buttons() -> TagList:
        return forms.buttons(view.buttons(l10n, chosen()))

    @render.ui
    def told_acting() -> TagChild:
        told = work.told()
        return card_list.outcome(told.text, tone=told.tone) if told.text and told.form == ACTING else None

    @render.ui
    def ledger_head() -> Tag:
        return cards.headline(ledgers.headline(l10n, board()))

    @render.ui
    def ledger() -> TagChild:
        lines = ledgers.table(l10n, board())
        return cards.table(lines, input_id=session.ns("rule")) if lines else None


PAGE = Page(
    "alerts",
    mark("Alerts"),
    page_ui,
    page_server,
    words={
        "alert": "open", "watch": "measure", "watch_limit": "limit", "watch_months": "months",
        "watch_least": "least", "watch_calm": "calm",
        "watch_in": "within",
    },
    needs=("bar", "shelf", "office"),
    menu=DECIDE,
)  # fmt: skip
