"""App room: the numbers of the Simulator page: a scenario of a list, and the course of every order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.desk import Pin
from data.policy_sums import ORDERINGS, Half, Period, PolicySums
from monitoring import simulator
from monitoring.evidence import Gate
from monitoring.policy import Policy

DOCUMENT = "policy_sums"
NEWEST, TOGETHER = "newest", "together"
USUAL = 20.0
"""The slider at first, in percent of the list."""


@dataclass(frozen=True)
class Sheet:
    """A period and an order of a release: what does not change while the slider moves. `sums` and `period` are None
    where the release has none."""

    pin: Pin
    policy: Policy
    ordering: str
    sums: PolicySums | None = None
    period: Period | None = None
    narrowed: bool = False

    @cached_property
    def half(self) -> Half:
        """All clients of the period."""
        assert self.period is not None
        return self.period.both

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """The conditions of the simulation; none without sums."""
        if self.sums is None or self.period is None:
            return ()
        return simulator.gates(self.period, self.sums.support, self.ordering, policy=self.policy)

    @cached_property
    def failed(self) -> tuple[Gate, ...]:
        """The conditions that do not hold."""
        return simulator.failed(self.gates)

    @cached_property
    def unsupported(self) -> tuple[tuple[float, float], ...]:
        """Where on the list, as shares of it from the top, the data cannot speak."""
        return simulator.unsupported(self.half.lines[self.ordering]) if self.period else ()

    @property
    def thin(self) -> bool:
        """Whether few rows could have gone either way, by chances that are known, so that it is no condition."""
        return any(g.name == "overlap" and g.passed is None for g in self.gates)

    @property
    def stands(self) -> bool:
        """Whether anything may be shown."""
        return self.period is not None and not self.failed

    @cached_property
    def courses(self) -> Mapping[str, tuple[simulator.Scenario, ...]]:
        """Every order from nobody to everybody."""
        months = self.months
        return {n: simulator.course(self.half, n, months=months, policy=self.policy) for n in ORDERINGS}

    @cached_property
    def best(self) -> simulator.Best | None:
        """The list with the highest net value, weighed on clients that did not choose it."""
        return simulator.best(self.period, self.ordering, policy=self.policy) if self.period else None

    @property
    def months(self) -> int:
        """Months that are summed up."""
        return len(self.period.months) if self.period else 0

    def scenario(self, k: float, ordering: str = "") -> simulator.Scenario:
        """The first `k` (0..1) of the list."""
        return simulator.scenario(self.half, ordering or self.ordering, k, months=self.months, policy=self.policy)

    def share_of(self, calls: float | None) -> float:
        """The slider's place, in percent, for so many calls a month; NaN for none."""
        if not self.stands or calls is None or not calls > 0:
            return math.nan
        return round(100 * simulator.at_capacity(self.half, self.ordering, calls, months=self.months), 1)


def sheet(pin: Pin, *, policy: Policy, ordering: str, period: str, narrowed: bool) -> Sheet:
    """The sheet of a release. `ordering` and `period` fall back to the first that there is."""
    order = ordering if ordering in ORDERINGS else ORDERINGS[0]
    if DOCUMENT not in pin.release.documents():
        return Sheet(pin, policy, order, narrowed=narrowed)
    sums = PolicySums.of(pin.document(DOCUMENT))
    chosen = sums.periods[0 if period == NEWEST else -1]
    return Sheet(pin, policy, order, sums, chosen, narrowed)


def scenario(page: Sheet, percent: float) -> simulator.Scenario:
    """The scenario that the slider stands for."""
    return page.scenario(percent / 100)


def clicked(text: str) -> float:
    """The slider's place, in percent, that a click on the courses asks for; NaN for none."""
    try:
        return round(100 * min(max(float(text), 0.0), 1.0), 1)
    except ValueError:
        return math.nan


def asked(text: str) -> float:
    """The slider's place, in percent, that an address asks for; the usual one when it asks for none that there is."""
    try:
        value = float(text)
    except ValueError:
        return USUAL
    return value if 0 <= value <= 100 else USUAL
