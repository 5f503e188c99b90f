"""Monitoring room: what was predicted against what came true, by month and over a selection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, POSITIVE
from monitoring.bands import band_cuts, decile_table, per_band, reliability
from monitoring.calibration import (
    BrierParts,
    CalibrationLine,
    Ece,
    brier,
    brier_parts,
    calibration_line,
    ece,
    hosmer_lemeshow,
    spiegelhalter,
)
from monitoring.discrimination import Auc, Ks, auc, average_precision, ks
from monitoring.estimate import Estimate, Level, Test
from monitoring.intervals import Array
from monitoring.judged import Judged, judge_all, judge_months
from monitoring.metrics import gini, share
from monitoring.policy import Policy, at_least
from monitoring.ranking import gains
from monitoring.tallies import array, closed

__all__ = ["MonthBacktest", "Summary", "band_cuts", "by_month", "decile_table", "reliability", "summary"]

MEASURES = ("n", "scored", "s1", "s2", "s3", "s4", "ll")
"""The totals that backtests read (by month and random group)."""
HISTOGRAM_MEASURES = ("n", "s1", "s2", "B")
"""The histogram measures that backtests read."""
_POWERS = ("s1", "s2", "s3", "s4")


@dataclass(frozen=True)
class MonthBacktest(Judged):
    """One month's backtest: `Judged`, and how the score ranked (`auc`, `gini`, `ks`) and fitted (`brier`, `ece`)."""

    month: int
    auc: Auc
    auc_level: Level
    gini: float
    ks: float
    brier: float
    ece: float


@dataclass(frozen=True)
class Summary(Judged):
    """The backtest of a whole selection: `Judged`, and every figure of ranking and calibration with its interval."""

    auc: Auc
    auc_level: Level
    gini: Estimate
    ks: Ks
    ks_level: Level
    average_precision: float
    lift_10: float
    brier: Estimate
    brier_parts: BrierParts
    log_loss: float
    spiegelhalter: Test
    hosmer_lemeshow: Test
    ece: Ece
    ece_level: Level
    line: CalibrationLine
    no_skill: tuple[str, ...]


def by_month(
    histogram: Tally, totals: Tally, *, cuts: Sequence[int] | None = None, policy: Policy | None = None
) -> list[MonthBacktest]:
    """The backtest of each month, from a histogram by month and totals by month (and random group).

    `cuts` are the bands of the calibration error; by default the bands of all months together.
    """
    rule = policy or Policy()
    cuts = band_cuts(histogram) if cuts is None else tuple(cuts)
    rows, scores = (array(histogram, m, ("month", "code", "label")) for m in ("n", "s1"))
    powers = np.stack([array(totals, m, ("month", "label")) for m in _POWERS], axis=-1)
    judged = judge_months(totals, rule)
    return [
        _month(month, judged[i], rows[i], scores[i], powers[i], cuts, rule)
        for i, month in enumerate(totals.labels["month"])
    ]


def _month(
    month: int, judged: dict, rows: Array, scores: Array, powers: Array, cuts: Sequence[int], rule: Policy
) -> MonthBacktest:
    pos, neg = rows[:, POSITIVE], rows[:, NEGATIVE]
    area = auc(pos, neg, confidence=rule.confidence)
    bands = per_band(np.stack([pos + neg, pos, closed(scores)]), cuts, axis=1)
    return MonthBacktest(
        **judged,
        month=month,
        auc=area,
        auc_level=at_least(area.value, ok=rule.auc_ok, watch=rule.auc_watch),
        gini=gini(area.value),
        ks=ks(pos, neg).value,
        brier=brier(pos.sum(), neg.sum(), s_pos=powers[POSITIVE], s_neg=powers[NEGATIVE]).value,
        ece=ece(bands[0], bands[1], s1=bands[2]).value,
    )


def summary(
    histogram: Tally, totals: Tally, *, cuts: Sequence[int] | None = None, within: float | None = None,
    policy: Policy | None = None,
) -> Summary:  # fmt: skip
    """The backtest of everything in a histogram (by nothing) and totals (by nothing, or by random group). `within`:
    what repeated clients cost its light; from the groups of the totals where None."""
    rule = policy or Policy()
    rows, s1, s2 = (array(histogram, m, ("code", "label")) for m in ("n", "s1", "s2"))
    pos, neg = rows[:, POSITIVE], rows[:, NEGATIVE]
    powers = np.stack([array(totals, m, ("label",)) for m in _POWERS], axis=-1)
    judged = judge_all(totals, rule, within=within)
    area, distance = auc(pos, neg, confidence=rule.confidence), ks(pos, neg)
    cuts = band_cuts(histogram) if cuts is None else tuple(cuts)
    n_band, x_band, s_band = per_band(np.stack([pos + neg, pos, closed(s1)]), cuts, axis=1)
    fit = ece(n_band, x_band, s1=s_band)
    squared = brier(pos.sum(), neg.sum(), s_pos=powers[POSITIVE], s_neg=powers[NEGATIVE])
    parts = brier_parts(pos + neg, pos, s1=closed(s1), s2=closed(s2), s1_pos=s1[:, POSITIVE])
    return Summary(
        **judged,
        auc=area,
        auc_level=at_least(area.value, ok=rule.auc_ok, watch=rule.auc_watch),
        gini=_gini(area),
        ks=distance,
        ks_level=at_least(distance.value, ok=rule.ks_ok, watch=rule.ks_watch),
        average_precision=average_precision(pos, neg, interpolate=True),
        lift_10=gains(pos, neg, fractions=[0.1])[0].lift,
        brier=squared,
        brier_parts=parts,
        log_loss=-share(float(closed(array(totals, "ll", ("label",)))), float(pos.sum() + neg.sum())),
        spiegelhalter=spiegelhalter(pos.sum(), s_pos=powers[POSITIVE], s_neg=powers[NEGATIVE]),
        hosmer_lemeshow=hosmer_lemeshow(n_band, x_band, s1=s_band),
        ece=fit,
        ece_level=_ece_level(fit, rule),
        line=calibration_line(pos + neg, pos, s1=closed(s1)),
        no_skill=_no_skill(area, parts, rows),
    )


def _gini(a: Auc) -> Estimate:
    return Estimate(gini(a.value), gini(a.low), gini(a.high), a.n, 2 * a.se, a.method, a.reason)


def _ece_level(found: Ece, rule: Policy) -> Level:
    if math.isnan(found.value):
        return "unknown"
    if found.value <= max(rule.ece_ok, found.noise_floor * rule.ece_noise_factor):
        return "ok"
    return "watch" if found.value <= rule.ece_watch else "act"


def _no_skill(area: Auc, parts: BrierParts, rows: Array) -> tuple[str, ...]:
    """Which figures are no better than no skill: the AUC's interval holds one half or lies below it, the Brier score
    does not beat the base rate, all rows share one score code."""
    found = {
        "auc_includes_half": area.low <= 0.5 or area.value <= 0.5,
        "brier_no_better": parts.skill <= 0,
        "one_score": int((rows.sum(1) > 0).sum()) == 1,
    }
    return tuple(name for name, hit in found.items() if hit)
