"""Data room: the demo bank's history, and what would have happened under another offer rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from data import months
from data.bank import dynamics
from data.bank.offers import Offers, rule_of, train
from data.bank.parameters import DEEPEST, FIRST_MONTH, REGIONS, WORLDS, WRITTEN_OFF
from data.bank.population import Population
from data.bank.position import Month, Position, opening

Tell = Callable[[str, int, int], None]
"""Is told what is being done, and how many steps of how many are done."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Tells nobody."""


def calendar(month: int) -> int:
    """YYYYMM of a month index."""
    return months.add(FIRST_MONTH, month)


@dataclass(frozen=True)
class Line:
    """The book at one opening, in COP: gross; more than 30 and more than 90 days past due; written off in the month
    before; gross and more than 30 days past due by region."""

    month: int
    gross: float
    overdue: float
    overdue_90: float
    written_off: float
    gross_by_region: tuple[float, ...]
    overdue_by_region: tuple[float, ...]


@dataclass(frozen=True)
class History:
    """What happened: every month, the opening after the last, and the book of each world."""

    people: Population
    months: list[Month]
    last: Position
    worlds: dict[str, list[Line]] = field(default_factory=dict)


def simulate(people: Population, *, truth: bool = True, tell: Tell = silent) -> History:
    """The experiment's history; with `truth` also the book of the worlds that did not happen.

    All worlds share the months before go-live, which are lived once.
    """
    start = min(people.bank.go_live, people.months)
    past, branch = _live(people, opening(people), rule_of(people, "experiment", None), start, tell)
    weights = train(people, past)
    shared = [line(people, m.position) for m in past]
    worlds = {}
    for world in WORLDS if truth else ():
        if world != "experiment":
            rule = rule_of(people, world, weights)
            worlds[world] = shared + _book(people, branch, rule, tell, world)
    future, last = _live(people, branch, rule_of(people, "experiment", weights), people.months, tell)
    worlds["experiment"] = shared + [line(people, p) for p in (*(m.position for m in future), last)]
    return History(people, past + future, last, worlds)


def line(people: Population, position: Position) -> Line:
    """The book at an opening."""
    live = (position.state >= 0) & (position.state <= DEEPEST)
    state, balance = position.state[live], position.balance[live]
    money = np.bincount(state, weights=balance, minlength=WRITTEN_OFF)
    region = people.clients.region[people.obligations.client[live]]
    gross = np.bincount(region, weights=balance, minlength=len(REGIONS))
    overdue = np.bincount(region, weights=balance * (state >= 2), minlength=len(REGIONS))
    return Line(
        position.month, float(money.sum()), float(money[2:].sum()), float(money[4:].sum()),
        float(position.written_off.sum()), tuple(gross.tolist()), tuple(overdue.tolist()),
    )  # fmt: skip


def _live(people: Population, position: Position, rule: Offers, until: int, tell: Tell) -> tuple[list[Month], Position]:
    lived = []
    while position.month < until:
        month, position = dynamics.run(people, position, rule)
        lived.append(month)
        tell("simulating the bank", position.month, people.months)
    return lived, position


def _book(people: Population, position: Position, rule: Offers, tell: Tell, world: str) -> list[Line]:
    lines = [line(people, position)]
    while position.month < people.months:
        position = dynamics.run(people, position, rule)[1]
        lines.append(line(people, position))
        tell(f"simulating the bank under “{world}” for all", position.month, people.months)
    return lines
