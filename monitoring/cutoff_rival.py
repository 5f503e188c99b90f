"""Monitoring room: a list against one of the same length by another score: who is on both, who comes in and goes out.

The other score has no threshold of its own: of the rows that carry both scores it takes as many as are on the list, its
best first. Rows of like score, by a bin of a five-hundredth of all rows, share the last places in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.counts import Listed
from data.counts.grid import encode
from data.rows import NEGATIVE, POSITIVE
from monitoring.cutoff import Swap, part
from monitoring.intervals import Array
from monitoring.policy import Policy

AMOUNTS: Final = ("balance", "cash", "score")
"""What is read of a row beside the other score."""
BINS: Final = 500
SAMPLED: Final = 100_000
"""Rows of a month that the bins of the other score are drawn from."""


@dataclass(frozen=True)
class Crossed:
    """Sums over the rows with both scores, of those from a code and from a bin of the other score on: axes (sum, code,
    bin), the last code and the last bin holding nobody. Sums: rows, expected successes, score-weighted balance, cash,
    positives, negatives. `rows`: how many there are."""

    sums: Array

    @property
    def rows(self) -> float:
        """Rows with both scores."""
        return float(self.sums[0, 0, 0])


def crossed(months: Sequence[Listed], rival: str, *, edges: Array) -> Crossed:
    """Both scores of the rows, crossed. `edges` are those of the grid of the model's score."""
    cuts = _cuts(months, rival)
    shape = (len(edges) - 1, len(cuts) + 1)
    sums = np.zeros((6, shape[0] * shape[1]))
    for month in months:
        score, other = month.amounts["score"], month.amounts[rival]
        both = np.isfinite(score) & np.isfinite(other)
        p = score[both].astype(float)
        code = encode(score[both], edges).astype(np.int64) - 1
        cell = code * shape[1] + np.searchsorted(cuts, other[both], side="right")
        balance, cash, label = month.amounts["balance"][both], month.amounts["cash"][both], month.label[both]
        for k, weight in enumerate((None, p, p * balance, cash, label == POSITIVE, label == NEGATIVE)):
            sums[k] += np.bincount(cell, weight, minlength=sums.shape[1])
    return Crossed(_from_above(sums.reshape(6, *shape)))


def _cuts(months: Iterable[Listed], rival: str) -> Array:
    """Edges between the bins of the other score: its quantiles."""
    found = [m.amounts[rival][np.isfinite(m.amounts[rival])] for m in months]
    some = np.concatenate([v[:: len(v) // SAMPLED + 1] for v in found]) if found else np.zeros(0)
    return np.unique(np.quantile(some, np.arange(1, BINS) / BINS)) if len(some) else np.zeros(0)


def _from_above(sums: Array) -> Array:
    summed = np.flip(np.cumsum(np.cumsum(np.flip(sums, (1, 2)), axis=1), axis=2), (1, 2))
    return np.pad(summed, ((0, 0), (0, 1), (0, 1)))


def against(found: Crossed, *, code: int, policy: Policy | None = None) -> Swap:
    """The list from `code` on against the best rows of the other score, as many of them."""
    rule, sums = policy or Policy(), found.sums
    position = min(max(code, 1), sums.shape[1]) - 1
    listed = sums[:, position, 0]
    place = max(0, int(np.flatnonzero(sums[0, 0] >= listed[0])[-1]) if listed[0] else sums.shape[2] - 1)
    following = min(place + 1, sums.shape[2] - 1)
    room = sums[0, 0, place] - sums[0, 0, following]
    kept = (listed[0] - sums[0, 0, following]) / room if room else 0.0

    def theirs(at: int) -> Array:
        return sums[:, at, following] + kept * (sums[:, at, place] - sums[:, at, following])

    both, other, everybody = theirs(position), theirs(0), sums[:, 0, 0]
    cells = (both, listed - both, other - both, everybody - listed - other + both)
    return Swap(*(part(cell, rule) for cell in cells))
