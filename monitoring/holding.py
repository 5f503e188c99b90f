"""Monitoring room: Kaplan-Meier from additive counts: how long something holds, of what was followed each month.

Arrays have the months as their last axis: `at_risk[k]` were followed through month k + 1 to the next, `events[k]` of
them failed in it. What is no longer followed (censored) is in neither.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from monitoring.intervals import Array


def survival(at_risk: object, events: object) -> Array:
    """Share that still holds at month 1, 2, ... (one month more than `at_risk`), 1 at the first; S(k + 1) =
    S(k) * (1 - events / at_risk) (Kaplan & Meier 1958). A month in which nothing was followed changes nothing."""
    n, d = np.asarray(at_risk, float), np.asarray(events, float)
    kept = 1 - np.divide(d, n, out=np.zeros(np.broadcast_shapes(n.shape, d.shape)), where=n > 0)
    return np.concatenate([np.ones((*kept.shape[:-1], 1)), np.cumprod(kept, -1)], -1)


def error(at_risk: object, events: object) -> Array:
    """Standard error of `survival` (Greenwood 1926); 0 once nothing is left."""
    n, d = np.asarray(at_risk, float), np.asarray(events, float)
    lives = n - d
    step = np.divide(d, n * lives, out=np.zeros(n.shape), where=lives > 0)
    greenwood = np.concatenate([np.zeros((*n.shape[:-1], 1)), np.cumsum(step, -1)], -1)
    return survival(n, d) * np.sqrt(greenwood)


def interval(at_risk: object, events: object, *, confidence: float = 0.95) -> tuple[Array, Array]:
    """Interval of `survival`: Greenwood's variance, symmetric on the log(-log) scale so that it stays in 0..1; NaN
    while nothing has failed, and once nothing is left."""
    share = survival(at_risk, events)
    inside = (share > 0) & (share < 1)
    left = np.where(inside, share, 0.5)
    log = np.log(left)
    half = special.ndtri(1 - (1 - confidence) / 2) * error(at_risk, events) / (left * np.abs(log))
    low, high = (np.exp(log * np.exp(side * half)) for side in (1, -1))
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def fails_within(share: object, horizon: int) -> Array:
    """Chance that what holds at month 1, 2, ... fails by month `horizon`: 1 - S(horizon) / S(k), 0 from the horizon on.

    `share` is a `survival`, which ends at its last month: beyond it nothing is said to fail. 1 where nothing held."""
    s = np.asarray(share, float)
    end = min(horizon, s.shape[-1]) - 1
    held = s[..., :end]
    chance = 1 - np.divide(s[..., end : end + 1], held, out=np.zeros(held.shape), where=held > 0)
    return np.concatenate([chance, np.zeros((*s.shape[:-1], s.shape[-1] - end))], -1)
