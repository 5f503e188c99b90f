"""Monitoring room: whether scores are spread over their bands as in the first scored months, and crowd into few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from monitoring.bands import band_cuts, per_band
from monitoring.drift import BandConcentration, Psi, band_concentration, psi, psi_level
from monitoring.estimate import Level
from monitoring.metrics import concentration, share
from monitoring.policy import Policy
from monitoring.tallies import array

MEASURES = ("n",)
"""The histogram measures that score drift reads."""


@dataclass(frozen=True)
class ScoreMonth:
    """The scores of one month against the reference: PSI with add-1/2 smoothing, its level, and the scored rows."""

    month: int
    psi: Psi
    level: Level
    n: int


@dataclass(frozen=True)
class ScoreDrift:
    """`reference`: first and last month that the others are held against, None when fewer than two months carry
    scores; `months` those after it, in order."""

    reference: tuple[int, int] | None
    months: Sequence[ScoreMonth]


def score_drift(histogram: Tally, *, policy: Policy | None = None) -> ScoreDrift:
    """PSI of the score over ten bands of equal population in the first scored months, and what lies below and above
    them: as many months as the policy says, but no more than half of the scored ones. `histogram` is by month and score
    code; months without scores are left out."""
    rule = policy or Policy()
    n = array(histogram, "n", ("month", "code"))
    scored = np.flatnonzero(n[:, 1:].sum(1))
    first = scored[: min(rule.score_reference_months, len(scored) // 2)]
    if not len(first):
        return ScoreDrift(None, ())
    months = histogram.labels["month"]
    cuts = _cuts(histogram, n[first].sum(0))
    then = per_band(n[first].sum(0), cuts)
    later = [_month(months[i], per_band(n[i], cuts), then, rule) for i in scored[len(first) :]]
    return ScoreDrift((int(months[first[0]]), int(months[first[-1]])), later)


def _month(month: int, now: np.ndarray, then: np.ndarray, rule: Policy) -> ScoreMonth:
    found = psi(now, then, half=True)
    return ScoreMonth(int(month), found, psi_level(found, policy=rule), int(now.sum()))


def _cuts(histogram: Tally, n: np.ndarray) -> tuple[int, ...]:
    """First score code of each band of the reference's rows per code, with bands of their own for the codes below and
    above all of them."""
    alone = Tally(("code",), {"code": histogram.labels["code"]}, {"n": n})
    used = np.flatnonzero(n[1:]) + 1
    ends = {int(used[0]), int(used[-1]) + 1} - {len(n)}
    return tuple(sorted({*band_cuts(alone), *ends}))


@dataclass(frozen=True)
class BandMonth:
    """How the scored rows of one month lie over the bands: the Herfindahl index (1/bands..1), the bands that would be
    as many if all held the same, the fullest band (1 = lowest scores) and its share, and the ECB's test that they do
    not crowd more than at the start (2.5.5.3). "unknown" with too few rows."""

    month: int
    hhi: float
    effective: float
    fullest: int
    fullest_share: float
    test: BandConcentration
    level: Level
    n: int


@dataclass(frozen=True)
class Crowding:
    """`reference`: first and last month of the start, None without a month that comes after them; `start` is their
    index; `months` every month with scores, in order, of which those of the start are not tested."""

    reference: tuple[int, int] | None
    start: float
    bands: int
    months: Sequence[BandMonth]


def crowding(histogram: Tally, cuts: Sequence[int], *, policy: Policy | None = None) -> Crowding:
    """How far the scored rows of each month crowd into few bands, from a histogram by month; `cuts`: first score code
    of each band. The start is that of `score_drift`."""
    rule = policy or Policy()
    rows = per_band(array(histogram, "n", ("month", "code")), cuts, axis=1)
    scored = np.flatnonzero(rows.sum(1)) if rows.size else np.zeros(0, int)
    first = scored[: min(rule.score_reference_months, len(scored) // 2)]
    months = histogram.labels["month"]
    then = rows[first].sum(0)
    found = [_crowd(int(months[i]), rows[i], then if i not in first else then * 0, rule) for i in scored]
    ends = (int(months[first[0]]), int(months[first[-1]])) if len(first) else None
    return Crowding(ends, concentration(then).hhi, len(cuts), found)


def _crowd(month: int, now: np.ndarray, then: np.ndarray, rule: Policy) -> BandMonth:
    whole, test, n = concentration(now), band_concentration(now, then), int(now.sum())
    level: Level = rule.level_of_p(test.p) if n >= rule.min_n_drift else "unknown"
    top = int(now.argmax())
    return BandMonth(month, whole.hhi, whole.effective, top + 1, share(float(now[top]), n), test, level, n)
