"""App room: the section Autopsy of the False positives page: one cause of each, and who answers for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.bars import bars
from app.charts.trend import trend
from app.components import card_list, cards, controls
from app.components.chart import chart_output, render_chart
from app.components.clicks import picked
from app.csv_list import as_csv
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import choices
from app.views import false_positives_autopsy as view
from app.views import false_positives_autopsy_figures as numbers
from app.views import false_positives_autopsy_list as behind_view
from app.views import false_positives_autopsy_pictures as pictures
from app.words import mark
from data.counts import Selection, Tally
from data.rows import CAUSES
from monitoring.autopsy import Division
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the sentence, causes as bars beside their table, what is behind a bar, segments and months."""
    by = asked.get("autopsy_by", "")
    return TagList(
        controls.strip(ui.output_ui("readings"), ui.output_ui("unit_choice")),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("sentence"),
            ui.output_ui("caution"),
            tags.div(
                cards.finding_card(
                    "causes_head",
                    chart_output("causes_chart", label=l10n.say("Causes of the false positives")),
                    footer=l10n.say("Red: the model answers. Amber: never a contact. Grey: nobody can say."),
                ),
                cards.finding_card("table_head", ui.output_ui("listed"), class_="concentration"),
                class_="two-even",
            ),
            cards.finding_card(
                "behind_head", ui.output_ui("download"), ui.output_ui("behind"), class_="behind"
            ),
            tags.div(
                cards.finding_card(
                    "segments_head",
                    ui.input_select("dimension", l10n.say("Segment by"), choices.at_first(l10n, by), selected=by),
                    chart_output("segments_chart", label=l10n.say("FDR of the model by segment")),
                ),
                cards.finding_card(
                    "months_head", chart_output("months_chart", label=l10n.say("The causes by month"))
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
    own: Inputs,
) -> None:
    """Connects the slots to views and charts. The threshold is that of the page's own slider."""

    @reactive.calc
    def counted() -> numbers.Counted:
        return numbers.counted(pin(), selection(), policy=policy())

    @reactive.calc
    def sheet() -> numbers.Sheet:
        return numbers.sheet(counted(), own.threshold())

    @reactive.calc
    def dimension() -> str:
        return choices.resolve(pin(), selection(), input.dimension())

    @reactive.calc
    def by_level() -> Tally | None:
        return numbers.split(counted(), dimension())

    @reactive.calc
    def by_month() -> Tally | None:
        return numbers.split(counted(), "month")

    @reactive.calc
    def segments() -> Sequence[Division]:
        return numbers.divisions(by_level(), dimension(), sheet())

    @reactive.calc
    def months() -> Sequence[Division]:
        return numbers.divisions(by_month(), "month", sheet())

    @reactive.calc
    def unit() -> str:
        return choices.kept_or_first(view.units(l10n, sheet()), input.unit() if "unit" in input else "")

    @reactive.effect
    def _() -> None:
        options = choices.dimensions(l10n, pin(), selection())
        with reactive.isolate():
            current = choices.kept(options, input.dimension())
        ui.update_select("dimension", choices=options, selected=current)

    @render.ui
    def readings() -> Tag:
        return controls.readings(view.readings(l10n, sheet()))

    @render.ui
    def unit_choice() -> TagChild:
        return controls.segmented("unit", l10n.say("Count in"), view.units(l10n, sheet()))

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, sheet())
        return controls.page_state(problem) if problem else None

    @render.ui
    def sentence() -> Tag:
        return cards.insight(l10n.say("Who answers?"), view.sentence(l10n, sheet()))

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, sheet()))

    @render.ui
    def causes_head() -> Tag:
        return cards.headline(view.headline(l10n, sheet()))

    @render_chart
    def causes_chart() -> dict:
        return bars(pictures.causes(l10n, sheet(), unit()), look())

    @render.ui
    def table_head() -> Tag:
        return cards.headline(view.table_headline(l10n, sheet()))

    @render.ui
    def listed() -> Tag:
        return cards.table(view.table(l10n, sheet()), input_id=session.ns("picked"))

    @render.ui
    def segments_head() -> Tag:
        return cards.headline(pictures.segments_headline(l10n, segments(), sheet(), dimension()))

    @render_chart
    def segments_chart() -> dict:
        return bars(pictures.segments(l10n, segments(), sheet()), look())

    @render.ui
    def months_head() -> Tag:
        return cards.headline(pictures.months_headline(l10n, months()))

    @render_chart
    def months_chart() -> dict:
        return trend(pictures.months(l10n, months()), look())

    _behind(input, l10n=l10n, sheet=sheet, clicked=causes_chart.clicked)

    @reactive.effect
    @reactive.event(segments_chart.clicked)
    def _() -> None:
        level = picked(segments_chart.clicked()).y
        req(level)
        narrow(dimension(), level)


def _behind(
    input: Inputs, *, l10n: L10n, sheet: Callable[[], numbers.Sheet], clicked: Callable[[], list]
) -> None:  # fmt: skip
    """The obligations behind a cause that was clicked on, read off the event loop, and the file of them."""

    @reactive.extended_task
    async def reading(found: numbers.Sheet, cause: str) -> numbers.Listing:
        return await asyncio.to_thread(numbers.listing, found, cause)

    def read(cause: str) -> None:
        if cause in CAUSES:
            reading(sheet(), cause)

    @reactive.effect
    @reactive.event(input.picked)
    def _() -> None:
        read(input.picked())

    @reactive.effect
    @reactive.event(clicked)
    def _() -> None:
        read(picked(clicked()).y)

    @reactive.calc
    def listing() -> numbers.Listing | None:
        found = reading.result() if reading.status() == "success" else None
        return found if found and numbers.current(found, sheet()) else None

    @render.ui
    def behind_head() -> Tag:
        return cards.headline(behind_view.headline(l10n, listing()))

    @render.ui
    def download() -> TagChild:
        return ui.download_link("file", l10n.say("Download all as CSV")) if listing() else None

    @render.download_link(filename=lambda: behind_view.file_name(l10n, listing()))
    async def file() -> AsyncIterator[str]:
        yield as_csv(behind_view.columns(l10n), behind_view.file_rows(l10n, listing()))

    @render.ui
    def behind() -> TagChild:
        if reading.status() == "running":
            return card_list.working(l10n.say("Reading the obligations"))
        return cards.table(behind_view.table(l10n, listing())) if listing() else None


PAGE = Page(
    "autopsy",
    mark("Autopsy"),
    page_ui,
    page_server,
    words={"autopsy_by": "dimension"},
    needs=("own",),
)
