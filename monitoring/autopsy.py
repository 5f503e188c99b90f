"""Monitoring room: the autopsy of false positives: one cause of each, what it costs, what the model answers for.

A false positive is a flagged row with a negative outcome. Its cause (`data.rows.CAUSES`) was found once, whatever the
threshold, so that the causes of any selection at any threshold add up to its false positives, in rows and in balance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.counts import Tally
from data.rows import CAUSE, CAUSES, NEGATIVE, NO_OFFER, NOT_REACHED, NOT_RECORDED, NOT_WORKED, REFUSED
from monitoring.estimate import Estimate, Level
from monitoring.intervals import Array, design_effect, false_discovery, rate, two_proportions
from monitoring.metrics import ratio, share
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group, closed

MEASURES: Final = ("n", "B")
"""The histogram measures that `autopsy` reads, by CAUSE and, for intervals that respect clients, by random group."""
UNCONTACTED: Final = (NOT_WORKED, NOT_REACHED)
"""Causes of what was wasted without ever having been a contact with the client."""


@dataclass(frozen=True)
class Part:
    """The false positives of one cause: how many, their balance, what contacting them cost (NaN: no cost set), and
    their share of all in rows and in balance (NaN where there is none)."""

    cause: str
    n: int
    balance: float
    cost: float
    share: float
    share_balance: float


@dataclass(frozen=True)
class Autopsy:
    """The false positives from a score code on, by cause in the order of CAUSES.

    `n` and `balance` are their sums, `flagged` all flagged rows with a known outcome. `model_fdr`: REFUSED over
    flagged, the part of the FDR that the model answers for. `told`: whether rows have causes at all. `reason`: why
    nothing can be said.
    """

    code: int
    parts: tuple[Part, ...]
    n: int
    balance: float
    flagged: int
    fdr: Estimate
    model_fdr: Estimate
    told: bool
    reason: str

    def of(self, *causes: str) -> int:
        """False positives of these causes."""
        return sum(p.n for p in self.parts if p.cause in causes)

    @property
    def apart(self) -> int:
        """False positives without a record of an offer."""
        return self.of(NO_OFFER)

    @property
    def uncontacted(self) -> float:
        """Share, of those with a record of an offer, that never was a contact; NaN where there is none."""
        return share(self.of(*UNCONTACTED), self.n - self.apart)

    @property
    def refused(self) -> float:
        """Share, of those with a record of an offer, that the model answers for; NaN where there is none."""
        return share(self.of(REFUSED), self.n - self.apart)

    @property
    def unrecorded(self) -> bool:
        """Whether there are false positives, and of none of them is known what collection did."""
        return self.n > 0 and self.of(NOT_RECORDED) == self.n


def autopsy(histogram: Tally, code: int, *, policy: Policy | None = None) -> Autopsy:
    """The causes of what is flagged from a score code on, from a histogram by CAUSE (and random group)."""
    rule = policy or Policy()
    rows, money = (array(histogram, m, (CAUSE, "code", "label"))[:, code:].sum(1) for m in MEASURES)
    names = [str(name) for name in histogram.labels[CAUSE]]
    fp = {name: int(v) for name, v in zip(names, rows[:, NEGATIVE], strict=True)}
    balances = {name: float(v) for name, v in zip(names, money[:, NEGATIVE], strict=True)}
    n, balance = sum(fp.values()), math.fsum(balances.values())
    flagged = int(closed(rows).sum())
    every = by_random_group(histogram, "n", (CAUSE, "code", "label"))[:, :, code:].sum(2)
    known, wrong = closed(every).sum(1), every[:, :, NEGATIVE]
    refused = wrong[:, names.index(REFUSED)] if REFUSED in names else np.zeros(len(known))
    told = any(fp.get(cause) for cause in CAUSES)
    return Autopsy(
        code=code,
        parts=tuple(_part(c, fp.get(c, 0), balances.get(c, 0.0), n, balance, rule) for c in CAUSES),
        n=n,
        balance=balance,
        flagged=flagged,
        fdr=_rate(wrong.sum(1), known, rule),
        model_fdr=_rate(refused, known, rule) if told or not n else Estimate(reason="not_identifiable"),
        told=told,
        reason="" if flagged else "nobody_flagged" if closed(array(histogram, "n", ("label",))) else "no_label_yet",
    )


def _part(cause: str, n: int, balance: float, total: int, total_balance: float, rule: Policy) -> Part:
    cost = 0.0 if cause == NOT_WORKED else n * rule.cost_per_contact
    return Part(cause, n, balance, cost, share(n, total), share(balance, total_balance))


def _rate(x: Array, n: Array, rule: Policy) -> Estimate:
    """A rate of all groups together, with the interval that repeated clients leave; NaN where nobody is flagged."""
    if not n.sum():
        return Estimate(reason="nobody_flagged")
    deff = design_effect(x, n, confidence=rule.confidence)
    return rate(float(x.sum()), float(n.sum()), deff=deff, min_n=rule.min_n, confidence=rule.confidence)


@dataclass(frozen=True)
class Division:
    """One level of a dimension, or one month: flagged rows with a known outcome, false positives by cause in the order
    of CAUSES, the FDR and the part of it that the model answers for. `gap` is that part less that of all others
    together, `p` that they are equal, `q` corrected for all that are shown; `level` speaks of a worse one only."""

    name: str
    flagged: int
    causes: tuple[int, ...]
    fdr: Estimate
    model_fdr: Estimate
    gap: float
    p: float
    q: float
    level: Level

    @property
    def n(self) -> int:
        """False positives."""
        return sum(self.causes)

    def of(self, *causes: str) -> int:
        """False positives of these causes."""
        return sum(self.causes[CAUSES.index(c)] for c in causes)


def divided(histogram: Tally, axis: str, code: int, *, policy: Policy | None = None) -> list[Division]:
    """The autopsy of each position of one axis, from a histogram by it and CAUSE, in the axis's order; those of which
    nobody with a known outcome is flagged are left out."""
    rule = policy or Policy()
    rows = array(histogram, "n", (axis, CAUSE, "code", "label"))[:, :, code:].sum(2)
    names = [str(name) for name in histogram.labels[CAUSE]]
    wrong = np.stack([_of(rows, names, cause) for cause in CAUSES], axis=1)
    flagged = closed(rows).sum(1)
    refused = wrong[:, CAUSES.index(REFUSED)]
    gap = ratio(refused, flagged) - ratio(refused.sum() - refused, flagged.sum() - flagged)
    p = two_proportions(refused, flagged, x0=refused.sum() - refused, n0=flagged.sum() - flagged)
    q = false_discovery(np.where(flagged >= rule.min_n, p, np.nan))
    fp = rows[:, :, NEGATIVE].sum(1)
    return [
        Division(
            str(name), int(flagged[i]), tuple(int(v) for v in wrong[i]), _plain(fp[i], flagged[i], rule),
            _plain(refused[i], flagged[i], rule), float(gap[i]), float(p[i]), float(q[i]),
            rule.level_of_p(float(q[i])) if gap[i] > 0 or not np.isfinite(q[i]) else "ok",
        )
        for i, name in enumerate(histogram.labels[axis])
        if flagged[i] > 0
    ]  # fmt: skip


def _of(rows: Array, names: Sequence[str], cause: str) -> Array:
    return rows[:, names.index(cause), NEGATIVE] if cause in names else np.zeros(len(rows))


def _plain(x: float, n: float, rule: Policy) -> Estimate:
    return rate(x, n, min_n=rule.min_n, confidence=rule.confidence)
