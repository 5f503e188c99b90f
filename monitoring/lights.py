"""Monitoring room: four-state lights: what was promised against what came, of cells that are shown together.

Red and amber ask for significance (Jeffreys test, corrected for all cells shown) and size together. Grey: nothing was
seen, and the test could not have seen a difference that matters. Green: it could have, and there is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import special, stats

from monitoring.estimate import Estimate, Level
from monitoring.intervals import Array, design_effect, false_discovery, jeffreys_test, rate
from monitoring.metrics import ratio
from monitoring.policy import Policy

Side = Literal["both", "over", "under"]
"""What a light looks for: a promise that departs from what came, one that is too high (the imprudent side), or one that
is too low."""
SIDES: tuple[Side, ...] = ("both", "over", "under")
MOST_POWER = 0.9999
"""Power beyond which no number of rows is asked for."""


@dataclass(frozen=True)
class Light:
    """The light of one cell: `positives` of `n` came where a rate of `predicted` was promised.

    `gap` = observed - predicted. `p_over` small: fewer came than promised; `p_under` small: more. `p` of the side asked
    for, `q` corrected for all cells. `difference` is the gap that matters here; `power` (0..1) the chance to see it at
    the level that the correction leaves to this cell; `needed` the rows from which that chance is the policy's.
    `effective` is what the rows are worth when repeated clients and the spread of scores count. NaN without rows.
    """

    n: int
    positives: int
    predicted: float
    gap: float
    p_over: float
    p_under: float
    p: float
    q: float
    difference: float
    power: float
    needed: float
    effective: float
    level: Level

    @property
    def side(self) -> Literal["over", "under"]:
        """Whether the promise was too high or too low."""
        return "over" if self.gap < 0 else "under"

    @property
    def is_off(self) -> bool:
        """Whether the promise was broken, beyond chance and by a difference that matters."""
        return self.level in ("watch", "act")


def lights(
    n: object,
    positives: object,
    *,
    s1: object,
    s2: object = None,
    deff: float = 1.0,
    side: Side = "both",
    policy: Policy | None = None,
) -> list[Light]:
    """The lights of cells shown together, from rows, positives and sums of scores of the rows with a closed label.

    `s2` (sums of squared scores) counts scores that differ within a cell, whose outcomes scatter less; without it every
    row has the cell's mean score. `deff` is what repeated clients cost (`clustering`).
    """
    rule = policy or Policy()
    n, x, s1 = (np.atleast_1d(np.asarray(v, float)) for v in (n, positives, s1))
    predicted = ratio(s1, n)
    shrink = deff * (np.ones_like(n) if s2 is None else _spread(n, s1, np.atleast_1d(np.asarray(s2, float))))
    worth = n / shrink
    test = jeffreys_test(x / shrink, worth, predicted=predicted)
    p = {"both": test.p, "over": test.p_over, "under": test.p_under}[side]
    p = np.where(n >= rule.min_n, p, np.nan)
    q = false_discovery(p)
    gap, size = ratio(x, n) - predicted, material(predicted, rule)
    alpha = left_by_correction(p, rule.p_watch)
    seen = power(worth, predicted, size, alpha=alpha, side=side)
    needed = np.ceil(rows_needed(predicted, size, alpha=alpha, power=rule.light_power, side=side) * shrink)
    asked = {"both": np.abs(gap), "over": -gap, "under": gap}[side] >= size
    columns = (predicted, gap, test.p_over, test.p_under, p, q, size, seen, needed, worth)
    rows = np.stack(columns, axis=1).tolist()
    return [
        Light(
            n=int(n[i]),
            positives=int(x[i]),
            level=_level(q[i], bool(asked[i]), float(seen[i]), rule),
            **dict(zip(_COLUMNS, rows[i], strict=True)),
        )
        for i in range(n.size)
    ]


_COLUMNS = ("predicted", "gap", "p_over", "p_under", "p", "q", "difference", "power", "needed", "effective")


def clustering(positives: Array, n: Array, *, s1: Array, s2: Array) -> float:
    """How many times the variance of outcome less score exceeds that of independent rows: >= 1; the random group is
    the first axis, the cells (pooled) the others. 1 where it cannot be told."""
    x, n, s1, s2 = (np.asarray(v, float) for v in (positives, n, s1, s2))
    if len(n) < 2:
        return 1.0
    return design_effect(x - s1, n, variance=(s1 - s2).sum(0))


def material(predicted: object, policy: Policy) -> Array:
    """The difference of a rate that matters: the policy's, and of an outcome that is rare (or common) a share of it."""
    rate = np.asarray(predicted, float)
    return np.minimum(policy.calibration_gap, policy.oe_act * np.minimum(rate, 1 - rate))


