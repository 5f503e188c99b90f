"""App room: the section What they cost of the False positives page: three false positives, and the break-even gauge."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.bullet import bullets
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.clicks import picked
from app.components.rates import rate_tiles
from app.components.verdict import SHEET
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import choices
from app.views import false_positives as errors_view
from app.views import false_positives_costs as view
from app.views import false_positives_costs_figures as numbers
from app.views import false_positives_figures as errors_numbers
from app.views import threshold_dial as dials
from app.words import mark
from data.counts import Selection, Tally
from monitoring.curves import SegmentErrors
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the three false positives, and the gauge of a dimension."""
    split = asked.get("costs_by", "")
    return TagList(
        controls.SHEET,
        SHEET,
        controls.page(
            ui.output_ui("state"),
            cards.finding_card("three_head", ui.output_ui("three"), class_="as-tall"),
            cards.finding_card(
                "gauge_head",
                tags.div(
                    ui.input_select("split", l10n.say("Segment by"), choices.at_first(l10n, split), selected=split),
                    class_="tool-row",
                ),
                chart_output("gauge_chart", label=l10n.say("FDR of each segment against the break-even")),
                footer=l10n.say("A click filters every page by the segment."),
                class_="with-forest",
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
    own: Inputs,
) -> None:
    """Connects the slots to views and charts; the threshold is that of the page's first tab."""

    @reactive.calc
    def counted() -> errors_numbers.Counted:
        return errors_numbers.counted(pin(), selection(), policy=policy())

    @reactive.calc
    def cut() -> errors_numbers.Cut:
        return errors_numbers.cut(counted(), dials.resolve(pin(), own.threshold()))

    @reactive.calc
    def arms() -> numbers.Arms:
        return numbers.arms(pin(), selection(), policy=policy())

    @reactive.calc
    def found() -> numbers.Three:
        return numbers.three(pin(), selection(), cut(), numbers.added(pin(), selection(), arms(), cut()))

    @reactive.calc
    def equilibrium() -> numbers.Equilibrium:
        return numbers.equilibrium(pin(), selection(), counted())

    @reactive.calc
    def dimension() -> str:
        return choices.resolve(pin(), selection(), input.split())

    @reactive.calc
    def split() -> Tally | None:
        return errors_numbers.split(counted(), selection(), dimension())

    @reactive.calc
    def segments() -> list[SegmentErrors]:
        return errors_numbers.segments(split(), cut())

    @reactive.effect
    def _() -> None:
        options = choices.dimensions(l10n, pin(), selection())
        with reactive.isolate():
            current = choices.kept(options, input.split())
        ui.update_select("split", choices=options, selected=current)

    @render.ui
    def state() -> TagChild:
        problem = errors_view.state(l10n, counted())
        return controls.page_state(problem) if problem else None

    @render.ui
    def three_head() -> Tag:
        return cards.headline(view.headline(l10n, found()))

    @render.ui
    def three() -> Tag:
        return rate_tiles(view.tiles(l10n, found()))

    @render.ui
    def gauge_head() -> Tag:
        return cards.headline(view.gauge_headline(l10n, segments(), cut(), equilibrium(), dimension()))

    @render_chart
    def gauge_chart() -> dict:
        return bullets(view.gauges(l10n, segments(), cut(), equilibrium()), look())

    @reactive.effect
    @reactive.event(gauge_chart.clicked)
    def _() -> None:
        level = picked(gauge_chart.clicked()).y
        req(level)
        narrow(dimension(), level)


PAGE = Page(
    "false_positives_costs", mark("What they cost"), page_ui, page_server, words={"costs_by": "split"}, needs=("own",)
)
