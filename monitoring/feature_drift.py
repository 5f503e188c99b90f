"""Monitoring room: which features moved away from what the model was trained on, how far, and whether chance explains
it.

It reads the document `histograms` of a release: counts per frozen bin, where missing, below, above and never seen are
bins too, so that no row can leave the picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from data.months import between
from monitoring.distances import Distance, cramers_v, jensen_shannon, ks
from monitoring.drift import Psi, psi
from monitoring.estimate import Level
from monitoring.policy import Policy

AGAINST = ("model", "first")
"""What a month is held against: the months that its own model was trained on, or the first training window of all."""

WORST_FIRST: tuple[Level, ...] = ("act", "watch", "ok", "unknown")


@dataclass(frozen=True)
class Spread:
    """One feature: rows per bin in the reference and in each month.

    The bins of a number are missing, below the first edge, [edge, next edge), ..., from the last edge on; those of a
    category missing, each level, and levels that the reference does not have. `score`: the mean score of a bin's rows,
    NaN where none has one; empty in a release that does not say.
    """

    feature: str
    kind: Literal["numeric", "categorical"]
    edges: tuple[float, ...]
    levels: tuple[str, ...]
    reference: np.ndarray
    by_month: Mapping[int, np.ndarray]
    score: tuple[float, ...] = ()

    def counts(self, months: Iterable[int]) -> np.ndarray:
        """Rows per bin in these months together; a month that is not there adds nothing."""
        return sum((self.by_month[m] for m in months if m in self.by_month), np.zeros(len(self.reference)))


@dataclass(frozen=True)
class FeatureDrift:
    """How far one feature is from its reference. `psi` with add-1/2 smoothing; `ks` NaN for a category, `cramers_v`
    for a number; `js` in nats. `n` rows, `reference_n` in the reference. `impact`: what the move alone does to the mean
    score, see `impact`. `level`: the worst of the measures, each of
    which must be large and beyond chance; "unknown" with too few rows."""

    feature: str
    kind: str
    psi: Psi
    ks: Distance
    js: Distance
    cramers_v: Distance
    n: int
    reference_n: int
    level: Level
    impact: float = math.nan


@dataclass(frozen=True)
class MonthDrift:
    """All features in one month: mean PSI, the mean of what chance alone exceeds in 5 % of cases (`critical`), the
    share of the features that call for action (NaN when the rows are too few), rows, and the worst level."""

    month: int
    mean_psi: float
    critical: float
    share_act: float
    n: int
    level: Level


def spreads(document: Mapping[str, Mapping[str, Any]]) -> list[Spread]:
    """The features of a release's document `histograms`, in its order."""
    return [_spread(name, found) for name, found in document.items()]


def _spread(name: str, found: Mapping[str, Any]) -> Spread:
    return Spread(
        name,
        "categorical" if "levels" in found else "numeric",
        tuple(found.get("edges", ())),
        tuple(found.get("levels", ())),
        np.asarray(found["reference"], float),
        {int(m): np.asarray(counts, float) for m, counts in found["by_month"].items()},
        tuple(math.nan if s is None else float(s) for s in found.get("score", ())),
    )


Months = tuple[int, int]
"""First and last month of a window."""


def training_windows(card: Mapping[str, Any]) -> dict[int, Months]:
    """Month scored → the months that its model was trained on, from a model card. Empty when the models know no time:
    then no month came before another."""
    found: dict[int, Months] = {}
    for window in card.get("windows") or ():
        first, last = window.get("train_first"), window.get("train_last")
        if first and last and first < last:
            found |= {int(m): (int(first), int(last)) for m in window.get("scores", ())}
    return found


def compared(found: Sequence[Spread], windows: Mapping[int, Months]) -> list[int]:
    """The months that can be held against a training window: those with rows that a model scored."""
    return sorted(m for m in {m for s in found for m in s.by_month} if m in windows)


