"""App room: the section Rolls and vintages of the Overdue ratio page: roll rates, vintages, and recovery of cash."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.components import cards, controls
from app.components.chart import chart_output
from app.components.clicks import Steps
from app.desk import Pin
from app.l10n import L10n
from app.pages import overdue_vintages_parts as parts
from app.pages.base import Page
from app.theme import Look
from app.views import overdue_rolls as rolling
from app.views import overdue_vintage_figures as numbers
from app.views import overdue_vintages as words
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the controls, the matrix, rates by bucket and month, what left, vintages, recovery."""
    say = l10n.say
    return TagList(
        controls.strip(
            _choice("unit", say("Roll rates"), rolling.units(l10n), asked.get("rolls", "")),
            _choice("days", say("Ever overdue"), words.day_choices(l10n), asked.get("ever", "")),
            _choice("origin", say("Cohorts"), words.origins(l10n), asked.get("cohorts", "")),
            _choice("grain", say("Cohort of a"), words.grains(l10n), asked.get("grain", "")),
            _choice("horizon", say("Cash within"), words.horizon_choices(l10n), asked.get("horizon", "")),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            cards.finding_card(
                "rolls_head",
                tags.div(chart_output("rolls_chart", label=say("Roll rates between buckets")), class_="wide-chart"),
                footer=say("Grey: too few obligations to judge. A click on a cell filters by its bucket."),
                class_="roll-rates",
            ),
            tags.div(
                cards.finding_card(
                    "rates_head", ui.output_ui("rates"), footer=say("A click on a bucket shows its course.")
                ),
                cards.finding_card("course_head", chart_output("course_chart", label=say("Roll and cure by month"))),
                class_="two-even",
            ),
            cards.finding_card("left_head", ui.output_ui("left")),
            tags.div(
                cards.finding_card("curves_head", chart_output("curves_chart", label=say("Vintage curves"))),
                cards.finding_card("cohorts_head", ui.output_ui("cohorts")),
                class_="two-even",
            ),
            tags.p(ui.output_text("note", inline=True), class_="hidden-note"),
            tags.div(
                cards.finding_card(
                    "cash_head", chart_output("cash_chart", label=say("Cash recovered by month of entry"))
                ),
                cards.finding_card("entered_head", ui.output_ui("entered")),
                class_="two-even",
            ),
        ),
    )


def _choice(id: str, label: str, choices: Mapping[str, str], asked: str) -> Tag:
    return ui.input_select(id, label, dict(choices), selected=asked if asked in choices else next(iter(choices)))


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
    steps = Steps(narrow, selection)

    @reactive.calc
    def asked() -> numbers.Scene:
        return numbers.Scene(pin(), selection(), policy())

    @reactive.calc
    def scene() -> numbers.Scene:
        req(not asked().reason)
        return asked()

    @render.ui
    def state() -> TagChild:
        problem = rolling.state(l10n, asked())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(rolling.caution(l10n, scene()))

    parts.rolls(input, session, l10n=l10n, scene=scene, look=look, steps=steps)
    parts.curves_and_cohorts(input, l10n=l10n, scene=scene, look=look)
    parts.cash(input, l10n=l10n, scene=scene, look=look)


PAGE = Page(
    "vintages",
    mark("Rolls and vintages"),
    page_ui,
    page_server,
    words={
        "rolls": "unit", "ever": "days", "cohorts": "origin", "grain": "grain",
        "horizon": "horizon",
    },
)  # fmt: skip
