"""Moves between score bands: obligations followed by id, conservation, bandwidths with intervals; crowding."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_months import months_pin
from made_pin import group

from app.desk import Pin
from data.counts import Selection
from monitoring.migration import Migration, between, weighted_bandwidth
from monitoring.score_drift import crowding

CUTS = (1, 6, 11, 16)
"""Four bands of the grid of twenty bins: up to .25, .5, .75, 1."""
EVERY = Selection()


@pytest.fixture(scope="module")
def pin() -> Pin:
    """Ids run from 0 in each month. First: 60 low, 40 high, 10 without a score; then 40 low, 30 second, 20 high, so
    that of the low ones 20 rise by one band, of the high ones 10 fall by two and 20 stay, and 10 are gone."""
    first = [group(60, score=0.1), group(40, score=0.9, region="R01"), group(10, score=math.nan)]
    then = [group(40, score=0.1), group(30, score=0.4), group(20, score=0.9), group(15, score=math.nan)]
    return months_pin({202401: first, 202402: then})


def moved(pin: Pin, selection: Selection = EVERY) -> Migration:
    return between(pin.release, selection, first=202401, last=202402, cuts=CUTS, edges=pin.counts.edges)


def test_obligations_are_followed_by_id_from_band_to_band(pin: Pin) -> None:
    found = moved(pin)
    assert found.matrix.tolist() == [[40, 20, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 10, 0, 20]]
    assert (found.scored, found.left, found.followed, found.stayed) == (100, 10, 90, 60)


def test_nobody_is_lost_between_two_months(pin: Pin) -> None:
    found = moved(pin)
    assert found.matrix.sum() + found.left == found.scored
    halves = [moved(pin, Selection(where={"region": (r,)})) for r in ("R00", "R01")]
    assert np.array_equal(sum(h.moves for h in halves), found.moves)


def test_a_filter_speaks_of_where_obligations_stood_first(pin: Pin) -> None:
    assert moved(pin, Selection(where={"region": ("R01",)})).matrix.tolist()[3] == [0, 10, 0, 20]
    assert moved(pin, Selection(codes=(1, 5))).scored == 60


def test_bandwidths_are_the_matrix_ones_with_an_interval_by_client(pin: Pin) -> None:
    found = moved(pin)
    up, down = found.bandwidths()
    # 20 rose by 1 of 3 bands, 10 fell by 2 of 3
    assert (up.value, down.value) == pytest.approx((1 / 3, 2 / 3))
    assert (up.value, down.value) == pytest.approx(weighted_bandwidth(found.matrix))
    assert up.low <= up.value <= up.high and up.method == "random_groups"


def test_a_month_that_is_not_there_moves_nobody(pin: Pin) -> None:
    found = between(pin.release, EVERY, first=202401, last=202409, cuts=CUTS, edges=pin.counts.edges)
    assert found.followed == found.scored == 0
    assert all(math.isnan(e.value) and e.reason == "empty" for e in found.bandwidths())


def test_crowding_is_the_herfindahl_index_of_the_bands() -> None:
    even = [group(100, score=s) for s in (0.1, 0.4, 0.6, 0.9)]
    crowded = [group(385, score=0.1), *(group(5, score=s) for s in (0.4, 0.6, 0.9))]
    pin = months_pin({202401: even, 202402: crowded, 202403: [group(20, score=0.1)]})
    found = crowding(pin.counts.histogram(Selection(), by=("month",), measures=("n",)), CUTS)
    first, second, few = found.months
    assert found.reference == (202401, 202401) and found.bands == 4
    assert (first.hhi, first.effective, first.fullest_share) == pytest.approx((0.25, 4, 0.25))
    assert second.hhi == pytest.approx(0.9625**2 + 3 * 0.0125**2) and second.fullest == 1
    # a coefficient of variation from 0 to √(4·HHI − 1) on four bands
    cv = math.sqrt(4 * second.hhi - 1)
    z = math.sqrt(3) * cv / math.sqrt(cv**2 * (0.5 + cv**2))
    assert second.test.p == pytest.approx(0.5 * math.erfc(z / math.sqrt(2)))
    assert math.isnan(first.test.p) and few.level == "unknown"


def test_crowding_without_scores_is_empty() -> None:
    pin = months_pin({202401: [group(5, score=math.nan)]})
    found = crowding(pin.counts.histogram(Selection(), by=("month",), measures=("n",)), ())
    assert found.reference is None and found.months == [] and math.isnan(found.start)
