"""App room: the re-age cliff of the Overdue ratio page: the ratio if re-aged debt re-defaults, under a stress."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.stacked import stacked
from app.charts.steps import steps
from app.charts.trend import trend
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import overdue_cliff as view
from app.views import overdue_cliff_figures as numbers
from app.views import overdue_cliff_pictures as pictures
from app.words import mark
from data.counts import Selection
from monitoring.cliff import Adjusted
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the stress, the sentence, the ratios and their course, how options held, what may come back."""
    return TagList(
        controls.strip(
            tags.div(
                ui.input_slider(
                    "stress", l10n.say("Re-default above or below history"), numbers.LEAST_STRESS, numbers.MOST_STRESS,
                    numbers.asked(asked.get("stress", "")), step=5, post="%", ticks=False,
                ),
                class_="dial",
            ),
            class_="with-slider",
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("sentence"),
            ui.output_ui("boxes"),
            tags.div(
                cards.finding_card(
                    "course_head", chart_output("course_chart", label=l10n.say("Three readings of the ratio, by month"))
                ),
                cards.finding_card(
                    "curves_head", chart_output("curves_chart", label=l10n.say("Re-default by months since the option"))
                ),
                class_="two-even",
            ),
            tags.div(
                cards.finding_card(
                    "balance_head",
                    chart_output("balance_chart", label=l10n.say("Re-aged balance by months since the option")),
                ),
                cards.finding_card("options_head", ui.output_ui("options")),
                class_="two-even",
            ),
            tags.div(
                cards.finding_card("at_risk_head", ui.output_ui("at_risk")),
                cards.finding_card("unknown_head", ui.output_ui("unknown")),
                class_="two-even",
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
    """Connects the slots to views and charts; the slider moves sums that are held, and counts nothing again."""

    @reactive.calc
    def page() -> numbers.Sheet:
        return numbers.sheet(pin(), selection(), policy=policy())

    @reactive.calc
    def standing() -> numbers.Sheet:
        req(page().sums)
        return page()

    @reactive.calc
    def found() -> Adjusted:
        return numbers.adjusted(standing(), input.stress())

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, page())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, standing(), found()))

    @render.ui
    def sentence() -> Tag:
        label = l10n.say("Does it hold?")
        return cards.insight(label, view.sentence(l10n, standing(), found()), level=view.level(standing(), found()))

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, standing(), found(), input.stress()))

    @render.ui
    def course_head() -> Tag:
        return cards.headline(pictures.course_headline(l10n, standing(), found(), input.stress()))

    @render_chart
    def course_chart() -> dict:
        return trend(pictures.course(l10n, standing(), found()), look())

    @render.ui
    def curves_head() -> Tag:
        return cards.headline(pictures.curves_headline(l10n, standing()))

    @render_chart
    def curves_chart() -> dict:
        return steps(pictures.curves(l10n, standing()), look())

    @render.ui
    def balance_head() -> Tag:
        return cards.headline(pictures.balance_headline(l10n, standing(), found()))

    @render_chart
    def balance_chart() -> dict:
        return stacked(pictures.balance(l10n, standing(), found()), look())

    @render.ui
    def options_head() -> Tag:
        return cards.headline(pictures.options_headline(l10n, standing(), found()))

    @render.ui
    def options() -> Tag:
        return cards.table(pictures.options(l10n, standing(), found()))

    @render.ui
    def at_risk_head() -> Tag:
        return cards.headline(pictures.at_risk_headline(l10n, standing()))

    @render.ui
    def at_risk() -> Tag:
        return cards.table(pictures.at_risk(l10n, standing()))

    @render.ui
    def unknown_head() -> Tag:
        return cards.headline(view.unknown_headline(l10n))

    @render.ui
    def unknown() -> Tag:
        return cards.table(view.not_known(l10n, standing()))


PAGE = Page("cliff", mark("Re-age cliff"), page_ui, page_server, words={"stress": "stress"})
