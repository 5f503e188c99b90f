"""Model room: figures of scores on rows that no model had learned from, with intervals that know clients repeat."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import beta

from model.confusion import Confusion
from model.cutoffs import Policy

DRAWS: Final = 200
LEVEL: Final = 0.95
MANY: Final = 4_000_000
"""Weights that are held in memory at once."""

METRICS: Final = ("auc", "pr_auc", "brier", "accuracy", "recall", "precision", "f1", "kappa", "mcc", "cost")
SMALLER_IS_BETTER: Final = frozenset({"brier", "cost", "seconds"})
METHOD: Final = (
    f"95 % intervals: bootstrap of clients ({DRAWS} draws, percentiles), a client's rows staying together over months, "
    "folds and repeats; Clopper-Pearson where a share is 0 or 1; of seconds, the range over the fits. They say how far "
    "other clients would move a figure, not other trainings."
)


@dataclass(frozen=True)
class Part:
    """Rows whose figures belong together (all months, or one fold): probability, outcome (1 or 0), whether they were
    called positive, and their client as a number from 0."""

    score: np.ndarray
    y: np.ndarray
    called: np.ndarray
    client: np.ndarray


@dataclass(frozen=True)
class Figure:
    """A value and its 95 % interval; NaN where undefined."""

    value: float
    low: float
    high: float


def figures(parts: Sequence[Part], *, policy: Policy, seed: int = 0, draws: int = DRAWS) -> dict[str, Figure]:
    """Every metric, as the mean over the parts, with an interval from drawing clients. The same for one seed."""
    clients = 1 + max((int(p.client.max()) for p in parts if len(p.client)), default=0)
    one = np.ones((1, clients))
    values = _mean([_metrics(p, one, policy) for p in parts])
    drawn: dict[str, list[np.ndarray]] = {m: [] for m in METRICS}
    generator = np.random.default_rng(seed)
    step = max(1, MANY // max(clients, max((len(p.y) for p in parts), default=1)))
    for begin in range(0, draws, step):
        count = min(step, draws - begin)
        weights = generator.multinomial(clients, np.full(clients, 1 / clients), size=count).astype(np.float64)
        for name, value in _mean([_metrics(p, weights, policy) for p in parts]).items():
            drawn[name].append(value)
    return {m: _figure(m, float(values[m][0]), np.concatenate(drawn[m]), parts) for m in METRICS}


def no_skill(share: float, policy: Policy) -> Mapping[str, float]:
    """What needs no model, where a share of the rows is positive: for accuracy everybody is called what most are, for
    recall, precision and F1 everybody is called positive, for the cost whichever of the two is cheaper; everybody's
    probability is the share."""
    return {
        "auc": 0.5, "pr_auc": share, "brier": share * (1 - share), "accuracy": max(share, 1 - share), "recall": 1.0,
        "precision": share, "f1": 2 * share / (1 + share), "kappa": 0.0, "mcc": 0.0,
        "cost": min(policy.false_positive * (1 - share), policy.false_negative * share),
    }  # fmt: skip


def _mean(each: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Mean over the parts where a figure is defined."""
    out = {}
    for name in METRICS:
        values = np.array([e[name] for e in each])
        known = np.isfinite(values)
        count = known.sum(axis=0)
        total = np.where(known, values, 0).sum(axis=0)
        out[name] = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return out


def _metrics(part: Part, weights: np.ndarray, policy: Policy) -> dict[str, np.ndarray]:
    """Each metric for each line of weights (draws × clients)."""
    w = weights[:, part.client]
    called, true = part.called, part.y > 0
    counts = Confusion(*(w @ x.astype(float) for x in (called & true, called & ~true, ~called & true, ~called & ~true)))
    auc, pr_auc = _ranking(part.score, true, w)
    brier = (w @ (part.score - part.y) ** 2) / np.maximum(w.sum(axis=1), 1e-300)
    names = ("accuracy", "recall", "precision", "f1", "kappa", "mcc")
    out = {"auc": auc, "pr_auc": pr_auc, "brier": brier, **{n: np.asarray(getattr(counts, n)) for n in names}}
    return out | {"cost": np.asarray(counts.cost(policy.false_positive, policy.false_negative))}


def _ranking(score: np.ndarray, true: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """AUC (a tie counts half) and average precision of weighted rows; NaN where a class has no weight."""
    order = np.argsort(-score, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])
    up = np.add.reduceat(w[:, order] * true[order], starts, axis=1)
    down = np.add.reduceat(w[:, order] * ~true[order], starts, axis=1)
    positive, negative = up.sum(axis=1), down.sum(axis=1)
    both = (positive > 0) & (negative > 0)
    above = np.cumsum(up, axis=1)
    won = ((above - up / 2) * down).sum(axis=1)
    seen = above + np.cumsum(down, axis=1)
    precision = np.divide(above, seen, out=np.zeros_like(above), where=seen > 0)
    size = np.where(both, positive * negative, 1.0)
    average = (up * precision).sum(axis=1) / np.where(positive > 0, positive, 1.0)
    return np.where(both, won / size, np.nan), np.where(both, average, np.nan)


def _figure(name: str, value: float, drawn: np.ndarray, parts: Sequence[Part]) -> Figure:
    drawn = drawn[np.isfinite(drawn)]
    if not math.isfinite(value) or not len(drawn):
        return Figure(value, math.nan, math.nan)
    low, high = (float(x) for x in np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    if name in ("accuracy", "recall", "precision") and value in (0.0, 1.0):
        low, high = _edge(value, _asked(name, parts))
    return Figure(value, low, high)


def _asked(name: str, parts: Sequence[Part]) -> int:
    """Distinct clients behind a share."""
    of = {"accuracy": lambda p: np.ones(len(p.y), bool), "recall": lambda p: p.y > 0, "precision": lambda p: p.called}
    return len(np.unique(np.concatenate([p.client[of[name](p)] for p in parts])))


def _edge(value: float, n: int) -> tuple[float, float]:
    """Clopper-Pearson when none or all of n are."""
    bound = float(beta.ppf((1 - LEVEL) / 2, n, 1)) if n else 0.0
    return (bound, 1.0) if value == 1 else (0.0, 1 - bound)
