"""Monitoring room: how people are treated alike: error, offer and acceptance rates by level of a dimension, each held
against all others together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, POSITIVE
from monitoring import errors
from monitoring.estimate import Estimate, Level
from monitoring.intervals import Array, design_effect, difference, false_discovery, rate, two_proportions
from monitoring.policy import Policy
from monitoring.suppression import hidden
from monitoring.tallies import array, by_random_group, closed

DIMENSIONS: Final = ("gender", "age_band", "region")
"""The dimensions by which treatment is watched."""
RATES: Final = ("fdr", "offer_rate", "acceptance", "recall")
"""What is compared, in the order in which it is shown."""
MEASURES: Final = ("n", "eligible", "offered", *errors.MEASURES)
"""The totals, by the dimension, random group and arm, that are read."""
HISTOGRAM_MEASURES: Final = ("n", "w")
"""The histogram measures, by the dimension, that are read."""


@dataclass(frozen=True)
class Compared:
    """One rate of a level, its difference to that of all other levels together (a share; MOVER interval), the p that
    both are equal, and q corrected for everything that is shown together; `level` judges q and speaks of any
    difference. All NaN where the rate is not shown or not known: `rate.reason` says why ("suppressed": it rests on too
    few obligations, or would let those of another level be worked out)."""

    rate: Estimate
    gap: Estimate = field(default_factory=Estimate)
    p: float = math.nan
    q: float = math.nan
    level: Level = "unknown"


@dataclass(frozen=True)
class Group:
    """A level of a dimension and its RATES."""

    name: str
    rates: Mapping[str, Compared]


def compare(
    totals: Tally, flagged: Tally, histogram: Tally, dimension: str, code: int, *, policy: Policy | None = None
) -> list[Group]:
    """Every level that has obligations, in display order, from totals by the dimension, random group and arm, the rows
    ("n") of those `flagged`, codes from `code` on, by the dimension and random group, and the histogram by the
    dimension; q is not corrected yet.

    FDR: of flagged rows with a known outcome, those that turned out negative. Offer rate: offered of eligible rows.
    Acceptance: positives among rows with a known outcome. Recall: as far as `errors.at_threshold` can know it.
    """
    rule = policy or Policy()
    names = [str(v) for v in totals.labels[dimension]]
    parts = _counted(totals, flagged, dimension)
    rows = by_random_group(totals, "n", (dimension,)).sum(0)
    found = {name: _compared(x, n, rule) for name, (x, n) in parts.items()}
    found["recall"] = _recall(totals, histogram, dimension, code, rule)
    return [Group(name, {r: found[r][i] for r in RATES}) for i, name in enumerate(names) if rows[i] > 0]


def corrected(tables: Sequence[Sequence[Group]], *, policy: Policy | None = None) -> list[list[Group]]:
    """The same tables with q over every difference that they show together (Benjamini & Hochberg 1995)."""
    rule = policy or Policy()
    cells = [c for table in tables for group in table for c in group.rates.values()]
    q = iter(false_discovery([c.p for c in cells]).tolist())

    def judged(cell: Compared) -> Compared:
        value = next(q)
        return replace(cell, q=value, level=rule.level_of_p(value))

    return [[replace(g, rates={r: judged(c) for r, c in g.rates.items()}) for g in table] for table in tables]


def _counted(totals: Tally, flagged: Tally, dimension: str) -> dict[str, tuple[Array, Array]]:
    """Numerator and denominator of each rate by random group and level."""
    listed = by_random_group(flagged, "n", (dimension, "label"))
    outcome = by_random_group(totals, "n", (dimension, "label"))
    offered, eligible = (by_random_group(totals, m, (dimension,)) for m in ("offered", "eligible"))
    return {
        "fdr": (listed[..., NEGATIVE], closed(listed)),
        "offer_rate": (offered, eligible),
        "acceptance": (outcome[..., POSITIVE], closed(outcome)),
    }


def _compared(x: Array, n: Array, rule: Policy) -> list[Compared]:
    """One rate of every level, from its counts by random group and level."""
    deff = design_effect(x, n, confidence=rule.confidence)
    x, n = x.sum(0), n.sum(0)
    x0, n0 = x.sum() - x, n.sum() - n
    p = two_proportions(x / deff, n / deff, x0=x0 / deff, n0=n0 / deff)
    gone = hidden(n.tolist(), least=rule.cell_least)
    how = {"deff": deff, "min_n": rule.min_n, "confidence": rule.confidence}
    return [
        Compared(Estimate(reason="suppressed"))
        if gone[i]
        else _held(rate(x[i], n[i], **how), rate(x0[i], n0[i], **how), float(p[i]), rule)
        for i in range(len(n))
    ]


def _held(own: Estimate, others: Estimate, p: float, rule: Policy) -> Compared:
    judged = min(own.n, others.n) >= rule.min_n
    return Compared(own, difference(own, others) if others.n else Estimate(reason="single_member"),
                    p if judged else math.nan)  # fmt: skip


def _recall(totals: Tally, histogram: Tally, dimension: str, code: int, rule: Policy) -> list[Compared]:
    """Recall of every level against that of all others, each on its own basis; NaN where either is not identified."""
    names = totals.labels[dimension]
    rows = totals.keep(*(a for a in totals.axes if a != "rg"))
    n = array(histogram, "n", (dimension, "label"))[:, POSITIVE]
    gone = hidden(n.tolist(), least=rule.cell_least)
    found = []
    for i, name in enumerate(names):
        if gone[i]:
            found.append(Compared(Estimate(reason="suppressed")))
            continue
        own = _recall_of(histogram, rows, dimension, [name], code, rule)
        others = _recall_of(histogram, rows, dimension, [x for x in names if x != name], code, rule)
        gap = difference(own, others)
        found.append(_held(own, others, _p_of(gap, own, others), rule))
    return found


def _recall_of(
    histogram: Tally, totals: Tally, dimension: str, levels: Sequence[object], code: int, rule: Policy
) -> Estimate:
    parts = [_only(t, dimension, levels) for t in (histogram, totals)]
    values = {**parts[0].values, "B": np.zeros_like(parts[0]["n"])}
    return errors.at_threshold(replace(parts[0], values=values), code, totals=parts[1], policy=rule).recall


def _only(tally: Tally, dimension: str, levels: Sequence[object]) -> Tally:
    """The counts of some levels of a dimension together."""
    axis = tally.axes.index(dimension)
    at = [tally.labels[dimension].index(v) for v in levels]
    left = tuple(a for a in tally.axes if a != dimension)
    labels = {a: tally.labels[a] for a in left}
    return Tally(left, labels, {m: v.take(at, axis).sum(axis) for m, v in tally.values.items()})


def _p_of(gap: Estimate, own: Estimate, others: Estimate) -> float:
    """Two-sided p of a difference of two rates worth `n` rows each; NaN where either is unknown."""
    if not (math.isfinite(gap.value) and own.n > 0 and others.n > 0):
        return math.nan
    x, x0 = own.value * own.n, others.value * others.n
    return float(two_proportions(x, own.n, x0=x0, n0=others.n))
