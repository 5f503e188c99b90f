"""A list against as many calls by another score: cells by hand, laws of adding up, and ties shared in proportion."""

from __future__ import annotations

import numpy as np
import pytest

from data.counts import Listed
from data.rows import NEGATIVE, POSITIVE
from monitoring.cutoff_rival import against, crossed
from monitoring.policy import Policy

RULE = Policy(cost_per_contact=8_000, value_per_success=50_000, concession=10_000)
EDGES = np.linspace(0, 1, 11, dtype=np.float32)


def _month(score: list[float], other: list[float], good: list[bool]) -> Listed:
    n = len(score)
    money = {"balance": np.full(n, 1_000.0, np.float32), "cash": np.where(good, 100.0, 0.0).astype(np.float32)}
    scores = {"score": np.array(score, np.float32), "bank_score": np.array(other, np.float32)}
    label = np.where(good, POSITIVE, NEGATIVE).astype(np.uint8)
    return Listed(202401, label, np.zeros(n, np.uint8), np.zeros(n, np.uint8), {**money, **scores})


def test_who_comes_in_and_who_goes_out_is_what_two_lists_of_two_rows_say_by_hand() -> None:
    # the model calls a and b, the bank's score a and c; d is on neither, and e has no score of the bank's
    month = _month([0.85, 0.75, 0.45, 0.15, 0.95], [0.9, 0.2, 0.8, 0.1, np.nan], [True, True, False, False, True])
    found = against(crossed([month], "bank_score", edges=EDGES), code=7, policy=RULE)
    assert [part.rows for part in (found.both, found.into, found.out, found.neither)] == [1, 1, 1, 1]
    assert (found.into.tp, found.into.fp, found.out.tp, found.out.fp) == (1, 0, 0, 1)
    assert found.into.net == pytest.approx(0.75 * 40_000 - 8_000, rel=1e-6)
    assert (found.into.realised, found.out.realised) == (32_000, -8_000)
    assert (found.both.cash, found.into.expected_cash) == pytest.approx((100, 750))


@pytest.mark.parametrize("code", [1, 4, 8, 10, 99])
def test_the_other_list_is_as_long_and_the_four_cells_are_everybody(code: int) -> None:
    rng = np.random.default_rng(4)
    months = [
        _month(list(rng.random(400)), list(rng.integers(0, 20, 400) / 20), list(rng.random(400) < 0.4))
        for _ in range(3)
    ]
    found = against(crossed(months, "bank_score", edges=EDGES), code=code, policy=RULE)
    assert found.into.rows == pytest.approx(found.out.rows)
    cells = (found.both, found.into, found.out, found.neither)
    assert sum(c.rows for c in cells) == pytest.approx(1_200)
    assert min(c.rows for c in cells) >= -1e-9
    listed = sum(int((m.amounts["score"] >= EDGES[min(code - 1, 10)]).sum()) for m in months)
    assert found.both.rows + found.into.rows == pytest.approx(listed if code <= 10 else 0)


def test_rows_alike_by_the_other_score_share_the_last_places_in_proportion() -> None:
    month = _month([0.95, 0.85, 0.25, 0.15], [0.5] * 4, [True, False, True, False])
    found = against(crossed([month], "bank_score", edges=EDGES), code=9, policy=RULE)
    assert [p.rows for p in (found.both, found.into, found.out, found.neither)] == [1, 1, 1, 1]
    assert (found.both.tp, found.out.tp) == (0.5, 0.5)


def test_the_same_score_twice_swaps_nobody() -> None:
    score = [0.95, 0.85, 0.55, 0.25, 0.15]
    found = against(crossed([_month(score, score, [True] * 5)], "bank_score", edges=EDGES), code=6, policy=RULE)
    assert (found.into.rows, found.out.rows) == (0, 0)
    assert found.both.rows == 3


def test_without_a_row_that_has_both_scores_there_is_nothing_to_hold_against() -> None:
    assert crossed([_month([0.5], [np.nan], [True])], "bank_score", edges=EDGES).rows == 0
    assert crossed([], "bank_score", edges=EDGES).rows == 0
