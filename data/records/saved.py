"""Data room: what is saved under a name: a pinned segment or a view, and the view that a reader begins with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import delete, select

from data.records.canonical import canonical
from data.records.decisions import LONGEST, Problem, UnfitError, one_line
from data.records.room import Room
from data.records.tables import BeginningRow, SavedRow
from data.records.words import RecordsError

SEGMENT, VIEW = "segment", "view"
"""What is saved: a segment, whose content is its levels by dimension as `levels_text` writes them; or a view, whose
content is the query of an address."""
MOST_NAME: Final = 80
MOST_CONTENT: Final = 10_000


@dataclass(frozen=True)
class Saved:
    """A pinned segment or a view as it stands under its name. `version` counts its changes from 1; `changed_by` and
    `changed_at` (UTC, ISO) are those of the last change."""

    id: int
    version: int
    kind: str
    name: str
    content: str
    opened_by: str
    opened_at: str
    changed_by: str
    changed_at: str

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"{self.kind}/{self.id}"

    @property
    def levels(self) -> Mapping[str, tuple[str, ...]]:
        """What a segment keeps: dimension → levels."""
        return {name: tuple(levels) for name, levels in json.loads(self.content).items()}


class NameTakenError(RecordsError):
    """Somebody keeps something else under this name, or has changed it since it was seen: `theirs`; `yours` is the
    content that was to be kept. Nothing was changed."""

    code = "conflict"

    def __init__(self, theirs: Saved, yours: str) -> None:
        self.theirs, self.yours = theirs, yours
        said = f"“{theirs.name}” was saved by {theirs.changed_by} at {theirs.changed_at}."
        super().__init__(f"{said} Choose another name. Nothing was changed.")


class Shelf(Room):
    """The part of the records that keeps pinned segments and views."""

    def saved(self, kind: str) -> Sequence[Saved]:
        """Everything of a kind, by name."""
        with self._reading() as session:
            found = session.scalars(select(SavedRow).where(SavedRow.kind == kind).order_by(SavedRow.name))
            return [_saved(row) for row in found]

    def save(self, kind: str, name: str, content: str, *, by: str, seen: int = 0) -> Saved:
        """Keep a content under a name. A name that is taken is given another content only by who saw the version `seen`
        of it (0: none); the same content is left as it is. Raises UnfitError for what cannot be kept, and
        NameTakenError."""
        name, by = one_line(name), one_line(by)
        _require(name, content, by=by)
        with self._writing() as turn:
            row = turn.session.scalar(select(SavedRow).where(SavedRow.kind == kind, SavedRow.name == name))
            if row is not None and row.content == content:
                return _saved(row)
            if row is not None and row.version != seen:
                raise NameTakenError(_saved(row), content)
            action = "save" if row is None else "replace"
            if row is None:
                made = {"opened_by": by, "opened_at": turn.at, "changed_by": by, "changed_at": turn.at}
                row = SavedRow(kind=kind, name=name, content=content, **made)
                turn.session.add(row)
            else:
                turn.change(row, {"content": content}, by=by)
            turn.session.flush()
            kept = _saved(row)
            turn.note(action, by=by, subject=kept.subject, evidence="", payload={kind: asdict(kept)})
            return kept

    def remove(self, id: int, *, by: str, seen: int) -> Saved:
        """Take what is saved away, for everybody; the audit log keeps what it was. Raises RecordsError when it is gone
        already, and NameTakenError when it is no longer the version `seen`."""
        by = one_line(by)
        if not by:
            raise UnfitError([Problem("by", "missing")])
        with self._writing() as turn:
            row = turn.session.get(SavedRow, id)
            if row is None:
                raise RecordsError("It has been removed already. Nothing was changed.")
            if row.version != seen:
                raise NameTakenError(_saved(row), "")
            turn.session.execute(delete(BeginningRow).where(BeginningRow.view == id))
            gone = _saved(row)
            turn.session.delete(row)
            payload = {gone.kind: None, "removed": asdict(gone)}
            turn.note("remove", by=by, subject=gone.subject, evidence="", payload=payload)
            return gone

    def beginning(self, reader: str) -> Saved | None:
        """The view that a reader begins with; None where there is none."""
        with self._reading() as session:
            row = session.scalar(
                select(SavedRow)
                .join(BeginningRow, BeginningRow.view == SavedRow.id)
                .where(BeginningRow.reader == reader)
            )
            return _saved(row) if row else None

    def begin_with(self, view: int, *, by: str) -> None:
        """Let a reader begin with a view from now on; with none when it is 0. Raises RecordsError when there is no such
        view."""
        by = one_line(by)
        if not by:
            raise UnfitError([Problem("by", "missing")])
        with self._writing() as turn:
            row = turn.session.get(SavedRow, view) if view else None
            if view and (row is None or row.kind != VIEW):
                raise RecordsError("This view is not there any more. Nothing was changed.")
            turn.session.execute(delete(BeginningRow).where(BeginningRow.reader == by))
            if view:
                turn.session.add(BeginningRow(reader=by, view=view))
            payload = {"reader": by, "view": asdict(_saved(row)) if row else None}
            turn.note("begin", by=by, subject=f"reader/{by}"[: LONGEST["by"]], evidence="", payload=payload)


def levels_text(levels: Mapping[str, Sequence[str]]) -> str:
    """Levels by dimension as the content of a segment: the same text for the same levels, in whatever order."""
    return canonical({name: sorted(kept) for name, kept in levels.items() if kept})


def _require(name: str, content: str, *, by: str) -> None:
    texts, longest = {"by": by, "name": name, "content": content}, {"by": LONGEST["by"], "name": MOST_NAME}
    found = [Problem(what, "missing") for what, text in texts.items() if not text.strip("{}")]
    found += [Problem(what, "long") for what, text in texts.items() if len(text) > longest.get(what, MOST_CONTENT)]
    if found:
        raise UnfitError(found)


def _saved(row: SavedRow) -> Saved:
    return Saved(**{name: getattr(row, name) for name in Saved.__dataclass_fields__})
