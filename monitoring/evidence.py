"""Monitoring room: the evidence ladder: how strongly the data can speak about what the model did.

A randomised · B adjusted · C compared over time · D simulated · E none of these: no number may be shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from monitoring.policy import Policy

Grade = Literal["A", "B", "C", "D", "E"]


@dataclass(frozen=True)
class Gate:
    """One condition of a grade: the value found, the limit it is held to, and whether it holds; None when the data
    cannot tell. `detail` names the arm it is about, if one."""

    name: str
    value: float
    limit: float
    passed: bool | None
    detail: str = ""


@dataclass(frozen=True)
class Evidence:
    """The gates of each grade for which there are data; an absent grade is None."""

    randomised: tuple[Gate, ...] | None = None
    adjusted: tuple[Gate, ...] | None = None
    compared: tuple[Gate, ...] | None = None
    simulated: tuple[Gate, ...] | None = None


@dataclass(frozen=True)
class Verdict:
    """The highest grade whose gates hold, and why no higher one: names of failed gates, or "no_..." where data lack."""

    grade: Grade
    reasons: tuple[str, ...]


_LADDER: tuple[tuple[Grade, str, str], ...] = (
    ("A", "randomised", "no_arms"),
    ("B", "adjusted", "no_propensity"),
    ("C", "compared", "no_comparison"),
    ("D", "simulated", "no_simulation"),
)


def grade(found: Evidence) -> Verdict:
    """Climb down the ladder to the first grade with data and no failed gate. A gate that cannot be checked does not
    fail, but is named among the reasons."""
    reasons: list[str] = []
    for letter, field, absent in _LADDER:
        gates = getattr(found, field)
        if gates is None:
            reasons.append(absent)
        elif any(map(_failed, gates)):
            reasons += [g.name for g in gates if _failed(g)]
        else:
            return Verdict(letter, (*reasons, *(f"{g.name}_unchecked" for g in gates if g.passed is None)))
    return Verdict("E", tuple(dict.fromkeys(reasons)))


def _failed(gate: Gate) -> bool:
    return gate.passed is not None and not gate.passed


def sample_ratio(clients: dict[str, float], *, planned: dict[str, float] | None, policy: Policy) -> Gate:
    """Whether the arms have the sizes that chance allows under the planned shares (χ²); value and limit are p."""
    limit = policy.sample_ratio_p
    arms = sorted(clients)
    if not planned or set(planned) != set(arms) or not sum(clients.values()) > 0 or len(arms) < 2:
        return Gate("sample_ratio", float("nan"), limit, None)
    observed = np.array([clients[a] for a in arms], float)
    shares = np.array([planned[a] for a in arms], float)
    p = float(stats.chisquare(observed, observed.sum() * shares / shares.sum()).pvalue)
    return Gate("sample_ratio", p, limit, p > limit)


def recorded(name: str, clients: object, *, of: float, policy: Policy) -> Gate:
    """Whether few enough of all clients have a mistake in their arm; None where the release does not count them."""
    limit = policy.arm_mistakes_most
    if not isinstance(clients, int) or not of > 0:
        return Gate(name, float("nan"), limit, None)
    return Gate(name, clients / of, limit, clients / of <= limit)


def adjusted_gates(
    *, overlap: float, weighted_smd: float, ess: float, placebo: tuple[float, float], policy: Policy | None = None
) -> tuple[Gate, ...]:
    """Gates of grade B: share of rows with e in 0.05..0.95, largest weighted standardised difference, smaller effective
    sample size, and the interval of the placebo effect, which must hold 0 (NaN: it cannot be checked)."""
    rule = policy or Policy()
    low, high = placebo
    nothing = low <= 0 <= high if math.isfinite(high - low) else None
    return (
        Gate("overlap", overlap, rule.overlap_least, overlap >= rule.overlap_least),
        Gate("weighted_balance", weighted_smd, rule.smd_limit, abs(weighted_smd) < rule.smd_limit),
        Gate("effective_size", ess, rule.ess_least, ess >= rule.ess_least),
        Gate("placebo", (low + high) / 2, 0.0, nothing),
    )


def compared_gates(
    *,
    treated_groups: int,
    untreated_groups: int,
    months_before: int,
    placebo_p: float,
    other_changes: int | None,
    policy: Policy | None = None,
) -> tuple[Gate, ...]:
    """Gates of grade C: groups on either side (two against two, or one against three that can be mixed), months before
    go-live, p of a made-up go-live earlier, and other changes in those months; None where nobody said."""
    rule = policy or Policy()
    needed = 2 if treated_groups > 1 else 3
    return (
        Gate("treated_groups", treated_groups, 1, treated_groups >= 1),
        Gate("untreated_groups", untreated_groups, needed, untreated_groups >= needed),
        Gate("months_before", months_before, rule.pre_months_least, months_before >= rule.pre_months_least),
        Gate("placebo_go_live", placebo_p, rule.p_watch, placebo_p >= rule.p_watch),
        Gate("other_changes", math.nan if other_changes is None else other_changes, 0, _none(other_changes)),
    )


def _none(count: int | None) -> bool | None:
    return None if count is None else count == 0


def simulated_gates(*, unsupported: float, policy: Policy | None = None) -> tuple[Gate, ...]:
    """Gate of grade D: share of bins about which the data cannot speak."""
    limit = (policy or Policy()).unsupported_most
    return (Gate("unsupported", unsupported, limit, unsupported < limit),)
