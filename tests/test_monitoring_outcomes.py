"""What is known yet, what is to come, and small segments."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from data.counts import Tally
from data.rows import LABEL_STATES
from monitoring.holding import error, survival
from monitoring.outcomes import by_month, completion, maturity, nowcast
from monitoring.pooling import beta_binomial, random_effects


def test_maturity_is_the_share_of_closed_windows() -> None:
    n = np.array([[70.0, 20, 500, 0], [40, 40, 500, 20], [0, 0, 9, 0]])
    totals = Tally(("month", "label"), {"month": (202401, 202402, 202403), "label": LABEL_STATES}, {"n": n})
    first, second, third = by_month(totals)
    assert (first.share, first.level, first.usable) == (1.0, "ok", True)
    assert (second.share, second.level, second.usable) == (0.8, "watch", True)
    assert math.isnan(third.share)
    assert (third.level, third.usable) == ("unknown", False)


def test_a_month_too_young_is_not_usable() -> None:
    assert not maturity(79, 21).usable
    assert maturity(79, 21).level == "act"


def test_a_projection_never_falls_below_what_was_reported() -> None:
    done, se = completion([60, 30, 10], 0)
    found = nowcast(3, done=done, se_done=se)
    assert found.value == pytest.approx(5)
    assert found.low >= 3
    assert nowcast(3, done=math.nan, se_done=math.nan).reason == "no_label_yet"
    assert math.isnan(completion([0, 0], 1)[0])


def test_the_vintage_curve_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(0)
    time, event = rng.integers(1, 9, 200), rng.random(200) < 0.6
    fitted = SurvfuncRight(time, event)
    months = np.arange(1, 9)
    events = np.array([((time == m) & event).sum() for m in months])
    at_risk = np.array([(time >= m).sum() for m in months])
    incidence, se = 1 - survival(at_risk, events)[1:], error(at_risk, events)[1:]
    at = np.isin(months, fitted.surv_times)
    assert incidence[at] == pytest.approx(1 - fitted.surv_prob, abs=1e-12)
    assert se[at] == pytest.approx(fitted.surv_prob_se, abs=1e-12)


def test_small_segments_are_drawn_to_the_common_rate() -> None:
    found = beta_binomial([0, 300, 150, 260, 90], [3, 1000, 1000, 1000, 600])
    assert 0.05 < found.rate[0] < found.mean
    assert found.rate[1] == pytest.approx(0.3, abs=0.01)
    assert (found.low < found.rate).all()
    assert (found.rate < found.high).all()


def test_stabilised_rates_are_nearer_to_the_truth_than_raw_ones() -> None:
    rng = np.random.default_rng(1)
    raw, drawn, inside = [], [], []
    for _ in range(60):
        truth, n = rng.beta(8, 24, 30), rng.integers(3, 300, 30)
        x = rng.binomial(n, truth)
        found = beta_binomial(x, n)
        raw.append(((x / n - truth) ** 2).mean())
        drawn.append(((found.rate - truth) ** 2).mean())
        inside.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert np.mean(drawn) < 0.6 * np.mean(raw)
    assert 0.91 < np.mean(inside) < 0.98


@pytest.mark.parametrize("x", [[0, 0], [5, 9], [5, 0]])
def test_extreme_segments_stay_within_bounds(x: list[int]) -> None:
    found = beta_binomial(x, [5, 9])
    assert ((found.low >= 0) & (found.high <= 1)).all()
    assert (found.high >= found.low).all()


def test_what_segments_share_always_weighs_at_least_one_row() -> None:
    found = beta_binomial([5, 0, 0], [5, 9, 0])
    assert found.weight == pytest.approx(1)
    assert found.rate[0] == pytest.approx((5 + found.mean) / 6)
    assert found.rate[2] == pytest.approx(found.mean) == pytest.approx(5 / 14)


def test_no_rows_at_all_have_no_stabilised_rate() -> None:
    assert np.isnan(beta_binomial([0, 0], [0, 0]).rate).all()


def test_alike_effects_are_drawn_together_and_unlike_ones_left_apart() -> None:
    alike = random_effects([0.1, 0.1, 0.1], [0.05, 0.05, 0.05])
    assert alike.tau2 == 0
    assert alike.se_mean == pytest.approx(0.05 / math.sqrt(3))
    apart = random_effects([-3.0, 0.0, 3.0], [0.1, 0.1, 0.1])
    assert apart.value == pytest.approx([-3, 0, 3], abs=0.01)
    assert apart.se.max() < 0.11
