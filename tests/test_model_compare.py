"""Two scores on the same rows: which ranks better, and whether that is chance."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from data.rows import random_group
from model.compare import difference


def _rows(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y = (rng.random(n) < 0.3).astype(float)
    common = rng.normal(size=n)
    return y + common + rng.normal(size=n), y + common + rng.normal(size=n), y


def test_the_difference_is_that_of_two_separate_aucs() -> None:
    rng = np.random.default_rng(1)
    first, second, y = _rows(rng, 500)
    first = np.round(first, 1)  # ties
    found = difference(first, second, y)
    assert found.value == pytest.approx(roc_auc_score(y, first) - roc_auc_score(y, second), abs=1e-12)


def test_the_standard_error_is_that_of_the_bootstrap() -> None:
    rng = np.random.default_rng(2)
    first, second, y = _rows(rng, 400)
    drawn = []
    for _ in range(400):
        at = rng.integers(0, len(y), len(y))
        drawn.append(roc_auc_score(y[at], first[at]) - roc_auc_score(y[at], second[at]))
    assert difference(first, second, y).se == pytest.approx(np.std(drawn), rel=0.15)


def test_equal_scores_are_called_different_once_in_twenty() -> None:
    rng = np.random.default_rng(3)
    called = 0
    for _ in range(400):
        found = difference(*_rows(rng, 200))
        called += not found.low <= 0 <= found.high
    assert 0.02 <= called / 400 <= 0.09


def test_clients_that_repeat_widen_the_interval() -> None:
    rng = np.random.default_rng(4)
    first, second, y = (np.repeat(x, 12) for x in _rows(rng, 200))
    client = np.repeat(np.arange(200), 12)
    alone, together = difference(first, second, y), difference(first, second, y, group=random_group(client))
    assert (alone.method, together.method) == ("delong", "groups")
    assert together.se > 2 * alone.se  # twelve copies of a row say no more than one


def test_a_missing_class_has_no_difference() -> None:
    found = difference(np.arange(3.0), np.arange(3.0), np.ones(3))
    assert np.isnan([found.value, found.low, found.high]).all()
