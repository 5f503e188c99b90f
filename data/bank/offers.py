"""Data room: who is offered a payment option in the demo bank: the legacy rule, the model, or nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.bank.dice import sigmoid
from data.bank.parameters import ARMS, CARD, MORTGAGE, SELF_EMPLOYED
from data.bank.population import Population
from data.bank.position import Eligible, Month

MODEL, LEGACY, _ = range(len(ARMS))


@dataclass(frozen=True)
class Offers:
    """The offer rule of one world. Until the month `since` of a client it is the legacy rule; from then on, the arm's.

    `weights` are the acceptance model's coefficients, None where there is no model yet.
    """

    people: Population
    arm: np.ndarray
    since: np.ndarray
    weights: np.ndarray | None

    def __call__(self, pool: Eligible) -> np.ndarray:
        """Probability of an offer for each eligible obligation."""
        legacy = legacy_chance(self.people, pool)
        if self.weights is None:
            return legacy
        arm = np.where(self.since[pool.client] <= pool.month, self.arm[pool.client], LEGACY)
        chance = np.where(arm == LEGACY, legacy, 0.0)
        chance[arm == MODEL] = self._model_chance(pool, arm == MODEL)
        return chance

    def _model_chance(self, pool: Eligible, mine: np.ndarray) -> np.ndarray:
        """The best by score × balance within capacity, a small part decided by a coin of the same capacity."""
        bank = self.people.bank
        if not mine.any():
            return np.zeros(0)
        assert self.weights is not None
        value = sigmoid(features(self.people, pool)[mine] @ self.weights) * pool.balance[mine]
        coin = bank.exploration * bank.capacity
        return np.where(value >= np.quantile(value, 1 - bank.capacity), 1 - bank.exploration + coin, coin)


def rule_of(people: Population, world: str, weights: np.ndarray | None) -> Offers:
    """The rule of a world: the arms that were drawn, or the roll-out, in the experiment; else one arm for all."""
    bank, n = people.bank, len(people.clients.arm)
    at_once = np.full(n, bank.go_live)
    if world != "experiment":
        return Offers(people, np.full(n, ("model", "legacy", "none").index(world), np.int8), at_once, weights)
    if bank.rollout:
        return Offers(people, np.full(n, MODEL, np.int8), np.asarray(bank.rollout)[people.clients.region], weights)
    return Offers(people, people.clients.arm, at_once, weights)


def legacy_chance(people: Population, pool: Eligible) -> np.ndarray:
    """The legacy rule: a known smooth probability that offers most to large and to hard cases."""
    hard = np.array([-0.9, 0.1, 0.5, 0.6, 0.5, 0.3])[pool.state - 1]
    lean = 0.75 * np.log(pool.balance / 1e7) + hard + 0.35 * (pool.product == MORTGAGE)
    lean -= 0.25 * people.digital(pool.month)[pool.client]
    return np.clip(sigmoid(lean + _level(lean, people.bank.capacity)), 0.02, 0.98)


def _level(lean: np.ndarray, capacity: float) -> float:
    """The constant that makes the mean probability equal to the capacity, by bisection."""
    low, high = -15.0, 15.0
    for _ in range(40):
        middle = (low + high) / 2
        if len(lean) and sigmoid(lean + middle).mean() < capacity:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def features(people: Population, pool: Eligible) -> np.ndarray:
    """What the bank's own model sees, one row per eligible obligation: nothing latent, first column constant."""
    c, k = people.clients, pool.client
    blind = (pool.month == people.bank.outage_month) & (c.region[k] == people.bank.outage_region)
    size = np.log(pool.balance / 1e7)
    buckets = [(pool.state == s) * 1.0 for s in range(1, 6)]
    return np.column_stack(
        [
            np.ones(len(k)),
            people.digital(pool.month)[k],
            c.income_z[k],
            size - np.log(c.income[k] / people.bank.median_income),
            np.where(blind, 0.0, pool.inflow),
            c.kept_history[k],
            c.bureau[k],
            (c.age[k] - 41) / 12,
            np.log1p(c.tenure[k]) / 4,
            (c.occupation[k] == SELF_EMPLOYED) * 1.0,
            (pool.product == CARD) * 1.0,
            (pool.product == MORTGAGE) * 1.0,
            *buckets,
            size,
        ]
    )


def train(people: Population, months: list[Month]) -> np.ndarray | None:
    """Coefficients of the acceptance model from the months before go-live; None when too little was offered."""
    bank = people.bank
    past = [m for m in months if bank.first_training_month <= m.position.month < bank.go_live]
    if not past:
        return None
    X = np.concatenate([features(people, m.eligible)[m.decision.offered] for m in past])
    y = np.concatenate([m.decision.accepted[m.decision.offered] for m in past])
    return None if len(set(y.tolist())) < 2 else _logistic(X, y.astype(float))


def _logistic(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Ridge logistic regression (penalty 1, constant free) by Newton's method."""
    penalty = np.eye(X.shape[1])
    penalty[0, 0] = 0.0
    weights = np.zeros(X.shape[1])
    for _ in range(25):
        p = sigmoid(X @ weights)
        curvature = (X * (p * (1 - p))[:, None]).T @ X + penalty
        step = np.linalg.solve(curvature, X.T @ (y - p) - penalty @ weights)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return weights
