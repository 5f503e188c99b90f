"""Monitoring room: what an offer is followed by once offered and not offered rows are weighted to be alike: grade B.

Not randomised: it is right only if nothing that was not recorded drove both the offer and the outcome. Beside it stands
what a naive reader would compare, which has the wrong sign where the hardest cases are offered most.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from data.adjusted_sums import OUTCOMES, AdjustedSums, OutcomeSums, Support, Units
from monitoring.causal import standardised_difference
from monitoring.estimate import Estimate
from monitoring.evidence import Gate, adjusted_gates
from monitoring.intervals import Array, jackknife
from monitoring.metrics import ratio, share
from monitoring.policy import Policy


@dataclass(frozen=True)
class Compared:
    """One outcome (of OUTCOMES) with and without an offer, as doubly robust means, and their difference three ways:
    `naive` (offered less not offered, as they are), `ipw` (each weighted by one over the probability of what happened
    to it; Hájek 1971) and `aipw` (doubly robust, predictions from other clients; Chernozhukov et al. 2018). Shares."""

    name: str
    with_offer: float
    without: float
    naive: Estimate
    ipw: Estimate
    aipw: Estimate


@dataclass(frozen=True)
class Balance:
    """How far apart offered and not offered rows are in one covariate (feature, and level or ""), as they are and
    weighted: standardised differences."""

    feature: str
    level: str
    before: float
    after: float


@dataclass(frozen=True)
class Strength:
    """How strongly something unrecorded would have to go with both the offer and the outcome, as risk ratios, to leave
    no effect (`point`), or none that can be told from none (`limit`); 1 where it takes nothing."""

    point: float
    limit: float


@dataclass(frozen=True)
class Adjusted:
    """The comparison over some months. `rows` are those compared and `offered` those of them with an offer; `certain`
    had a probability of exactly 0 or 1 and are left out; `chances` counts (arm, bin) rows by their probability.
    `ess`: effective sample sizes, offered first. `balance` has the largest difference first. `placebo` is the effect on
    the payment of the month before, which there cannot be. `strength` is about the first outcome that was compared."""

    months: tuple[int, ...]
    rows: float
    offered: float
    certain: float
    clipped: float
    ess: tuple[float, float]
    outcomes: tuple[Compared, ...]
    balance: tuple[Balance, ...]
    chances: Array
    placebo: Estimate
    strength: Strength
    gates: tuple[Gate, ...]

    @property
    def stands(self) -> bool:
        """Whether every condition that can be checked holds."""
        return all(g.passed is not False for g in self.gates)


def adjusted(
    sums: AdjustedSums, *, months: Collection[int] | None = None, policy: Policy | None = None
) -> Adjusted | None:
    """The comparison over the `months` (None: all) that the sums have; None where they have none of them."""
    rule = policy or Policy()
    at = [k for k, m in enumerate(sums.months) if months is None or m in months]
    if not at:
        return None
    units, support = sums.units, sums.support
    d1, d0, w1, w0 = (float(x[at].sum()) for x in vars(units["rows"]).values())
    rows = d1 + d0
    found = tuple(
        _compared(name, sums.outcomes[name], units[unit], at, rows, rule)
        for name, unit in OUTCOMES.items()
        if name in sums.outcomes
    )
    ess1, ess0 = ratio(np.array([w1, w0]) ** 2, support.squares[at].sum(0)).tolist()
    balance, placebo = _balance(sums, at), _placebo(support, at, rule)
    gates = adjusted_gates(
        overlap=share(float(support.inside[at].sum()), float(support.all[at].sum())),
        weighted_smd=max((abs(b.after) for b in balance), default=math.nan),
        ess=float(np.nan_to_num(min(ess1, ess0))), placebo=(placebo.low, placebo.high), policy=rule,
    )  # fmt: skip
    first = next(iter(sums.outcomes))
    return Adjusted(
        tuple(sums.months[k] for k in at), rows, d1, float(support.certain[at].sum()),
        float(support.clipped[at].sum()), (ess1, ess0), found, balance, support.chances[at].sum(0), placebo,
        _strength(sums.outcomes[first], at, rule), gates,
    )  # fmt: skip


def _compared(name: str, o: OutcomeSums, u: Units, at: list[int], rows: float, rule: Policy) -> Compared:
    """An outcome of the months `at`; intervals by deleting random groups of clients."""

    def difference(*parts: Array) -> Estimate:
        groups = [part[at].sum(0) for part in parts]
        return jackknife(_difference, *groups, confidence=rule.confidence).estimate(n=rows)

    both = u.d1 + u.d0
    p1, p0, all_ = (float(x[at].sum()) for x in (o.p1, o.p0, both))
    return Compared(
        name, share(p1, all_), share(p0, all_), difference(o.y1, u.d1, o.y0, u.d0),
        difference(o.v1, u.w1, o.v0, u.w0), difference(o.p1, both, o.p0, both),
    )  # fmt: skip


def _difference(part1: Array, whole1: Array, part0: Array, whole0: Array) -> Array:
    return ratio(part1, whole1) - ratio(part0, whole0)


def _balance(sums: AdjustedSums, at: list[int]) -> tuple[Balance, ...]:
    """Standardised differences of every covariate, both in units of the spread before weighting (Austin 2009)."""
    n, x, xx, w, wx = np.moveaxis(sums.support.moments[at].sum(0), -1, 0)
    mean = ratio(x, n)
    spread = np.maximum(ratio(xx, n) - mean**2, 0)
    before, after = (
        standardised_difference(m[:, 0], m[:, 1], var1=spread[:, 0], var0=spread[:, 1]) for m in (mean, ratio(wx, w))
    )
    found = [
        Balance(feature, level, float(b), float(a))
        for (feature, level), b, a in zip(sums.covariates, before, after, strict=True)
        if math.isfinite(b) and math.isfinite(a)
    ]
    return tuple(sorted(found, key=lambda c: -abs(c.before)))


def _placebo(support: Support, at: list[int], rule: Policy) -> Estimate:
    rows, sums = (x[at].sum(0) for x in (support.placebo_rows, support.placebo_sums))
    return jackknife(ratio, sums, rows, confidence=rule.confidence).estimate(n=float(rows.sum()))


def _strength(o: OutcomeSums, at: list[int], rule: Policy) -> Strength:
    """E-values of the ratio of both means and of the limit of its interval that is nearer to 1."""
    p1, p0 = (x[at].sum(0) for x in (o.p1, o.p0))
    jack = jackknife(_log_ratio, p1, p0, confidence=rule.confidence).estimate(n=0)
    nearer = min(jack.low, jack.high, key=abs) if jack.low * jack.high > 0 else jack.low * jack.high * 0
    return Strength(e_value(math.exp(jack.value)), e_value(math.exp(nearer)))


def _log_ratio(p1: Array, p0: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(ratio(p1, p0))


def e_value(risk_ratio: float) -> float:
    """The least risk ratio that an unrecorded factor must have with both the offer and the outcome to explain a risk
    ratio away: R + √(R(R − 1)), R at least 1 (VanderWeele and Ding 2017). NaN where it is undefined."""
    if not risk_ratio > 0 or math.isinf(risk_ratio):
        return math.nan
    r = max(risk_ratio, 1 / risk_ratio)
    return r + math.sqrt(r * (r - 1))
