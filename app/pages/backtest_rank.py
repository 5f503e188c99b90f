"""App room: the section Rank of the Backtest page: what the score still tells apart, month by month."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.best_part import best_part
from app.charts.roc import Roc, roc
from app.charts.trend import trend
from app.components import card_list, cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import backtest_rank as view
from app.views import backtest_rank_figures as numbers
from app.views import backtest_rank_known as past
from app.views import backtest_rank_pictures as pictures
from app.views import backtest_rank_tables as tables
from app.views import choices
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: what is looked at, the sentence, the figures, their course beside the list, months, order, nowcast."""
    figure, basis, shown, known = (asked.get(word, "") for word in ("rank_of", "rank_by", "rank_open", "known"))
    return TagList(
        controls.strip(
            _choice("figure", l10n.say("Figure"), view.figures_offered(l10n), figure),
            _choice("basis", l10n.say("By"), view.bases(l10n), basis),
            _choice("shown", l10n.say("Open months"), view.views(l10n), shown),
            ui.input_select(
                "known",
                l10n.say("Known as of"),
                {"": l10n.say("Now")} | ({known: known} if known else {}),
                selected=known,
            ),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            tags.div(
                cards.finding_card("course_head", chart_output("course_chart", label=l10n.say("Rank by month"))),
                cards.finding_card(
                    "list_head",
                    ui.input_radio_buttons(
                        "curve",
                        tags.span(l10n.say("Curve"), class_="visually-hidden"),
                        pictures.curves(l10n),
                        inline=True,
                    ),
                    chart_output("list_chart", label=l10n.say("What the best part of the list catches")),
                ),
                class_="two-even",
            ),
            cards.finding_card("known_head", ui.output_ui("known_table")),
            cards.finding_card("nowcast_head", ui.output_ui("nowcast_table")),
            cards.finding_card("months_head", ui.output_ui("months")),
            cards.finding_card("order_head", ui.output_ui("order")),
        ),
    )


def _choice(id: str, label: str, offered: dict[str, str], asked: str) -> Tag:
    return ui.input_select(id, label, offered, selected=asked if asked in offered else None)


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
    """Connects the slots to views and charts; another figure, or the open months, need nothing counted."""

    @reactive.calc
    def found() -> numbers.Figures:
        return numbers.figures(pin(), selection(), policy=policy(), basis=input.basis())

    @reactive.extended_task
    async def opening(of: Pin, version: str) -> past.Opened | None:
        return await asyncio.to_thread(past.opened, of, version)

    @reactive.effect
    def _() -> None:
        opening(pin(), input.known())

    @reactive.calc
    def known() -> past.Known | None:
        earlier = opening.result() if opening.status() == "success" else None
        return past.known(pin(), found(), selection(), past.of(earlier, input.known()), policy=policy())

    @reactive.effect
    def _() -> None:
        offered = past.choices(l10n, pin())
        with reactive.isolate():
            current = choices.kept(offered, input.known())
        ui.update_select("known", choices=offered, selected=current)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, found())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagList:
        return TagList(
            controls.caution(view.caution(l10n, found(), input.basis())),
            controls.caution(past.caution(l10n, pin(), known())),
        )

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("Does it still rank?"), view.sentence(l10n, found()), level=view.level(found()))

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, found()))

    @render.ui
    def course_head() -> Tag:
        return cards.headline(pictures.course_headline(l10n, found(), input.figure(), input.shown()))

    @render_chart
    def course_chart() -> dict:
        drawn = pictures.course(l10n, found(), input.figure(), input.shown(), known())
        return roc(drawn, look()) if isinstance(drawn, Roc) else trend(drawn, look())

    @render.ui
    def list_head() -> Tag:
        return cards.headline(pictures.list_headline(l10n, found()))

    @render_chart
    def list_chart() -> dict:
        return best_part(pictures.best_part(l10n, found(), input.curve()), look())

    @render.ui
    def known_head() -> Tag:
        return cards.headline(past.headline(l10n, pin(), known()))

    @render.ui
    def known_table() -> TagChild:
        if input.known() and opening.status() == "running":
            return card_list.working(l10n.say("Opening the earlier release"))
        told = (past.figures_table(l10n, known()), past.table(l10n, pin(), known()))
        return TagList(*(cards.table(each) for each in told if each))

    @render.ui
    def nowcast_head() -> Tag:
        return cards.headline(tables.nowcast_headline(l10n, found()))

    @render.ui
    def nowcast_table() -> TagChild:
        told = tables.nowcast_table(l10n, found())
        return cards.table(told) if told else None

    @render.ui
    def months_head() -> Tag:
        return cards.headline(tables.months_headline(l10n, found()))

    @render.ui
    def months() -> Tag:
        return cards.table(tables.months_table(l10n, found(), input.shown()))

    @render.ui
    def order_head() -> Tag:
        return cards.headline(tables.order_headline(l10n, found()))

    @render.ui
    def order() -> Tag:
        return cards.table(tables.order_table(l10n, found()))


PAGE = Page(
    "rank",
    mark("Rank"),
    page_ui,
    page_server,
    words={"rank_of": "figure", "rank_by": "basis", "rank_open": "shown", "known": "known"},
)
