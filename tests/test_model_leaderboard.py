"""Leaderboard figures against scikit-learn and hand arithmetic."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    cohen_kappa_score,
    f1_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
    roc_auc_score,
)

from model import calibrate
from model.leaderboard import best_cut_off, delong, f1_at, leaderboard, line


@pytest.fixture
def sample() -> tuple[np.ndarray, np.ndarray]:
    r = np.random.default_rng(5)
    y = (r.random(400) < 0.3).astype(float)
    return np.round(expit(y + r.normal(0, 1, 400)), 2), y


def test_the_auc_is_that_of_scikit_learn_ties_included(sample: tuple[np.ndarray, np.ndarray]) -> None:
    auc, low, high = delong(*sample)
    assert auc == pytest.approx(roc_auc_score(sample[1], sample[0]), abs=1e-12)
    assert low < auc < high


def test_the_interval_is_delongs_by_hand() -> None:
    score, y = np.array([0.9, 0.6, 0.4, 0.7, 0.3, 0.2]), np.array([1, 1, 1, 0, 0, 0])
    auc, low, high = delong(score, y)
    above = np.array([1, 2 / 3, 2 / 3])
    below = np.array([1 / 3, 1, 1])
    assert auc == pytest.approx(7 / 9)
    se = math.sqrt(above.var(ddof=1) / 3 + below.var(ddof=1) / 3)
    half = norm.ppf(0.975) * se / (7 / 9 * 2 / 9)
    assert low == pytest.approx(expit(math.log(7 / 2) - half))
    assert high == pytest.approx(expit(math.log(7 / 2) + half))


def test_one_class_has_no_auc_and_perfect_separation_no_interval() -> None:
    assert all(map(math.isnan, delong(np.array([0.1, 0.2]), np.array([0, 0]))))
    auc, low, _ = delong(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0, 0, 1, 1]))
    assert auc == 1 and math.isnan(low)


def test_a_line_is_what_scikit_learn_says(sample: tuple[np.ndarray, np.ndarray]) -> None:
    score, y = sample
    got = line("x", np.r_[score, np.nan], np.r_[y, 1.0], validation=(score, y))
    assert (got.n, got.positives) == (400, int(y.sum()))
    assert got.pr_auc == pytest.approx(average_precision_score(y, score))
    assert got.brier == pytest.approx(brier_score_loss(y, score))
    assert got.f1 == pytest.approx(f1_score(y, score >= got.cut_off))
    called = score >= got.cut_off
    assert got.accuracy == pytest.approx(accuracy_score(y, called))
    assert got.recall == pytest.approx(recall_score(y, called))
    assert got.precision == pytest.approx(precision_score(y, called))
    assert got.kappa == pytest.approx(cohen_kappa_score(y, called))
    assert got.mcc == pytest.approx(matthews_corrcoef(y, called))
    assert got.f1 == pytest.approx(max(f1_score(y, score >= c) for c in np.unique(score)))


def test_the_cut_off_comes_from_validation_and_never_from_the_test_rows() -> None:
    validation = (np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.0, 0.0, 1.0, 1.0]))
    test = (np.array([0.6, 0.7, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))
    got = line("x", *test, validation=validation)
    assert got.cut_off == 0.3
    assert got.f1 == pytest.approx(2 * 2 / (4 + 2))
    assert best_cut_off(*test) == 0.8


def test_rows_in_parts_are_called_by_the_cut_off_of_their_part() -> None:
    score, y = np.array([0.3, 0.5, 0.3, 0.5]), np.array([1.0, 1.0, 0.0, 1.0])
    got = line("x", score, y, validation=(score, y), cuts=np.array([0.2, 0.2, 0.4, 0.4]))
    assert got.f1 == 1.0
    assert got.cut_off == pytest.approx(0.3)


def test_f1_without_calls_and_positives_is_undefined() -> None:
    assert math.isnan(f1_at(np.array([0.1]), np.array([0.0]), 0.5))


def test_the_line_of_no_skill_calls_everybody_positive() -> None:
    y = np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    board = leaderboard({"x": np.linspace(0, 1, 8)}, y, test=np.arange(4, 8), validation=np.arange(4))
    assert [b.name for b in board] == ["x", "no_skill"]
    none = board[-1]
    assert (none.auc, none.pr_auc) == (0.5, 0.25)
    assert none.f1 == pytest.approx(2 * 1 / (4 + 1))
    assert (none.accuracy, none.recall, none.precision, none.kappa, none.mcc) == (0.75, 1, 0.25, 0, 0)
    assert none.brier == pytest.approx((0.75**2 + 3 * 0.25**2) / 4)


def test_undefined_figures_are_none_in_a_record() -> None:
    got = line("x", np.array([0.2]), np.array([0.0]), validation=(np.zeros(0), np.zeros(0))).as_record()
    assert got["auc"] is None and got["pr_auc"] is None and got["n"] == 1
    assert "NaN" not in json.dumps(got)


def test_platt_finds_the_line_that_bent_the_scores() -> None:
    r = np.random.default_rng(0)
    truth = r.normal(-0.5, 1.5, 40_000)
    y = (r.random(len(truth)) < expit(truth)).astype(float)
    found = calibrate.fit((truth - 0.7) / 2, y)
    assert found.slope == pytest.approx(2, abs=0.06)
    assert found.intercept == pytest.approx(0.7, abs=0.05)
    p = found.probability((truth - 0.7) / 2)
    assert p.mean() == pytest.approx(y.mean(), abs=1e-3)


def test_platt_keeps_the_ranking_even_of_scores_that_are_upside_down() -> None:
    r = np.random.default_rng(1)
    margin = r.normal(size=300)
    y = (r.random(300) < expit(-2 * margin)).astype(float)
    p = calibrate.fit(margin, y).probability(np.sort(margin))
    assert (np.diff(p) > 0).all()


def test_platt_needs_both_classes() -> None:
    with pytest.raises(ValueError, match="0 of 3 rows are positive"):
        calibrate.fit(np.zeros(3), np.zeros(3))
