"""Data room: the promise of additive counts for a selection. Implementations: columnar (in process)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

MEASURES = (
    "n", "scored", "eligible", "offered", "s1", "s2", "s3", "s4", "ll",
    "B", "B2", "Bs", "Bp", "V1", "V30", "V60", "V90", "due", "cash", "paid", "kept", "W", "R",
    "w", "w2", "VV30", "NB", "s0", "n0",
)  # fmt: skip
"""Additive measures of `Counts.totals`, each a sum over rows:

n rows · scored rows with a score · eligible, offered, paid, kept rows with that flag · s1..s4 sums of score powers ·
ll sum of ln p where positive, ln(1-p) where negative (p clipped to 1e-15) · B, B2 balance and its square (all rows) ·
Bs balance of scored rows · Bp balance × score · V1, V30, V60, V90 balance of rows more than 1 (0), 30, 60, 90 days
past due · due past-due amount · cash money received in the month · W written off at the opening of the month ·
R balance under a payment option applied within the last 9 months · w, w2 sum of 1/e and 1/e² over offered rows whose e
was logged · VV30 sum of squared balance of rows more than 30 days past due · NB balance of the same rows in the next
month, 0 where that is unknown · s0, n0 sum of the scores that the champion of the window before gave the same rows, and
the rows that it gave one.
"""

SCORE_MEASURES = ("n", "s1", "s2", "B", "Bp", "cash", "w")
"""Additive measures of `Counts.histogram`, per score code (scored rows only)."""


@dataclass(frozen=True)
class Selection:
    """Which rows count: months first..last (None: all), the levels kept of each dimension (absent: all), and the
    score codes first..last (None: all rows, scored or not)."""

    months: tuple[int, int] | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: tuple[int, int] | None = None


@dataclass(frozen=True)
class Tally:
    """Additive counts on named axes. `values[measure]` has one axis per name in `axes`, in that order;
    `labels[axis]` names its positions. The last axes are always `code` (if any) and `label` (data.rows.LABEL_STATES).
    """

    axes: tuple[str, ...]
    labels: Mapping[str, tuple]
    values: Mapping[str, np.ndarray]

    def __getitem__(self, measure: str) -> np.ndarray:
        return self.values[measure]

    def roll(self, *axes: str) -> Tally:
        """The same counts with these axes summed out: totals are sums of parts."""
        gone = tuple(self.axes.index(a) for a in axes)
        kept = tuple(a for a in self.axes if a not in axes)
        return Tally(kept, {a: self.labels[a] for a in kept}, {m: v.sum(gone) for m, v in self.values.items()})

    def keep(self, *axes: str) -> Tally:
        """Every axis summed out but these (their order is unchanged)."""
        return self.roll(*(a for a in self.axes if a not in axes))

    def at(self, **position: object) -> Tally:
        """The slice at a label of one or more axes, e.g. at(label="positive"). Raises KeyError when missing."""
        out = self
        for axis, label in position.items():
            if axis not in out.axes or label not in out.labels[axis]:
                raise KeyError(f"{label!r} is not on axis {axis!r} of {out.axes}")
            i, k = out.axes.index(axis), out.labels[axis].index(label)
            rest = tuple(a for a in out.axes if a != axis)
            out = Tally(rest, {a: out.labels[a] for a in rest}, {m: v.take(k, i) for m, v in out.values.items()})
        return out


@dataclass(frozen=True)
class Listed:
    """Rows of one month that a selection keeps, in no order that means anything, for what cannot be added up: the ranks
    of two scores. `label`: data.rows.LABEL_STATES by position; `rg`: random group; `overdue`: 0 current or unknown, k
    more than 0, 30, 60, 90 days past due; `amounts`: balance and cash (0 where missing), and the scores by the names of
    their columns (NaN where missing)."""

    month: int
    label: np.ndarray
    rg: np.ndarray
    overdue: np.ndarray
    amounts: Mapping[str, np.ndarray]


class Counts(Protocol):
    """Additive counts of one release. A selection that keeps no row gives zeros, never an error.

    A selection may filter, and a query group, by any dimension, "arm", "eligible", "offered", "rg", or one of
    `data.rows.FLOW_ROLES`; levels of the flags and of "rg" may be given as numbers or text. An axis has the positions
    that the selection keeps: its months, the levels that its filter names, in display order. A level that the release
    does not know matches nothing; raises KeyError for an unknown dimension or measure. Name the `measures` that are
    needed where speed matters: less is read.
    """

    version: str
    months: tuple[int, ...]
    dimensions: Mapping[str, tuple[str, ...]]
    edges: np.ndarray

    def totals(self, selection: Selection, *, by: Sequence[str] = (), measures: Sequence[str] = MEASURES) -> Tally:
        """MEASURES per group × label state. `by`: any of "month", a dimension, or what else a query groups by."""

    def histogram(
        self, selection: Selection, *, by: Sequence[str] = (), measures: Sequence[str] = SCORE_MEASURES
    ) -> Tally:
        """SCORE_MEASURES per group × score code × label state. Axis `code` has len(edges) positions: 0 unscored
        (always empty), k the bin [edges[k-1], edges[k]), the last bin closed on the right."""

    def listed(self, selection: Selection, amounts: Sequence[str]) -> Iterator[Listed]:
        """The rows themselves, month by month; `amounts`: which of "balance", "cash", "score" and data.rows.RIVALS."""
