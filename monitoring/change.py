"""Monitoring room: what changed in the overdue ratio between two months: which segment, and by mix or by rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from monitoring.decomposition import kitagawa
from monitoring.metrics import ratio, share
from monitoring.policy import Policy
from monitoring.tallies import array, dimensions


@dataclass(frozen=True)
class Contribution:
    """What one segment added to the change of the total ratio: `rate` through its own ratio, `mix` through its share of
    the portfolio, `total` both; `excess` is what it added beyond its share of the portfolio. All as fractions of the
    portfolio (0.001 = 0.1 pp)."""

    level_name: str
    rate: float
    mix: float
    total: float
    excess: float
    share_before: float
    share_after: float
    icv_before: float
    icv_after: float


@dataclass(frozen=True)
class Change:
    """The change of the overdue ratio between two months, split over one dimension's levels: `segments` add up to
    `change` exactly, the largest first; `main` moved the total most beyond its size, in the direction it went."""

    dimension: str
    before: int
    after: int
    icv_before: float = math.nan
    icv_after: float = math.nan
    change: float = math.nan
    segments: tuple[Contribution, ...] = ()
    main: Contribution | None = None
    reason: str = ""


def what_changed(totals: Tally, *, before: int, after: int, policy: Policy | None = None) -> Change:
    """The split of the change from month `before` to month `after`, from totals by month and one dimension."""
    (dimension,) = dimensions(totals)
    months = totals.labels["month"]
    if before not in months or after not in months:
        return Change(dimension, before, after, reason="no_month_before" if before not in months else "empty")
    places = [months.index(before), months.index(after)]
    gross, overdue = (
        array(totals, m, ("month", dimension))[places] for m in ("B", (policy or Policy()).overdue_measure)
    )
    if not (gross.sum(1) > 0).all():
        return Change(dimension, before, after, reason="no_balance")
    weight, icv = ratio(gross, gross.sum(1, keepdims=True)), ratio(overdue, gross)
    parts = kitagawa(weight[0], icv[0], w1=weight[1], r1=icv[1])
    total = parts.rate + parts.mix
    excess = total - weight.mean(0) * parts.total
    rows = np.column_stack([parts.rate, parts.mix, total, excess, *weight, *icv]).tolist()
    found = [Contribution(str(name), *row) for name, row in zip(totals.labels[dimension], rows, strict=True)]
    main = max(found, key=lambda c: c.excess * math.copysign(1, parts.total)) if parts.total else None
    start, end = (share(float(v), float(g)) for v, g in zip(overdue.sum(1), gross.sum(1), strict=True))
    ordered = tuple(sorted(found, key=lambda c: -abs(c.total)))
    return Change(dimension, before, after, start, end, parts.total, ordered, main)


def best_explanation(
    tallies: Sequence[Tally], *, before: int, after: int, policy: Policy | None = None
) -> Change | None:
    """Of several dimensions' splits of the same change, the one whose main segment stands out most beyond its size; the
    first one when none explains anything, None when there is none."""
    changes = [what_changed(t, before=before, after=after, policy=policy) for t in tallies]
    return max(changes, key=lambda c: abs(c.main.excess) if c.main else -1.0, default=None)
