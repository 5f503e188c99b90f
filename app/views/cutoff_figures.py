"""App room: the numbers of the section Cut-off: counted once per selection, looked up as the dial moves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.desk import Pin
from app.views import simulator_figures
from app.views.threshold_dial import dial
from data.counts import Selection, Tally
from data.policy_sums import Period
from data.rows import UNKNOWN
from monitoring import cutoff, cutoff_rival, errors, outcomes
from monitoring.cutoff import Course, Limit, Swap
from monitoring.cutoff_rival import Crossed
from monitoring.cutoff_segments import Segmented, by_segment
from monitoring.errors import ThresholdErrors
from monitoring.grid import code_of_threshold, threshold_of_code
from monitoring.metrics import share
from monitoring.policy import Policy
from monitoring.simulator import Scenario

LOCKS = (0, 3, 4, 6)
"""Months after a payment option in which no other is offered, to choose from beside the bank's own; 0: none is locked
out."""
MEASURES = tuple(dict.fromkeys((*cutoff.MEASURES, *errors.HISTOGRAM_MEASURES)))
AGE, RIVAL = "option_age", "bank_score"


@dataclass(frozen=True)
class Counted:
    """A selection, and what of it may be called (`callable`), counted: every scored row by random group and code
    (`everyone`), and those that are not locked out for an option of the last `lock` months (`free`); what random offers
    reveal; how far outcomes are known; months with scored rows; and whether the data say which rows are under an
    option."""

    pin: Pin
    selection: Selection
    callable: Selection
    policy: Policy
    lock: int
    everyone: Tally
    free: Tally
    totals: Tally
    months: tuple[int, ...]
    maturity: float
    options_known: bool

    @cached_property
    def course(self) -> Course:
        """Every threshold."""
        return cutoff.course(self.free, policy=self.policy)

    @cached_property
    def by_code(self) -> tuple[Tally, Tally]:
        """Those that may be called, and every scored row, by code alone."""
        return self.free.keep("code", "label"), self.everyone.keep("code", "label")

    @property
    def scored(self) -> float:
        """Scored rows that may be called."""
        return float(self.course.listed[0])

    @property
    def locked(self) -> float:
        """Scored rows that are locked out."""
        return float(self.everyone["n"].sum()) - self.scored

    @property
    def edges(self) -> np.ndarray:
        """The thresholds that there are."""
        return np.asarray(self.pin.counts.edges, float)

    @cached_property
    def sheet(self) -> simulator_figures.Sheet:
        """What other offers are simulated to bring to the overdue ratio."""
        narrowed = bool(self.selection.where) or self.selection.codes is not None
        return simulator_figures.sheet(
            self.pin, policy=self.policy, ordering="score", period=simulator_figures.TOGETHER, narrowed=narrowed
        )

    @cached_property
    def simulated(self) -> Course | None:
        """Every threshold over the months and all the rows that the simulation speaks of; None where none stands."""
        if not self.sheet.stands:
            return None
        span = months_of(self.sheet.period)
        found = self.pin.counts.histogram(Selection(months=span), measures=cutoff.MEASURES)
        return cutoff.course(found, policy=self.policy)


@dataclass(frozen=True)
class Cut:
    """The dial: a code, the score that it starts at, its position on the course, and the errors there. Of the calls
    a month: `limit`, what the capacity allows. `icv`: the simulated overdue ratio; None where none can be said."""

    counted: Counted
    code: int
    threshold: float
    position: int
    errors: ThresholdErrors
    limit: Limit
    icv: Scenario | None

    def monthly(self, amounts: np.ndarray) -> float:
        """An amount of the course at the dial, per month."""
        return share(float(amounts[self.position]), len(self.counted.months))

    @property
    def fdr_limit(self) -> float:
        """The share of wasted calls at which one more call pays for itself and for the call that it takes away."""
        return cutoff.break_even(self.counted.policy, self.limit.shadow)


def months_of(period: Period | None) -> tuple[int, int] | None:
    """First and last month of a simulated period."""
    return (period.months[0], period.months[-1]) if period else None


def counted(pin: Pin, selection: Selection, *, policy: Policy, lock: int) -> Counted:
    """Everything that the section needs whatever the threshold and the capacity."""
    totals = pin.counts.totals(selection, by=("month", "arm"), measures=("n", *errors.MEASURES))
    scored = totals.keep("month")["scored"]
    ages = pin.counts.totals(selection, by=(AGE,), measures=("scored",)).keep(AGE)
    held = {str(age): float(n) for age, n in zip(ages.labels[AGE], ages["scored"], strict=True)}
    everyone = pin.counts.histogram(selection, by=("rg",), measures=MEASURES)
    locked = {age for age, n in held.items() if n and age.isdecimal() and int(age) <= lock}
    free, chosen = everyone, selection
    if locked:
        chosen = replace(selection, where={**selection.where, AGE: tuple(age for age in held if age not in locked)})
        free = pin.counts.histogram(chosen, by=("rg",), measures=MEASURES)
    known = outcomes.by_month(totals, policy=policy)
    matured, still_open = (sum(getattr(m, name) for m in known) for name in ("matured", "open"))
    return Counted(
        pin=pin,
        selection=selection,
        callable=chosen,
        policy=policy,
        lock=lock,
        everyone=everyone,
        free=free,
        totals=totals.keep("arm", "label"),
        months=tuple(m for m, n in zip(totals.labels["month"], scored, strict=True) if n),
        maturity=share(matured, matured + still_open),
        options_known=any(n for age, n in held.items() if age != UNKNOWN),
    )


def cut(counted: Counted, threshold: float, calls: float) -> Cut:
    """The dial at a threshold, with so many `calls` a month (NaN for no limit): look-ups in sums that are there."""
    code = code_of_threshold(counted.edges, threshold)
    found = errors.at_threshold(counted.free, code, totals=counted.totals, policy=counted.policy)
    return Cut(
        counted=counted,
        code=code,
        threshold=threshold_of_code(counted.edges, code),
        position=counted.course.at(code),
        errors=found,
        limit=limit(counted, calls),
        icv=_icv(counted, code),
    )


def limit(counted: Counted, calls: float) -> Limit:
    """What so many calls a month allow."""
    return cutoff.within(counted.course, calls * len(counted.months), policy=counted.policy)


def _icv(counted: Counted, code: int) -> Scenario | None:
    course = counted.simulated
    if course is None or not course.listed[0]:
        return None
    return counted.sheet.scenario(float(course.listed[course.at(code)] / course.listed[0]))


def swap(cut: Cut) -> Swap:
    """The list at the dial against the rule in use: everybody from the release's own threshold on."""
    counted = cut.counted
    current = code_of_threshold(counted.edges, dial(counted.pin).usual / 100)
    free, everyone = counted.by_code
    return cutoff.swap(free, everyone, code=cut.code, current=current, policy=counted.policy)


