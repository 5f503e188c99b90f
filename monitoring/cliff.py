"""Monitoring room: the re-age cliff: what the overdue ratio would be if re-aged debt re-defaulted as it used to.

A payment option takes debt out of arrears without a peso: it counts as performing. Its adjusted ratio is
(V + sum of R_k * rho_k) / B: R_k is the performing balance under an option applied k months ago, rho_k the chance that
it is overdue or written off within the horizon of its option, from Kaplan-Meier by months since the option.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from data.counts import Tally
from data.rows import CENSORED, HELD, OPTION_FOLLOWED, OPTION_ROLES, REDEFAULTED, UNKNOWN
from monitoring import holding
from monitoring.estimate import Estimate
from monitoring.intervals import Array, jackknife
from monitoring.metrics import ratio
from monitoring.overdue import OverdueMonth
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group

HELD_BY: Final = ("under_option", "option_age")
"""Axes, beside the month, of the balance R that performs under an option (count only buckets that are not overdue)."""
FOLLOWED: Final = OPTION_ROLES
"""Axes, beside the month or the random group, of the n of the months that options were followed through."""
COURSES: Final = (HELD, REDEFAULTED, CENSORED)
"""The courses that FOLLOWED needs."""
AGES: Final = (*map(str, range(1, OPTION_FOLLOWED + 1)), UNKNOWN)
"""Months since the option, the last axis of a balance; UNKNOWN is the last."""
EVERY: Final = ""
"""The name of all options together."""


@dataclass(frozen=True)
class Curve:
    """How an option held: `share` not re-defaulted 1, 2, ... months after it with `low` and `high` (95 %, Greenwood,
    log-log), of `at_risk` obligations followed from each of these months to the next, of which `events` re-defaulted.
    `own`: it has enough of its own to be used; else that of EVERY stands in for it."""

    option: str
    share: Array
    low: Array
    high: Array
    at_risk: Array
    events: Array
    own: bool

    @property
    def reach(self) -> int:
        """The last month that anything was followed to; 0 where nothing was."""
        return int(np.flatnonzero(self.at_risk).max()) + 2 if self.at_risk.any() else 0


@dataclass(frozen=True)
class Sums:
    """What the cliff is made of. By month: `gross` and `overdue` balance, the ratio `with_writeoffs` (of
    `writeoff_months` months) and `without_reaging`, `held` (month, option, AGES) balance that performs under an option,
    and the options followed before its opening (month, option, age). By random group: `groups_at_risk` and
    `groups_events`, followed before the last opening. `censored`: how many were lost sight of by then."""

    months: tuple[int, ...]
    options: tuple[str, ...]
    gross: Array
    overdue: Array
    with_writeoffs: Array
    writeoff_months: Array
    without_reaging: Array
    held: Array
    at_risk: Array
    events: Array
    groups_at_risk: Array
    groups_events: Array
    censored: int
    policy: Policy

    @cached_property
    def reported(self) -> Array:
        """The ratio as it is reported, by month."""
        return ratio(self.overdue, self.gross)

    @cached_property
    def own(self) -> Array:
        """Whether each option (column) has enough that was followed before each month (row) to stand on its own."""
        enough = self.at_risk[..., 0] >= self.policy.min_n
        return enough & (self.events.sum(-1) >= self.policy.min_class)

    @cached_property
    def told(self) -> Array:
        """Whether enough options had been followed before each month to say anything of re-default."""
        return self.at_risk[..., 0].sum(-1) >= self.policy.min_n


@dataclass(frozen=True)
class Adjusted:
    """The ratio if re-aged debt re-defaults: that of the last month with its interval, its course by month, and of the
    last month the `rates` and the balance `expected` to re-default, by option and AGES."""

    ratio: Estimate
    course: Array
    rates: Array
    expected: Array

    @property
    def back(self) -> float:
        """Balance that is expected to re-default."""
        return float(self.expected.sum())


def sums(icv: Sequence[OverdueMonth], held: Tally, followed: Tally, groups: Tally, *, policy: Policy) -> Sums | None:
    """The sums of the months of `icv` that have rows, from the R of `held` by month and HELD_BY, and the n of
    `followed` by month and FOLLOWED and of `groups` by random group and FOLLOWED; None without a month.

    Give `followed` every month before the last one and `groups` the same months, however few `icv` has: a month of
    FOLLOWED ends at the opening of the next one, and is known from there on.
    """
    kept = [m for m in icv if m.n]
    if not kept:
        return None
    options = tuple(dict.fromkeys((*held.labels["under_option"], *followed.labels["under_option"])))
    months = tuple(m.month for m in kept)
    earlier = np.array(months)[:, None] > np.array(followed.labels["month"], int)
    each = _followed(followed, ("month",), options)
    at_risk, events = (np.tensordot(earlier.astype(float), x, 1) for x in each)
    known = CENSORED in followed.labels["option_course"]
    lost = int(array(followed.at(option_course=CENSORED), "n", ()).sum()) if known else 0

    def by_month(name: str) -> Array:
        return np.array([getattr(m, name) for m in kept], float)

    return Sums(
        months, options, by_month("gross"), by_month("overdue"), by_month("icv_with_writeoffs"),
        by_month("writeoff_months"), by_month("icv_without_reaging"), _held(held, months, options), at_risk, events,
        *_followed(groups, ("rg",), options), lost, policy,
    )  # fmt: skip


def _held(t: Tally, months: Sequence[int], options: Sequence[str]) -> Array:
    """R by month, option and AGES; 0 where the counts have none."""
    found = array(t, "R", ("month", *HELD_BY))
    out = np.zeros((len(months), len(options), len(AGES)))
    ages = [(k, AGES.index(a)) for k, a in enumerate(t.labels["option_age"]) if a in AGES]
    at = {m: k for k, m in enumerate(t.labels["month"])}
    for i, month in enumerate(months):
        for o, option in enumerate(t.labels["under_option"]):
            for k, age in ages if month in at else ():
                out[i, options.index(option), age] = found[at[month], o, k]
    return out


def _followed(t: Tally, by: tuple[str, ...], options: Sequence[str]) -> tuple[Array, Array]:
    """n followed through each month since the option, and of them re-defaulted, by the axis `by` and option."""
    found = by_random_group(t, "n", FOLLOWED) if by == ("rg",) else array(t, "n", (*by, *FOLLOWED))
    courses, ages = t.labels["option_course"], t.labels["option_age"]
    at = {a: k for k, a in enumerate(ages)}
    out = np.zeros((2, len(found), len(options), OPTION_FOLLOWED))
    for o, option in enumerate(t.labels["under_option"]):
        for c, course in enumerate(courses):
            if course not in (HELD, REDEFAULTED):
                continue
            part = np.stack([found[:, o, at[a], c] if a in at else np.zeros(len(found)) for a in AGES[:-1]], -1)
            out[0, :, options.index(option)] += part
            out[1, :, options.index(option)] += part * (course == REDEFAULTED)
    return out[0], out[1]


def curves(found: Sums) -> tuple[Curve, ...]:
    """The curves at the last month: all options together first, then each that was followed, the largest first."""
    n, d = found.at_risk[-1], found.events[-1]
    order = [int(o) for o in np.argsort(-n.sum(-1), kind="stable") if n[o].any()]
    every = [(EVERY, n.sum(0), d.sum(0), True)]
    return tuple(
        Curve(name, holding.survival(a, e), *holding.interval(a, e, confidence=found.policy.confidence), a, e, own)
        for name, a, e, own in every + [(found.options[o], n[o], d[o], bool(found.own[-1, o])) for o in order]
    )


def adjusted(found: Sums, *, stress: float = 0.0) -> Adjusted:
    """The ratio if re-aged debt re-defaults as it used to, at (1 + `stress`) times the rate and at most for certain.

    The interval is that of the rates: a delete-a-group jackknife over random groups of clients, with what is owed as it
    is. It does not say how far the next months may differ from those behind. Debt under an option that nobody saw being
    applied re-defaults like debt whose option was applied in the month before.
    """
    rule, last = found.policy, len(found.months) - 1
    rates = _rates(found.at_risk, found.events, found.own, rule.redefault_months, stress)
    back = (found.held * rates).sum((-2, -1))
    course = np.where(found.told, ratio(found.overdue + back, found.gross), np.nan)
    return Adjusted(_interval(found, float(course[last]), stress), course, rates[last], found.held[last] * rates[last])


def _rates(at_risk: Array, events: Array, own: Array, horizon: int, stress: float) -> Array:
    """Chance of a re-default within the rest of the horizon by option and AGES; `own` says whose own curve is used."""
    each = holding.fails_within(holding.survival(at_risk, events), horizon)
    every = holding.fails_within(holding.survival(at_risk.sum(-2), events.sum(-2)), horizon)[..., None, :]
    chance = np.where(own[..., None], each, every)[..., :OPTION_FOLLOWED]
    with_unknown = np.concatenate([chance, chance[..., :1]], -1)
    return np.clip(with_unknown * (1 + stress), 0.0, 1.0)


def _interval(found: Sums, value: float, stress: float) -> Estimate:
    """The adjusted ratio of the last month, with the interval of the rates."""
    followed = float(found.at_risk[-1, :, 0].sum())
    if not found.gross[-1] > 0:
        return Estimate(n=followed, reason="no_balance")
    if not found.told[-1]:
        return Estimate(n=followed, reason="small_sample")

    def statistic(n: Array, d: Array) -> Array:
        rates = _rates(n, d, found.own[-1], found.policy.redefault_months, stress)
        return (found.overdue[-1] + (found.held[-1] * rates).sum((-2, -1))) / found.gross[-1]

    made = jackknife(
        statistic, found.groups_at_risk, found.groups_events, confidence=found.policy.confidence
    ).estimate(n=followed)  # fmt: skip
    few = found.events[-1].sum() < found.policy.min_class
    top = (found.overdue[-1] + found.held[-1].sum()) / found.gross[-1]
    low, high = max(made.low, found.reported[-1]), min(made.high, top)
    return Estimate(value, low, high, made.n, made.se, made.method, "small_sample" if few else made.reason)
