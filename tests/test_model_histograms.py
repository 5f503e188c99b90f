"""Feature histograms in which nothing can hide: zeros, missing values, what lies outside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.features import AT_OPENING, Features
from model.histograms import edges_of, histograms


def _histogram(column: object, *, reference: int) -> dict:
    """Histogram of one column, of which the first rows are the reference and month 202401, the rest 202402."""
    frame = pd.DataFrame({"x": column})
    month = np.where(np.arange(len(frame)) < reference, 202401, 202402)
    made = Features(frame, {"x": AT_OPENING}, np.arange(len(frame)))
    return histograms(made, month, reference=np.arange(reference))["x"]


def test_a_value_that_fills_deciles_is_a_bin_of_its_own() -> None:
    zeros = np.r_[np.zeros(98), [5.0, 9.0]]
    moved = np.full(100, 3.0)
    got = _histogram(np.r_[zeros, moved].astype(np.float32), reference=100)
    bin_of_zero = 1 + np.searchsorted(np.array(got["edges"]), 0.0, side="right")
    assert got["reference"][bin_of_zero] == 98
    assert got["by_month"]["202402"][bin_of_zero] == 0
    assert sum(got["by_month"]["202402"]) == 100


def test_missing_below_and_above_are_bins() -> None:
    reference = np.arange(100, dtype=np.float32)
    later = np.array([np.nan, np.nan, -5, 500, 50], np.float32)
    got = _histogram(np.r_[reference, later], reference=100)
    counts = got["by_month"]["202402"]
    assert (counts[0], counts[1], counts[-1]) == (2, 1, 1)
    assert got["reference"][0] == got["reference"][1] == 0
    assert sum(counts) == 5


def test_deciles_hold_a_tenth_each() -> None:
    got = _histogram(np.arange(1001, dtype=np.float32), reference=1001)
    assert got["reference"] == [0, 0, *([100] * 10), 1]


def test_a_column_without_reference_values_has_no_edges() -> None:
    assert len(edges_of(np.array([np.nan, np.nan], np.float32))) == 0
    got = _histogram(np.array([np.nan, np.nan, 4.0], np.float32), reference=2)
    assert got["reference"] == [2, 0] and got["by_month"]["202402"] == [0, 1]


def test_categories_have_bins_for_missing_and_for_levels_not_in_the_reference() -> None:
    got = _histogram(pd.Categorical(["a", "a", "b", None, "new", "a", None]), reference=4)
    assert got["levels"] == ["a", "b"]
    assert got["reference"] == [1, 2, 1, 0]
    assert got["by_month"]["202402"] == [1, 1, 0, 1]
