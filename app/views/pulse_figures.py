"""App room: the numbers of the Pulse page, from the counts of a selection, before they become words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.desk import Pin
from app.views.one_month_figures import Measure, telling
from app.views.segments_figures import MOST_BARS, Breakdown
from data import months
from data.counts import Selection
from monitoring import backtest, change, funnel, overdue, segments
from monitoring.funnel import FunnelMonth
from monitoring.policy import Policy

YEAR = 12
EXPLAINERS = ("product", "region", "segment", "channel", "age_band", "income_band")
"""Dimensions in which the largest contribution to a change is looked for; buckets would only restate the ratio."""


@dataclass(frozen=True)
class Figures:
    """Everything that the Pulse page says, by month where it is a list; `ratios` and `earlier` are the overdue ratio
    and the funnel of the months of the selection and of the year before it. `dimension` is the one of the side table;
    `parts` are its overdue portfolio and `rates` its outcomes, each as (latest, month before). `telling` stands in
    place of the trend where there is one month only; None where there are more, or nothing to tell apart."""

    pin: Pin
    policy: Policy
    icv: Sequence[overdue.OverdueMonth]
    ratios: Mapping[int, overdue.OverdueMonth]
    funnel: Sequence[FunnelMonth]
    earlier: Mapping[int, FunnelMonth]
    promise: Sequence[backtest.MonthBacktest]
    dimension: str
    parts: tuple[Sequence[overdue.OverdueSegment], Sequence[overdue.OverdueSegment]]
    rates: Sequence[segments.Segment]
    moved: change.Change | None
    telling: Breakdown | None = None

    @property
    def measure(self) -> Measure:
        """What the page is about: the overdue ratio, or the outcome where there is none."""
        return "icv" if self.icv else "observed"

    @property
    def has_ratio(self) -> bool:
        """Whether there is an overdue ratio at all."""
        return self.pin.has_ratio

    @property
    def has_gross(self) -> bool:
        """Whether obligations that are not in arrears are there too; else the ratio speaks of the part in arrears."""
        return self.pin.carries("gross")

    @property
    def judged(self) -> FunnelMonth | None:
        """The last month whose outcomes have matured enough to be judged; None while there is none."""
        closed = [m for m in self.funnel if m.maturity >= self.policy.maturity_least]
        return closed[-1] if closed else None

    @property
    def with_cash(self) -> list[FunnelMonth]:
        """Months whose payments are known; none where the data carry no payments."""
        return [m for m in self.funnel if m.month <= self.pin.as_of] if self.pin.carries("cash") else []

    @property
    def promised(self) -> list[backtest.MonthBacktest]:
        """Months that have matured enough, with an observed over an expected."""
        return [m for m in self._matured if math.isfinite(m.oe.value)]

    @property
    def ranked(self) -> list[backtest.MonthBacktest]:
        """Months that have matured enough, with an AUC and its interval."""
        return [m for m in self._matured if math.isfinite(m.auc.low)]

    @property
    def _matured(self) -> list[backtest.MonthBacktest]:
        return [m for m in self.promise if m.maturity >= self.policy.maturity_least]


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Figures:
    """All numbers of the page for one selection."""
    counts = pin.counts
    by_month = counts.totals(reaching_back(selection, YEAR), by=("month",))
    grouped = counts.totals(selection, by=("month", "rg"))
    ratios = overdue.series(by_month, policy=policy) if pin.has_ratio else []
    icv = [m for m in ratios if m.month >= (first_month(selection) or 0)]
    dimension = side_dimension(pin, selection)
    promise = backtest.by_month(counts.histogram(selection, by=("month",)), grouped, policy=policy)
    return Figures(
        pin=pin,
        policy=policy,
        icv=icv,
        ratios={m.month: m for m in ratios},
        earlier={m.month: m for m in funnel.by_month(by_month, policy=policy)},
        funnel=funnel.by_month(grouped, policy=policy),
        promise=promise,
        dimension=dimension,
        parts=_parts(pin, selection, dimension, policy=policy),
        rates=segments.rates(counts.totals(selection, by=(dimension,)), policy=policy) if dimension else (),
        moved=_change(pin, selection, policy=policy) if icv else None,
        telling=_telling(pin, selection, dimension, policy=policy, ratio=bool(icv)) if len(promise) == 1 else None,
    )


def _telling(pin: Pin, selection: Selection, dimension: str, *, policy: Policy, ratio: bool) -> Breakdown | None:
    return telling(pin, selection, policy=policy, measure="icv" if ratio else "observed", other_than=dimension)


def first_month(selection: Selection) -> int | None:
    """The first month of a selection; None when it takes them all."""
    return selection.months[0] if selection.months else None


def reaching_back(selection: Selection, n: int) -> Selection:
    """The selection with n more months before it, for what looks back over a year."""
    first, last = selection.months or (190001, 219912)
    return replace(selection, months=(months.add(first, -n), last))


def side_dimension(pin: Pin, selection: Selection) -> str:
    """The dimension of the side table: the product where it varies, else the first that does, of those with no more
    levels than there is room for if there is any; "" when none varies."""
    names = (*EXPLAINERS, *pin.extent.dimensions)
    varying = [name for name in names if _levels(pin, selection, name) > 1]
    short = [name for name in varying if _levels(pin, selection, name) <= MOST_BARS]
    return next(iter([*short, *varying]), "")


def _levels(pin: Pin, selection: Selection, name: str) -> int:
    return len(selection.where.get(name, pin.extent.dimensions.get(name, ())))


def _last_two(pin: Pin, selection: Selection) -> tuple[int, int]:
    """The last month of the selection that has rows, and the month before it."""
    last = selection.months[1] if selection.months else pin.counts.months[-1]
    return months.add(last, -1), last


def _parts(pin: Pin, selection: Selection, dimension: str, *, policy: Policy) -> tuple[list, list]:
    if not (dimension and pin.has_ratio):
        return [], []
    before, last = _last_two(pin, selection)
    found = pin.counts.totals(replace(selection, months=(before, last)), by=("month", dimension))
    here = found.labels["month"]
    latest, earlier = (
        overdue.by_dimension(found.at(month=m), policy=policy) if m in here else [] for m in (last, before)
    )
    return latest, earlier


def _change(pin: Pin, selection: Selection, *, policy: Policy) -> change.Change | None:
    """What moved the ratio between the last two months, along the dimension that explains it best."""
    before, last = _last_two(pin, selection)
    narrow = replace(selection, months=(before, last))
    varying = [name for name in EXPLAINERS if _levels(pin, selection, name) > 1]
    names = varying or list(pin.extent.dimensions)[:1]
    tallies = [pin.counts.totals(narrow, by=("month", name)) for name in names]
    return change.best_explanation(tallies, before=before, after=last, policy=policy)
