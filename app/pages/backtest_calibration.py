"""App room: the section Calibration of the Backtest page: do the scores mean what they say, and would others have."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.reliability import reliability
from app.charts.trend import trend
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import calibration as view
from app.views import calibration_pictures as pictures
from app.views import calibration_tables as tables
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy

TALL = "400px"
"""Height of a chart that stands beside a table."""


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: direction and bands, the finding, small figures, reliability beside the tests, the table of bands, and
    what a recalibrated model would have shown."""
    sides, groups = view.sides(l10n), view.groups(l10n)
    side, bands = view.side_of(asked.get("cal_side", "")), str(view.groups_of(asked.get("cal_bands", "")))
    return TagList(
        controls.strip(
            ui.input_select("side", l10n.say("Direction"), sides, selected=side),
            ui.input_select("groups", l10n.say("Bands"), groups, selected=bands),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            tags.div(
                cards.finding_card(
                    "bands_head",
                    chart_output("bands", label=l10n.say("Observed over promised share, by score band"), height=TALL),
                ),
                cards.finding_card("tests_head", ui.output_ui("tests")),
                class_="two-even free",
            ),
            cards.finding_card("table_head", ui.output_ui("table")),
            tags.div(
                cards.finding_card(
                    "again_head",
                    chart_output("again", label=l10n.say("What a recalibrated model would have promised"), height=TALL),
                ),
                cards.finding_card("before_head", ui.output_ui("before")),
                class_="two-even free",
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
) -> None:
    """Connects the slots to views and charts."""

    @reactive.calc
    def figures() -> view.Figures:
        side, groups = view.side_of(input.side()), view.groups_of(input.groups())
        return view.figures(pin(), selection(), policy=policy(), side=side, groups=groups)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, figures())
        return controls.page_state(problem) if problem else None

    @render.ui
    def said() -> TagList:
        drift = view.drift(l10n, figures())
        return TagList(
            cards.insight(l10n.say("Calibration:"), view.sentence(l10n, figures()), level=view.level(figures())),
            cards.insight(l10n.say("Drift of the promise:"), drift, level="watch") if drift else None,
            cards.hidden_note(l10n.say("Not judged:"), view.left_out(l10n, figures())),
        )

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, figures()))

    @render.ui
    def bands_head() -> Tag:
        return cards.headline(pictures.reliability_headline(l10n, figures()))

    @render_chart
    def bands() -> dict:
        return reliability(pictures.reliability(l10n, figures()), look())

    @render.ui
    def tests_head() -> Tag:
        return cards.headline(tables.tests_headline(l10n, figures()))

    @render.ui
    def tests() -> Tag:
        return cards.table(tables.tests(l10n, figures()))

    @render.ui
    def table_head() -> Tag:
        return cards.headline(tables.bands_headline(l10n, figures()))

    @render.ui
    def table() -> Tag:
        return cards.table(tables.bands(l10n, figures()))

    @render.ui
    def again_head() -> Tag:
        return cards.headline(pictures.again_headline(l10n, figures()))

    @render_chart
    def again() -> dict:
        return trend(pictures.again(l10n, figures()), look())

    @render.ui
    def before_head() -> Tag:
        return cards.headline(tables.again_table_headline(l10n, figures()))

    @render.ui
    def before() -> Tag:
        return cards.table(tables.again(l10n, figures()))


PAGE = Page("calibration", mark("Calibration"), page_ui, page_server, words={"cal_side": "side", "cal_bands": "groups"})
