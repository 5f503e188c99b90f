"""Monitoring room: what happened each month, from the portfolio to the kept promise, with cash."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from data.counts import Tally
from data.rows import OPEN, POSITIVE
from monitoring.estimate import Estimate, Level
from monitoring.intervals import design_effect, rate
from monitoring.metrics import share
from monitoring.outcomes import maturity
from monitoring.policy import Policy, at_least
from monitoring.tallies import array, by_random_group, closed

MEASURES = ("n", "eligible", "scored", "offered", "kept", "paid", "cash", "B")
"""The measures that `by_month` reads."""


@dataclass(frozen=True)
class FunnelMonth:
    """One month of obligations: rows at each stage, the rates between stages, money received and outstanding.

    `labelled` rows have a closed outcome window, `open` ones await it; `acceptance` is positives / labelled and
    `kept_rate` kept / accepted, with intervals; `coverage` is scored / eligible. Money in the release's currency.
    """

    month: int
    rows: int
    eligible: int
    scored: int
    offered: int
    labelled: int
    positives: int
    kept: int
    open: int
    coverage: float
    coverage_level: Level
    offer_rate: float
    acceptance: Estimate
    kept_rate: Estimate
    paid_rate: float
    cash: float
    balance: float
    maturity: float
    is_open: bool


def by_month(totals: Tally, *, policy: Policy | None = None) -> list[FunnelMonth]:
    """The funnel of each month, from totals by month (and random group: intervals then respect repeated clients)."""
    rule = policy or Policy()
    n = by_random_group(totals, "n", ("month", "label"))
    deff = design_effect(n[..., POSITIVE], closed(n))
    every = {m: array(totals, m, ("month", "label")) for m in MEASURES}
    months = totals.labels["month"]
    return [_month(month, {m: v[i] for m, v in every.items()}, deff, rule) for i, month in enumerate(months)]


def _month(month: int, at: Mapping[str, np.ndarray], deff: float, rule: Policy) -> FunnelMonth:
    n, whole = at["n"], {m: float(v.sum()) for m, v in at.items()}
    labelled, positives, kept = float(closed(n)), float(n[POSITIVE]), float(at["kept"][POSITIVE])
    coverage = share(whole["scored"], whole["eligible"])
    acceptance = rate(positives, labelled, deff=deff, min_n=rule.min_n, confidence=rule.confidence)
    if not labelled and n[OPEN] > 0:
        acceptance = replace(acceptance, reason="no_label_yet")
    known = maturity(labelled, float(n[OPEN]), policy=rule).share
    return FunnelMonth(
        month=month,
        rows=int(whole["n"]),
        eligible=int(whole["eligible"]),
        scored=int(whole["scored"]),
        offered=int(whole["offered"]),
        labelled=int(labelled),
        positives=int(positives),
        kept=int(kept),
        open=int(n[OPEN]),
        coverage=coverage,
        coverage_level=at_least(coverage, ok=rule.coverage_ok, watch=rule.coverage_watch),
        offer_rate=share(whole["offered"], whole["eligible"]),
        acceptance=acceptance,
        kept_rate=rate(kept, positives, min_n=rule.min_n, confidence=rule.confidence),
        paid_rate=share(whole["paid"], whole["n"]),
        cash=whole["cash"],
        balance=whole["B"],
        maturity=known,
        is_open=not math.isnan(known) and known < 1,
    )
