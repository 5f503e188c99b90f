"""Monitoring room: two scores of the same rows, champion and opponent: who would be listed by one, by both, by neither.

A list is made month by month: at every capacity each score puts the same number of a month's rows on its own. Rows of
one score are drawn in an order that knows nothing of them, the same for both scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special, stats

from data.counts import Listed
from data.rows import NEGATIVE, POSITIVE, RANDOM_GROUPS
from monitoring.estimate import Estimate
from monitoring.intervals import Array, design_effect, jackknife, rate
from monitoring.metrics import ratio, share
from monitoring.paired import difference, in_order
from monitoring.policy import Policy

STEPS: Final = 200
"""Capacities that are told apart: from nobody (0) to everybody, in half percents of each month's rows."""
AMOUNTS: Final = ("score", "balance", "cash")
"""What is read of each row beside the opponent's score."""
SUMS: Final = ("rows", "balance", "expected", "rival", "cash", "overdue")
OVERDUE: Final = ("V1", "V30", "V60", "V90")
"""Policy.overdue_measure → the least overdue class that it counts, from 1."""
CELLS: Final = ("both", "champion", "opponent", "neither")


@dataclass(frozen=True)
class Cell:
    """Rows that both list, or only one, or neither: `balance`, the cash that either score `expected` of them (score ×
    balance; `rival` by the opponent's), the `cash` that came, the balance that was `overdue` at the opening; of the
    rows with a known outcome those that succeeded and failed, and the share that failed with its interval."""

    rows: float
    balance: float
    expected: float
    rival: float
    cash: float
    overdue: float
    positives: float
    negatives: float
    fdr: Estimate


@dataclass(frozen=True)
class McNemar:
    """Calls that only one of two lists gets right (called and succeeded, or not called and failed): `champion` and
    `opponent` rows, the exact two-sided `p` that they are equally many, and `gain`, the opponent's less the champion's
    per known outcome, whose interval respects that clients repeat, with `p_robust` of its own."""

    champion: float
    opponent: float
    p: float
    gain: Estimate
    p_robust: float


@dataclass(frozen=True)
class Swap:
    """The four cells at a capacity; `listed` rows are on each list, `drawn` of them among rows of one score, on the
    champion's list and on the opponent's."""

    step: int
    listed: float
    drawn: tuple[float, float]
    both: Cell
    champion: Cell
    opponent: Cell
    neither: Cell
    mcnemar: McNemar

    @property
    def cells(self) -> tuple[Cell, Cell, Cell, Cell]:
        """In the order of CELLS."""
        return self.both, self.champion, self.opponent, self.neither


@dataclass(frozen=True)
class Race:
    """Two scores on the rows of `months` that both have scored. `auc` of either and `gap`, the opponent's less the
    champion's. `sums[measure]` at [i, j]: rows on the champion's list from capacity i on, or earlier, and on the
    opponent's from j on, or earlier; `known`: positives and negatives so, by random group; `size`: rows listed at each
    capacity; `drawn`: those that a draw put there, of either score."""

    months: tuple[int, ...]
    rows: int
    left_out: int
    auc: tuple[Estimate, Estimate]
    gap: Estimate
    sums: Mapping[str, Array]
    known: Array
    size: Array
    drawn: Array
    policy: Policy

    @property
    def outcomes(self) -> int:
        """Rows with a known outcome."""
        return int(self.known[..., -1, -1].sum())

    def swap(self, step: int) -> Swap:
        """The cells at a capacity of `step` of STEPS; beyond them it is nobody or everybody."""
        k = min(max(step, 0), STEPS)
        sums = {name: _cells(each, k) for name, each in self.sums.items()}
        known = _cells(self.known, k)
        cells = {
            name: _cell({n: float(v[c]) for n, v in sums.items()}, known[c], self.policy)
            for c, name in enumerate(CELLS)
        }  # fmt: skip
        drawn = (float(self.drawn[0, k]), float(self.drawn[1, k]))
        return Swap(k, float(self.size[k]), drawn, mcnemar=mcnemar(known, self.policy), **cells)

    def gains(self) -> list[Estimate]:
        """Of every capacity, the share of the opponent's list that succeeds less that of the champion's, each of its
        own known outcomes: what one list has more of them than the other says nothing of its worth."""
        both, mine, theirs, _ = _cells(self.known, np.arange(STEPS + 1))
        one, other = both + mine, both + theirs
        found = jackknife(
            lambda x1, n1, x0, n0: ratio(x1, n1) - ratio(x0, n0), other[0], other.sum(0), one[0], one.sum(0),
            confidence=self.policy.confidence,
        )  # fmt: skip
        fewer = np.minimum(one.sum((0, 1)), other.sum((0, 1)))
        return [found.estimate(n=float(n), at=(k,)) for k, n in enumerate(fewer)]


