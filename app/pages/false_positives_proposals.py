"""App room: proposals of a cut-off: the form that saves the dial, and what came of those that were saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Session, module, reactive, render, ui

from app.components import card_list, cards
from app.components import decision_forms as forms
from app.desk import Pin
from app.l10n import L10n
from app.office import Office, news_here
from app.selection import Filters
from app.views import cutoff_proposals as view
from app.views.cutoff_figures import Cut
from data.contract import CarteraError
from data.records import Proposal, TakenError
from data.records.decisions import LONGEST
from monitoring.cutoff_segments import Segmented
from monitoring.policy import Policy

FORM = "propose_form"


def proposals_card(l10n: L10n) -> Tag:
    """The form and the list, within the section's interface."""
    ns = module.resolve_id
    title = ns("proposal_title")
    field = tags.input(
        type="text", id=title, name="title", required="", maxlength=str(LONGEST["title"]), class_="form-control"
    )
    return cards.finding_card(
        "proposals_head",
        ui.output_ui("author"),
        forms.sending(
            ns("propose"),
            tags.div(tags.label(l10n.say("Title of the proposal"), for_=title), field, class_="decision-field"),
            tags.div(ui.output_ui("propose_buttons"), class_="decision-buttons"),
            id=ns(FORM),
        ),
        ui.output_ui("proposed"),
        ui.output_ui("proposals"),
        class_="as-tall decision-table",
    )


def proposals_of(
    input: Inputs,
    session: Session,
    *,
    l10n: L10n,
    office: Office,
    pin: Callable[[], Pin],
    filters: Callable[[], Filters],
    policy: Callable[[], Policy],
    cut: Callable[[], Cut],
    parts: Callable[[], Segmented | None],
    dimension: Callable[[], str],
) -> None:
    """Connects the form to the records; to be called within the section's server."""
    newest = news_here(office)
    done: reactive.Value[int] = reactive.Value(0)
    said: reactive.Value[tuple[str, str]] = reactive.Value(("", "good"))
    taken: reactive.Value[Proposal | None] = reactive.Value(None)

    @reactive.calc
    def known() -> list[view.Line] | str:
        newest()
        done()
        try:
            return view.lines(office.records, pin(), policy=policy())
        except CarteraError as error:
            return str(error)

    def order(sent: Mapping[str, Any]) -> Callable[[], Proposal]:
        """What is to be written off the event loop; everything that depends on the session is read here."""
        title, theirs = str(sent.get("title") or ""), taken()
        terms, about = view.written(cut(), filters(), title, parts=parts(), dimension=dimension())
        by = office.reader.name if office.reader.verified else str(input.by() or "")
        replacing = theirs is not None and sent.get("do") == "replace" and theirs.title == title
        seen = theirs.version if theirs is not None and replacing else 0
        return lambda: office.records.propose(terms, about, by=by, seen=seen)

    @reactive.effect
    @reactive.event(input.propose)
    async def _() -> None:
        try:
            kept = await asyncio.to_thread(order(input.propose()))
        except CarteraError as error:
            said.set((view.told(l10n, error), "bad"))
            taken.set(error.theirs if isinstance(error, TakenError) else None)
        else:
            await session.send_custom_message("cartera-form-done", {"id": session.ns(FORM)})
            said.set((view.saved(l10n, kept), "good"))
            taken.set(None)
        done.set(done() + 1)

    @render.ui
    def author() -> TagChild:
        if office.reader.verified:
            return None
        return ui.input_text("by", l10n.say("Your name"), autocomplete="name")

    @render.ui
    def propose_buttons() -> TagChild:
        replace = [forms.Choice("replace", l10n.say("Replace it"))] if taken() else []
        return forms.buttons([forms.Choice("propose", l10n.say("Save as proposal")), *replace])

    @render.ui
    def proposed() -> TagChild:
        text, tone = said()
        return card_list.outcome(text, tone=tone) if text else None

    @render.ui
    def proposals_head() -> Tag:
        found = known()
        return cards.headline(view.headline(l10n, [] if isinstance(found, str) else found))

    words = l10n.say("what came of each segment")

    @render.ui
    def proposals() -> TagChild:
        found = known()
        if isinstance(found, str):
            return card_list.outcome(found, tone="bad")
        lines = view.table(l10n, found)
        each = (card_list.folded(f"{title}: {words}", cards.table(t)) for title, t in view.followed(l10n, found))
        return TagList(cards.table(lines), *each) if lines else None
