"""Bands put every number in one level, and what nobody can know in a level of its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bands import age_band, bands, bucket, income_band
from data.rows import BUCKETS, UNKNOWN


def test_an_age_band_begins_with_its_first_age() -> None:
    ages = [18, 24, 25, 34.5, 35, 44, 45, 54, 55, 64, 65, 100]
    wanted = ["18-24"] * 2 + ["25-34"] * 2 + ["35-44"] * 2 + ["45-54"] * 2 + ["55-64"] * 2 + ["65+"] * 2
    assert list(age_band(ages)) == wanted


@pytest.mark.parametrize("age", [0, 17, 101, 123, np.nan])
def test_an_impossible_age_is_unknown(age: float) -> None:
    assert list(age_band([age])) == [UNKNOWN]


def test_income_is_banded_in_millions() -> None:
    assert list(income_band([0, 999_999, 1e6, 2e6, 7.99e6, 8e6, 5.8e12])) == [
        "<1M", "<1M", "1-2M", "2-4M", "4-8M", "8M+", "8M+",
    ]  # fmt: skip
    assert list(income_band([1500, 2500], edges=[1000, 2000])) == ["1-2K", "2K+"]
    assert list(income_band([np.nan])) == [UNKNOWN]


def test_a_bucket_ends_with_its_last_day() -> None:
    days = [0, 1, 30, 31, 60, 90, 91, 120, 150, 180, 181, 360, 361]
    wanted = ["0", "1-30", "1-30", "31-60", "31-60", "61-90", "91-120", "91-120", "121-150", "151-180", "181-360"]
    assert list(bucket(days)) == [*wanted, "181-360", ">360"]
    assert list(bucket([np.nan])) == [UNKNOWN]


def test_levels_stand_in_order_and_the_unknown_last() -> None:
    assert bucket([5]).categories.tolist() == [*BUCKETS, UNKNOWN]
    assert bands([6, 12]).of([1]).categories.tolist() == ["<6", "6-12", "12+", UNKNOWN]


def test_edges_must_rise() -> None:
    with pytest.raises(ValueError, match="edges must rise"):
        bands([6, 6])


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.sets(st.integers(-1000, 1000), min_size=1, max_size=6))
def test_every_number_is_in_the_band_between_its_edges(values: list[float], edges: set[int]) -> None:
    made = bands(sorted(edges))
    for value, code in zip(values, made.of(values).codes, strict=True):
        if value != np.inf:
            assert made.edges[code] <= value < made.edges[code + 1]
