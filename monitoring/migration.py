"""Monitoring room: how obligations move between ageing buckets (or score bands), from a matrix of counts or balances.

Rows are where they were, columns where they are; order runs from best to worst.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.counts import Selection
from data.counts.grid import encode
from data.rows import RANDOM_GROUPS, UNSCORED
from data.store import Release
from monitoring.behind import kept
from monitoring.estimate import Estimate
from monitoring.intervals import Array, jackknife
from monitoring.metrics import ratio
from monitoring.policy import Policy

_KEYS: Final = ["client", "obligation"]


def shares(moves: object) -> np.ndarray:
    """Where each row's obligations went, as shares of the row; NaN where the row is empty."""
    m = np.asarray(moves, float)
    return ratio(m, m.sum(1, keepdims=True))


def roll_rates(moves: object) -> np.ndarray:
    """Share of each bucket (but the last) that fell into the next worse one."""
    return np.diagonal(shares(moves), offset=1).copy()


def cure_rates(moves: object) -> np.ndarray:
    """Share of each bucket that returned to the first one (the first entry: that stayed there)."""
    return shares(moves)[:, 0].copy()


def weighted_bandwidth(moves: object) -> tuple[float, float]:
    """Matrix weighted bandwidth, upper and lower (ECB 2019, 2.5.5.1): how far moves reach, relative to the furthest
    possible (0..1); NaN without any move on that side."""
    m = np.asarray(moves, float)
    i, j = np.indices(m.shape)
    furthest = np.maximum(len(m) - 1 - i, i)
    sides = (j > i, j < i)
    above, below = (float(ratio((np.abs(i - j) * m)[s].sum(), (furthest * m)[s].sum())) for s in sides)
    return above, below


def monotonicity_z(moves: object) -> np.ndarray:
    """z that a cell is rarer than its neighbour nearer to the diagonal (ECB 2019, 2.5.5.2); NaN on the diagonal and
    where both are empty."""
    m = np.asarray(moves, float)
    p = shares(m)
    k = len(m)
    z = np.full((k, k), math.nan)
    for i, j in np.argwhere(~np.eye(k, dtype=bool)):
        nearer = p[i, j + 1] if j < i else p[i, j - 1]
        variance = (p[i, j] * (1 - p[i, j]) + nearer * (1 - nearer) + 2 * p[i, j] * nearer) / max(m[i].sum(), 1)
        if variance > 0:
            z[i, j] = (nearer - p[i, j]) / math.sqrt(variance)
    return z


@dataclass(frozen=True)
class Migration:
    """Obligations that two months scored, by random group and by score band in both: `moves` (30, bands, bands), lowest
    scores first. `scored` in the month `first`; `left`: not there, or without a score, in the month `last`."""

    first: int
    last: int
    moves: Array
    scored: int
    left: int

    @property
    def matrix(self) -> Array:
        """Obligations by band before (rows) and after (columns)."""
        return self.moves.sum(0)

    @property
    def followed(self) -> int:
        """Obligations that carry a score in both months."""
        return self.scored - self.left

    @property
    def stayed(self) -> int:
        """Those of them in the same band."""
        return int(np.trace(self.matrix))

    def bandwidths(self, *, policy: Policy | None = None) -> tuple[Estimate, Estimate]:
        """`weighted_bandwidth` towards higher and towards lower scores, with intervals that respect that a client's
        obligations move together. NaN where nothing moved to that side."""
        found = []
        for sign in (1, -1):
            over, under = _reach(self.moves, sign)
            spread = jackknife(ratio, over, under, confidence=(policy or Policy()).confidence)
            found.append(spread.estimate(n=float(self.followed)))
        return found[0], found[1]


def _reach(moves: Array, sign: int) -> tuple[Array, Array]:
    """Numerator and denominator of the weighted bandwidth of one side, by random group."""
    bands = moves.shape[-1]
    i, j = np.indices((bands, bands))
    side = ((j - i) * sign > 0) * 1.0
    furthest = np.maximum(bands - 1 - i, i)
    return (moves * side * np.abs(i - j)).sum((1, 2)), (moves * side * furthest).sum((1, 2))


def between(
    release: Release, selection: Selection, *, first: int, last: int, cuts: Sequence[int], edges: Array
) -> Migration:
    """Where the obligations that the filters of a selection keep in the month `first` (its months are not looked at)
    stand in the month `last`, whatever they have become; `edges`: the score grid, `cuts`: first score code of each
    band."""
    bands = len(cuts)
    parts = {p.name for p in release.parts("rows")}
    if not {str(first), str(last)} <= parts:
        return Migration(first, last, np.zeros((RANDOM_GROUPS, bands, bands)), 0, 0)
    was = _scored(release, first, edges, ("rg", *selection.where))
    was = was[kept(was, selection)]
    both = was[[*_KEYS, "rg", "score_code"]].merge(_scored(release, last, edges), on=_KEYS, suffixes=("", "_now"))
    before, after = (
        np.searchsorted(cuts, both[name].to_numpy(np.int64), side="right") - 1
        for name in ("score_code", "score_code_now")
    )
    place = (both["rg"].to_numpy(np.int64) * bands + before) * bands + after
    moves = np.bincount(place, minlength=RANDOM_GROUPS * bands**2).reshape(RANDOM_GROUPS, bands, bands)
    return Migration(first, last, moves.astype(float), len(was), len(was) - len(both))


def _scored(release: Release, month: int, edges: Array, more: Sequence[str] = ()) -> pd.DataFrame:
    """The rows of a month that carry a score, with their score codes."""
    wanted = dict.fromkeys((*_KEYS, "score", *more))
    rows = release.frame("rows", columns=list(wanted), parts=[str(month)])
    rows = rows.assign(score_code=encode(rows["score"].to_numpy(np.float32), edges)).drop(columns="score")
    return rows[rows["score_code"] != UNSCORED]
