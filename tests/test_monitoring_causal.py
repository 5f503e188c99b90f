"""Effects: textbook standard errors, known answers, and a truth that is recovered."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from monitoring.causal import aipw, arm_difference, standardised_difference
from monitoring.migration import cure_rates, monotonicity_z, roll_rates, shares, weighted_bandwidth


def test_with_one_row_a_client_the_error_is_welchs() -> None:
    rng = np.random.default_rng(0)
    y, treated = rng.normal(size=80), np.arange(80) < 30
    found = arm_difference(y, np.ones(80), treated=treated, client=np.arange(80))
    welch = stats.ttest_ind(y[treated], y[~treated], equal_var=False)
    assert found.difference.value / found.difference.se == pytest.approx(welch.statistic, rel=1e-12)


def test_a_client_counted_twice_is_still_one_client() -> None:
    y, treated, client = np.array([1.0, 0, 1, 0, 0, 1]), np.array([1, 1, 1, 0, 0, 0]), np.arange(6)
    once = arm_difference(y, np.ones(6), treated=treated, client=client)
    twice = arm_difference(np.tile(y, 2), np.ones(12), treated=np.tile(treated, 2), client=np.tile(client, 2))
    assert twice.difference.se == pytest.approx(once.difference.se)
    assert twice.clients_treated == 3


def test_an_arm_of_one_client_has_no_difference() -> None:
    found = arm_difference([1, 0], [1, 1], treated=[1, 0], client=[0, 1])
    assert found.difference.reason == "no_control"
    assert math.isnan(found.difference.value)


def test_doubly_robust_estimates_survive_one_wrong_nuisance() -> None:
    rng = np.random.default_rng(1)
    n = 60_000
    x = rng.random(n)
    e = 0.2 + 0.6 * x
    d = rng.random(n) < e
    y = (rng.random(n) < 0.2 + 0.3 * x + 0.1 * d).astype(float)
    wrong = np.full(n, 0.5)
    for nuisances in ({"e": e, "m1": wrong, "m0": wrong}, {"e": wrong, "m1": 0.3 + 0.3 * x, "m0": 0.2 + 0.3 * x}):
        ate, _ = aipw(y, d, **nuisances)
        assert abs(ate.value - 0.1) < 4 * ate.se
        assert ate.se < 0.01
    naive = y[d].mean() - y[~d].mean()
    assert naive > 0.14


def test_the_doubly_robust_error_adds_up_rows_of_a_client() -> None:
    given = {"e": [0.5] * 4, "m1": [0.5] * 4, "m0": [0.5] * 4}
    y, d = [1, 1, 0, 0], [1, 1, 0, 0]
    alone, _ = aipw(y, d, **given)
    paired, _ = aipw([1, 1, 0, 0], [1, 1, 0, 0], **given, client=[0, 0, 1, 1])
    assert alone.value == paired.value
    assert aipw([], [], e=[], m1=[], m0=[])[0].reason == "empty"


def test_a_standardised_difference_is_in_standard_deviations() -> None:
    assert float(standardised_difference(3, 1, var1=4, var0=4)) == 1
    assert np.isnan(standardised_difference(3, 1, var1=0, var0=0))


def test_moves_are_shares_of_where_they_started() -> None:
    moves = [[8, 2, 0], [3, 3, 4], [0, 0, 0]]
    assert shares(moves)[0].tolist() == [0.8, 0.2, 0.0]
    assert np.isnan(shares(moves)[2]).all()
    assert roll_rates(moves).tolist() == [0.2, 0.4]
    assert cure_rates(moves)[1] == 0.3
    assert np.isnan(weighted_bandwidth([[5, 0], [0, 5]])).all()
    assert np.isnan(monotonicity_z(moves)[0, 0])
