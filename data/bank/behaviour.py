"""Data room: how the demo bank's obligations behave: who accepts, who keeps, who misses, who gets worse or better."""

from __future__ import annotations

import numpy as np

from data.bank.dice import logit, sigmoid
from data.bank.parameters import CARD, CURRENT, DEEPEST, MORTGAGE, WRITTEN_OFF, Bank
from data.bank.population import Population
from data.bank.position import Position


def accepts(
    people: Population, month: int, client: np.ndarray, product: np.ndarray, state: np.ndarray, balance: np.ndarray
) -> np.ndarray:
    """Probability that an option is accepted if offered."""
    bank, clients = people.bank, people.clients
    drifted = month >= bank.concept_month
    burden = np.log(balance / 1e7) - np.log(clients.income[client] / bank.median_income)
    return sigmoid(
        bank.accept
        + (bank.concept_shift if drifted else 0.0)
        + np.asarray(bank.accept_bucket)[state - 1]
        + (bank.concept_digital if drifted else bank.accept_digital) * (people.digital(month)[client] - 0.45)
        + bank.accept_income * clients.income_z[client]
        + bank.accept_burden * burden
        + bank.accept_inflow * people.climate.inflow[month][client]
        + bank.accept_history * (clients.kept_history[client] - 0.5)
        + bank.accept_card * ((product == CARD) * 1.0 - (product == MORTGAGE))
        + bank.accept_willing * clients.willing[client]
    )


def keeps(people: Population, month: int, client: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Probability that the first instalment of an accepted option is paid."""
    bank, inflow = people.bank, people.climate.inflow[month][client]
    ability = people.clients.ability[client]
    return sigmoid(bank.keep + bank.keep_ability * ability + bank.keep_inflow * inflow + bank.keep_bucket * (state - 1))


def ladder(people: Population, month: int, client: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, ...]:
    """Ordered logit of late obligations without an option: the probabilities of getting worse, of not getting better,
    and of staying late, each including the one before."""
    bank = people.bank
    ability, inflow = people.clients.ability[client], people.climate.inflow[month][client]
    strength = bank.ability * ability + bank.inflow * inflow - people.climate.stress[month]
    roll, stay, improve = map(np.asarray, (bank.roll, bank.stay, bank.improve))
    steps = (roll, roll + stay, np.minimum(roll + stay + improve, 0.995))
    return tuple(sigmoid(logit(p)[state - 1] - strength) for p in steps)


def misses(people: Population, position: Position, rows: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Which of the obligations `rows` are current and miss this month's instalment."""
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
    return (position.state[rows] == CURRENT) & (luck < sigmoid(chance))


def late_path(people: Population, position: Position, slot: np.ndarray, luck: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where each late obligation goes without an option: its state, instalments overdue and instalments paid."""
    bank, t = people.bank, position.month
    state, owed = position.state[slot].astype(int), position.overdue[slot].astype(int)
    client = people.obligations.client[slot]
    step = np.sum([luck >= p for p in ladder(people, t, client, state)], axis=0)
    secured = np.asarray(bank.secured)[people.obligations.product[slot]]
    given_up = people.dice.uniform("give up", t, len(position.state))[slot] < bank.secured_write_off
    lost = np.where(secured, (state == DEEPEST) & given_up, state == DEEPEST - 1)
    better = np.where(state == DEEPEST, DEEPEST - 1, np.maximum(owed - 1, 1))
    owes = np.select([step == 0, step == 1, step == 2], [owed + 1, owed, better], 0)
    goes = np.where((step == 0) & lost, WRITTEN_OFF, np.minimum(owes, DEEPEST))
    return goes, owes, np.where(step < 3, step, state + 1)


def manner(bank: Bank, missed: np.ndarray, billed: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Instalments paid by a current obligation: a part when it misses, one or more when billed, hardly any when not."""
    part = np.where(luck < 0.35, luck, 0.0)
    more = np.where(luck < 0.35, 1.0, 1.0 + np.round(3 * (luck - 0.35), 2))
    unasked = np.where(luck < bank.paid_unasked, 0.2, 0.0)
    return np.where(missed, part, np.where(billed, more, unasked))