def race(rows: Iterable[Listed], opponent: str, *, policy: Policy | None = None) -> Race:
    """Champion and opponent on rows of matured months, listed with AMOUNTS and the column `opponent`."""
    rule = policy or Policy()
    with ThreadPoolExecutor(2) as pool:
        months = list(pool.map(lambda m: _Month.of(m, opponent, rule), rows))
    held = [m for m in months if m.rows]
    one, other, at, y, rg = (
        np.concatenate([getattr(m, n) for m in held] or [np.zeros(0)]) for n in ("one", "other", "at", "y", "rg")
    )
    y, cell = y.astype(bool), rg.astype(np.int64) * (STEPS + 1) ** 2 + at.astype(np.int64)
    auc, gap = difference(one, other, y, group=rg, confidence=rule.confidence)
    square = (STEPS + 1, STEPS + 1)
    return Race(
        months=tuple(m.month for m in held),
        rows=sum(m.rows for m in held),
        left_out=sum(m.left_out for m in months),
        auc=auc,
        gap=gap,
        sums={n: sum((m.sums[n] for m in held), np.zeros(square)) for n in SUMS},
        known=np.stack([_squares(cell[y == hit], groups=RANDOM_GROUPS) for hit in (True, False)]),
        size=sum((m.size for m in held), np.zeros(STEPS + 1)),
        drawn=sum((m.drawn for m in held), np.zeros((2, STEPS + 1))),
        policy=rule,
    )


@dataclass(frozen=True)
class _Month:
    """What one month adds: its rows with both scores and those without; of its rows with a known outcome both scores,
    where they enter both lists (`at`), the outcome and the random group; and sums of a Race."""

    month: int
    rows: int
    left_out: int
    one: Array
    other: Array
    at: Array
    y: Array
    rg: Array
    sums: Mapping[str, Array]
    size: Array
    drawn: Array

    @staticmethod
    def of(found: Listed, opponent: str, policy: Policy) -> _Month:
        mine, theirs = found.amounts["score"], found.amounts[opponent]
        scored = np.isfinite(mine)
        order = np.random.default_rng(found.month).permutation(np.flatnonzero(scored & np.isfinite(theirs)))
        n = len(order)
        mine, theirs, label, rg = mine[order], theirs[order], found.label[order], found.rg[order]
        size = np.arange(STEPS + 1, dtype=np.int64) * n // STEPS
        (first, by_first), (second, by_second) = _enters(mine, size), _enters(theirs, size)
        at = first * (STEPS + 1) + second
        balance, overdue = found.amounts["balance"][order].astype(float), found.overdue[order]
        late = overdue > OVERDUE.index(policy.overdue_measure)
        weights = {
            "rows": None, "balance": balance, "expected": balance * mine, "rival": balance * theirs,
            "cash": found.amounts["cash"][order], "overdue": balance * late,
        }  # fmt: skip
        told = (label == POSITIVE) | (label == NEGATIVE)
        return _Month(
            found.month, n, int(scored.sum()) - n,
            mine[told], theirs[told], at[told], label[told] == POSITIVE, rg[told],
            {name: _squares(at, w)[0] for name, w in weights.items()}, size.astype(float),
            np.stack([by_first, by_second]),
        )  # fmt: skip


def _enters(score: Array, size: Array) -> tuple[Array, Array]:
    """The capacity from which each row is listed, the best score first; and at every capacity how many of the listed
    rows were drawn from those of the score at the end of the list."""
    best = in_order(score)[::-1]
    enters = np.empty(len(score), np.int64)
    enters[best] = np.repeat(np.arange(len(size)), np.diff(size, prepend=0))
    ascending = -score[best]
    last = ascending[np.maximum(size - 1, 0)] if len(score) else np.zeros(len(size), np.float32)
    start, end = (np.searchsorted(ascending, last, side=s) for s in ("left", "right"))
    return enters, np.where((size > 0) & (end > size), size - start, 0).astype(float)


def _squares(cell: Array, weights: Array | None = None, *, groups: int = 1) -> Array:
    """Sums of rows by group and by the capacities at which they enter either list, added up from nobody on."""
    side = STEPS + 1
    flat = np.bincount(cell, weights, minlength=groups * side**2).astype(float)
    return flat.reshape(groups, side, side).cumsum(-1).cumsum(-2)


def _cells(sums: Array, k: int | Array) -> Array:
    """Sums of both lists, the champion's alone, the opponent's alone, and neither, at a capacity."""
    both, mine, theirs, every = sums[..., k, k], sums[..., k, -1], sums[..., -1, k], sums[..., np.full_like(k, -1), -1]
    return np.stack([both, mine - both, theirs - both, every - mine - theirs + both])


def _cell(sums: Mapping[str, float], known: Array, policy: Policy) -> Cell:
    positives, negatives = known
    n = positives + negatives
    deff = design_effect(negatives, n, confidence=policy.confidence)
    fdr = rate(float(negatives.sum()), float(n.sum()), deff=deff, min_n=policy.min_n, confidence=policy.confidence)
    return Cell(**sums, positives=float(positives.sum()), negatives=float(negatives.sum()), fdr=fdr)


def mcnemar(known: Array, policy: Policy | None = None) -> McNemar:
    """McNemar's test of two lists from `known`: [cell, positive or negative, random group]. The exact p doubles the
    binomial tail; without a call in which they differ there is nothing to test."""
    rule = policy or Policy()
    (_, (win, lose), (gain, waste), _) = known
    mine, theirs = win + waste, gain + lose
    one, other = float(mine.sum()), float(theirs.sum())
    fewer, both = min(one, other), one + other
    p = min(1.0, 2 * float(special.betainc(both - fewer, fewer + 1, 0.5))) if both else np.nan
    n = known.sum((0, 1))
    found = jackknife(ratio, theirs - mine, n, confidence=rule.confidence).estimate(n=float(n.sum()))
    df = max(int((n > 0).sum()) - 1, 1)
    robust = 2 * float(stats.t.sf(abs(share(found.value, found.se)), df)) if found.se > 0 else np.nan
    return McNemar(one, other, p, found, robust)
