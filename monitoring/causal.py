"""Monitoring room: effects of an offer or a policy, with standard errors that respect repeated clients."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

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


def pseudo_outcomes(y: object, d: object, *, e: object, m1: object, m0: object) -> tuple[np.ndarray, np.ndarray]:
    """Doubly robust pseudo-outcomes with and without the offer: outcome y, offered d (0/1), logged probability e of an
    offer, predicted outcomes m1 and m0."""
    y, d, e, m1, m0 = (np.asarray(v, float) for v in (y, d, e, m1, m0))
    return m1 + d * (y - m1) / e, m0 + (1 - d) * (y - m0) / (1 - e)


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


@dataclass(frozen=True)
class PolicyBins:
    """Sums per bin of an ordering, for weighing a policy without the model: balance × pseudo-outcome with (`b1`) and
    without (`b0`) an offer, and squared balance × squared residual (`r1`, `r0`)."""

    b1: np.ndarray
    b0: np.ndarray
    r1: np.ndarray
    r0: np.ndarray


def policy_bins(
    y: object, d: object, *, e: object, m1: object, m0: object, balance: object, bins: object, count: int
) -> PolicyBins:
    """The sums of `PolicyBins` over `count` bins; `bins` is each row's bin."""
    with_offer, without = pseudo_outcomes(y, d, e=e, m1=m1, m0=m0)
    b, where = np.asarray(balance, float), np.asarray(bins)
    amounts = (b * with_offer, b * without, (b * (with_offer - m1)) ** 2, (b * (without - m0)) ** 2)
    return PolicyBins(*(np.bincount(where, a, minlength=count) for a in amounts))


@dataclass(frozen=True)
class PolicyIcv:
    """Overdue ratio next month if the policy were used, if nobody got an offer, and the difference. Fractions; a
    simulation, not an observed result."""

    icv: Estimate
    icv_none: float
    change: Estimate


def policy_icv(sums: PolicyBins, take: object, *, overdue_outside: float, gross: float) -> PolicyIcv:
    """Overdue ratio under a policy that offers to share `take` of each bin. `overdue_outside` is the overdue balance of
    those who cannot get an offer; NaN when there is no gross balance."""
    if not gross > 0:
        none = Estimate(reason="no_balance")
        return PolicyIcv(none, math.nan, none)
    t = np.asarray(take, float)
    overdue = overdue_outside + float((t * sums.b1 + (1 - t) * sums.b0).sum())
    overdue_none = overdue_outside + float(sums.b0.sum())
    se = math.sqrt(float((t * sums.r1 + (1 - t) * sums.r0).sum())) / gross
    se_change = math.sqrt(float((t * (sums.r1 + sums.r0)).sum())) / gross
    return PolicyIcv(
        wald(overdue / gross, se, n=gross),
        overdue_none / gross,
        wald((overdue - overdue_none) / gross, se_change, n=gross),
    )


def standardised_difference(mean1: object, mean0: object, *, var1: object, var0: object) -> np.ndarray:
    """Difference of two arms' means in units of their common standard deviation; NaN where nothing varies."""
    spread = np.sqrt((np.asarray(var1, float) + np.asarray(var0, float)) / 2)
    return ratio(np.asarray(mean1, float) - np.asarray(mean0, float), spread)
