"""App room: the numbers of the section Calibration of the Backtest page, from the counts of a selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.desk import Pin
from app.views.backtest_figures import of_repeats
from data.counts import Selection, Tally
from data.rows import OPEN, POSITIVE
from monitoring import calibration, promised, recalibrated
from monitoring.bands import Band, band_cuts, per_band, reliability
from monitoring.calibration import BrierParts, CalibrationLine, Ece
from monitoring.estimate import Estimate, Test
from monitoring.judged import month_clustering
from monitoring.lights import SIDES, Light, Side, gap_interval, lights
from monitoring.outcomes import maturity
from monitoring.policy import Policy
from monitoring.promised import Promised
from monitoring.recalibrated import Recalibrated
from monitoring.since import Run, broken_run
from monitoring.tallies import array, closed

GROUPS = (10, 5, 20)
"""Numbers of bands to choose from, the usual one first."""
_MEASURES = ("n", "s1", "s2", "B", "Bp", "cash")
_POWERS = ("s1", "s2", "s3", "s4")


@dataclass(frozen=True)
class Whole:
    """Calibration of all judged rows together: its light, and every figure of how score and outcome agree, over the
    bands shown. `deff` is what repeated clients cost."""

    light: Light
    gap: Estimate
    deff: float
    hosmer_lemeshow: Test
    spiegelhalter: Test
    brier: Estimate
    parts: BrierParts
    ece: Ece
    line: CalibrationLine
    intercept: Estimate
    slope: Estimate


@dataclass(frozen=True)
class Off:
    """Neighbouring bands that break their promise to the same side, together: what was promised and came, their
    shortfall in balance and in cash (below 0: more came; NaN where it is not known)."""

    first: int
    last: int
    light: Light
    balance: float
    cash: float

    @property
    def observed(self) -> float:
        """The share that came."""
        return self.light.predicted + self.light.gap


@dataclass(frozen=True)
class Figures:
    """Everything that the section says. `judged`: months with matured outcomes, `open_months` those that wait for
    theirs. `money` holds one entry for each band. Without a judged month `whole` is None and the rest empty."""

    pin: Pin
    policy: Policy
    side: Side
    judged: Sequence[int] = ()
    open_months: Sequence[int] = ()
    whole: Whole | None = None
    bands: Sequence[Band] = ()
    money: Sequence[Promised] = ()
    all_money: Promised | None = None
    off: Sequence[Off] = ()
    run: Run | None = None
    again: Recalibrated | None = None

    @property
    def classes(self) -> int:
        """How many of the two outcomes occur."""
        light = self.whole.light if self.whole else None
        return int(light.positives > 0) + int(light.positives < light.n) if light else 0


def side_of(asked: str) -> Side:
    """The direction asked for; both where the address says nothing that is known."""
    return next((side for side in SIDES if side == asked), "both")


def groups_of(asked: str) -> int:
    """The number of bands asked for; ten where the address says nothing that is known."""
    return next((k for k in GROUPS if str(k) == asked), GROUPS[0])


def figures(pin: Pin, selection: Selection, *, policy: Policy, side: Side = "both", groups: int = 10) -> Figures:
    """All numbers of the section for one selection; the bands are those of all scored rows of the release."""
    by_month = pin.counts.totals(selection, by=("month", "rg"), measures=("n", "scored", "s1", "s2"))
    judged, still_open = _months(by_month, policy)
    if not judged:
        return Figures(pin, policy, side, open_months=still_open)
    matured = replace(selection, months=(judged[0], judged[-1]))
    scores = pin.counts.histogram(matured, by=("rg",), measures=_MEASURES)
    cuts = band_cuts(pin.counts.histogram(Selection(), measures=("n",)), groups=groups)
    deff = of_repeats(pin, scores, cuts)
    bands = reliability(scores, cuts=cuts, side=side, deff=deff, policy=policy)
    whole = _whole(scores, pin.counts.totals(matured, measures=_POWERS), cuts, deff, side, policy)
    money = promised.promised(scores, cuts, policy=policy)
    again = recalibrated.recalibrated(
        pin.counts.histogram(matured, by=("month",), measures=recalibrated.MEASURES),
        deff=deff, within=month_clustering(by_month), policy=policy,
    )  # fmt: skip
    return Figures(
        pin, policy, side, judged, still_open, whole, bands, money[:-1], money[-1],
        _off(bands, money[:-1], deff, side, policy), _run(by_month, judged, deff, policy) if pin.dated else None, again,
    )  # fmt: skip


def _months(totals: Tally, policy: Policy) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The months whose outcomes have matured, and those with scores that wait for theirs."""
    rows, scored = (array(totals, m, ("month", "label")) for m in ("n", "scored"))
    judged, still_open = [], []
    for month, of_month, with_score in zip(totals.labels["month"], rows, scored, strict=True):
        known = maturity(float(closed(of_month)), float(of_month[OPEN]), policy=policy)
        if closed(with_score) > 0 and known.usable:
            judged.append(int(month))
        elif with_score[OPEN] > 0:
            still_open.append(int(month))
    return tuple(judged), tuple(still_open)


