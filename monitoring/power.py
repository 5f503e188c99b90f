"""Monitoring room: what a randomised test can see: the smallest detectable effect, and the accounts that it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.rows import POSITIVE
from monitoring.intervals import Array, mde
from monitoring.metrics import ratio, share
from monitoring.policy import Policy
from monitoring.tallies import array, closed

MEASURES = ("n", "scored", "eligible", "B", "B2", "V1", "V30", "V60", "V90")
"""The totals by month that `present` reads."""


@dataclass(frozen=True)
class Accounts:
    """Accounts that each arm takes, not rounded; NaN where no number of them would do."""

    treated: float
    control: float

    @property
    def total(self) -> float:
        """Accounts of both arms."""
        return self.treated + self.control


def accounts_needed(
    base: float, effect: float, *, control: float = 0.5, power: float = 0.8, confidence: float = 0.95
) -> Accounts:
    """Accounts needed to tell rate base + effect from base, a share `control` of them being left out at random.

    Normal approximation with the variance at the pooled rate (as in `intervals.sample_size`, which it equals for two
    equal arms). NaN unless both rates lie in 0..1, the effect is not 0 and 0 < control < 1.
    """
    raised = base + effect
    if not (0 <= base <= 1 and 0 <= raised <= 1 and effect != 0 and 0 < control < 1):
        return Accounts(math.nan, math.nan)
    pooled, z = control * base + (1 - control) * raised, float(mde(1.0, power=power, confidence=confidence))
    total = z * z * pooled * (1 - pooled) / (effect**2 * control * (1 - control))
    return Accounts(total * (1 - control), total * control)


def outcomes_needed(
    base: object, effect: float, *, deff: float = 1.0, power: float = 0.8, confidence: float = 0.95
) -> Array:
    """Outcomes needed to see that a rate departs from a known `base` by `effect`, not rounded: (2.80 / effect)² times
    the variance base(1 - base) of one outcome. `deff`: how many rows of repeated clients are worth one."""
    rate, z = np.asarray(base, float), float(mde(1.0, power=power, confidence=confidence))
    return (z / effect) ** 2 * rate * (1 - rate) * deff


def effective_size(total: object, squares: object) -> Array:
    """How many equal balances an arm's balances are worth: (ΣB)² / ΣB², at most their number; NaN without any."""
    return ratio(np.asarray(total, float) ** 2, squares)


def ratio_mde(rate: float, *, treated: object, control: object, power: float = 0.8, confidence: float = 0.95) -> Array:
    """Smallest detectable difference of two arms' ratios ΣV/ΣB around `rate`, their effective sizes being known:
    2.80 √(R(1 - R)(1/n₁ + 1/n₀)). It takes balances, not clients, as independent."""
    n1, n0 = np.asarray(treated, float), np.asarray(control, float)
    se = np.sqrt(rate * (1 - rate) * (ratio(1, n1) + ratio(1, n0)))
    return mde(se, power=power, confidence=confidence)


@dataclass(frozen=True)
class Present:
    """What a plan starts from. `base`: share of known outcomes that were positive; `inflow`: obligations of a mean
    month that can be offered something; `icv` and `size`: overdue ratio of the last month and the effective number of
    its balances. NaN where the data do not carry it."""

    base: float = math.nan
    inflow: float = math.nan
    icv: float = math.nan
    size: float = math.nan


def present(totals: Tally, *, policy: Policy) -> Present:
    """What the selection holds now, from totals by month; the inflow is the mean of months that have any."""
    scored = array(totals, "scored", ("label",))
    months = array(totals, "eligible", ("month",))
    if not months.any():
        months = array(totals, "scored", ("month",))
    held = months[months > 0]
    gross, squares, overdue = (array(totals, m, ("month",)) for m in ("B", "B2", policy.overdue_measure))
    last = np.flatnonzero(gross > 0)[-1:]
    if not last.size:
        gross, squares, overdue, last = (np.zeros(1), np.zeros(1), np.zeros(1), np.zeros(1, int))
    return Present(
        base=share(float(scored[POSITIVE]), float(closed(scored))),
        inflow=float(held.mean()) if held.size else math.nan,
        icv=float(ratio(overdue, gross)[last[0]]),
        size=float(effective_size(gross, squares)[last[0]]),
    )


@dataclass(frozen=True)
class Plan:
    """A test to be run: accounts it takes, months that pass at least until so many have come (an obligation that comes
    back counts again), and the smallest effect on the overdue ratio that one month of it could show."""

    base: float
    effect: float
    control: float
    power: float
    accounts: Accounts
    months: float
    icv_mde: float


def plan(now: Present, *, effect: float, base: float = math.nan, control: float = 0.5, power: float = 0.8) -> Plan:
    """The plan for a wished effect on the rate; `base` NaN takes the rate of the data."""
    start = now.base if math.isnan(base) else base
    needed = accounts_needed(start, effect, control=control, power=power)
    seen = ratio_mde(now.icv, treated=now.size * (1 - control), control=now.size * control, power=power)
    return Plan(start, effect, control, power, needed, share(needed.total, now.inflow), float(seen))
