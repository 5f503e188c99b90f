"""Monitoring room: vintages: the share of a cohort that was ever overdue by an age, with those that are censored.

A cohort is what was disbursed, or first fell into arrears, in one quarter (month, year). "Ever", not "at": a cure does
not take an obligation off the curve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import stats

from data import months
from data.counts import Tally
from data.rows import MONTHS_ON_BOOK, NOT_YET, SINCE
from monitoring import holding
from monitoring.estimate import Estimate, Test
from monitoring.tallies import array

Origin = Literal["opened", "arrears"]
Grain = Literal["quarter", "month", "year"]
AGES: Final[dict[Origin, str]] = {"opened": MONTHS_ON_BOOK, "arrears": SINCE[0]}
"""What a cohort shares → the text column of its age: months since disbursement, or since it was first in arrears."""
SPANS: Final[dict[Grain, int]] = {"quarter": 3, "month": 1, "year": 12}
"""Months of one cohort."""
AT_RISK: Final = (NOT_YET, "0")
"""Values of the columns SINCE of rows that are at risk; late entrants are so from their second row on."""
EVENT: Final = ("0",)
"""Those of the rows in which it comes about."""


@dataclass(frozen=True)
class Vintage:
    """One cohort: its first month, the most obligations that were at risk at one age, and by each of `ages` (months,
    one after the other) the share that was ever overdue, with limits, the events and those at risk. The limits are NaN
    until there is an event. `test`: against all earlier cohorts together, and by how many events it exceeds theirs."""

    first: int
    n: int
    ages: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    events: np.ndarray
    at_risk: np.ndarray
    test: Test
    excess: float

    @property
    def whole(self) -> bool:
        """Whether the curve begins with the cohort; else it speaks only of what was not overdue at its first age."""
        return bool(self.ages.size) and int(self.ages[0]) <= 1

    def by(self, age: int) -> Estimate:
        """The share by an age; undefined where the curve does not reach it."""
        at = np.flatnonzero(self.ages == age)
        if not at.size:
            return Estimate(n=0.0, reason="too_early")
        k = int(at[0])
        value, low, high = (float(x[k]) for x in (self.share, self.low, self.high))
        return Estimate(value, low, high, float(self.at_risk[k]), method="greenwood")


def vintages(
    risk: Tally, events: Tally, *, origin: Origin, grain: Grain = "quarter", least: float = 1, confidence: float = 0.95
) -> list[Vintage]:
    """The cohorts in order of time, from the rows at risk (AT_RISK) and those of the event by month and age.

    A curve starts at the first age with anyone at risk, and stops before one with fewer than `least`. Cohorts that
    never had as many are left out. Rows whose age is not known are no part of a cohort.
    """
    at_risk, came = (_by_cohort(counts, AGES[origin], SPANS[grain]) for counts in (risk, events))
    cohorts = sorted({cohort for cohort, _ in at_risk})
    r, e = (_grid(cells, cohorts, 1 + max((age for _, age in at_risk), default=0)) for cells in (at_risk, came))
    found = []
    for k, cohort in enumerate(cohorts):
        if r[k].max(initial=0) < least:
            continue
        others = (e[:k].sum(0), r[:k].sum(0))
        ages, share, low, high = _curve(e[k], r[k], least, confidence)
        found.append(Vintage(
            months.from_ordinal(cohort * SPANS[grain]), int(r[k].max()), ages, share, low, high, e[k][ages], r[k][ages],
            log_rank(e[k], r[k], others=others), _mantel(e[k], r[k], others)[0],
        ))  # fmt: skip
    return found


def latest(found: Sequence[Vintage], most: int) -> list[Vintage]:
    """The last so many cohorts that the data know from their beginning and for more than one age; of those that they do
    not know so, where there is no other."""
    curves = [v for v in found if v.ages.size > 1]
    return [v for v in curves if v.whole][-most:] or curves[-most:]


def _by_cohort(counts: Tally, age: str, span: int) -> dict[tuple[int, int], float]:
    """Rows by cohort (its first month's ordinal, in spans) and age."""
    rows = array(counts, "n", ("month", age))
    out: dict[tuple[int, int], float] = {}
    for j, text in enumerate(counts.labels[age]):
        for i in np.flatnonzero(rows[:, j]) if text.isdigit() else ():
            key = (months.ordinal(int(counts.labels["month"][i])) - int(text)) // span, int(text)
            out[key] = out.get(key, 0.0) + float(rows[i, j])
    return out


def _grid(cells: dict[tuple[int, int], float], cohorts: list[int], ages: int) -> np.ndarray:
    out = np.zeros((len(cohorts), ages))
    for (cohort, age), n in cells.items():
        out[cohorts.index(cohort), age] = n
    return out


def _curve(
    e: np.ndarray, r: np.ndarray, least: float, confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ages of a curve, its share by each and the limits."""
    start = int(np.argmax(r >= least))
    short = np.flatnonzero(r[start:] < least)
    ages = np.arange(start, start + int(short[0]) if short.size else len(r))
    low, high = holding.interval(r[ages], e[ages], confidence=confidence)
    return ages, 1 - holding.survival(r[ages], e[ages])[1:], 1 - high[1:], 1 - low[1:]


def log_rank(events: object, at_risk: object, *, others: tuple[object, object]) -> Test:
    """Whether two groups have the event at the same pace (Mantel 1966), from counts by age; `others` are those of the
    other group. Ages at which one of them has nobody at risk say nothing; `reason` when none is left, or no event."""
    excess, variance = _mantel(events, at_risk, others)
    if not variance > 0:
        return Test(reason="empty" if math.isnan(variance) else "no_variance")
    statistic = excess**2 / variance
    return Test(statistic, float(stats.chi2.sf(statistic, 1)), 1, 2)


def _mantel(events: object, at_risk: object, others: tuple[object, object]) -> tuple[float, float]:
    """Events beyond those that the pace of both groups together lets expect, and their variance; NaN where no age has
    both at risk."""
    e, r, f, s = (np.asarray(x, float) for x in (events, at_risk, *others))
    both = (r > 0) & (s > 0)
    if not both.any():
        return math.nan, math.nan
    e, r, f, s = e[both], r[both], f[both], s[both]
    d, n = e + f, r + s
    variance = d * (r / n) * (s / n) * (n - d) / np.maximum(n - 1, 1)
    return float((e - d * r / n).sum()), float(variance.sum())
