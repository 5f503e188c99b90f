"""Data room: a review session: frozen evidence, what was found, what was decided, and who signed it, dissent kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select

from data.records import audit
from data.records.audit import Entry
from data.records.decisions import UnfitError, one_line
from data.records.review_terms import (
    CLOSED,
    DONE,
    FINDING,
    OPEN,
    REVIEW,
    SIGNATURE,
    Finding,
    NotInSessionError,
    OvertakenError,
    Point,
    Review,
    Ruling,
    Signature,
    Signing,
    digest,
    lacking,
    paragraphs,
    point_problems,
    ruling_problems,
    signing_problems,
    standing,
    text_problems,
    tidy_point,
    tidy_ruling,
    untrue,
)
from data.records.room import Room
from data.records.tables import FindingRow, ReviewRow, SignatureRow
from data.records.turn import Turn
from data.records.words import RecordsError


class Reviews(Room):
    """The part of the records that keeps review sessions. What was closed can no longer be changed; of its findings it
    can only be said that they were done."""

    def reviews(self) -> Sequence[Review]:
        """Every session in the order in which they were started."""
        with self._reading() as session:
            return [review(row) for row in session.scalars(select(ReviewRow).order_by(ReviewRow.id))]

    def findings(self) -> Sequence[Finding]:
        """Every finding of every session, the first first."""
        with self._reading() as session:
            return [finding(row) for row in session.scalars(select(FindingRow).order_by(FindingRow.id))]

    def signatures(self) -> Sequence[Signature]:
        """Every signature that was ever given, the first first."""
        with self._reading() as session:
            return [signature(row) for row in session.scalars(select(SignatureRow).order_by(SignatureRow.id))]

    def pinned_releases(self) -> frozenset[str]:
        """The releases that a session rests on."""
        return frozenset(r.release for r in self.reviews())

    def review_strays(self, log: Sequence[Entry]) -> list[str]:
        """A sentence for whatever of a session does not stand as the log says, or contradicts itself."""
        reviews, findings, signatures = self.reviews(), self.findings(), self.signatures()
        moved = [*audit.strays(log, reviews, kind=REVIEW), *audit.strays(log, findings, kind=FINDING)]
        return [*moved, *audit.strays(log, signatures, kind=SIGNATURE), *untrue(reviews, findings, signatures)]

    def start_review(self, title: str, *, release: str, selection: str, evidence: str, by: str) -> Review:
        """Start a session on frozen evidence. Raises UnfitError, and OvertakenError where the title is taken."""
        title, by = one_line(title), one_line(by)
        _require(text_problems({"by": by, "title": title}, needed=True))
        with self._writing() as turn:
            taken = turn.session.scalar(select(ReviewRow).where(ReviewRow.title == title))
            if taken is not None:
                raise OvertakenError(review(taken))
            row = ReviewRow(
                status=OPEN, title=title, release=release, selection=selection, evidence=turn.freeze(evidence),
                kind="", text="", owner="", due="", decided_by="", decided_at="", closed_by="", closed_at="",
                opened_by=by, opened_at=turn.at, changed_by=by, changed_at=turn.at,
            )  # fmt: skip
            turn.session.add(row)
            return _write(turn, row, "start", by=by)

    def find(self, id: int, point: Point, *, by: str) -> Finding:
        """Write down a finding of an open session. Raises UnfitError, and NotNowError where it is closed."""
        point, by = tidy_point(point), one_line(by)
        _require(point_problems(point, by=by))
        with self._writing() as turn:
            _open(turn, id)
            row = FindingRow(
                **asdict(point), review=id, status=OPEN, outcome="", opened_by=by, opened_at=turn.at, changed_by=by,
                changed_at=turn.at,
            )  # fmt: skip
            turn.session.add(row)
            return _found(turn, row, "find", by=by)

    def amend(self, id: int, point: Point, *, by: str, seen: int) -> Finding:
        """Change a finding whose version `seen` the reader saw, while its session is open. Raises UnfitError,
        NotNowError, and OvertakenError where somebody changed it meanwhile."""
        point, by = tidy_point(point), one_line(by)
        _require(point_problems(point, by=by))
        with self._writing() as turn:
            row = _finding(turn, id, seen)
            _open(turn, row.review)
            turn.change(row, asdict(point), by=by)
            return _found(turn, row, "amend", by=by)

    def settle(self, id: int, outcome: str, *, by: str, seen: int) -> Finding:
        """Say that a finding is done and what came of it, at any time; said of one that is done, it is open again.
        Raises UnfitError and OvertakenError as `amend` does."""
        outcome, by = paragraphs(outcome), one_line(by)
        _require(text_problems({"by": by, "outcome": outcome}, needed=True))
        with self._writing() as turn:
            row = _finding(turn, id, seen)
            status = OPEN if row.status == DONE else DONE
            turn.change(row, {"status": status, "outcome": outcome}, by=by)
            return _found(turn, row, "settle" if status == DONE else "resume", by=by)

    def rule(self, id: int, ruling: Ruling, *, by: str, seen: int) -> Review:
        """Write what an open session decides, whose version `seen` the reader saw. Signatures given before no longer
        stand. Raises UnfitError, NotNowError and OvertakenError as `amend` does."""
        ruling, by = tidy_ruling(ruling), one_line(by)
        _require(ruling_problems(ruling, by=by))
        with self._writing() as turn:
            row = _seen(turn, id, seen)
            turn.change(row, {**asdict(ruling), "decided_by": by, "decided_at": turn.at}, by=by)
            return _write(turn, row, "rule", by=by)

    def sign(self, id: int, signing: Signing, *, by: str, signed: str) -> Signature:
        """Sign what an open session found and decided, in a role; `signed` is the hash of what the reader saw. Raises
        UnfitError; NotNowError where nothing was decided, somebody else signed in this role, or the reader in another;
        and OvertakenError where it is no longer what the reader saw. Who signs again replaces what he signed before."""
        signing, by = Signing(signing.role, signing.stand, paragraphs(signing.text)), one_line(by)
        _require(signing_problems(signing, by=by))
        with self._writing() as turn:
            row = _open(turn, id)
            known = review(row)
            if not known.kind:
                raise NotInSessionError("undecided", "Nothing was decided yet that could be signed.")
            if digest(known, _findings(turn, id)) != signed:
                raise OvertakenError(known)
            for each in standing(_signatures(turn, id), signed):
                if (each.role == signing.role) != (each.by.casefold() == by.casefold()):
                    raise NotInSessionError("signed", f"{each.by} has signed as {each.role} already.", each.by)
            made = SignatureRow(review=id, **asdict(signing), signed=signed, by=by, at=turn.at)
            turn.session.add(made)
            turn.session.flush()
            kept = signature(made)
            payload = {SIGNATURE: asdict(kept)}
            turn.note(signing.stand, by=by, subject=kept.subject, evidence=known.evidence, payload=payload)
            return kept

    def end_review(self, id: int, *, by: str, seen: int) -> Review:
        """Close a session for good. Raises NotNowError where the decision or a signature is missing, UnfitError and
        OvertakenError as `rule` does."""
        by = one_line(by)
        _require(text_problems({"by": by}, needed=True))
        with self._writing() as turn:
            row = _seen(turn, id, seen)
            if missing := lacking(review(row), _findings(turn, id), _signatures(turn, id)):
                raise NotInSessionError("lacking", f"It cannot be closed without: {', '.join(missing)}.")
            turn.change(row, {"status": CLOSED, "closed_by": by, "closed_at": turn.at}, by=by)
            return _write(turn, row, "close", by=by)


def review(row: ReviewRow) -> Review:
    """A row as the session that it holds."""
    return Review(**{name: getattr(row, name) for name in Review.__dataclass_fields__})


def finding(row: FindingRow) -> Finding:
    """A row as the finding that it holds."""
    return Finding(**{name: getattr(row, name) for name in Finding.__dataclass_fields__})


def signature(row: SignatureRow) -> Signature:
    """A row as the signature that it holds."""
    return Signature(**{name: getattr(row, name) for name in Signature.__dataclass_fields__})


def _require(found: Sequence) -> None:
    if found:
        raise UnfitError(found)


def _open(turn: Turn, id: int) -> ReviewRow:
    row = turn.session.get(ReviewRow, id)
    if row is None:
        raise RecordsError(f"There is no review session {id}. Nothing was changed.")
    if row.status != OPEN:
        raise NotInSessionError(
            "closed", f"“{row.title}” was closed by {row.closed_by}: it cannot be changed.", row.closed_by
        )
    return row


def _seen(turn: Turn, id: int, seen: int) -> ReviewRow:
    row = _open(turn, id)
    if row.version != seen:
        raise OvertakenError(review(row))
    return row


def _finding(turn: Turn, id: int, seen: int) -> FindingRow:
    row = turn.session.get(FindingRow, id)
    if row is None:
        raise RecordsError(f"There is no finding {id}. Nothing was changed.")
    if row.version != seen:
        raise OvertakenError(finding(row))
    return row


def _findings(turn: Turn, id: int) -> list[Finding]:
    found = turn.session.scalars(select(FindingRow).where(FindingRow.review == id).order_by(FindingRow.id))
    return [finding(row) for row in found]


def _signatures(turn: Turn, id: int) -> list[Signature]:
    found = turn.session.scalars(select(SignatureRow).where(SignatureRow.review == id).order_by(SignatureRow.id))
    return [signature(row) for row in found]


def _write(turn: Turn, row: ReviewRow, action: str, *, by: str) -> Review:
    turn.session.flush()
    stands = review(row)
    turn.note(action, by=by, subject=stands.subject, evidence=stands.evidence, payload={REVIEW: asdict(stands)})
    return stands


def _found(turn: Turn, row: FindingRow, action: str, *, by: str) -> Finding:
    turn.session.flush()
    stands = finding(row)
    turn.note(action, by=by, subject=stands.subject, evidence="", payload={FINDING: asdict(stands)})
    return stands