def drift(
    spread: Spread, months: Iterable[int], *, trained: Months | None = None, policy: Policy | None = None
) -> FeatureDrift:
    """One feature in some months together against its reference: the rows of the months `trained`, or without them
    the labelled rows of the first training window, which froze the bins."""
    rule = policy or Policy()
    now, then = spread.counts(months), spread.counts(between(*trained)) if trained else spread.reference
    numeric = spread.kind == "numeric"
    index = psi(now, then, half=True)
    gap = ks(now, then) if numeric else Distance()
    js = jensen_shannon(now, then)
    v = Distance() if numeric else cramers_v(now, then)
    n, m = int(now.sum()), int(then.sum())
    level = _level(index, gap, js, v, rule) if min(n, m) >= rule.min_n_drift else "unknown"
    return FeatureDrift(spread.feature, spread.kind, index, gap, js, v, n, m, level, impact(spread, now, then))


def impact(spread: Spread, now: np.ndarray, then: np.ndarray) -> float:
    """What the move of one feature alone does to the mean score: Σ_b (q_b − p_b) E[score | b], in shares (−1..1), with
    q the shares of the bins now and p then. A bin whose score nobody knows counts as one with the mean score; NaN
    when no score is known, or either side is empty."""
    if not (spread.score and now.sum() > 0 and then.sum() > 0):
        return math.nan
    score, p, q = np.asarray(spread.score), then / then.sum(), now / now.sum()
    known = np.isfinite(score)
    if not p[known].sum():
        return math.nan
    mean = float((p[known] * score[known]).sum() / p[known].sum())
    return float(((q - p)[known] * (score[known] - mean)).sum())


def _level(index: Psi, gap: Distance, js: Distance, v: Distance, rule: Policy) -> Level:
    judged = [
        _of(index.psi, index.p, rule.feature_psi_watch, rule.feature_psi_act, rule),
        _of(gap.value, gap.p, rule.feature_ks_watch, rule.feature_ks_act, rule),
        _of(js.value, js.p, rule.feature_js_watch, rule.feature_js_act, rule),
        _of(v.value, v.p, rule.feature_v_watch, rule.feature_v_act, rule),
    ]
    return worst(judged)


def _of(value: float, p: float, watch: float, act: float, rule: Policy) -> Level:
    """Level of one measure: large, and unlikely without a change. A measure that does not apply says nothing."""
    if not (value >= watch and p < rule.psi_p):
        return "ok"
    return "act" if value >= act else "watch"


def worst(levels: Iterable[Level]) -> Level:
    """The worst of some levels; "unknown" only when no other is among them."""
    return min(levels, key=WORST_FIRST.index, default="unknown")


def table(
    found: Sequence[Spread], months: Sequence[int], *, trained: Months | None = None, policy: Policy | None = None
) -> list[FeatureDrift]:
    """Every feature in some months together, the worst first: by level, then by PSI."""
    every = [drift(s, months, trained=trained, policy=policy) for s in found]
    return sorted(every, key=lambda d: (WORST_FIRST.index(d.level), -_or_zero(d.psi.psi), d.feature))


def by_month(
    found: Sequence[Spread], months: Iterable[int], *, trained: Mapping[int, Months] | None = None,
    policy: Policy | None = None,
) -> list[MonthDrift]:  # fmt: skip
    """All features month by month, in order; `trained` says what each month's model was trained on (None: all are held
    against the first training window)."""
    return [
        _month(m, [drift(s, [m], trained=trained[m] if trained else None, policy=policy) for s in found])
        for m in sorted(months)
    ]


def _month(month: int, features: Sequence[FeatureDrift]) -> MonthDrift:
    judged = [d for d in features if d.level != "unknown"]
    return MonthDrift(
        month,
        _mean([d.psi.psi for d in features]),
        _mean([d.psi.critical for d in features]),
        sum(d.level == "act" for d in judged) / len(judged) if judged else math.nan,
        max((d.n for d in features), default=0),
        worst(d.level for d in features),
    )


def _mean(values: Sequence[float]) -> float:
    """Mean of the finite ones; NaN when there is none. A feature with one bin has an index of 0 and no critical
    value."""
    known = [v for v in values if math.isfinite(v)]
    return sum(known) / len(known) if known else math.nan


def _or_zero(value: float) -> float:
    return value if math.isfinite(value) else 0.0
