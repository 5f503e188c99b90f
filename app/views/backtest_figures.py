"""App room: the numbers of the Backtest page, from the counts of a selection, before they become words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.desk import Pin
from data.counts import Selection
from monitoring import backtest
from monitoring.bands import Band, Decile
from monitoring.policy import Policy


@dataclass(frozen=True)
class Figures:
    """Everything that the page says. `months` are all of the selection; `judged` those whose outcomes have matured;
    `summary`, `bands` and `deciles` speak of the judged months together, None and empty when there is none."""

    pin: Pin
    policy: Policy
    months: Sequence[backtest.MonthBacktest]
    judged: Sequence[backtest.MonthBacktest]
    summary: backtest.Summary | None
    bands: Sequence[Band]
    deciles: Sequence[Decile]

    @property
    def open_months(self) -> tuple[int, ...]:
        """Months with scores whose outcomes are not in yet."""
        return tuple(m.month for m in self.months if m.reason in ("immature", "no_label_yet"))

    @property
    def unscored(self) -> tuple[int, ...]:
        """Months without any score: before the first model was ready."""
        return tuple(m.month for m in self.months if m.reason in ("no_score", "empty"))


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
    scores = counts.histogram(matured, measures=backtest.HISTOGRAM_MEASURES)
    whole = backtest.summary(
        scores, counts.totals(matured, by=("rg",), measures=backtest.MEASURES), cuts=cuts, policy=policy
    )
    return Figures(
        pin, policy, months, judged, whole,
        backtest.reliability(scores, cuts=cuts, policy=policy), backtest.decile_table(scores, cuts=cuts, policy=policy),
    )  # fmt: skip


def frozen_cuts(pin: Pin) -> tuple[int, ...]:
    """The score bands of the release: ten of equal population over all its scored rows, whatever is selected."""
    return backtest.band_cuts(pin.counts.histogram(Selection(), measures=("n",)))


def classes(found: backtest.Summary) -> int:
    """How many of the two outcomes occur."""
    return int(found.positives > 0) + int(found.positives < found.n)


def run_off(judged: Sequence[backtest.MonthBacktest]) -> tuple[list[backtest.MonthBacktest], float]:
    """The months at the end of the course that all depart from the promise to the same side, and by how much: the
    observed less the promised rate of all their rows together. Empty and 0 when the last month keeps its promise."""
    run: list[backtest.MonthBacktest] = []
    for month in reversed(judged):
        off = month.level in ("watch", "act")
        if not off or (run and (month.observed.value < month.predicted_rate) != _below(run[0])):
            break
        run.insert(0, month)
    if not run:
        return [], 0.0
    return run, (sum(m.positives for m in run) - sum(m.expected for m in run)) / sum(m.n for m in run)


def _below(month: backtest.MonthBacktest) -> bool:
    return month.observed.value < month.predicted_rate
