"""The score grid: a code never moves a score across an edge."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.counts.grid import MOST_EDGES, encode, make_edges, threshold_code

EDGES = np.array([0, 0.25, 0.5, 1], np.float32)
scores01 = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=60)


def test_a_score_at_an_edge_gets_the_bin_that_starts_there() -> None:
    scores = np.array([0, 0.1, 0.25, 0.49, 0.5, 0.99, 1, np.nan])
    assert encode(scores, EDGES).tolist() == [1, 1, 2, 2, 3, 3, 3, 0]
    assert encode(scores, EDGES).dtype == np.uint16


@given(scores01)
def test_a_code_stands_for_its_half_open_bin(scores: list[float]) -> None:
    edges = make_edges(np.array(scores), even=7, quantiles=5)
    values = np.array(scores, np.float32)
    code = encode(values, edges).astype(int)
    assert (edges[code - 1] <= values).all()
    assert ((values < edges[code]) | ((values == 1) & (code == len(edges) - 1))).all()


@given(scores01, st.floats(0, 0.999))
def test_flagging_by_code_is_flagging_by_score(scores: list[float], threshold: float) -> None:
    edges = make_edges(np.array(scores), thresholds=(threshold,), even=10, quantiles=10)
    flagged = encode(np.array(scores), edges) >= threshold_code(threshold, edges)
    assert flagged.tolist() == (np.array(scores, np.float32) >= np.float32(threshold)).tolist()


@given(scores01, st.lists(st.floats(0, 1), max_size=4))
def test_edges_run_from_0_to_1_and_hold_the_thresholds(scores: list[float], thresholds: list[float]) -> None:
    edges = make_edges(np.array([*scores, np.nan]), thresholds=thresholds, even=4, quantiles=8)
    assert edges.dtype == np.float32
    assert (edges[0], edges[-1]) == (0, 1)
    assert (np.diff(edges) > 0).all()
    assert set(np.array(thresholds, np.float32)) <= set(edges)


def test_there_are_never_more_than_1024_edges_and_thresholds_survive() -> None:
    reference = np.random.default_rng(0).random(50_000)
    edges = make_edges(reference, thresholds=(0.3333, 0.7777), even=900, quantiles=900)
    assert 1000 < len(edges) <= MOST_EDGES
    assert {np.float32(0.3333), np.float32(0.7777)} <= set(edges)


def test_too_many_even_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 1024 edges"):
        make_edges(np.array([0.5]), even=1024)


def test_without_reference_scores_the_steps_are_even() -> None:
    assert make_edges(np.array([]), even=4).tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_edges_survive_being_written_as_json() -> None:
    edges = make_edges(np.random.default_rng(1).random(999))
    assert np.array_equal(np.array(json.loads(json.dumps(edges.tolist())), np.float32), edges)


@pytest.mark.parametrize("bad", [1.5, -0.01, np.inf, -np.inf])
def test_a_score_that_is_no_probability_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.1.*position 1"):
        encode(np.array([0.5, bad]), EDGES)
    with pytest.raises(ValueError, match=r"outside 0\.\.1"):
        make_edges(np.array([bad]))


def test_a_threshold_between_edges_is_refused() -> None:
    assert threshold_code(0.25, EDGES) == 2
    with pytest.raises(ValueError, match="not an edge"):
        threshold_code(0.3, EDGES)
