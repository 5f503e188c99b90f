"""Data room: the demo bank's book: a position at an opening, who may be offered an option, how a month ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.bank.parameters import CURRENT, DEEPEST, GONE
from data.bank.population import Population


@dataclass(frozen=True)
class Position:
    """The book at a month's opening, by obligation. `overdue`: instalments overdue; `reaged`: months since an option
    was applied (0 = none); `written_off`: balance written off during the month before."""

    month: int
    state: np.ndarray
    overdue: np.ndarray
    balance: np.ndarray
    reaged: np.ndarray
    written_off: np.ndarray


@dataclass(frozen=True)
class Eligible:
    """The obligations that may be offered an option this month, and their true probabilities.

    `p_accept`: accepts if offered; `p_keep`: pays the option's first instalment if accepted; `p_roll`: gets worse, and
    `p_over`: is more than 30 days past due at the close, if no option is applied.
    """

    month: int
    row: np.ndarray
    slot: np.ndarray
    client: np.ndarray
    product: np.ndarray
    state: np.ndarray
    balance: np.ndarray
    inflow: np.ndarray
    p_accept: np.ndarray
    p_keep: np.ndarray
    p_roll: np.ndarray
    p_over: np.ndarray


@dataclass(frozen=True)
class Decision:
    """What was decided about each eligible obligation and what came of it. `chance`: the logged probability of the
    offer; `delay`: months until an acceptance is reported."""

    chance: np.ndarray
    offered: np.ndarray
    accepted: np.ndarray
    kept: np.ndarray
    delay: np.ndarray


@dataclass(frozen=True)
class Close:
    """How the month ended, by live obligation. `prepaid`: paid off at once, which `cash` includes;
    `free`: no instalment was due; unbilled otherwise: it is due with the next."""

    state: np.ndarray
    overdue: np.ndarray
    instalment: np.ndarray
    cash: np.ndarray
    principal: np.ndarray
    prepaid: np.ndarray
    missed: np.ndarray
    billed: np.ndarray
    free: np.ndarray


@dataclass(frozen=True)
class Month:
    """One month of the book: `live` are the obligations in it, in order; the arrays of `close` follow them."""

    position: Position
    live: np.ndarray
    eligible: Eligible
    decision: Decision
    close: Close


Rule = Callable[[Eligible], np.ndarray]
"""An offer rule: the probability of an offer for each eligible obligation."""


def opening(people: Population) -> Position:
    """The book at the first opening."""
    loans = people.obligations
    first = loans.start == 0
    state = np.where(first, loans.state, GONE).astype(np.int8)
    n = len(state)
    overdue = np.maximum(state, 0).astype(np.int16)
    return Position(0, state, overdue, loans.balance.copy(), np.zeros(n, np.int8), np.zeros(n))


def live(position: Position) -> np.ndarray:
    """Indices of the obligations in the book, written-off ones apart."""
    return np.flatnonzero((position.state >= CURRENT) & (position.state <= DEEPEST))
