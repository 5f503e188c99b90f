"""Monitoring room: which outcomes can be judged yet, what the open ones will come to, and outcomes over time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, OPEN, POSITIVE
from monitoring.estimate import Estimate, Level
from monitoring.intervals import wald
from monitoring.metrics import share
from monitoring.policy import Policy, at_least


@dataclass(frozen=True)
class Maturity:
    """How much of a month's outcomes is known: rows whose window closed, rows still open, and the share closed.

    `usable` says whether label metrics may be judged. NaN and "unknown" when nothing was ever to be known.
    """

    month: int
    matured: int
    open: int
    share: float
    level: Level
    usable: bool


def maturity(matured: float, still_open: float, *, month: int = 0, policy: Policy | None = None) -> Maturity:
    """Maturity of one set of rows from its counts of closed and open outcome windows."""
    rule = policy or Policy()
    known = share(matured, matured + still_open)
    level = at_least(known, ok=rule.maturity_ok, watch=rule.maturity_least)
    return Maturity(month, int(matured), int(still_open), known, level, known >= rule.maturity_least)


def by_month(totals: Tally, *, policy: Policy | None = None) -> list[Maturity]:
    """Maturity of each month, from totals by month."""
    n = totals.keep("month", "label")["n"]
    return [
        maturity(row[NEGATIVE] + row[POSITIVE], row[OPEN], month=month, policy=policy)
        for month, row in zip(totals.labels["month"], n, strict=True)
    ]


def completion(delays: object, age: int) -> tuple[float, float]:
    """Share of all acceptances that are reported within `age` months, and its standard error; `delays[k]` counts, in
    months that are complete, acceptances reported k months after the offer. NaN without any."""
    c = np.asarray(delays, float)
    total = float(c.sum())
    if total == 0:
        return math.nan, math.nan
    done = float(c[: age + 1].sum()) / total
    return done, math.sqrt(done * (1 - done) / total)


def nowcast(reported: float, *, done: float, se_done: float, confidence: float = 0.95) -> Estimate:
    """Acceptances that a month will end with, given those reported so far and the share that is usually reported by
    now. NaN when nothing is usually reported by now."""
    if not done > 0:
        return Estimate(n=reported, reason="no_label_yet")
    value = reported / done
    se = math.sqrt(reported * (1 - done) / done**2 + (value * se_done / done) ** 2)
    found = wald(value, se, n=reported, confidence=confidence)
    return replace(found, low=max(found.low, reported))
