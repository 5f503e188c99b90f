"""Monitoring room: effects of an offer or a policy, with standard errors that respect repeated clients."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.policy_sums import pseudo_outcomes
from monitoring.estimate import Estimate
from monitoring.intervals import wald
from monitoring.metrics import ratio


@dataclass(frozen=True)
class ArmDifference:
    """Treated less control ratio of totals (`difference`), and each arm's own ratio and number of clients."""

    difference: Estimate
    treated: float = math.nan
    control: float = math.nan
    clients_treated: int = 0
    clients_control: int = 0


def arm_difference(part: object, whole: object, *, treated: object, client: object) -> ArmDifference:
    """Difference of two arms' Σpart / Σwhole, clients randomised, linearised on client totals (normal interval).

    With whole = 1 it is a difference of means. NaN when an arm has fewer than two clients or nothing below the line.
    """
    ids, place = np.unique(np.asarray(client), return_inverse=True)
    a, b = np.bincount(place, np.asarray(part, float)), np.bincount(place, np.asarray(whole, float))
    arm = np.zeros(ids.size, bool)
    arm[place] = np.asarray(treated, bool)
    sides = [(a[arm == k], b[arm == k]) for k in (True, False)]
    counts = tuple(len(x) for x, _ in sides)
    if min(counts) < 2 or min(float(y.sum()) for _, y in sides) <= 0:
        return ArmDifference(Estimate(reason="no_control"), clients_treated=counts[0], clients_control=counts[1])
    (r1, v1), (r0, v0) = (_ratio_and_variance(x, y) for x, y in sides)
    return ArmDifference(wald(r1 - r0, math.sqrt(v1 + v0), n=sum(counts)), r1, r0, *counts)


def _ratio_and_variance(part: np.ndarray, whole: np.ndarray) -> tuple[float, float]:
    r = float(part.sum() / whole.sum())
    m = len(part)
    return r, float(m / (m - 1) * ((part - r * whole) ** 2).sum() / whole.sum() ** 2)


def aipw(
    y: object, d: object, *, e: object, m1: object, m0: object, client: object | None = None
) -> tuple[Estimate, np.ndarray]:
    """Average effect of an offer (doubly robust, nuisances given) and each row's score; the standard error adds up
    rows of a client first when `client` is given."""
    with_offer, without = pseudo_outcomes(y, d, e=e, m1=m1, m0=m0)
    scores = with_offer - without
    if not scores.size:
        return Estimate(reason="empty"), scores
    value = float(scores.mean())
    centred = scores - value
    if client is not None:
        centred = np.bincount(np.unique(np.asarray(client), return_inverse=True)[1], centred)
    return wald(value, math.sqrt(float((centred**2).sum())) / scores.size, n=scores.size), scores


def standardised_difference(mean1: object, mean0: object, *, var1: object, var0: object) -> np.ndarray:
    """Difference of two arms' means in units of their common standard deviation; NaN where nothing varies."""
    spread = np.sqrt((np.asarray(var1, float) + np.asarray(var0, float)) / 2)
    return ratio(np.asarray(mean1, float) - np.asarray(mean0, float), spread)
