"""Bands that count as one: whatever is added up, is added up before anything is divided."""

from __future__ import annotations

import numpy as np
import pytest
from scored_rows import LEVELS, dimensions, edges, make_parts

from data.counts import Selection
from data.counts.columnar import ColumnarCounts
from data.rows import UNKNOWN
from monitoring.joined import groups, joined, parts
from monitoring.segments import rates

GRID = edges(100)
AGES = tuple(level for level in LEVELS["age_band"] if level != UNKNOWN)


@pytest.fixture(scope="module")
def counts() -> ColumnarCounts:
    return ColumnarCounts.from_frames(make_parts(12_000, grid=GRID), edges=GRID, dimensions=dimensions())


def test_neighbours_are_taken_together_in_the_order_of_the_levels() -> None:
    assert groups(("a", "b", "c", "d"), ("d", "b")) == (("a", "b"), ("c", "d"))
    assert groups(("a", "b"), ("a", "nowhere")) == (("a",), ("b",))
    assert groups((), ("a",)) == ()


def test_every_measure_of_joined_bands_is_the_sum_of_its_parts(counts: ColumnarCounts) -> None:
    apart = counts.totals(Selection(), by=("age_band", "region", "rg"))
    together = joined(apart, {"age_band": groups(AGES, AGES[1:3])})
    assert [parts(str(x)) for x in together.labels["age_band"]] == [AGES[:3], *((x,) for x in (*AGES[3:], UNKNOWN))]
    for measure, values in together.values.items():
        assert values[0] == pytest.approx(apart[measure][:3].sum(0), rel=1e-12)
        assert np.array_equal(values[1:], apart[measure][3:])


def test_all_bands_taken_together_are_the_total(counts: ColumnarCounts) -> None:
    apart = counts.totals(Selection(where={"age_band": AGES}), by=("age_band", "rg"))
    whole = joined(apart, {"age_band": groups(AGES, AGES[1:])})
    total = counts.totals(Selection(where={"age_band": AGES}), by=("rg",))
    assert len(whole.labels["age_band"]) == 1
    for measure, values in whole.values.items():
        assert values[0] == pytest.approx(total[measure], rel=1e-9)
    (one,), (same,) = rates(whole), rates(total)
    assert (one.rows, one.labelled, one.positives) == (same.rows, same.labelled, same.positives)
    assert (one.observed.value, one.expected, one.icv) == pytest.approx((same.observed.value, same.expected, same.icv))


def test_a_band_that_a_filter_leaves_out_does_not_join_its_neighbours(counts: ColumnarCounts) -> None:
    """The second and third belong together; without the second, the third does not slip to the first."""
    kept = (AGES[0], AGES[2])
    apart = counts.totals(Selection(where={"age_band": kept}), by=("age_band",))
    assert joined(apart, {"age_band": groups(AGES, (AGES[2],))}).labels["age_band"] == kept
    joint = joined(apart, {"age_band": groups(AGES, AGES[1:3])})
    assert [parts(str(x)) for x in joint.labels["age_band"]] == [kept]


def test_axes_that_are_not_named_stay_as_they_are(counts: ColumnarCounts) -> None:
    apart = counts.totals(Selection(), by=("region",))
    assert joined(apart, {"age_band": groups(AGES, AGES)}) is apart
