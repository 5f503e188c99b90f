"""Monitoring room: why an overdue ratio moved between two months: mix, underlying rate and the model, exact sums.

With w a segment's share of the portfolio, r its ratio without the model and tau what the model did to it, the ratio is
v(M, R, T) = sum of w^M (r^R + tau^T). The Shapley values of the three switches add up to the change. Only where the
line between rate and model runs is uncertain: tau comes from a random control group.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from data.counts import Tally
from monitoring.decomposition import Parts, kitagawa, shapley
from monitoring.definitions import Definition, amounts
from monitoring.estimate import Estimate
from monitoring.intervals import jackknife
from monitoring.metrics import ratio, share
from monitoring.tallies import dimensions

Was = Literal["there", "new", "vanished"]


@dataclass(frozen=True)
class Trial:
    """Randomised arms whose difference says what the model did: its arm, the control, and the month of go-live, at the
    opening of which nothing can have worked yet."""

    arm: str
    control: str
    go_live: int


@dataclass(frozen=True)
class Segment:
    """What one level added to the change, as fractions of the portfolio. `rate` and `model` carry the interval of the
    model's effect, mirrored; without a model bar `rate` has none. `was`: "new" had nothing in the first month and
    "vanished" nothing in the last: all that such a segment adds is mix. `told`: whether both arms have it, so that the
    model's effect on it is known; else its effect stands under rate."""

    level_name: str
    share_before: float
    share_after: float
    ratio_before: float
    ratio_after: float
    mix: float
    rate: Estimate
    model: Estimate
    was: Was = "there"
    told: bool = True

    @property
    def total(self) -> float:
        """What it added in all."""
        return math.fsum((self.mix, self.rate.value, self.model.value if self.told else 0.0))


@dataclass(frozen=True)
class Split:
    """The change of a ratio from one month to another: mix + rate + model = change, and so for the segments.

    `segments` in the order of their levels, without those that have nothing in either month. `trial` is None without a
    model bar, whose value is then 0. `reason`: why there is no split: "one_month", "no_month_before" or "no_balance".
    """

    dimension: str
    before: int
    after: int
    definition: Definition = field(default_factory=Definition)
    start: float = math.nan
    end: float = math.nan
    segments: tuple[Segment, ...] = ()
    mix: float = math.nan
    rate: Estimate = field(default_factory=Estimate)
    model: Estimate = field(default_factory=Estimate)
    trial: Trial | None = None
    reason: str = ""

    @property
    def change(self) -> float:
        """End less start."""
        return self.end - self.start

    @property
    def residual(self) -> float:
        """What the bars leave unexplained: 0 but for rounding."""
        return self.change - math.fsum((self.mix, self.rate.value, self.model.value))

    @property
    def kept(self) -> tuple[Segment, ...]:
        """The segments that are there in both months."""
        return tuple(s for s in self.segments if s.was == "there")


def split(
    totals: Tally, *, before: int, after: int, definition: Definition | None = None, trial: Trial | None = None
) -> Split:
    """The split by the one dimension of the totals, which are by month too; by arm and random group where a `trial` is
    given, which says nothing of a change that ended by go-live and is then not used."""
    rule = definition or Definition()
    (dimension,) = (d for d in dimensions(totals) if d not in rule.axes)
    nothing = Split(dimension, before, after, rule)
    months = totals.labels["month"]
    if before >= after:
        return replace(nothing, reason="one_month")
    if before not in months or after not in months:
        return replace(nothing, reason="no_month_before")
    live = trial if trial and after > trial.go_live and {trial.arm, trial.control} <= set(_arms(totals)) else None
    axes = ("month", dimension, "arm") if live else ("month", dimension)
    places = [months.index(before), months.index(after)]
    overdue, whole = (a[:, places] for a in amounts(totals, rule, axes))
    above, below = (a.sum(0).reshape(*a.shape[1:3], -1).sum(-1) for a in (overdue, whole))
    if not (below.sum(1) > 0).all():
        return replace(nothing, reason="no_balance")
    weight, level = ratio(below, below.sum(1, keepdims=True)), ratio(above, below)
    effects = _effects(overdue, whole, weight, _arms(totals), live, before=before) if live else None
    parts = _parts(weight, level, effects)
    names = [str(name) for name in totals.labels[dimension]]
    model, rate = effects.total if effects else Estimate(0.0), float(parts.rate.sum())
    return replace(
        nothing,
        start=share(float(above[0].sum()), float(below[0].sum())),
        end=share(float(above[1].sum()), float(below[1].sum())),
        segments=tuple(
            _segment(n, k, weight, level, parts, effects) for k, n in enumerate(names) if weight[:, k].any()
        ),
        mix=float(parts.mix.sum()),
        rate=_mirrored(rate, model) if effects else Estimate(rate),
        model=model,
        trial=live,
    )


