"""Data room: additive counts from coded columns, in process: one pass over the rows that a selection keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data.counts import MEASURES, SCORE_MEASURES, Listed, Selection, Tally
from data.counts.cache import coded_parts
from data.counts.coding import CodedPart, code_part
from data.counts.listing import listed
from data.counts.query import Query, add_up, bin_sums, total_sums
from data.rows import BUCKETS, FLOW_ROLES, LABEL_STATES, RANDOM_GROUPS, UNKNOWN
from data.store import Release

_EVERY_MONTH: Final = (0, 999999)
_FLOW_LEVELS: Final = {"next_bucket": BUCKETS}


class ColumnarCounts:
    """Counts of one release, held as coded parts, one or more per month. Keeps the promise of `data.counts.Counts`.

    `arms`: the arms that rows carry. `folded`: dimension → month → number of its levels counted as "(other)", for
    dimensions of more than 250 levels. Safe to share between threads: nothing changes after it is built.
    """

    def __init__(
        self,
        parts: Mapping[str, CodedPart],
        *,
        edges: np.ndarray,
        dimensions: Mapping[str, Sequence[str]],
        version: str,
    ) -> None:
        self.parts = dict(sorted(parts.items(), key=lambda item: (item[1].month, item[0])))
        self.version, self.edges = version, edges
        self.months = tuple(sorted({p.month for p in self.parts.values()}))
        self.dimensions: Mapping[str, tuple[str, ...]] = {
            name: self._levels(name, listed) for name, listed in dimensions.items()
        }
        self.arms = self._levels("arm", ())
        self.folded = {name: f for name in dimensions if (f := self._folded(name))}
        flows = {name: self._levels(name, _FLOW_LEVELS.get(name, ())) for name in FLOW_ROLES}
        flags = dict.fromkeys(("eligible", "offered"), (0, 1))
        roles = {"arm": self.arms, **flows, **flags, "rg": tuple(range(RANDOM_GROUPS))}
        self._axes: dict[str, tuple] = {"month": self.months, **self.dimensions, **roles}

    @classmethod
    def from_frames(
        cls,
        frames: Mapping[str, pd.DataFrame],
        *,
        edges: np.ndarray,
        dimensions: Mapping[str, Sequence[str]],
        version: str = "memory",
    ) -> ColumnarCounts:
        """Counts of frames of scored rows (columns of data.rows); `dimensions`: name → levels in display order.

        Levels that rows carry beyond the listed ones are added after them. Raises ValueError as `code_part` does.
        """
        grid = np.asarray(edges, np.float32)
        months = {
            f"{name}/{month}": code_part(rows, dimensions=tuple(dimensions), edges=grid)
            for name, frame in frames.items()
            for month, rows in frame.groupby("month")
        }
        return cls(months, edges=grid, dimensions=dimensions, version=version)

    @classmethod
    def from_release(
        cls, release: Release, *, cache: Path | None = None, earlier: ColumnarCounts | None = None
    ) -> ColumnarCounts:
        """Counts of a release. Parts are coded once: what `earlier` holds or the folder `cache` keeps is reused.

        A cache that cannot be read or written is done without.
        """
        grid = np.asarray(release.document("grid")["edges"], np.float32)
        described = release.document("dimensions")
        dimensions = {name: tuple(about["levels"]) for name, about in described.items()}
        known = earlier.parts if earlier is not None else {}
        parts = coded_parts(release, dimensions=tuple(dimensions), edges=grid, cache=cache, known=known)
        return cls(parts, edges=grid, dimensions=dimensions, version=release.version)

    def totals(self, selection: Selection, *, by: Sequence[str] = (), measures: Sequence[str] = MEASURES) -> Tally:
        """MEASURES (or those asked for: fewer columns are read) per group × label state."""
        query, labels = self._query(selection, tuple(by), codes=0)
        sums = total_sums(add_up(self._months(selection), query, want=measures, known=MEASURES), measures)
        return _tally((*by, "label"), labels | {"label": LABEL_STATES}, sums)

    def histogram(
        self, selection: Selection, *, by: Sequence[str] = (), measures: Sequence[str] = SCORE_MEASURES
    ) -> Tally:
        """SCORE_MEASURES (or those asked for: "n" alone is fastest) per group × score code × label state."""
        query, labels = self._query(selection, tuple(by), codes=len(self.edges))
        sums = bin_sums(add_up(self._months(selection), query, want=measures, known=SCORE_MEASURES), measures)
        labels |= {"code": tuple(range(len(self.edges))), "label": LABEL_STATES}
        return _tally((*by, "code", "label"), labels, sums)

    def listed(self, selection: Selection, amounts: Sequence[str]) -> Iterator[Listed]:
        """The rows themselves, month by month: views of what is held where all rows of a part are kept."""
        query, _ = self._query(selection, (), codes=0)
        return listed(self._months(selection), query, amounts)

    def _query(self, selection: Selection, by: tuple[str, ...], *, codes: int) -> tuple[Query, dict[str, tuple]]:
        kept = {name: frozenset(map(str, levels)) for name, levels in selection.where.items()}
        for name in (*kept, *by):
            if name not in self._axes:
                raise KeyError(f"{name!r} is not a dimension of this release; it has {', '.join(self._axes)}")
        first, last = selection.months or _EVERY_MONTH
        labels: dict[str, tuple] = {}
        for name in by:
            held = self._axes[name]
            labels[name] = tuple(x for x in held if name not in kept or str(x) in kept[name])
        if "month" in labels:
            labels["month"] = tuple(m for m in labels["month"] if first <= m <= last)
        return Query(kept, labels, selection.codes, codes), labels

    def _months(self, selection: Selection) -> list[CodedPart]:
        first, last = selection.months or _EVERY_MONTH
        named = set(map(str, selection.where.get("month", self.months)))
        return [p for p in self.parts.values() if first <= p.month <= last and str(p.month) in named]

    def _levels(self, name: str, listed: Sequence[str]) -> tuple[str, ...]:
        """The listed levels, then those that only the parts know, "(unknown)" last."""
        found = {level for part in self.parts.values() for level in part.levels[name]} - set(listed)
        return (*listed, *sorted(found - {UNKNOWN}), *(found & {UNKNOWN}))

    def _folded(self, name: str) -> dict[int, int]:
        return {p.month: p.folded[name] for p in self.parts.values() if name in p.folded}


def _tally(axes: tuple[str, ...], labels: Mapping[str, tuple], sums: Mapping[str, np.ndarray]) -> Tally:
    shape = tuple(len(labels[a]) for a in axes)
    return Tally(axes, labels, {m: v.reshape(shape) for m, v in sums.items()})
