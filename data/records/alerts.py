"""Data room: rules that watch a figure, under their names, and what people did with the alerts that they raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import select

from data.records.alert_terms import (
    ALERT,
    OFF,
    ON,
    RULE,
    STEPS,
    VERDICTS,
    Deed,
    Handled,
    HandledError,
    Rule,
    RuleTakenError,
    RuleTerms,
    deed_problems,
    problems,
    texts_problems,
)
from data.records.audit import Entry, strays
from data.records.decisions import About, Problem, UnfitError, one_line
from data.records.room import Room
from data.records.tables import AlertRow, RuleRow
from data.records.words import RecordsError


class Watch(Room):
    """The part of the records that keeps rules and what was done with their alerts."""

    def rules(self) -> Sequence[Rule]:
        """Every rule, by name."""
        with self._reading() as session:
            return [_rule(row) for row in session.scalars(select(RuleRow).order_by(RuleRow.name))]

    def alerts(self) -> Sequence[Handled]:
        """Every alert that somebody did something with, the first one first."""
        with self._reading() as session:
            return [_handled(row) for row in session.scalars(select(AlertRow).order_by(AlertRow.id))]

    def alert_strays(self, log: Sequence[Entry]) -> list[str]:
        """A sentence for each rule or alert that does not stand as the log last says."""
        return [*strays(log, self.rules(), kind=RULE), *strays(log, self.alerts(), kind=ALERT)]

    def watch(self, terms: RuleTerms, about: About, *, by: str, since: int, seen: int = 0) -> Rule:
        """Save a rule under its name, and freeze its replay. A name that is taken is replaced only by who saw the
        version `seen` of it (0: none). Raises UnfitError for what cannot be kept, and RuleTakenError."""
        terms, by = replace(terms, name=one_line(terms.name), owner=one_line(terms.owner)), one_line(by)
        if found := problems(terms, by=by):
            raise UnfitError(found)
        with self._writing() as turn:
            row = turn.session.scalar(select(RuleRow).where(RuleRow.name == terms.name))
            if row is not None and row.version != seen:
                raise RuleTakenError(_rule(row))
            stands = {**asdict(terms), "status": ON, "since": since, "release": about.release,
                      "evidence": turn.freeze(about.evidence)}  # fmt: skip
            action = "watch" if row is None else "replace"
            if row is None:
                row = RuleRow(**stands, opened_by=by, opened_at=turn.at, changed_by=by, changed_at=turn.at)
                turn.session.add(row)
            else:
                turn.change(row, stands, by=by)
            turn.session.flush()
            kept = _rule(row)
            turn.note(action, by=by, subject=kept.subject, evidence=kept.evidence, payload={RULE: asdict(kept)})
            return kept

    def switch(self, id: int, status: str, *, by: str, seen: int) -> Rule:
        """Let a rule watch no longer ("off"), or again ("on"); what it raised and what was done with it stay. Raises
        RecordsError when there is none, and RuleTakenError when it is no longer the version `seen`."""
        by = one_line(by)
        found = texts_problems({"by": by}) + ([] if status in (ON, OFF) else [Problem("status", "unknown")])
        if found:
            raise UnfitError(found)
        with self._writing() as turn:
            row = turn.session.get(RuleRow, id)
            if row is None:
                raise RecordsError(f"There is no rule {id}. Nothing was changed.")
            if row.version != seen:
                raise RuleTakenError(_rule(row))
            turn.change(row, {"status": status}, by=by)
            turn.session.flush()
            kept = _rule(row)
            turn.note(f"rule_{status}", by=by, subject=kept.subject, evidence="", payload={RULE: asdict(kept)})
            return kept

    def handle(self, rule: int, month: int, deed: Deed, *, by: str, release: str, seen: int = 0) -> Handled:
        """Do something with the alert that a rule raised with a month, of which the reader saw the version `seen` (0:
        nobody had done anything). Raises UnfitError, RecordsError without such a rule, and HandledError."""
        deed, by = replace(deed, owner=one_line(deed.owner), words=deed.words.strip()), one_line(by)
        if found := deed_problems(deed, by=by, month=month):
            raise UnfitError(found)
        with self._writing() as turn:
            if turn.session.get(RuleRow, rule) is None:
                raise RecordsError(f"There is no rule {rule}. Nothing was changed.")
            row = turn.session.scalar(select(AlertRow).where(AlertRow.rule == rule, AlertRow.month == month))
            if row is not None and row.version != seen:
                raise HandledError(_handled(row))
            stands = {"status": STEPS[deed.action], "until": deed.until, "verdict": VERDICTS.get(deed.action, ""),
                      "owner": deed.owner, "words": deed.words, "release": release}  # fmt: skip
            if row is None:
                who = {"opened_by": by, "opened_at": turn.at, "changed_by": by, "changed_at": turn.at}
                row = AlertRow(rule=rule, month=month, **stands, **who)
                turn.session.add(row)
            else:
                turn.change(row, stands, by=by)
            turn.session.flush()
            kept = _handled(row)
            turn.note(deed.action, by=by, subject=kept.subject, evidence="", payload={ALERT: asdict(kept)})
            return kept


def _rule(row: RuleRow) -> Rule:
    return Rule(**{name: getattr(row, name) for name in Rule.__dataclass_fields__})


def _handled(row: AlertRow) -> Handled:
    return Handled(**{name: getattr(row, name) for name in Handled.__dataclass_fields__})
