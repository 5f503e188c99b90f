"""Windows go forward in time and train on what was final."""

from __future__ import annotations

import numpy as np
import pytest

from data import months
from model.split import Rules, TooLittleError, matured, walk_forward

RULES = Rules(months=2, each_class=10)


def _labels(n_months: int, *, per_month: int = 60, delay: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    calendar = months.between(202310, months.add(202310, n_months - 1))
    month = np.repeat(calendar, per_month)
    label = np.tile(np.arange(per_month) % 2, n_months).astype(float)
    known = np.array([months.add(int(m), delay) for m in month])
    return month, label, known


@pytest.mark.parametrize("delay", [0, 1, 2])
@pytest.mark.parametrize("refit_every", [1, 3])
def test_no_window_trains_or_calibrates_on_what_was_not_final_before_it(delay: int, refit_every: int) -> None:
    month, label, known = _labels(12, delay=delay)
    for window in walk_forward(month, label, known, refit_every=refit_every, rules=RULES):
        for rows in (window.train, window.calibrate):
            assert (known[rows] < window.month).all()
            assert (month[rows] < window.month).all()
        assert min(window.scores) == window.month


@pytest.mark.parametrize("refit_every", [1, 3, 5])
def test_every_month_from_the_first_on_is_scored_once(refit_every: int) -> None:
    month, label, known = _labels(12)
    windows = walk_forward(month, label, known, refit_every=refit_every, rules=RULES)
    scored = [m for w in windows for m in w.scores]
    assert scored == months.between(202312, 202409)
    assert [w.warm_up for w in windows] == [True] + [False] * (len(windows) - 1)


def test_the_warm_up_lasts_until_its_labels_are_final() -> None:
    month, label, known = _labels(12, delay=2)
    first, second, *_ = walk_forward(month, label, known, rules=RULES)
    assert first.scores == (202402, 202403, 202404)
    assert second.month == 202405
    assert set(month[second.calibrate]) == {202402}


def test_calibration_is_on_months_that_the_scoring_models_had_not_seen() -> None:
    month, label, known = _labels(12)
    windows = walk_forward(month, label, known, refit_every=3, rules=RULES)
    by_month = {m: w for w in windows for m in w.scores}
    for window in windows[1:]:
        for m in np.unique(month[window.calibrate]):
            assert by_month[int(m)].train_last < m


def test_a_month_with_late_labels_waits() -> None:
    month, label, known = _labels(4, per_month=100)
    known[(month == 202312) & (np.arange(len(month)) % 10 == 0)] = 202403
    assert set(month[matured(month, label, known, before=202401)]) == {202310, 202311}
    assert set(month[matured(month, label, known, before=202404)]) == {202310, 202311, 202312, 202401}


def test_unlabelled_rows_train_nothing() -> None:
    month, label, known = _labels(6)
    label[::3] = np.nan
    for window in walk_forward(month, label, known, rules=RULES):
        assert np.isfinite(label[window.train]).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("one class", r"all 360 labels are of one class \(1\)"),
        ("other class", r"all 360 labels are of one class \(0\)"),
        ("one month", r"only 1 month\(s\) with labels \(202310\)"),
        ("no label", "no row has a final label"),
        ("few", "3 positive and 357 negative labels in 6 months are too few"),
    ],
)
def test_what_is_missing_is_said(change: str, words: str) -> None:
    month, label, known = _labels(6)
    if change == "one class":
        label[:] = 1
    elif change == "other class":
        label[:] = 0
    elif change == "one month":
        month, known = np.full_like(month, 202310), np.full_like(known, 202310)
    elif change == "no label":
        label[:] = np.nan
    else:
        label[:] = (np.arange(len(label)) < 3).astype(float)
    with pytest.raises(TooLittleError, match=words):
        walk_forward(month, label, known, rules=RULES)
