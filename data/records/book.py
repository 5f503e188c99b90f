"""Data room: the records of a store: decisions, proposals, what was said, frozen evidence, and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from data.records import audit
from data.records.alerts import Watch
from data.records.audit import Entry
from data.records.canonical import sha256
from data.records.decisions import (
    About,
    Decision,
    Remark,
    Terms,
    UnfitError,
    next_status,
    one_line,
    problems,
    remark_problems,
    require_seen,
    tidy,
)
from data.records.proposals import KIND, Proposals, proposal
from data.records.reviews import Reviews
from data.records.saved import SEGMENT, VIEW, Shelf
from data.records.tables import AuditRow, DecisionRow, EvidenceRow, ProposalRow, RemarkRow
from data.records.turn import decision, entry
from data.records.words import RecordsError


class Records(Proposals, Shelf, Reviews, Watch):
    """Everything that is kept of the releases of a store: decisions and what was said of them, and the parts that keep
    proposals, pinned segments and views, review sessions, and rules with their alerts."""

    def head(self) -> int:
        """Number of the last line of the audit log, 0 for none, or while nothing was opened. Cheap enough to poll."""
        if not self.is_open:
            return 0
        with self._reading() as session:
            return session.scalar(select(func.max(AuditRow.seq))) or 0

    def decisions(self) -> Sequence[Decision]:
        """Every decision in the order in which they were opened."""
        with self._reading() as session:
            return [decision(row) for row in session.scalars(select(DecisionRow).order_by(DecisionRow.id))]

    def remarks(self, id: int) -> Sequence[Remark]:
        """What was said of a decision, the first words first."""
        with self._reading() as session:
            found = session.scalars(select(RemarkRow).where(RemarkRow.decision == id).order_by(RemarkRow.id))
            return [Remark(r.at, r.by, r.action, r.text) for r in found]

    def log(self, subject: str = "") -> Sequence[Entry]:
        """The audit log in its order: all of it, or the lines of one subject."""
        asked = select(AuditRow).order_by(AuditRow.seq)
        with self._reading() as session:
            found = session.scalars(asked.where(AuditRow.subject == subject) if subject else asked)
            return [entry(row) for row in found]

    def evidence(self, hash: str) -> str:
        """The frozen figures under a hash, as canonical JSON. Raises RecordsError when they are gone or altered."""
        with self._reading() as session:
            row = session.get(EvidenceRow, hash)
            if row is None or sha256(row.content) != hash:
                raise RecordsError(f"The evidence {hash[:12]} {'was altered' if row else 'is not there'}.")
            return row.content

    def verify(self) -> Sequence[str]:
        """A sentence for everything that was changed behind the back of the audit log; none when all is as written."""
        with self._reading() as session:
            lines = [entry(row) for row in session.scalars(select(AuditRow).order_by(AuditRow.seq))]
            stand = [decision(row) for row in session.scalars(select(DecisionRow).order_by(DecisionRow.id))]
            proposed = [proposal(row) for row in session.scalars(select(ProposalRow).order_by(ProposalRow.id))]
            frozen = {row.hash: row.content for row in session.scalars(select(EvidenceRow))}
        altered = [f"The evidence {h[:12]} was altered." for h, content in frozen.items() if sha256(content) != h]
        lost = sorted({line.evidence for line in lines if line.evidence} - set(frozen))
        strays = [*audit.strays(lines, stand), *audit.strays(lines, proposed, kind=KIND)]
        strays += [line for kind in (SEGMENT, VIEW) for line in audit.strays(lines, self.saved(kind), kind=kind)]
        strays += self.review_strays(lines)
        strays += self.alert_strays(lines)
        return [*audit.breaks(lines), *strays, *altered,
                *(f"The evidence {h[:12]} is not there." for h in lost)]  # fmt: skip

    def start(self, terms: Terms, about: About, *, by: str) -> Decision:
        """Open a decision and freeze what it is about. Raises UnfitError for terms that cannot be kept."""
        terms, by = tidy(terms), one_line(by)
        _require(problems(terms, by=by))
        with self._writing() as turn:
            hash = turn.freeze(about.evidence)
            row = DecisionRow(
                **asdict(terms), status="open", release=about.release, page=about.page, selection=about.selection,
                figure=about.figure, evidence=hash, opened_by=by, opened_at=turn.at, changed_by=by, changed_at=turn.at,
            )  # fmt: skip
            turn.session.add(row)
            return turn.write(row, "open", by=by)

    def edit(self, id: int, terms: Terms, *, by: str, seen: int) -> Decision:
        """Change the terms of an open decision whose version `seen` the reader saw. Raises UnfitError, NotNowError
        where it is no longer open, and Conflict where somebody changed it meanwhile."""
        terms, by = tidy(terms), one_line(by)
        _require(problems(terms, by=by))
        with self._writing() as turn:
            row = turn.row(id)
            require_seen(decision(row), seen, terms)
            next_status(row.status, "approve")  # what can no longer be approved can no longer be edited
            turn.change(row, asdict(terms), by=by)
            return turn.write(row, "edit", by=by)

    def decide(self, id: int, action: str, *, by: str, comment: str, seen: int) -> Decision:
        """Approve, reject, finish or reopen a decision whose version `seen` the reader saw, with the reason. Raises
        UnfitError, NotNowError and Conflict as `edit` does."""
        by, comment = one_line(by), comment.strip()
        _require(remark_problems(comment, by=by))
        with self._writing() as turn:
            row = turn.row(id)
            require_seen(decision(row), seen)
            turn.change(row, {"status": next_status(row.status, action)}, by=by)
            return turn.write(row, action, by=by, said=comment)

    def comment(self, id: int, text: str, *, by: str) -> Decision:
        """Say something of a decision; it changes nothing of it. Raises UnfitError for an empty comment."""
        by, text = one_line(by), text.strip()
        _require(remark_problems(text, by=by))
        with self._writing() as turn:
            return turn.write(turn.row(id), "comment", by=by, said=text)


def _require(found: Sequence[Any]) -> None:
    if found:
        raise UnfitError(found)
