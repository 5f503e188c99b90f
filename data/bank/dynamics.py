"""Data room: one month of the demo bank, from the opening of the book to its close.

Every random draw is addressed by (seed, purpose, month, obligation), so worlds that differ only in who is offered an
option meet the same luck, and what differs between them is the effect of the offers and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.bank.dice import logit, sigmoid
from data.bank.parameters import CARD, CURRENT, DEEPEST, GONE, MORTGAGE, WRITTEN_OFF, Bank
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
    """How the month ended, by live obligation. `prepaid`: the balance paid off at once; `cash` includes it."""

    state: np.ndarray
    overdue: np.ndarray
    instalment: np.ndarray
    cash: np.ndarray
    principal: np.ndarray
    prepaid: np.ndarray
    missed: np.ndarray
    billed: np.ndarray


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


def eligible(people: Population, position: Position, rows: np.ndarray) -> Eligible:
    """Those 1 to 180 days past due that had no option applied within the pause; `rows` are the live obligations."""
    state, since = position.state[rows], position.reaged[rows]
    may = (state >= 1) & (state < DEEPEST) & ((since == 0) | (since > people.bank.offer_pause))
    row = np.flatnonzero(may)
    slot = rows[row]
    client = people.obligations.client[slot]
    product, balance = people.obligations.product[slot], position.balance[slot]
    inflow = people.climate.inflow[position.month][client]
    truth = _truth(people, position.month, client, product, state[row], balance, inflow)
    return Eligible(position.month, row, slot, client, product, state[row], balance, inflow, *truth)


def _truth(
    people: Population,
    month: int,
    client: np.ndarray,
    product: np.ndarray,
    state: np.ndarray,
    balance: np.ndarray,
    inflow: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    bank, clients = people.bank, people.clients
    drifted = month >= bank.concept_month
    bucket = state - 1
    burden = np.log(balance / 1e7) - np.log(clients.income[client] / bank.median_income)
    accept = (
        bank.accept
        + (bank.concept_shift if drifted else 0.0)
        + np.asarray(bank.accept_bucket)[bucket]
        + (bank.concept_digital if drifted else bank.accept_digital) * (people.digital(month)[client] - 0.45)
        + bank.accept_income * clients.income_z[client]
        + bank.accept_burden * burden
        + bank.accept_inflow * inflow
        + bank.accept_history * (clients.kept_history[client] - 0.5)
        + bank.accept_card * ((product == CARD) * 1.0 - (product == MORTGAGE))
        + bank.accept_willing * clients.willing[client]
    )
    ability = clients.ability[client]
    keep = bank.keep + bank.keep_ability * ability + bank.keep_inflow * inflow + bank.keep_bucket * bucket
    worse, not_better, late = _ladder(bank, state, _strength(bank, ability, inflow, people.climate.stress[month]))
    over = np.select([state == 1, state == 2], [worse, not_better], late)
    return sigmoid(accept), sigmoid(keep), worse, over


def _strength(bank: Bank, ability: np.ndarray, inflow: np.ndarray, stress: float) -> np.ndarray:
    return bank.ability * ability + bank.inflow * inflow - stress


def _ladder(bank: Bank, state: np.ndarray, strength: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ordered logit: the cumulative probabilities of getting worse, not getting better, not being cured."""
    roll, stay, improve = map(np.asarray, (bank.roll, bank.stay, bank.improve))
    steps = (roll, roll + stay, np.minimum(roll + stay + improve, 0.995))
    worse, not_better, late = (sigmoid(logit(p)[state - 1] - strength) for p in steps)
    return worse, not_better, late


def run(people: Population, position: Position, rule: Rule) -> tuple[Month, Position]:
    """One month under an offer rule: what happened, and the next opening."""
    rows = live(position)
    pool = eligible(people, position, rows)
    decision = _decide(people, pool, rule(pool))
    close = _close(people, position, rows, pool.row[decision.kept])
    month = Month(position, rows, pool, decision, close)
    return month, _next(people, month)


def _decide(people: Population, pool: Eligible, chance: np.ndarray) -> Decision:
    def toss(what: str) -> np.ndarray:
        return people.dice.uniform(what, pool.month, len(people.obligations.client))[pool.slot]

    offered = toss("offer") < chance
    accepted = offered & (toss("accept") < pool.p_accept)
    kept = accepted & (toss("keep") < pool.p_keep)
    delay = np.searchsorted(np.cumsum(people.bank.report_delay)[:-1], toss("report"), side="right").astype(np.int8)
    return Decision(chance, offered, accepted, kept, delay)


