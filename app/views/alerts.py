"""App room: the words of the Alerts page: what is open, one alert with its history, and the ledger of the rules."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.components.card_list import Fact
from app.components.decision_forms import Choice, Remarked
from app.desk import Pin
from app.l10n import L10n
from app.office import Reader
from app.views import alerts_words as words
from app.views.alerts_board import Alert, Board, until
from app.views.shapes import Cell, Headline, State, Table
from data.records.alert_terms import ALERT, OFF, HandledError, Rule, RuleTakenError
from data.records.audit import Entry
from data.records.decisions import UnfitError
from monitoring.alerts import Firing

MAY: dict[str, tuple[str, ...]] = {
    "open": ("acknowledge", "snooze", "close_real", "close_false"),
    "acknowledged": ("snooze", "close_real", "close_false"),
    "snoozed": ("acknowledge", "close_real", "close_false", "reopen"),
    "closed": ("reopen",),
}
"""Status → what may be done to an alert."""
TONES = {"open": "bad", "acknowledged": "warn", "snoozed": "muted", "closed": "muted"}


def undated(l10n: L10n) -> State:
    """Why data without dates can be watched by no rule."""
    return State(
        "nothing",
        l10n.say("No month follows another in these data"),
        l10n.say("The rows carry no dates: a rule needs months to watch."),
    )


def unread(l10n: L10n, message: str) -> State:
    """The records cannot be read."""
    return State("trouble", l10n.say("The rules and alerts cannot be read"), message)


def names_note(l10n: L10n, reader: Reader) -> str:
    """What the name of who acts is worth."""
    if reader.verified:
        return "" if reader.name else l10n.say("Nobody vouches for you: sign in to act.")
    return l10n.say("Names are typed here and nobody checks them; every action goes to the audit log under this name.")


def lead(l10n: L10n, board: Board) -> str:
    """What needs somebody."""
    opened = board.of("open")
    if not board.rules:
        return l10n.say("no rule watches yet. Set one up below, replay it on all history, and save it with an owner.")
    blind = [w for w in board.rules if w.rule.status != OFF and words.problem(l10n, w.tried)]
    said = (
        l10n.many("{n} alert is open", "{n} alerts are open", len(opened)) if opened else l10n.say("no alert is open")
    )
    parts = [f"{said}: {_first(l10n, opened[0])}." if opened else f"{said}."]
    if blind:
        count = l10n.many("{n} rule cannot be judged", "{n} rules cannot be judged", len(blind))
        parts.append(f"{count}: {blind[0].rule.name} ({words.problem(l10n, blind[0].tried)}).")
    return " ".join(parts)


def _first(l10n: L10n, alert: Alert) -> str:
    name, month = alert.watched.rule.name, l10n.month(alert.month)
    return l10n.say("{name} since {month}", name=name, month=month)


def level(board: Board) -> str:
    """Level of that sentence."""
    return "act" if board.of("open") else "ok" if board.rules else "unknown"


def alerts_headline(l10n: L10n, board: Board) -> Headline:
    """Above the alerts."""
    opened = board.of("open")
    unit = l10n.say("On release {release}; an alert is one until it is closed",
                    release=board.pin.version.partition("-")[0])  # fmt: skip
    if opened:
        return Headline(l10n.many("{n} alert waits for somebody", "{n} alerts wait for somebody", len(opened)), unit)
    if board.of("acknowledged", "snoozed"):
        return Headline(l10n.say("Every alert is in somebody's hands"), unit)
    return Headline(l10n.say("Nothing waits for anybody"), unit)


def alerts_table(l10n: L10n, board: Board) -> Table | None:
    """Every alert, those that need somebody first; a click opens it."""
    if not board.alerts:
        return None
    columns = (
        l10n.say("Rule"), l10n.say("Raised with"), l10n.say("Value"), l10n.say("Limit"), l10n.say("n"),
        l10n.say("Over in"), l10n.say("Status"), l10n.say("Owner"), l10n.say("Last words"),
    )  # fmt: skip
    rows = tuple(_alert(l10n, a) for a in board.alerts)
    return Table(columns, rows, keys=tuple(a.key for a in board.alerts), caption=l10n.say("Alerts"))


def _alert(l10n: L10n, a: Alert) -> tuple[Cell, ...]:
    return (
        Cell(a.watched.rule.name), Cell(l10n.month(a.month)), *_figures(l10n, a.watched.rule.measure, a.firing),
        Cell(status(l10n, a), TONES[a.status]), Cell(owner(a)), Cell(a.handled.words if a.handled else "", "muted"),
    )  # fmt: skip


def _figures(l10n: L10n, measure: str, firing: Firing | None) -> tuple[Cell, Cell, Cell, Cell]:
    if firing is None:
        return Cell("—"), Cell("—"), Cell("—"), Cell(l10n.say("no longer fires in this release"), "muted")
    at = firing.raised[-1]
    return (
        Cell(words.value(l10n, measure, at.reading.estimate.value)), Cell(words.value(l10n, measure, at.limit)),
        Cell(l10n.number(at.reading.estimate.n)),
        Cell(l10n.month(firing.ended) if firing.ended else l10n.say("still stands"), "" if firing.ended else "bad"),
    )  # fmt: skip


def status(l10n: L10n, a: Alert) -> str:
    """How an alert stands."""
    name = l10n.say(words.STATUSES[a.status])
    if a.status == "snoozed" and a.handled:
        return l10n.say("{status} until {month}", status=name, month=l10n.month(a.handled.until))
    if a.status == "closed" and a.handled:
        said = {"real": l10n.say("real"), "false": l10n.say("false alarm")}
        return f"{name}: {said.get(a.handled.verdict, '')}"
    return name


def detail_headline(l10n: L10n, a: Alert) -> Headline:
    """Above one alert."""
    return Headline(f"{a.watched.rule.name} · {l10n.month(a.month)}", words.sentence(l10n, a.watched.tried))


def facts(l10n: L10n, a: Alert) -> list[Fact]:
    """What an alert rests on."""
    measure = a.watched.rule.measure
    found = [Fact(l10n.say("Status"), status(l10n, a)), Fact(l10n.say("Owner"), owner(a))]
    if a.firing is None:
        return [*found, Fact(l10n.say("Value"), l10n.say("no longer fires in this release"))]
    run = ", ".join(
        f"{l10n.month(m.reading.month)} {words.value(l10n, measure, m.reading.estimate.value)}" for m in a.firing.raised
    )
    at = a.firing.raised[-1]
    sure = words.interval(l10n, measure, at.reading.estimate) or l10n.say("a census")
    return [
        *found, Fact(l10n.say("Raised with"), run), Fact(l10n.say("95% interval"), sure),
        Fact(l10n.say("Limit"), words.value(l10n, measure, at.limit)),
        Fact(l10n.say("Known in"), l10n.month(a.firing.known)),
    ]  # fmt: skip


def owner(a: Alert) -> str:
    """In whose hands an alert is: who took it, else who owns the rule."""
    return a.handled.owner if a.handled else a.watched.rule.owner


def sleeps(l10n: L10n, pin: Pin, a: Alert) -> dict[str, str]:
    """The months until which an alert may sleep; none for one that may not."""
    return {str(m): l10n.month(m) for m in until(pin)} if "snooze" in MAY[a.status] else {}


def buttons(l10n: L10n, a: Alert) -> list[Choice]:
    """What may be done to an alert now; each says which version of it the reader saw."""
    rule, month = a.watched.rule.id, a.month
    return [Choice(f"{what}:{rule}:{month}:{a.seen}", l10n.say(words.BUTTONS[what])) for what in MAY[a.status]]


def history(l10n: L10n, log: Sequence[Entry]) -> list[Remarked]:
    """Who did what to an alert and when, the last first."""
    found = []
    for e in reversed(log):
        did = l10n.say(words.ACTIONS[e.action]) if e.action in words.ACTIONS else e.action
        found.append(Remarked(f"{e.user} {did} · {l10n.moment(e.at)}", json.loads(e.payload)[ALERT]["words"]))
    return found


def save_headline(l10n: L10n, loaded: Rule | None) -> Headline:
    """Above the form that saves what was replayed."""
    title = l10n.say("Save this rule") if loaded is None else l10n.say("Save changes to {name}", name=loaded.name)
    said = l10n.say("Its replay is frozen with it; what stands now, and what it raises from now on, is an open alert")
    return Headline(title, said)


def refused(l10n: L10n, error: Exception) -> str:
    """Why something was not written."""
    if isinstance(error, UnfitError):
        return words.faults(l10n, error.problems)
    if isinstance(error, RuleTakenError):
        return l10n.say(
            "{name} saved “{title}” on {moment}. Nothing of yours was written: choose another name, or replace it.",
            name=error.theirs.changed_by, title=error.theirs.name, moment=l10n.moment(error.theirs.changed_at),
        )  # fmt: skip
    if isinstance(error, HandledError):
        return l10n.say(
            "Changed meanwhile by {name}, {moment}. Nothing of yours was written: look at it, then act again.",
            name=error.theirs.changed_by, moment=l10n.moment(error.theirs.changed_at),
        )  # fmt: skip
    return str(error)


def done(l10n: L10n, kept: object) -> str:
    """What was written."""
    if isinstance(kept, Rule):
        return l10n.say("Written to the audit log: rule “{name}”, owner {owner}.", name=kept.name, owner=kept.owner)
    return l10n.say("Written to the audit log.")
