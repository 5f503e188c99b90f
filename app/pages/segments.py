"""App room: the Segments page: propensity, observed rate and gap by any segment, and by any two."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.bars import bars
from app.charts.heatmap import heatmap
from app.components import cards, controls
from app.components.band_ties import band_ties
from app.components.breadcrumb import breadcrumb
from app.components.chart import chart_output, render_chart
from app.components.clicks import Steps, picked
from app.desk import Pin
from app.l10n import L10n
from app.pages import segments_compare, segments_coverage, segments_finder
from app.pages.base import Page
from app.pages.tabs import tabbed
from app.selection import Filters
from app.shelf import Shelf
from app.theme import Look
from app.views import choices
from app.views import segments as view
from app.views import segments_bands as bands
from app.views import segments_figures as numbers
from app.views import segments_paths as paths
from app.words import mark
from data.counts import Selection
from monitoring.joined import parts
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the sentence, the controls, bars beside the heat-map, the table."""
    measures = view.measures(l10n)
    wanted = asked.get("measure", "")
    return TagList(
        controls.strip(
            ui.input_select("measure", l10n.say("Measure"), measures, selected=wanted if wanted in measures else None),
            _dimension("dimension", l10n.say("Segment by"), l10n, asked.get("by", "")),
            _dimension("rows", l10n.say("Heat-map rows"), l10n, asked.get("rows", "")),
            _dimension("columns", l10n.say("Heat-map columns"), l10n, asked.get("columns", "")),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("sentence"),
            ui.output_ui("caution"),
            tags.div(
                cards.finding_card("bars_head", chart_output("bars_chart", label=l10n.say("Bars by segment"))),
                cards.finding_card(
                    "heatmap_head",
                    ui.output_ui("path"),
                    _band_editor(l10n, asked.get("bands", "")),
                    tags.div(
                        chart_output("heatmap_chart", label=l10n.say("Heat-map of two dimensions")), class_="wide-chart"
                    ),
                    footer=l10n.say(
                        "Rates are stabilised; the raw one is on hover. Grey: too few outcomes to see a departure that "
                        "matters. A click on a cell, on a name or on a bar filters by it, and opens what lies under it."
                    ),
                ),
                class_="bars-and-map",
            ),
            cards.finding_card("table_head", ui.output_ui("listed")),
        ),
    )


def _dimension(id: str, label: str, l10n: L10n, asked: str) -> Tag:
    return ui.input_select(id, label, choices.at_first(l10n, asked), selected=asked)


