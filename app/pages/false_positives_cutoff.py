"""App room: the section Cut-off and capacity of the page False positives: drag the line, see list, waste and money."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from htmltools import HTML, Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.limit_gauge import limit_gauge
from app.charts.net_value import net_value
from app.components import card_list, cards, controls
from app.components import decision_forms as forms
from app.components.chart import chart_output, render_chart
from app.components.clicks import picked
from app.desk import Pin
from app.l10n import L10n
from app.office import Office
from app.pages.base import Page
from app.pages.false_positives_proposals import proposals_card, proposals_of
from app.pages.false_positives_swap import swap_card, swap_of
from app.selection import Filters
from app.theme import Look
from app.views import choices
from app.views import cutoff as view
from app.views import cutoff_figures as numbers
from app.views import cutoff_settings as words
from app.views import cutoff_tables as tables
from app.views import threshold_dial as dials
from app.words import mark
from data.counts import Selection
from monitoring.cutoff_segments import Segmented
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: dial, capacity and lock-out; the sentence, the figures, curve and gauge, swap, segments, proposals."""
    split = asked.get("each", "")
    locks = words.locks(l10n)
    return TagList(
        forms.SHEET,
        controls.strip(
            tags.div(
                ui.input_slider(
                    "threshold", l10n.say("Call from a score of"), 0, 100, dials.asked(asked.get("dial", "")), step=0.1,
                    post="%", ticks=False,
                ),
                tags.p(ui.output_text("usual", inline=True), class_="dial-note"),
                class_="dial",
            ),
            ui.input_numeric("calls", l10n.say("Calls a month"), numbers.asked_number(asked.get("calls", "")), min=0),  # type: ignore[arg-type]
            ui.input_numeric("agents", l10n.say("or agents"), None, min=0),  # type: ignore[arg-type]
            ui.input_select("lock", l10n.say("Locked out"), locks, selected=numbers.asked_lock(asked.get("lock", ""))),
            ui.input_action_button("go", l10n.say("Go to the best list"), class_="btn-outline-secondary btn-sm"),
            class_="with-slider",
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("lead"),
            tags.p(ui.output_text("limits", inline=True), class_="dial-note"),
            card_list.folded(l10n.say("Settings in force"), ui.output_ui("settings")),
            ui.output_ui("boxes"),
            tags.div(
                cards.finding_card(
                    "curve_head",
                    chart_output("curve_chart", label=l10n.say("Net value by threshold")),
                    footer=l10n.say("A click moves the threshold."),
                ),
                cards.finding_card("gauge_head", ui.output_ui("gauge"), class_="as-tall"),
                class_="two-even",
            ),
            swap_card(l10n),
            cards.finding_card(
                "segments_head",
                ui.input_select("dimension", l10n.say("Segment by"), choices.at_first(l10n, split), selected=split),
                ui.output_ui("segments"),
                class_="as-tall",
            ),
            proposals_card(l10n),
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
    """Connects the slots to views, and the form to the records."""

    @reactive.calc
    def lock() -> int:
        return numbers.lock_of(input.lock() or "", policy())

    @reactive.calc
    def counted() -> numbers.Counted:
        return numbers.counted(pin(), selection(), policy=policy(), lock=lock())

    @reactive.calc
    def calls() -> float:
        return numbers.calls_of(input.calls(), input.agents(), policy())

    @reactive.calc
    def cut() -> numbers.Cut:
        req(counted().scored)
        return numbers.cut(counted(), dials.resolve(pin(), input.threshold()), calls())

    @reactive.calc
    def dimension() -> str:
        return choices.resolve(pin(), selection(), input.dimension())

    @reactive.calc
    def parts() -> Segmented | None:
        return numbers.segments(counted(), calls(), dimension())

    @reactive.effect
    def _() -> None:
        dial = dials.dial(pin())
        with reactive.isolate():
            value = dials.resolve(pin(), input.threshold())
        ui.update_slider("threshold", min=dial.least, max=dial.most, step=dial.step, value=dial.at(value))

    @reactive.effect
    def _() -> None:
        offered = words.locks(l10n, policy())
        with reactive.isolate():
            chosen = numbers.asked_lock(input.lock() or "")
        ui.update_select("lock", choices=offered, selected=chosen)

    @reactive.effect
    def _() -> None:
        usual = policy().capacity
        with reactive.isolate():
            empty = input.calls() is None and input.agents() is None
        if empty and math.isfinite(usual):
            ui.update_numeric("calls", value=usual)

    @reactive.effect
    @reactive.event(input.agents)
    def _() -> None:
        wanted = numbers.calls_of(None, input.agents(), policy())
        req(math.isfinite(wanted))
        ui.update_numeric("calls", value=wanted)

    @reactive.effect
    @reactive.event(input.go)
    def _() -> None:
        found = counted()
        wanted = found.course.position_threshold(numbers.limit(found, calls()).position, found.edges)
        ui.update_slider("threshold", value=dials.dial(pin()).at(wanted))

    @reactive.effect
    def _() -> None:
        options = choices.dimensions(l10n, pin(), selection())
        with reactive.isolate():
            current = choices.kept(options, input.dimension())
        ui.update_select("dimension", choices=options, selected=current)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, counted())
        return controls.page_state(problem) if problem else None

    @render.text
    def usual() -> str:
        return view.usual(l10n, dials.dial(pin()))

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, counted()))

    @render.ui
    def lead() -> Tag:
        return cards.insight(l10n.say("In short:"), view.lead(l10n, cut()))

    @render.text
    def limits() -> str:
        return words.limits(l10n, policy())

    @render.ui
    def settings() -> TagList:
        note = tags.p(words.where_set(l10n), class_="dial-note")
        return TagList(card_list.facts(words.settings(l10n, policy())), note)

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, cut()))

    @render.ui
    def curve_head() -> Tag:
        return cards.headline(view.curve_headline(l10n, cut()))

    @reactive.calc
    def line() -> view.Line:
        return view.line(l10n, counted())

    @render_chart
    def curve_chart() -> dict:
        return net_value(view.curve(l10n, cut(), line()), look())

    @render.ui
    def gauge_head() -> Tag:
        return cards.headline(view.gauge_headline(l10n, cut()))

    @render.ui
    def gauge() -> HTML:
        return HTML(limit_gauge(view.gauge(l10n, cut())))

    @render.ui
    def segments_head() -> Tag:
        return cards.headline(tables.segments_headline(l10n, parts(), cut()))

    @render.ui
    def segments() -> TagChild:
        found = tables.segments_table(l10n, parts(), cut(), dimension())
        return cards.table(found) if found else None

    @reactive.effect
    @reactive.event(curve_chart.clicked)
    def _() -> None:
        wanted = dials.clicked(picked(curve_chart.clicked()).x)
        req(wanted)
        ui.update_slider("threshold", value=dials.dial(pin()).at(wanted))

    swap_of(input, l10n=l10n, counted=counted, cut=cut)
    proposals_of(
        input, session, l10n=l10n, office=office, pin=pin, filters=filters, policy=policy, cut=cut, parts=parts,
        dimension=dimension,
    )  # fmt: skip


PAGE = Page(
    "cutoff",
    mark("Cut-off and capacity"),
    page_ui,
    page_server,
    words={"dial": "threshold", "calls": "calls", "lock": "lock", "each": "dimension"},
    needs=("filters", "office"),
)
