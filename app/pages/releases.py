"""App room: the Releases page: which version is on screen, what it rests on, what changed, and whether it is intact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.waterfall import waterfall
from app.components import card_list, cards, controls
from app.components.chart import chart_output, render_chart
from app.components.verdict import SHEET
from app.desk import Pin
from app.l10n import L10n
from app.pages import releases_on_demand as on_demand
from app.pages.base import DATA, Page
from app.theme import Look
from app.views import choices
from app.views import releases as view
from app.views import releases_coverage as coverage
from app.views import releases_figures as numbers
from app.views import releases_model as model
from app.views import releases_oddities as oddities
from app.views import releases_worth as worth
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy

SECONDS_PER_MINUTE = 60


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: boxes, the sentence, the waterfall beside its numbers, releases, the card, oddities, the change."""
    units, wanted = coverage.units(l10n), asked.get("cover", "")
    return TagList(
        TagList(controls.SHEET, SHEET),
        ui.output_ui("boxes"),
        ui.output_ui("said"),
        tags.div(
            cards.finding_card(
                "coverage_head",
                card_list.switch("unit", l10n.say("Count in"), units, selected=choices.kept_or_first(units, wanted)),
                chart_output("coverage_chart", label=l10n.say("Coverage waterfall")),
            ),
            cards.finding_card("steps_head", ui.output_ui("steps"), class_="worded steps"),
            class_="two-even",
        ),
        cards.finding_card(
            "list_head",
            tags.div(
                ui.input_task_button(
                    "verify", l10n.say("Check every file"), label_busy=l10n.say("Checking…"), type="outline-secondary"
                ),
                ui.output_ui("checked", fill=False),
                class_="tool-row",
            ),
            ui.output_ui("listed"),
            class_="worded as-tall",
        ),
        cards.finding_card("change_head", ui.output_ui("compare_tool"), ui.output_ui("changed"), class_="as-tall"),
        tags.div(
            cards.finding_card("card_head", ui.output_ui("card"), class_="as-tall"),
            cards.finding_card("board_head", ui.output_ui("board"), class_="as-tall board"),
            class_="two-even free",
        ),
        cards.finding_card("windows_head", ui.output_ui("windows"), class_="as-tall"),
        cards.finding_card("odd_head", ui.output_ui("odd"), class_="worded as-tall odd"),
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
    def shown() -> numbers.Shown:
        return numbers.shown(pin())

    @reactive.calc
    def covered() -> numbers.Covered:
        return numbers.covered(pin(), selection(), policy=policy())

    @reactive.calc
    def card_of() -> Mapping[str, Any]:
        return model.card(pin())

    @reactive.calc
    def odd_of() -> list[Mapping[str, Any]]:
        return list(numbers.document(pin(), "suspicions") or [])

    @reactive.calc
    def now() -> dt.datetime:
        reactive.invalidate_later(SECONDS_PER_MINUTE)
        return dt.datetime.now(dt.UTC)

    @reactive.calc
    def unit() -> str:
        return choices.kept_or_first(coverage.units(l10n, covered()), input.unit())

    @reactive.effect
    def _() -> None:
        offered = coverage.units(l10n, covered())
        with reactive.isolate():
            current = choices.kept_or_first(offered, input.unit())
        ui.update_radio_buttons("unit", choices=offered, selected=current, inline=True)

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, shown(), covered(), card_of(), odd_of(), policy=policy(), now=now()))

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("On screen:"), view.sentence(l10n, shown()))

    @render.ui
    def coverage_head() -> Tag:
        return cards.headline(coverage.headline(l10n, covered(), unit()))

    @render_chart
    def coverage_chart() -> dict:
        return waterfall(coverage.picture(l10n, covered(), unit()), look())

    @render.ui
    def steps_head() -> Tag:
        return cards.headline(coverage.steps_headline(l10n, covered(), unit()))

    @render.ui
    def steps() -> Tag:
        return cards.table(coverage.table(l10n, covered(), unit()))

    @render.ui
    def list_head() -> Tag:
        return cards.headline(view.list_headline(l10n, shown()))

    @render.ui
    def listed() -> TagChild:
        found = view.releases(l10n, shown(), now=now())
        return cards.table(found) if found else None

    @render.ui
    def card_head() -> Tag:
        return cards.headline(model.headline(l10n, card_of()))

    @render.ui
    def card() -> TagList:
        named = model.features(l10n, card_of())
        return TagList(
            card_list.facts(model.facts(l10n, card_of())),
            card_list.folded(model.features_summary(l10n, card_of()), card_list.chips(named)) if named else None,
        )

    @render.ui
    def board_head() -> Tag:
        return cards.headline(worth.board_headline(l10n, card_of()))

    @render.ui
    def board() -> TagList:
        lines = worth.board(l10n, card_of())
        return TagList(
            cards.table(lines) if lines else None,
            tags.h3(l10n.say("Guards"), class_="small-head"),
            card_list.conditions(worth.guards(l10n, card_of())),
        )

    @render.ui
    def windows_head() -> Tag:
        return cards.headline(model.windows_headline(l10n, card_of()))

    @render.ui
    def windows() -> TagChild:
        trained = model.windows(l10n, card_of())
        return card_list.folded(trained.caption, cards.table(trained)) if trained else None

    @render.ui
    def odd_head() -> Tag:
        return cards.headline(oddities.headline(l10n, odd_of()))

    @render.ui
    def odd() -> TagChild:
        found = oddities.table(l10n, odd_of())
        return cards.table(found) if found else None

    on_demand.check(input, l10n=l10n, pin=pin)
    on_demand.difference(input, l10n=l10n, shown=shown)


PAGE = Page("releases", mark("Releases"), page_ui, page_server, words={"cover": "unit"}, menu=DATA)
