"""The simulator and the doubly robust estimate beside independent packages on the same data."""

from __future__ import annotations

import numpy as np
import pytest

from data.policy_sums import Line, policy_bins
from monitoring import simulator
from monitoring.causal import aipw


def test_the_doubly_robust_effect_and_its_error_are_those_of_doubleml() -> None:
    doubleml = pytest.importorskip("doubleml", reason="doubleml is not installed")
    linear = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(0)
    n = 800
    X = rng.normal(size=(n, 3))
    d = (rng.random(n) < 1 / (1 + np.exp(-0.5 * X[:, 0]))).astype(int)
    y = (rng.random(n) < 0.3 + 0.1 * d + 0.05 * np.tanh(X[:, 1])).astype(float)
    data = doubleml.DoubleMLData.from_arrays(X, y, d)
    model = doubleml.DoubleMLIRM(data, linear.LinearRegression(), linear.LogisticRegression(), n_folds=3)
    model.fit(store_predictions=True)
    m0, m1, e = (model.predictions[name][:, 0, 0] for name in ("ml_g0", "ml_g1", "ml_m"))
    found, _ = aipw(y, d, e=e, m1=m1, m0=m0)
    assert (found.value, found.se) == pytest.approx((model.coef[0], model.se[0]), rel=1e-9)
    bins = np.arange(n) % 4
    sums = policy_bins(y, d, e=e, m1=m1, m0=m0, weight=np.ones(n), bins=bins, count=4)
    everybody = simulator.policy_icv(sums, np.ones(4), overdue_outside=0, gross=float(n))
    assert everybody.change.value == pytest.approx(model.coef[0], rel=1e-9)


@pytest.mark.filterwarnings("ignore:.*stable_cumsum:FutureWarning")
def test_with_as_many_offered_as_not_the_course_is_scikit_uplifts_uplift_curve() -> None:
    metrics = pytest.importorskip("sklift.metrics", reason="scikit-uplift is not installed")
    rng = np.random.default_rng(1)
    bins = np.repeat(np.arange(10), 40)
    d = np.tile([1, 0], 200)
    y = (rng.random(400) < 0.3 + d * np.linspace(0.4, -0.1, 400)).astype(int)
    nothing = np.zeros(400)
    sums = policy_bins(y, d, e=np.full(400, 0.5), m1=nothing, m0=nothing, weight=np.ones(400), bins=bins, count=10)
    counts = np.bincount(bins)
    line = Line(counts, np.bincount(bins, d), counts.astype(float), {"paid": sums})
    reached, gained = metrics.uplift_curve(y, -bins.astype(float), d)
    assert reached.tolist() == list(range(0, 401, 40))
    for rows, gain in zip(reached, gained, strict=True):
        taken = simulator.take(line, rows / 400)
        change = simulator.policy_icv(sums, taken, overdue_outside=0, gross=400).change
        assert change.value * 400 == pytest.approx(gain, abs=1e-9)
