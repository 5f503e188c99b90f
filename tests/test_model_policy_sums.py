"""The sums behind the simulator: what they are made of, when there are none, and a truth that they recover."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from small_bank import make_bank

from data.contract import Portfolio
from data.policy_sums import BINS, ORDERINGS, PolicySums
from data.rows import random_group
from model import facts, nuisances, policy_sums
from model.features import Features, build


@pytest.fixture(scope="module")
def bank() -> Portfolio:
    return make_bank(clients=300, months_long=9, seed=4)


@pytest.fixture(scope="module")
def features(bank: Portfolio) -> Features:
    return build(bank)


def scored(bank: Portfolio, features: Features, *, seed: int = 0) -> pd.DataFrame:
    """Rows as a release holds them, with a made score for every eligible one."""
    rows = bank.obligations
    score = np.full(len(rows), np.nan)
    score[features.at] = np.random.default_rng(seed).random(len(features.at))
    return rows[["client", "obligation", "month"]].assign(
        rg=random_group(rows["client"].to_numpy()), arm=facts.arm(bank), score=score,
        **facts.outcomes(bank, features), **facts.money(bank),
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows(bank: Portfolio, features: Features) -> pd.DataFrame:
    return scored(bank, features)


@pytest.fixture(scope="module")
def sums(bank: Portfolio, features: Features, rows: pd.DataFrame) -> PolicySums:
    return PolicySums.of(policy_sums.document(bank, features, rows)["policy_sums"])


def test_the_newest_month_and_the_newest_six_are_summed(sums: PolicySums, bank: Portfolio) -> None:
    newest, pooled = sums.periods
    assert newest.months == (bank.as_of,)
    assert len(pooled.months) == 6
    assert pooled.months[-1] == bank.as_of


def test_the_sums_hold_every_row_and_every_peso(sums: PolicySums, rows: pd.DataFrame) -> None:
    pooled = sums.periods[1]
    here = rows[rows["month"].isin(pooled.months)]
    line = here[here["eligible"] == 1]
    half = pooled.both
    assert half.gross == pytest.approx(here["balance"].sum(), rel=1e-6)
    for name in ORDERINGS:
        assert half.lines[name].rows.sum() == len(line)
        assert half.lines[name].offered.sum() == line["offered"].sum()
        assert half.lines[name].balance.sum() == pytest.approx(line["balance"].sum(), rel=1e-6)
    later = rows.set_index(["obligation", "month"])["days_past_due"]
    after = dict(pairwise(sorted(rows["month"].unique())))
    late = np.array([later[o, after[m]] > 30 for o, m in zip(here["obligation"], here["month"], strict=True)])
    assert half.observed + half.outside == pytest.approx(here.loc[late, "balance"].sum(), rel=1e-6)
    assert half.observed == pytest.approx(here.loc[late & (here["eligible"] == 1), "balance"].sum(), rel=1e-6)
    assert half.cash == pytest.approx(line["cash"].sum(), rel=1e-6)


def test_a_client_is_in_one_half_and_its_rows_in_one_fold(sums: PolicySums, rows: pd.DataFrame) -> None:
    pooled = sums.periods[1]
    even = rows[(rows["rg"] % 2 == 0) & rows["month"].isin(pooled.months) & (rows["eligible"] == 1)]
    assert pooled.even.lines["score"].rows.sum() == len(even)
    fold = nuisances.folds(rows["client"].to_numpy())
    assert rows.assign(fold=fold).groupby("client")["fold"].nunique().max() == 1
    assert set(fold) == set(range(nuisances.FOLDS))


def test_bins_are_quantiles_of_each_month_the_largest_first() -> None:
    amount, month = np.arange(150.0), np.repeat([1, 2], [100, 50])
    bins = policy_sums.in_bins(amount, month)
    for m, size in ((1, 2), (2, 1)):
        assert (np.bincount(bins[month == m], minlength=BINS) == size).all()
        assert (np.diff(bins[month == m]) <= 0).all()


def test_an_offer_that_changes_nothing_is_found_to_change_nothing(sums: PolicySums) -> None:
    """The small bank's next days past due are drawn anew, whatever was offered."""
    over = sums.periods[1].both.lines["value"].outcomes["overdue"]
    change, se = (over.b1 - over.b0).sum(), np.sqrt((over.r1 + over.r0).sum())
    assert abs(change) < 3 * se


def test_it_is_made_from_the_logged_probability_averaged_over_the_arms(sums: PolicySums) -> None:
    assert sums.support.propensity == "arms"
    assert sums.support.overlap == 1
    assert sums.support.clipped == 0


def test_without_decisions_dates_or_the_whole_book_there_are_no_sums(
    bank: Portfolio, features: Features, rows: pd.DataFrame
) -> None:
    said = bank.meaning
    for other in (
        replace(bank, decisions=None),
        replace(bank, meaning=replace(said, dated=False)),
        replace(bank, meaning=replace(said, carries=said.carries - {"gross"})),
    ):
        assert policy_sums.document(other, features, rows) == {}


def test_too_few_offers_or_no_next_month_give_no_sums(bank: Portfolio, features: Features, rows: pd.DataFrame) -> None:
    assert policy_sums.document(bank, features, rows.assign(offered=0)) == {}
    last = rows["month"] == rows["month"].max()
    assert policy_sums.document(bank, features, rows[last]) == {}


def test_a_month_that_is_missing_in_the_middle_is_no_next_month(
    bank: Portfolio, features: Features, rows: pd.DataFrame
) -> None:
    months = sorted(rows["month"].unique())
    holed = rows[rows["month"] != months[-3]].reset_index(drop=True)
    found = PolicySums.of(policy_sums.document(bank, features, holed)["policy_sums"])
    assert months[-4] not in found.periods[1].months
    assert months[-3] not in found.periods[1].months


def test_probabilities_that_nobody_logged_are_estimated_and_kept_off_nought_and_one(
    bank: Portfolio, features: Features, rows: pd.DataFrame
) -> None:
    blank = rows.assign(propensity=np.nan)
    found = PolicySums.of(policy_sums.document(bank, features, blank)["policy_sums"])
    assert found.support.propensity == "estimated"
    certain = rows.assign(propensity=np.where(rows["offered"] == 1, 1.0, 0.0), arm="(unknown)")
    hard = PolicySums.of(policy_sums.document(bank, features, certain)["policy_sums"])
    assert hard.support.clipped == 1
    assert np.isfinite(hard.periods[1].both.lines["value"].outcomes["overdue"].r1).all()
