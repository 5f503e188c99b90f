"""Before a test is run: the accounts it takes and the smallest effect it can show, against statsmodels and a law."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import power_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from data.counts import Tally
from data.rows import LABEL_STATES
from monitoring.causal import arm_difference
from monitoring.intervals import sample_size
from monitoring.policy import Policy
from monitoring.power import MEASURES, Present, accounts_needed, effective_size, plan, present, ratio_mde


def test_three_points_on_the_present_rate_take_2764_accounts_in_each_arm() -> None:
    needed = accounts_needed(0.1825, 0.03)
    assert round(needed.treated) == round(needed.control) == 2764
    assert needed.treated == pytest.approx(sample_size(0.1825, 0.2125))
    relative = accounts_needed(0.1825, 0.03 * 0.1825)
    assert round(relative.treated) == 79037


@pytest.mark.parametrize("control", [0.5, 0.25, 0.1])
@pytest.mark.parametrize("power", [0.8, 0.9])
def test_so_many_accounts_have_the_wished_power(control: float, power: float) -> None:
    needed = accounts_needed(0.1825, 0.03, control=control, power=power)
    said = power_proportions_2indep(0.03, 0.1825, needed.treated, ratio=needed.control / needed.treated)
    assert said.power == pytest.approx(power, abs=0.015)
    assert needed.control / needed.total == pytest.approx(control)


@given(st.floats(0.1, 0.8), st.floats(0.01, 0.1), st.floats(0.05, 0.5))
def test_half_the_effect_takes_about_four_times_as_many(base: float, effect: float, control: float) -> None:
    few, many = (accounts_needed(base, e, control=control).total for e in (effect, effect / 2))
    assert 3 < many / few < 6


@pytest.mark.parametrize(
    ("base", "effect", "control"),
    [(0.2, 0.0, 0.5), (0.99, 0.03, 0.5), (math.nan, 0.03, 0.5), (0.2, 0.03, 0.0), (0.2, 0.03, 1.0), (0.01, -0.03, 0.5)],
)
def test_a_test_that_cannot_be_is_not_a_number(base: float, effect: float, control: float) -> None:
    assert math.isnan(accounts_needed(base, effect, control=control).total)


def test_equal_balances_are_worth_their_number_and_uneven_ones_less() -> None:
    assert effective_size(50.0, 250.0) == 10  # ten balances of 5
    assert effective_size(10.0, 82.0) == pytest.approx(100 / 82)  # 9 and 1
    assert math.isnan(effective_size(0.0, 0.0))


def test_the_reach_for_equal_balances_is_that_of_two_rates() -> None:
    rng = np.random.default_rng(0)
    late = rng.random(4000) < 0.2
    sides = [DescrStatsW(late[:3000].astype(float)), DescrStatsW(late[3000:].astype(float))]
    se = CompareMeans(*sides).std_meandiff_pooledvar
    assert ratio_mde(late.mean(), treated=3000, control=1000) == pytest.approx(2.8016 * se, rel=1e-3)


def test_the_reach_is_close_to_that_of_the_clustered_standard_error() -> None:
    """Lognormal balances, two obligations a client at most: within the 12 % that the method was found good for."""
    rng = np.random.default_rng(3)
    n = 40_000
    client, balance = rng.integers(0, 30_000, n), rng.lognormal(0, 1, n)
    arm = rng.random(30_000)[client] < 0.75
    late = rng.random(n) < 0.08
    found = arm_difference(balance * late, balance, treated=arm, client=client)
    sizes = {name: effective_size(balance[k].sum(), (balance[k] ** 2).sum()) for name, k in
             (("treated", arm), ("control", ~arm))}  # fmt: skip
    overall = float((balance * late).sum() / balance.sum())
    assert ratio_mde(overall, **sizes) == pytest.approx(2.8016 * found.difference.se, rel=0.12)


def _totals() -> Tally:
    """Two months: 100 eligible then 300; of 200 closed outcomes 50 positive; ten balances of 5 in the last month, one
    of them overdue."""
    values = {m: np.zeros((2, 4)) for m in MEASURES}
    values["eligible"][:, 2] = 100, 300
    values["scored"][0] = 150, 50, 0, 7
    for measure, amount in (("B", 50.0), ("B2", 250.0), ("V30", 5.0)):
        values[measure][1, 2] = amount
    return Tally(("month", "label"), {"month": (202401, 202402), "label": LABEL_STATES}, values)


def test_a_plan_starts_from_what_the_selection_holds() -> None:
    now = present(_totals(), policy=Policy())
    assert (now.base, now.inflow, now.icv, now.size) == (0.25, 200, 0.1, 10)
    made = plan(now, effect=0.03, control=0.5)
    assert made.base == 0.25
    assert made.months == pytest.approx(made.accounts.total / 200)
    assert made.icv_mde == pytest.approx(2.8016 * math.sqrt(0.1 * 0.9 * (1 / 5 + 1 / 5)), rel=1e-4)
    assert plan(now, effect=0.03, base=0.1825).base == 0.1825


def test_an_empty_selection_plans_nothing_but_takes_a_rate_that_is_given() -> None:
    empty = Tally(("month", "label"), {"month": (), "label": LABEL_STATES}, {m: np.zeros((0, 4)) for m in MEASURES})
    now = present(empty, policy=Policy())
    assert all(math.isnan(v) for v in (now.base, now.inflow, now.icv, now.size))
    made = plan(Present(), effect=0.03, base=0.1825)
    assert round(made.accounts.control) == 2764
    assert math.isnan(made.months) and math.isnan(made.icv_mde)
