"""App room: the section Groups over time of the Model effect page: groups that went live against those that had not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.effect import effect
from app.charts.trend import trend
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.verdict import SHEET, Verdict, badge, verdict
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import effect_groups as view
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the grade with what is seen, the figures, both sides and their difference by month, the groups."""
    return TagList(
        controls.SHEET,
        SHEET,
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            tags.div(
                cards.finding_card(
                    "sides_head", chart_output("sides_chart", label=l10n.say("Overdue ratio of both sides by month"))
                ),
                cards.finding_card(
                    "apart_head",
                    chart_output("apart_chart", label=l10n.say("Difference of both sides by month")),
                    class_="graded-only",
                ),
                class_="two-even",
            ),
            cards.finding_card("groups_head", ui.output_ui("groups"), class_="outcomes"),
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
        found = concluded()
        return verdict(found, id=session.ns("evidence")) if found else None

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, figures()), graded())

    @render.ui
    def sides_head() -> Tag:
        return cards.headline(view.sides_headline(l10n, figures()))

    @render_chart
    def sides_chart() -> dict:
        return trend(view.sides_trend(l10n, figures()), look())

    @render.ui
    def apart_head() -> Tag:
        return cards.headline(view.apart_headline(l10n, figures()), graded())

    @render_chart
    def apart_chart() -> dict:
        return effect(view.apart_picture(l10n, figures()), look())

    @render.ui
    def groups_head() -> Tag:
        return cards.headline(view.groups_headline(l10n, figures()))

    @render.ui
    def groups() -> Tag:
        return cards.table(view.groups_table(l10n, figures()))


PAGE = Page("effect_groups", mark("Groups over time"), page_ui, page_server)
