"""App room: the sessions of the review room with their findings, signatures and frozen evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.frozen import Frozen
from data.records import Records, RecordsError
from data.records.review_terms import CLOSED, DONE, OPEN, Finding, Review, Signature, digest, standing


@dataclass(frozen=True)
class Book:
    """Every session, finding and signature as it stands, with the frozen evidence by its hash; None where that is
    missing or was altered."""

    reviews: Sequence[Review] = ()
    findings: Sequence[Finding] = ()
    signatures: Sequence[Signature] = ()
    evidence: dict[str, Frozen | None] = field(default_factory=dict)

    def review(self, id: int) -> Review | None:
        """One session."""
        return next((r for r in self.reviews if r.id == id), None)

    def of(self, review: Review) -> list[Finding]:
        """The findings of a session."""
        return [f for f in self.findings if f.review == review.id]

    def signed(self, review: Review) -> list[Signature]:
        """Every signature of a session, those that no longer stand included."""
        return [s for s in self.signatures if s.review == review.id]

    def standing(self, review: Review) -> list[Signature]:
        """The signatures under what the session says now."""
        return standing(self.signed(review), self.digest(review))

    def digest(self, review: Review) -> str:
        """The hash of what is signed."""
        return digest(review, self.findings)

    def frozen(self, review: Review) -> Frozen | None:
        """What a session rests on."""
        return self.evidence.get(review.evidence)

    def finding(self, id: int) -> Finding | None:
        """One finding."""
        return next((f for f in self.findings if f.id == id), None)

    @property
    def open_findings(self) -> list[Finding]:
        """What was found in closed sessions and is not done."""
        shut = {r.id for r in self.reviews if r.status == CLOSED}
        return [f for f in self.findings if f.status == OPEN and f.review in shut]


def book(records: Records) -> Book:
    """Everything that the room shows of the records. Raises RecordsError."""
    found = written(records)
    return replace(found, evidence={hash: _evidence(records, hash) for hash in {r.evidence for r in found.reviews}})


def written(records: Records) -> Book:
    """The sessions without their evidence. Raises RecordsError."""
    records.open()
    return Book(records.reviews(), records.findings(), records.signatures())


def chosen(wanted: str, known: Book) -> Review | None:
    """The session that a click or an address names; else the last that is open, else the last."""
    named = known.review(int(wanted)) if wanted.isdecimal() else None
    opened = [r for r in known.reviews if r.status == OPEN]
    return named or next(iter([*reversed(opened), *reversed(known.reviews)]), None)


def before(known: Book, review: Review | None) -> Review | None:
    """The last session that was closed before this one was started; the last closed one where there is none."""
    shut = [r for r in known.reviews if r.status == CLOSED and (review is None or r.closed_at <= review.opened_at)]
    others = [r for r in shut if review is None or r.id != review.id]
    return max(others, key=lambda r: (r.closed_at, r.id), default=None)


def last_decided(known: Book) -> Review | None:
    """The last session that was closed."""
    return before(known, None)


def counted(known: Book, review: Review) -> tuple[int, int]:
    """How many findings of a session are done, of how many."""
    found = known.of(review)
    return sum(f.status == DONE for f in found), len(found)


def _evidence(records: Records, hash: str) -> Frozen | None:
    try:
        return Frozen(records.evidence(hash))
    except RecordsError:
        return None
