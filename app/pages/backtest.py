"""App room: the Backtest page: did what we promised happen, and does the score still rank."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.bars import Bars, bars
from app.charts.reliability import reliability
from app.charts.roc import Roc, roc
from app.charts.trend import trend
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages import backtest_calibration as calibration
from app.pages import backtest_champion, backtest_lineage, backtest_rank, backtest_stability
from app.pages.base import Page
from app.pages.tabs import tabbed
from app.theme import Look
from app.views import backtest as view
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the sentence, the small figures, promise and rank by month, reliability and the list of bands."""
    return controls.page(
        TagList(controls.SHEET, ui.output_ui("state")),
        ui.output_ui("said"),
        ui.output_ui("boxes"),
        tags.div(
            cards.finding_card("promise_head", chart_output("promise", label=l10n.say("Promised and observed share"))),
            cards.finding_card("auc_head", chart_output("auc", label=l10n.say("How well the scores rank"))),
            class_="two-even",
        ),
        tags.div(
            cards.finding_card(
                "reliability_head", chart_output("bands", label=l10n.say("Observed over promised share, by score band"))
            ),
            cards.finding_card("table_head", ui.output_ui("deciles")),
            class_="two-even",
        ),
        cards.finding_card("months_head", ui.output_ui("months")),
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
    def said() -> TagList:
        return TagList(
            cards.insight(l10n.say("Backtest:"), view.sentence(l10n, figures()), level=view.level(figures())),
            cards.hidden_note(l10n.say("Not judged:"), view.left_out(l10n, figures())),
        )

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, figures()))

    @render.ui
    def promise_head() -> Tag:
        return cards.headline(view.promise_headline(l10n, figures()))

    @render_chart
    def promise() -> dict:
        found = view.promise(l10n, figures())
        return bars(found, look()) if isinstance(found, Bars) else trend(found, look())

    @render.ui
    def auc_head() -> Tag:
        return cards.headline(view.auc_headline(l10n, figures()))

    @render_chart
    def auc() -> dict:
        found = view.rank(l10n, figures())
        return roc(found, look()) if isinstance(found, Roc) else trend(found, look())

    @render.ui
    def reliability_head() -> Tag:
        return cards.headline(view.reliability_headline(l10n, figures()))

    @render_chart
    def bands() -> dict:
        return reliability(view.reliability(l10n, figures()), look())

    @render.ui
    def table_head() -> Tag:
        return cards.headline(view.table_headline(l10n, figures()))

    @render.ui
    def deciles() -> Tag:
        return cards.table(view.table(l10n, figures()))

    @render.ui
    def months_head() -> Tag:
        return cards.headline(view.months_headline(l10n, figures()))

    @render.ui
    def months() -> Tag:
        return cards.table(view.months(l10n, figures()))


OWN = Page("backtest", mark("Backtest"), page_ui, page_server)
"""The page without its further sections."""

PAGE = tabbed(
    OWN,
    mark("At a glance"),
    backtest_rank.PAGE,
    calibration.PAGE,
    backtest_champion.PAGE,
    backtest_stability.PAGE,
    backtest_lineage.PAGE,
)
