"""Cells of few obligations leave the house in no file, and nobody can work them out from what is left."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.bridge import Bridge, Flow
from monitoring.suppression import POOLED, hidden, pooled

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        ([100, 50, 30], (False, False, False)),
        ([100, 50, 3], (False, True, True)),
        ([100, 4, 8], (False, True, True)),
        ([100, 0, 50], (False, False, False)),
        ([100, 4, 0, 50], (False, True, False, True)),
        ([3], (True,)),
        ([0, 0], (False, False)),
    ],
)
def test_a_small_cell_is_hidden_with_another_that_its_total_would_give_it_away_by(
    n: list[int], expected: tuple
) -> None:
    assert hidden(n, least=10) == expected


@given(COUNTS, st.integers(2, 30))
def test_what_is_left_tells_of_nobody(n: list[int], least: int) -> None:
    gone = np.array(hidden(n, least=least))
    counts = np.array(n)
    assert not ((counts > 0) & (counts < least) & ~gone).any()
    if gone.any() and (counts > 0).sum() > 1:
        assert gone.sum() > 1
        assert counts[gone].sum() >= least or gone.sum() == (counts > 0).sum()


@given(COUNTS)
def test_a_bridge_of_pooled_flows_adds_up_as_before(n: list[int]) -> None:
    flows = tuple(Flow("cured_cash", str(k), c, 2.0 * c, 3.0 * c, 0.001 * c) for k, c in enumerate(n))
    bridge = Bridge(202501, 202502, 0.05, 0.05 + math.fsum(f.contribution for f in flows), flows)
    small = pooled(bridge, least=10)
    assert small.residual == pytest.approx(bridge.residual, abs=1e-12)
    assert sum(f.n for f in small.flows) == sum(n)
    assert not [f for f in small.flows if 0 < f.n < 10 and f.kind != POOLED]