def _arms(totals: Tally) -> tuple[str, ...]:
    return tuple(map(str, totals.labels.get("arm", ())))


@dataclass(frozen=True)
class _Effects:
    """What the model did to each segment's ratio in both months (`tau`: month, segment; 0 where it was not live or
    cannot be told), which segments it can be told of, and what it is worth in the change, by segment and in all."""

    tau: np.ndarray
    told: np.ndarray
    each: tuple[Estimate, ...]
    total: Estimate


def _effects(
    overdue: np.ndarray, whole: np.ndarray, weight: np.ndarray, arms: tuple[str, ...], trial: Trial, *, before: int
) -> _Effects:
    """The effects with their jackknife intervals over random groups of clients. The portfolio's shares are a census,
    and so is the share of a segment that the model's arm holds: what is uncertain is the difference of the arms."""
    places = [arms.index(trial.arm), arms.index(trial.control)]
    v, b = overdue[..., places], whole[..., places]
    gap = _gap(v.sum(0), b.sum(0))
    live = np.array([before > trial.go_live, True])[:, None] & (weight > 0).all(0)
    told = np.asarray(np.isfinite(np.where(live, gap, 0.0)).all(0))
    reach = np.where(live & told, np.nan_to_num(ratio(b.sum(0)[..., 0], whole.sum((0, -1)))), 0.0)
    worth = reach * weight.mean(0) * np.array([-1.0, 1.0])[:, None]
    groups = [a.swapaxes(1, 2) for a in (v, b)]  # random group, segment, month, arm
    each = jackknife(lambda x, y: (worth.T * np.nan_to_num(_gap(x, y))).sum(-1), *groups)
    total = jackknife(lambda x, y: (worth.T * np.nan_to_num(_gap(x, y))).sum((-2, -1)), *groups)
    estimates = tuple(each.estimate(at=(k,)) for k in range(weight.shape[1]))
    return _Effects(reach * np.nan_to_num(gap), told, estimates, total.estimate())


def _gap(overdue: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Ratio of the model's arm less that of the control."""
    level = ratio(overdue, whole)
    return level[..., 0] - level[..., 1]


def _parts(weight: np.ndarray, level: np.ndarray, effects: _Effects | None) -> Parts:
    """The split of observed ratios; those of a month in which a segment has nothing are taken from the other month."""
    if effects is None:
        return kitagawa(weight[0], level[0], w1=weight[1], r1=level[1])
    before, after = (np.where(np.isnan(a), b, a) for a, b in ((level[0], level[1]), (level[1], level[0])))
    without = np.nan_to_num(np.stack([before, after])) - effects.tau
    return shapley(
        weight[0], without[0], w1=weight[1], r1_without=without[1], tau=effects.tau[1], tau_before=effects.tau[0]
    )


def _mirrored(rate: float, model: Estimate) -> Estimate:
    """A rate with the model's interval about it, mirrored: what is not the model's is the rate's."""
    low, high = rate - (model.high - model.value), rate + (model.value - model.low)
    return Estimate(rate, low, high, model.n, model.se, model.method, model.reason)


def _segment(
    name: str, k: int, weight: np.ndarray, level: np.ndarray, parts: Parts, effects: _Effects | None
) -> Segment:
    was: Was = "new" if not weight[0, k] else "vanished" if not weight[1, k] else "there"
    model, rate, told = Estimate(0.0), Estimate(float(parts.rate[k])), True
    if effects is not None and was == "there":
        told = bool(effects.told[k])
        model = effects.each[k] if told else Estimate(reason="no_control")
        rate = _mirrored(rate.value, model) if told else rate
    (share0, share1), (ratio0, ratio1) = weight[:, k].tolist(), level[:, k].tolist()
    return Segment(name, share0, share1, ratio0, ratio1, float(parts.mix[k]), rate, model, was, told)
