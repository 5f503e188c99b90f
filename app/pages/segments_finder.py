"""App room: the section Finder of the Segments page: segments where the model is weak, to filter by or to pin."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, req, ui

from app.components import card_list, cards, controls
from app.components import decision_forms as forms
from app.desk import Pin
from app.l10n import L10n
from app.office import Office
from app.pages.base import Page
from app.selection import Filters
from app.shelf import Shelf
from app.theme import Look
from app.views import segments_finder as view
from app.words import mark
from data.contract import CarteraError
from data.counts import Selection
from data.records.saved import SEGMENT, levels_text
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the sentence, the rules, and the form that pins one."""
    return TagList(
        controls.SHEET,
        forms.SHEET,
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("said"),
            cards.finding_card("rules_head", ui.output_ui("rules")),
            cards.finding_card("pin_head", ui.output_ui("told"), ui.output_ui("form")),
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
    bar: Callable[[], Filters],
    shelf: Shelf,
    office: Office,
) -> None:
    """Connects the slots to views, a click to the filter bar, and the form to the records."""
    outcome: reactive.Value[tuple[str, str]] = reactive.Value(("", ""))

    @reactive.calc
    def page() -> view.Figures:
        return view.figures(pin(), selection(), policy=policy())

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, page())
        return controls.page_state(problem) if problem else None

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("Where it fails:"), view.insight(l10n, page()), level=view.level(page()))

    @render.ui
    def rules_head() -> Tag:
        return cards.headline(view.headline(l10n, page()))

    @render.ui
    def rules() -> Tag:
        return cards.table(view.table(l10n, page()), input_id=session.ns("picked"))

    @reactive.effect
    @reactive.event(input.picked)
    def _() -> None:
        shelf.show(replace(bar(), where={**bar().where, **view.where_of(page(), input.picked())}))

    @render.ui
    def pin_head() -> Tag:
        return cards.headline(view.pin_headline(l10n))

    @render.ui
    def told() -> TagChild:
        text, tone = outcome()
        return card_list.outcome(text, tone=tone) if text else None

    @render.ui
    def form() -> Tag:
        id = session.ns("pin")
        who = () if office.reader.verified else (forms.text(f"{id}-by", "by", l10n.say("Who pins it")),)
        return forms.sending(
            session.ns("sent"),
            forms.choice(f"{id}-rule", "rule", l10n.say("Rule"), view.rule_choices(l10n, page())),
            forms.text(f"{id}-name", "name", l10n.say("Name of the segment")),
            *who,
            tags.div(forms.buttons([forms.Choice("pin", l10n.say("Pin as segment"))]), class_="decision-buttons"),
            id=id,
        )

    @reactive.effect
    @reactive.event(input.sent)
    async def _() -> None:
        sent = input.sent()
        where = {**selection().where, **view.where_of(page(), sent.get("rule"))}
        name, by = str(sent.get("name") or ""), office.reader.name or str(sent.get("by") or "")
        req(where)
        try:
            kept = await asyncio.to_thread(office.records.save, SEGMENT, name, levels_text(where), by=by)
        except CarteraError as error:
            outcome.set((view.refused(l10n, error, pin()), "bad"))
        else:
            outcome.set((view.pinned(l10n, kept.name), "good"))
            shelf.written()


PAGE = Page("finder", mark("Finder"), page_ui, page_server, needs=("bar", "shelf", "office"))
