"""Intervals and tests: against statsmodels and SciPy, hand arithmetic and what must hold of any interval."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from monitoring.intervals import (
    design_effect,
    false_discovery,
    jackknife,
    jeffreys,
    jeffreys_test,
    mde,
    rate,
    sample_size,
    two_proportions,
    wilson,
)
from monitoring.metrics import ratio

few = settings(max_examples=60, deadline=None)
counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@few
@given(counts)
def test_jeffreys_and_wilson_are_those_of_statsmodels(xn: tuple[int, int]) -> None:
    x, n = xn
    low, high = proportion_confint(x, n, method="jeffreys")
    ours = jeffreys(x, n)
    assert ours[0] == pytest.approx(0.0 if x == 0 else low, abs=1e-9)
    assert ours[1] == pytest.approx(1.0 if x == n else high, abs=1e-9)
    assert [float(v) for v in wilson(x, n)] == pytest.approx(list(proportion_confint(x, n, method="wilson")), abs=1e-12)


def test_an_interval_of_nothing_is_not_a_number() -> None:
    assert all(np.isnan([*jeffreys(0, 0), *wilson(0, 0)]))
    assert rate(0, 0).reason == "empty"
    assert math.isnan(rate(0, 0).value)


def test_a_rate_from_few_rows_says_so() -> None:
    assert rate(3, 10, min_n=30).reason == "small_sample"
    assert rate(30, 100, min_n=30).reason == ""


def test_repeated_clients_widen_the_interval() -> None:
    plain, wide = rate(30, 100), rate(30, 100, deff=2.0)
    assert plain.value == wide.value
    assert wide.low < plain.low < plain.high < wide.high
    assert wide.low == pytest.approx(stats.beta.ppf(0.025, 15.5, 35.5))


def test_fewer_accepted_than_predicted_shows_in_the_upper_tail() -> None:
    found = jeffreys_test(55, 100, predicted=0.65)
    assert float(found.p_over) == pytest.approx(0.0193, abs=5e-5)
    assert float(found.p_under) == pytest.approx(0.9807, abs=5e-5)


@few
@given(st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), min_size=1, max_size=30))
def test_q_values_are_those_of_statsmodels(p: list[float]) -> None:
    p = np.array(p)
    known = np.isfinite(p)
    q = false_discovery(p)
    assert np.isnan(q[~known]).all()
    if known.any():
        assert q[known] == pytest.approx(multipletests(p[known], method="fdr_bh")[1], abs=1e-12)


def test_q_values_do_not_depend_on_the_order() -> None:
    p = np.random.default_rng(1).random(20)
    order = np.random.default_rng(2).permutation(20)
    assert false_discovery(p)[order] == pytest.approx(false_discovery(p[order]))


def test_two_proportions_is_the_pooled_z_of_statsmodels() -> None:
    expected = proportions_ztest([45, 30], [100, 90])[1]
    assert float(two_proportions(45, 100, x0=30, n0=90)) == pytest.approx(expected, rel=1e-12)
    assert np.isnan(two_proportions(0, 0, x0=1, n0=2))


def test_the_jackknife_of_a_mean_has_the_textbook_error() -> None:
    y = np.random.default_rng(3).normal(size=30)
    found = jackknife(ratio, y, np.ones(30))
    half = stats.t.ppf(0.975, 29) * stats.sem(y)
    assert float(found.value) == pytest.approx(y.mean())
    assert float(found.se) == pytest.approx(stats.sem(y), rel=1e-12)
    assert float(found.high - found.low) == pytest.approx(2 * half, rel=1e-12)


def test_the_jackknife_of_many_months_is_the_jackknife_of_each() -> None:
    rng = np.random.default_rng(4)
    x, n = rng.poisson(5, (30, 7)), rng.poisson(20, (30, 7)) + 1
    together = jackknife(ratio, x, n)
    for k in range(7):
        assert float(together.se[k]) == pytest.approx(float(jackknife(ratio, x[:, k], n[:, k]).se))


def test_groups_that_hold_nothing_are_no_replicates() -> None:
    x, n = np.zeros(30), np.zeros(30)
    x[:5], n[:5] = [1, 2, 0, 3, 1], [4, 5, 3, 6, 2]
    sparse, dense = jackknife(ratio, x, n), jackknife(ratio, x[:5], n[:5])
    assert int(sparse.df) == 4
    assert float(sparse.low) == pytest.approx(float(dense.low))


def test_one_group_has_a_value_but_no_interval() -> None:
    found = jackknife(ratio, np.array([3.0, 0]), np.array([10.0, 0])).estimate(n=10)
    assert (found.value, found.reason) == (0.3, "few_random_groups")
    assert math.isnan(found.low)


def test_nothing_at_all_has_neither() -> None:
    found = jackknife(ratio, np.zeros(30), np.zeros(30)).estimate()
    assert math.isnan(found.value)
    assert found.reason == "empty"


def test_rows_of_one_client_that_agree_count_as_one() -> None:
    rng = np.random.default_rng(5)
    x, n = np.zeros((30, 40)), np.zeros((30, 40))
    for month in range(40):
        group, label = rng.integers(0, 30, 900), rng.random(900) < 0.3
        n[:, month] = 4 * np.bincount(group, minlength=30)
        x[:, month] = 4 * np.bincount(group, label, minlength=30)
    assert design_effect(x, n) == pytest.approx(4, rel=0.15)
    assert design_effect(x / 4, n / 4) == pytest.approx(1, abs=0.15)
    assert design_effect(np.zeros((30, 2)), np.zeros((30, 2))) == 1.0


def test_the_smallest_detectable_effect_is_2_80_standard_errors() -> None:
    assert float(mde(1.0)) == pytest.approx(2.80, abs=0.005)


def test_the_sample_sizes_of_the_fixture() -> None:
    assert round(sample_size(0.1825, 0.2125)) == 2764
    assert round(sample_size(0.1825, 0.187975)) == 79037
    assert math.isnan(sample_size(0.2, 0.2))
