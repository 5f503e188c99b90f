"""App room: the False positives page: what a threshold gets wrong, in rows, in money, by segment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.bars import bars
from app.charts.threshold import thresholds
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.clicks import picked
from app.components.confusion import confusion
from app.components.rates import rate_tiles
from app.desk import Pin
from app.l10n import L10n
from app.pages import equal_treatment, false_positives_autopsy, false_positives_costs, false_positives_cutoff
from app.pages.base import Page
from app.pages.tabs import tabbed
from app.theme import Look
from app.views import choices
from app.views import false_positives as view
from app.views import false_positives_costs_figures as costs
from app.views import false_positives_figures as numbers
from app.views import threshold_dial as dials
from app.words import mark
from data.counts import Selection, Tally
from monitoring.curves import SegmentErrors
from monitoring.policy import Policy
from monitoring.three_errors import Incremental


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: threshold and capacity, the sentence, matrix beside rates, curve beside segments."""
    split = asked.get("split", "")
    return TagList(
        controls.strip(
            tags.div(
                ui.input_slider(
                    "threshold", l10n.say("Flag from a score of"), 0, 100, dials.asked(asked.get("cut", "")),
                    step=0.1, post="%", ticks=False,
                ),
                tags.p(ui.output_text("usual", inline=True), class_="dial-note"),
                class_="dial",
            ),
            ui.output_ui("capacity"),
            class_="with-slider",
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("meaning"),
            ui.output_ui("caution"),
            tags.div(
                cards.finding_card(
                    "matrix_head",
                    ui.output_ui("unit_choice"),
                    ui.output_ui("matrix"),
                    footer=ui.output_ui("still_open"),
                ),
                cards.finding_card("rates_head", ui.output_ui("rates")),
                class_="matrix-and-rates",
            ),
            tags.div(
                cards.finding_card(
                    "curve_head",
                    chart_output("curve_chart", label=l10n.say("Error rates by threshold")),
                    footer=l10n.say("A click moves the threshold."),
                ),
                cards.finding_card(
                    "segments_head",
                    ui.input_select("dimension", l10n.say("Segment by"), choices.at_first(l10n, split), selected=split),
                    chart_output("segments_chart", label=l10n.say("Wasted contacts by segment")),
                ),
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
    """Connects the slots to views and charts."""

    @reactive.calc
    def counted() -> numbers.Counted:
        return numbers.counted(pin(), selection(), policy=policy())

    @reactive.calc
    def course() -> numbers.Course:
        return numbers.course(counted())

    @reactive.calc
    def cut() -> numbers.Cut:
        return numbers.cut(counted(), dials.resolve(pin(), input.threshold()))

    @reactive.calc
    def arms() -> costs.Arms:
        return costs.arms(pin(), selection(), policy=policy())

    @reactive.calc
    def added() -> Incremental:
        return costs.added(pin(), selection(), arms(), cut())

    @reactive.calc
    def dimension() -> str:
        return choices.resolve(pin(), selection(), input.dimension())

    @reactive.calc
    def split() -> Tally | None:
        return numbers.split(counted(), selection(), dimension())

    @reactive.calc
    def segments() -> list[SegmentErrors]:
        return numbers.segments(split(), cut())

    @reactive.calc
    def unit() -> str:
        offered = view.units(l10n, counted())
        return choices.kept_or_first(offered, input.unit() if "unit" in input else "")

    @reactive.effect
    def _() -> None:
        dial = dials.dial(pin())
        with reactive.isolate():
            value = dials.resolve(pin(), input.threshold())
        ui.update_slider("threshold", min=dial.least, max=dial.most, step=dial.step, value=dial.at(value))

    @reactive.effect
    def _() -> None:
        options = choices.dimensions(l10n, pin(), selection())
        with reactive.isolate():
            current = choices.kept(options, input.dimension())
        ui.update_select("dimension", choices=options, selected=current)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, counted())
        return controls.page_state(problem) if problem else None

    @render.text
    def usual() -> str:
        return view.usual(l10n, dials.dial(pin()))

    @render.ui
    def capacity() -> Tag:
        return controls.readings(view.capacity(l10n, cut()))

    @render.ui
    def meaning() -> Tag:
        return cards.insight(l10n.say("Positive ="), view.meaning(l10n, counted()))

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, cut()))

    @render.ui
    def still_open() -> str:
        return view.still_open(l10n, counted())

    @render.ui
    def unit_choice() -> TagChild:
        return controls.segmented("unit", l10n.say("Count in"), view.units(l10n, counted()))

    @render.ui
    def matrix_head() -> Tag:
        return cards.headline(view.matrix_headline(l10n, cut(), unit()))

    @render.ui
    def matrix() -> Tag:
        return confusion(view.square(l10n, cut(), unit()))

    @render.ui
    def rates_head() -> Tag:
        return cards.headline(view.rates_headline(l10n, cut()))

    @render.ui
    def rates() -> Tag:
        return rate_tiles(view.rates(l10n, cut(), added()))

    @render.ui
    def curve_head() -> Tag:
        return cards.headline(view.thresholds_headline(l10n, course(), cut()))

    @render_chart
    def curve_chart() -> dict:
        return thresholds(view.thresholds(l10n, course(), cut()), look())

    @render.ui
    def segments_head() -> Tag:
        return cards.headline(view.segments_headline(l10n, segments(), cut(), dimension()))

    @render_chart
    def segments_chart() -> dict:
        return bars(view.segment_bars(l10n, segments(), cut()), look())

    @reactive.effect
    @reactive.event(curve_chart.clicked)
    def _() -> None:
        wanted = dials.clicked(picked(curve_chart.clicked()).x)
        req(wanted)
        ui.update_slider("threshold", value=dials.dial(pin()).at(wanted))

    @reactive.effect
    @reactive.event(segments_chart.clicked)
    def _() -> None:
        level = picked(segments_chart.clicked()).y
        req(level)
        narrow(dimension(), level)


OWN = Page(
    "false_positives",
    mark("False positives"),
    page_ui,
    page_server,
    words={"cut": "threshold", "split": "dimension"},
)
"""The page without its further sections."""

PAGE = tabbed(
    OWN,
    mark("Errors at a threshold"),
    false_positives_autopsy.PAGE,
    false_positives_costs.PAGE,
    false_positives_cutoff.PAGE,
    equal_treatment.PAGE,
)
