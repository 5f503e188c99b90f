"""App room: the Score one case page: the form for one client, the probability, its reasons, and what one field does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.bars import bars
from app.charts.what_if import what_if
from app.components import cards, case_form, controls
from app.components.chart import chart_output, render_chart
from app.components.verdict import SHEET as VERDICT_SHEET
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import DATA, Page
from app.pages.score_case_work import NAME, PLACE, at_work
from app.scorer import Scorer
from app.theme import Look
from app.views import score_case as view
from app.views import score_case_figures as figures
from app.views import score_case_form as forms
from app.views import score_case_typed as typed
from app.views import score_case_what_if as moves
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the form on one side; the answer, its reasons and the what-if on the other."""
    chosen = asked.get("move", "")
    return TagList(
        TagList(controls.SHEET, VERDICT_SHEET, case_form.SHEET),
        controls.page(
            ui.output_ui("state"),
            tags.div(
                cards.finding_card(
                    "form_head",
                    ui.output_ui("form"),
                    tags.div(
                        ui.output_ui("wrong"),
                        ui.input_task_button("score", l10n.say("Score"), label_busy=l10n.say("Scoring…")),
                        ui.input_action_button("reset", l10n.say("Reset to a usual case"),
                                               class_="btn-outline-secondary"),
                        class_="case-buttons",
                    ),
                    class_="as-tall case-form",
                ),
                tags.div(
                    cards.finding_card("answer_head", ui.output_ui("old"), ui.output_ui("answered"),
                                       class_="as-tall"),
                    cards.finding_card("reasons_head", ui.output_ui("reasons"), class_="as-tall"),
                    cards.finding_card(
                        "move_head",
                        ui.input_select("moved", l10n.say("Move"), {"": l10n.say("What matters most")}
                                        | ({chosen: chosen} if chosen else {}), selected=chosen),
                        ui.output_ui("slider"),
                        tags.div(chart_output("course", label=l10n.say("Probability as one field moves")),
                                 class_="case-course"),
                        class_="as-tall",
                    ),
                    id=PLACE,
                    class_="case-side",
                ),
                class_="case-page",
            ),
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
    scorer: Scorer | None,
) -> None:
    """Connects the slots to views and charts."""
    work = at_work(input, session, l10n=l10n, pin=pin, scorer=scorer)

    @reactive.calc
    def shown() -> figures.Answer:
        req(work.answer() is not None)
        return work.answer()  # type: ignore[return-value]

    @reactive.calc
    def at() -> int:
        return moves.place(shown(), input.at() if "at" in input else "", work.serial())

    @reactive.calc
    def base() -> figures.BaseRate:
        return figures.base_rate(pin(), selection())

    @render.ui
    def state() -> TagChild:
        refused = work.trouble()
        if refused is not None:
            return controls.page_state(view.state(l10n, refused))
        return controls.page_state(view.loading(l10n)) if work.form() is None else None

    @render.ui
    def form_head() -> Tag:
        current = work.form()
        req(current is not None)
        return cards.headline(forms.headline(l10n, current))  # type: ignore[arg-type]

    @render.ui
    def form() -> TagList:
        texts = work.filled()
        with reactive.isolate():
            current = work.form()
        req(current is not None)
        return case_form.form(forms.groups(l10n, current, texts), session.ns)  # type: ignore[arg-type]

    @render.ui
    def wrong() -> TagChild:
        current = work.form()
        if current is None or not work.wrongs():
            return None
        return controls.caution(typed.summary(l10n, current, work.wrongs()), level="act")

    @render.ui
    def answer_head() -> Tag:
        req(work.form() is not None)
        if work.answer() is None:
            return cards.headline(view.waiting(l10n))
        return cards.headline(view.headline(l10n, shown(), at()))

    @render.ui
    def old() -> TagChild:
        return controls.caution(view.stale(l10n, shown(), work.typed()))

    @render.ui
    def answered() -> Tag:
        return case_form.answer(
            view.dial(l10n, shown(), at(), base()),
            view.marks(l10n, shown(), at(), base()),
            view.sentence(l10n, shown(), at()),
            view.evidence(l10n, shown().ask.pin, base()),
        )

    @render.ui
    def reasons_head() -> Tag:
        return cards.headline(view.reasons_headline(l10n, shown(), at()))

    @render.ui
    def reasons() -> Tag:
        return case_form.reasons(view.reasons(l10n, shown(), at()))

    @render.ui
    def move_head() -> Tag:
        return cards.headline(moves.headline(l10n, shown()))

    @render.ui
    def slider() -> TagChild:
        found = moves.slider(l10n, shown())
        if found is None:
            return None
        back = l10n.say("Back to this case")
        return case_form.slider(found, input_id=session.ns("at"), serial=work.serial(), at=found.here, back=back)

    @render_chart
    def course() -> dict:
        if moves.is_number(shown()):
            return what_if(moves.course(l10n, shown(), at()), look())
        return bars(moves.levels(l10n, shown(), at()), look())


PAGE = Page(NAME, mark("Score one case"), page_ui, page_server, words={"move": "moved"}, needs=("scorer",), menu=DATA)
