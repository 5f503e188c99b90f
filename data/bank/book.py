"""Data room: the demo bank's two optional files, cartera (the whole book) and decisiones (who was offered, and why).

cartera has one row per obligation in the book at the opening of the month `fecha_corte` (YYYYMM), in arrears or not,
and one for each written off in the month before (`vlr_castigado` > 0, `saldo_capital` 0), which is its last; `oficina`
lies in the client's region, `subproducto` is of its product. decisiones
has one row per eligible obligation and month: `probabilidad` is the logged probability of the offer, `conocida_en` the
month at whose end its response is final, `aceptada_en` the month in which an acceptance was reported, empty where none
was by the end of the data. `brazo` is empty before the model's go-live, and always in a bank that went
live region by region, or that has one rule for all.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data import months
from data.bank import branches, dynamics
from data.bank.columns import number, table, whole, words
from data.bank.parameters import ARMS, PRODUCTS, WRITTEN_OFF
from data.bank.population import Population
from data.bank.position import Month, Position, live
from data.bank.words import YES
from data.bank.worlds import calendar

REAGED_FOR = 9
"""Months for which an obligation counts as restructured after an option was applied."""


def days_past_due(cycle: np.ndarray, overdue: np.ndarray) -> np.ndarray:
    """Days past due at an opening: 0, or the due day plus 30 for each further instalment overdue."""
    return np.where(overdue > 0, 30 * (overdue.astype(int) - 1) + cycle, 0)


def past_due(people: Population, slot: np.ndarray, overdue: np.ndarray, balance: np.ndarray) -> np.ndarray:
    """Amount overdue at an opening in COP: the instalments overdue, at most the balance."""
    rate = 1.5 * np.maximum(np.asarray(people.bank.amortisation), 0.012)[people.obligations.product[slot]]
    return np.minimum(overdue * rate, 1.0) * balance


def dates(month: np.ndarray | int, day: np.ndarray | int) -> np.ndarray:
    """YYYYMMDD of a day of month indices, which may lie before the first month."""
    return months.from_ordinal(np.asarray(month) + months.ordinal(calendar(0))) * 100 + day


def last_day(month: int) -> int:
    """YYYYMMDD of the last day of a month index."""
    first = np.datetime64(f"{calendar(month + 1) // 100:04d}-{calendar(month + 1) % 100:02d}-01")
    return int(str(first - np.timedelta64(1, "D")).replace("-", ""))


def cartera(people: Population, position: Position) -> pa.Table:
    """Every obligation in the book at an opening, and those written off in the month before, once."""
    slot = np.flatnonzero((position.state >= 0) & (position.state <= WRITTEN_OFF))
    loans, lost = people.obligations, position.state[slot] == WRITTEN_OFF
    balance = np.where(lost, 0.0, position.balance[slot])
    may = np.zeros(len(position.state), bool)
    may[dynamics.eligible(people, position, live(position)).slot] = True
    since = position.reaged[slot]
    overdue = position.overdue[slot]
    return table(
        {
            "nit_enmascarado": whole(people.clients.number[loans.client[slot]]),
            "num_oblig_enmascarado": whole(loans.number[slot]),
            "fecha_corte": whole(np.full(len(slot), calendar(position.month))),
            "producto": words(loans.product[slot], PRODUCTS),
            "subproducto": words(branches.sub_product(people)[slot], branches.SUB_PRODUCTS),
            "fecha_desembolso": whole(
                dates(loans.start[slot] - loans.months_before[slot], 1 + loans.cycle[slot] * 9 % 28)
            ),
            "saldo_capital": number(balance),
            "vlr_vencido": number(past_due(people, slot, overdue, balance)),
            "dias_mora": whole(days_past_due(loans.cycle[slot], overdue)),
            "reestructurada": words((since > 0) & (since <= REAGED_FOR) & ~lost, YES),
            "vlr_castigado": number(position.written_off[slot]),
            "elegible": words(may[slot], YES),
            "brazo": arm(people, position.month, loans.client[slot]),
            "oficina": words(branches.office(people)[loans.client[slot]], branches.OFFICES),
        }
    )


def arm(people: Population, month: int, client: np.ndarray) -> pa.Array:
    """The client's arm; missing before go-live, and where nobody was drawn into one."""
    bank = people.bank
    before = np.full(len(client), month < bank.go_live or bool(bank.rollout) or max(bank.arms) == 1)
    return words(people.clients.arm[client], ARMS, before)


def decisiones(people: Population, month: Month) -> pa.Table:
    """One row per eligible obligation: the logged probability of an offer, the offer, when its response is known."""
    pool, decision, t = month.eligible, month.decision, month.position.month
    n = len(pool.slot)
    silent = ~decision.accepted | (t + decision.delay >= people.months)
    reported = np.array([calendar(t + k) for k in range(len(people.bank.report_delay))])[decision.delay]
    day = 1 + people.dice.rng("decision day", t).integers(0, 5, n)
    return table(
        {
            "nit_enmascarado": whole(people.clients.number[pool.client]),
            "num_oblig_enmascarado": whole(people.obligations.number[pool.slot]),
            "fecha_decision": whole(dates(t, day)),
            "mes": whole(np.full(n, calendar(t))),
            "brazo": arm(people, t, pool.client),
            "probabilidad": number(decision.chance, 6),
            "ofrecida": words(decision.offered, YES),
            "conocida_en": whole(np.full(n, calendar(t + len(people.bank.report_delay) - 1))),
            "aceptada_en": whole(reported, silent),
        }
    )
