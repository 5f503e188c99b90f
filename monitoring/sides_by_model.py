"""Monitoring room: what part of the change of an expected rate from month to month is the model's, not the clients'."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from data.counts import Tally
from monitoring.decomposition import Parts, rescored
from monitoring.metrics import ratio, share
from monitoring.sides import Part, Split
from monitoring.tallies import array, closed

MEASURES = ("scored", "s1", "s0", "n0")
"""The totals that `split_by_model` reads."""
_PARTS = ("mix", "rate", "model")


def split_by_model(totals: Tally, dimension: str, *, a: int, b: int, windows: Mapping[int, int]) -> Split:
    """The change of the expected rate between the months a and b with a part for the model, from totals by month and
    `dimension` of these months and those between. `windows`: which model scored each month, by its place in time.

    Every model is only known beside the one before it, so that the change is split from each month that has outcomes to
    the next, where the rows of the later one carry the score of the earlier model, and the parts are added up.
    """
    early, late = min(a, b), max(a, b)
    found = {m: _Month.of(totals.at(month=m), dimension) for m in totals.labels["month"] if early <= m <= late}
    path = [m for m, month in found.items() if month.n.sum()]
    levels = tuple(map(str, totals.labels[dimension]))
    nothing = _Month.of(totals.roll("month"), dimension)
    first, last = (found.get(m, nothing) for m in (early, late))
    if not path or path[0] != early or path[-1] != late:
        return Split(math.nan, math.nan, math.nan, math.nan, (), reason="no_label_yet")
    steps = [_rescored(found[s], found[t], windows.get(t, -9) - windows.get(s, 9)) for s, t in pairwise(path)]
    known = [p for p in steps if p is not None]
    if len(known) < len(steps):
        return Split(first.mean, last.mean, math.nan, math.nan, (), reason="no_previous_score")
    sign = 1 if a <= b else -1
    mix, rate, model = (sign * sum((getattr(p, n) for p in known), np.zeros(len(levels))) for n in _PARTS)
    one, other = (first, last) if a <= b else (last, first)
    columns = np.column_stack([one.share, other.share, one.rate, other.rate, mix, rate, model]).tolist()
    parts = tuple(Part(name, *row) for name, row in zip(levels, columns, strict=True) if row[0] or row[1])
    return Split(one.mean, other.mean, float(mix.sum()), float(rate.sum()), parts, float(model.sum()))


@dataclass(frozen=True)
class _Month:
    """Rows with an outcome by level, the sum of their scores, that of the model before, and how many have one of it."""

    n: np.ndarray
    score: np.ndarray
    before: np.ndarray
    known: np.ndarray

    @staticmethod
    def of(totals: Tally, dimension: str) -> _Month:
        """From totals by the dimension, which may have further axes."""
        return _Month(*(closed(array(totals.keep(dimension, "label"), m, (dimension, "label"))) for m in MEASURES))

    @property
    def share(self) -> np.ndarray:
        """Of the rows, by level."""
        return self.n / self.n.sum()

    @property
    def rate(self) -> np.ndarray:
        """Mean score by level, NaN without rows."""
        return ratio(self.score, self.n)

    @property
    def mean(self) -> float:
        """Mean score of all."""
        return share(float(self.score.sum()), float(self.n.sum()))


def _rescored(s: _Month, t: _Month, models: int) -> Parts | None:
    """The split from a month to a later one that is so many models on; None where that is not known."""
    if models == 0:
        return rescored(s.share, s.rate, w1=t.share, r1_old=t.rate, r1=t.rate)
    if models == 1 and (t.known == t.n).all():
        return rescored(s.share, s.rate, w1=t.share, r1_old=ratio(t.before, t.n), r1=t.rate)
    return None
