"""App room: the section Stability of the Backtest page: are scores what they were, and what do they promise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.bars import bars
from app.charts.bridge import bridge
from app.charts.heatmap import heatmap
from app.charts.trend import trend
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import choices, drift
from app.views import stability as view
from app.views import stability_figures as numbers
from app.views import stability_pictures as pictures
from app.views import stability_tables as tables
from app.views.segments_compare_figures import Pair
from app.words import mark
from data.counts import Selection
from monitoring.migration import Migration
from monitoring.policy import Policy

MATRIX = "430px"
"""Height of the matrix of bands, and of the chart beside it."""


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: what is chosen, the sentence, figures, scores and features, moves and crowding, the split of a change,
    and estimates beside what came."""
    estimates = view.estimates(l10n)
    return TagList(
        controls.strip(
            ui.input_select("of", l10n.say("Estimate"), estimates,
                            selected=choices.kept_or_first(estimates, asked.get("estimate", ""))),
            _choice("to", l10n.say("Followed to"), asked.get("followed_to", "")),
            _choice("a", l10n.say("Change from"), asked.get("change_from", "")),
            _choice("b", l10n.say("Change to"), asked.get("change_to", "")),
            _choice("mix", l10n.say("Mix of"), asked.get("change_mix", "")),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            _pair(
                cards.finding_card("score_head", chart_output("scores", label=l10n.say("PSI of the scores by month"))),
                cards.finding_card("csi_head", chart_output("csi", label=l10n.say("Features that moved furthest"))),
            ),
            _pair(
                cards.finding_card(
                    "moves_head", chart_output("moves", label=l10n.say("Moves between score bands"), height=MATRIX)
                ),
                cards.finding_card(
                    "crowd_head", chart_output("crowd", label=l10n.say("Concentration over bands"), height=MATRIX)
                ),
            ),
            _pair(
                cards.finding_card(
                    "expected_head", chart_output("expected", label=l10n.say("Split of the predicted rate"))
                ),
                cards.finding_card(
                    "observed_head", chart_output("observed", label=l10n.say("Split of the observed rate"))
                ),
            ),
            cards.finding_card("sums_head", ui.output_ui("sums")),
            cards.finding_card(
                "before_head",
                chart_output("before", label=l10n.say("Estimated before outcomes are known, and what came")),
                ui.output_ui("blind"),
            ),
            cards.finding_card("months_head", ui.output_ui("months")),
        ),
    )  # fmt: skip


def _pair(*parts: Tag) -> Tag:
    return tags.div(*parts, class_="two-even free")


def _choice(id: str, label: str, asked: str) -> Tag:
    return ui.input_select(id, label, {"": "…"} | ({asked: asked} if asked else {}), selected=asked)


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
    """Connects the slots to views and charts. The rows of two months are read off the event loop."""

    @reactive.calc
    def found() -> numbers.Figures:
        return numbers.figures(pin(), selection(), policy=policy())

    @reactive.extended_task
    async def following(found: numbers.Figures, last: int) -> Migration | None:
        return await asyncio.to_thread(numbers.moved, found, last)

    @reactive.effect
    def _() -> None:
        following(found(), numbers.arrival(found(), input.to()))

    @reactive.calc
    def ends() -> tuple[str, str]:
        return numbers.ends(found(), input.a(), input.b())

    @reactive.calc
    def change() -> Pair | None:
        return numbers.split(found(), *ends(), input.mix())

    @reactive.effect
    def _() -> None:
        usual = numbers.ends(found(), "", "")
        offered = {
            "to": view.arrival_choices(l10n, found()),
            "a": view.end_choices(l10n, found(), usual[0]),
            "b": view.end_choices(l10n, found(), usual[1]),
            "mix": choices.dimensions(l10n, pin(), selection()),
        }
        for id, free in offered.items():
            with reactive.isolate():
                current = choices.kept(free, input[id]())
            ui.update_select(id, choices=free, selected=current)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, found())
        return controls.page_state(problem) if problem else None

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("Stability:"), view.sentence(l10n, found()), level=view.level(found()))

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, found()))

    @render.ui
    def score_head() -> Tag:
        return cards.headline(drift.score_headline(l10n, found().drift))

    @render_chart
    def scores() -> dict:
        return trend(pictures.scores(l10n, found()), look())

    @render.ui
    def csi_head() -> Tag:
        return cards.headline(pictures.csi_headline(l10n, found()))

    @render_chart
    def csi() -> dict:
        return bars(pictures.csi(l10n, found()), look())

    @render.ui
    def moves_head() -> Tag:
        return cards.headline(pictures.moves_headline(l10n, found(), following.result()))

    @render_chart
    def moves() -> dict:
        return heatmap(pictures.moves(l10n, found(), following.result()), look())

    @render.ui
    def crowd_head() -> Tag:
        return cards.headline(pictures.crowd_headline(l10n, found()))

    @render_chart
    def crowd() -> dict:
        return trend(pictures.crowd(l10n, found()), look())

    @render.ui
    def expected_head() -> Tag:
        return cards.headline(tables.split_headline(l10n, change(), observed=False))

    @render_chart
    def expected() -> dict:
        return bridge(tables.split_bridge(l10n, change(), observed=False), look())

    @render.ui
    def observed_head() -> Tag:
        return cards.headline(tables.split_headline(l10n, change(), observed=True))

    @render_chart
    def observed() -> dict:
        return bridge(tables.split_bridge(l10n, change(), observed=True), look())

    @render.ui
    def sums_head() -> Tag:
        return cards.headline(tables.sums_headline(l10n, change()))

    @render.ui
    def sums() -> Tag:
        return cards.table(tables.sums(l10n, change()))

    @render.ui
    def before_head() -> Tag:
        return cards.headline(pictures.before_headline(l10n, found(), input.of()))

    @render_chart
    def before() -> dict:
        return trend(pictures.before(l10n, found(), input.of()), look())

    @render.ui
    def blind() -> Tag:
        return cards.insight(l10n.say("What it cannot see:"), view.blindness(l10n, found()))

    @render.ui
    def months_head() -> Tag:
        return cards.headline(tables.months_headline(l10n, found()))

    @render.ui
    def months() -> Tag:
        return cards.table(tables.months(l10n, found()))


PAGE = Page(
    "stability",
    mark("Stability"),
    page_ui,
    page_server,
    words={
        "estimate": "of", "followed_to": "to", "change_from": "a", "change_to": "b", "change_mix": "mix",
    },
)  # fmt: skip
