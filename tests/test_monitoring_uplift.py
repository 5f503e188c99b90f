"""Uplift down a list: by hand, beside scikit-uplift, and by laws."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from data.counts import Tally
from data.policy_sums import Half, Line, policy_bins
from data.rows import LABEL_STATES, RANDOM_GROUPS
from monitoring import uplift, uplift_sums
from monitoring.ranking import qini
from monitoring.uplift import Uplift

ARMS = ("model", "none")


def _tally(paid: np.ndarray, n: np.ndarray) -> Tally:
    """One part of the list; arrays by random group and arm."""
    labels = {"arm": ARMS, "rg": tuple(range(len(n))), "label": LABEL_STATES}
    values = {}
    for name, of in (("paid", paid), ("n", n)):
        values[name] = np.zeros((2, len(n), 4))
        values[name][..., 2] = np.asarray(of, float).T
    return Tally(("arm", "rg", "label"), labels, values)


def _alike(*parts: Sequence[float], groups: int = RANDOM_GROUPS) -> list[Tally]:
    """Parts of the list (paid and rows with, paid and rows without), every random group alike."""
    return [_tally(np.tile([a, c], (groups, 1)), np.tile([b, d], (groups, 1))) for a, b, c, d in parts]


def _of(parts: list[Tally]) -> Uplift:
    found = uplift.of_arms(parts, arms=ARMS)
    assert found is not None
    return found


def test_an_offer_that_moves_the_top_half_only() -> None:
    """Top half: 60 % pay with, 20 % without; bottom half 20 % both ways. At half of the list 30·(3 − 1)·... of 600
    treated gained 120 payments, at the end as many; random order would have 60 at half."""
    found = _of(_alike((6, 10, 2, 10), (2, 10, 2, 10)))
    assert found.shares == (0.5, 1.0)
    assert [e.value for e in found.gained] == pytest.approx([0.2, 0.2])
    assert found.everybody.value == pytest.approx(0.2)
    # Area: triangle to (600, 120), then flat to (1200, 120); less the triangle of random order; per person squared.
    assert found.coefficient.value == pytest.approx((600 * 120 / 2 + 600 * 120 - 1200 * 120 / 2) / 1200**2)
    assert [p.difference.value for p in found.parts] == pytest.approx([0.4, 0.0])
    half = found.listed(0.5)
    assert (half.treated.value, half.control.value) == pytest.approx((0.6, 0.2))
    assert half.net.value == pytest.approx(0.4)
    assert half.anyway.value == pytest.approx(1 - 0.4 / 0.6)
    assert found.rows == (600, 600)


def test_arms_of_unlike_size_are_weighed_by_the_rows_they_have() -> None:
    """n_t1 − n_c1 · N_t / N_c: 6 of 10 against 1 of 5 in each group is 6 − 1 · 10 / 5 = 4 gained of 10."""
    found = _of(_alike((6, 10, 1, 5)))
    assert found.gained[0].value == pytest.approx(0.4)


def _drawn(seed: int, *, n: int = 4000, slope: float = 0.3) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 12, n)
    d = (rng.random(n) < 0.6).astype(int)
    y = (rng.random(n) < 0.25 + d * slope * (score / 11 - 0.3)).astype(int)
    return score, d, y, rng.integers(0, RANDOM_GROUPS, n)


def _parts(score: np.ndarray, d: np.ndarray, y: np.ndarray, rg: np.ndarray) -> list[Tally]:
    out = []
    for s in range(11, -1, -1):
        paid, n = np.zeros((RANDOM_GROUPS, 2)), np.zeros((RANDOM_GROUPS, 2))
        here = score == s
        np.add.at(n, (rg[here], 1 - d[here]), 1)
        np.add.at(paid, (rg[here], 1 - d[here]), y[here])
        out.append(_tally(paid, n))
    return out


@pytest.mark.filterwarnings("ignore:.*stable_cumsum:FutureWarning")
def test_the_curve_is_scikit_uplifts_qini_curve() -> None:
    metrics = pytest.importorskip("sklift.metrics", reason="scikit-uplift is not installed")
    score, d, y, rg = _drawn(3)
    found = _of(_parts(score, d, y, rg))
    reached, gained = metrics.qini_curve(y, score, d)
    assert [round(s * len(y)) for s in found.shares] == reached[1:].tolist()
    assert [e.value * d.sum() for e in found.gained] == pytest.approx(gained[1:])
    area = float((np.diff(reached) * (gained[1:] + gained[:-1]) / 2).sum())
    assert found.coefficient.value == pytest.approx((area - gained[-1] * len(y) / 2) / len(y) ** 2)


def test_turning_the_list_round_turns_the_coefficient_round() -> None:
    """With arms in the same proportion in every part."""
    parts = _alike((6, 10, 2, 10), (4, 10, 2, 10), (2, 10, 2, 10))
    assert _of(parts[::-1]).coefficient.value == pytest.approx(-_of(parts).coefficient.value)


def test_without_a_control_there_is_no_uplift() -> None:
    assert uplift.of_arms(_alike((6, 10, 0, 0)), arms=ARMS) is None
    assert uplift.of_arms(_alike((6, 10, 2, 10)), arms=("model", "legacy")) is None
    assert uplift.of_arms([], arms=ARMS) is None
    assert math.isnan(qini([1], [1], control_pos=[0], control_neg=[0])[2])


def test_parts_of_the_list_hold_about_as_many_rows_and_never_split_a_code() -> None:
    """Codes 1..6 (0 is unscored) from the best: 10, 10, 40, 0, 20, 20."""
    assert uplift.steps([99, 20, 20, 0, 40, 10, 10], parts=5) == ((5, 6), (4, 4), (2, 3), (1, 1))
    assert uplift.steps([99, 0, 0]) == ()
    rows = np.random.default_rng(0).integers(0, 30, 500)
    cut = uplift.steps(rows)
    covered = np.concatenate([np.arange(a, b + 1) for a, b in cut])
    assert len(set(covered)) == len(covered)
    assert rows[covered].sum() == rows[1:].sum()


def test_few_rows_are_not_tested() -> None:
    """Thirty rows of each arm are the least that a part is judged with."""
    few, enough = (_of(_alike((2, 4, 1, 4), groups=g)) for g in (5, 8))
    assert math.isnan(few.parts[0].q)
    assert not few.parts[0].sees
    assert few.parts[0].difference.value == pytest.approx(0.25)
    assert enough.parts[0].difference.n == 64


def _half(score: np.ndarray, d: np.ndarray, y: np.ndarray, *, e: np.ndarray, m: float = 0.0) -> Half:
    count = int(score.max()) + 1
    bins = count - 1 - score
    same = np.full(len(y), m)
    sums = policy_bins(y, d, e=e, m1=same, m0=same, weight=np.ones(len(y)), bins=bins, count=count)
    line = Line(
        np.bincount(bins, minlength=count).astype(float), np.bincount(bins, d, minlength=count),
        np.ones(count), {"paid": sums},
    )  # fmt: skip
    return Half(1, 0, 0, 0, float(y.sum()), {"score": line})


def test_offers_by_logged_chances_give_what_arms_of_the_same_chance_would() -> None:
    """With e the share offered in each part, weighting by 1/e is comparing the means of each part."""
    score, d, y, _ = _drawn(5)
    e = np.array([d[score == s].mean() for s in range(12)])[score]
    found = uplift_sums.of_sums(_half(score, d, y, e=e), "score")
    assert found is not None
    rates = [
        y[(score == s) & (d == 1)].mean() - y[(score == s) & (d == 0)].mean()
        for s in range(11, -1, -1)
    ]  # fmt: skip
    weights = np.bincount(11 - score)
    assert [g.value for g in found.gained] == pytest.approx(np.cumsum(rates * weights) / len(y))
    x, gains = np.r_[0, np.cumsum(weights)], np.r_[0, np.cumsum(rates * weights)]
    area = float((np.diff(x) * (gains[1:] + gains[:-1]) / 2).sum()) - gains[-1] * len(y) / 2
    assert found.coefficient.value == pytest.approx(area / len(y) ** 2)
    assert found.lists[-1].net.value == pytest.approx(found.everybody.value)
    assert found.rows == (int(d.sum()), int((1 - d).sum()))
    assert sum(p.difference.n for p in found.parts) == len(y)


def test_offers_without_payments_among_the_sums_have_no_uplift() -> None:
    line = Line(np.ones(3), np.ones(3), np.ones(3), {})
    assert uplift_sums.of_sums(Half(1, 0, 0, 0, 0, {"score": line}), "score") is None


def test_little_overlap_is_a_simulation() -> None:
    assert [uplift_sums.graded(x) for x in (0.95, 0.5)] == ["B", "D"]


@pytest.mark.slow
def test_the_intervals_of_the_coefficient_hold_the_truth() -> None:
    """Four hundred draws: the offer adds slope · (score/11 − 0.3) to the chance of a payment. True gains of part s are
    that, and the area above random order follows. Clients are rows here."""
    score = np.arange(12)
    effect = 0.3 * (score[::-1] / 11 - 0.3)
    middle = 0.5 - (np.arange(12) + 0.5) / 12
    truth = float((middle * effect).sum()) / 12
    both = []
    for seed in range(400):
        drawn = _drawn(seed, n=3000)
        arms = _of(_parts(*drawn)).coefficient
        sums = uplift_sums.of_sums(_half(*drawn[:3], e=np.full(3000, 0.6), m=0.27), "score")
        assert sums is not None
        # Per person of both arms: the gain counts those treated only, 60 % of all.
        both.append((arms.low <= 0.6 * truth <= arms.high, sums.coefficient.low <= truth <= sums.coefficient.high))
    shares = np.mean(both, 0)
    assert (shares > 0.92).all() and (shares < 0.98).all(), shares
