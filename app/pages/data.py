"""App room: the Data page: what the columns hold, what is wrong with them, what they have to do with the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.bars import bars
from app.charts.heatmap import heatmap
from app.charts.histogram import histogram
from app.components import card_list, cards, controls
from app.components.chart import chart_output, render_chart
from app.components.column_table import SHEET, column_table, remarks
from app.components.verdict import SHEET as VERDICT_SHEET
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import DATA, Page
from app.report_file import as_html, as_json, file_name
from app.theme import Look
from app.views import choices
from app.views import data_report as view
from app.views import data_report_column as one
from app.views import data_report_figures as figures
from app.views import data_report_findings as found
from app.views import data_report_pairs as pairs
from app.views import data_report_table as listing
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy

PLACE = "one-column"


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: boxes, what stands out beside the strongest columns, the table, one column, months, two columns."""
    return TagList(
        TagList(controls.SHEET, SHEET, VERDICT_SHEET),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("boxes"),
            tags.div(
                ui.output_ui("note"),
                ui.download_button("report_html", l10n.say("Download report"), class_="btn-primary"),
                ui.download_button("report_json", l10n.say("JSON"), class_="btn-outline-secondary"),
                class_="download-row",
            ),
            tags.div(
                cards.finding_card("findings_head", ui.output_ui("findings"), class_="data-findings"),
                cards.finding_card(
                    "strongest_head", chart_output("strongest_chart", label=l10n.say("Columns and the outcome"))
                ),
                class_="two-even data-tall",
            ),
            cards.finding_card("table_head", ui.output_ui("listed"), class_="as-tall"),
            controls.strip(_picker("column", l10n.say("Column"), asked.get("column", ""))),
            _one_column(l10n),
            tags.div(
                cards.finding_card("missing_head", _wide("missing_chart", l10n.say("Missing values by month"))),
                cards.finding_card("alike_head", _wide("alike_chart", l10n.say("Rank correlations"))),
                class_="two-even data-matrix",
            ),
            controls.strip(
                _picker("down", l10n.say("Rows"), asked.get("one", "")),
                _picker("across", l10n.say("Columns"), asked.get("two", "")),
            ),
            tags.div(cards.finding_card("pair_head", _wide("pair_chart", l10n.say("Two columns"))), class_="one-up"),
        ),
    )


def _picker(id: str, label: str, asked: str) -> Tag:
    return ui.input_select(id, label, {"": "…"} | ({asked: asked} if asked else {}), selected=asked)


def _wide(id: str, label: str) -> Tag:
    return tags.div(chart_output(id, label=label), class_="wide-chart")


def _one_column(l10n: L10n) -> Tag:
    """The pictures and numbers of the chosen column."""
    return tags.div(
        cards.finding_card("spread_head", chart_output("spread_chart", label=l10n.say("Distribution"))),
        cards.finding_card("rates_head", chart_output("rates_chart", label=l10n.say("Positive share by bin"))),
        cards.finding_card("facts_head", ui.output_ui("facts")),
        class_="one-column",
        id=PLACE,
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
    order: reactive.Value[listing.Order] = reactive.Value(listing.Order())

    @reactive.calc
    def report() -> figures.Report:
        known = figures.of(pin())
        req(view.state(l10n, known) is None)
        return known  # type: ignore[return-value]

    @reactive.calc
    def column() -> str:
        return view.chosen(report(), input.column())

    @reactive.calc
    def both() -> tuple[str, str]:
        return view.pair(report(), input.down(), input.across())

    @reactive.effect
    def _() -> None:
        ui.update_select("column", choices=view.choices(l10n, report()), selected=column())

    @reactive.effect
    def _() -> None:
        down, across = both()
        ui.update_select("down", choices=view.pair_choices(l10n, report(), other_than=across), selected=down)
        ui.update_select("across", choices=view.pair_choices(l10n, report(), other_than=down), selected=across)

    @reactive.effect
    @reactive.event(input.opened)
    def _() -> None:
        ui.update_select("column", selected=choices.kept_or_first(view.choices(l10n, report()), input.opened()))

    @reactive.effect
    @reactive.event(input.sorted)
    def _() -> None:
        order.set(listing.turned(order(), input.sorted()))

    @render.ui
    def state() -> TagChild:
        nothing = view.state(l10n, figures.of(pin()))
        return controls.page_state(nothing) if nothing else None

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, report()))

    @render.ui
    def note() -> Tag:
        return tags.p(view.scope_note(l10n, report()))

    @render.download_button(filename=lambda: file_name(report().document, "html"))
    def report_html() -> Iterator[str]:
        yield as_html(report(), l10n)

    @render.download_button(filename=lambda: file_name(report().document, "json"))
    def report_json() -> Iterator[str]:
        yield as_json(report())

    @render.ui
    def findings_head() -> Tag:
        return cards.headline(view.findings_headline(l10n, report()))

    @render.ui
    def findings() -> Tag:
        return remarks(found.findings(l10n, report()))

    @render.ui
    def strongest_head() -> Tag:
        return cards.headline(pairs.strongest_headline(l10n, report()))

    @render_chart
    def strongest_chart() -> dict:
        return bars(pairs.strongest(l10n, report()), look())

    @render.ui
    def table_head() -> Tag:
        return cards.headline(listing.headline(l10n, report()))

    @render.ui
    def listed() -> Tag:
        ids = {"sort_id": session.ns("sorted"), "open_id": session.ns("opened"), "place": PLACE}
        lines = listing.table(l10n, report(), order())
        return column_table(lines, listing.heads(l10n, order()), chosen=column(), **ids)

    @render.ui
    def spread_head() -> Tag:
        return cards.headline(one.spread_headline(l10n, report(), column()))

    @render_chart
    def spread_chart() -> dict:
        return histogram(one.spread(l10n, report(), column()), look())

    @render.ui
    def rates_head() -> Tag:
        return cards.headline(one.rates_headline(l10n, report(), column()))

    @render_chart
    def rates_chart() -> dict:
        return bars(one.rates(l10n, report(), column()), look())

    @render.ui
    def facts_head() -> Tag:
        return cards.headline(one.facts_headline(l10n, report(), column()))

    @render.ui
    def facts() -> Tag:
        return card_list.facts(one.facts(l10n, report(), column()))

    @render.ui
    def missing_head() -> Tag:
        return cards.headline(pairs.missing_headline(l10n, report()))

    @render_chart
    def missing_chart() -> dict:
        return heatmap(pairs.missing(l10n, report()), look())

    @render.ui
    def alike_head() -> Tag:
        return cards.headline(pairs.alike_headline(l10n, report()))

    @render_chart
    def alike_chart() -> dict:
        return heatmap(pairs.alike(l10n, report()), look())

    @render.ui
    def pair_head() -> Tag:
        return cards.headline(pairs.pair_headline(l10n, report(), *both()))

    @render_chart
    def pair_chart() -> dict:
        return heatmap(pairs.pair(l10n, report(), *both()), look())


PAGE = Page("data", mark("Data"), page_ui, page_server,
            words={"column": "column", "one": "down", "two": "across"}, menu=DATA)  # fmt: skip
