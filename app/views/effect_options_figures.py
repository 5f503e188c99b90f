"""App room: the numbers of the Payment options section: what became of every option that was offered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.desk import Pin
from data.counts import Selection
from data.rows import OFFERED_OPTION, UNKNOWN, UNNAMED
from monitoring import options
from monitoring.options import Board, Kept, Release
from monitoring.policy import Policy


@dataclass(frozen=True)
class Sheet:
    """The board of a selection (all options together last; empty where nothing was offered), and what comes out of the
    lock-out next month, whatever months are selected. `told`: whether the release says what was offered at all;
    `named`: whether it names the options."""

    pin: Pin
    policy: Policy
    board: tuple[Board, ...]
    coming: tuple[Release, ...]
    told: bool
    named: bool

    @property
    def options(self) -> tuple[Board, ...]:
        """The options one by one."""
        return self.board[:-1]

    @property
    def everything(self) -> Board | None:
        """All options together."""
        return self.board[-1] if self.board else None


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Sheet:
    """The board of a selection, and the lock-out."""
    last = pin.counts.months[-1]
    wanted = options.measures(policy)
    totals = pin.counts.totals(selection, by=options.BY, measures=wanted)
    then = replace(selection, months=None)
    before = pin.counts.totals(then, by=options.BY, measures=("n", "B"))
    names = [n for n in totals.labels[OFFERED_OPTION] if n not in options.NOT_OPTIONS]
    told = set(totals.labels[OFFERED_OPTION]) != {UNKNOWN}
    board = options.boards(totals, last=last, policy=policy)
    coming = options.coming_out(before, last=last, policy=policy) if pin.dated else ()
    return Sheet(pin, policy, board, coming, told, set(names) != {UNNAMED})


def cells(page: Sheet, selection: Selection, dimension: str) -> tuple[Kept, ...]:
    """Share kept by option and level of a dimension; () without a dimension."""
    if not dimension or not page.board:
        return ()
    totals = page.pin.counts.totals(selection, by=(*options.BY, dimension), measures=("n",))
    return options.cells(totals, dimension, last=page.pin.counts.months[-1], policy=page.policy)
