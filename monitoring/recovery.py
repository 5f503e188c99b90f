"""Monitoring room: cash recovered from what became overdue, by the month in which it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from data import months
from data.counts import Tally
from monitoring.estimate import Estimate
from monitoring.intervals import jackknife
from monitoring.metrics import ratio
from monitoring.tallies import by_random_group

MEASURES: Final = ("n", "B", "cash")
"""Measures of the counts by `rg`, `month` and a column of `data.rows.SINCE`, of which 0 .. horizon - 1 are kept."""


@dataclass(frozen=True)
class Recovery:
    """What became overdue for the first time in a month: how many obligations, their balance then, and the cash
    received of it within the horizon as a share of that balance (it can exceed 1).

    `open`: the horizon has not passed, so that the share is of what came so far. `missing`: a month of the horizon is
    not in the data (0: none), and the share is undefined."""

    month: int
    n: int
    balance: float
    share: Estimate
    open: bool = False
    missing: int = 0


def recovery(counts: Tally, since: str, *, horizon: int, until: int) -> list[Recovery]:
    """Cash within `horizon` months, the month of entry being the first, by month of entry; `until` is the last month
    whose cash is known. Intervals by random groups of clients. Months in which nothing became overdue are left out."""
    held = list(counts.labels["month"])
    n, balance, cash = (by_random_group(counts, m, ("month", since)) for m in MEASURES)
    ages = [int(a) for a in counts.labels[since]]
    found = []
    for i, month in enumerate(held):
        entered = n[:, i, ages.index(0)]
        if month > until or not entered.sum() > 0:
            continue
        last = min(months.add(month, horizon - 1), until)
        window = months.between(month, last)
        missing = next((m for m in window if m not in held), 0)
        owed = balance[:, i, ages.index(0)]
        came = sum((cash[:, held.index(m), ages.index(k)] for k, m in enumerate(window) if m in held), np.zeros(len(n)))
        share = Estimate(n=float(entered.sum()), reason="month_missing") if missing else _share(came, owed, entered)
        is_open = months.add(month, horizon - 1) > until
        found.append(Recovery(int(month), int(entered.sum()), float(owed.sum()), share, is_open, missing))
    return found


def pooled(found: list[Recovery]) -> float:
    """The share of all closed months together; NaN without one."""
    closed = [r for r in found if not (r.open or r.missing)]
    return float(ratio(sum(r.share.value * r.balance for r in closed), sum(r.balance for r in closed)))


def _share(came: np.ndarray, owed: np.ndarray, entered: np.ndarray) -> Estimate:
    found = jackknife(ratio, came, owed).estimate(n=float(entered.sum()))
    return Estimate(found.value, max(found.low, 0.0), found.high, found.n, found.se, found.method, found.reason)
