"""App room: the Pulse page: are we better, and what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.bars import Bars, bars
from app.charts.trend import trend
from app.components import cards
from app.components.chart import chart_output, render_chart
from app.components.happenings import happenings
from app.desk import Pin
from app.l10n import L10n
from app.office import Office
from app.pages.base import Page
from app.pages.review_line import review_line, review_line_of
from app.theme import Look
from app.views import pulse as view
from app.views import pulse_provisions as provisions
from app.views.events import clicked
from app.views.forecast_figures import forecasted
from app.words import mark
from data.counts import Selection
from monitoring.forecast import Forecast
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: value boxes, the sentence, the trend (three quarters) and the side table (one quarter)."""
    return TagList(
        ui.output_ui("boxes"),
        ui.output_ui("changed"),
        review_line(),
        tags.div(
            cards.finding_card(
                "trend_head",
                chart_output("trend_chart", label=l10n.say("Trend, or segments of the one month")),
                ui.output_ui("events"),
                footer=ui.output_text("outlook", inline=True),
                class_="with-events",
            ),
            cards.finding_card("side_head", ui.output_ui("side")),
            class_="three-to-one",
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
    office: Office,
) -> None:
    """Connects the slots to views and charts."""

    review_line_of(l10n=l10n, office=office, pin=pin)

    @reactive.calc
    def figures() -> view.Figures:
        return view.figures(pin(), selection(), policy=policy())

    @reactive.calc
    def forecast() -> Forecast:
        return forecasted(pin(), selection(), policy=policy())

    chosen = reactive.value("")

    @reactive.extended_task
    async def reading(found: view.Figures, kept: Selection) -> provisions.Covers:
        return await asyncio.to_thread(provisions.covers, found, kept)

    @reactive.effect
    def _() -> None:
        if figures().icv and pin().carries("provisions"):
            reading(figures(), selection())

    @reactive.calc
    def covers() -> provisions.Covers | None:
        found = reading.result() if reading.status() == "success" else None
        return found if found and provisions.of(found, figures(), selection()) else None

    @render.ui
    def boxes() -> TagList:
        return TagList(
            cards.value_boxes(view.boxes(l10n, figures(), covers())),
            cards.hidden_note(l10n.say("Not shown:"), view.hidden(l10n, figures())),
        )

    @render.ui
    def changed() -> Tag:
        return cards.insight(view.lead(l10n, figures()), view.changed(l10n, figures()), level=view.level(figures()))

    @render.ui
    def trend_head() -> Tag:
        return cards.headline(view.trend_headline(l10n, figures()))

    @render_chart
    def trend_chart() -> dict:
        found = view.picture(l10n, figures(), forecast())
        return bars(found, look()) if isinstance(found, Bars) else trend(found, look())

    @render.ui
    def events() -> TagChild:
        listed = view.happenings(l10n, figures(), chosen())
        return happenings(listed, label=l10n.say("What happened"), input_id=session.ns("event"))

    @render.text
    def outlook() -> str:
        return view.outlook(l10n, figures(), forecast())

    @reactive.effect
    @reactive.event(input.event)
    def _() -> None:
        chosen.set(input.event())

    @reactive.effect
    @reactive.event(trend_chart.clicked)
    def _() -> None:
        chosen.set(clicked(trend_chart.clicked()) or chosen())

    @render.ui
    def side_head() -> Tag:
        return cards.headline(view.side_headline(l10n, figures()))

    @render.ui
    def side() -> Tag:
        return cards.table(view.side_table(l10n, figures()), input_id=session.ns("picked"))

    @reactive.effect
    @reactive.event(input.picked)
    def _() -> None:
        narrow(figures().dimension, input.picked())


PAGE = Page("pulse", mark("Pulse"), page_ui, page_server, needs=("office",))
