"""App room: the words of the review room: what its evidence is, what was decided before, what was found and decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.components.card_list import Fact
from app.desk import Pin
from app.frozen import Frozen
from app.l10n import L10n
from app.views import review_words as words
from app.views.decisions import selected
from app.views.lineage_audit import tiny
from app.views.review_figures import Book, counted
from app.views.shapes import Cell, Headline, State, Table
from data.records.review_terms import CLOSED, DONE, Finding, Review

SHORT_HASH = 4
"""Digits of the hash in the banner."""


def trouble(l10n: L10n, message: str) -> State:
    """The database cannot be opened or read."""
    return State("trouble", l10n.say("The review sessions cannot be read"), message)


def lead(l10n: L10n, known: Book) -> str:
    """How many sessions there are, and what the last one decided."""
    if not known.reviews:
        return l10n.say(
            "There is no session yet. Whoever starts one freezes the figures of the view in the filter bar; they are "
            "then the same for all, today and in a year."
        )
    opened = [r for r in known.reviews if r.status != CLOSED]
    some = l10n.many("{n} session is open.", "{n} sessions are open.", len(opened))
    said = some if opened else l10n.say("No session is open.")
    late = len(known.open_findings)
    more = l10n.many("{n} finding of earlier sessions is open.", "{n} findings of earlier sessions are open.", late)
    return f"{said} {more}" if late else said


def banner(l10n: L10n, review: Review, frozen: Frozen | None) -> str:
    """What the session rests on, in one look: the last month whose end it knows, and the head of its hash."""
    month = str(min(frozen.said["last_month"], *(row["as_of"] for row in frozen.table("model")))) if frozen else "?"
    return l10n.say("Evidence {month} #{hash}", month=f"{month[:4]}-{month[4:]}".strip("-"),
                    hash=review.evidence[:SHORT_HASH])  # fmt: skip


def standing(l10n: L10n, review: Review, frozen: Frozen | None, pin: Pin, now: dt.datetime) -> list[str]:
    """What must be known of the evidence: that later releases change nothing in it, or that it is gone; that its
    release is no longer in the store; that the clock does not agree."""
    return [
        *_evidence(l10n, review, frozen, pin),
        *_clock(l10n, review, now),
    ]


def status(l10n: L10n, review: Review) -> str:
    """Whether it is open."""
    return l10n.say(words.STATUSES[review.status])


def _evidence(l10n: L10n, review: Review, frozen: Frozen | None, pin: Pin) -> list[str]:
    if frozen is None:
        return [l10n.say("The frozen evidence is missing or was altered: nothing can be shown in its place.")]
    if pin.version == review.release:
        return []
    newer = l10n.say("Release {name} has come since: nothing here has changed.", name=pin.version.partition("-")[0])
    if pin.store is None or review.release in {r.version for r in pin.store.releases()}:
        return [newer]
    gone = l10n.say(
        "Release {name} is no longer in the store: the figures stand as they were frozen, but can no longer be "
        "computed from its rows.",
        name=review.release.partition("-")[0],
    )
    return [newer, gone]


def _clock(l10n: L10n, review: Review, now: dt.datetime) -> list[str]:
    if review.closed_at and review.closed_at < review.opened_at:
        return [l10n.say("By its dates this session was closed before it was started: a clock was wrong, or the "
                         "records were changed.")]  # fmt: skip
    if now < dt.datetime.fromisoformat(review.opened_at):
        return [l10n.say("The clock of this machine stands before the start of the session. What is written now keeps "
                         "the time of the line before it in the audit log.")]  # fmt: skip
    return []


def facts(l10n: L10n, review: Review, frozen: Frozen | None, pin: Pin) -> list[Fact]:
    """What a session rests on, in full."""
    months = l10n.months(frozen.said["first_month"], frozen.said["last_month"]) if frozen else "—"
    return [
        Fact(l10n.say("View"), selected(l10n, review.selection, pin)),
        Fact(l10n.say("Months"), months),
        *held(l10n, review),
        *audit(l10n, frozen),
        Fact(l10n.say("Release"), review.release, code=True),
        Fact(l10n.say("Evidence hash"), review.evidence, code=True),
    ]


def audit(l10n: L10n, frozen: Frozen | None) -> list[Fact]:
    """What the re-score audit found when the evidence was frozen; nothing where none was made."""
    row = next(iter(frozen.table("audit")), None) if frozen else None
    if row is None or not row["rows"]:
        return []
    said = l10n.say("{n} rows by {models} models; largest |Δp| {largest}", n=l10n.number(row["rows"]),
                    models=row["models"], largest=tiny(l10n, row["largest"]))  # fmt: skip
    return [Fact(l10n.say("Re-score audit"), said)]


def held(l10n: L10n, review: Review) -> list[Fact]:
    """Who started a session and who closed it, and when."""
    started = Fact(l10n.say("Started by"), f"{review.opened_by}, {l10n.moment(review.opened_at)}")
    if review.status != CLOSED:
        return [started]
    return [started, Fact(l10n.say("Closed by"), f"{review.closed_by}, {l10n.moment(review.closed_at)}")]


def sessions_headline(l10n: L10n, known: Book) -> Headline:
    """Above the list of sessions."""
    if not known.reviews:
        return Headline(l10n.say("No session yet"))
    return Headline(l10n.many("{n} session", "{n} sessions", len(known.reviews)),
                    l10n.say("The last one first; choose one to read or go on with"))  # fmt: skip


def sessions(l10n: L10n, known: Book) -> Table | None:
    """Every session with what it decided."""
    if not known.reviews:
        return None
    columns = (l10n.say("Session"), l10n.say("Status"), l10n.say("Started"), l10n.say("Decision"),
               l10n.say("Findings done"))  # fmt: skip
    rows = [
        (
            Cell(r.title), Cell(l10n.say(words.STATUSES[r.status])), Cell(f"{l10n.moment(r.opened_at)}, {r.opened_by}"),
            Cell(decided(l10n, r) or "—"), Cell("{} / {}".format(*counted(known, r))),
        )
        for r in reversed(known.reviews)
    ]  # fmt: skip
    return Table(columns, tuple(rows), keys=tuple(str(r.id) for r in reversed(known.reviews)),
                 caption=l10n.say("Review sessions"))  # fmt: skip


def decided(l10n: L10n, review: Review) -> str:
    """What a session decided, in a word; "" before."""
    return l10n.say(words.RULINGS[review.kind]) if review.kind else ""


def line(l10n: L10n, known: Book, review: Review | None) -> str:
    """What the last closed session decided, in one line for other pages; "" where none was."""
    if review is None:
        return ""
    dissent = [s for s in known.standing(review) if s.stand == "dissent"]
    said = l10n.say(
        "“{title}” decided on {day}: {decision}. {words} ({owner}{due}; evidence #{hash})",
        title=review.title, day=l10n.moment(review.closed_at), decision=decided(l10n, review), words=review.text,
        owner=review.owner, due=f", {l10n.day(review.due)}" if review.due else "", hash=review.evidence[:SHORT_HASH],
    )  # fmt: skip
    against = ", ".join(f"{s.by} ({l10n.say(words.ROLES[s.role])})" for s in dissent)
    return f"{said} {l10n.say('In dissent: {names}.', names=against)}" if dissent else said


def link(l10n: L10n) -> str:
    """The address of the room."""
    return f"?lang={l10n.language}&page=review"


def findings_headline(l10n: L10n, found: Sequence[Finding]) -> Headline:
    """Above the findings of a session."""
    if not found:
        return Headline(l10n.say("No finding yet"))
    high = sum(f.severity == "high" for f in found)
    title = l10n.many("{n} finding", "{n} findings", len(found))
    return Headline(title, l10n.say("{n} of high severity", n=high))


def findings(l10n: L10n, found: Sequence[Finding]) -> Table | None:
    """The findings of a session; choosing one opens it."""
    if not found:
        return None
    columns = (l10n.say("Finding"), l10n.say("Severity"), l10n.say("Owner"), l10n.say("Due"), l10n.say("Status"),
               l10n.say("What came of it"))  # fmt: skip
    rows = [
        (
            Cell(f.text), Cell(l10n.say(words.SEVERITIES[f.severity]), words.TONES[f.severity]), Cell(f.owner),
            Cell(l10n.day(f.due)), Cell(l10n.say(words.STATUSES[f.status]), "good" if f.status == DONE else ""),
            Cell(f.outcome or "—"),
        )
        for f in found
    ]  # fmt: skip
    return Table(columns, tuple(rows), keys=tuple(str(f.id) for f in found), caption=l10n.say("Findings"))


def decision_headline(l10n: L10n, review: Review) -> Headline:
    """Above the decision of a session."""
    if not review.kind:
        return Headline(l10n.say("Nothing is decided yet"),
                        l10n.say("Keep the model, recalibrate it, retrain it, or change the cut-off"))  # fmt: skip
    written = l10n.say("Written by {name}, {moment}", name=review.decided_by, moment=l10n.moment(review.decided_at))
    return Headline(decided(l10n, review), written)


def decision(l10n: L10n, review: Review) -> list[Fact]:
    """What a session decided."""
    if not review.kind:
        return []
    due = [Fact(l10n.say("Due"), l10n.day(review.due))] if review.due else []
    return [Fact(l10n.say("Reasons"), review.text), Fact(l10n.say("Owner"), review.owner), *due]
