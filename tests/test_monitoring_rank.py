"""Figures of ranking against scikit-learn and SciPy, their intervals, the decline test, and breaks of the order."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score

from model.leaderboard import delong
from monitoring.bands import Decile
from monitoring.discrimination import auc, average_precision
from monitoring.estimate import Estimate, Test
from monitoring.outcomes import maturity
from monitoring.policy import Policy
from monitoring.rank import STATISTICS, breaks, judged, ranked
from monitoring.ranking import gains

GROUPS, BINS = 10, 400


def _rows(n: int = 3000, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score bin, outcome and random group of rows whose outcome depends on the bin; bins are shared by few rows."""
    rng = np.random.default_rng(seed)
    bins = rng.integers(0, BINS, n)
    return bins, (rng.random(n) < 0.1 + 0.5 * bins / BINS).astype(int), rng.integers(0, GROUPS, n)


def _counts(bins: np.ndarray, outcome: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = np.zeros((2, GROUPS, BINS))
    np.add.at(found, (outcome, group, bins), 1)
    return found[1], found[0]


def test_the_figures_are_those_of_scikit_learn_and_scipy() -> None:
    bins, outcome, group = _rows()
    found = ranked(*_counts(bins, outcome, group)).figures
    assert found["auc"].value == pytest.approx(roc_auc_score(outcome, bins))
    assert found["gini"].value == pytest.approx(2 * roc_auc_score(outcome, bins) - 1)
    assert found["ks"].value == pytest.approx(stats.ks_2samp(bins[outcome == 1], bins[outcome == 0]).statistic)
    assert found["pr_auc"].value == pytest.approx(average_precision_score(outcome, bins), abs=0.005)


def test_the_lift_is_that_of_the_best_tenth_picked_by_hand() -> None:
    outcome = np.array([1] * 8 + [0] * 2 + [1] * 12 + [0] * 78)
    bins = np.arange(100)[::-1]
    found = ranked(*_counts(bins, outcome, np.arange(100) % GROUPS)).figures["lift"]
    assert found.value == pytest.approx(8 / 20 / 0.10)


def test_many_periods_at_once_are_each_as_if_alone() -> None:
    pairs = [_counts(*_rows(500, seed=s)) for s in (1, 2)]
    pos, neg = (np.stack([pair[k].sum(0) for pair in pairs]) for k in (0, 1))
    for k in (0, 1):
        alone = {
            "auc": auc(pos[k], neg[k]).value,
            "pr_auc": average_precision(pos[k], neg[k], interpolate=True),
            "lift": gains(pos[k], neg[k], fractions=[0.1])[0].lift,
        }
        for name, value in alone.items():
            assert STATISTICS[name](pos, neg)[k] == pytest.approx(value)


def test_the_interval_of_the_auc_is_delongs_and_the_others_come_from_random_groups() -> None:
    found = ranked(*_counts(*_rows()))
    methods = {name: e.method for name, e in found.figures.items()}
    assert methods == {"auc": "delong", "gini": "delong", "ks": "random_groups", "lift": "random_groups",
                       "pr_auc": "random_groups"}  # fmt: skip
    assert found.clustered.se == pytest.approx(found.figures["auc"].se, rel=0.8)
    assert all(e.low < e.value < e.high for e in found.figures.values())


def test_the_interval_of_the_auc_is_that_of_delong_over_the_rows() -> None:
    bins, outcome, group = _rows(800)
    found = ranked(*_counts(bins, outcome, group)).figures["auc"]
    area, low, high = delong(bins.astype(float), outcome.astype(float))
    assert (found.value, found.low, found.high) == (pytest.approx(area), pytest.approx(low), pytest.approx(high))


def test_rows_of_one_client_counted_ten_times_widen_the_interval_that_knows_of_clients() -> None:
    bins, outcome, group = _rows(300)
    once, tenfold = (ranked(*(k * c for c in _counts(bins, outcome, group))) for k in (1, 10))
    assert tenfold.figures["auc"].se < 0.4 * once.figures["auc"].se
    assert tenfold.clustered.se == pytest.approx(once.clustered.se)


def test_the_decline_test_is_the_ecbs() -> None:
    found = ranked(*_counts(*_rows()), reference=0.75)
    s = (0.75 - found.figures["auc"].value) / found.figures["auc"].se
    assert found.decline.statistic == pytest.approx(s)
    assert found.decline.p == pytest.approx(stats.norm.sf(s))


def test_equal_scores_rank_like_chance_and_one_class_not_at_all() -> None:
    tied = np.zeros((2, GROUPS, BINS))
    tied[:, :, 7] = 5
    found = ranked(*tied)
    assert (found.figures["auc"].value, found.figures["ks"].value, found.figures["lift"].value) == (0.5, 0, 1)
    alone = ranked(tied[0], np.zeros((GROUPS, BINS)))
    assert alone.reason == "no_negatives"
    assert all(math.isnan(e.value) for e in alone.figures.values())


def _light(area: float, se: float, *, n: int = 1000, reference: float = 0.70) -> tuple[str, float]:
    """Light of one month with this AUC and standard error, and the rows that it takes."""
    fixed = ranked(*_counts(*_rows()), reference=reference)
    estimate = Estimate(area, area - 2 * se, area + 2 * se, n, se, "delong")
    p = float(stats.norm.sf((reference - area) / se))
    needed = n * ((stats.norm.ppf(0.95) + stats.norm.ppf(0.8)) * se / 0.05) ** 2
    figures = {**fixed.figures, "auc": estimate}
    month = replace(fixed, n=n, figures=figures, decline=Test((reference - area) / se, p), needed=needed)
    known = [maturity(n, 0)]
    return judged([month], known, reference=reference, policy=Policy())[0].level, needed


def test_a_light_is_red_only_for_a_fall_that_is_significant_and_matters_and_grey_where_none_could_be_seen() -> None:
    assert _light(0.60, 0.01)[0] == "act"
    assert _light(0.69, 0.002)[0] == "watch"
    assert _light(0.70, 0.01)[0] == "ok"
    assert _light(0.70, 0.04)[0] == "unknown"


def test_the_rows_needed_are_those_at_which_a_fall_that_matters_is_seen_four_times_in_five() -> None:
    se = _light(0.70, 0.04)[1]
    at = 0.04 * math.sqrt(1000 / se)
    seen = stats.norm.sf(stats.norm.ppf(0.95) - 0.05 / at)
    assert seen == pytest.approx(0.8)


def test_months_that_have_not_matured_are_not_judged() -> None:
    month = ranked(*_counts(*_rows()), reference=0.99)
    known = [maturity(10, 90), maturity(0, 90), maturity(95, 5)]
    found = judged([month] * 3, known, reference=0.99, policy=Policy())
    assert [(m.reason, m.level) for m in found] == [("immature", "unknown"), ("no_label_yet", "unknown"), ("", "act")]
    assert found[2].q == pytest.approx(month.decline.p)


def _decile(place: int, labelled: int, positives: int) -> Decile:
    seen = Estimate(positives / labelled if labelled else math.nan)
    return Decile(place, 1, 2, labelled, labelled, positives, 0.5, seen, 0.1, 0.1, 1.0, 0, 0, False)


def test_neighbours_out_of_order_are_named_and_told_apart_from_chance() -> None:
    held = [
        _decile(1, 1000, 300),
        _decile(2, 1000, 310),
        _decile(3, 0, 0),
        _decile(4, 1000, 200),
        _decile(5, 1000, 400),
    ]
    found = breaks(held, policy=Policy())
    assert [(b.better, round(b.gap, 3), b.level) for b in found] == [(1, 0.01, "ok"), (4, 0.2, "act")]
    shrunk = breaks(held, deff=100, policy=Policy())
    assert shrunk[1].p > 100 * found[1].p


def test_a_projected_period_has_no_decline_test_and_intervals_of_random_groups() -> None:
    pos, neg = _counts(*_rows())
    found = ranked(pos / 0.6, neg, projected=True, fewest=5)
    assert found.projected and math.isnan(found.decline.p) and found.reason == "small_sample"
    assert {e.method for e in found.figures.values()} == {"random_groups"}
