"""Monitoring room: whether the scores themselves are spread as in the first scored months, band by band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from monitoring.bands import band_cuts, per_band
from monitoring.drift import Psi, psi, psi_level
from monitoring.estimate import Level
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