def power(worth: object, predicted: object, difference: object, *, alpha: object, side: Side = "both") -> Array:
    """Chance that the Jeffreys test at level `alpha` sees a true rate that lies `difference` off the predicted one, in
    the direction asked for ("both": the worse of the two), exact for independent rows of one score. NaN without rows.
    """
    worth, rate, size, level = np.broadcast_arrays(
        *(np.asarray(v, float) for v in (worth, predicted, difference, alpha))
    )
    n, tail = np.maximum(np.round(np.nan_to_num(worth)), 0), level / 2 if side == "both" else level
    low, high = _last_below(n, rate, tail), n - _last_below(n, 1 - rate, tail)
    fewer, more = np.clip(rate - size, 0, 1), np.clip(rate + size, 0, 1)
    seen_fewer, seen_more = _at_most(low, n, fewer), _at_most(n - high, n, 1 - more)
    if side == "both":
        seen_fewer, seen_more = (
            seen_fewer + _at_most(n - high, n, 1 - fewer), seen_more + _at_most(low, n, more)
        )  # fmt: skip
    found = {"over": seen_fewer, "under": seen_more, "both": np.minimum(seen_fewer, seen_more)}[side]
    return np.where((n > 0) & np.isfinite(rate), found, np.nan)


def rows_needed(predicted: object, difference: object, *, alpha: object, power: float, side: Side = "both") -> Array:
    """Independent rows from which `power` is reached, not rounded: ((z_α √(p q) + z_β √(p₁ q₁)) / difference)², p₁ the
    true rate on the side that takes more of them. NaN where the rate is unknown."""
    rate, size, level = (np.asarray(v, float) for v in (predicted, difference, alpha))
    z = special.ndtri(1 - (level / 2 if side == "both" else level))
    spread = {"over": rate - size, "under": rate + size}
    tried = [np.clip(v, 0, 1) for name, v in spread.items() if side in (name, "both")]
    least, more = z * np.sqrt(rate * (1 - rate)), special.ndtri(min(power, MOST_POWER))
    roots = [(least + more * np.sqrt(v * (1 - v))) / np.where(size > 0, size, np.nan) for v in tried]
    return np.max(roots, axis=0) ** 2


def left_by_correction(p: object, alpha: float) -> Array:
    """The level that the Benjamini-Hochberg correction leaves to each cell, given the others: its q lies below `alpha`
    if and only if its p lies below this. `alpha` itself for a cell without a p among none."""
    p = np.atleast_1d(np.asarray(p, float))
    known = np.flatnonzero(np.isfinite(p))
    out = np.full(p.shape, alpha / max(known.size, 1))
    for i in known:
        others = p.copy()
        others[i] = 0.0
        out[i] = alpha * np.count_nonzero(false_discovery(others) < alpha) / known.size
    return out


def gap_interval(light: Light, *, confidence: float = 0.95) -> Estimate:
    """The gap with its Jeffreys interval, from the sample that the rows are worth; NaN without rows."""
    seen = rate(light.effective * (light.predicted + light.gap), light.effective, confidence=confidence)
    low, high = seen.low - light.predicted, seen.high - light.predicted
    return replace(seen, value=light.gap, low=low, high=high, n=float(light.n))


def noise(light: Light, *, confidence: float = 0.95) -> tuple[float, float]:
    """Between which shares what comes would lie, with that chance, if the promise were kept; NaN without rows."""
    if not light.effective >= 1:
        return math.nan, math.nan
    n, tail = round(light.effective), (1 - confidence) / 2
    low, high = stats.binom.ppf([tail, 1 - tail], n, light.predicted) / n
    return float(low), float(high)


def lit(level: Level, *, rows: float, needed: float) -> Level:
    """The level of a comparison that has been judged; grey where nothing was seen in fewer rows than a difference that
    matters would have needed to show."""
    return "unknown" if level == "ok" and not rows >= needed else level


def worst(found: Sequence[Light]) -> Level:
    """The level that speaks for all: the worst that is lit, green where any cell could be judged, else grey."""
    levels = {light.level for light in found}
    order: tuple[Level, ...] = ("act", "watch", "ok")
    return next((level for level in order if level in levels), "unknown")


def _level(q: float, material: bool, power: float, rule: Policy) -> Level:
    if not math.isfinite(q):
        return "unknown"
    if q < rule.p_watch and material:
        return "act" if q < rule.p_act else "watch"
    return "ok" if q < rule.p_watch or power >= rule.light_power else "unknown"


def _spread(n: Array, s1: Array, s2: Array) -> Array:
    """What part of the variance of rows of one score is left where scores differ: Σp(1-p) / n p̄(1-p̄), at most 1."""
    found = ratio(s1 - s2, s1 * (1 - ratio(s1, n)))
    return np.where(found > 0, np.minimum(found, 1.0), 1.0)


def _last_below(n: Array, rate: Array, tail: Array) -> Array:
    """Largest number of positives at which the Jeffreys test finds too few (p_over < tail); -1 where none does."""
    low, high = np.full(n.shape, -1.0), n.copy()
    safe = np.clip(np.nan_to_num(rate, nan=0.5), 0, 1)
    for _ in range(64):
        if not (high > low).any():
            break
        middle = np.ceil((low + high) / 2)
        found = special.betaincc(middle + 0.5, n - middle + 0.5, safe) < tail
        low, high = np.where(found, middle, low), np.where(found, high, middle - 1)
    return low


def _at_most(x: Array, n: Array, rate: Array) -> Array:
    """P(X <= x) of a binomial; 0 below none."""
    held = np.clip(x, 0, n)
    below = special.betaincc(held + 1, np.maximum(n - held, 1e-9), np.clip(np.nan_to_num(rate, nan=0.5), 0, 1))
    return np.where(x < 0, 0.0, np.where(x >= n, 1.0, below))
