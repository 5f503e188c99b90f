"""Data room: the demo bank's monthly payments (pagos) and its own scores (prob), for obligations near arrears."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.bank import words as w
from data.bank.book import dates, last_day
from data.bank.campaign import system
from data.bank.columns import number, repeat_first, table, whole, words
from data.bank.dice import sigmoid
from data.bank.parameters import CARD, CURRENT, DEEPEST, PRODUCTS
from data.bank.population import Population, segment
from data.bank.position import Close, Month
from data.bank.worlds import History, calendar

NEAR = 12
"""Months before and after arrears for which the bank keeps an obligation in these two files."""
PAGOS_REPEATS, PROB_REPEATS = frozenset(range(3, 31)), frozenset((5, 11, 17))
"""Months in which one key stands twice: 28 and 3 times in the documented files."""


def near_arrears(history: History) -> list[np.ndarray]:
    """For each month, which of its live obligations are in arrears at an opening up to a year before or after."""
    openings = [m.position for m in history.months] + [history.last]
    late = np.array([(p.state > CURRENT) for p in openings])
    total = np.vstack([np.zeros((1, late.shape[1]), int), np.cumsum(late, axis=0)])
    last = len(late)
    return [
        total[min(t + NEAR + 1, last)][m.live] > total[max(t - NEAR, 0)][m.live] for t, m in enumerate(history.months)
    ]


def pagos(people: Population, month: Month, near: np.ndarray) -> pa.Table:
    """Instalment and payments of the month, dated at its last day."""
    close, loans = month.close, people.obligations
    rows = np.flatnonzero(near)
    slot, t = month.live[rows], month.position.month
    rng = people.dice.rng("payments", t)
    first, span, manner = rng.integers(1, 20, len(rows)), rng.integers(0, 9, len(rows)), rng.random(len(rows))
    cash = np.round(close.cash[rows], 2)
    billed = close.billed[rows] | close.prepaid[rows] | ~close.free[rows]
    due = np.where(billed, np.round(close.instalment[rows], 2), 0.0)
    unpaid = cash == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.floor(100 * cash / due)
    return table(
        {
            "nit_enmascarado": whole(people.clients.number[loans.client[slot]]),
            "num_oblig_enmascarado": whole(loans.number[slot]),
            "fecha_corte": whole(np.full(len(rows), last_day(t))),
            "producto": words(loans.product[slot], PRODUCTS),
            "aplicativo": words(system(people, slot), w.SYSTEMS),
            "segmento": words(segment(people.clients)[loans.client[slot]], w.SEGMENTS_CAPITAL),
            "valor_cuota_mes": number(due),
            "pago_total": number(cash),
            "fecha_pago_minima": number(dates(t, first), 0, unpaid),
            "fecha_pago_maxima": number(dates(t, first + np.where(close.prepaid[rows], 0, span)), 0, unpaid),
            "porc_pago": number(share, 0),
            "marca_pago": words(_mark(due, cash, close, rows, manner), w.INSTALMENT_MARKS),
            "ajustes_banco": words(np.select([manner > 0.992, manner > 0.99], [1, 2], 0), w.ADJUSTMENTS),
        },
        repeat_first(len(rows), t in PAGOS_REPEATS),
    )


def _mark(due: np.ndarray, cash: np.ndarray, close: Close, rows: np.ndarray, manner: np.ndarray) -> np.ndarray:
    """How the payment compares to the instalment, an index into `words.INSTALMENT_MARKS`."""
    unbilled = ~close.billed[rows] & (cash == 0)
    same = np.abs(cash - due) < 1
    return np.select(
        [close.prepaid[rows], manner > 0.99, unbilled & (manner < 0.01), unbilled, cash == 0, same, cash > due],
        [5, 6, 7, 4, 2, 3, 0],
        1,
    )


def prob(people: Population, month: Month, near: np.ndarray) -> pa.Table:
    """The bank's own scores at the end of the month, about the next.

    In the outage nothing arrives for one region: its scores are missing in the month before `outage_month`.
    """
    t, close = month.position.month, month.close
    rows = np.flatnonzero(near & (close.state >= CURRENT) & (close.state <= DEEPEST))
    slot, client = month.live[rows], people.obligations.client[month.live[rows]]
    pays, alert, cures = _scores(people, t, slot, close.state[rows].astype(int))
    missing = people.dice.uniform("no score", t, len(rows)) < 0.0025
    missing |= (t + 1 == people.bank.outage_month) & (people.clients.region[client] == people.bank.outage_region)
    return table(
        {
            "nit_enmascarado": whole(people.clients.number[client]),
            "num_oblig_enmascarado": whole(people.obligations.number[slot]),
            "fecha_corte": whole(np.full(len(rows), calendar(t))),
            "lote": whole(_lot(month, slot, pays)),
            "prob_propension": number(np.clip(pays, 0.037, 0.959), 5, missing),
            "prob_alrt_temprana": number(np.clip(alert, 0.025, 0.929), 5, missing),
            "prob_auto_cura": number(np.clip(cures, 0.046, 0.942), 5, missing),
        },
        repeat_first(len(rows), t in PROB_REPEATS),
    )


def _scores(people: Population, month: int, slot: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, ...]:
    """Probabilities of a payment, of new arrears and of curing alone next month: noisy views of what drives payment."""
    client = people.obligations.client[slot]
    inflow, bureau = people.climate.inflow[month + 1][client], people.clients.bureau[client]
    keeps, card = people.clients.kept_history[client] - 0.5, people.obligations.product[slot] == CARD
    noise = people.dice.rng("scores", month).standard_normal((3, len(slot)))
    usual = np.array([0.65, 0.45, 0.15, -0.1, -0.3, -0.45, -0.6, -0.8])[state] + np.where(card, 0.0, 0.2)
    return (
        sigmoid(usual + 0.25 * bureau + 2.0 * keeps + 0.5 * inflow + 0.25 * noise[0]),
        sigmoid(-0.9 + 0.35 * state - 0.3 * bureau - 0.9 * inflow + 0.25 * noise[1]),
        sigmoid(0.4 - 0.3 * state + 4.0 * keeps + 0.2 * bureau + 0.35 * noise[2]),
    )


def _lot(month: Month, slot: np.ndarray, pays: np.ndarray) -> np.ndarray:
    """Priority lot 1 (first) to 3: by exposure × payment probability."""
    value = pays * month.position.balance[slot]
    return 3 - np.searchsorted(np.quantile(value, (0.4, 0.75)), value) if len(value) else value
