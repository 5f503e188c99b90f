"""Monitoring room: roll rates: where obligations of each ageing bucket stood a month later, with intervals.

Unlike the overdue ratio, a roll rate is read as a chance that will hold again, so that it has an interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from data.counts import Tally
from data.rows import BUCKETS, ENDED, GONE, PAID_OFF, UNKNOWN, WRITTEN
from monitoring.intervals import jeffreys
from monitoring.metrics import ratio
from monitoring.migration import shares
from monitoring.tallies import array

MEASURES: Final = ("n", "B", "B2")
"""Measures of the counts by MOVES that `rolls` reads."""
OUT: Final = (PAID_OFF, WRITTEN, GONE)
"""Where an obligation goes that has no bucket any more."""
Unit = Literal["count", "balance"]


@dataclass(frozen=True)
class Rolls:
    """Where each of BUCKETS went, as shares of its row (NaN where it is empty) with 95 % intervals: the columns are
    `places`, which are the buckets, UNKNOWN and OUT. `n`: obligation-months of each row, `effective`: what they are
    worth in the interval (fewer where a few balances weigh most), `moves`: what moved, counts or balance before."""

    places: tuple[str, ...]
    moves: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray
    effective: np.ndarray

    def worse(self, bucket: str) -> float:
        """Share of a bucket that stood in a worse one a month later, or was written off; NaN where it is empty."""
        at = BUCKETS.index(bucket)
        return float(self.share[at, [k for k, p in enumerate(self.places) if p in (*BUCKETS[at + 1 :], WRITTEN)]].sum())

    def cured(self, bucket: str) -> float:
        """Share of a bucket that was not in arrears a month later, or paid off; NaN where it is empty."""
        return float(self.share[BUCKETS.index(bucket), [self.places.index(p) for p in (BUCKETS[0], PAID_OFF)]].sum())


def rolls(moves: Tally, *, by: Unit = "count") -> Rolls:
    """The roll rates of all months in the counts by MOVES. Rows whose next month is not known, and those that owed
    nothing, are left out."""
    places = (*BUCKETS, UNKNOWN, *OUT)
    n, balance, squares = (_matrix(moves, m, places) for m in MEASURES)
    effective = n.sum(1) if by == "count" else np.nan_to_num(ratio(balance.sum(1) ** 2, squares.sum(1)))
    moved = n if by == "count" else balance
    share = shares(moved)
    low, high = jeffreys(np.nan_to_num(share) * effective[:, None], effective[:, None])
    return Rolls(places, moved, share, low, high, n.sum(1), effective)


def _matrix(moves: Tally, measure: str, places: tuple[str, ...]) -> np.ndarray:
    """A measure by bucket and place a month later."""
    cells = array(moves, measure, ("bucket", "flow", "next_bucket"))
    out = np.zeros((len(BUCKETS), len(places)))
    for f, flow in enumerate(moves.labels["flow"]):
        if flow in (UNKNOWN, ENDED):
            continue
        for b, bucket in enumerate(moves.labels["bucket"]):
            if bucket not in BUCKETS:
                continue
            for t, then in enumerate(moves.labels["next_bucket"]):
                out[BUCKETS.index(bucket), places.index(flow if flow in OUT else then)] += cells[b, f, t]
    return out
