"""Counts of a stored release: coded once per part, shared through a folder that may vanish or refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scored_rows import dimensions, edges, make_parts

from data.counts import Selection
from data.counts.columnar import ColumnarCounts
from data.counts.sums import compiled
from data.memory_store import MemoryStore
from data.store import Draft, Release

GRID = edges(60)
PARTS = make_parts(3_000, months=(202401, 202402, 202403))


def release(parts: dict[str, pd.DataFrame], *, grid: np.ndarray = GRID) -> Release:
    store = MemoryStore()
    levels = {name: {"levels": list(found)} for name, found in dimensions().items()}
    store.publish(Draft({"rows": parts}, {"dimensions": levels, "grid": {"edges": grid.tolist(), "threshold": 0.35}}))
    return store.read()


class Watched:
    """A release that notes which parts are read."""

    def __init__(self, inner: Release) -> None:
        self.inner, self.read = inner, []

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def frame(self, table: str, **how: object) -> pd.DataFrame:
        self.read.extend(how["parts"])
        return self.inner.frame(table, **how)


def totals(counts: ColumnarCounts) -> np.ndarray:
    return counts.totals(Selection(), by=("month", "region"))["B"]


def test_a_release_counts_what_its_frames_count(tmp_path: Path) -> None:
    direct = ColumnarCounts.from_frames(PARTS, edges=GRID, dimensions=dimensions())
    pinned = release(PARTS)
    stored = ColumnarCounts.from_release(pinned, cache=tmp_path)
    assert (stored.version, stored.months) == (pinned.version, (202401, 202402, 202403))
    assert stored.dimensions == direct.dimensions
    assert np.array_equal(stored.edges, direct.edges)
    np.testing.assert_allclose(totals(stored), totals(direct), rtol=1e-12)


def test_a_second_opening_reads_only_the_cache(tmp_path: Path) -> None:
    first, second = Watched(release(PARTS)), Watched(release(PARTS))
    before = totals(ColumnarCounts.from_release(first, cache=tmp_path))
    after = totals(ColumnarCounts.from_release(second, cache=tmp_path))
    assert (first.read, second.read) == (["202401", "202402", "202403"], [])
    assert np.array_equal(before, after)
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".npy"] * 3


def test_only_a_new_part_is_coded_when_a_release_adds_a_month(tmp_path: Path) -> None:
    old = ColumnarCounts.from_release(release({m: PARTS[m] for m in ("202401", "202402")}), cache=tmp_path)
    for how in ({"cache": tmp_path}, {"cache": None, "earlier": old}):
        added = Watched(release(PARTS))
        counts = ColumnarCounts.from_release(added, **how)
        assert added.read == ["202403"]
        assert counts.months == (202401, 202402, 202403)


def test_a_restated_month_replaces_the_old_one(tmp_path: Path) -> None:
    ColumnarCounts.from_release(release(PARTS), cache=tmp_path)
    doubled = PARTS | {"202402": PARTS["202402"].assign(balance=PARTS["202402"]["balance"] * 2)}
    counts = ColumnarCounts.from_release(release(doubled), cache=tmp_path)
    expected = ColumnarCounts.from_frames(doubled, edges=GRID, dimensions=dimensions())
    np.testing.assert_allclose(totals(counts), totals(expected), rtol=1e-12)


def test_a_new_grid_is_never_served_old_codes(tmp_path: Path) -> None:
    ColumnarCounts.from_release(release(PARTS), cache=tmp_path)
    coarse = np.array([0, 0.5, 1], np.float32)
    n = ColumnarCounts.from_release(release(PARTS, grid=coarse), cache=tmp_path).histogram(Selection())["n"].sum(1)
    scores = pd.concat(PARTS.values())["score"]
    assert n.tolist() == [0, (scores < 0.5).sum(), (scores >= 0.5).sum()]


def test_a_damaged_cache_file_is_made_again(tmp_path: Path) -> None:
    before = totals(ColumnarCounts.from_release(release(PARTS), cache=tmp_path))
    _, cut, empty = sorted(tmp_path.iterdir())
    cut.write_bytes(cut.read_bytes()[:5_000])
    empty.write_bytes(b"")
    again = Watched(release(PARTS))
    assert np.array_equal(totals(ColumnarCounts.from_release(again, cache=tmp_path)), before)
    assert again.read == ["202402", "202403"]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    taken = tmp_path / "a file, not a folder"
    taken.write_text("")
    counts = ColumnarCounts.from_release(release(PARTS), cache=taken)
    assert counts.totals(Selection())["n"].sum() == 3_000
    assert taken.read_text() == ""


def test_an_empty_part_is_passed_over(tmp_path: Path) -> None:
    parts = PARTS | {"202404": PARTS["202403"].iloc[:0]}
    assert ColumnarCounts.from_release(release(parts), cache=tmp_path).months == (202401, 202402, 202403)


def test_an_unscored_release_still_counts(tmp_path: Path) -> None:
    bare = {m: p.assign(score=np.float32(np.nan)) for m, p in PARTS.items()}
    counts = ColumnarCounts.from_release(release(bare), cache=tmp_path)
    assert counts.totals(Selection())["scored"].sum() == 0
    assert counts.totals(Selection())["n"].sum() == 3_000
    assert counts.histogram(Selection())["n"].sum() == 0


@pytest.mark.parametrize("column", ["propensity", "days_past_due"])
def test_a_column_of_missing_values_adds_nothing(column: str) -> None:
    parts = {m: p.assign(**{column: np.float32(np.nan)}) for m, p in PARTS.items()}
    total = ColumnarCounts.from_release(release(parts)).totals(Selection())
    measure = {"propensity": "w", "days_past_due": "V1"}[column]
    assert total[measure].sum() == 0


def test_kernels_compile_where_their_code_cannot_be_kept() -> None:
    space: dict[str, Callable[[int], int]] = {}
    exec("def twice(x):\n    return 2 * x", space)  # of no file, so that there is no folder to keep its code in
    assert compiled(space["twice"])(21) == 42
