"""App room: the numbers of the section Stability: scores, features, bands and moves of a selection, and what scores
promise before outcomes are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.desk import Pin
from app.views import drift_figures
from app.views import segments_compare_figures as compare
from app.views.backtest_figures import frozen_cuts
from app.views.drift_figures import Course
from app.views.releases_figures import document
from app.views.segments_compare_figures import Pair
from data.counts import Selection
from monitoring import cbpe, feature_drift, migration, score_drift
from monitoring.cbpe import Expected, Record
from monitoring.feature_drift import FeatureDrift
from monitoring.migration import Migration
from monitoring.policy import Policy
from monitoring.score_drift import BandMonth, Crowding

TOGETHER = 3
"""Last months whose features are taken together."""
FURTHEST = 5
"""Features that are shown."""


@dataclass(frozen=True)
class Figures:
    """Everything that stands without a choice. `drift`: features and scores as the Drift page has them; `crowding` by
    month; `expected` by month, the selected months only; `scored`: every month of the release with scores under the
    filters, selected or not. `furthest`: features by PSI, the furthest first."""

    pin: Pin
    selection: Selection
    policy: Policy
    scored: tuple[int, ...]
    cuts: tuple[int, ...]
    drift: drift_figures.Figures
    crowding: Crowding
    expected: Sequence[Expected]

    @property
    def months(self) -> list[int]:
        """The selected months with scores."""
        return [m for m in self.scored if _within(self.selection, m)]

    @property
    def furthest(self) -> list[FeatureDrift]:
        """The features that moved furthest."""
        told = [d for d in self.drift.latest if not d.psi.reason]
        return sorted(told, key=lambda d: -d.psi.psi)[:FURTHEST]

    @property
    def matured(self) -> list[Expected]:
        """The months whose outcomes are known."""
        return [e for e in self.expected if e.maturity.usable]

    @property
    def open(self) -> list[Expected]:
        """The months whose outcomes are not."""
        return [e for e in self.expected if not e.maturity.usable]

    @property
    def crowded(self) -> list[BandMonth]:
        """The selected months of the bands."""
        return [m for m in self.crowding.months if _within(self.selection, m.month)]

    def record(self, of: str) -> Record:
        """How the estimates of the matured months fared."""
        return cbpe.record(self.matured, of=of)

    def blind(self) -> Expected | None:
        """The matured month whose observed share lies furthest from what its scores promised, among those that the band
        of the share does not hold; None where it holds all."""
        off = [e for e in self.matured if not e.rate_held]
        return max(off, key=lambda e: abs(e.rate_miss), default=None)


def _within(selection: Selection, month: int) -> bool:
    first, last = selection.months or (0, 999912)
    return first <= month <= last


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Figures:
    """All numbers of a selection; references are the first scored months, selected or not."""
    every = pin.counts.histogram(replace(selection, months=None), by=cbpe.BY, measures=cbpe.MEASURES)
    cuts = frozen_cuts(pin)
    expected = [e for e in cbpe.by_month(every, policy=policy) if _within(selection, e.month)]
    scores = score_drift.score_drift(every, policy=policy)
    shown = replace(scores, months=[m for m in scores.months if _within(selection, m.month)])
    crowding = score_drift.crowding(every, cuts, policy=policy)
    return Figures(
        pin, selection, policy, tuple(m.month for m in crowding.months), cuts,
        _features(pin, selection, shown, policy), crowding, expected,
    )  # fmt: skip


def _features(
    pin: Pin, selection: Selection, scores: score_drift.ScoreDrift, policy: Policy
) -> drift_figures.Figures:  # fmt: skip
    """The features of the last months together against what their model learnt from, as the Drift page has them."""
    spreads = feature_drift.spreads(document(pin, "histograms") or {})
    windows = feature_drift.training_windows(document(pin, "model_card") or {})
    course = Course(pin, policy, "model", {s.feature: s for s in spreads}, windows, ())
    held = [m for m in feature_drift.compared(spreads, windows) if _within(selection, m)][-TOGETHER:]
    if not held:
        return drift_figures.Figures(course, selection, None, None, (), (), scores)
    reference = windows[held[0]]
    latest = feature_drift.table(spreads, held, trained=reference, policy=policy)
    return drift_figures.Figures(course, selection, (held[0], held[-1]), reference, latest, (), scores)


def arrivals(found: Figures) -> list[int]:
    """The selected months that obligations can be followed to: those with a scored month before them."""
    return [m for m in found.months if m != found.scored[0]]


def arrival(found: Figures, asked: str) -> int:
    """The month to follow obligations to: the one asked for, else the last; 0 where there is none."""
    free = arrivals(found)
    return int(asked) if asked.isdigit() and int(asked) in free else free[-1] if free else 0


def moved(found: Figures, last: int) -> Migration | None:
    """The obligations of the scored month before, followed to the month `last`; None without one. Rows are read."""
    if not last:
        return None
    first = found.scored[found.scored.index(last) - 1]
    return migration.between(
        found.pin.release, found.selection, first=first, last=last, cuts=found.cuts, edges=found.pin.counts.edges
    )


def ends(found: Figures, a: str, b: str) -> tuple[str, str]:
    """The two matured months whose change is split: those asked for where they are matured and differ, else the first
    and the last; "" where there are not two."""
    free = [str(e.month) for e in found.matured]
    if len(free) < 2:
        return "", ""
    one = a if a in free else next(m for m in free if m != b)
    other = b if b in free and b != one else next(m for m in reversed(free) if m != one)
    return one, other


def split(found: Figures, a: str, b: str, dimension: str) -> Pair | None:
    """The change between two months in parts: the numbers of the section Compare; None without two months."""
    if not a:
        return None
    frame = compare.frame(found.pin, found.selection, policy=found.policy, kind=compare.MONTHS)
    return compare.pair(frame, a, b, dimension)
