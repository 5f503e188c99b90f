"""App room: the words of a pack that is opened again: whether it is as it was made, and whether the records know it."""

from __future__ import annotations

from app.l10n import L10n
from app.review_pack import Opened
from app.views import review_tables
from app.views.review import banner
from app.views.review_figures import Book
from app.views.shapes import Headline, Table
from app.words import mark

BROKEN = {
    "evidence": mark("Its figures do not carry their own hash: they were changed after the pack was made."),
    "record": mark("Its session does not carry its own hash: it was changed after the pack was made."),
}


def headline(l10n: L10n) -> Headline:
    """Above the choice of a file."""
    return Headline(l10n.say("Open a pack again"),
                    l10n.say("Its figures are read from the file alone, and held against their hash"))  # fmt: skip


def verdict(l10n: L10n, found: Opened, known: Book) -> tuple[str, str, list[str]]:
    """Whether a pack is as it was made, its tone, and what is said of it beside."""
    name = f"“{found.review.title}” · {banner(l10n, found.review, found.frozen)}"
    if found.broken:
        return name, "bad", [l10n.say(BROKEN[part]) for part in found.broken]
    said = [l10n.say("Every hash stands: its figures are those that were frozen."), _known(l10n, found, known)]
    return name, "good", said


def _known(l10n: L10n, found: Opened, known: Book) -> str:
    mine = next((r for r in known.reviews if r.evidence == found.review.evidence and r.id == found.review.id), None)
    if mine is None:
        return l10n.say(
            "The records here do not know this session: its hashes prove only that the file is of one piece."
        )
    if mine == found.review and known.digest(mine) == found.book.digest(found.review):
        return l10n.say("The records here hold the same session.")
    return l10n.say("The session has gone on in the records since the pack was made.")


def figures(l10n: L10n, found: Opened) -> list[Table]:
    """The figures of a pack, as the room shows those of its own sessions."""
    return review_tables.tables(l10n, found.frozen)
