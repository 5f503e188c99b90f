"""Data room: the demo bank's clients and obligations, and the climate that they live in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.bank.dice import Dice, level, sigmoid
from data.bank.parameters import CARIBE, CURRENT, DEEPEST, MORTGAGE, OTHER_OCCUPATION, PAYROLL, SELF_EMPLOYED, Bank


@dataclass(frozen=True)
class Clients:
    """Arrays by client. `ability` and `willing` are latent: no file shows them, only noisy views of them."""

    number: np.ndarray
    join: np.ndarray
    age: np.ndarray
    income_z: np.ndarray
    income: np.ndarray
    occupation: np.ndarray
    region: np.ndarray
    gender: np.ndarray
    tenure: np.ndarray
    digital: np.ndarray
    kept_history: np.ndarray
    bureau: np.ndarray
    arm: np.ndarray
    ability: np.ndarray
    willing: np.ndarray


@dataclass(frozen=True)
class Obligations:
    """Arrays by obligation. `start` is the month of its first opening, `cycle` its due day (1..30)."""

    number: np.ndarray
    original: np.ndarray
    client: np.ndarray
    product: np.ndarray
    start: np.ndarray
    months_before: np.ndarray
    cycle: np.ndarray
    balance: np.ndarray
    disbursed: np.ndarray
    state: np.ndarray


@dataclass(frozen=True)
class Climate:
    """What happens to everyone: `stress` by month (logit), `inflow` anomaly by month and client (sd 0.8)."""

    stress: np.ndarray
    inflow: np.ndarray


@dataclass(frozen=True)
class Population:
    """Everybody and everything that ever is in the bank, and its weather."""

    bank: Bank
    dice: Dice
    months: int
    clients: Clients
    obligations: Obligations
    climate: Climate

    def digital(self, month: int) -> np.ndarray:
        """Digital use of each client; the app migration lifts everyone's."""
        return self.clients.digital + (self.bank.migration if month >= self.bank.mix_month else 0.0)


def draw(bank: Bank, *, clients: int, months: int, seed: int) -> Population:
    """The population of a bank that opens with `clients` clients and is watched at `months` + 1 openings."""
    dice = Dice(seed)
    people = _clients(bank, clients, months, dice)
    loans = _obligations(bank, people, clients, months, dice)
    return Population(bank, dice, months, people, loans, _climate(bank, len(people.age), months, dice))


def _clients(bank: Bank, opening: int, months: int, dice: Dice) -> Clients:
    rng = dice.rng("clients")
    joining = int(opening * bank.originations * months * 0.8)
    n = opening + joining
    join = np.r_[np.zeros(opening, int), np.sort(rng.integers(1, months + 1, joining))]
    late = join >= bank.mix_month
    z = rng.standard_normal((6, n))
    age = np.clip(41 + 12 * z[0] - 8 * late, 18, 80).round()
    income_z = z[1] - 0.25 * late
    occupation = level(rng.random(n), np.where(late[:, None], (0.38, 0.50, 0.02, 0.10), (0.56, 0.27, 0.10, 0.07)))
    region = level(rng.random(n), bank.region_share)
    ability = (
        0.45 * income_z
        + 0.25 * z[2]
        - 0.30 * (occupation == SELF_EMPLOYED)
        - 0.25 * (occupation == OTHER_OCCUPATION)
        - 0.15 * (region == CARIBE)
        + 0.65 * z[4]
    )
    ability -= ability[:opening].mean()
    return Clients(
        number=rng.permutation(int(2.1 * n) + 10)[:n] + 1,
        join=join,
        age=age,
        income_z=income_z,
        income=np.round(bank.median_income * np.exp(0.65 * income_z), -3),
        occupation=occupation,
        region=region,
        gender=rng.integers(0, 2, n).astype(np.int8),
        tenure=np.clip(np.exp(3.6 + 0.8 * z[2]) * ~late, 0, 360),
        digital=sigmoid(-0.2 - 0.03 * (age - 41) + 0.4 * income_z + 0.8 * z[3]),
        kept_history=sigmoid(0.6 * ability + 0.5 * z[5] + 0.9 * rng.standard_normal(n)),
        bureau=0.6 * ability + 0.8 * rng.standard_normal(n),
        arm=level(rng.random(n), bank.arms),
        ability=ability,
        willing=z[5],
    )


