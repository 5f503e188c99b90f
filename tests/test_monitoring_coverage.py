"""Intervals hold what they promise: simulated banks with repeated clients and a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from data.rows import random_group
from monitoring.discrimination import auc
from monitoring.intervals import design_effect, jackknife, jeffreys, jeffreys_test
from monitoring.metrics import ratio


def _clients(rng: np.random.Generator, *, clients: int = 700, rows: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Positives and rows by random group and month: a client's rows share a chance Beta(2, 6), of mean one quarter."""
    chance = rng.beta(2, 6, clients)
    accepted = rng.random((clients, rows)) < chance[:, None]
    group = random_group(rng.integers(0, 2**40, clients))
    n = np.zeros((30, rows))
    x = np.zeros((30, rows))
    np.add.at(n, group, np.ones(rows))
    np.add.at(x, group, accepted)
    return x, n


def test_the_random_group_interval_of_a_rate_holds_the_truth() -> None:
    rng = np.random.default_rng(0)
    robust, plain, corrected = [], [], []
    for _ in range(600):
        x, n = (v.sum(1) for v in _clients(rng))
        found = jackknife(ratio, x, n)
        robust.append(found.low <= 0.25 <= found.high)
        deff = design_effect(x, n)
        for hits, shrink in ((plain, 1.0), (corrected, deff)):
            low, high = jeffreys(x.sum() / shrink, n.sum() / shrink)
            hits.append(low <= 0.25 <= high)
    assert 0.92 <= np.mean(robust) <= 0.98
    assert 0.93 <= np.mean(corrected) <= 0.99
    assert np.mean(plain) < 0.90


def test_the_random_group_interval_of_a_difference_of_ratios_holds_the_truth() -> None:
    rng = np.random.default_rng(1)
    hits = []
    for _ in range(400):
        arm, group = rng.random(3000) < 0.5, random_group(rng.integers(0, 2**40, 3000))
        balance = rng.lognormal(2, 0.7, 3000)
        overdue = balance * (rng.random(3000) < np.where(arm, 0.15, 0.20))
        arms = (arm, ~arm)
        sums = [np.stack([np.bincount(group[k], v[k], minlength=30) for k in arms], axis=1) for v in (overdue, balance)]
        found = jackknife(lambda v, g: ratio(v, g)[..., 0] - ratio(v, g)[..., 1], *sums)
        hits.append(found.low <= -0.05 <= found.high)
    assert 0.92 <= np.mean(hits) <= 0.98


def test_the_back_test_of_a_true_prediction_rejects_one_in_twenty() -> None:
    rng = np.random.default_rng(2)
    raw, robust = [], []
    for _ in range(300):
        x, n = _clients(rng)
        deff = design_effect(x.sum(1), n.sum(1))
        raw.append(jeffreys_test(x.sum(), n.sum(), predicted=0.25).p < 0.05)
        robust.append(jeffreys_test(x.sum() / deff, n.sum() / deff, predicted=0.25).p < 0.05)
    assert np.mean(robust) < 0.08
    assert np.mean(raw) > 0.10


@pytest.mark.parametrize("positives", [13, 33, 110])
def test_the_interval_of_the_auc_holds_the_truth_with_few_positives(positives: int) -> None:
    rng = np.random.default_rng(positives)
    edges = np.linspace(-4, 6, 400)
    hits = []
    for _ in range(500):
        pos = np.histogram(rng.normal(1, 1, positives), edges)[0]
        neg = np.histogram(rng.normal(0, 1, 10 * positives), edges)[0]
        found = auc(pos, neg)
        hits.append(found.low <= 0.7602 <= found.high)
    assert 0.92 <= np.mean(hits) <= 0.98
