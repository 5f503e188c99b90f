"""Data room: a proposal of a cut-off: where to draw the line, under what capacity, and on what expected figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import select

from data.records.decisions import LONGEST, About, Problem, UnfitError, one_line
from data.records.room import Room
from data.records.tables import ProposalRow
from data.records.words import RecordsError

KIND: Final = "proposal"
"""What the audit log calls one."""


@dataclass(frozen=True)
class CutOff:
    """A line to draw: who scores at least `threshold` is called. `segments`: thresholds of segments of their own, as
    canonical JSON {"dimension": ..., "cuts": {level: threshold}}, "" for one threshold. `calls` a month that there are,
    None for no limit; `lock`, months after a payment option in which nobody is called; `as_of`, the last month (YYYYMM)
    whose outcomes could be known when the figures were made."""

    title: str
    threshold: float
    segments: str = ""
    calls: float | None = None
    lock: int = 0
    as_of: int = 0


@dataclass(frozen=True)
class Proposal:
    """A proposal as it stands. `version` counts its changes from 1; `evidence` is the hash of its expected figures;
    `changed_by` and `changed_at` (UTC, ISO) are those of the last change."""

    id: int
    version: int
    title: str
    threshold: float
    segments: str
    calls: float | None
    lock: int
    as_of: int
    release: str
    selection: str
    evidence: str
    opened_by: str
    opened_at: str
    changed_by: str
    changed_at: str

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"{KIND}/{self.id}"


class TakenError(RecordsError):
    """Somebody keeps another proposal under this title, or has changed it since it was seen: `theirs`. Nothing was
    changed."""

    code = "conflict"

    def __init__(self, theirs: Proposal) -> None:
        self.theirs = theirs
        super().__init__(
            f"“{theirs.title}” was saved by {theirs.changed_by} at {theirs.changed_at}. Nothing was changed."
        )


class Proposals(Room):
    """The part of the records that keeps proposals of a cut-off."""

    def proposals(self) -> Sequence[Proposal]:
        """Every proposal, the last changed first."""
        with self._reading() as session:
            found = session.scalars(select(ProposalRow).order_by(ProposalRow.changed_at.desc(), ProposalRow.id.desc()))
            return [proposal(row) for row in found]

    def propose(self, cut: CutOff, about: About, *, by: str, seen: int = 0) -> Proposal:
        """Save a cut-off under its title, and freeze what is expected of it. A title that is taken is replaced only by
        who saw the version `seen` of it (0: none). Raises UnfitError for what cannot be kept, and TakenError."""
        title, by = one_line(cut.title), one_line(by)
        if found := problems(title, cut, by=by):
            raise UnfitError(found)
        with self._writing() as turn:
            row = turn.session.scalar(select(ProposalRow).where(ProposalRow.title == title))
            if row is not None and row.version != seen:
                raise TakenError(proposal(row))
            stands = {
                **asdict(cut), "title": title, "release": about.release, "selection": about.selection,
                "evidence": turn.freeze(about.evidence),
            }  # fmt: skip
            action = "replace" if row is not None else "propose"
            if row is None:
                row = ProposalRow(**stands, opened_by=by, opened_at=turn.at, changed_by=by, changed_at=turn.at)
                turn.session.add(row)
            else:
                turn.change(row, stands, by=by)
            turn.session.flush()
            kept = proposal(row)
            turn.note(action, by=by, subject=kept.subject, evidence=kept.evidence, payload={KIND: asdict(kept)})
            return kept


def problems(title: str, cut: CutOff, *, by: str) -> list[Problem]:
    """What is wrong with a cut-off and the name of who proposes it; nothing when it can be kept."""
    texts = {"by": by, "title": title}
    found = [Problem(name, "missing") for name, text in texts.items() if not text]
    found += [Problem(name, "long") for name, text in texts.items() if len(text) > LONGEST[name]]
    if not 0 <= cut.threshold <= 1:
        found.append(Problem("threshold", "unknown"))
    if cut.calls is not None and not (math.isfinite(cut.calls) and cut.calls >= 0):
        found.append(Problem("calls", "unknown"))
    return found


def proposal(row: ProposalRow) -> Proposal:
    """A row as the proposal that it holds."""
    return Proposal(**{name: getattr(row, name) for name in Proposal.__dataclass_fields__})
