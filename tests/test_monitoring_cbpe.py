"""Performance estimated before labels: against scikit-learn, NannyML's formula, hand arithmetic and chance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_months import months_pin
from made_pin import group
from sklearn.metrics import roc_auc_score

from data.counts import Selection, Tally
from data.rows import OPEN
from monitoring import cbpe
from monitoring.cbpe import auc_expected, rate_expected, record
from monitoring.outcomes import Maturity

N = np.array([100.0, 300.0, 250.0, 0.0, 150.0])
S1 = N * np.array([0.05, 0.15, 0.30, 0.40, 0.65])


def test_the_estimate_is_scikit_learns_auc_of_rows_that_are_both_with_the_weights_of_their_scores() -> None:
    score = np.repeat([0.05, 0.15, 0.30, 0.65], [100, 300, 250, 150])
    both = np.concatenate([np.ones(len(score)), np.zeros(len(score))])
    weights = np.concatenate([score, 1 - score])
    by_sklearn = roc_auc_score(both, np.concatenate([score, score]), sample_weight=weights)
    assert auc_expected(N, S1).value == pytest.approx(by_sklearn, abs=1e-12)


def test_the_estimate_is_nannymls_trapezoid_over_expected_confusion() -> None:
    """Its published steps: at every threshold the expected true and false positives, then the area under both rates."""
    order = np.arange(len(N))[::-1]
    tpr = np.concatenate([[0.0], np.cumsum(S1[order]) / S1.sum()])
    fpr = np.concatenate([[0.0], np.cumsum((N - S1)[order]) / (N - S1).sum()])
    assert auc_expected(N, S1).value == pytest.approx(np.trapezoid(tpr, fpr), abs=1e-12)


def test_the_estimate_of_two_rows_by_hand() -> None:
    # p .2 and .8: the pair is in order with .8·.8, turned with .2·.2, a row ties with itself .2·.8 twice, halved;
    # over Σp·Σ(1-p) = 1·1
    found = auc_expected([1, 1], [0.2, 0.8])
    assert found.value == pytest.approx(0.8 * 0.8 + (0.2 * 0.8 + 0.8 * 0.2) / 2)


def test_nannymls_sampling_error_is_the_part_of_the_rarer_class() -> None:
    """Its error is the deviation of the positives' placement among negatives over the root of their number; DeLong's
    adds what the negatives vary by."""
    pos, neg = S1, N - S1
    placed = (np.cumsum(neg) - neg / 2) / neg.sum()
    spread = math.sqrt((pos * (placed - (pos * placed).sum() / pos.sum()) ** 2).sum() / pos.sum())
    nannyml = spread / math.sqrt(pos.sum())
    assert nannyml < auc_expected(N, S1).se < 1.5 * nannyml


def test_the_band_is_what_outcomes_drawn_from_the_scores_vary_by() -> None:
    rng = np.random.default_rng(3)
    score = np.repeat([0.05, 0.15, 0.30, 0.65], [100, 300, 250, 150])
    drawn = np.array([roc_auc_score(rng.random(len(score)) < score, score) for _ in range(500)])
    found = auc_expected(N, S1)
    assert drawn.mean() == pytest.approx(found.value, abs=4 * found.se / math.sqrt(500))
    assert drawn.std() == pytest.approx(found.se, rel=0.15)
    assert ((drawn >= found.low) & (drawn <= found.high)).mean() > 0.99


def test_the_share_expected_and_its_band_by_hand() -> None:
    found = rate_expected(100, 50.0, 25.0)
    assert (found.value, found.se, found.low, found.high) == pytest.approx((0.5, 0.05, 0.35, 0.65))
    assert rate_expected(0, 0.0, 0.0).reason == "empty" and auc_expected([0, 0], [0, 0]).reason == "empty"


def test_certain_scores_have_no_auc_and_say_why() -> None:
    assert auc_expected([5, 5], [0, 0]).reason == "no_positives"
    assert auc_expected([5, 5], [5, 5]).reason == "no_negatives"


def _months() -> list[cbpe.Expected]:
    """A month that keeps its promise, one that breaks it with the same order, one still open, one before any offer."""
    kept = [group(400, positives=80, score=0.2), group(400, positives=240, score=0.6)]
    broken = [group(400, positives=48, score=0.2), group(400, positives=160, score=0.6)]
    still = [group(300, score=0.2, label_state=OPEN), group(100, score=0.6, label_state=OPEN),
             group(500, score=0.6, label_state=OPEN, offered=0)]  # fmt: skip
    ahead = [group(600, score=0.4, label_state=OPEN, offered=0)]
    few = [group(20, score=0.2, positives=4)]
    pin = months_pin({202401: kept, 202402: broken, 202403: still, 202404: ahead, 202405: few})
    return cbpe.by_month(pin.counts.histogram(Selection(), by=cbpe.BY, measures=cbpe.MEASURES))


def test_estimates_are_held_against_what_came_once_it_is_known() -> None:
    kept, broken, still, _ahead, few = _months()
    assert kept.rate.value == pytest.approx(0.4) and kept.realised_rate == pytest.approx(0.4)
    assert kept.miss == pytest.approx(0.0, abs=1e-6) and kept.auc_held and kept.rate_held
    # 208 of 320 that were promised came, fewer in both bands: the share is far off, the order is not
    assert broken.rate_miss == pytest.approx(-0.14) and not broken.rate_held and broken.auc_held
    assert math.isnan(still.miss) and not still.scored_later
    assert few.reason == "small_sample" and not few.scored_later


def test_an_estimate_cannot_see_that_clients_behave_otherwise() -> None:
    kept, broken, *_ = _months()
    assert broken.auc == kept.auc and broken.rate == kept.rate


def test_an_open_month_speaks_of_those_who_were_offered_something_as_far_as_that_is_known() -> None:
    _, _, still, ahead, _ = _months()
    assert (still.rate.n, still.everyone) == (400, False) and still.rate.value == pytest.approx(0.3)
    assert (ahead.rate.n, ahead.everyone) == (600, True)


def test_the_record_counts_and_averages_the_months_that_came() -> None:
    found = record(_months(), of="rate")
    assert (found.months, found.held) == (3, 2)
    assert found.miss == pytest.approx(-0.14 / 3) and found.size == pytest.approx(0.14 / 3)
    assert record(_months()).months == 2 and record([]).months == 0 and math.isnan(record([]).miss)


def test_a_month_without_scores_is_no_month() -> None:
    nothing = Tally(("month", "offered", "code", "label"),
                    {"month": (202401,), "offered": ("0", "1"), "code": (0, 1), "label": ("a", "b", "c", "d")},
                    dict.fromkeys(cbpe.MEASURES, np.zeros((1, 2, 2, 4))))  # fmt: skip
    assert cbpe.by_month(nothing) == []


def test_a_maturity_that_is_not_known_is_not_scored() -> None:
    _, _, still, *_ = _months()
    assert isinstance(still.maturity, Maturity) and not still.maturity.usable
