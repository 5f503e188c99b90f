"""App room: the words of who signed a review session, what it still needs, and its close."""

from __future__ import annotations

from collections.abc import Sequence

from app.l10n import L10n
from app.views import review_words as words
from app.views.review import SHORT_HASH
from app.views.review_figures import Book
from app.views.shapes import Cell, Headline, Table
from data.records.review_terms import CLOSED, NEEDED, Review, Signature, lacking


def signed_headline(l10n: L10n, known: Book, review: Review) -> Headline:
    """Above the signatures: who agrees, who dissents."""
    stand = known.standing(review)
    if not stand:
        return Headline(
            l10n.say("Nobody has signed yet"), l10n.say("The model owner and the validator must; dissent is kept")
        )
    against = sum(s.stand == "dissent" for s in stand)
    title = l10n.many("{n} signature", "{n} signatures", len(stand))
    return Headline(title, l10n.say("{n} in dissent", n=against) if against else l10n.say("Nobody dissents"))


def signatures(l10n: L10n, known: Book, review: Review) -> Table | None:
    """Every signature with its words, those that were given for what was changed since included."""
    stand = known.standing(review)
    columns = (l10n.say("Role"), l10n.say("Name"), l10n.say("Position"), l10n.say("Reasons"), l10n.say("When"),
               l10n.say("For"))  # fmt: skip
    rows = [_signature(l10n, s, s in stand) for s in known.signed(review)]
    return Table(columns, tuple(rows), caption=l10n.say("Signatures")) if rows else None


def _signature(l10n: L10n, found: Signature, stands: bool) -> tuple[Cell, ...]:
    what = l10n.say("what stands now") if stands else l10n.say("an earlier wording")
    return (
        Cell(l10n.say(words.ROLES[found.role])), Cell(found.by),
        Cell(l10n.say(words.STANDS[found.stand]), "bad" if found.stand == "dissent" else "good"),
        Cell(found.text or "—"), Cell(l10n.moment(found.at)),
        Cell(f"{what} #{found.signed[:SHORT_HASH]}", "" if stands else "muted"),
    )  # fmt: skip


def missing(l10n: L10n, known: Book, review: Review) -> str:
    """What a session still needs before it can be closed; "" where nothing, or it is closed."""
    lacks = [] if review.status == CLOSED else lacking(review, known.of(review), known.signed(review))
    if not lacks:
        return ""
    if "decision" in lacks:
        roles = _roles(l10n, NEEDED)
        return l10n.say("Before it can be closed: a decision, and the signatures of {roles}.", roles=roles)
    return l10n.say("Before it can be closed: the signature of {roles}.", roles=_roles(l10n, lacks))


def may_close(known: Book, review: Review) -> bool:
    """Whether the session can be closed now."""
    return review.status != CLOSED and not lacking(review, known.of(review), known.signed(review))


def closing(l10n: L10n, known: Book, review: Review) -> tuple[str, str]:
    """Above the button that closes a session: how it stands, and what it still needs."""
    if review.status == CLOSED:
        when = l10n.say("{name}, {moment}", name=review.closed_by, moment=l10n.moment(review.closed_at))
        return l10n.say("This session is closed"), when
    if needs := missing(l10n, known, review):
        return l10n.say("It cannot be closed yet"), needs
    return l10n.say("Close and export"), l10n.say("Once closed, nothing of it can be changed any more")


def _roles(l10n: L10n, roles: Sequence[str]) -> str:
    return ", ".join(l10n.say(words.ROLES[role]).lower() for role in roles)
