"""Monitoring room: the synthetic control of a single group: the mixture of other groups that moved like it before.

Abadie, Diamond and Hainmueller 2010: weights of at least 0 that add up to 1, fitted to the months before go-live; the
same is done for every other group as if it had gone live, and the group's place among them is its p.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from monitoring.groups import Panel, Wave
from monitoring.intervals import Array

_FLOOR = 1e-9
"""Fit of ratios below which one is as good as another."""


@dataclass(frozen=True)
class Made:
    """A group beside its mixture, by month: `weights` of the donors, both courses, their mean `gap` after go-live, and
    the root mean square of the gap before (`fit`) and after (`spread`)."""

    group: str
    weights: dict[str, float]
    months: tuple[int, ...]
    actual: Array
    mixed: Array
    gap: float
    fit: float
    spread: float

    @property
    def stands_out(self) -> float:
        """How much worse the mixture fits after go-live than before."""
        return self.spread / max(self.fit, _FLOOR)


@dataclass(frozen=True)
class Synthetic:
    """The treated group's mixture and those of its donors. `p`: share of all groups that stand out at least as much,
    of which the `least` is one over their number; `reach`: the largest gap of a donor, where nothing happened."""

    made: Made
    placebos: tuple[Made, ...]
    p: float
    least: float
    reach: float


def weights(target: Array, donors: Array) -> Array:
    """Weights of at least 0 that add up to 1 and bring the donors (months × donors) closest to the target, by least
    squares. Where several mixtures are as close, one of them."""
    scale = max(float(np.abs(donors).max(initial=0.0)), float(np.abs(target).max(initial=0.0)), _FLOOR)
    y, x = np.asarray(target, float) / scale, np.asarray(donors, float) / scale
    n = x.shape[1]
    found = optimize.minimize(
        lambda w: float(((y - x @ w) ** 2).sum()), np.full(n, 1 / n), jac=lambda w: -2 * x.T @ (y - x @ w),
        method="SLSQP", bounds=[(0.0, 1.0)] * n, options={"ftol": 1e-16, "maxiter": 1000},
        constraints={"type": "eq", "fun": lambda w: float(w.sum() - 1), "jac": lambda _: np.ones(n)},
    )  # fmt: skip
    kept = np.clip(found.x, 0, 1)
    return kept / kept.sum()


def synthetic(found: Panel, seen: Wave) -> Synthetic | None:
    """The synthetic control of the wave's only group; None where it has several, fewer than three donors, or no month
    on either side."""
    if len(seen.treated) != 1 or len(seen.compared) < 3 or not seen.before or not seen.after:
        return None
    made = _made(found, seen, seen.treated[0], seen.compared)
    others = tuple(_made(found, seen, g, tuple(d for d in seen.compared if d != g)) for g in seen.compared)
    beyond = sum(o.stands_out >= made.stands_out for o in others)
    n = len(others) + 1
    return Synthetic(made, others, (1 + beyond) / n, 1 / n, max((abs(o.gap) for o in others), default=math.nan))


def _made(found: Panel, seen: Wave, group: str, donors: tuple[str, ...]) -> Made:
    months = (*seen.before, *seen.after)
    at = [found.months.index(m) for m in months]
    actual, theirs = found.course([group])[at, 0], found.course(donors)[at]
    early = len(seen.before)
    w = weights(actual[:early], theirs[:early])
    mixed = theirs @ w
    gap = actual - mixed
    fit, spread = (math.sqrt(float((part**2).mean())) for part in (gap[:early], gap[early:]))
    named = dict(zip(donors, w.tolist(), strict=True))
    return Made(group, named, months, actual, mixed, float(gap[early:].mean()), fit, spread)