def crossed(counted: Counted) -> Crossed | None:
    """The model's score and the bank's own, crossed over the rows that may be called; None where no row has both. The
    rows themselves are read: seconds where there are ten million."""
    if not counted.pin.carries(RIVAL):
        return None
    rows = list(counted.pin.counts.listed(counted.callable, (*cutoff_rival.AMOUNTS, RIVAL)))
    found = cutoff_rival.crossed(rows, RIVAL, edges=counted.edges)
    return found if found.rows else None


def against_bank(cut: Cut, found: Crossed) -> Swap:
    """The list at the dial against as many calls by the bank's own score."""
    return cutoff_rival.against(found, code=cut.code, policy=cut.counted.policy)


def segments(counted: Counted, calls: float, dimension: str) -> Segmented | None:
    """Cut-offs per level of a dimension; None when no dimension varies."""
    if not dimension:
        return None
    histogram = counted.pin.counts.histogram(counted.callable, by=(dimension, "rg"), measures=("n", "s1"))
    return by_segment(histogram, calls=calls * len(counted.months), policy=counted.policy)


def calls_of(calls: object, agents: object, policy: Policy) -> float:
    """Calls a month: those that are asked for, else what so many agents make; NaN for no limit. Less than none counts
    as none, and so does any number where the limits of contact leave an obligation no call."""
    if not policy.calls_allowed:
        return 0.0
    for asked, each in ((calls, 1.0), (agents, policy.calls_per_agent_day * policy.agent_days)):
        if isinstance(asked, int | float) and math.isfinite(asked):
            return max(0.0, float(asked) * each)
    return math.nan


def asked_lock(text: str) -> str:
    """The lock-out that an address asks for; "", the bank's own, when it asks for none that there is."""
    return text if text.isdecimal() and int(text) in LOCKS else ""


def lock_of(text: str, policy: Policy) -> int:
    """The months of a choice of lock-out; the bank's own when none is chosen."""
    return int(asked_lock(text) or policy.option_lockout_months)


def asked_number(text: str) -> float | None:
    """A number of at least 0 that an address asks for; None for none."""
    try:
        value = float(text)
    except ValueError:
        return None
    if not 0 <= value < math.inf:
        return None
    return int(value) if value.is_integer() else value
