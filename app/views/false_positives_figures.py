"""App room: the numbers of the False positives page: counted once per selection, added up anew for every threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.desk import Pin
from data.counts import Selection, Tally
from data.rows import NEGATIVE, POSITIVE
from monitoring import errors, outcomes
from monitoring.curves import Curve, SegmentErrors, by_segment, curve
from monitoring.errors import ThresholdErrors
from monitoring.grid import code_of_threshold, threshold_of_code
from monitoring.intervals import jeffreys
from monitoring.metrics import share
from monitoring.outcomes import Maturity
from monitoring.policy import Policy

MOST_POINTS, FEW_POINTS = 160, 25


@dataclass(frozen=True)
class Counted:
    """A selection, counted: scored rows by random group, score code and label; totals by arm; how far the outcomes of
    each month are known; and how many of the months have scored rows."""

    pin: Pin
    policy: Policy
    first: int
    last: int
    histogram: Tally
    totals: Tally
    months: tuple[Maturity, ...]
    managed_months: int

    @property
    def scored(self) -> int:
        """Rows with a score."""
        return int(self.histogram["n"].sum())

    @property
    def negatives(self) -> int:
        """Scored rows that turned out negative."""
        return int(self.histogram.keep("label")["n"][NEGATIVE])

    @property
    def positives(self) -> int:
        """Scored rows that turned out positive."""
        return int(self.histogram.keep("label")["n"][POSITIVE])

    @property
    def open_months(self) -> tuple[int, ...]:
        """Months of the selection with outcomes that are still open."""
        return tuple(m.month for m in self.months if m.open)

    @property
    def maturity(self) -> float:
        """Share of the outcomes, known or still open, that are known; NaN when there is none."""
        known = sum(m.matured for m in self.months)
        return share(known, known + sum(m.open for m in self.months))


@dataclass(frozen=True)
class Cut:
    """A threshold in use: its code, the score that it starts at (an edge of the grid), and what it gets wrong."""

    counted: Counted
    code: int
    threshold: float
    errors: ThresholdErrors


@dataclass(frozen=True)
class Course:
    """The curve over all thresholds, with a 95% interval of the FDR at each: arrays over `curve.code`. `drawn` are the
    positions with enough outcomes above them, thinned to what can be seen. `fpr` holds position → FPR, where it can be
    known; `reason` says why it cannot."""

    counted: Counted
    curve: Curve
    thresholds: np.ndarray
    low: np.ndarray
    high: np.ndarray
    labelled: np.ndarray
    drawn: np.ndarray
    fpr: dict[int, float]
    reason: str


def counted(pin: Pin, selection: Selection, *, policy: Policy) -> Counted:
    """Everything that the page needs of a selection whatever the threshold: two passes over its rows."""
    totals = pin.counts.totals(selection, by=("month", "arm"), measures=("n", *errors.MEASURES))
    first, last = selection.months or (pin.extent.months[0], pin.extent.months[-1])
    return Counted(
        pin=pin,
        policy=policy,
        first=first,
        last=last,
        histogram=pin.counts.histogram(selection, by=("rg",), measures=errors.HISTOGRAM_MEASURES),
        totals=totals.keep("arm", "label"),
        months=tuple(outcomes.by_month(totals, policy=policy)),
        managed_months=int((totals.keep("month")["scored"] > 0).sum()),
    )


def cut(counted: Counted, threshold: float) -> Cut:
    """What a threshold gets right and wrong."""
    edges = np.asarray(counted.pin.counts.edges, float)
    code = code_of_threshold(edges, threshold)
    found = errors.at_threshold(counted.histogram, code, totals=counted.totals, policy=counted.policy)
    return Cut(counted, code, threshold_of_code(edges, code), found)


def course(counted: Counted) -> Course:
    """What every threshold of the grid gets wrong."""
    found = curve(counted.histogram, policy=counted.policy)
    labelled = found.tp + found.fp
    low, high = jeffreys(found.fp, labelled, confidence=counted.policy.confidence)
    edges = np.asarray(counted.pin.counts.edges, float)
    drawn = _thinned(np.flatnonzero(labelled >= counted.policy.min_n), MOST_POINTS)
    fpr, reason = _fpr(counted, found, drawn)
    return Course(counted, found, edges[found.code - 1], low, high, labelled, drawn, fpr, reason)


def _thinned(positions: np.ndarray, most: int) -> np.ndarray:
    """At most so many positions, evenly spaced, always with the first and the last."""
    if len(positions) <= most:
        return positions
    return positions[np.linspace(0, len(positions) - 1, most).round().astype(int)]


def _fpr(counted: Counted, curve: Curve, drawn: np.ndarray) -> tuple[dict[int, float], str]:
    """FPR by position, and why there is none. Where it rests on weights it is found for a few thresholds only."""
    if not curve.reason:
        return {int(i): float(curve.fpr[i]) for i in drawn}, ""
    rows = counted.histogram.roll("rg")
    found = {
        int(i): errors.at_threshold(rows, int(curve.code[i]), totals=counted.totals, policy=counted.policy).fpr
        for i in _thinned(drawn, FEW_POINTS)
    }
    known = {i: e.value for i, e in found.items() if math.isfinite(e.value)}
    return known, "" if known else next((e.reason for e in found.values()), curve.reason)


def split(counted: Counted, selection: Selection, dimension: str) -> Tally | None:
    """Scored rows by level of a dimension, score code and label; None when no dimension varies."""
    if not dimension:
        return None
    return counted.pin.counts.histogram(selection, by=(dimension,), measures=("n",))


def segments(split: Tally | None, cut: Cut) -> list[SegmentErrors]:
    """Errors of each level at the threshold, without levels of which nobody is flagged."""
    if split is None:
        return []
    policy = cut.counted.policy
    deff = errors.of_repeats(cut.counted.histogram, cut.code, policy=policy)
    return [s for s in by_segment(split, cut.code, deff=deff, policy=policy) if s.flagged > 0]
