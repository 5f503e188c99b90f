"""App room: the section Adjusted of the Model effect page: offered against not offered rows, weighted to be alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.love import love
from app.charts.overlap import overlap
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.verdict import SHEET, Verdict, badge, verdict
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import effect_adjusted as view
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the grade with its conditions, the differences, the three estimates, overlap and balance."""
    return TagList(
        controls.SHEET,
        SHEET,
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            cards.finding_card("table_head", ui.output_ui("estimates"), class_="outcomes graded-only"),
            tags.div(
                cards.finding_card(
                    "overlap_head", chart_output("overlap_chart", label=l10n.say("Chances of an offer, by group"))
                ),
                cards.finding_card(
                    "love_head", chart_output("love_chart", label=l10n.say("Differences before and after weighting"))
                ),
                class_="two-even weighed-only",
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
    def figures() -> view.Figures:
        return view.figures(pin(), selection(), policy=policy())

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, figures())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, figures()))

    @reactive.calc
    def concluded() -> Verdict | None:
        return view.verdict(l10n, figures())

    def graded() -> Tag | None:
        return badge(concluded(), session.ns("evidence"))

    @render.ui
    def said() -> TagChild:
        found, bare = concluded(), view.nothing_to_weigh(figures())
        return verdict(found, id=session.ns("evidence"), bare=bare) if found else None

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, figures()), graded())

    @render.ui
    def table_head() -> Tag:
        return cards.headline(view.headline(l10n, figures()), graded())

    @render.ui
    def estimates() -> Tag:
        return cards.table(view.table(l10n, figures()))

    @render.ui
    def overlap_head() -> Tag:
        return cards.headline(view.overlap_headline(l10n, figures()))

    @render_chart
    def overlap_chart() -> dict:
        return overlap(view.overlap_picture(l10n, figures()), look())

    @render.ui
    def love_head() -> Tag:
        return cards.headline(view.love_headline(l10n, figures()))

    @render_chart
    def love_chart() -> dict:
        return love(view.love_picture(l10n, figures()), look())


PAGE = Page("effect_adjusted", mark("Adjusted"), page_ui, page_server)
