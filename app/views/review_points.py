"""App room: what stands open in the records when a review session starts, for its agenda."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.desk import Pin
from app.views import alerts_board
from app.views.lineage_figures import Refused
from app.views.review_figures import Book
from data.audited import Audit
from data.records import Records
from data.records.saved import SEGMENT
from monitoring.policy import Policy

Row = dict[str, Any]


def open_points(known: Book, pin: Pin, records: Records, *, policy: Policy) -> list[Row]:
    """Findings of closed sessions that are not done, and alerts that nobody has closed. Raises RecordsError."""
    return [*findings(known), *_alerts(pin, records, policy)]


def findings(known: Book) -> list[Row]:
    """The findings of closed sessions that are not done."""
    return [
        {"kind": "finding", "text": f.text, "severity": f.severity, "owner": f.owner, "due": f.due}
        for f in known.open_findings
    ]


def audit_row(found: Audit | Refused) -> Row:
    """What a re-score audit found, as plain values; `why` where it could not be made."""
    if isinstance(found, Refused):
        return {"passed": False, "rows": 0, "models": 0, "largest": None, "faults": [], "why": found.why}
    faults = sorted({fault.kind for fault in found.faults})
    said = {"passed": found.passed, "rows": found.rows, "models": found.models, "largest": found.largest}
    return {**said, "faults": faults, "why": ""}


def _alerts(pin: Pin, records: Records, policy: Policy) -> list[Row]:
    if not pin.dated:
        return []
    segments: Mapping[str, Any] = {s.name: s for s in records.saved(SEGMENT)}
    board = alerts_board.board(pin, records, segments, policy=policy)
    return [
        {"kind": "alert", "text": a.watched.rule.name, "measure": a.watched.rule.measure, "month": a.month,
         "owner": a.handled.owner if a.handled else a.watched.rule.owner}
        for a in board.of("open", "acknowledged")
    ]  # fmt: skip
