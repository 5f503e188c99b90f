"""Drift: fixtures, SciPy, and false alarms counted where nothing moved."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from monitoring.drift import band_concentration, js_distance, psi, psi_level
from monitoring.metrics import concentration


@pytest.mark.parametrize(("n", "critical"), [(11, 1.540), (127, 0.1355), (1000, 0.0192)])
def test_the_critical_value_grows_as_the_sample_shrinks(n: int, critical: float) -> None:
    counts = np.random.default_rng(0).multinomial(n, [0.1] * 10) + 0.0
    found = psi(np.maximum(counts, 1e-9), np.full(10, 753.4))
    assert found.critical == pytest.approx(critical, rel=0.004)


@pytest.mark.parametrize("n", [11, 40, 76, 127, 500])
def test_no_drift_is_seldom_called_red_in_small_samples(n: int) -> None:
    rng = np.random.default_rng(n)
    reference = rng.multinomial(7534, [0.1] * 10)
    levels = [psi_level(psi(rng.multinomial(n, [0.1] * 10), reference, half=True)) for _ in range(400)]
    assert sum(level == "act" for level in levels) <= 0.05 * 400
    assert n > 76 or set(levels) == {"unknown"}


def test_a_true_shift_is_called_out() -> None:
    found = psi([300, 200, 100, 50, 50], [150, 150, 150, 150, 100])
    assert found.psi > 0.25
    assert psi_level(found) == "act"


def test_an_index_that_chance_explains_is_noise() -> None:
    found = psi([17, 6, 15, 9, 14, 8, 5, 15, 11, 10], np.full(10, 753.4))
    assert (found.psi > 0.10, found.p > 0.01, psi_level(found)) == (True, True, "ok")
    assert psi_level(psi([170, 60, 150, 90, 140, 80, 50, 150, 110, 100], np.full(10, 753.4))) == "watch"


def test_p_without_drift_is_uniform() -> None:
    rng = np.random.default_rng(1)
    p = [psi(rng.multinomial(2000, [0.1] * 10), rng.multinomial(5000, [0.1] * 10)).p for _ in range(400)]
    assert stats.kstest(p, "uniform").pvalue > 0.001
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_psi_is_symmetric_and_zero_for_the_same_shares() -> None:
    assert psi([10, 30], [20, 60]).psi == pytest.approx(0)
    assert psi([10, 30], [30, 10]).psi == pytest.approx(psi([30, 10], [10, 30]).psi)


def test_psi_of_nothing_says_which_side_is_missing() -> None:
    assert psi([0, 0], [1, 2]).reason == "empty"
    assert psi([1, 2], [0, 0]).reason == "no_reference"
    assert psi_level(psi([0, 0], [1, 2])) == "unknown"
    assert math.isnan(psi([3], [4]).p)


def test_jensen_shannon_is_that_of_scipy() -> None:
    a, b = np.array([3, 0, 5, 2]), np.array([1, 4, 0, 9])
    assert js_distance(a, b) == pytest.approx(jensenshannon(a, b, base=2))
    assert js_distance(a, 2 * a) == pytest.approx(0, abs=1e-9)
    assert js_distance([1, 0], [0, 1]) == pytest.approx(1)
    assert math.isnan(js_distance([0, 0], [1, 1]))


def test_a_score_that_crowds_into_one_band_is_more_concentrated() -> None:
    found = band_concentration([90, 5, 5], [30, 30, 30])
    assert found.cv**2 == pytest.approx(3 * concentration([90, 5, 5]).hhi - 1)
    assert found.p == pytest.approx(stats.norm.sf(math.sqrt(2 / (0.5 + found.cv**2))), abs=1e-6)
    assert band_concentration([34, 33, 33], [90, 5, 5]).p > 0.9
    assert math.isnan(band_concentration([1], [1]).cv)
    assert math.isnan(band_concentration([2, 2], [2, 2]).p)
