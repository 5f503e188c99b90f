"""App room: the scored rows of a selection by random group, month and score bin, for the section Rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.desk import Pin
from data.counts import Selection, Tally
from data.months import add
from data.rows import FINAL_AFTER, NEGATIVE, OPEN, POSITIVE
from monitoring.tallies import array

SCORING, LABEL = "scoring", "label"
"""By the month of the score, or by the month at whose end the outcome was final."""
Array = np.ndarray


@dataclass(frozen=True)
class Rows:
    """Scored rows by random group, month and score bin: positive, negative; those still open, by month; and all, with
    an outcome or without, by month and score bin."""

    months: tuple[int, ...]
    pos: Array
    neg: Array
    open: Array
    listed: Array


def _parts(pin: Pin, selection: Selection, basis: str) -> Iterator[tuple[int, Tally]]:
    """Histograms by month and random group, with the months by which each is to be shifted."""
    counts = pin.counts
    if basis == SCORING:
        yield 0, counts.histogram(selection, by=("month", "rg"), measures=("n",))
        return
    after = counts.totals(selection, by=(FINAL_AFTER,), measures=("n",))
    for level, rows in zip(after.labels[FINAL_AFTER], array(after, "n", (FINAL_AFTER,)), strict=True):
        if level.isdigit() and rows:
            narrowed = within(selection, FINAL_AFTER, (level,))
            yield int(level), counts.histogram(narrowed, by=("month", "rg"), measures=("n",))


def within(selection: Selection, name: str, levels: Sequence[str]) -> Selection:
    """The selection, narrowed to levels of one more column."""
    kept = selection.where.get(name)
    both = tuple(levels) if kept is None else tuple(x for x in levels if x in kept)
    return replace(selection, where={**selection.where, name: both})


def rows(pin: Pin, selection: Selection, basis: str) -> Rows:
    """Scored rows by month; months before the first score are left out."""
    parts = [(lag, t.labels["month"], array(t, "n", ("label", "rg", "month", "code")))
             for lag, t in _parts(pin, selection, basis)]  # fmt: skip
    names = sorted({add(m, lag) for lag, months, _ in parts for m in months})
    shape = parts[0][2].shape if parts else (4, 1, 0, 1)
    out = np.zeros((shape[0], shape[1], len(names), shape[3])) if len(parts) != 1 else parts[0][2]
    for lag, months, n in parts if len(parts) != 1 else ():
        out[:, :, [names.index(add(m, lag)) for m in months]] += n
    scored = out[[NEGATIVE, POSITIVE, OPEN]].sum((0, 1, 3)) > 0
    kept = np.flatnonzero(scored)
    open_ = out[OPEN].sum((0, 2))[kept]
    pos, neg = out[POSITIVE][:, kept], out[NEGATIVE][:, kept]
    return Rows(tuple(names[k] for k in kept), pos, neg, open_, out.sum((0, 1))[kept])
