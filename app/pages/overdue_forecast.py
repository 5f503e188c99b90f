"""App room: the section Forecast of the Overdue ratio page: one to six months ahead, and how far off it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.trend import trend
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import overdue_forecast as view
from app.views.forecast_figures import forecasted
from app.words import mark
from data.counts import Selection
from monitoring.forecast import Forecast
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the sentence, the fan, the table of past errors beside what the chain assumes."""
    return TagList(
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("sentence"),
            tags.div(
                cards.finding_card(
                    "fan_head",
                    chart_output("fan_chart", label=l10n.say("Forecast of the overdue ratio, with its fan")),
                    footer=l10n.say(
                        "Light dots: forecast a month before. What came is a census without band; only the fan is one."
                    ),
                ),
                class_="one-up",
            ),
            tags.div(
                cards.finding_card("errors_head", ui.output_ui("errors")),
                cards.finding_card("assumed_head", ui.output_ui("assumed")),
                class_="two-even",
            ),
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
) -> None:
    """Connects the slots to views and charts."""

    @reactive.calc
    def found() -> Forecast:
        return forecasted(pin(), selection(), policy=policy())

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, found())
        return controls.page_state(problem) if problem else None

    @render.ui
    def sentence() -> TagChild:
        said, level = view.sentence(l10n, found(), policy()), view.level(found(), policy())
        return cards.insight(l10n.say("Can it be relied on?"), said, level=level) if said else None

    @render.ui
    def fan_head() -> Tag:
        return cards.headline(view.headline(l10n, found(), policy()))

    @render_chart
    def fan_chart() -> dict:
        return trend(view.picture(l10n, found(), policy()), look())

    @render.ui
    def errors_head() -> Tag:
        return cards.headline(view.errors_headline(l10n, found()))

    @render.ui
    def errors() -> Tag:
        return cards.table(view.errors(l10n, found()))

    @render.ui
    def assumed_head() -> Tag:
        return cards.headline(view.assumed_headline(l10n, found()))

    @render.ui
    def assumed() -> Tag:
        return cards.table(view.assumed(l10n, found(), policy()))


PAGE = Page("forecast", mark("Forecast"), page_ui, page_server)
