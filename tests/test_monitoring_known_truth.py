"""Banks whose truth is known: the randomised estimate covers it as often as it says; comparing before with after, or
those with an offer with those without, gets the sign wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from data.bank.parameters import CURRENT, DEEPEST, WRITTEN_OFF, Bank
from data.bank.population import Population, draw
from data.bank.position import Position
from data.bank.worlds import History, calendar, simulate
from data.counts import Tally
from data.rows import LABEL_STATES, random_group
from monitoring.arm_outcomes import MEASURES, Outcome, outcome, sums
from monitoring.policy import Policy

BANKS = 200
CLIENTS = 3000
MONTHS = 23
ARMS = ("model", "legacy", "none")
OVERDUE = 2
"""State from which an obligation is more than 30 days past due."""


@dataclass(frozen=True)
class Told:
    """One bank: its true effect on the ratio in the months after go-live, the estimate, and what a naive reader says:
    `before_after` of the ratio, and `offered` less not offered of the share that got worse in the month."""

    truth: float
    found: Outcome
    before_after: float
    offered: float


def _positions(history: History) -> list[Position]:
    return [*(m.position for m in history.months), history.last]


def _totals(people: Population, openings: list[Position], first: int) -> Tally:
    """Balances by month, arm and random group, from the opening of go-live on."""
    clients, owner = people.clients, people.obligations.client
    group, arm = random_group(clients.number)[owner], clients.arm[owner]
    kept = [p for p in openings if p.month >= first]
    values = {m: np.zeros((len(kept), 3, 30, 4)) for m in MEASURES}
    for i, p in enumerate(kept):
        live = (p.state >= CURRENT) & (p.state <= DEEPEST)
        for name, least in (("B", CURRENT), ("V1", CURRENT + 1), ("V30", OVERDUE)):
            rows = np.flatnonzero(live & (p.state >= least))
            np.add.at(values[name][i, :, :, 2], (arm[rows], group[rows]), p.balance[rows])
        np.add.at(values["n"][i, :, :, 2], (arm[live], group[live]), 1)
    months = tuple(calendar(p.month) for p in kept)
    labels = {"month": months, "arm": ARMS, "rg": tuple(range(30)), "label": LABEL_STATES}
    return Tally(("month", "arm", "rg", "label"), labels, values)


def _icv(history: History, world: str, first: int) -> float:
    """Ratio of sums over the openings after `first`."""
    lines = [x for x in history.worlds[world] if first < x.month]
    return sum(x.overdue for x in lines) / sum(x.gross for x in lines)


def _tell(seed: int) -> Told:
    bank = Bank()
    people = draw(bank, clients=CLIENTS, months=MONTHS, seed=seed)
    history = simulate(people)
    openings = _positions(history)
    who = {"arms": ("model", "none"), "go_live": calendar(bank.go_live), "last": calendar(MONTHS), "policy": Policy()}
    found = sums(_totals(people, openings, bank.go_live), "icv", **who)
    assert found is not None
    lines = history.worlds["experiment"]
    before = [x for x in lines if bank.go_live - 5 <= x.month <= bank.go_live]
    return Told(
        _icv(history, "model", bank.go_live) - _icv(history, "none", bank.go_live),
        outcome(found),
        _icv(history, "experiment", bank.go_live) - sum(x.overdue for x in before) / sum(x.gross for x in before),
        _offered(history, bank.go_live),
    )


def _offered(history: History, until: int) -> float:
    """Share of the eligible that are worse a month later: those with an offer less those without, before go-live."""
    worse: list[np.ndarray] = []
    offered: list[np.ndarray] = []
    openings = _positions(history)
    for month, after in zip(history.months[:until], openings[1:], strict=False):
        slot = month.eligible.slot
        then = after.state[slot]
        worse.append((then >= OVERDUE) & (then <= WRITTEN_OFF))
        offered.append(month.decision.offered)
    bad, given = np.concatenate(worse), np.concatenate(offered).astype(bool)
    return float(bad[given].mean() - bad[~given].mean())


@pytest.fixture(scope="module")
def told() -> Iterator[list[Told]]:
    """Small banks that differ by chance alone."""
    yield [_tell(seed) for seed in range(BANKS)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", "adjusted"])
def test_the_interval_of_the_randomised_estimate_covers_the_truth(told: list[Told], kind: str) -> None:
    estimates = [getattr(t.found, kind) for t in told]
    covers = np.mean([e.low <= t.truth <= e.high for e, t in zip(estimates, told, strict=True)])
    assert 0.92 <= covers <= 0.98


@pytest.mark.slow
def test_the_randomised_estimate_is_right_on_average(told: list[Told]) -> None:
    errors = np.array([t.found.adjusted.value - t.truth for t in told])
    assert abs(errors.mean()) < 3 * errors.std(ddof=1) / np.sqrt(len(errors))
    assert np.mean([t.truth for t in told]) < 0


@pytest.mark.slow
def test_what_a_naive_reader_says_has_the_wrong_sign(told: list[Told]) -> None:
    assert np.mean([t.before_after > 0 for t in told if t.truth < 0]) > 0.8
    assert np.mean([t.offered > 0 for t in told]) > 0.8
