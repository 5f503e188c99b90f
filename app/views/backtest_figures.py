"""App room: the numbers of the Backtest page, from the counts of a selection, before they become words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.desk import Pin
from app.views.one_month_figures import telling
from app.views.segments_figures import Breakdown
from data.counts import Selection, Tally
from data.rows import NEGATIVE, POSITIVE
from monitoring import backtest
from monitoring.bands import Band, Decile, band_clustering
from monitoring.discrimination import roc
from monitoring.policy import Policy
from monitoring.tallies import array

UNSCORED = ("no_score", "empty")
"""Reasons for which a month has nothing to judge, and never will."""


@dataclass(frozen=True)
class OneMonth:
    """What there is to see of one month: the dimension whose segments differ most (None when none does), and the ROC
    curve as false- and true-positive rates in 0..1."""

    telling: Breakdown | None
    false_positive: np.ndarray
    true_positive: np.ndarray


@dataclass(frozen=True)
class Figures:
    """Everything that the page says. `months` are all of the selection; `judged` those whose outcomes have matured;
    `summary`, `bands` and `deciles` speak of the judged months together, None and empty when there is none. `one`
    stands in place of the courses where a single month has scores."""

    pin: Pin
    policy: Policy
    months: Sequence[backtest.MonthBacktest]
    judged: Sequence[backtest.MonthBacktest]
    summary: backtest.Summary | None
    bands: Sequence[Band]
    deciles: Sequence[Decile]
    one: OneMonth | None = None

    @property
    def open_months(self) -> tuple[int, ...]:
        """Months with scores whose outcomes are not in yet."""
        return tuple(m.month for m in self.months if m.reason in ("immature", "no_label_yet"))

    @property
    def unscored(self) -> tuple[int, ...]:
        """Months without any score: before the first model was ready."""
        return tuple(m.month for m in self.months if m.reason in UNSCORED)


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Figures:
    """All numbers of the page for one selection."""
    counts = pin.counts
    histogram = counts.histogram(selection, by=("month",), measures=backtest.HISTOGRAM_MEASURES)
    totals = counts.totals(selection, by=("month", "rg"), measures=backtest.MEASURES)
    cuts = frozen_cuts(pin)
    months = backtest.by_month(histogram, totals, cuts=cuts, policy=policy)
    judged = [m for m in months if m.n > 0 and m.maturity >= policy.maturity_least]
    if not judged:
        return Figures(pin, policy, months, (), None, (), ())
    matured = replace(selection, months=(judged[0].month, judged[-1].month))
    scores = counts.histogram(matured, by=("rg",), measures=backtest.HISTOGRAM_MEASURES)
    deff = of_repeats(pin, scores, cuts)
    whole = backtest.summary(
        scores, counts.totals(matured, by=("rg",), measures=backtest.MEASURES), cuts=cuts, within=deff, policy=policy
    )
    return Figures(
        pin, policy, months, judged, whole, backtest.reliability(scores, cuts=cuts, deff=deff, policy=policy),
        backtest.decile_table(scores, cuts=cuts, policy=policy),
        _one(pin, matured, scores, policy=policy) if sum(m.reason not in UNSCORED for m in months) == 1 else None,
    )  # fmt: skip


def _one(pin: Pin, selection: Selection, scores: Tally, *, policy: Policy) -> OneMonth:
    found = telling(pin, selection, policy=policy, measure="observed")
    rows = array(scores, "n", ("code", "label"))[1:]
    return OneMonth(found, *roc(rows[:, POSITIVE], rows[:, NEGATIVE]))


def of_repeats(pin: Pin, scores: Tally, cuts: Sequence[int]) -> float:
    """What repeated clients cost the lights of bands and of all rows together; 1 where the data name no client."""
    return band_clustering(scores, cuts) if pin.carries("clients") else 1.0


def last_firm(judged: Sequence[backtest.MonthBacktest], *, policy: Policy) -> backtest.MonthBacktest | None:
    """The last month with enough of both outcomes for its rank to be put into words; None when there is none."""
    firm = [m for m in judged if min(m.positives, m.n - m.positives) >= policy.min_class]
    return firm[-1] if firm else None


def frozen_cuts(pin: Pin) -> tuple[int, ...]:
    """The score bands of the release: ten of equal population over all its scored rows, whatever is selected."""
    return backtest.band_cuts(pin.counts.histogram(Selection(), measures=("n",)))


def classes(found: backtest.Summary) -> int:
    """How many of the two outcomes occur."""
    return int(found.positives > 0) + int(found.positives < found.n)


@dataclass(frozen=True)
class Run:
    """Neighbouring months that depart from the promise to the same side, and by how much: the observed less the
    promised rate of all their rows together."""

    first: int
    last: int
    gap: float
    n: int
    level: str


def runs_off(judged: Sequence[backtest.MonthBacktest]) -> list[Run]:
    """The runs of months that are off their promise, in order; empty when every month keeps it."""
    groups: list[list[backtest.MonthBacktest]] = []
    for before, month in zip((None, *judged), judged, strict=False):
        if month.level not in ("watch", "act"):
            continue
        joined = groups and groups[-1][-1] is before and _below(groups[-1][-1]) == _below(month)
        if joined:
            groups[-1].append(month)
        else:
            groups.append([month])
    return [_run(months) for months in groups]


def _run(months: Sequence[backtest.MonthBacktest]) -> Run:
    n = sum(m.n for m in months)
    gap = (sum(m.positives for m in months) - sum(m.expected for m in months)) / n
    level = "act" if any(m.level == "act" for m in months) else "watch"
    return Run(months[0].month, months[-1].month, gap, n, level)


def _below(month: backtest.MonthBacktest) -> bool:
    return month.observed.value < month.predicted_rate