def _whole(
    scores: Tally, powers: Tally, cuts: tuple[int, ...], deff: float, side: Side, policy: Policy
) -> Whole:  # fmt: skip
    rows, s1, s2 = (array(scores, m, ("code", "label")) for m in ("n", "s1", "s2"))
    in_bands = np.stack([closed(rows), rows[:, POSITIVE], closed(s1), closed(s2), s1[:, POSITIVE]])
    n, x, score, squares, of_positive = per_band(in_bands, cuts, axis=1)
    sums = np.stack([array(powers, m, ("label",)) for m in _POWERS], axis=-1)
    positives, all_rows = float(x.sum()), float(n.sum())
    pos, neg = sums[POSITIVE], closed(np.moveaxis(sums, 0, -1)) - sums[POSITIVE]
    line = calibration.calibration_line(closed(rows), rows[:, POSITIVE], s1=closed(s1))
    intercept, slope = line.intervals(deff=deff, confidence=policy.confidence)
    light = lights(all_rows, positives, s1=score.sum(), s2=squares.sum(), deff=deff, side=side, policy=policy)[0]
    return Whole(
        light=light,
        gap=gap_interval(light, confidence=policy.confidence),
        deff=deff,
        hosmer_lemeshow=calibration.hosmer_lemeshow(n, x, s1=score),
        spiegelhalter=calibration.spiegelhalter(positives, s_pos=pos, s_neg=neg),
        brier=calibration.brier(positives, all_rows - positives, s_pos=pos, s_neg=neg),
        parts=calibration.brier_parts(n, x, s1=score, s2=squares, s1_pos=of_positive),
        ece=calibration.ece(n, x, s1=score),
        line=line,
        intercept=intercept,
        slope=slope,
    )


def _off(bands: Sequence[Band], money: Sequence[Promised], deff: float, side: Side, policy: Policy) -> list[Off]:
    """Runs of neighbouring bands that are off to the same side; those that promise too much first, the heaviest of
    them first."""
    groups: list[list[int]] = []
    for at, band in enumerate(bands):
        joined = groups and groups[-1][-1] == at - 1 and bands[at - 1].light.side == band.light.side
        if band.light.is_off and joined:
            groups[-1].append(at)
        elif band.light.is_off:
            groups.append([at])
    found = [_together([bands[k] for k in run], [money[k] for k in run], deff, side, policy) for run in groups]
    return sorted(found, key=lambda off: (off.light.side != "over", -abs(off.light.gap) * off.light.n))


def _together(
    bands: Sequence[Band], money: Sequence[Promised], deff: float, side: Side, policy: Policy
) -> Off:  # fmt: skip
    n, x, s1 = (sum(v) for v in zip(*((b.n, b.positives, b.n * b.predicted) for b in bands), strict=True))
    light = lights(n, x, s1=s1, deff=deff, side=side, policy=policy)[0]
    return Off(bands[0].band, bands[-1].band, light, *promised.together(money))


def _run(totals: Tally, judged: Sequence[int], deff: float, policy: Policy) -> Run | None:
    rows, s1, s2 = (array(totals, m, ("month", "label")) for m in ("scored", "s1", "s2"))
    at = [k for k, month in enumerate(totals.labels["month"]) if month in judged]
    return broken_run(
        judged, closed(rows)[at], rows[at, POSITIVE], s1=closed(s1)[at], s2=closed(s2)[at], deff=deff, policy=policy
    )
