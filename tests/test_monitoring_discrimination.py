"""Ranking figures from counts: against scikit-learn and SciPy on the rows themselves, and the laws they obey."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score

from monitoring.discrimination import auc, auc_decline, average_precision, information_value, ks
from monitoring.estimate import Estimate

few = settings(max_examples=60, deadline=None)
rows = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=2, max_size=80)


def _counts(score: np.ndarray, label: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    return np.bincount(score[label], minlength=bins), np.bincount(score[~label], minlength=bins)


def _placements(score: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each positive's share of negatives below it, and the reverse: by comparing all pairs."""
    pairs = (score[label][:, None] > score[~label]) + 0.5 * (score[label][:, None] == score[~label])
    return pairs.mean(1), pairs.mean(0)


@few
@given(rows)
def test_auc_and_its_error_are_those_of_all_pairs(data: list[tuple[int, bool]]) -> None:
    score, label = np.array([s for s, _ in data]), np.array([y for _, y in data])
    found = auc(*_counts(score, label, 13))
    if label.all() or not label.any():
        assert math.isnan(found.value)
        assert found.reason in ("no_positives", "no_negatives")
        return
    assert found.value == pytest.approx(roc_auc_score(label, score), abs=1e-12)
    if min(label.sum(), (~label).sum()) > 1:
        v1, v0 = _placements(score, label)
        expected = math.sqrt(v1.var(ddof=1) / len(v1) + v0.var(ddof=1) / len(v0))
        assert found.se == pytest.approx(expected, abs=1e-9)
    else:
        assert math.isnan(found.se)


@few
@given(rows)
def test_turning_the_score_around_turns_the_auc_around(data: list[tuple[int, bool]]) -> None:
    score, label = np.array([s for s, _ in data]), np.array([y for _, y in data])
    pos, neg = _counts(score, label, 13)
    there, back = auc(pos, neg).value, auc(pos[::-1], neg[::-1]).value
    assert math.isnan(there) or there + back == pytest.approx(1)


@pytest.mark.parametrize("seed", range(5))
def test_binning_never_leaves_the_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.beta(1, 4, 4000)
    label = rng.random(4000) < score
    pos, neg = (np.histogram(score[k], np.linspace(0, 1, 12))[0] for k in (label, ~label))
    area, distance = auc(pos, neg), ks(pos, neg)
    assert area.least <= roc_auc_score(label, score) <= area.most
    assert distance.least <= stats.ks_2samp(score[label], score[~label]).statistic <= distance.most


def test_a_fine_grid_gives_the_auc_of_the_rows() -> None:
    rng = np.random.default_rng(7)
    score = rng.beta(1, 4, 20_000)
    label = rng.random(20_000) < score
    edges = np.unique(np.concatenate([np.quantile(score, np.linspace(0, 1, 501)), np.linspace(0, 1, 501)]))
    pos, neg = (np.histogram(score[k], edges)[0] for k in (label, ~label))
    assert auc(pos, neg).value == pytest.approx(roc_auc_score(label, score), abs=1e-4)
    assert ks(pos, neg).value == pytest.approx(stats.ks_2samp(score[label], score[~label]).statistic, abs=2e-3)
    assert average_precision(pos, neg, interpolate=True) == pytest.approx(
        average_precision_score(label, score), abs=1e-3
    )


@few
@given(rows)
def test_average_precision_by_steps_is_that_of_scikit_learn(data: list[tuple[int, bool]]) -> None:
    score, label = np.array([s for s, _ in data]), np.array([y for _, y in data])
    found = average_precision(*_counts(score, label, 13))
    if label.any():
        assert found == pytest.approx(average_precision_score(label, score), abs=1e-12)
    else:
        assert math.isnan(found)


def test_no_skill_has_the_base_rate_as_average_precision() -> None:
    assert average_precision([3], [7]) == pytest.approx(0.3)
    assert average_precision([3], [7], interpolate=True) == pytest.approx(0.3)
    assert average_precision([3, 3], [7, 7], interpolate=True) == pytest.approx(0.3)


def test_perfect_separation_has_a_bound_and_not_a_point() -> None:
    found = auc([0, 4], [6, 0])
    assert (found.value, found.se, found.reason) == (1.0, 0.0, "perfect_separation")
    assert found.low == pytest.approx(0.05**0.25)
    assert auc([4, 0], [0, 6]).high == pytest.approx(1 - 0.05**0.25)


def test_a_score_that_never_varies_has_no_interval() -> None:
    found = auc([3], [7])
    assert (found.value, found.reason) == (0.5, "no_variance")
    assert math.isnan(found.low)


def test_the_decline_is_one_sided() -> None:
    current = Estimate(0.70, se=0.02)
    assert auc_decline(0.74, current).p == pytest.approx(1 - stats.norm.cdf(2))
    assert auc_decline(0.66, current).p > 0.9
    assert auc_decline(0.7, Estimate(reason="no_positives")).reason == "no_positives"


def test_information_value_by_hand() -> None:
    expected = (0.75 - 0.25) * math.log(3) + (0.25 - 0.75) * math.log(1 / 3)
    assert information_value([1, 3], [3, 1]) == pytest.approx(expected)
    assert information_value([2, 2], [5, 5]) == pytest.approx(0)
    assert math.isnan(information_value([0, 0], [5, 5]))
