"""App room: the Coverage section of the Segments page: what stays at each step, by month and segment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.waterfall import waterfall
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import choices
from app.views import segments_coverage as view
from app.views import segments_coverage_figures as numbers
from app.views import segments_coverage_tables as tables
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the controls, the sentence, the chain in a picture and in numbers, segments, months out of the way."""
    unit, month, by = (asked.get(word, "") for word in ("cover_in", "cover_month", "cover_by"))
    units = {view.COUNTS: l10n.say("Rows"), view.BALANCES: l10n.say("Balance")}
    return TagList(
        controls.strip(
            ui.input_select("unit", l10n.say("In"), units, selected=unit if unit in units else None),
            ui.input_select("month", l10n.say("Month"), {"": "…"} | ({month: month} if month else {}), selected=month),
            ui.input_select("dimension", l10n.say("Segment by"), choices.at_first(l10n, by), selected=by),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("sentence"),
            tags.div(
                cards.finding_card("chain_head", chart_output("chain_chart", label=l10n.say("Coverage step by step"))),
                cards.finding_card("steps_head", ui.output_ui("steps")),
                class_="two-even",
            ),
            cards.finding_card("segments_head", ui.output_ui("segments")),
            cards.finding_card("unusual_head", ui.output_ui("unusual")),
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
    """Connects the slots to views and charts; another month adds up what is counted already."""

    @reactive.calc
    def sheet() -> numbers.Sheet:
        return numbers.sheet(pin(), selection(), policy=policy(), dimension=input.dimension())

    @reactive.calc
    def found() -> numbers.Seen:
        return numbers.seen(sheet(), numbers.month_of(sheet(), input.month()))

    @reactive.calc
    def unit() -> str:
        return choices.kept_or_first(view.units(l10n, sheet()), input.unit())

    @reactive.effect
    def _() -> None:
        free = choices.dimensions(l10n, pin(), selection())
        with reactive.isolate():
            current = choices.kept(free, input.dimension())
        ui.update_select("dimension", choices=free, selected=current)

    @reactive.effect
    def _() -> None:
        months, units = view.months(l10n, sheet()), view.units(l10n, sheet())
        with reactive.isolate():
            current, measured = choices.kept(months, input.month()), choices.kept_or_first(units, input.unit())
        ui.update_select("month", choices=months, selected=current)
        ui.update_select("unit", choices=units, selected=measured)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, sheet())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, sheet()))

    @render.ui
    def sentence() -> Tag:
        return cards.insight(l10n.say("Who is left out?"), view.sentence(l10n, found()), level=view.level(found()))

    @render.ui
    def chain_head() -> Tag:
        return cards.headline(view.headline(l10n, found(), unit()))

    @render_chart
    def chain_chart() -> dict:
        return waterfall(view.picture(l10n, found(), unit()), look())

    @render.ui
    def steps_head() -> Tag:
        return cards.headline(view.steps_headline(l10n, found()))

    @render.ui
    def steps() -> Tag:
        return cards.table(view.table(l10n, found(), unit()))

    @render.ui
    def segments_head() -> Tag:
        return cards.headline(tables.segments_headline(l10n, found()))

    @render.ui
    def segments() -> Tag:
        return cards.table(tables.segments_table(l10n, found()), input_id=session.ns("picked"))

    @render.ui
    def unusual_head() -> Tag:
        return cards.headline(tables.unusual_headline(l10n, found()))

    @render.ui
    def unusual() -> Tag:
        return cards.table(tables.unusual_table(l10n, found()), input_id=session.ns("picked_month"))

    @reactive.effect
    @reactive.event(input.picked)
    def _() -> None:
        narrow(sheet().dimension, input.picked())

    @reactive.effect
    @reactive.event(input.picked_month)
    def _() -> None:
        ui.update_select("month", selected=view.month_key(sheet(), input.picked_month()))


PAGE = Page(
    "coverage",
    mark("Coverage"),
    page_ui,
    page_server,
    words={"cover_in": "unit", "cover_month": "month", "cover_by": "dimension"},
)
