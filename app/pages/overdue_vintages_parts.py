"""App room: parts of the section Rolls and vintages: the roll rates, the vintages, the recovery of cash."""

from __future__ import annotations

from collections.abc import Callable

from htmltools import Tag
from shiny import Inputs, Session, reactive, render, ui

from app.charts.entries import entries
from app.charts.heatmap import heatmap
from app.charts.trend import trend
from app.charts.vintages import vintages as curves
from app.components import cards
from app.components.chart import render_chart
from app.components.clicks import Steps, picked
from app.l10n import L10n
from app.theme import Look
from app.views import choices
from app.views import overdue_recovery as recovery
from app.views import overdue_rolls as rolling
from app.views import overdue_vintage_figures as numbers
from app.views import overdue_vintages as words
from monitoring.roll_rates import Rates


def rolls(
    input: Inputs,
    session: Session,
    *,
    l10n: L10n,
    scene: Callable[[], numbers.Scene],
    look: Callable[[], Look],
    steps: Steps,
) -> None:
    """The matrix, the rates by bucket and by month, and what left; a click filters by the bucket of its row."""

    @reactive.calc
    def found() -> numbers.Moves:
        return numbers.moves(scene(), input.unit())

    clicked: reactive.Value[str] = reactive.Value("")

    @reactive.effect
    @reactive.event(input.bucket)
    def _() -> None:
        clicked.set(input.bucket())

    @reactive.calc
    def bucket() -> str:
        return numbers.usual_bucket(scene(), clicked())

    @reactive.calc
    def course() -> list[Rates]:
        return numbers.course(scene(), found(), bucket(), input.unit())

    @render.ui
    def rolls_head() -> Tag:
        return cards.headline(rolling.headline(l10n, scene(), found()))

    @render_chart
    def rolls_chart() -> dict:
        return heatmap(rolling.picture(l10n, scene(), found()), look())

    @reactive.effect
    @reactive.event(rolls_chart.clicked)
    def _() -> None:
        steps.take(("bucket", picked(rolls_chart.clicked()).y))

    @render.ui
    def rates_head() -> Tag:
        return cards.headline(rolling.rates_headline(l10n, found()))

    @render.ui
    def rates() -> Tag:
        return cards.table(rolling.rates_table(l10n, found()), input_id=session.ns("bucket"))

    @render.ui
    def course_head() -> Tag:
        return cards.headline(rolling.course_headline(l10n, bucket(), course()))

    @render_chart
    def course_chart() -> dict:
        return trend(rolling.course_picture(l10n, found(), course()), look())

    @render.ui
    def left_head() -> Tag:
        return cards.headline(rolling.left_headline(l10n, found()))

    @render.ui
    def left() -> Tag:
        return cards.table(rolling.left_table(l10n, found()))


def curves_and_cohorts(
    input: Inputs, *, l10n: L10n, scene: Callable[[], numbers.Scene], look: Callable[[], Look]
) -> None:
    """The vintage curves, and the same as a table."""

    @reactive.effect
    def _() -> None:
        free = words.origins(l10n, scene())
        with reactive.isolate():
            current = choices.kept_or_first(free, input.origin())
        ui.update_select("origin", choices=free, selected=current)

    @reactive.calc
    def found() -> numbers.Cohorts:
        return numbers.cohorts(scene(), input.days(), input.origin(), input.grain())

    @render.ui
    def curves_head() -> Tag:
        return cards.headline(words.headline(l10n, found()))

    @render_chart
    def curves_chart() -> dict:
        return curves(words.picture(l10n, found()), look())

    @render.ui
    def cohorts_head() -> Tag:
        return cards.headline(words.table_headline(l10n, found(), scene().policy))

    @render.ui
    def cohorts() -> Tag:
        return cards.table(words.table(l10n, found(), scene().policy))

    @render.text
    def note() -> str:
        return words.note(l10n, found())


def cash(input: Inputs, *, l10n: L10n, scene: Callable[[], numbers.Scene], look: Callable[[], Look]) -> None:
    """Cash by month of entry, and the same as a table."""

    @reactive.calc
    def found() -> numbers.Recovered:
        return numbers.recovered(scene(), input.days(), input.horizon())

    @render.ui
    def cash_head() -> Tag:
        return cards.headline(recovery.headline(l10n, found()))

    @render_chart
    def cash_chart() -> dict:
        return entries(recovery.picture(l10n, found()), look())

    @render.ui
    def entered_head() -> Tag:
        return cards.headline(recovery.table_headline(l10n, found(), scene().policy))

    @render.ui
    def entered() -> Tag:
        return cards.table(recovery.table(l10n, found()))
