"""App room: what the Review room writes when a form is sent, off the event loop, and what the reader is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shiny import Inputs, Session, reactive, req, ui

from app.desk import Pin
from app.l10n import L10n
from app.office import Office
from app.scorer import Scorer
from app.selection import Filters, to_query
from app.views import review_effect as effect
from app.views import review_figures as figures
from app.views import review_forms as asking
from app.views.lineage_figures import audited
from app.views.review_points import audit_row, open_points
from app.views.review_words import ACTIONS
from data.contract import CarteraError
from data.counts import Selection
from data.records.review_terms import Finding, OvertakenError, Point, Review, Ruling, Signature
from monitoring.policy import Policy

FORMS = {"start": "start", "find": "finding", "amend": "finding", "settle": "finding", "rule": "rule", "sign": "sign",
         "close": "close"}  # fmt: skip
"""What a button asks for → the form that it belongs to."""


FREEZING = "freezing"
"""The note that stands while a session starts."""


@dataclass(frozen=True)
class Told:
    """What came of the last form: in words, "good" or "bad", and the form that it was."""

    text: str = ""
    tone: str = "good"
    form: str = ""


@dataclass(frozen=True)
class RulingDraft:
    """What stands in the form of the decision: of which session, on which version of it."""

    review: int
    version: int
    ruling: Ruling


@dataclass(frozen=True)
class PointDraft:
    """What stands in the form of a finding that is changed: the finding as it was seen, and its new words."""

    finding: Finding
    point: Point


@dataclass(frozen=True)
class Work:
    """What the page reads: how many forms were written, what the reader was told, and what stands in the forms. A form
    is filled anew only by its own reader: what somebody else writes meanwhile takes no word from it."""

    written: reactive.Value[int]
    told: reactive.Value[Told]
    ruling: reactive.Value[RulingDraft | None]
    point: reactive.Value[PointDraft | None]


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
    book: Callable[[], figures.Book],
    chosen: Callable[[], Review],
    scorer: Scorer | None,
) -> Work:
    """Connects the forms to the records; to be called within the page's server."""
    work = Work(reactive.Value(0), reactive.Value(Told()), reactive.Value(None), reactive.Value(None))
    records = office.records

    def by() -> str:
        return office.reader.name if office.reader.verified else str(input.by() or "")

    def starting(sent: Mapping[str, Any]) -> Callable[[], Review]:
        at, kept, set_to, rule, known, name = pin(), selection(), filters(), policy(), book(), by()

        def start() -> Review:
            points = open_points(known, at, records, policy=rule)
            told = audit_row(audited(scorer, at.release)) if scorer else {}
            frozen = effect.frozen_session(at, kept, set_to, known, policy=rule, points=points, audit=told)
            title, query = str(sent.get("title") or ""), to_query(set_to)
            return records.start_review(title, release=at.version, selection=query, evidence=frozen.content, by=name)

        return start

    def order(sent: Mapping[str, Any]) -> Callable[[], Review | Finding | Signature]:
        """What is to be done off the event loop; everything that depends on the session is read here."""
        action, id, seen = _order(str(sent.get("do") or ""))
        if action == "start":
            return starting(sent)
        name, point, ruling = by(), asking.point_of(sent), asking.ruling_of(sent)
        signing, signed, outcome = (
            asking.signing_of(sent),
            str(sent.get("signed") or ""),
            str(sent.get("outcome") or ""),
        )
        orders: dict[str, Callable[[], Review | Finding | Signature]] = {
            "find": lambda: records.find(id, point, by=name),
            "amend": lambda: records.amend(id, point, by=name, seen=seen),
            "settle": lambda: records.settle(id, outcome, by=name, seen=seen),
            "rule": lambda: records.rule(id, ruling, by=name, seen=seen),
            "sign": lambda: records.sign(id, signing, by=name, signed=signed),
            "close": lambda: records.end_review(id, by=name, seen=seen),
        }
        return orders[action]

    def filled(action: str, done: Review | Finding | Signature) -> None:
        """The forms after something was written."""
        if isinstance(done, Finding):
            work.point.set(None)
        if isinstance(done, Review):
            work.ruling.set(RulingDraft(done.id, done.version, done.ruling))
        if action == "start":
            ui.update_text("open", value=str(done.id), session=session)

    def refilled(sent: Mapping[str, Any], theirs: Review | Finding, action: str) -> None:
        """The forms after somebody else was first: with what the reader typed, on what stands now."""
        if action == "rule" and isinstance(theirs, Review):
            work.ruling.set(RulingDraft(theirs.id, theirs.version, asking.ruling_of(sent)))
        if action == "amend" and isinstance(theirs, Finding):
            work.point.set(PointDraft(theirs, asking.point_of(sent)))

    @reactive.effect
    @reactive.event(input.sent)
    async def _() -> None:
        sent = input.sent()
        action = _order(str(sent.get("do") or ""))[0]
        if action == "start":
            waiting = l10n.say("Freezing the evidence: every figure of the view is computed once more…")
            ui.notification_show(waiting, id=FREEZING, duration=None, close_button=False, session=session)
        try:
            done = await asyncio.to_thread(order(sent))
        except CarteraError as error:
            work.told.set(Told(asking.refused(l10n, error), "bad", FORMS[action]))
            if isinstance(error, OvertakenError):
                refilled(sent, error.theirs, action)
        else:
            await session.send_custom_message("cartera-form-done", {"id": session.ns(f"{FORMS[action]}_fields")})
            work.told.set(Told(l10n.say(ACTIONS[action]), "good", FORMS[action]))
            filled(action, done)
        ui.notification_remove(FREEZING, session=session)
        work.written.set(work.written() + 1)

    @reactive.effect
    def _() -> None:
        current = chosen()
        with reactive.isolate():
            draft = work.ruling()
        if draft is None or draft.review != current.id:
            work.ruling.set(RulingDraft(current.id, current.version, current.ruling))
            work.point.set(None)

    @reactive.effect
    @reactive.event(input.finding)
    def _() -> None:
        wanted = str(input.finding() or "")
        found = book().finding(int(wanted)) if wanted.isdecimal() else None
        work.point.set(PointDraft(found, found.point) if found else None)
        work.told.set(Told())

    return work


def _order(text: str) -> tuple[str, int, int]:
    """What a button asks for: the action, the session or finding, and the version that the reader saw."""
    action, _, rest = text.partition(":")
    id, _, seen = rest.partition(":")
    req(action in FORMS and id.isdecimal() and seen.isdecimal())
    return action, int(id), int(seen)
