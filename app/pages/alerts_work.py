"""App room: what the page Alerts writes when a form is sent, off the event loop, and what the reader is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shiny import Inputs, Session, reactive, req

from app.l10n import L10n
from app.office import Office
from app.views import alerts as view
from app.views import alerts_figures as figures
from app.views.alerts_figures import Tried
from app.views.alerts_words import ACTIONS
from data.contract import CarteraError
from data.records.alert_terms import Deed, Rule, RuleTakenError, RuleTerms

ACTING, SAVING = "act_form", "save_form"
"""Ids of the two forms."""


@dataclass(frozen=True)
class Told:
    """What came of the last form: in words, "good" or "bad", and the form that it was."""

    text: str = ""
    tone: str = "good"
    form: str = ""


@dataclass(frozen=True)
class Typed:
    """The name and the owner in the form that saves a rule, and the rule that stands in its way, if one does."""

    name: str = ""
    owner: str = ""
    theirs: Rule | None = None


@dataclass(frozen=True)
class Work:
    """What the page reads: how many forms were written, what the reader was told, and what stands in the form."""

    written: reactive.Value[int]
    told: reactive.Value[Told]
    typed: reactive.Value[Typed]


def at_work(
    input: Inputs,
    session: Session,
    *,
    l10n: L10n,
    office: Office,
    tried: Callable[[], Tried],
    release: Callable[[], str],
) -> Work:
    """Connects the forms to the records; to be called within the page's server."""
    work = Work(reactive.Value(0), reactive.Value(Told()), reactive.Value(Typed()))

    def by() -> str:
        return office.reader.name if office.reader.verified else str(input.by() or "")

    def deed(sent: Mapping[str, Any]) -> Callable[[], object]:
        """What is to be done to an alert; everything that depends on the session is read here."""
        action, *numbers = str(sent.get("do") or "").split(":")
        req(action in ACTIONS and len(numbers) == 3 and all(n.isdecimal() for n in numbers))
        rule, month, seen = map(int, numbers)
        until = str(sent.get("until") or "") if action == "snooze" else ""
        said = Deed(action, str(sent.get("owner") or ""), str(sent.get("comment") or ""),
                    int(until) if until.isdecimal() else 0)  # fmt: skip
        who, where, records = by(), release(), office.records
        return lambda: records.handle(rule, month, said, by=who, release=where, seen=seen)

    def rule(sent: Mapping[str, Any]) -> Callable[[], object]:
        """What is to be done to a rule."""
        action, id, seen = (*str(sent.get("do") or "").split(":"), "0", "0")[:3]
        req(id.isdecimal() and seen.isdecimal())
        who, records = by(), office.records
        if action in ("on", "off"):
            return lambda: records.switch(int(id), action, by=who, seen=int(seen))
        now = tried()
        terms = _terms(now, str(sent.get("name") or ""), str(sent.get("owner") or ""))
        theirs = work.typed().theirs
        version = theirs.version if action == "replace" and theirs is not None else int(seen)
        meant, since = figures.about(now, policy=now.policy), figures.since(now.replay)
        return lambda: records.watch(terms, meant, by=who, since=since, seen=version)

    async def do(
        form: str, sent: Mapping[str, Any], order: Callable[[Mapping[str, Any]], Callable[[], object]]
    ) -> None:
        try:
            done = await asyncio.to_thread(order(sent))
        except CarteraError as error:
            theirs = error.theirs if isinstance(error, RuleTakenError) else None
            if form == SAVING:
                work.typed.set(Typed(str(sent.get("name") or ""), str(sent.get("owner") or ""), theirs))
            work.told.set(Told(view.refused(l10n, error), "bad", form))
        else:
            await session.send_custom_message("cartera-form-done", {"id": session.ns(form)})
            work.told.set(Told(view.done(l10n, done), "good", form))
            if isinstance(done, Rule):
                work.typed.set(Typed(done.name, done.owner, None))
        work.written.set(work.written() + 1)

    @reactive.effect
    @reactive.event(input.acted)
    async def _() -> None:
        await do(ACTING, input.acted(), deed)

    @reactive.effect
    @reactive.event(input.saved)
    async def _() -> None:
        await do(SAVING, input.saved(), rule)

    return work


def _terms(tried: Tried, name: str, owner: str) -> RuleTerms:
    asked = tried.condition
    limit = None if asked.limit != asked.limit else asked.limit
    return RuleTerms(
        name, asked.measure, limit, asked.months, asked.least, asked.calm, asked.sure, tried.scope.query, owner
    )
