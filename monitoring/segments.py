"""Monitoring room: propensity and its truth by segment, raw and stabilised, with what may be noise said to be so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, POSITIVE
from monitoring.estimate import Estimate, Level
from monitoring.intervals import design_effect, false_discovery, jeffreys_test, rate
from monitoring.lights import lit
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.pooling import beta_binomial, random_effects
from monitoring.power import outcomes_needed
from monitoring.tallies import array, by_random_group, closed, dimensions

State = Literal["ok", "insufficient", "empty"]
MEASURES = ("n", "scored", "s1", "B", "V1", "V30", "V60", "V90", "cash")
"""The totals that `rates` reads; without "cash" there is none."""
FLAGGED = ("scored",)
"""What it reads of the rows from the threshold on."""


@dataclass(frozen=True)
class Segment:
    """One segment, or one cell of two dimensions.

    `rows` obligations, `scored` of them, `labelled` of those with a closed label, `positives` of these. `propensity` is
    the mean score of all scored rows, `expected` that of the labelled ones, to be compared with `observed` (raw,
    Jeffreys) and `stabilised` (drawn to the common rate as far as the segment is small). `gap` = observed - expected;
    `p` that it is chance, `q` corrected for all segments shown. `balance` in currency, `icv` a fraction. `state` is
    "insufficient" below the policy's least n: its gap is not judged. `level` is "unknown" where nothing was seen and
    there are fewer outcomes than `needed`. `needed` outcomes are what it takes to see a
    departure of the policy's `segment_gap` from the prediction with its `segment_power`. `stabilised_gap` is the gap
    drawn to that of all segments. `fdr` is the share of negatives among the outcomes from the threshold on,
    `stabilised_fdr` drawn to the common one, `fdr_needed` what it takes to tell it from that; `cash` in currency.
    """

    levels: tuple[str, ...]
    rows: int
    scored: int
    labelled: int
    positives: int
    propensity: float
    observed: Estimate
    stabilised: Estimate
    expected: float
    gap: float
    p: float
    q: float
    level: Level
    state: State
    balance: float
    icv: float
    needed: float
    stabilised_gap: float
    cash: float
    fdr: Estimate
    stabilised_fdr: Estimate
    fdr_needed: float


def rates(totals: Tally, *, flagged: Tally | None = None, policy: Policy | None = None) -> list[Segment]:
    """Every segment of one dimension, or cell of several, in the order of the axes' levels. `flagged`: the same totals
    of the rows from the threshold on; without them there is no FDR.

    With a random group among the axes the tests respect repeated clients.
    """
    rule = policy or Policy()
    axes = dimensions(totals)
    scored, s1 = (_flat(array(totals, m, (*axes, "label"))) for m in ("scored", "s1"))
    rows, balance, overdue = (array(totals, m, axes).reshape(-1) for m in ("n", "B", rule.overdue_measure))
    x, n = scored[:, POSITIVE], closed(scored)
    expected, pooled = ratio(closed(s1), n), beta_binomial(x, n)
    deff = _design_effect(totals, axes)
    p = jeffreys_test(x / deff, n / deff, predicted=expected).p
    q = false_discovery(np.where(n >= rule.min_n, p, np.nan))
    drawn = np.column_stack([pooled.rate, pooled.low, pooled.high, n]).tolist()
    columns = {
        "propensity": ratio(s1.sum(1), scored.sum(1)),
        "expected": expected,
        "gap": ratio(x, n) - expected,
        "p": p,
        "q": q,
        "balance": balance,
        "icv": ratio(overdue, balance),
        "needed": outcomes_needed(expected, rule.segment_gap, deff=deff, power=rule.segment_power),
        "stabilised_gap": _drawn_gaps(ratio(x, n) - expected, expected, n / deff),
        "cash": array(totals, "cash", axes).reshape(-1) if "cash" in totals.values else np.full(n.shape, np.nan),
    }
    false = _false_positives(flagged, axes, rule, len(n))
    oe = ratio(x, closed(s1))
    return [
        Segment(
            levels=levels,
            rows=int(rows[i]),
            scored=int(scored[i].sum()),
            labelled=int(n[i]),
            positives=int(x[i]),
            observed=rate(x[i], n[i], deff=deff, min_n=rule.min_n, confidence=rule.confidence),
            stabilised=_stabilised(*drawn[i], common=pooled.mean),
            level=lit(rule.level_of_oe(float(oe[i]), p=float(q[i])), rows=n[i], needed=columns["needed"][i]),
            state="empty" if rows[i] == 0 else "insufficient" if n[i] < rule.min_n else "ok",
            **{name: float(values[i]) for name, values in columns.items()},
            fdr=false[i][0],
            stabilised_fdr=false[i][1],
            fdr_needed=false[i][2],
        )
        for i, levels in enumerate(product(*(map(str, totals.labels[a]) for a in axes)))
    ]


def spread(segments: Sequence[Segment], *, of: Literal["observed", "icv"] = "observed") -> float:
    """How far a dimension tells its segments apart: the standard deviation between them of the observed rate (weighted
    by outcomes) or of the overdue ratio (by balance), of segments with enough cases; 0 with fewer than two."""
    if of == "icv":
        held = [(s.icv, s.balance) for s in segments if s.balance > 0 and np.isfinite(s.icv)]
    else:
        held = [(s.observed.value, float(s.labelled)) for s in segments if s.state == "ok"]
    if len(held) < 2:
        return 0.0
    values, weights = np.array(held).T
    mean = np.average(values, weights=weights)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))


def _drawn_gaps(gaps: np.ndarray, expected: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Gaps drawn to their mean as far as chance explains their spread; as they are where there are fewer than two."""
    se = np.sqrt(expected * (1 - expected) / np.where(n > 0, n, np.nan))
    known = np.isfinite(gaps) & (se > 0)
    if known.sum() < 2:
        return gaps
    out = gaps.copy()
    out[known] = random_effects(gaps[known], se[known]).value
    return out


def _false_positives(
    flagged: Tally | None, axes: tuple[str, ...], rule: Policy, size: int
) -> list[tuple[Estimate, Estimate, float]]:
    """FDR of each segment, the same stabilised, and the outcomes needed to tell it from the common one."""
    if flagged is None:
        return [(Estimate(reason="no_score"), Estimate(reason="no_score"), float("nan"))] * size
    found = _flat(array(flagged, "scored", (*axes, "label")))
    x, n, deff = found[:, NEGATIVE], closed(found), _design_effect(flagged, axes)
    pooled = beta_binomial(x, n)
    needed = float(outcomes_needed(pooled.mean, rule.segment_gap, deff=deff, power=rule.segment_power))
    drawn = np.column_stack([pooled.rate, pooled.low, pooled.high, n]).tolist()
    return [
        (
            rate(x[i], n[i], deff=deff, min_n=rule.min_n, confidence=rule.confidence),
            _stabilised(*drawn[i], common=pooled.mean),
            needed,
        )
        for i in range(size)
    ]


def _flat(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, values.shape[-1])


def _design_effect(totals: Tally, axes: tuple[str, ...]) -> float:
    grouped = by_random_group(totals, "scored", (*axes, "label"))
    return design_effect(grouped[..., POSITIVE], closed(grouped))


def _stabilised(value: float, low: float, high: float, n: float, *, common: float) -> Estimate:
    reason = "empty" if np.isnan(common) else "no_label_yet" if n == 0 else ""
    return Estimate(value, low, high, n, method="beta_binomial", reason=reason)
