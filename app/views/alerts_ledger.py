"""App room: the words of the ledger of the Alerts page: every rule, what it raised, and what that was worth."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import alerts_words as words
from app.views.alerts_board import Board, Watched, said_by_people
from app.views.shapes import Cell, Headline, Table
from data.records.alert_terms import OFF


def headline(l10n: L10n, board: Board) -> Headline:
    """Above the ledger."""
    if not board.rules:
        return Headline(l10n.say("No rule was saved yet"), "")
    title = l10n.many("{n} rule and what its alerts were worth", "{n} rules and what their alerts were worth",
                      len(board.rules))  # fmt: skip
    by_chance = [w.tried.replay.by_chance for w in board.rules if math.isfinite(w.tried.replay.by_chance)]
    unit = l10n.say("On all history of this release; precision: real ÷ (real + not confirmed), with 95% interval")
    if not by_chance:
        return Headline(title, unit)
    times = l10n.number(math.fsum(by_chance), 1)
    return Headline(title, f"{unit}. {l10n.say('Without anything to find, chance would raise about {n}', n=times)}")


def table(l10n: L10n, board: Board) -> Table | None:
    """Every rule with its record; a click loads it into the editor."""
    if not board.rules:
        return None
    columns = (
        l10n.say("Rule"), l10n.say("What it watches"), l10n.say("Fired"), l10n.say("Real"), l10n.say("Not confirmed"),
        l10n.say("Too early"), l10n.say("Precision"), l10n.say("People said: real / false"), l10n.say("Owner"),
        l10n.say("Saved"),
    )  # fmt: skip
    rows = tuple(_rule(l10n, board, w) for w in board.rules)
    return Table(
        columns, rows, keys=tuple(str(w.rule.id) for w in board.rules), caption=l10n.say("Ledger of the rules")
    )


def _rule(l10n: L10n, board: Board, w: Watched) -> tuple[Cell, ...]:
    found, rule, why = w.tried.replay, w.rule, words.problem(l10n, w.tried)
    off = f" · {l10n.say('at rest')}" if rule.status == OFF else ""
    real, false = said_by_people(board, rule)
    e = found.precision
    precise = f"{l10n.percent(e.value, 0)} [{l10n.interval(e.low, e.high, 0)}]" if e.n else "—"
    numbers = [len(found.firings), found.of("real"), found.of("unconfirmed"), found.of("waiting")]
    figures = [Cell(l10n.number(n)) for n in numbers] if not why else [Cell(why, "warn"), *[Cell("—")] * 3]
    asks = f"{words.watches(l10n, w.tried)} · {words.place(l10n, w.tried.scope, w.tried.pin)}"
    return (
        Cell(rule.name + off), Cell(asks), *figures, Cell(precise), Cell(f"{real} / {false}"), Cell(rule.owner),
        Cell(f"{rule.changed_by}, {l10n.moment(rule.changed_at)}", "muted"),
    )  # fmt: skip
