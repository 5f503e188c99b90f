"""Monitoring room: what a recalibrated model would have shown: intercept and slope fitted on earlier months only.

Everything is read at the mean score of each code of the grid, before and after alike. A recalibration with a positive
slope moves no rank: AUC, lift and the order of a list stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from data.counts import Tally
from data.months import ordinal
from data.rows import OPEN, POSITIVE
from monitoring.calibration import CalibrationLine, brier, calibration_line
from monitoring.estimate import Estimate
from monitoring.intervals import Array, wald
from monitoring.lights import Light, gap_interval, lights
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array, closed

MEASURES = ("n", "s1")
"""The histogram measures, by month, that `recalibrated` reads."""
DAYS_OF_A_MONTH = 31


@dataclass(frozen=True)
class Fit:
    """Calibration of one set of scores: its light, observed less predicted rate and Brier score with intervals, the
    recalibration line that would still be needed (ideal: intercept 0, slope 1)."""

    light: Light
    gap: Estimate
    brier: Estimate
    intercept: Estimate
    slope: Estimate


@dataclass(frozen=True)
class RecalibratedMonth:
    """One month as it was and as it would have been: logit(new) = intercept + slope · logit(score), fitted on `rows`
    outcomes of the months up to `fitted_to`, all known when the month was scored."""

    month: int
    intercept: float
    slope: float
    rows: int
    fitted_to: int
    before: Light
    after: Light


@dataclass(frozen=True)
class Recalibrated:
    """Months that could be recalibrated, all of them together before and after (None without any), the change of the
    Brier score row by row (below 0: better), months left out for want of earlier outcomes, and `now`, the line fitted
    on everything known, to be applied next."""

    months: tuple[RecalibratedMonth, ...]
    before: Fit | None
    after: Fit | None
    brier_change: Estimate
    too_early: tuple[int, ...]
    now: CalibrationLine


def recalibrated(
    histogram: Tally, *, deff: float = 1.0, within: float | None = None, policy: Policy | None = None
) -> Recalibrated:
    """Every matured month of a histogram by month, recalibrated on the outcomes known before it.

    A month is recalibrated once both outcomes occur `recalibration_least` times in the months whose window had closed
    when it was scored, and the line fitted on them rises. `deff` is what repeated clients cost, `within` a month (as
    over all of them where None). The lights of a month stand among all matured months, each of those that could not be
    recalibrated as it was.
    """
    rule = policy or Policy()
    months, n, x, p = _matured(histogram, rule)
    now = _line(n.sum(0), x.sum(0), (n * p).sum(0), rule)
    past = [_past(months, at, rule) for at in range(len(months))]
    lines = [_line(n[k].sum(0), x[k].sum(0), (n[k] * p[k]).sum(0), rule) for k in past]
    used = [at for at, line in enumerate(lines) if line.slope > 0]
    early = tuple(m for at, m in enumerate(months) if at not in used)
    if not used:
        return Recalibrated((), None, None, Estimate(reason="few_months"), early, now)
    made = np.stack([special.expit(lines[at].intercept + lines[at].slope * _logit(p[at])) for at in used])
    every = p.copy()
    every[used] = made
    was, new = (_lit(n, x, scores, deff if within is None else within, rule) for scores in (p, every))
    rows = [int(n[past[at]].sum()) for at in used]
    n, x, p = n[used], x[used], p[used]
    return Recalibrated(
        months=tuple(
            RecalibratedMonth(months[at], lines[at].intercept, lines[at].slope, rows[k], months[past[at].stop - 1],
                              was[at], new[at])
            for k, at in enumerate(used)
        ),
        before=_fit(n, x, p, deff, rule),
        after=_fit(n, x, made, deff, rule),
        brier_change=_change(n, x, p, made, deff, rule),
        too_early=early,
        now=now,
    )  # fmt: skip


def _matured(histogram: Tally, rule: Policy) -> tuple[list[int], Array, Array, Array]:
    """The months whose outcomes are mostly known; by month and code: outcomes, positives, mean score (0 of none)."""
    rows, s1 = (array(histogram, m, ("month", "code", "label")) for m in MEASURES)
    n, still_open = closed(rows), rows[..., OPEN].sum(1)
    usable = ratio(n.sum(1), n.sum(1) + still_open) >= rule.maturity_least
    months = [int(m) for m, is_usable in zip(histogram.labels["month"], usable, strict=True) if is_usable]
    return months, n[usable], rows[usable][..., POSITIVE], np.nan_to_num(ratio(closed(s1), n))[usable]


def _past(months: Sequence[int], at: int, rule: Policy) -> slice:
    """The months whose outcomes were all known when a month was scored."""
    window = math.ceil(rule.acceptance_window_days / DAYS_OF_A_MONTH)
    return slice(0, sum(ordinal(m) + window < ordinal(months[at]) for m in months))


def _line(n: Array, x: Array, s1: Array, rule: Policy) -> CalibrationLine:
    """The line of grouped outcomes; none while either outcome has come too rarely."""
    if min(x.sum(), n.sum() - x.sum()) < rule.recalibration_least:
        return CalibrationLine(reason="small_sample")
    return calibration_line(n, x, s1=s1)


def _logit(p: Array) -> Array:
    return special.logit(np.clip(p, 1e-9, 1 - 1e-9))


def _lit(n: Array, x: Array, p: Array, deff: float, rule: Policy) -> list[Light]:
    """The lights of the months, shown together."""
    s1, s2 = (n * p).sum(1), (n * p**2).sum(1)
    return lights(n.sum(1), x.sum(1), s1=s1, s2=s2, deff=deff, policy=rule)


def _fit(n: Array, x: Array, p: Array, deff: float, rule: Policy) -> Fit:
    """The calibration of all months together under scores `p` by month and code."""
    pos, neg = x, n - x
    rows, came = float(n.sum()), float(x.sum())
    light = lights(rows, came, s1=(n * p).sum(), s2=(n * p**2).sum(), deff=deff, policy=rule)[0]
    gap = gap_interval(light, confidence=rule.confidence)
    powers = [[float((part * p**k).sum()) for k in (1, 2, 3, 4)] for part in (pos, neg)]
    squared = brier(came, rows - came, s_pos=powers[0], s_neg=powers[1])
    line = calibration_line(n.ravel(), x.ravel(), s1=(n * p).ravel())
    intercept, slope = line.intervals(deff=deff, confidence=rule.confidence)
    wide = wald(squared.value, squared.se * math.sqrt(deff), n=rows, confidence=rule.confidence)
    return Fit(light, gap, wide, intercept, slope)


def _change(n: Array, x: Array, p: Array, made: Array, deff: float, rule: Policy) -> Estimate:
    """Mean change of (score - outcome)², each row its own pair."""
    of_positive, of_negative = (made - 1) ** 2 - (p - 1) ** 2, made**2 - p**2
    rows = n.sum()
    mean = float((x * of_positive + (n - x) * of_negative).sum() / rows)
    spread = float((x * of_positive**2 + (n - x) * of_negative**2).sum() / rows) - mean**2
    return wald(mean, math.sqrt(max(spread, 0.0) * deff / rows), n=float(rows), confidence=rule.confidence)
