"""The simulator against a truth that no bank sees: many small banks, what their lists would have changed, and by how
much the intervals miss it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.bank.offers import features
from data.bank.parameters import ARMS, Bank
from data.bank.population import Population, draw
from data.bank.position import Month
from data.bank.worlds import simulate
from data.policy_sums import BINS, design_effect, policy_bins
from model import nuisances
from model.nuisances import Sample
from model.policy_sums import SUM_MONTHS, in_bins
from monitoring import simulator
from monitoring.estimate import Estimate

CLIENTS, MONTHS, FIRST = 1500, 24, 3
LISTS = (0.1, 0.35, 1.0)
"""Shares of the list by expected value."""


def test_on_a_small_bank_the_list_of_all_comes_near_its_truth() -> None:
    found, truth = _lists(seed=7)[-1]
    assert truth < 0
    assert abs(found.value - truth) < 4 * found.se


@pytest.mark.slow
def test_intervals_of_simulated_lists_cover_the_truth_of_many_banks() -> None:
    """200 banks: coverage within what 95 % allows, the right sign on average, and a bias that is small beside the
    error. Some ten minutes."""
    banks = [_lists(seed=seed) for seed in range(300, 500)]
    for i, _ in enumerate(LISTS):
        found = [bank[i][0] for bank in banks]
        truth = np.array([bank[i][1] for bank in banks])
        values, errors = np.array([e.value for e in found]), np.array([e.se for e in found])
        covered = np.mean([e.low <= t <= e.high for e, t in zip(found, truth, strict=True)])
        assert 0.92 <= covered <= 0.98
        assert values.mean() < 0
        assert abs((values - truth).mean()) < 0.3 * errors.mean()


def _lists(*, seed: int) -> list[tuple[Estimate, float]]:
    """Each list's simulated change against no offers, and the true one, as shares of the balance in line."""
    people = draw(Bank(), clients=CLIENTS, months=MONTHS, seed=seed)
    rows = pd.concat([_rows(people, m) for m in simulate(people, truth=False).months[FIRST:]], ignore_index=True)
    value = (rows["chance"] * rows["balance"]).to_numpy()
    rank = pd.Series(value).groupby(rows["month"]).rank(pct=True).to_numpy()
    X = np.column_stack([rows.filter(regex="^x"), rows["balance"], rank]).astype(np.float32)
    sample = Sample(X, [], nuisances.folds(rows["client"].to_numpy(), seed=seed), seed)
    found = nuisances.predict(
        sample, sample, offered=rows["offered"].to_numpy(), outcomes={"overdue": rows["overdue"].to_numpy()},
        logged=rows["e"].to_numpy(), arm=rows["arm"].to_numpy(),
    )  # fmt: skip
    here = (rows["month"] >= MONTHS - SUM_MONTHS).to_numpy()
    now, bins = rows[here], in_bins(value[here], rows.loc[here, "month"].to_numpy())
    m1, m0 = (m[here] for m in found.outcomes["overdue"])
    given = {"y": now["overdue"], "d": now["offered"], "e": found.e[here], "m1": m1, "m0": m0, "weight": now["balance"]}
    sums = policy_bins(**given, bins=bins, count=BINS).widened(design_effect(**given, client=now["client"]))
    gross = float(now["balance"].sum())
    out = []
    for k in LISTS:
        take = (np.arange(BINS) < round(k * BINS)).astype(float)
        truth = float((now["balance"] * now["tau"] * take[bins]).sum()) / gross
        out.append((simulator.policy_icv(sums, take, overdue_outside=0, gross=gross).change, truth))
    return out


def _rows(people: Population, month: Month) -> pd.DataFrame:
    """What the bank sees of a month's eligible rows; `tau` is what an offer truly changes."""
    pool, seen = month.eligible, features(people, month.eligible)
    drawn = np.asarray(ARMS)[people.clients.arm[pool.client]]
    return pd.DataFrame(
        {
            "month": pool.month, "client": pool.client, "balance": pool.balance, "chance": pool.p_accept,
            "offered": month.decision.offered.astype(int), "e": month.decision.chance,
            "overdue": (month.close.state[pool.row] >= 2).astype(float),
            "tau": -pool.p_accept * pool.p_keep * pool.p_over,
            "arm": np.where(pool.month >= people.bank.go_live, drawn, ""),
            **{f"x{i}": seen[:, i] for i in range(1, seen.shape[1])},
        }
    )  # fmt: skip
