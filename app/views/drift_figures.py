"""App room: the numbers of the Drift page: features of some months against what their model was trained on, and the
scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.desk import Pin
from app.views.releases_figures import document
from data.counts import Selection
from data.months import between
from monitoring import feature_drift, score_drift
from monitoring.feature_drift import FeatureDrift, MonthDrift, Months, Spread
from monitoring.feature_split import Split, split
from monitoring.policy import Policy


@dataclass(frozen=True)
class Course:
    """Every month that can be compared, whatever is selected: `spreads` holds the features by name, `windows` the
    months that each month's model was trained on. Empty when the release knows no time, or no features."""

    pin: Pin
    policy: Policy
    against: str
    spreads: Mapping[str, Spread]
    windows: Mapping[int, Months]
    months: Sequence[MonthDrift]


@dataclass(frozen=True)
class Figures:
    """What the page says of the selected months: `period` is compared with `reference` (None: no month can be), and
    `latest` are its features, worst first; `months` and `scores` their course."""

    course: Course
    selection: Selection
    period: Months | None
    reference: Months | None
    latest: Sequence[FeatureDrift]
    months: Sequence[MonthDrift]
    scores: score_drift.ScoreDrift

    @property
    def judged(self) -> Sequence[MonthDrift]:
        """The months with enough rows for a verdict."""
        return [m for m in self.months if m.level != "unknown"]

    @property
    def too_few(self) -> Sequence[MonthDrift]:
        """The months with too few rows for a verdict."""
        return [m for m in self.months if m.level == "unknown"]

    def at(self, level: str) -> Sequence[FeatureDrift]:
        """The features of one level, worst first."""
        return [d for d in self.latest if d.level == level]

    @property
    def rows(self) -> int:
        """Rows of the compared months."""
        return max((d.n for d in self.latest), default=0)


@dataclass(frozen=True)
class Shape:
    """One feature as it was and as it is: share of the rows per bin, in the order of the bins; `n` and `reference_n`
    rows. Bins empty in both are left out; `bins` are the places of those that remain. With a `split`, `now` are the
    scored rows that the filters keep and `then` all scored rows of the compared months."""

    spread: Spread
    drift: FeatureDrift
    bins: Sequence[int]
    now: Sequence[float]
    then: Sequence[float]
    split: Split | None = None

    @property
    def filtered(self) -> bool:
        """Whether the kept rows stand beside all rows, in place of the present beside the reference."""
        return self.split is not None


def course(pin: Pin, against: str, *, policy: Policy) -> Course:
    """All months of a release against its references."""
    found = feature_drift.spreads(document(pin, "histograms") or {})
    windows = feature_drift.training_windows(document(pin, "model_card") or {})
    if against == "first" and windows:
        windows = dict.fromkeys(windows, windows[min(windows)])
    compared = feature_drift.compared(found, windows)
    trained = windows if against == "model" else None
    months = feature_drift.by_month(found, compared, trained=trained, policy=policy) if found else []
    return Course(pin, policy, against, {s.feature: s for s in found}, windows, months)


def figures(course: Course, selection: Selection, window: int) -> Figures:
    """The last `window` months of a selection taken together, and its months one by one."""
    first, last = selection.months or (0, 999912)
    months = [m for m in course.months if first <= m.month <= last]
    taken = [m.month for m in months][-window:]
    reference = course.windows[taken[0]] if taken else None
    spreads = list(course.spreads.values())
    latest = feature_drift.table(spreads, taken, trained=_trained(course, reference), policy=course.policy)
    return Figures(
        course, selection, (taken[0], taken[-1]) if taken else None, reference, latest if taken else (), months,
        _scores(course, selection, first, last),
    )  # fmt: skip


def _trained(course: Course, reference: Months | None) -> Months | None:
    return reference if course.against == "model" else None


def _scores(course: Course, selection: Selection, first: int, last: int) -> score_drift.ScoreDrift:
    """Scores of the selected rows by month; their reference is the first scored months, selected or not."""
    every = course.pin.counts.histogram(replace(selection, months=None), by=("month",), measures=score_drift.MEASURES)
    found = score_drift.score_drift(every, policy=course.policy)
    return replace(found, months=[m for m in found.months if first <= m.month <= last])


def feature(figures: Figures, asked: str) -> str:
    """The feature to draw: the one asked for, else the worst; "" when there is none."""
    known = [d.feature for d in figures.latest]
    return asked if asked in known else next(iter(known), "")


def shape(figures: Figures, name: str, beside: str = "reference") -> Shape | None:
    """The bins of a feature in the compared months and in their reference; beside "all", where the filters keep some
    rows and the rows hold the feature, those rows and all of them. None when there is no such feature."""
    found = next((d for d in figures.latest if d.feature == name), None)
    if found is None or figures.period is None:
        return None
    spread, reference = figures.course.spreads[name], _trained(figures.course, figures.reference)
    parted = _split(figures, spread) if beside == "all" else None
    if parted:
        bins = np.flatnonzero(parted.every)
        now, then = _shares(parted.kept), _shares(parted.every)
        return Shape(spread, found, bins.tolist(), now[bins].tolist(), then[bins].tolist(), parted)
    now = spread.counts(between(*figures.period))
    then = spread.counts(between(*reference)) if reference else spread.reference
    bins = np.flatnonzero(now + then)
    return Shape(spread, found, bins.tolist(), _shares(now)[bins].tolist(), _shares(then)[bins].tolist())


def _split(figures: Figures, spread: Spread) -> Split | None:
    """The kept rows of the compared months beside all; None without filters, or where the rows lack the feature."""
    if not filtered(figures) or figures.period is None:
        return None
    release = figures.course.pin.release
    return split(release, spread, figures.selection, list(between(*figures.period)))


def filtered(figures: Figures) -> bool:
    """Whether filters keep some of the rows."""
    return bool(figures.selection.where or figures.selection.codes)


def by_month(figures: Figures, name: str) -> Sequence[tuple[int, FeatureDrift]]:
    """One feature in every selected month, each against its reference."""
    spread, windows = figures.course.spreads.get(name), figures.course.windows
    if spread is None:
        return ()
    return [
        (m.month, feature_drift.drift(spread, [m.month], trained=_trained(figures.course, windows[m.month]),
                                      policy=figures.course.policy))
        for m in figures.months
    ]  # fmt: skip


def _shares(counts: np.ndarray) -> np.ndarray:
    """Shares of the rows; zeros where there is none."""
    return counts / max(float(counts.sum()), 1.0)
