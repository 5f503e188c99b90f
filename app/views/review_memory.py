"""App room: the words of what the last review session decided and what happened: its figures then and since, its
findings, and the figures of its evidence that are another today. It says what changed, never why."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import review_words as words
from app.views.decisions_figures import Since
from app.views.review import decided, findings
from app.views.review_effect import Memory, Restated
from app.views.shapes import Cell, Headline, Table
from data.records.review_terms import DONE, Review

MOST_RESTATED = 40
"""Restated figures that the page and the pack list; the others are counted."""


def headline(l10n: L10n, found: Memory | None) -> Headline:
    """What we decided and what happened."""
    if found is None:
        return Headline(l10n.say("No session was closed before this one"),
                        l10n.say("The next session opens with what this one decides and what comes of it"))  # fmt: skip
    review, done = found.review, sum(f.status == DONE for f in found.findings)
    return Headline(
        l10n.say("What we decided and what happened: {decision}", decision=decided(l10n, review).lower()),
        l10n.say("{title}, {moment} · {done} of {n} findings done", title=review.title,
                 moment=l10n.moment(review.closed_at), done=done, n=len(found.findings)),
    )  # fmt: skip


def sentence(l10n: L10n, review: Review) -> str:
    """The decision in the words of who took it."""
    due = f", {l10n.day(review.due)}" if review.due else ""
    return f"{review.text} ({review.owner}{due})"


def effect(l10n: L10n, found: Memory) -> Table | None:
    """The figures then and over the months since, with the interval of their difference; nothing where they cannot be
    held against each other."""
    if not found.since:
        return None
    columns = (l10n.say("Figure"), l10n.say("When decided"), l10n.say("95% interval"), l10n.say("Since"),
               l10n.say("95% interval"), l10n.say("Change"))  # fmt: skip
    rows = tuple(_since(l10n, one) for one in found.since)
    return Table(columns, rows, caption=l10n.say("What happened since"))


def _since(l10n: L10n, found: Since) -> tuple[Cell, ...]:
    key, then, now = found.then.key, found.then, found.now
    first = (Cell(words.figure(l10n, key)), Cell(words.stated(l10n, then)),
             Cell(words.interval(l10n, key, then.low, then.high) or "—", "muted"))  # fmt: skip
    if now is None:
        return *first, Cell(words.reason(l10n, found.reason), "muted"), Cell("—"), Cell("—")
    moved = found.change
    change = f"{words.change(l10n, key, moved.value)} {words.span(l10n, key, moved.low, moved.high)}".strip()
    return (*first, Cell(words.stated(l10n, now)),
            Cell(words.interval(l10n, key, now.low, now.high) or "—", "muted"), Cell(change))  # fmt: skip


def note(l10n: L10n, found: Memory) -> str:
    """Why nothing can be compared; else what the comparison is."""
    if found.reason:
        return l10n.say("Nothing can be compared: {reason}.", reason=words.reason(l10n, found.reason))
    return l10n.say("Then: the months of that evidence. Since: the months after them, by the newest release and as far "
                    "as they have matured. What else changed in these months is not taken out.")  # fmt: skip


def done(l10n: L10n, found: Memory) -> Table | None:
    """The findings of that session and what came of them."""
    return findings(l10n, found.findings)


def restated_headline(l10n: L10n, found: Memory) -> str:
    """How many figures are another today."""
    if found.reason:
        return ""
    if not found.restated:
        return l10n.say("Restatements: none. Every frozen figure is the same today.")
    return l10n.many(
        "Restatements: {n} frozen figure is another today.", "Restatements: {n} frozen figures are another today.",
        len(found.restated),
    )  # fmt: skip


def restated(l10n: L10n, found: Memory) -> Table | None:
    """The figures of the same months that are another today: then, now, and why."""
    if not found.restated:
        return None
    columns = (l10n.say("Figure"), l10n.say("Month"), l10n.say("When frozen"), l10n.say("Today"), l10n.say("Change"),
               l10n.say("Why"))  # fmt: skip
    rows = tuple(_restated(l10n, one) for one in found.restated[:MOST_RESTATED])
    left = len(found.restated) - MOST_RESTATED
    more = (Cell(l10n.say("and {n} more", n=left)), *(Cell("") for _ in columns[1:]))
    return Table(columns, rows, total=more if left > 0 else (), caption=l10n.say("Restatements"))


def _restated(l10n: L10n, found: Restated) -> tuple[Cell, ...]:
    change = found.new - found.old
    return (
        Cell(words.figure(l10n, found.key)), Cell(l10n.month(found.month) if found.month else "—"),
        Cell(words.value(l10n, found.key, found.old)), Cell(words.value(l10n, found.key, found.new)),
        Cell(words.change(l10n, found.key, change) if math.isfinite(change) else "—"),
        Cell(l10n.say(words.WHY[found.why])),
    )  # fmt: skip
