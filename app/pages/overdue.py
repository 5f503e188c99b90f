"""App room: the Overdue ratio page: what moved the ratio between two months, and how much of that is cash."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.bridge import bridge as draw
from app.charts.stacked import stacked
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages import overdue_cliff, overdue_forecast, overdue_mix, overdue_parts, overdue_readings, overdue_vintages
from app.pages.base import Page
from app.pages.tabs import tabbed
from app.theme import Look
from app.views import choices
from app.views import overdue as view
from app.views import overdue_bridge as words
from app.views import overdue_figures as numbers
from app.words import mark
from data.counts import Selection
from monitoring.bridge import Bridge
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the controls, the sentence, bridge and flows, what is behind a bar, readings, ageing, segments."""
    return TagList(
        controls.strip(
            _month("first", l10n.say("From"), asked.get("since", "")),
            _month("last", l10n.say("To"), asked.get("until", "")),
            ui.input_switch("cash_only", l10n.say("Cash only"), asked.get("cash", "") == "True"),
            ui.input_select(
                "dimension",
                l10n.say("Segment by"),
                choices.at_first(l10n, asked.get("by", "")),
                selected=asked.get("by", ""),
            ),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("sentence"),
            tags.div(
                cards.finding_card(
                    "bridge_head",
                    chart_output("bridge_chart", label=l10n.say("Bridge of the overdue ratio")),
                    footer=l10n.say("Red raised it, green is cash, amber took off without cash. A click lists a bar."),
                ),
                cards.finding_card("flows_head", ui.output_ui("flows")),
                class_="two-even bridge-and-flows",
            ),
            cards.finding_card("behind_head", ui.output_ui("behind"), class_="behind"),
            overdue_readings.card(l10n),
            cards.finding_card(
                "ageing_head",
                chart_output("ageing_chart", label=l10n.say("Ageing of what is overdue, by month")),
                class_="ageing",
            ),
            cards.finding_card("segments_head", ui.output_ui("segments")),
        ),
    )


def _month(id: str, label: str, asked: str) -> Tag:
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
    def figures() -> numbers.Figures:
        return numbers.figures(pin(), selection(), policy=policy())

    @reactive.calc
    def ends() -> tuple[int, int]:
        return numbers.ends(figures(), first=input.first(), last=input.last())

    @reactive.calc
    def bridge() -> Bridge:
        return numbers.bridged(figures(), *ends())

    @reactive.calc
    def parts() -> numbers.Parts:
        dimension = choices.resolve(pin(), selection(), input.dimension())
        return numbers.parts(figures(), dimension, *ends())

    overdue_parts.offered(input, l10n=l10n, pin=pin, selection=selection, figures=figures)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, figures())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, figures()))

    @render.ui
    def sentence() -> Tag:
        return cards.insight(
            l10n.say("Is it cash?"), words.sentence(l10n, figures(), bridge()), level=words.level(bridge())
        )

    @render.ui
    def bridge_head() -> Tag:
        return cards.headline(words.headline(l10n, figures(), bridge(), cash_only=input.cash_only()))

    @render_chart
    def bridge_chart() -> dict:
        return draw(words.picture(l10n, bridge(), cash_only=input.cash_only()), look())

    @render.ui
    def flows_head() -> Tag:
        return cards.headline(words.flows_headline(l10n, bridge()))

    @render.ui
    def flows() -> Tag:
        return cards.table(words.table(l10n, bridge(), cash_only=input.cash_only()), input_id=session.ns("picked"))

    overdue_parts.behind_a_bar(
        input, l10n=l10n, figures=figures, bridge=bridge, ends=ends, clicked=bridge_chart.clicked
    )

    overdue_readings.server(l10n=l10n, figures=figures, ends=ends)

    @render.ui
    def ageing_head() -> Tag:
        return cards.headline(view.ageing_headline(l10n, figures()))

    @render_chart
    def ageing_chart() -> dict:
        return stacked(view.ageing(l10n, figures()), look())

    @render.ui
    def segments_head() -> Tag:
        return cards.headline(view.segments_headline(l10n, figures(), parts()))

    @render.ui
    def segments() -> Tag:
        return cards.table(view.segments(l10n, parts()), input_id=session.ns("level"))

    @reactive.effect
    @reactive.event(input.level)
    def _() -> None:
        narrow(parts().dimension, input.level())


PAGE = tabbed(
    Page(
        "overdue",
        mark("Overdue ratio"),
        page_ui,
        page_server,
        words={"since": "first", "until": "last", "cash": "cash_only", "by": "dimension"},
    ),
    mark("Bridge"),
    overdue_cliff.PAGE,
    overdue_mix.PAGE,
    overdue_vintages.PAGE,
    overdue_forecast.PAGE,
)
