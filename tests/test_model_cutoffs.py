"""Cut-offs are chosen on validation rows by hand-checked rules, and cannot be tried on the rows they were chosen on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics

from model.confusion import Confusion
from model.cutoffs import HOW, CutOffError, Policy, choose

SCORE = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2])
Y = np.array([1.0, 1, 0, 1, 0, 0, 1, 0])
ROWS = np.arange(8)


def _cut(how: str, **policy: float) -> float:
    return choose(how, SCORE, Y, rows=ROWS, policy=Policy(**policy)).value


def test_each_way_by_hand() -> None:
    assert _cut("f1") == 0.6  # 3 of 4 calls, 3 of 4 positives: F1 .75
    assert _cut("balance") == 0.6  # precision = recall = 3/4
    assert _cut("capacity", capacity=0.25) == 0.8
    assert _cut("capacity", capacity=0.3) == 0.8  # 2.4 of 8 rows: two can be worked
    assert _cut("recall", recall=0.75) == 0.6
    assert _cut("recall", recall=1.0) == 0.3
    assert _cut("cost", false_positive=1, false_negative=5) == 0.3  # three false calls cost 3; a miss more costs 5
    assert _cut("cost", false_positive=5, false_negative=1) == 0.8  # no false call, two misses


def test_nobody_is_called_when_no_call_is_worth_it_or_none_can_be_worked() -> None:
    y = np.array([0.0, 1.0])
    found = choose("cost", np.array([0.9, 0.1]), y, rows=np.arange(2), policy=Policy(9, 1))
    assert found.value == math.inf and not found.call(np.array([1.0]), rows=np.array([5])).any()
    assert _cut("capacity", capacity=0.1) == math.inf


def test_rows_of_one_score_are_called_together() -> None:
    score, y = np.array([0.5, 0.5, 0.5, 0.1]), np.array([1.0, 0, 0, 0])
    assert choose("capacity", score, y, rows=np.arange(4), policy=Policy(capacity=0.5)).value == math.inf
    assert choose("f1", score, y, rows=np.arange(4)).value == 0.5


@pytest.mark.parametrize("how", HOW)
def test_a_cut_off_is_never_tried_on_the_rows_that_it_was_chosen_on(how: str) -> None:
    cut = choose(how, SCORE, Y, rows=ROWS)
    assert cut.call(SCORE, rows=ROWS + 8).tolist() == (cut.value <= SCORE).tolist()
    with pytest.raises(CutOffError, match=r"was chosen on 2 of the 8 rows .* the first 6"):
        cut.call(SCORE, rows=ROWS + 6)


def test_rows_without_a_score_choose_nothing() -> None:
    score = np.r_[SCORE, np.nan]
    cut = choose("f1", score, np.r_[Y, 1], rows=np.arange(9))
    assert cut.value == 0.6 and 8 not in cut.chosen_on


def test_what_cannot_be_chosen_is_said() -> None:
    with pytest.raises(CutOffError, match="0 of 2 validation rows are positive"):
        choose("f1", np.array([0.1, 0.2]), np.zeros(2), rows=np.arange(2))
    with pytest.raises(CutOffError, match="'best' is no way to choose a cut-off; there are f1, cost"):
        choose("best", SCORE, Y, rows=ROWS)
    with pytest.raises(CutOffError, match=r"capacity 1.5 is not a share"):
        Policy(capacity=1.5)
    with pytest.raises(CutOffError, match="neither may be below 0"):
        Policy(-1, 1)


def test_what_follows_from_the_counts_is_what_scikit_learn_says() -> None:
    r = np.random.default_rng(2)
    y = (r.random(300) < 0.3).astype(float)
    called = r.random(300) < 0.2 + 0.4 * y
    got = Confusion.of(called, y)
    assert got.accuracy == pytest.approx(metrics.accuracy_score(y, called))
    assert got.recall == pytest.approx(metrics.recall_score(y, called))
    assert got.precision == pytest.approx(metrics.precision_score(y, called))
    assert got.f1 == pytest.approx(metrics.f1_score(y, called))
    assert got.kappa == pytest.approx(metrics.cohen_kappa_score(y, called))
    assert got.mcc == pytest.approx(metrics.matthews_corrcoef(y, called))
    assert got.cost(1, 5) == pytest.approx((got.fp + 5 * got.fn) / 300)


def test_one_answer_for_everybody_has_no_skill_beyond_chance() -> None:
    everybody = Confusion.of(np.ones(4, bool), np.array([1, 0, 0, 0]))
    assert (everybody.accuracy, everybody.recall, everybody.kappa, everybody.mcc) == (0.25, 1, 0, 0)
    nobody = Confusion.of(np.zeros(4, bool), np.array([1, 0, 0, 0]))
    assert math.isnan(nobody.precision) and nobody.recall == 0 and nobody.mcc == 0
