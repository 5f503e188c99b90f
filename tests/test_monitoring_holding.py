"""Kaplan-Meier from counts by month: by hand, as lifelines has it on the obligations themselves, and what is ahead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.holding import fails_within, interval, survival

MONTHS = 24


def lives(seed: int = 0, n: int = 800) -> tuple[np.ndarray, np.ndarray]:
    """Month in which each of n obligations was last seen, counted from the option, and whether it failed there. The
    first is seen at month 1; one that fails, fails at 2 at the earliest."""
    rng = np.random.default_rng(seed)
    fails, lost = 1 + rng.geometric(0.06, n), rng.integers(1, MONTHS + 1, n)
    return np.minimum(fails, lost), fails <= lost


def counted(last: np.ndarray, failed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Followed from each month to the next, and failed on the way, as rows of obligation-months add up."""
    months = np.arange(1, MONTHS + 1)
    return (last[:, None] > months).sum(0), ((last[:, None] == months + 1) & failed[:, None]).sum(0)


def test_by_hand() -> None:
    share = survival([10, 8, 0], [2, 2, 0])
    assert share == pytest.approx([1, 0.8, 0.6, 0.6])
    assert fails_within(share, 3) == pytest.approx([1 - 0.6, 1 - 0.6 / 0.8, 0, 0])
    assert fails_within(share, 99) == pytest.approx([0.4, 0.25, 0, 0])


def test_the_curve_and_its_interval_are_those_of_lifelines() -> None:
    fitter = pytest.importorskip("lifelines", reason="lifelines is not installed").KaplanMeierFitter()
    last, failed = lives()
    fitter.fit(last, failed, timeline=np.arange(1, MONTHS + 2))
    n, d = counted(last, failed)
    assert survival(n, d) == pytest.approx(fitter.survival_function_.to_numpy()[:, 0], abs=1e-12)
    theirs = fitter.confidence_interval_survival_function_.to_numpy()
    mine = np.stack(interval(n, d), -1)
    told = np.isfinite(mine[:, 0])
    assert told.sum() >= MONTHS - 2
    assert mine[told] == pytest.approx(theirs[told], abs=1e-9)


def test_without_a_failure_there_is_no_interval_and_when_all_failed_neither() -> None:
    low, high = interval([5, 5, 2], [0, 3, 2])
    assert np.isnan([low[0], low[1], low[3], high[3]]).all()
    assert 0 < low[2] < 0.4 < high[2] < 1


@given(st.integers(0, 9), st.integers(2, MONTHS))
def test_what_is_ahead_is_the_chance_to_fail_by_the_horizon_of_what_still_holds(seed: int, horizon: int) -> None:
    n, d = counted(*lives(seed, 200))
    share, ahead = survival(n, d), fails_within(survival(n, d), horizon)
    assert ((ahead >= 0) & (ahead <= 1)).all()
    assert ahead[0] == pytest.approx(1 - share[horizon - 1])
    assert (ahead[horizon - 1 :] == 0).all()
    further = fails_within(share, horizon + 1)
    assert (further >= ahead - 1e-12).all()


def test_what_nobody_held_to_fails_for_certain() -> None:
    assert fails_within(survival([4, 4], [4, 0]), 3) == pytest.approx([1, 1, 0])


def test_counts_of_parts_are_followed_side_by_side() -> None:
    n, d = np.array([[10, 8], [4, 2]]), np.array([[2, 4], [1, 0]])
    both = survival(n, d)
    assert [survival(n[k], d[k]).tolist() for k in (0, 1)] == both.tolist()
