"""Drift of features: distances against SciPy, nothing that can hide, no verdict from a handful of rows, worst first."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from data.counts import Tally
from model.features import AT_OPENING, Features
from model.histograms import histograms
from monitoring import feature_drift
from monitoring.distances import cramers_v, jensen_shannon, ks
from monitoring.feature_drift import FeatureDrift, Spread
from monitoring.policy import Policy
from monitoring.score_drift import score_drift

THEN, NOW = 202401, 202402
A, E = [30, 50, 20, 0], [10, 60, 25, 5]


def _document(**columns: tuple[object, object]) -> dict:
    """The document `histograms` of columns given as (reference values, later values), all of the same lengths."""
    before, after = next(iter(columns.values()))
    m, n = len(before), len(after)  # type: ignore[arg-type]
    frame = pd.DataFrame({k: _column(*v) for k, v in columns.items()})
    made = Features(frame, dict.fromkeys(columns, AT_OPENING), np.arange(m + n))
    return histograms(made, np.r_[np.full(m, THEN), np.full(n, NOW)], reference=np.arange(m))


def _column(before: object, after: object) -> pd.Series:
    values = [*before, *after]  # type: ignore[misc]
    if any(isinstance(v, str) for v in values):
        return pd.Series(pd.Categorical(values))
    return pd.Series(np.array(values, np.float32))


def _moved(before: object, after: object) -> FeatureDrift:
    (spread,) = feature_drift.spreads(_document(x=(before, after)))
    return feature_drift.drift(spread, [NOW])


def _normal(n: int, *, mean: float = 0.0, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 1, n)


def test_ks_is_the_largest_gap_of_the_cumulative_shares() -> None:
    # Cumulative shares 0.3, 0.8, 1, 1 against 0.1, 0.7, 0.95, 1: the gaps are 0.2, 0.1, 0.05, 0.
    assert ks(A, E).value == pytest.approx(0.2)
    assert ks(A, E).p == pytest.approx(stats.kstwobign.sf(0.2 * math.sqrt(100 * 100 / 200)))
    fine = [np.repeat(np.arange(4), counts) for counts in (A, E)]
    assert ks(A, E).value == pytest.approx(stats.ks_2samp(*fine).statistic)


def test_jensen_shannon_is_the_square_of_scipys_distance_in_nats() -> None:
    assert jensen_shannon(A, E).value == pytest.approx(jensenshannon(A, E) ** 2)
    assert jensen_shannon([1, 0], [0, 1]).value == pytest.approx(math.log(2))


def test_cramers_v_and_its_p_value_are_those_of_scipy() -> None:
    table = np.array([A, E])
    assert cramers_v(A, E).value == pytest.approx(stats.contingency.association(table, method="cramer"))
    assert cramers_v(A, E).p == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


@pytest.mark.parametrize("distance", [ks, jensen_shannon, cramers_v])
def test_a_distance_is_none_between_equal_shares_and_undefined_without_rows(distance) -> None:
    assert distance([10, 20, 0], [20, 40, 0]).value == pytest.approx(0)
    assert math.isnan(distance([0, 0], [1, 2]).value)
    assert math.isnan(distance([7], [9]).p)


@pytest.mark.parametrize("distance", [ks, jensen_shannon, cramers_v])
def test_chance_is_seldom_called_unlikely(distance) -> None:
    rng = np.random.default_rng(3)
    shares = [0.1, 0.2, 0.3, 0.25, 0.15]
    p = [distance(rng.multinomial(400, shares), rng.multinomial(3000, shares)).p for _ in range(1500)]
    # At most 5 % fall below 0.05, give or take four standard errors of that share.
    assert np.mean(np.array(p) < 0.05) < 0.05 + 4 * math.sqrt(0.05 * 0.95 / 1500)


def test_a_feature_that_goes_missing_is_seen() -> None:
    lost = _normal(1000, seed=1)
    lost[:900] = np.nan
    found = _moved(_normal(1000), lost)
    assert found.psi.psi > 1
    assert found.level == "act"


def test_a_value_outside_the_reference_cannot_vanish() -> None:
    (spread,) = feature_drift.spreads(_document(x=(_normal(1000), np.full(500, 1e9))))
    assert spread.counts([NOW]).sum() == 500
    assert feature_drift.drift(spread, [NOW]).level == "act"
    assert _moved(_normal(1000), np.full(500, -1e9)).level == "act"


def test_arrears_that_were_nearly_always_zero_are_seen_when_they_come() -> None:
    assert _moved(np.r_[np.zeros(980), np.arange(1, 21)], np.arange(1, 501)).psi.psi > 1


def test_a_level_that_was_never_seen_is_a_bin() -> None:
    found = _moved(["a"] * 500 + ["b"] * 500, ["new"] * 400)
    assert found.kind == "categorical"
    assert found.level == "act"
    assert math.isnan(found.ks.value)
    assert found.cramers_v.value == pytest.approx(1)


def test_eleven_rows_are_unknown_however_far_they_are() -> None:
    found = _moved(_normal(7534), _normal(11, mean=5))
    assert found.psi.psi > Policy().feature_psi_act
    assert (found.level, found.n) == ("unknown", 11)


def test_rows_of_the_same_kind_are_ok() -> None:
    assert _moved(_normal(2000), _normal(800, seed=1)).level == "ok"


def test_a_constant_feature_is_ok_and_has_no_critical_value() -> None:
    found = _moved(np.ones(500), np.ones(500))
    assert (found.level, found.psi.psi) == ("ok", 0)
    assert math.isnan(found.psi.critical)


@pytest.mark.parametrize(("shift", "level"), [(0.0, "ok"), (0.45, "watch"), (1.0, "act")])
def test_the_level_follows_the_size_of_the_shift(shift: float, level: str) -> None:
    # Two normals a shift apart: PSI near shift^2, D = 2 Phi(shift / 2) - 1, i.e. 0, 0.18 and 0.38.
    assert _moved(_normal(4000), _normal(4000, mean=shift, seed=2)).level == level


def test_what_is_large_but_within_chance_is_no_alarm() -> None:
    # 100 rows in 60 bins: an index of this size is what sampling alone gives.
    rng = np.random.default_rng(5)
    then, now = rng.multinomial(100, [1 / 60] * 60), rng.multinomial(100, [1 / 60] * 60)
    spread = Spread("x", "categorical", (), tuple("?" * 58), then.astype(float), {NOW: now.astype(float)})
    found = feature_drift.drift(spread, [NOW])
    assert found.psi.psi > Policy().feature_psi_act
    assert found.psi.p > Policy().psi_p
    assert found.level == "ok"


def test_the_worst_come_first_and_not_the_first_of_the_alphabet() -> None:
    document = _document(
        a_little=(_normal(2000), _normal(2000, mean=0.45, seed=1)),
        calm=(_normal(2000), _normal(2000, seed=2)),
        far=(_normal(2000), _normal(2000, mean=1, seed=3)),
        farther=(_normal(2000), _normal(2000, mean=2, seed=4)),
    )
    found = feature_drift.table(feature_drift.spreads(document), [NOW])
    assert [(d.feature, d.level) for d in found] == [
        ("farther", "act"), ("far", "act"), ("a_little", "watch"), ("calm", "ok"),
    ]  # fmt: skip


def test_a_month_is_held_against_the_months_its_model_was_trained_on() -> None:
    counts = {202401: [50, 50], 202402: [100, 0], 202403: [0, 100], 202404: [100, 0]}
    spread = Spread(
        "x", "categorical", (), (), np.array([0.0, 100]), {m: np.array(c, float) for m, c in counts.items()}
    )
    (against_model,) = feature_drift.by_month([spread], [202404], trained={202404: (202401, 202402)})
    (against_first,) = feature_drift.by_month([spread], [202404])
    # 150 to 50 in the training months: V = sqrt(chi2 / 300) with chi2 = 30; against the first window all has changed.
    found = feature_drift.drift(spread, [202404], trained=(202401, 202402))
    assert found.cramers_v.value == pytest.approx(math.sqrt(0.1))
    assert against_first.mean_psi > against_model.mean_psi
    assert (against_first.share_act, against_first.n) == (1, 100)


def test_a_month_averages_over_its_features_and_a_small_one_has_no_share() -> None:
    document = _document(calm=(_normal(900), _normal(900, seed=1)), far=(_normal(900), _normal(900, mean=2, seed=2)))
    found = feature_drift.spreads(document)
    (month,) = feature_drift.by_month(found, [NOW])
    one, two = (feature_drift.drift(s, [NOW]) for s in found)
    assert month.mean_psi == pytest.approx((one.psi.psi + two.psi.psi) / 2)
    assert month.critical == pytest.approx((one.psi.critical + two.psi.critical) / 2)
    assert (month.share_act, month.level) == (0.5, "act")
    (small,) = feature_drift.by_month(feature_drift.spreads(_document(x=(_normal(900), _normal(11)))), [NOW])
    assert math.isnan(small.share_act)
    assert small.level == "unknown"


def test_only_months_with_a_model_that_knew_earlier_ones_are_compared() -> None:
    card = {"windows": [
        {"train_first": 202301, "train_last": 202306, "scores": [202308, 202309]},
        {"train_first": 202301, "train_last": 202307, "scores": [202310]},
    ]}  # fmt: skip
    windows = feature_drift.training_windows(card)
    assert windows == {202308: (202301, 202306), 202309: (202301, 202306), 202310: (202301, 202307)}
    spread = Spread("x", "numeric", (), (), np.ones(2), {m: np.ones(2) for m in (202301, 202309, 202310)})
    assert feature_drift.compared([spread], windows) == [202309, 202310]
    assert (
        feature_drift.training_windows({"windows": [{"train_first": 202604, "train_last": 202604, "scores": [202604]}]})
        == {}
    )
    assert feature_drift.training_windows({}) == {}


def _scores(*months: list[int]) -> Tally:
    """Rows per month and score code, code 0 first."""
    n = np.array(months, float)
    labels = {"month": tuple(202401 + k for k in range(len(months))), "code": tuple(range(n.shape[1])), "label": ("x",)}
    return Tally(("month", "code", "label"), labels, {"n": n[..., None]})


def test_scores_are_held_against_the_first_scored_months() -> None:
    even, high = [0, 100, 100, 100, 100], [0, 0, 0, 200, 200]
    found = score_drift(_scores([50, 0, 0, 0, 0], even, even, even, high))
    assert found.reference == (202402, 202403)
    assert [(m.month, m.n, m.level) for m in found.months] == [(202404, 400, "ok"), (202405, 400, "act")]
    assert found.months[0].psi.psi == pytest.approx(0, abs=1e-6)


def test_scores_outside_those_of_the_reference_cannot_vanish() -> None:
    one = [0, 0, 300, 0, 0]
    found = score_drift(_scores(one, one, [0, 300, 0, 0, 0], [0, 0, 0, 0, 300]))
    assert [m.level for m in found.months] == ["act", "act"]
    assert score_drift(_scores(one, one, one)).months[0].psi.psi == 0


def test_one_month_of_scores_has_nothing_to_be_held_against() -> None:
    assert score_drift(_scores([0, 9, 9])).reference is None
    assert score_drift(_scores([5, 0, 0])).months == ()


def test_few_scores_are_unknown() -> None:
    even = [0, 100, 100]
    assert score_drift(_scores(even, even, even, [0, 11, 0])).months[-1].level == "unknown"


def test_the_effect_of_a_move_is_the_change_of_shares_times_the_score_of_the_bin() -> None:
    # From 60/40 to 20/80 rows of scores 0.1 and 0.3: -0.4 * 0.1 + 0.4 * 0.3 = 0.08, whatever else the scores do.
    then, now = np.repeat([0.0, 1.0], [60, 40]), np.repeat([0.0, 1.0], [20, 80])
    column = _column(then, now)
    frame = pd.DataFrame({"x": column})
    score = np.where(column == 0, 0.1, 0.3)
    made = histograms(
        Features(frame, {"x": AT_OPENING}, np.arange(200)), np.repeat([THEN, NOW], 100), reference=np.arange(100),
        score=np.where(np.arange(200) < 100, np.nan, score),
    )  # fmt: skip
    (spread,) = feature_drift.spreads(made)
    assert feature_drift.drift(spread, [NOW]).impact == pytest.approx(0.08)
    assert feature_drift.impact(spread, spread.reference, spread.reference) == pytest.approx(0)


def test_a_bin_without_a_score_counts_as_the_mean_and_no_score_gives_no_effect() -> None:
    spread = Spread("x", "numeric", (), (), np.array([50.0, 50, 0]), {}, (0.1, 0.3, math.nan))
    then, now = spread.reference, np.array([0.0, 50, 50])
    # Half of the rows leave 0.1 for a bin that no scored row is in: from 0.1 to the mean 0.2.
    assert feature_drift.impact(spread, now, then) == pytest.approx(0.05)
    unsaid = Spread("x", "numeric", (), (), then, {})
    assert math.isnan(feature_drift.impact(unsaid, now, then))
    assert math.isnan(feature_drift.impact(spread, np.zeros(3), then))
