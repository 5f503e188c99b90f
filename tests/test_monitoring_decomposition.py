"""Splits of a change add up exactly, and name what moved."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.decomposition import bridge, kitagawa, shapley

few = settings(max_examples=80, deadline=None)
segment = st.tuples(*(st.floats(0.01, 1) for _ in range(5)))


@few
@given(st.lists(segment, min_size=1, max_size=12))
def test_mix_and_rate_add_up_to_the_change(data: list[tuple[float, ...]]) -> None:
    w0, r0, w1, r1, _ = np.array(data).T
    w0, w1 = w0 / w0.sum(), w1 / w1.sum()
    parts = kitagawa(w0, r0, w1=w1, r1=r1)
    assert parts.total == pytest.approx((w1 * r1).sum() - (w0 * r0).sum(), abs=1e-12)
    assert (parts.mix + parts.rate).sum() == pytest.approx(parts.total, abs=1e-12)


@few
@given(st.lists(segment, min_size=1, max_size=12))
def test_mix_rate_and_model_add_up_to_the_change(data: list[tuple[float, ...]]) -> None:
    w0, r0, w1, r1, tau = np.array(data).T
    w0, w1 = w0 / w0.sum(), w1 / w1.sum()
    parts = shapley(w0, r0, w1=w1, r1_without=r1, tau=-tau)
    assert (parts.mix + parts.rate + parts.model).sum() == pytest.approx(parts.total, abs=1e-12)
    assert parts.model.sum() < 0


def test_without_a_model_the_three_way_split_is_the_two_way_split() -> None:
    given_ = {"w1": [0.4, 0.6]}
    two = kitagawa([0.5, 0.5], [0.02, 0.10], r1=[0.03, 0.09], **given_)
    three = shapley([0.5, 0.5], [0.02, 0.10], r1_without=[0.03, 0.09], tau=[0, 0], **given_)
    assert three.mix.sum() == pytest.approx(two.mix.sum())
    assert three.rate == pytest.approx(two.rate)


def test_a_segment_that_vanishes_moves_only_the_mix() -> None:
    parts = kitagawa([0.5, 0.5], [0.1, 0.3], w1=[1.0, 0.0], r1=[0.1, np.nan])
    assert parts.rate == pytest.approx([0, 0])
    assert parts.mix.sum() == pytest.approx(-0.1)


def test_two_months_alike_have_no_change() -> None:
    parts = kitagawa([0.5, 0.5], [0.1, 0.3], w1=[0.5, 0.5], r1=[0.1, 0.3])
    assert (parts.total, parts.mix.tolist(), parts.rate.tolist()) == (0, [0, 0], [0, 0])


def test_the_bridge_of_the_fixture_adds_up_in_basis_points() -> None:
    flows = {
        "roll_in": (9, 0),
        "cash_cure": (-4, 0),
        "pay_down": (-1.5, -1.5),
        "reaged": (-3, 0),
        "write_off": (-2.5, -2.5),
        "growth": (0, 25),
    }
    found = {k: v * 1e4 for k, v in bridge(52, 1000, flows=flows).items()}
    assert list(found.values()) == pytest.approx([89.06, -39.58, -14.09, -29.69, -23.49, -12.49], abs=0.005)
    assert sum(found.values()) == pytest.approx(-30.284, abs=5e-4)
    assert sum(found.values()) == pytest.approx((50 / 1021 - 52 / 1000) * 1e4, abs=1e-9)
    improvements = sum(v for v in found.values() if v < 0)
    assert (found["cash_cure"] + found["pay_down"]) / improvements == pytest.approx(0.45, abs=0.005)


def test_a_bridge_from_nothing_is_empty() -> None:
    assert bridge(0, 0, flows={"growth": (0, 0)}) == {}
