"""App room: the section Mix and rate of the Overdue ratio page: which segments moved the ratio, and how."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.charts.bridge import bridge
from app.charts.contributions import contributions
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.clicks import picked
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import choices
from app.views import overdue_mix as view
from app.views import overdue_mix_figures as numbers
from app.views import overdue_mix_pictures as pictures
from app.views import overdue_mix_tables as tables
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy
from monitoring.split import Split


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: controls, reversals, the bars of the whole beside concentration, the segments as bars and table."""
    return TagList(
        controls.strip(
            _select("first", l10n.say("From"), asked.get("mix_since", "")),
            _select("last", l10n.say("To"), asked.get("mix_until", "")),
            ui.input_select(
                "dimension",
                l10n.say("Segment by"),
                choices.at_first(l10n, asked.get("mix_by", "")),
                selected=asked.get("mix_by", ""),
            ),
            _select("days", l10n.say("Days past due"), asked.get("mix_days", "")),
            ui.input_select("basis", l10n.say("Counted by"), view.basis_choices(l10n), selected=asked.get("mix_basis")),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("caution"),
            ui.output_ui("turned"),
            tags.div(
                cards.finding_card(
                    "split_head",
                    chart_output("split_chart", label=l10n.say("Mix, rate and model of the change")),
                    footer=ui.output_text("model_note"),
                ),
                cards.finding_card("concentration_head", ui.output_ui("concentration"), class_="concentration"),
                class_="two-even",
            ),
            cards.finding_card(
                "segments_head",
                chart_output("segments_chart", label=l10n.say("What each segment added")),
                footer=ui.output_text("notes"),
                class_="mix-segments",
            ),
            cards.finding_card("table_head", ui.output_ui("listed"), class_="mix-table"),
        ),
    )


def _select(id: str, label: str, asked: str) -> Tag:
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
    def scope() -> numbers.Scope:
        return numbers.scope(pin(), selection(), policy=policy(), days=input.days(), basis=input.basis())

    @reactive.calc
    def ends() -> tuple[int, int]:
        return numbers.ends(scope(), first=input.first(), last=input.last())

    @reactive.calc
    def dimension() -> str:
        return numbers.dimension(scope(), input.dimension())

    @reactive.calc
    def arms() -> numbers.Arms:
        return numbers.arms(scope())

    @reactive.calc
    def split() -> Split | None:
        return numbers.divided(scope(), dimension(), ends(), trial=arms().trial)

    @reactive.calc
    def shares() -> list[numbers.Shares]:
        return list(numbers.concentrated(scope(), dimension(), ends()))

    _offered(input, l10n=l10n, scope=scope)
    clients = _clients(scope, ends)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, scope())
        return controls.page_state(problem) if problem else None

    @render.ui
    def caution() -> TagChild:
        return controls.caution(view.caution(l10n, scope()))

    @render.ui
    def turned() -> Tag:
        found = numbers.turned(scope(), ends())
        return cards.insight(
            l10n.say("Reversals:"), view.turned(l10n, scope(), found), level="watch" if found else "unknown"
        )

    @render.ui
    def split_head() -> Tag:
        return cards.headline(view.headline(l10n, scope(), split()))

    @render_chart
    def split_chart() -> dict:
        return bridge(pictures.picture(l10n, scope(), split()), look())

    @render.text
    def model_note() -> str:
        return view.model_note(l10n, scope(), split(), arms())

    @render.ui
    def concentration_head() -> Tag:
        return cards.headline(tables.concentration_headline(l10n, scope(), dimension(), shares()))

    @render.ui
    def concentration() -> Tag:
        told = numbers.can_tell_clients(scope(), ends())
        return cards.table(tables.concentration(l10n, scope(), shares(), clients(), told=told))

    @render.ui
    def segments_head() -> Tag:
        return cards.headline(view.segments_headline(l10n, scope(), split()))

    @render_chart
    def segments_chart() -> dict:
        return contributions(pictures.segments(l10n, scope(), split()), look())

    @render.text
    def notes() -> str:
        return view.notes(l10n, split())

    @render.ui
    def table_head() -> Tag:
        return cards.headline(tables.headline(l10n, scope(), split()))

    @render.ui
    def listed() -> Tag:
        return cards.table(tables.table(l10n, scope(), split()), input_id=session.ns("level"))

    @reactive.effect
    @reactive.event(segments_chart.clicked)
    def _() -> None:
        level = picked(segments_chart.clicked()).y
        req(level)
        narrow(dimension(), level)

    @reactive.effect
    @reactive.event(input.level)
    def _() -> None:
        narrow(dimension(), input.level())


def _offered(input: Inputs, *, l10n: L10n, scope: Callable[[], numbers.Scope]) -> None:
    """Keeps what can be chosen in step with the selection."""

    @reactive.effect
    def _() -> None:
        found = scope()
        usual = numbers.ends(found, first="", last="")
        for id, month in zip(("first", "last"), usual, strict=True):
            free = view.month_choices(l10n, found, month)
            with reactive.isolate():
                current = choices.kept(free, input[id]())
            ui.update_select(id, choices=free, selected=current)
        days = view.days_choices(found.policy.overdue_dpd)
        with reactive.isolate():
            ui.update_select("days", choices=days, selected=choices.kept(days, input.days()))

    @reactive.effect
    def _() -> None:
        found = scope()
        free = choices.dimensions(l10n, found.pin, found.selection, other_than=numbers.TAUTOLOGY)
        with reactive.isolate():
            current = choices.kept(free, input.dimension())
        ui.update_select("dimension", choices=free, selected=current)


def _clients(
    scope: Callable[[], numbers.Scope], ends: Callable[[], tuple[int, int]]
) -> Callable[[], numbers.Clients | None]:
    """The largest clients, read off the event loop; None until they are read."""

    @reactive.extended_task
    async def reading(found: numbers.Scope, months: tuple[int, int]) -> numbers.Clients:
        return await asyncio.to_thread(numbers.clients, found, months)

    @reactive.effect
    def _() -> None:
        if numbers.can_tell_clients(scope(), ends()):
            reading(scope(), ends())

    @reactive.calc
    def read() -> numbers.Clients | None:
        found = reading.result() if reading.status() == "success" else None
        return found if found and (found.found, found.ends) == (scope(), ends()) else None

    return read


PAGE = Page(
    "mix",
    mark("Mix and rate"),
    page_ui,
    page_server,
    words={
        "mix_since": "first", "mix_until": "last", "mix_by": "dimension", "mix_days": "days", "mix_basis": "basis",
    },
)  # fmt: skip
