"""Monitoring room: the overdue-portfolio ratio (ICV) through time and by segment.

It is a census: its level has no interval. A ratio of a total is the ratio of totals, never a mean of ratios.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.counts import Tally
from data.months import add, ordinal
from data.rows import BUCKETS
from monitoring.estimate import Level
from monitoring.metrics import Concentration, concentration, overdue_ratio_with_writeoffs, ratio, share
from monitoring.policy import Policy
from monitoring.tallies import array, dimensions

MEASURES = ("n", "B", "V1", "V30", "V60", "V90", "W", "R", "due", "cash")
"""The measures that `series` reads; the other functions read n, B and the overdue ones."""

_PERFORMING = {0: 1, 1: 1, 30: 2, 60: 3, 90: 4}


@dataclass(frozen=True)
class OverdueMonth:
    """The overdue ratio at the opening of one month. Ratios are fractions, amounts in the release's currency.

    `icv` and `overdue` follow the policy's days past due; `icv1`..`icv90` are fixed. `writeoffs_12m` is what was
    written off in the last `writeoff_months` months (12 unless the counts start later); `icv_with_writeoffs` has it
    above and below the line. `icv_without_reaging` counts debt under a payment option of the last nine months as
    overdue; when `reaging_is_bound`, some of it may be counted twice and the figure is an upper bound. Changes are
    differences to the month before and to the same month a year before, NaN when that month is not in the counts.
    """

    month: int
    n: int
    gross: float
    overdue: float
    icv: float
    icv1: float
    icv30: float
    icv60: float
    icv90: float
    writeoffs_12m: float
    writeoff_months: int
    icv_with_writeoffs: float
    reaged: float
    icv_without_reaging: float
    reaging_is_bound: bool
    past_due: float
    cash: float
    change_month: float
    change_year: float
    level: Level
    reason: str


def series(totals: Tally, *, first: int | None = None, policy: Policy | None = None) -> list[OverdueMonth]:
    """The ratio of each month from `first` on, from totals by month (and bucket: re-ageing is then exact).

    Months before `first` serve to look back: twelve of them make the write-offs and the change in a year complete.
    """
    rule = policy or Policy()
    months = totals.labels["month"]
    columns = {"n": array(totals, "n", ("month",)).astype(int), **_ratios(totals, rule), **_writeoffs(totals, rule)}
    icv = dict(zip(months, columns["icv"].tolist(), strict=True))
    for name, back in (("change_month", 1), ("change_year", 12)):
        columns[name] = columns["icv"] - [icv.get(add(m, -back), math.nan) for m in months]
    rows = zip(months, *(c.tolist() for c in columns.values()), strict=True)
    found = [dict(zip(("month", *columns), row, strict=True)) for row in rows]
    exact = "bucket" in totals.axes
    return [
        OverdueMonth(**c, reaging_is_bound=not exact, **_judged(c["icv"], c["change_month"], rule))
        for c in found
        if first is None or c["month"] >= first
    ]


def _ratios(totals: Tally, rule: Policy) -> dict[str, np.ndarray]:
    """Balances and their ratios by month."""
    at = {m: array(totals, m, ("month",)) for m in MEASURES}
    gross, overdue = at["B"], at[rule.overdue_measure]
    without = ratio(np.minimum(overdue + _hidden_by_reaging(totals, rule), gross), gross)
    fixed = {f"icv{k}": ratio(at[f"V{k}"], gross) for k in (1, 30, 60, 90)}
    amounts = {"gross": gross, "overdue": overdue, "reaged": at["R"], "past_due": at["due"], "cash": at["cash"]}
    return {**amounts, **fixed, "icv": ratio(overdue, gross), "icv_without_reaging": without}


def _writeoffs(totals: Tally, rule: Policy) -> dict[str, np.ndarray]:
    """Write-offs of the last months by calendar, how many of those months the counts hold, and the ratio with them."""
    months = totals.labels["month"]
    overdue, gross, written = (array(totals, m, ("month",)) for m in (rule.overdue_measure, "B", "W"))
    back = ordinal(np.array(months, int))[:, None] - ordinal(np.array(months, int))
    window = (back >= 0) & (back < rule.writeoff_months)
    total = window.astype(float) @ written
    with_them = overdue_ratio_with_writeoffs(overdue, gross, written_off=total)
    return {"writeoffs_12m": total, "writeoff_months": window.sum(1), "icv_with_writeoffs": with_them}


def _hidden_by_reaging(totals: Tally, rule: Policy) -> np.ndarray:
    """Balance by month under a recent payment option and not overdue; without buckets, all of it."""
    if "bucket" not in totals.axes:
        return array(totals, "R", ("month",))
    performing = BUCKETS[: _PERFORMING[rule.overdue_dpd]]
    kept = [level in performing for level in totals.labels["bucket"]]
    return array(totals, "R", ("month", "bucket"))[:, kept].sum(1)


def _judged(icv: float, change: float, rule: Policy) -> dict[str, Any]:
    """Level: the worse of where it stands (limit, warning) and how it moved in a month; and what is missing."""
    if math.isnan(icv):
        return {"level": "unknown", "reason": "no_balance"}
    reason = "no_month_before" if math.isnan(change) else ""
    warning = rule.icv_target if math.isnan(rule.icv_warning) else rule.icv_warning
    if all(map(math.isnan, (change, rule.icv_appetite, warning))):
        return {"level": "unknown", "reason": reason}
    if icv > rule.icv_appetite or change > rule.icv_act_rise:
        return {"level": "act", "reason": reason}
    watch = icv > warning or change > rule.icv_watch_rise
    return {"level": "watch" if watch else "ok", "reason": reason}


@dataclass(frozen=True)
class OverdueSegment:
    """The overdue ratio of one segment level, and its shares of the gross and of the overdue balance (fractions)."""

    level_name: str
    n: int
    gross: float
    overdue: float
    icv: float
    share_of_gross: float
    share_of_overdue: float


def by_dimension(totals: Tally, *, policy: Policy | None = None) -> list[OverdueSegment]:
    """The ratio of each level of the one dimension that the totals have, in the levels' order."""
    (dimension,) = dimensions(totals)
    measures = ("n", "B", (policy or Policy()).overdue_measure)
    n, gross, overdue = (array(totals, m, (dimension,)) for m in measures)
    columns = (n, gross, overdue, ratio(overdue, gross), ratio(gross, gross.sum()), ratio(overdue, overdue.sum()))
    return [
        OverdueSegment(str(name), int(row[0]), *row[1:])
        for name, row in zip(totals.labels[dimension], np.column_stack(columns).tolist(), strict=True)
    ]


def total_icv(totals: Tally, *, policy: Policy | None = None) -> float:
    """The ratio of everything in the totals: overdue over gross; NaN without a balance."""
    measure = (policy or Policy()).overdue_measure
    return share(float(totals[measure].sum()), float(totals["B"].sum()))


def overdue_concentration(totals: Tally, *, policy: Policy | None = None) -> Concentration:
    """How concentrated the overdue balance is over the levels of the one dimension that the totals have."""
    return concentration(array(totals, (policy or Policy()).overdue_measure, dimensions(totals)))
