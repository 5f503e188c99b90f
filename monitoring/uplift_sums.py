"""Monitoring room: uplift from the sums that the simulator reads, for offers that were not drawn by arm: what every row
came to with and without an offer, doubly robust, in the order of the score, of the expected value or of the uplift."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from data.policy_sums import Half, PolicyBins
from monitoring.estimate import Estimate
from monitoring.evidence import Grade
from monitoring.intervals import Array, false_discovery, mde, wald
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.uplift import Listed, Part, Uplift, tenths

OUTCOME = "paid"
"""The outcome whose sums are read."""


def graded(overlap: float, *, policy: Policy | None = None) -> Grade:
    """Grade of these estimates once the simulator's conditions hold: B where enough rows could have gone either way,
    else D, for the rest is what a model predicts."""
    return "B" if overlap >= (policy or Policy()).overlap_least else "D"


def of_sums(half: Half, ordering: str, *, policy: Policy | None = None) -> Uplift | None:
    """Uplift of an offer over none down the line by `ordering`; None where payments are not among the sums.

    Curve Σ(ψ1 - ψ0); a row has one arm, so that the variance is that of sums, r1 + r0 (`data.policy_sums`).
    """
    rule, line = policy or Policy(), half.lines[ordering]
    held = line.rows > 0
    if OUTCOME not in line.outcomes or not held.any():
        return None
    sums, rows = _only(line.outcomes[OUTCOME], held), line.rows[held]
    reached, all_rows = rows.cumsum() / rows.sum(), float(rows.sum())
    gains, spread = (sums.b1 - sums.b0).cumsum(), np.sqrt((sums.r1 + sums.r0).cumsum())
    middle = 0.5 - (reached - rows / all_rows / 2)
    area = float((middle * (sums.b1 - sums.b0)).sum()) / all_rows
    loose = math.sqrt(float((middle**2 * (sums.r1 + sums.r0)).sum())) / all_rows
    offered = int(line.offered.sum())
    return Uplift(
        tuple(map(float, reached)),
        tuple(_wald(g / all_rows, s / all_rows, all_rows, rule) for g, s in zip(gains, spread, strict=True)),
        _wald(area, loose, all_rows, rule),
        _parts(sums, rows, reached, rule),
        _lists(sums, rows, reached, rule),
        (offered, int(all_rows) - offered),
    )


def _only(sums: PolicyBins, held: Array) -> PolicyBins:
    return PolicyBins(**{name: values[held] for name, values in vars(sums).items()})


def _wald(value: float, se: float, n: float, rule: Policy) -> Estimate:
    return wald(value, se, n=n, confidence=rule.confidence)


def _parts(sums: PolicyBins, rows: Array, reached: Array, rule: Policy) -> tuple[Part, ...]:
    tenth = tenths(reached)
    b1, b0, r1, r0, n = (np.bincount(tenth, a) for a in (sums.b1, sums.b0, sums.r1, sums.r0, rows))
    kept = np.flatnonzero(n > 0)
    value, se = ratio(b1 - b0, n), ratio(np.sqrt(r1 + r0), n)
    p = np.where((n >= rule.min_n) & (se > 0), 2 * stats.norm.sf(np.abs(ratio(value, se))), np.nan)
    q = false_discovery(p)
    last = n.cumsum() / n.sum()
    return tuple(
        Part(float(last[k] - n[k] / n.sum()), float(last[k]), float(b1[k] / n[k]), float(b0[k] / n[k]),
             _wald(value[k], se[k], float(n[k]), rule), float(p[k]), float(q[k]), float(mde(se[k])),
             rule.payment_effect)
        for k in kept
    )  # fmt: skip


def _lists(sums: PolicyBins, rows: Array, reached: Array, rule: Policy) -> tuple[Listed, ...]:
    b1, b0, r1, r0, n = (np.cumsum(a) for a in (sums.b1, sums.b0, sums.r1, sums.r0, rows))
    anyway = ratio(b0, b1)
    with np.errstate(invalid="ignore"):
        loose = ratio(np.sqrt(r0 + anyway**2 * r1), np.abs(b1))
    return tuple(
        Listed(
            float(share), _wald(b1[k] / n[k], math.sqrt(r1[k]) / n[k], n[k], rule),
            _wald(b0[k] / n[k], math.sqrt(r0[k]) / n[k], n[k], rule),
            _wald((b1[k] - b0[k]) / n[k], math.sqrt(r1[k] + r0[k]) / n[k], n[k], rule),
            _wald(anyway[k], loose[k], n[k], rule),
        )
        for k, share in enumerate(reached)
    )  # fmt: skip
