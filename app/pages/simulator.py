"""App room: the Simulator page: the overdue ratio next month if a list of other obligations were offered an option."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.frontier import frontier
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.clicks import picked
from app.components.verdict import SHEET, Verdict, badge, verdict
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import simulator as view
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy
from monitoring.simulator import Scenario


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: order, list and months; the sentence with its grade, the figures, the courses, and the reason."""
    orders = view.orders(l10n)
    return TagList(
        SHEET,
        controls.strip(
            ui.input_select("ordering", l10n.say("Order of the list"), orders, selected=asked.get("order")),
            tags.div(
                ui.input_slider(
                    "top", l10n.say("Offer to the top"), 0, 100, view.asked(asked.get("top", "")), step=0.1, post="%",
                    ticks=False,
                ),
                class_="dial",
            ),
            ui.input_numeric("calls", l10n.say("or calls per month"), None, min=1, step=1),  # type: ignore[arg-type]
            ui.input_select("months", l10n.say("Months"), view.periods(l10n)),
            class_="with-slider",
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            cards.finding_card(
                "course_head",
                chart_output("course_chart", label=l10n.say("Overdue ratio by share of the list")),
                footer=ui.output_ui("best"),
                class_="frontier",
            ),
            ui.output_ui("why"),
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
) -> None:
    """Connects the slots to views and charts."""

    @reactive.calc
    def narrowed() -> bool:
        return bool(selection().where) or selection().codes is not None

    @reactive.calc
    def page() -> view.Sheet:
        return view.sheet(pin(), policy=policy(), ordering=input.ordering(), period=input.months(), narrowed=narrowed())

    @reactive.calc
    def standing() -> view.Sheet:
        req(page().stands)
        return page()

    @reactive.calc
    def found() -> Scenario:
        return view.scenario(standing(), input.top())

    @reactive.effect
    @reactive.event(input.calls)
    def _() -> None:
        wanted = page().share_of(input.calls())
        req(math.isfinite(wanted))
        ui.update_slider("top", value=wanted)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, page())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, page()))

    @reactive.calc
    def concluded() -> Verdict:
        return view.verdict(l10n, standing(), found())

    def graded() -> Tag | None:
        return badge(concluded(), session.ns("evidence"))

    @render.ui
    def said() -> Tag:
        return verdict(concluded(), id=session.ns("evidence"))

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, standing(), found()), graded())

    @render.ui
    def course_head() -> Tag:
        return cards.headline(view.headline(l10n, standing()), graded())

    @render_chart
    def course_chart() -> dict:
        return frontier(view.picture(l10n, standing(), found()), look())

    @render.ui
    def best() -> str:
        return view.best(l10n, standing())

    @render.ui
    def why() -> Tag:
        return cards.insight(l10n.say("Why not by score alone:"), view.why(l10n, standing(), found()))

    @reactive.effect
    @reactive.event(course_chart.clicked)
    def _() -> None:
        place = view.clicked(picked(course_chart.clicked()).x)
        req(math.isfinite(place))
        ui.update_slider("top", value=place)


PAGE = Page(
    "simulator", mark("Simulator"), page_ui, page_server,
    words={"order": "ordering", "top": "top"},
)  # fmt: skip
