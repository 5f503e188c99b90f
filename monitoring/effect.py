"""Monitoring room: what the model did to the overdue ratio, from randomised arms; without them, a refusal.

Whole arms are compared, never those in arrears: being in arrears is itself an outcome.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from monitoring.arm_outcomes import outcome, sums
from monitoring.causal import standardised_difference
from monitoring.estimate import Estimate
from monitoring.evidence import Evidence, Gate, Grade, grade, recorded, sample_ratio
from monitoring.intervals import Array, jackknife, mde
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group

MEASURES = ("n", "scored", "s1", "s2", "B", "B2", "V30", "VV30", "V1", "V60", "V90")
"""The totals that `effect` reads, by month, arm and random group."""


@dataclass(frozen=True)
class EffectMonth:
    """Overdue ratio of both arms at the opening of one month, their difference (arm - control: negative is less
    overdue) and the smallest difference that this month could have shown. Fractions."""

    month: int
    icv_arm: float
    icv_control: float
    difference: Estimate
    mde: float


@dataclass(frozen=True)
class Comparison:
    """An arm against a control, by month from go-live on.

    `baseline` is the difference at go-live, before anything could have worked: it should hold 0. `average` is the
    difference of the ratios of sums over all later months, adjusted for the balances at go-live as every outcome is;
    `plain` the same without. `mde` is the smallest average effect that could have been found; `times_needed` times as
    many clients would find `target_effect`. `clients` are those of both arms in the whole release and `clients_needed`
    what they would have to be: these two speak of an unfiltered selection only.
    `sentence`: "effect_lower", "effect_higher", "effect_not_detected", or "too_early" without a month after go-live.
    """

    arm: str
    control: str
    months: tuple[EffectMonth, ...]
    average: Estimate
    plain: Estimate
    latest: EffectMonth | None
    baseline: Estimate
    mde: float
    target_effect: float
    clients: int
    times_needed: float
    clients_needed: float
    sentence: str


@dataclass(frozen=True)
class Effect:
    """The answer about the model's effect: the evidence grade with its reasons and gates, and the comparisons that may
    be shown. Below grade A there is none: `sentence` is then "no_attribution"."""

    grade: Grade
    reasons: tuple[str, ...]
    gates: tuple[Gate, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    sentence: str = "no_attribution"
    go_live: int = 0


def effect(
    totals: Tally | None,
    *,
    arms: Mapping,
    model: str = "model",
    controls: Sequence[str] = ("none", "legacy"),
    policy: Policy | None = None,
) -> Effect:
    """The effect on the overdue ratio of arm `model` against each control, from totals by month, arm and random group.

    Give every month from go-live on, whatever months the page shows: the balance at go-live is a gate. `arms` is the
    release's document: {"go_live": month, "clients": {arm: clients}, and optional "planned": {arm: share}, "in_two" and
    "late": clients with two arms, and with one that came after the fact}; empty, or totals None, when nothing was
    randomised.
    """
    rule = policy or Policy()
    present = totals.labels["arm"] if totals is not None and "arm" in totals.axes else ()
    found = [c for c in controls if c in present and c in arms.get("clients", {})]
    if totals is None or not arms or model not in present or model not in arms.get("clients", {}) or not found:
        verdict = grade(Evidence())
        return Effect(verdict.grade, verdict.reasons, go_live=int(arms.get("go_live", 0)))
    shared = sample_ratio(dict(arms["clients"]), planned=arms.get("planned"), policy=rule)
    everyone = float(sum(arms["clients"].values()))
    drawn = tuple(
        recorded(name, arms.get(key), of=everyone, policy=rule)
        for name, key in (("one_arm", "in_two"), ("arm_before_outcome", "late"))
    )
    gates = {c: (shared, *drawn, *_gates(totals, arms, model, c, rule)) for c in found}
    sound = [c for c in found if not any(g.passed is False for g in gates[c])]
    verdict = grade(Evidence(randomised=tuple(g for c in (sound or found) for g in gates[c])))
    shown = tuple(_compare(totals, arms, model, c, rule) for c in sound)
    return Effect(
        grade=verdict.grade,
        reasons=tuple(dict.fromkeys(verdict.reasons)),
        gates=tuple(dict.fromkeys(g for c in found for g in gates[c])),
        comparisons=shown,
        sentence=shown[0].sentence if shown else "no_attribution",
        go_live=int(arms["go_live"]),
    )


def _gates(totals: Tally, arms: Mapping, model: str, control: str, rule: Policy) -> tuple[Gate, Gate]:
    """Balance at go-live and enough clients, for one comparison; a balance that cannot be computed does not pass."""
    rows = array(totals, "n", ("arm", "month")).max(1, initial=0)
    smaller = min(min(arms["clients"][a], int(rows[totals.labels["arm"].index(a)])) for a in (model, control))
    enough = Gate("enough_clients", smaller, rule.arm_clients_least, bool(smaller >= rule.arm_clients_least), control)
    differences = baseline_differences(totals, go_live=int(arms["go_live"]), arm=model, control=control)
    worst = max((abs(v) for v in differences.values()), default=math.nan)
    return Gate("baseline_balance", worst, rule.smd_limit, worst < rule.smd_limit, control), enough


def baseline_differences(totals: Tally, *, go_live: int, arm: str, control: str) -> dict[str, float]:
    """Standardised differences of two arms at the opening of the go-live month: balance, overdue balance and score of
    their obligations. Only those that can be computed; none when the month is not in the totals."""
    if go_live not in totals.labels["month"]:
        return {}
    month = totals.labels["month"].index(go_live)
    places = [totals.labels["arm"].index(a) for a in (arm, control)]
    at = {m: array(totals, m, ("month", "arm"))[month, places] for m in MEASURES}
    moments = {"balance": ("n", "B", "B2"), "overdue": ("n", "V30", "VV30"), "score": ("scored", "s1", "s2")}
    found = {}
    for name, (n, total, squares) in moments.items():
        mean = ratio(at[total], at[n])
        variance = np.maximum(ratio(at[squares], at[n]) - mean**2, 0)
        found[name] = float(standardised_difference(*mean, var1=variance[0], var0=variance[1]))
    return {name: value for name, value in found.items() if math.isfinite(value)}


def _compare(totals: Tally, arms: Mapping, model: str, control: str, rule: Policy) -> Comparison:
    go_live, months = int(arms["go_live"]), np.array(totals.labels["month"], int)
    places = [totals.labels["arm"].index(a) for a in (model, control)]
    overdue, gross = (by_random_group(totals, m, ("month", "arm"))[:, :, places] for m in (rule.overdue_measure, "B"))
    rows = array(totals, "n", ("month", "arm"))[:, places].sum(1)
    shown = _months(overdue, gross, months, rule, first=go_live, rows=rows)
    first = months == go_live
    baseline = jackknife(_gap, overdue[:, first].sum(1), gross[:, first].sum(1), confidence=rule.confidence)
    summed = sums(totals, "icv", arms=(model, control), go_live=go_live, last=int(months[-1]), policy=rule)
    late = outcome(summed, policy=rule) if summed else None
    average = late.adjusted if late else Estimate(reason="too_early")
    smallest = late.mde if late else math.nan
    clients, times = int(arms["clients"][model] + arms["clients"][control]), (smallest / rule.target_effect) ** 2
    return Comparison(
        arm=model,
        control=control,
        months=shown,
        average=average,
        plain=late.plain if late else average,
        latest=shown[-1] if late else None,
        baseline=baseline.estimate(n=rows[first].sum()),
        mde=smallest,
        target_effect=rule.target_effect,
        clients=clients,
        times_needed=times,
        clients_needed=clients * times,
        sentence=_sentence(average),
    )


def _months(
    overdue: Array, gross: Array, months: Array, rule: Policy, *, first: int, rows: Array
) -> tuple[EffectMonth, ...]:
    """Each month from `first` on: both ratios and their difference."""
    jack = jackknife(_gap, overdue, gross, confidence=rule.confidence)
    levels = ratio(overdue.sum(0), gross.sum(0)).tolist()
    places = np.flatnonzero(months >= first).tolist()
    found = [jack.estimate(n=float(rows[i]), at=(i,)) for i in places]
    return tuple(
        EffectMonth(int(months[i]), levels[i][0], levels[i][1], f, float(mde(f.se)))
        for i, f in zip(places, found, strict=True)
    )


def _gap(overdue: Array, gross: Array) -> Array:
    """Overdue ratio of the first arm less that of the second."""
    icv = ratio(overdue, gross)
    return icv[..., 0] - icv[..., 1]


def _sentence(average: Estimate) -> str:
    if math.isnan(average.value):
        return "too_early"
    if math.isnan(average.se) or average.low <= 0 <= average.high:
        return "effect_not_detected"
    return "effect_lower" if average.high < 0 else "effect_higher"
