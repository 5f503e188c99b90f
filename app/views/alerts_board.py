"""App room: the numbers of the Alerts page: every saved rule under a release, and the alerts that they raised."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.desk import Pin
from app.views.alerts_figures import Scope, Tried, scope, tried
from data import months
from data.records import Records
from data.records.alert_terms import ON, Handled, Rule
from data.records.saved import Saved
from monitoring.alerts import Condition, Firing
from monitoring.policy import Policy

SLEEPS = (1, 2, 3, 6, 12)
"""Months for which an alert may sleep."""

Status = Literal["open", "acknowledged", "snoozed", "closed"]
ORDER: tuple[Status, ...] = ("open", "acknowledged", "snoozed", "closed")


@dataclass(frozen=True)
class Watched:
    """A saved rule under a release."""

    rule: Rule
    tried: Tried


@dataclass(frozen=True)
class Alert:
    """What a rule raised with a month, and what people did with it. `firing` is None where the rule no longer fires
    with that month in this release."""

    watched: Watched
    month: int
    firing: Firing | None
    handled: Handled | None
    status: Status

    @property
    def key(self) -> str:
        """What names it on the page."""
        return f"{self.watched.rule.id}-{self.month}"

    @property
    def seen(self) -> int:
        """The version of what was done with it; 0 for nothing."""
        return self.handled.version if self.handled else 0


@dataclass(frozen=True)
class Board:
    """Every rule under a release, and every alert: those that need somebody first."""

    pin: Pin
    rules: tuple[Watched, ...]
    alerts: tuple[Alert, ...]

    def of(self, *statuses: Status) -> list[Alert]:
        """The alerts of these statuses."""
        return [a for a in self.alerts if a.status in statuses]


class Trials:
    """Rules tried under one release and policy, each condition on each scope once, however often it is asked for."""

    def __init__(self, pin: Pin, policy: Policy) -> None:
        self.pin, self.policy = pin, policy
        self._known: dict[tuple[str, Condition], Tried] = {}

    def of(self, within: Scope, condition: Condition) -> Tried:
        """A condition on all history of a scope."""
        key = (repr(within), condition)
        if key not in self._known:
            self._known[key] = tried(self.pin, within, condition, policy=self.policy)
        return self._known[key]


def condition_of(rule: Rule) -> Condition:
    """What a saved rule asks."""
    limit = math.nan if rule.limit is None else rule.limit
    return Condition(rule.measure, limit, rule.months, rule.least, rule.calm, rule.sure)


def board(
    pin: Pin, records: Records, segments: Mapping[str, Saved], *, policy: Policy, trials: Trials | None = None
) -> Board:
    """Every rule and alert under a release; `trials` hold what was tried under it before. Raises RecordsError."""
    records.open()
    tries, done = trials or Trials(pin, policy), {(h.rule, h.month): h for h in records.alerts()}
    watched = [Watched(r, tries.of(scope(pin, r.selection, segments), condition_of(r))) for r in records.rules()]
    raised = [a for w in watched for a in _alerts(w, done, as_of=pin.as_of)]
    return Board(pin, tuple(watched), tuple(sorted(raised, key=lambda a: (ORDER.index(a.status), -a.month))))


def _alerts(watched: Watched, done: Mapping[tuple[int, int], Handled], *, as_of: int) -> list[Alert]:
    """The alerts of a rule: what somebody did something with, and, while it watches, what stands or was over only after
    it was saved."""
    rule = watched.rule
    firings = {f.month: f for f in watched.tried.replay.firings}
    fresh = {m for m, f in firings.items() if rule.status == ON and (f.stands or f.ended > rule.since)}
    handled = {month: h for (id, month), h in done.items() if id == rule.id}
    return [
        Alert(watched, m, firings.get(m), handled.get(m), status(handled.get(m), as_of=as_of))
        for m in sorted(fresh | handled.keys())
    ]


def status(handled: Handled | None, *, as_of: int) -> Status:
    """How an alert stands: open until somebody does something with it, and again when it has slept."""
    if handled is None or (handled.status == "snoozed" and as_of >= handled.until):
        return "open"
    return handled.status  # type: ignore[return-value]


def said_by_people(board: Board, rule: Rule) -> tuple[int, int]:
    """How many alerts of a rule were closed as real, and as false."""
    verdicts = [a.handled.verdict for a in board.alerts if a.watched.rule.id == rule.id and a.handled]
    return verdicts.count("real"), verdicts.count("false")


def until(pin: Pin) -> Sequence[int]:
    """The months until which an alert may sleep."""
    return [months.add(pin.as_of, k) for k in SLEEPS]


def chosen(board: Board, key: str) -> Alert | None:
    """The alert that a key names; without one, the first that is not closed; None where there is none."""
    named = [a for a in board.alerts if a.key == key]
    return next(iter([*named, *(a for a in board.alerts if a.status != "closed")]), None)


def loaded(board: Board, id: str) -> Rule | None:
    """The rule that stands in the editor; None for none."""
    return next((w.rule for w in board.rules if str(w.rule.id) == str(id)), None)
