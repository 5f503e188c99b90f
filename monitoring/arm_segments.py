"""Monitoring room: the difference of two arms in every segment, with false discoveries under control, and whether the
segment is large enough to have shown the effect that is worth finding."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from data.counts import Tally
from monitoring.arm_outcomes import measures, window
from monitoring.estimate import Estimate
from monitoring.intervals import Array, false_discovery, jackknife, mde
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group


@dataclass(frozen=True)
class SegmentEffect:
    """A level's difference (model - control), its levels in both arms, p, and q corrected for all levels shown; the
    smallest difference it could have shown; `rows` of its smaller arm in a month. NaN q: too small to be tested."""

    level: str
    difference: Estimate
    model: float
    control: float
    p: float
    q: float
    mde: float
    target: float
    rows: int

    @property
    def sees(self) -> bool:
        """Whether it was tested, and would have found the target effect with a power of 80 %."""
        return math.isfinite(self.p) and self.mde <= self.target


def by_level(
    totals: Tally, name: str, dimension: str, *, arms: tuple[str, str], go_live: int, last: int, policy: Policy
) -> tuple[SegmentEffect, ...]:
    """Every level of a dimension, from totals by it, month, arm and random group; outcome "paid" (give the totals of
    the cohort) or "icv". Levels without both arms are left out."""
    months = totals.labels["month"]
    at = [months.index(m) for m in window(name, months, go_live=go_live, last=last)]
    if not at or not set(arms) <= set(totals.labels["arm"]):
        return ()
    sides = [totals.labels["arm"].index(a) for a in arms]
    axes = ("month", "arm", dimension)
    part, whole = (
        by_random_group(totals, m, axes)[:, at][:, :, sides].sum(1).swapaxes(1, 2) for m in measures(name, policy)
    )
    rows = array(totals, "n", axes)[at][:, sides].max(0).min(0)
    jack = jackknife(_gap, part, whole, confidence=policy.confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(jack.value) / jack.se, np.maximum(jack.df, 1))
    p = np.where((rows >= policy.arm_clients_least) & (jack.se > 0), p, np.nan)
    q, levels, reach = false_discovery(p), ratio(part.sum(0), whole.sum(0)), mde(jack.se)
    target = policy.target_effect if name == "icv" else policy.payment_effect
    return tuple(
        SegmentEffect(
            str(level), jack.estimate(n=float(rows[i]), at=(i,)), float(levels[i, 0]), float(levels[i, 1]),
            float(p[i]), float(q[i]), float(reach[i]), target, int(rows[i]),
        )
        for i, level in enumerate(totals.labels[dimension])
        if (whole[:, i].sum(0) > 0).all()
    )  # fmt: skip


def _gap(part: Array, whole: Array) -> Array:
    levels = ratio(part, whole)
    return levels[..., 0] - levels[..., 1]
