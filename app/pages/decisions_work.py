"""App room: what the page Decisions writes when a form is sent, off the event loop, and what the reader is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shiny import Inputs, Session, reactive, req

from app.desk import Pin
from app.frozen import freeze
from app.l10n import L10n
from app.office import Office
from app.selection import Filters
from app.views import decisions_figures as figures
from app.views import decisions_forms as asking
from app.views.kpi import Kpi
from data.contract import CarteraError
from data.counts import Selection
from data.records import About, Conflict, Decision, Terms
from monitoring.policy import Policy

SAYING, OPENING = "say_form", "new_form"
"""Ids of the forms that are emptied when they were written."""


@dataclass(frozen=True)
class Told:
    """What came of the last form: in words, "good" or "bad", and the form that it was."""

    text: str = ""
    tone: str = "good"
    form: str = ""


@dataclass(frozen=True)
class Draft:
    """What is being edited: the decision as it was seen, the terms in the form, and, after somebody else's change, the
    terms that they wrote."""

    decision: Decision
    yours: Terms
    theirs: Terms | None = None


@dataclass(frozen=True)
class Work:
    """What the page reads: how many forms were written, what the reader was told, and what is being edited."""

    written: reactive.Value[int]
    told: reactive.Value[Told]
    editing: reactive.Value[Draft | None]


def at_work(
    input: Inputs,
    session: Session,
    *,
    l10n: L10n,
    office: Office,
    pin: Callable[[], Pin],
    selection: Callable[[], Selection],
    filters: Callable[[], Filters],
    policy: Callable[[], Policy],
    known: Callable[[], list[Kpi]],
    book: Callable[[], figures.Book],
) -> Work:
    """Connects the forms to the records; to be called within the page's server."""
    work = Work(reactive.Value(0), reactive.Value(Told()), reactive.Value(None))

    def by() -> str:
        return office.reader.name if office.reader.verified else str(input.by() or "")

    def about(sent: Mapping[str, Any]) -> About:
        page = figures.asked_page(input.page())
        query = figures.query(filters(), page)
        frozen = freeze(pin(), selection(), query=query, pages={page: known()}, policy=policy())
        return About(pin().version, page, query, str(sent.get("figure") or ""), frozen.content)

    def order(sent: Mapping[str, Any]) -> Callable[[], Decision]:
        """What is to be done off the event loop; everything that depends on the session is read here."""
        action, id, seen = _order(str(sent.get("do") or ""))
        name, said, terms, records = by(), str(sent.get("comment") or ""), asking.terms_of(sent), office.records
        if action == "new":
            meant = about(sent)
            return lambda: records.start(terms, meant, by=name)
        if action == "edit":
            return lambda: records.edit(id, terms, by=name, seen=seen)
        if action == "comment":
            return lambda: records.comment(id, said, by=name)
        return lambda: records.decide(id, action, by=name, comment=said, seen=seen)

    @reactive.effect
    @reactive.event(input.sent)
    async def _() -> None:
        sent = input.sent()
        action = _order(str(sent.get("do") or ""))[0]
        form = {"new": OPENING, "edit": "edit"}.get(action, SAYING)
        try:
            decision = await asyncio.to_thread(order(sent))
        except CarteraError as error:
            work.told.set(Told(asking.refused(l10n, error), "bad", form))
            if isinstance(error, Conflict) and error.yours is not None:
                work.editing.set(Draft(error.theirs, error.yours, error.theirs.terms))
        else:
            await session.send_custom_message("cartera-form-done", {"id": session.ns(form)})
            work.told.set(
                Told(asking.done(l10n, action if action != "new" else "open", decision.evidence), "good", form)
            )
            work.editing.set(None)
        work.written.set(work.written() + 1)

    @reactive.effect
    @reactive.event(input.edit)
    def _() -> None:
        wanted = str(input.edit() or "")
        found = book().decision(int(wanted)) if wanted.isdecimal() else None
        work.editing.set(Draft(found, found.terms) if found and found.status == "open" else None)
        work.told.set(Told())

    @reactive.effect
    @reactive.event(input.open)
    def _() -> None:
        work.told.set(Told())
        work.editing.set(None)

    return work


def _order(text: str) -> tuple[str, int, int]:
    """What a button asks for: the action, the decision, and the version that the reader saw."""
    action, _, rest = text.partition(":")
    id, _, seen = rest.partition(":")
    req(action == "new" or (id.isdecimal() and seen.isdecimal()))
    return action, int(id or 0), int(seen or 0)
