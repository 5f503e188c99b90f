"""Data room: a writer's turn on the records: what is written in it stands whole, with its line in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.records import audit
from data.records.audit import Entry
from data.records.canonical import sha256
from data.records.decisions import Decision, Remark, payload
from data.records.tables import AuditRow, Base, DecisionRow, EvidenceRow, RemarkRow
from data.records.words import RecordsError


class Turn:
    """A writer's turn: nobody else writes until it ends. `at` is never before the last line of the audit log."""

    def __init__(self, session: Session, now: str) -> None:
        self.session = session
        last = session.scalar(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1))
        self._last = entry(last) if last else None
        self.at = max(now, self._last.at) if self._last else now

    def row(self, id: int) -> DecisionRow:
        """The row of a decision. Raises RecordsError when there is none."""
        found = self.session.get(DecisionRow, id)
        if found is None:
            raise RecordsError(f"There is no decision {id}. Nothing was changed.")
        return found

    def freeze(self, content: str) -> str:
        """Keep figures for good; their hash."""
        hash = sha256(content)
        if self.session.get(EvidenceRow, hash) is None:
            self.session.add(EvidenceRow(hash=hash, content=content))
            self.session.flush()
        return hash

    def change(self, row: Base, what: Mapping[str, Any], *, by: str) -> None:
        """Set columns of a row, and who did it."""
        for name, value in {**what, "changed_by": by, "changed_at": self.at}.items():
            setattr(row, name, value)

    def write(self, row: DecisionRow, action: str, *, by: str, said: str = "") -> Decision:
        """Write a decision, what was said, and the line of the audit log."""
        self.session.flush()
        stands, remark = decision(row), Remark(self.at, by, action, said) if said else None
        if remark:
            self.session.add(RemarkRow(decision=stands.id, **asdict(remark)))
        self.note(action, by=by, subject=stands.subject, evidence=stands.evidence, payload=payload(stands, remark))
        return stands

    def note(self, action: str, *, by: str, subject: str, evidence: str, payload: Mapping[str, Any]) -> None:
        """Write the line of the audit log."""
        line = audit.after(
            self._last, at=self.at, user=by, action=action, subject=subject, evidence=evidence, payload=payload
        )
        self.session.add(AuditRow(**asdict(line)))
        self.session.flush()
        self._last = line


def decision(row: DecisionRow) -> Decision:
    """A row as the decision that it holds."""
    return Decision(**{name: getattr(row, name) for name in Decision.__dataclass_fields__})


def entry(row: AuditRow) -> Entry:
    """A row as the line of the audit log that it holds."""
    return Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__})
