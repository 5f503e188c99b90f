"""App room: the Compare section of the Segments page: two months or two segments, and the mix in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.bridge import bridge
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import choices
from app.views import segments_compare as view
from app.views import segments_compare_figures as numbers
from app.views import segments_compare_parts as parts
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: what is compared, the sentence, every figure of both sides, the split in bridges and in numbers."""
    return TagList(
        controls.strip(
            _choice("kind", l10n.say("Compare"), asked.get("compare", "")),
            _choice("a", "A", asked.get("side_a", "")),
            _choice("b", "B", asked.get("side_b", "")),
            _choice("mix", l10n.say("Mix of"), asked.get("mix_of", "")),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("sentence"),
            cards.finding_card("table_head", ui.output_ui("listed")),
            tags.div(
                cards.finding_card(
                    "observed_head", chart_output("observed_chart", label=l10n.say("Split of the observed rate"))
                ),
                cards.finding_card(
                    "expected_head", chart_output("expected_chart", label=l10n.say("Split of the predicted rate"))
                ),
                class_="two-even",
            ),
            cards.finding_card("parts_head", ui.output_ui("parts_listed")),
        ),
    )


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
    """Connects the slots to views and charts."""

    @reactive.calc
    def frame() -> numbers.Frame:
        return numbers.frame(pin(), selection(), policy=policy(), kind=input.kind())

    @reactive.calc
    def ends() -> tuple[str, str]:
        return numbers.ends(frame(), input.a(), input.b())

    @reactive.calc
    def found() -> numbers.Pair:
        req(ends()[0])
        return numbers.pair(frame(), *ends(), input.mix())

    @reactive.effect
    def _() -> None:
        usual = numbers.ends(frame(), "", "")
        offered = {
            "kind": view.kind_choices(l10n, frame()),
            "a": view.side_choices(l10n, frame(), usual[0]),
            "b": view.side_choices(l10n, frame(), usual[1]),
            "mix": choices.dimensions(l10n, pin(), selection(), other_than=frame().kind),
        }
        for id, free in offered.items():
            with reactive.isolate():
                current = choices.kept(free, input[id]())
            ui.update_select(id, choices=free, selected=current)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, ends()[0])
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, found()))

    @render.ui
    def sentence() -> Tag:
        return cards.insight(l10n.say("What parts them:"), view.sentence(l10n, found()), level=view.level(found()))

    @render.ui
    def table_head() -> Tag:
        return cards.headline(view.headline(l10n, found()))

    @render.ui
    def listed() -> Tag:
        return cards.table(view.table(l10n, found()))

    @render.ui
    def observed_head() -> Tag:
        return cards.headline(view.split_headline(l10n, found(), found().observed, observed=True))

    @render_chart
    def observed_chart() -> dict:
        return bridge(view.bridge(l10n, found(), found().observed, observed=True), look())

    @render.ui
    def expected_head() -> Tag:
        return cards.headline(view.split_headline(l10n, found(), found().expected, observed=False))

    @render_chart
    def expected_chart() -> dict:
        return bridge(view.bridge(l10n, found(), found().expected, observed=False), look())

    @render.ui
    def parts_head() -> Tag:
        return cards.headline(parts.headline(l10n, found()))

    @render.ui
    def parts_listed() -> Tag:
        return cards.table(parts.table(l10n, found()))


PAGE = Page(
    "compare",
    mark("Compare"),
    page_ui,
    page_server,
    words={"compare": "kind", "side_a": "a", "side_b": "b", "mix_of": "mix"},
)
