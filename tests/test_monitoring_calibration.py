"""Calibration from power sums: exact against the rows, statsmodels and scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import brier_score_loss

from monitoring.calibration import brier, brier_parts, calibration_line, ece, hosmer_lemeshow, spiegelhalter

few = settings(max_examples=60, deadline=None)
rows = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def _powers(p: np.ndarray) -> np.ndarray:
    return np.array([(p**k).sum() for k in (1, 2, 3, 4)])


def _made(n: int = 3000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 5, n)
    return p, rng.random(n) < p, np.minimum((p * 20).astype(int), 19)


@few
@given(rows)
def test_the_brier_score_of_sums_is_that_of_the_rows(data: list[tuple[float, bool]]) -> None:
    p, y = np.array([v for v, _ in data]), np.array([v for _, v in data])
    found = brier(y.sum(), (~y).sum(), s_pos=_powers(p[y]), s_neg=_powers(p[~y]))
    squared = (p - y) ** 2
    assert found.value == pytest.approx(squared.mean(), abs=1e-12)
    assert found.se == pytest.approx(squared.std() / math.sqrt(len(p)), abs=1e-7)


def test_the_brier_score_is_that_of_scikit_learn() -> None:
    p, y, _ = _made()
    found = brier(y.sum(), (~y).sum(), s_pos=_powers(p[y]), s_neg=_powers(p[~y]))
    assert found.value == pytest.approx(brier_score_loss(y, p), abs=1e-13)


@few
@given(rows, st.integers(1, 9))
def test_the_parts_of_the_brier_score_add_up_for_any_bins(data: list[tuple[float, bool]], bins: int) -> None:
    p, y = np.array([v for v, _ in data]), np.array([float(v) for _, v in data])
    where = np.minimum((p * bins).astype(int), bins - 1)
    total = [np.bincount(where, v, minlength=bins) for v in (np.ones_like(p), y, p, p * p, p * y)]
    b = brier_parts(total[0], total[1], s1=total[2], s2=total[3], s1_pos=total[4])
    whole = b.reliability - b.resolution + b.uncertainty + b.within_variance - b.within_covariance
    assert b.brier == pytest.approx(((p - y) ** 2).mean(), abs=1e-12)
    assert b.brier == pytest.approx(whole, abs=1e-12)


def test_the_parts_of_nothing_are_not_numbers() -> None:
    b = brier_parts([0.0], [0.0], s1=[0.0], s2=[0.0], s1_pos=[0.0])
    assert math.isnan(b.brier)
    assert brier(0, 0, s_pos=[0] * 4, s_neg=[0] * 4).reason == "empty"


def test_spiegelhalter_is_that_of_the_rows() -> None:
    p, y, _ = _made(seed=1)
    z = ((y - p) * (1 - 2 * p)).sum() / math.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    found = spiegelhalter(y.sum(), s_pos=_powers(p[y]), s_neg=_powers(p[~y]))
    assert found.statistic == pytest.approx(z, rel=1e-9)
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-9)


def test_spiegelhalter_says_when_scores_have_no_variance() -> None:
    assert spiegelhalter(1, s_pos=[1.0] * 4, s_neg=[0.0] * 4).reason == "no_variance"


def test_hosmer_lemeshow_merges_thin_neighbours() -> None:
    found = hosmer_lemeshow([10, 40, 50], [2, 8, 35], s1=[2.0, 8.0, 25.0])
    assert (found.groups, found.df, found.statistic) == (2, 2, pytest.approx(8.0))
    assert hosmer_lemeshow([10], [2], s1=[2.0]).reason == "few_groups"
    assert hosmer_lemeshow([50, 50], [10, 35], s1=[10.0, 25.0], fitted=True).reason == "few_groups"


def test_a_calibrated_score_has_an_ece_near_its_noise_floor() -> None:
    found = []
    for seed in range(30):
        p, y, k = _made(seed=seed)
        e = ece(*(np.bincount(k, v, minlength=20) for v in (np.ones_like(p), y)), s1=np.bincount(k, p, minlength=20))
        found.append((e.value, e.noise_floor))
    mean, floor = np.mean(found, axis=0)
    assert mean == pytest.approx(floor, rel=0.1)


def test_ece_of_a_shifted_score_is_the_shift() -> None:
    found = ece([100, 100], [30, 60], s1=[20.0, 50.0])
    assert found.value == pytest.approx(0.1)
    assert found.worst == pytest.approx(0.1)


def test_the_calibration_line_is_the_logit_of_statsmodels() -> None:
    p, y, k = _made(seed=2)
    n, pos, s1 = (np.bincount(k, v, minlength=20) for v in (np.ones_like(p), y, p))
    used = n > 0
    x = np.log((s1 / np.where(used, n, 1))[used] / (1 - (s1 / np.where(used, n, 1))[used]))
    fit = sm.GLM(np.column_stack([pos, n - pos])[used], sm.add_constant(x), family=sm.families.Binomial()).fit()
    line = calibration_line(n, pos, s1=s1)
    assert (line.intercept, line.slope) == pytest.approx(tuple(fit.params), abs=1e-6)
    assert (line.se_intercept, line.se_slope) == pytest.approx(tuple(fit.bse), rel=1e-5)


@pytest.mark.parametrize(
    ("n", "pos", "reason"),
    [
        ([0, 0], [0, 0], "empty"),
        ([5, 5], [0, 0], "no_positives"),
        ([5, 5], [5, 5], "no_negatives"),
        ([9], [4], "not_separable"),
        ([5, 5], [0, 5], "not_separable"),
    ],
)
def test_a_line_that_cannot_be_drawn_says_why(n: list[int], pos: list[int], reason: str) -> None:
    line = calibration_line(n, pos, s1=[0.2 * n[0], *(0.7 * v for v in n[1:])])
    assert line.reason == reason
    assert math.isnan(line.slope)


def test_the_line_in_the_large_is_how_much_more_came() -> None:
    line = calibration_line([1000, 1000], [200, 400], s1=[100.0, 400.0])
    assert line.in_the_large > 0
    assert calibration_line([1000], [100], s1=[100.0]).in_the_large == pytest.approx(0, abs=1e-9)