def _band_editor(l10n: L10n, asked: str) -> Tag:
    return tags.details(
        tags.summary(l10n.say("Take neighbouring bands together")),
        ui.output_ui("ties"),
        tags.div(ui.input_text("bands", l10n.say("Bands taken together"), asked), class_="d-none"),
        class_="band-editor",
        open="" if asked else None,
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
    bar: Callable[[], Filters],
    shelf: Shelf,
) -> None:
    """Connects the slots to views and charts."""
    tied: reactive.Value[bands.Ties] = reactive.Value({})

    @reactive.effect(priority=1)
    @reactive.event(input.bands)
    def _() -> None:
        tied.set(bands.read(input.bands()))

    @reactive.calc
    def scope() -> numbers.Scope:
        return numbers.scope(pin(), selection(), policy=policy(), groups=bands.taken_together(pin(), tied()))

    @reactive.calc
    def measure() -> str:
        return choices.kept_or_first(view.measures(l10n, pin()), input.measure())

    @reactive.calc
    def dimension() -> str:
        return paths.one(pin(), selection(), input.dimension())

    @reactive.calc
    def axes() -> tuple[str, str]:
        return paths.pair(pin(), selection(), rows=input.rows(), columns=input.columns())

    @reactive.calc
    def found() -> numbers.Breakdown:
        return numbers.breakdown(scope(), selection(), dimension())

    @reactive.calc
    def grid() -> numbers.Grid:
        rows, columns = axes()
        return numbers.grid(scope(), selection(), rows=rows, columns=columns)

    @reactive.calc
    def off() -> numbers.MostOff:
        return numbers.most_off(scope(), selection())

    @reactive.effect
    def _() -> None:
        offered = view.measures(l10n, pin())
        with reactive.isolate():
            current = choices.kept_or_first(offered, input.measure())
        ui.update_select("measure", choices=offered, selected=current)

    @reactive.effect
    def _() -> None:
        offered = paths.offered(l10n, pin(), selection(), rows=input.rows(), columns=input.columns())
        for id, options in offered.items():
            with reactive.isolate():
                current = choices.kept(options, input[id]())
            ui.update_select(id, choices=options, selected=current)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, scope(), dimension=dimension(), measure=measure())
        return controls.page_state(problem) if problem else None

    @render.ui
    def sentence() -> Tag:
        return cards.insight(l10n.say("Most off:"), view.most_off(l10n, scope(), off()), level=view.level(off()))

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.note(l10n, scope()))

    @render.ui
    def bars_head() -> Tag:
        return cards.headline(view.headline(l10n, found(), measure()))

    @render_chart
    def bars_chart() -> dict:
        return bars(view.bars(l10n, found(), measure()), look())

    @render.ui
    def heatmap_head() -> Tag:
        return cards.headline(view.heatmap_headline(l10n, grid(), measure()))

    @render.ui
    def path() -> TagList:
        return TagList(
            *(
                breadcrumb(l10n.say("Where you are"), way, input_id=session.ns("up"), hint=paths.hint(l10n, way))
                for way in paths.crumbs(l10n, pin(), selection(), axes())
            )
        )

    @output(suspend_when_hidden=False)
    @render.ui
    def ties() -> TagChild:
        with reactive.isolate():
            now = tied()
        found = bands.rows(l10n, pin(), axes(), now)
        return band_ties(
            found, input_id=session.ns("tie"), nothing=l10n.say("Neither dimension has its levels in order.")
        )

    @render_chart
    def heatmap_chart() -> dict:
        return heatmap(view.heatmap(l10n, grid(), measure()), look())

    @render.ui
    def table_head() -> Tag:
        return cards.headline(view.table_headline(l10n, found()))

    @render.ui
    def listed() -> Tag:
        return cards.table(view.table(l10n, found(), measure()), input_id=session.ns("picked"))

    steps = Steps(narrow, selection)

    @reactive.effect
    @reactive.event(input.picked)
    def _() -> None:
        steps.take((dimension(), *parts(input.picked())))

    @reactive.effect
    @reactive.event(bars_chart.clicked)
    def _() -> None:
        steps.take((dimension(), *parts(picked(bars_chart.clicked()).y)))

    @reactive.effect
    @reactive.event(heatmap_chart.clicked)
    def _() -> None:
        point = picked(heatmap_chart.clicked())
        steps.take((axes()[0], *parts(point.y)), (axes()[1], *parts(point.x)))

    @reactive.effect
    @reactive.event(input.tie)
    def _() -> None:
        tied.set(bands.turned(tied(), input.tie()))
        ui.update_text("bands", value=bands.written(tied()))

    @reactive.effect
    @reactive.event(input.up)
    def _() -> None:
        target = paths.back(l10n, pin(), selection(), input.up(), rows=input.rows(), columns=input.columns())
        if target is None:
            return
        ui.update_select(target.axis, choices=target.choices, selected=target.asked)
        shelf.show(paths.up(pin(), bar(), input.up()))


OWN = Page(
    "segments",
    mark("Segments"),
    page_ui,
    page_server,
    words={"measure": "measure", "by": "dimension", "rows": "rows", "columns": "columns", "bands": "bands"},
    needs=("bar", "shelf"),
)
"""The page without its sections."""

PAGE = tabbed(OWN, mark("By segment"), segments_finder.PAGE, segments_compare.PAGE, segments_coverage.PAGE)
