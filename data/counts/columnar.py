"""Data room: additive counts from coded columns, in process: one pass over the rows that a selection keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data.counts import MEASURES, SCORE_MEASURES, Selection, Tally
from data.counts.coding import FLAG_BITS, MONEY, PROPENSITY, SCORE, STATE_BITS, CodedPart, code_part
from data.rows import LABEL_STATES, NEGATIVE, POSITIVE, RANDOM_GROUPS, UNKNOWN


class ColumnarCounts:
    """Counts of one release, held as coded parts, one per month. Keeps the promise of `data.counts.Counts`."""

    def __init__(
        self,
        parts: Sequence[CodedPart],
        *,
        edges: np.ndarray,
        dimensions: Mapping[str, Sequence[str]],
        version: str,
    ) -> None:
        self.parts = tuple(sorted(parts, key=lambda p: p.month))
        self.version = version
        self.edges = edges
        self.months = tuple(sorted({p.month for p in self.parts}))
        self.dimensions = {name: self._levels(name, levels) for name, levels in dimensions.items()}
        self.arms = self._levels("arm", ())
        self._axes: dict[str, tuple] = {
            **self.dimensions,
            "arm": self.arms,
            "offered": (0, 1),
            "rg": tuple(range(RANDOM_GROUPS)),
        }

    @classmethod
    def from_frames(
        cls,
        frames: Mapping[str, pd.DataFrame],
        *,
        edges: np.ndarray,
        dimensions: Mapping[str, Sequence[str]],
        version: str = "memory",
    ) -> ColumnarCounts:
        """Counts of frames of scored rows (columns of data.rows); `dimensions`: name → levels in display order."""
        months = [part for frame in frames.values() for _, part in frame.groupby("month")]
        parts = [code_part(m, dimensions=tuple(dimensions), edges=edges) for m in months]
        return cls(parts, edges=edges, dimensions=dimensions, version=version)

    def totals(self, selection: Selection, *, by: Sequence[str] = ()) -> Tally:
        """MEASURES per group × label state."""
        return self._tally(selection, tuple(by), MEASURES, code=False)

    def histogram(self, selection: Selection, *, by: Sequence[str] = ()) -> Tally:
        """SCORE_MEASURES per group × score code × label state."""
        return self._tally(selection, tuple(by), SCORE_MEASURES, code=True)

    def _levels(self, name: str, listed: Sequence[str]) -> tuple[str, ...]:
        """The listed levels, then those that only the parts know, "(unknown)" last."""
        found = {level for part in self.parts for level in part.levels[name]} - set(listed)
        return (*listed, *sorted(found - {UNKNOWN}), *(found & {UNKNOWN}))

    def _tally(self, selection: Selection, by: tuple[str, ...], measures: Sequence[str], *, code: bool) -> Tally:
        for name in (*selection.where, *(b for b in by if b != "month")):
            if name not in self._axes:
                raise KeyError(f"{name!r} is not a dimension of this release; it has {sorted(self._axes)}")
        first, last = selection.months or (0, 999999)
        months = tuple(m for m in self.months if first <= m <= last)
        kept = {k: {str(v) for v in vs} for k, vs in selection.where.items()}
        labels: dict[str, tuple] = {
            b: months if b == "month" else tuple(x for x in self._axes[b] if b not in kept or str(x) in kept[b])
            for b in by
        }
        axes = by
        if code:
            axes, labels["code"] = (*axes, "code"), tuple(range(len(self.edges)))
        axes, labels["label"] = (*axes, "label"), LABEL_STATES
        shape = tuple(len(labels[a]) for a in axes)
        values = {m: np.zeros(int(np.prod(shape))) for m in measures}
        for part in self.parts:
            if part.month in months:
                self._add(values, part, selection, kept, labels, axes, shape)
        return Tally(axes, labels, {m: v.reshape(shape) for m, v in values.items()})

    def _add(self, values, part, selection, kept, labels, axes, shape) -> None:
        keep = np.ones(part.rows, bool)
        for name, levels in kept.items():
            table = np.array([level in levels for level in part.levels[name]], bool)
            keep &= table[part.small[part.names.index(name)]]
        if selection.codes is not None:
            keep &= (part.score_code >= selection.codes[0]) & (part.score_code <= selection.codes[1])
        if "code" in axes:
            keep &= part.score_code > 0
        place = []
        for axis in axes:
            if axis == "month":
                place.append(np.full(part.rows, labels["month"].index(part.month)))
            elif axis == "code":
                place.append(part.score_code.astype(np.int64))
            elif axis == "label":
                place.append((part.flags & STATE_BITS).astype(np.int64))
            else:
                spot = {str(x): i for i, x in enumerate(labels[axis])}
                table = np.array([spot.get(level, 0) for level in part.levels[axis]], np.int64)
                place.append(table[part.small[part.names.index(axis)]])
        if not keep.any():
            return
        cells = np.ravel_multi_index([p[keep] for p in place], shape)
        for measure, column in _columns(part, keep, values).items():
            values[measure] += np.bincount(cells, column, minlength=len(values[measure]))


def _columns(part: CodedPart, keep: np.ndarray, wanted) -> dict[str, np.ndarray]:
    flags, overdue = part.flags[keep], part.overdue[keep]
    money = dict(zip(MONEY, part.amounts[: len(MONEY), keep].astype(np.float64), strict=True))
    s, e = part.amounts[SCORE, keep].astype(np.float64), part.amounts[PROPENSITY, keep].astype(np.float64)
    state = flags & STATE_BITS
    has = {name: (flags >> bit & 1).astype(np.float64) for name, bit in FLAG_BITS.items()}
    p = np.maximum(np.where(state == POSITIVE, s, 1 - s), 1e-15)
    labelled = (has["scored"] > 0) & ((state == POSITIVE) | (state == NEGATIVE))
    B = money["balance"]
    out = {
        "n": np.ones(len(s)), **has, "s1": s, "s2": s**2, "s3": s**3, "s4": s**4,
        "ll": np.where(labelled, np.log(p), 0.0), "B": B, "B2": B**2, "Bs": B * has["scored"], "Bp": B * s,
        "V1": B * (overdue > 0), "V30": B * (overdue > 1), "V60": B * (overdue > 2), "V90": B * (overdue > 3),
        "due": money["past_due"], "cash": money["cash"], "W": money["written_off"], "R": money["reaged_balance"],
        "w": 1 / e, "w2": 1 / e**2, "VV30": B**2 * (overdue > 1),
    }  # fmt: skip
    return {m: out[m] for m in wanted}
