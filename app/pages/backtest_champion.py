"""App room: the section Champion vs challenger of the Backtest page: who ranks better, and the swap set in money."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.gain import gain
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import champion as view
from app.views import champion_figures as numbers
from app.views import champion_table as table
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: opponent and capacity; the sentence, the figures, the four cells, and the gain at every capacity."""
    free = view.opponents_at_first(l10n)
    wanted = asked.get("opponent", "")
    return TagList(
        controls.strip(
            ui.input_select(
                "opponent", l10n.say("Champion against"), free, selected=wanted if wanted in free else next(iter(free))
            ),
            tags.div(
                ui.input_slider(
                    "capacity", l10n.say("Share that is listed"), 0, 100, numbers.asked(asked.get("capacity", "")),
                    step=0.5, post="%", ticks=False,
                ),
                tags.p(ui.output_text("note", inline=True), class_="dial-note"),
                class_="dial",
            ),
            class_="with-slider",
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("sentence"),
            ui.output_ui("boxes"),
            cards.finding_card("table_head", ui.output_ui("listed")),
            cards.finding_card(
                "gain_head",
                chart_output("gain_chart", label=l10n.say("Success rates of both lists by capacity")),
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
) -> None:
    """Connects the slots to views and the chart. Rows are read and ranked off the event loop."""

    @reactive.extended_task
    async def reading(pin: Pin, selection: Selection, opponent: str, policy: Policy) -> numbers.Counted:
        return await asyncio.to_thread(numbers.counted, pin, selection, opponent, policy=policy)

    @reactive.effect
    def _() -> None:
        reading(pin(), selection(), input.opponent(), policy())

    @reactive.effect
    def _() -> None:
        free = view.opponents(l10n, pin().document("model_card"))
        with reactive.isolate():
            ui.update_select("opponent", choices=free, selected=input.opponent())

    @reactive.calc
    def counted() -> numbers.Counted:
        return reading.result()

    @reactive.calc
    def sheet() -> numbers.Sheet:
        req(not counted().reason)
        return numbers.sheet(counted(), numbers.wanted(input.capacity()))

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, counted())
        return controls.page_state(problem) if problem else None

    @render.text
    def note() -> str:
        return view.note(l10n, sheet())

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, sheet()))

    @render.ui
    def sentence() -> Tag:
        return cards.insight(l10n.say("In short:"), view.sentence(l10n, sheet()), level=view.level(sheet()))

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, sheet()))

    @render.ui
    def table_head() -> Tag:
        return cards.headline(table.headline(l10n, sheet()))

    @render.ui
    def listed() -> Tag:
        return cards.table(table.table(l10n, sheet()))

    @render.ui
    def gain_head() -> Tag:
        return cards.headline(view.gain_headline(l10n, sheet()))

    @render_chart
    def gain_chart() -> dict:
        return gain(view.gain(l10n, sheet()), look())


PAGE = Page(
    "champion",
    mark("Champion vs challenger"),
    page_ui,
    page_server,
    words={"opponent": "opponent", "capacity": "capacity"},
)
