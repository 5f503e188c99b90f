"""Data room: one month of the demo bank, from the opening of the book to its close.

Every random draw is addressed by (seed, purpose, month, obligation), so worlds that differ only in who is offered an
option meet the same luck, and what differs between them is the effect of the offers and nothing else.
"""

from __future__ import annotations

import numpy as np

from data.bank import behaviour
from data.bank.parameters import CURRENT, DEEPEST, GONE, WRITTEN_OFF
from data.bank.population import Population
from data.bank.position import Close, Decision, Eligible, Month, Position, Rule, live


def eligible(people: Population, position: Position, rows: np.ndarray) -> Eligible:
    """Those 1 to 180 days past due that had no option applied within the pause; `rows` are the live obligations."""
    t, state, since = position.month, position.state[rows], position.reaged[rows]
    row = np.flatnonzero((state >= 1) & (state < DEEPEST) & ((since == 0) | (since > people.bank.offer_pause)))
    slot, state = rows[row], state[row]
    client, product = people.obligations.client[slot], people.obligations.product[slot]
    balance = position.balance[slot]
    worse, not_better, late = behaviour.ladder(people, t, client, state)
    return Eligible(
        month=t,
        row=row,
        slot=slot,
        client=client,
        product=product,
        state=state,
        balance=balance,
        inflow=people.climate.inflow[t][client],
        p_accept=behaviour.accepts(people, t, client, product, state, balance),
        p_keep=behaviour.keeps(people, t, client, state),
        p_roll=worse,
        p_over=np.select([state == 1, state == 2], [worse, not_better], late),
    )


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
    delay = np.searchsorted(np.cumsum(people.bank.report_delay)[:-1], toss("report"), side="right")
    return Decision(chance, offered, accepted, kept, delay.astype(np.int8))


def _close(people: Population, position: Position, rows: np.ndarray, kept: np.ndarray) -> Close:
    bank, t, n = people.bank, position.month, len(position.state)
    luck, manner, leaves = (people.dice.uniform(what, t, n)[rows] for what in ("path", "manner", "prepay"))
    current, new = position.state[rows] == CURRENT, (people.obligations.start[rows] == t) & (t > 0)
    ended, owes, units = _paths(people, position, rows, luck)
    missed = current & (owes > 0)
    ended[kept], owes[kept], units[kept] = CURRENT, 0, np.maximum(units[kept], 1)
    billed = ~current | missed | ~new & (manner >= bank.unbilled)
    free = ~billed & (manner < bank.no_instalment)
    balance = position.balance[rows]
    amortisation = np.asarray(bank.amortisation)[people.obligations.product[rows]]
    instalment = balance * np.maximum(amortisation, 0.012) * 1.5
    regular = instalment * behaviour.manner(bank, missed, billed, manner)
    cash = np.where(current, regular, np.minimum(units * instalment, balance))
    pays_down = np.where(billed & ~missed, balance * amortisation / (1 - bank.unbilled), 0.0)
    principal = np.where(current, pays_down, 0.6 * cash)
    principal = np.minimum(principal, np.maximum(balance - bank.least_balance, 0.0))
    prepaid = current & (leaves < bank.prepayment)
    ended[prepaid], cash[prepaid], principal[prepaid] = GONE, balance[prepaid], balance[prepaid]
    state, overdue = ended.astype(np.int8), owes.astype(np.int16)
    return Close(state, overdue, instalment, cash, principal, prepaid, missed, billed, free)


def _paths(people: Population, position: Position, rows: np.ndarray, luck: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where each live obligation goes without an option: state, instalments overdue, instalments paid if late."""
    missed = behaviour.misses(people, position, rows, luck).astype(int)
    ended, owes, units = missed.copy(), missed.copy(), np.zeros(len(rows), int)
    late = np.flatnonzero(position.state[rows] > CURRENT)
    ended[late], owes[late], units[late] = behaviour.late_path(people, position, rows[late], luck[late])
    return ended, owes, units


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
