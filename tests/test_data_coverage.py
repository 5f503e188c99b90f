"""Nothing is dropped silently: waterfalls add up, by month and in all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.coverage import Coverage, Step, total, waterfall

ROWS = st.lists(
    st.tuples(
        st.sampled_from([202311, 202312, 202401]),
        st.integers(0, 10**9),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=60,
)


@given(ROWS)
def test_losses_and_the_last_step_add_up_to_what_was_read(rows: list[tuple]) -> None:
    month, balance, a, b, c = map(np.array, zip(*rows, strict=True))
    parts = waterfall(month, balance, {"read": np.ones(len(rows), bool), "a": a, "b": b, "c": c})
    for chain in (*parts.values(), total(parts)):
        left = sum(s.count for s in chain.lost()) + chain.steps[-1].count
        assert left == chain.steps[0].count
        money = sum(s.balance for s in chain.lost()) + chain.steps[-1].balance
        assert money == chain.steps[0].balance


@given(ROWS)
def test_the_months_add_up_to_the_whole(rows: list[tuple]) -> None:
    month, balance, a, b, c = map(np.array, zip(*rows, strict=True))
    stays = {"a": a, "b": b, "c": c}
    together = waterfall(np.zeros(len(rows), int), balance, stays)[0]
    assert total(waterfall(month, balance, stays)) == together
    assert together.steps[2].count == int((a & b & c).sum())


def test_a_row_that_left_does_not_come_back() -> None:
    parts = waterfall(np.array([1, 1]), None, {"a": np.array([True, False]), "b": np.array([True, True])})
    assert [s.count for s in parts[1].steps] == [1, 1]


def test_a_missing_balance_counts_as_nothing_and_no_balances_as_unknown() -> None:
    keep = {"read": np.array([True, True])}
    assert waterfall(np.array([1, 1]), np.array([5.0, math.nan]), keep)[1].steps[0].balance == 5.0
    assert math.isnan(waterfall(np.array([1, 1]), None, keep)[1].steps[0].balance)
    assert math.isnan(total(waterfall(np.array([1, 2]), None, keep)).steps[0].balance)


def test_more_than_entered_cannot_stay() -> None:
    with pytest.raises(ValueError, match="step 'b' keeps 3 of 2: more than entered"):
        Coverage((Step("a", 2),)).then("b", 3)


def test_waterfalls_with_other_steps_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="different steps"):
        total({1: Coverage((Step("a", 2),)), 2: Coverage((Step("b", 2),))})


def test_a_chain_reads_back_as_it_was_written() -> None:
    chain = Coverage((Step("read", 5, 10.0), Step("joined", 4, 9.5)))
    assert Coverage.from_records(chain.as_records()) == chain
    assert Coverage((Step("read", 5),)).as_records() == [{"name": "read", "count": 5, "balance": None}]
