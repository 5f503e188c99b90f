"""App room: the section Payment options of the Model effect page: what was offered, what held, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.heatmap import heatmap
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.clicks import picked
from app.components.verdict import SHEET
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import choices
from app.views import effect_options as view
from app.words import mark
from data.counts import Selection
from monitoring.options import Kept
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: one sentence, the board of options, what held by segment, and what comes out of the lock-out."""
    split = asked.get("options_by", "")
    return TagList(
        controls.SHEET,
        SHEET,
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("said"),
            cards.finding_card(
                "board_head", ui.output_ui("board"), footer=ui.output_text("notes"), class_="outcomes as-tall"
            ),
            tags.div(
                cards.finding_card(
                    "kept_head",
                    tags.div(
                        ui.input_select("split", l10n.say("Segment by"), choices.at_first(l10n, split), selected=split),
                        class_="tool-row",
                    ),
                    chart_output("kept_chart", label=l10n.say("Options kept by segment")),
                    footer=l10n.say("A click filters every page by the segment."),
                    class_="with-forest",
                ),
                cards.finding_card("coming_head", ui.output_ui("coming")),
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
    def page() -> view.Sheet:
        return view.figures(pin(), selection(), policy=policy())

    @reactive.calc
    def dimension() -> str:
        return choices.resolve(pin(), selection(), input.split())

    @reactive.calc
    def kept() -> tuple[Kept, ...]:
        return view.cells(page(), selection(), dimension())

    @reactive.effect
    def _() -> None:
        options = choices.dimensions(l10n, pin(), selection())
        with reactive.isolate():
            current = choices.kept(options, input.split())
        ui.update_select("split", choices=options, selected=current)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, page())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, page()))

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("What held:"), view.insight(l10n, page()))

    @render.ui
    def board_head() -> Tag:
        return cards.headline(view.board_headline(l10n, page()))

    @render.ui
    def board() -> Tag:
        return cards.table(view.board(l10n, page()))

    @render.text
    def notes() -> str:
        return view.notes(l10n, page())

    @render.ui
    def kept_head() -> Tag:
        return cards.headline(view.kept_headline(l10n, page(), kept(), dimension=dimension()))

    @render_chart
    def kept_chart() -> dict:
        return heatmap(view.kept_map(l10n, page(), kept()), look())

    @reactive.effect
    @reactive.event(kept_chart.clicked)
    def _() -> None:
        level = picked(kept_chart.clicked()).x
        req(level)
        narrow(dimension(), level)

    @render.ui
    def coming_head() -> Tag:
        return cards.headline(view.coming_headline(l10n, page()))

    @render.ui
    def coming() -> Tag:
        return cards.table(view.coming(l10n, page()))


PAGE = Page("effect_options", mark("Payment options"), page_ui, page_server, words={"options_by": "split"})
