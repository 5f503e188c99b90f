"""App room: the numbers of the Overdue ratio page, from the counts of a selection, before they become words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.desk import Pin
from app.views.pulse_figures import YEAR, first_month, reaching_back
from data import months
from data.counts import Selection, Tally
from data.rows import BUCKETS
from monitoring import overdue
from monitoring.behind import Behind, behind
from monitoring.bridge import FIRST_OVERDUE, MOVES, OPENINGS, Bridge, Key, bridge
from monitoring.metrics import share
from monitoring.overdue import OverdueMonth, OverdueSegment
from monitoring.policy import Policy
from monitoring.provisions import Cover, cover
from monitoring.tallies import array

DAYS = (0, 30, 60, 90)
"""Days past due that the ratio is read at beside the policy's own."""


@dataclass(frozen=True)
class Figures:
    """What the page says of a selection: the ratio by month, a year back too (`earlier`), and the obligations and the
    balance of each month (row) in each ageing bucket (column), by `held`, as well as the amount past due."""

    pin: Pin
    selection: Selection
    policy: Policy
    icv: Sequence[OverdueMonth] = ()
    earlier: Mapping[int, OverdueMonth] | None = None
    held: Sequence[int] = ()
    n: np.ndarray | None = None
    balance: np.ndarray | None = None
    due: np.ndarray | None = None

    @property
    def months(self) -> tuple[int, ...]:
        """The months of the selection that have rows."""
        return tuple(m.month for m in self.icv if m.n)

    def counted(self, month: int, days: int) -> float:
        """Share of a month's obligations that are more than so many days past due; NaN without rows."""
        return self._late(self.n, self.n, month, days)

    def past_due(self, month: int, days: int) -> float:
        """Past-due amount of a month's obligations that are more than so many days past due, of the gross balance; NaN
        where the data carry no such amounts."""
        known = self.due is not None and self.due.any()
        return self._late(self.due, self.balance, month, days) if known else math.nan

    def _late(self, part: np.ndarray | None, whole: np.ndarray | None, month: int, days: int) -> float:
        if part is None or whole is None or month not in self.held:
            return math.nan
        row = self.held.index(month)
        return share(float(part[row, FIRST_OVERDUE[days] : len(BUCKETS)].sum()), float(whole[row].sum()))

    def layer(self, bucket: str) -> list[float]:
        """Share of each month's gross balance that stands in a bucket; 0 where there is no balance."""
        assert self.balance is not None
        part = self.balance[[self.held.index(m) for m in self.months]]
        whole = part.sum(1)
        shares = part[:, BUCKETS.index(bucket)] / np.where(whole > 0, whole, 1.0)
        return [float(v) for v in shares]


def carried(pin: Pin) -> bool:
    """Whether the data carry an overdue ratio, and buckets to show it by."""
    return pin.has_ratio and "bucket" in pin.extent.dimensions


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Figures:
    """All numbers of the page but those of the bridge."""
    if not carried(pin):
        return Figures(pin, selection, policy)
    totals = pin.counts.totals(reaching_back(selection, YEAR), by=("month", "bucket"), measures=overdue.MEASURES)
    every = overdue.series(totals, policy=policy)
    first = first_month(selection) or 0
    return Figures(
        pin, selection, policy, [m for m in every if m.month >= first], {m.month: m for m in every},
        totals.labels["month"], _by_bucket(totals, "n"), _by_bucket(totals, "B"),
        _by_bucket(totals, "due"),
    )  # fmt: skip


def _by_bucket(totals: Tally, measure: str) -> np.ndarray:
    """A measure by month and every ageing bucket, those that the selection leaves out and the unknown one too."""
    found = array(totals, measure, ("month", "bucket"))
    here = list(totals.labels["bucket"])
    known = [found[:, here.index(b)] if b in here else np.zeros(len(found)) for b in BUCKETS]
    rest = found.sum(1) - np.sum(known, axis=0)
    return np.column_stack([*known, rest])


def ends(figures: Figures, *, first: str, last: str) -> tuple[int, int]:
    """The months of the bridge: those asked for where the selection has them in this order, else its last two."""
    span = figures.months
    if not span:
        return 0, 0
    end = int(last) if last.isdigit() and int(last) in span else span[-1]
    before = [m for m in span if m < end]
    start = int(first) if first.isdigit() and int(first) in before else before[-1] if before else end
    return start, end


def bridged(figures: Figures, first: int, last: int) -> Bridge:
    """The bridge between two months; with a reason where the data carry none."""
    if not carried(figures.pin) or not last:
        return Bridge(first, last, reason="no_balance")
    if not figures.pin.carries("gross"):
        return Bridge(first, last, reason="no_gross")
    kept = replace(figures.selection, months=(first, last))
    counts = figures.pin.counts
    moves = counts.totals(kept, by=MOVES, measures=("n", "B", "NB"))
    openings = counts.totals(kept, by=OPENINGS, measures=("n", "B"))
    whole = not kept.where and kept.codes is None
    return bridge(moves, openings, first=first, last=last, policy=figures.policy, whole=whole)


@dataclass(frozen=True)
class Listing:
    """The obligations behind one flow of a bridge, and of which release and selection."""

    version: str
    selection: Selection
    key: Key
    first: int
    last: int
    found: Behind


def listing(figures: Figures, key: Key, first: int, last: int) -> Listing:
    """The obligations behind a flow, read from the rows of the release."""
    rows = behind(figures.pin.release, figures.selection, key=key, first=first, last=last, policy=figures.policy)
    return Listing(figures.pin.version, figures.selection, key, first, last, rows)


def current(listing: Listing, figures: Figures, ends: tuple[int, int]) -> bool:
    """Whether a listing is still of what the page shows."""
    here = (figures.pin.version, figures.selection, *ends)
    return (listing.version, listing.selection, listing.first, listing.last) == here


@dataclass(frozen=True)
class Parts:
    """The ratio of each level of a dimension at two months."""

    dimension: str
    first: int
    last: int
    before: Mapping[str, OverdueSegment]
    after: Sequence[OverdueSegment]


def parts(figures: Figures, dimension: str, first: int, last: int) -> Parts:
    """The ratio by the levels of a dimension, at the end of the bridge and at its start."""
    if not (dimension and last and carried(figures.pin)):
        return Parts("", first, last, {}, ())
    measures = ("n", "B", figures.policy.overdue_measure)
    found = figures.pin.counts.totals(
        replace(figures.selection, months=(first, last)), by=("month", dimension), measures=measures
    )
    after, before = (overdue.by_dimension(found.at(month=m), policy=figures.policy) for m in (last, first))
    known = {s.level_name: s for s in before} if first != last else {}
    return Parts(dimension, first, last, known, sorted((s for s in after if s.gross > 0), key=lambda s: -s.overdue))


@dataclass(frozen=True)
class Covers:
    """The provisions of a month, of the month before and of the same month a year before, and what they are of."""

    version: str
    selection: Selection
    last: int
    now: Cover
    before: Cover
    year: Cover


def covers(figures: Figures, last: int) -> Covers:
    """The provisions, read from the rows of the release."""
    found = [
        cover(figures.pin.release, figures.selection, month=m, policy=figures.policy)
        for m in (last, months.add(last, -1), year_before(last))
    ]
    return Covers(figures.pin.version, figures.selection, last, *found)


def of(covers: Covers, figures: Figures, last: int) -> bool:
    """Whether provisions are still of what the page shows."""
    return (covers.version, covers.selection, covers.last) == (figures.pin.version, figures.selection, last)


def year_before(month: int) -> int:
    """The same month a year before."""
    return months.add(month, -YEAR)