def _close(people: Population, position: Position, rows: np.ndarray, kept: np.ndarray) -> Close:
    n, t = len(people.obligations.client), position.month
    u, v = (people.dice.uniform(what, t, n)[rows] for what in ("path", "manner"))
    state, balance = position.state[rows], position.balance[rows]
    instalment = (
        balance * np.maximum(np.asarray(people.bank.amortisation), 0.012)[people.obligations.product[rows]] * 1.5
    )
    ended, owes, units = _late_path(people, position, rows, u)
    misses = _misses(people, position, rows, u)
    current = state == CURRENT
    prepaid = current & (people.dice.uniform("prepay", t, n)[rows] < people.bank.prepayment)
    ended = np.where(current, misses, ended)
    owes = np.where(current, misses, owes)
    billed = ~current | misses | ((people.obligations.start[rows] != t) | (t == 0)) & (v >= people.bank.no_instalment)
    ended[kept], owes[kept] = CURRENT, 0
    units[kept] = np.maximum(units[kept], 1)
    cash = np.where(current, instalment * _manner(misses, billed, v), np.minimum(units * instalment, balance))
    pays_down = current & ~misses & billed
    amortised = balance * np.asarray(people.bank.amortisation)[people.obligations.product[rows]]
    principal = np.where(pays_down, amortised, np.where(current, 0.0, 0.6 * cash))
    principal = np.minimum(principal, np.maximum(balance - people.bank.least_balance, 0.0))
    ended = np.where(prepaid, GONE, ended).astype(np.int8)
    cash, principal = np.where(prepaid, balance, cash), np.where(prepaid, balance, principal)
    return Close(ended, owes.astype(np.int16), instalment, cash, principal, prepaid, misses, billed)


def _late_path(people: Population, position: Position, rows: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where each late obligation goes: its state, instalments overdue and instalments paid (0s where current)."""
    bank, t = people.bank, position.month
    late = np.flatnonzero(position.state[rows] > CURRENT)
    slot, luck = rows[late], u[late]
    state, owed = position.state[slot].astype(int), position.overdue[slot].astype(int)
    client = people.obligations.client[slot]
    strength = _strength(
        bank, people.clients.ability[client], people.climate.inflow[t][client], people.climate.stress[t]
    )
    step = sum((luck >= p).astype(int) for p in _ladder(bank, state, strength))
    secured = np.asarray(bank.secured)[people.obligations.product[slot]]
    given_up = people.dice.uniform("give up", t, len(people.obligations.client))[slot] < bank.secured_write_off
    lost = np.where(secured, (state == DEEPEST) & given_up, state == DEEPEST - 1)
    better = np.where(state == DEEPEST, DEEPEST - 1, np.maximum(owed - 1, 1))
    owes = np.select([step == 0, step == 1, step == 2], [owed + 1, owed, better], 0)
    goes = np.where((step == 0) & lost, WRITTEN_OFF, np.minimum(owes, DEEPEST))
    units = np.select([step < 3], [step], state + 1)
    whole = np.zeros((3, len(rows)), int)
    whole[:, late] = goes, owes, units
    return whole[0], whole[1], whole[2]


def _misses(people: Population, position: Position, rows: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Which current obligations miss this month's instalment."""
    bank, t = people.bank, position.month
    client = people.obligations.client[rows]
    since = position.reaged[rows].astype(float)
    fading = np.clip(1 - (since - 1) / bank.redefault_months, 0, 1) * (since > 0)
    chance = (
        np.asarray(bank.miss)[people.obligations.product[rows]]
        - bank.ability * bank.ability_when_current * people.clients.ability[client]
        - bank.inflow * people.climate.inflow[t][client]
        + people.climate.stress[t]
        + bank.redefault * fading
    )
    return (position.state[rows] == CURRENT) & (u < sigmoid(chance))


def _manner(misses: np.ndarray, billed: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Instalments paid by a current obligation: a part when it misses, one or more when billed, hardly any when not."""
    part = np.where(v < 0.35, v, 0.0)
    more = np.where(v < 0.35, 1.0, 1.0 + np.round(3 * (v - 0.35), 2))
    unasked = np.where(v < 0.0008, 0.2, 0.0)
    return np.where(misses, part, np.where(billed, more, unasked))


def _next(people: Population, month: Month) -> Position:
    now, close, rows = month.position, month.close, month.live
    t, n = now.month + 1, len(now.state)
    state, overdue = np.full(n, GONE, np.int8), np.zeros(n, np.int16)
    state[rows], overdue[rows] = close.state, close.overdue
    joins = people.obligations.start == t
    state[joins] = CURRENT
    balance = now.balance.copy()
    balance[rows] -= close.principal
    written_off = np.where(state == WRITTEN_OFF, now.balance, 0.0)
    reaged = np.where(now.reaged > 0, now.reaged + 1, 0).astype(np.int8)
    reaged[month.eligible.slot[month.decision.kept]] = 1
    return Position(t, state, overdue, balance, reaged, written_off)
