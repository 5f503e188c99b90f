"""App room: the section Uplift of the Model effect page: whom an offer moves, and who would have paid anyway."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.forest import forest
from app.charts.frontier import frontier
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.verdict import SHEET, Verdict, badge, verdict
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import effect_uplift as view
from app.views import effect_uplift_pictures as pictures
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the comparison and the list; the grade with the coefficient, the curve, the tenths and the list."""
    return TagList(
        controls.SHEET,
        SHEET,
        controls.strip(
            ui.output_ui("way_choice"),
            ui.output_ui("order_choice"),
            tags.div(
                ui.input_slider(
                    "top", l10n.say("List: the top"), 10, 100, view.asked(asked.get("uplift_top", "")), step=10,
                    post="%", ticks=False,
                ),
                class_="dial",
            ),
            class_="with-slider",
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("said"),
            tags.div(
                cards.finding_card("curve_head", chart_output("curve_chart", label=l10n.say("Qini curve"))),
                cards.finding_card("parts_head", chart_output("parts_chart", label=l10n.say("Uplift by tenth"))),
                class_="two-even",
            ),
            cards.finding_card("list_head", ui.output_ui("listed"), class_="plan"),
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
    def page() -> view.Sheet:
        return view.figures(pin(), selection(), policy=policy())

    @reactive.calc
    def way() -> str:
        return view.chosen(page(), input.way() if "way" in input else "")

    @reactive.calc
    def found() -> view.Found:
        return view.found(page(), way(), input.order() if "order" in input else "")

    @render.ui
    def way_choice() -> TagChild:
        return controls.segmented("way", l10n.say("Compare"), view.ways(l10n, page()))

    @render.ui
    def order_choice() -> TagChild:
        return controls.segmented("order", l10n.say("Order of the list"), view.orders(l10n, way()))

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, found())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, found()))

    @reactive.calc
    def concluded() -> Verdict | None:
        return view.verdict(l10n, found())

    def graded() -> Tag | None:
        return badge(concluded(), session.ns("evidence"))

    @render.ui
    def said() -> TagChild:
        told = concluded()
        return verdict(told, id=session.ns("evidence")) if told else None

    @render.ui
    def curve_head() -> Tag:
        return cards.headline(pictures.curve_headline(l10n, found(), input.top()), graded())

    @render_chart
    def curve_chart() -> dict:
        return frontier(pictures.curve(l10n, found(), input.top()), look())

    @render.ui
    def parts_head() -> Tag:
        return cards.headline(pictures.parts_headline(l10n, found()), graded())

    @render_chart
    def parts_chart() -> dict:
        return forest(pictures.parts(l10n, found()), look())

    @render.ui
    def list_head() -> Tag:
        return cards.headline(pictures.list_headline(l10n, found(), input.top()), graded())

    @render.ui
    def listed() -> Tag:
        return controls.readings(pictures.list_readings(l10n, found(), input.top()))


PAGE = Page("effect_uplift", mark("Uplift"), page_ui, page_server, words={"uplift_top": "top"})