def _obligations(bank: Bank, people: Clients, opening: int, months: int, dice: Dice) -> Obligations:
    rng = dice.rng("obligations")
    first = int(bank.obligations_per_client * opening)
    start = np.r_[np.zeros(first, int), np.repeat(np.arange(1, months + 1), int(first * bank.originations))]
    n = len(start)
    client = _holders(rng, people, start, opening)
    product = level(rng.random(n), bank.product_share)
    spread = np.asarray(bank.balance_spread)[product] * rng.standard_normal(n)
    typical = np.asarray(bank.median_balance)[product]
    balance = np.round(typical * np.exp(bank.balance_income * people.income_z[client] + spread), -3)
    balance = np.clip(balance, bank.least_balance, bank.most_balance)
    ids = rng.permutation(int(2.36 * n) + 10)[: 2 * n] + 3
    return Obligations(
        number=ids[:n],
        original=ids[n:],
        client=client,
        product=product,
        start=start,
        months_before=np.where(start == 0, rng.integers(1, 61, n), 1),
        cycle=rng.integers(1, 31, n),
        balance=balance,
        disbursed=np.round(balance * np.exp(np.abs(0.35 * rng.standard_normal(n))), -3),
        state=_opening_states(rng, bank, product, start),
    )


def _holders(rng: np.random.Generator, people: Clients, start: np.ndarray, opening: int) -> np.ndarray:
    """Who holds each obligation: the opening book spread evenly, later ones tilted to recent clients."""
    here = np.searchsorted(people.join, start, side="right")
    tilted = (rng.random(len(start)) ** 0.75 * here).astype(int)
    return np.where(start == 0, rng.integers(0, opening, len(start)), np.minimum(tilted, here - 1))


def _opening_states(rng: np.random.Generator, bank: Bank, product: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Arrears in the opening book, near the steady state so that the first month is not artificially clean."""
    state = level(rng.random(len(start)), bank.opening_states)
    state[(state == DEEPEST) & ~np.asarray(bank.secured)[product]] = DEEPEST - 1
    state[np.isin(product, (PAYROLL, MORTGAGE)) & (rng.random(len(start)) < 0.45)] = CURRENT
    return np.where(start == 0, state, CURRENT).astype(np.int8)


def _climate(bank: Bank, clients: int, months: int, dice: Dice) -> Climate:
    t = np.arange(months + 1)
    shocks = bank.climate_shock * dice.rng("climate").standard_normal(months + 1)
    wave = np.zeros(months + 1)
    for i in range(months + 1):
        wave[i] = bank.climate_memory * (wave[i - 1] if i else 0.0) + shocks[i]
    peak = bank.peak_size * np.exp(-0.5 * ((t - bank.peak_month) / bank.peak_width) ** 2)
    inflow = np.empty((months + 1, clients), np.float32)
    before: np.ndarray = bank.inflow_opening * dice.rng("inflow", -1).standard_normal(clients)
    for i in range(months + 1):
        before = bank.inflow_memory * before + bank.inflow_shock * dice.rng("inflow", i).standard_normal(clients)
        inflow[i] = before
    return Climate(wave + peak + np.asarray(bank.season)[t % 12], inflow)


def segment(people: Clients) -> np.ndarray:
    """The bank's own segment of each client, an index into `data.bank.words.SEGMENTS`."""
    z = people.income_z
    personal = np.select([z < -1.85, z > 2.55, z > 0.85], [2, 5, 1], 0)
    lot = people.number % 100
    business = (people.occupation == SELF_EMPLOYED) & (lot < 42)
    return np.where(business, np.where(lot < 32, 3, 4), personal).astype(np.int8)
