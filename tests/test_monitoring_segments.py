"""Segments: raw and stabilised rates, and which gaps are more than noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_pin import EVERY, group, pin
from scored_rows import LEVELS, dimensions, edges, make_parts

from data.counts import Selection
from data.counts.columnar import ColumnarCounts
from data.rows import NEGATIVE, POSITIVE
from monitoring.segments import MEASURES, rates

GRID = edges(100)


def _rows() -> pd.DataFrame:
    rows = pd.concat(make_parts(30_000, grid=GRID).values(), ignore_index=True)
    rng = np.random.default_rng(0)
    label = np.where(rng.random(len(rows)) < rows["score"].fillna(0.2), POSITIVE, NEGATIVE)
    return rows.assign(label_state=np.where(rows["offered"] == 1, label, rows["label_state"]).astype(np.uint8))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return _rows()


@pytest.fixture(scope="module")
def counts(rows: pd.DataFrame) -> ColumnarCounts:
    return ColumnarCounts.from_frames({"all": rows}, edges=GRID, dimensions=dimensions())


def test_a_segment_shows_what_its_rows_show(counts: ColumnarCounts, rows: pd.DataFrame) -> None:
    found = rates(counts.totals(Selection(), by=("product",), measures=MEASURES))
    assert [s.levels[0] for s in found] == list(LEVELS["product"])
    for s in found:
        part = rows[rows["product"] == s.levels[0]]
        scored = part[part["score"].notna()]
        closed = scored[scored["label_state"].isin([NEGATIVE, POSITIVE])]
        assert (s.rows, s.scored, s.labelled) == (len(part), len(scored), len(closed))
        assert s.propensity == pytest.approx(scored["score"].mean(), rel=1e-5)
        assert s.observed.value == pytest.approx((closed["label_state"] == POSITIVE).mean())
        assert s.gap == pytest.approx(s.observed.value - closed["score"].mean(), abs=1e-6)
        late = part["days_past_due"] > 30
        assert s.icv == pytest.approx(part.loc[late, "balance"].sum() / part["balance"].sum(), rel=1e-5)


def test_cells_add_up_to_their_segments(counts: ColumnarCounts) -> None:
    cells = rates(counts.totals(Selection(), by=("product", "region")))
    assert len(cells) == len(LEVELS["product"]) * len(LEVELS["region"])
    for s in rates(counts.totals(Selection(), by=("product",))):
        mine = [c for c in cells if c.levels[0] == s.levels[0]]
        assert sum(c.labelled for c in mine) == s.labelled
        assert sum(c.balance for c in mine) == pytest.approx(s.balance)


def test_small_cells_are_insufficient_and_never_judged(counts: ColumnarCounts) -> None:
    cells = rates(counts.totals(Selection(), by=("product", "region")))
    small = [c for c in cells if c.labelled < 30]
    assert small
    assert {c.state for c in small} <= {"insufficient", "empty"}
    assert {c.level for c in small} == {"unknown"}
    thin = [c for c in small if c.labelled > 0]
    raw, drawn = (np.std([getattr(c, f).value for c in thin]) for f in ("observed", "stabilised"))
    assert drawn < raw / 2


def test_a_calibrated_score_raises_no_alarm_in_any_segment(counts: ColumnarCounts) -> None:
    cells = rates(counts.totals(Selection(), by=("product", "region")))
    assert {c.level for c in cells} <= {"ok", "unknown"}


def test_a_segment_that_behaves_unlike_its_score_is_found(rows: pd.DataFrame) -> None:
    odd = (rows["region"] == "R02") & (rows["label_state"] == POSITIVE)
    state = np.where(odd, NEGATIVE, rows["label_state"]).astype(np.uint8)
    counts = ColumnarCounts.from_frames({"all": rows.assign(label_state=state)}, edges=GRID, dimensions=dimensions())
    found = {s.levels[0]: s for s in rates(counts.totals(Selection(), by=("region",)))}
    assert found.pop("R02").level == "act"
    assert {s.level for s in found.values()} <= {"ok", "unknown"}


def test_random_groups_leave_the_rates_and_widen_the_intervals(counts: ColumnarCounts) -> None:
    plain, robust = (rates(counts.totals(Selection(), by=b)) for b in (("segment",), ("segment", "rg")))
    for a, b in zip(plain, robust, strict=True):
        assert (a.levels, a.observed.value) == (b.levels, b.observed.value)
        assert b.observed.high - b.observed.low >= a.observed.high - a.observed.low - 1e-12


def test_no_rows_give_empty_states(counts: ColumnarCounts) -> None:
    found = rates(counts.totals(Selection(where={"region": ("nowhere",)}), by=("product",)))
    assert {(s.state, s.level, s.observed.reason, s.stabilised.reason) for s in found} == {
        ("empty", "unknown", "empty", "empty")
    }


def test_a_segment_that_shows_nothing_is_grey_until_a_gap_that_matters_would_have_shown() -> None:
    few = pin(group(60, positives=30, score=0.5, region="R00"), group(900, positives=450, score=0.5, region="R01"))
    small, large = (
        s for s in rates(few.counts.totals(EVERY, by=("region",), measures=MEASURES)) if s.levels[0] in ("R00", "R01")
    )
    # 0.5 against 0.6 or 0.4 with 80 % power: (2.80 / 0.1)² · 0.25 = 196 outcomes
    assert small.needed == pytest.approx(196.2, abs=0.1)
    assert (small.level, small.state, large.level) == ("unknown", "ok", "ok")
