"""Guards speak up on what makes figures false, and stay silent on what does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model import guards
from model.features import AT_OPENING, LAGGED, Features, Known


def _features(**columns: object) -> Features:
    frame = pd.DataFrame(columns)
    return Features(frame, dict.fromkeys(columns, AT_OPENING), np.arange(len(frame)))


def _sample(n: int = 2000, seed: int = 0) -> tuple[np.ndarray, np.random.Generator]:
    r = np.random.default_rng(seed)
    return (r.random(n) < 0.2).astype(float), r


def test_the_outcome_in_disguise_is_named_with_its_auc() -> None:
    y, r = _sample()
    made = _features(honest=(y + r.normal(0, 2, len(y))).astype(np.float32), puntaje=(100 - 50 * y).astype(np.float32))
    assert guards.leaks(made, y) == (guards.Leak("puntaje", 1.0),)


def test_a_leak_that_is_not_monotone_is_found_by_its_bins() -> None:
    y, r = _sample()
    disguised = np.where(y > 0, r.uniform(4, 6, len(y)), np.where(r.random(len(y)) < 0.5, r.uniform(0, 4), 9.0))
    assert [x.feature for x in guards.leaks(_features(odd=disguised.astype(np.float32)), y)] == ["odd"]


def test_a_column_filled_in_only_after_the_outcome_is_a_leak() -> None:
    y, r = _sample()
    filled = np.where(y > 0, r.normal(size=len(y)), np.nan).astype(np.float32)
    assert [x.feature for x in guards.leaks(_features(resolved_on=filled), y)] == ["resolved_on"]


def test_a_category_that_is_the_label_is_a_leak_and_an_identifier_is_not() -> None:
    y, _ = _sample()
    made = _features(
        mark=pd.Categorical(np.where(y > 0, "Acepta", "No acepta")),
        name=pd.Categorical([f"c{i}" for i in range(len(y))]),
    )
    assert [x.feature for x in guards.leaks(made, y)] == ["mark"]


def test_few_labels_trip_no_leak() -> None:
    y = np.r_[np.ones(19), np.zeros(500)]
    assert guards.leaks(_features(x=y.astype(np.float32)), y) == ()


def test_unlabelled_rows_do_not_count() -> None:
    y, _ = _sample()
    noise = np.random.default_rng(3).normal(size=len(y)).astype(np.float32)
    assert guards.leaks(_features(x=noise), np.where(np.arange(len(y)) % 2, np.nan, y)) == ()


@pytest.mark.parametrize("frame", ["payments", "scores", "clients", "actions", "outcomes"])
def test_a_feature_of_the_same_month_stops_the_run(frame: str) -> None:
    with pytest.raises(guards.GuardTripped, match=r"pago_mes describe the same month"):
        guards.no_contemporary({"balance": AT_OPENING, "pago_mes": Known(frame, 0)})
    guards.no_contemporary({"balance": AT_OPENING, "pago_mes": LAGGED[frame]})


def test_a_client_on_both_sides_stops_the_run() -> None:
    with pytest.raises(guards.GuardTripped, match=r"1 client\(s\) are on both sides of the split, the first 3"):
        guards.disjoint([1, 2, 3], [3, 4])
    guards.disjoint([1, 2], [3, 4])


def test_an_interval_that_includes_chance_stops_the_run() -> None:
    with pytest.raises(guards.GuardTripped, match=r"no skill: .* between 0\.480 and 0\.560 on 900 rows"):
        guards.skill(0.48, 0.56, n=900)
    with pytest.raises(guards.GuardTripped):
        guards.skill(0.30, 0.40, n=900)
    guards.skill(0.51, 0.60, n=900)


def test_everybody_pays_is_no_model() -> None:
    with pytest.raises(guards.GuardTripped, match=r"accuracy 0\.9526 is only the share"):
        guards.not_one_answer(tp=2051, fp=102, tn=0, fn=0)
    with pytest.raises(guards.GuardTripped, match="called negative"):
        guards.not_one_answer(tp=0, fp=0, tn=2051, fn=102)
    guards.not_one_answer(tp=2000, fp=80, tn=22, fn=51)
    guards.not_one_answer(tp=0, fp=0, tn=0, fn=0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.1, 1.2])
def test_a_score_that_is_no_probability_stops_the_run(bad: float) -> None:
    score, month = np.array([np.nan, 0.2, bad, 0.4]), np.array([202401, 202402, 202403, 202403])
    with pytest.raises(
        guards.GuardTripped, match=r"1 score\(s\) are not numbers from 0 to 1, the first .* in month 202403"
    ):
        guards.numbers(score, month, first=202402)
    guards.numbers(np.array([np.nan, 0.2, 0.0, 1.0]), month, first=202402)
