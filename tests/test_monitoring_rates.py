"""Rates of a confusion matrix, gain and net value: identities, fixtures and scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score, precision_score, recall_score

from monitoring.metrics import concentration, gini, overdue_ratio, overdue_ratio_with_writeoffs, ratio
from monitoring.ranking import gains, net_value, qini
from monitoring.rates import Matrix, from_report, matrix, no_skill, rates

few = settings(max_examples=60, deadline=None)
cell = st.integers(0, 50)


@few
@given(cell, cell, cell, cell)
def test_rates_are_those_of_scikit_learn(tp: int, fp: int, fn: int, tn: int) -> None:
    m = Matrix(tp, fp, fn, tn)
    truth, flagged = np.repeat([1, 0, 1, 0], [tp, fp, fn, tn]), np.repeat([1, 1, 0, 0], [tp, fp, fn, tn])
    r = rates(m)
    if m.flagged:
        assert r.precision == pytest.approx(precision_score(truth, flagged))
        assert r.fdr == pytest.approx(1 - r.precision)
    if m.positives:
        assert r.recall == pytest.approx(recall_score(truth, flagged, zero_division=0))
    if m.positives and m.negatives:
        assert r.balanced_accuracy == pytest.approx(balanced_accuracy_score(truth, flagged))
    if m.flagged + m.positives:
        assert r.f1 == pytest.approx(f1_score(truth, flagged, zero_division=0))


def test_every_rate_of_nothing_is_not_a_number() -> None:
    r = rates(Matrix())
    assert all(math.isnan(v) for v in vars(r).values())
    assert no_skill(Matrix()) == ()


def test_flagging_everyone_shows_no_skill_whatever_the_accuracy() -> None:
    m = Matrix(tp=2051, fp=102, fn=0, tn=0)
    r = rates(m)
    assert r.fpr == 1.0
    assert r.fdr == pytest.approx(0.0474, abs=5e-5)
    assert r.lift == pytest.approx(1.0)
    assert r.balanced_accuracy == 0.5
    assert {"everyone_flagged", "lift_one", "balanced_accuracy_half"} <= set(no_skill(m))


def test_a_score_with_skill_is_not_called_skill_less() -> None:
    assert no_skill(Matrix(tp=45, fp=40, fn=5, tn=60)) == ()
    assert "nobody_flagged" in no_skill(Matrix(fn=5, tn=60))


def test_the_share_of_wasted_contacts_is_not_the_share_of_bothered_non_payers() -> None:
    r = rates(from_report(12_884, 13_587, precision=0.6719, recall=0.6416))
    assert r.fpr == pytest.approx(0.297, abs=5e-4)
    assert r.fdr == pytest.approx(0.328, abs=5e-4)


@few
@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=15), st.integers(0, 15))
def test_the_matrix_adds_up_to_the_rows_at_every_threshold(bins: list[tuple[int, int]], first: int) -> None:
    pos, neg = np.array(bins).T
    m = matrix(pos, neg, first=first)
    assert (m.positives, m.negatives) == (pos.sum(), neg.sum())


def test_a_ratio_of_a_total_is_the_ratio_of_totals() -> None:
    overdue, gross = np.array([52, 4]), np.array([1000, 100])
    total = float(overdue_ratio(overdue.sum(), gross.sum()))
    assert total == pytest.approx(0.050909, abs=5e-7)
    assert total != pytest.approx(float(overdue_ratio(overdue, gross).sum()))


def test_write_offs_go_back_above_and_below_the_line() -> None:
    assert float(overdue_ratio_with_writeoffs(60, 1000, written_off=25)) == pytest.approx(85 / 1025)
    assert np.isnan(overdue_ratio_with_writeoffs(0, 0, written_off=0))


def test_a_division_by_nothing_is_silent_and_not_a_number() -> None:
    assert np.isnan(ratio([0, 1, np.nan], [0, 0, 1])).all()
    assert ratio([1, 2], [2, 8]).tolist() == [0.5, 0.25]


def test_concentration_counts_effective_parts() -> None:
    assert concentration([5, 5, 5, 5]).effective == pytest.approx(4)
    assert concentration([5, 5, 5, 5]).normalised == pytest.approx(0)
    assert concentration([5]).hhi == 1
    assert math.isnan(concentration([0, 0]).hhi)


def test_gini_is_twice_the_area_above_the_diagonal() -> None:
    assert gini(0.75) == 0.5


def test_a_list_in_random_order_has_a_lift_of_one() -> None:
    assert [g.lift for g in gains([2, 4], [8, 16], fractions=[0.1, 0.5, 1.0])] == pytest.approx([1, 1, 1])


def test_gain_without_positives_is_not_a_number() -> None:
    assert math.isnan(gains([0], [9], fractions=[0.5])[0].gain)


def test_net_value_is_successes_less_contacts() -> None:
    assert float(net_value(45, 85, value=120_000, cost=8_000)) == 4_720_000


def test_qini_of_an_offer_that_helps_the_best_half_only() -> None:
    x, y, coefficient = qini([10, 30], [40, 20], control_pos=[10, 10], control_neg=[40, 40])
    assert x.tolist() == [0, 100, 200]
    assert y.tolist() == [0, 20, 20]
    assert coefficient == pytest.approx((1000 + 2000 - 2000) / 200**2)


def test_qini_without_control_is_not_a_number() -> None:
    assert math.isnan(qini([1], [1], control_pos=[0], control_neg=[0])[2])
