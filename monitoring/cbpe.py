"""Monitoring room: how well scores will turn out to have ranked, and how many will accept, before any outcome is known.

Where a score is a calibrated probability, its own histogram says what is to be expected of it (confidence-based
performance estimation, NannyML's formula): a bin of n rows whose scores add up to s holds s positives and n - s
negatives in expectation. What clients do otherwise than before is not in the scores: the estimate is blind to it, and
is therefore held against the outcome as soon as that is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, OPEN, POSITIVE
from monitoring.discrimination import auc
from monitoring.estimate import Estimate
from monitoring.intervals import Array
from monitoring.metrics import share
from monitoring.outcomes import Maturity, maturity
from monitoring.policy import Policy
from monitoring.tallies import array, closed

MEASURES: Final = ("n", "s1", "s2")
BY: Final = ("month", "offered")
"""The measures and axes of the histogram that estimates read."""
REACH: Final = 3.0
"""Standard errors of sampling on either side of an estimate (NannyML's rule)."""


def auc_expected(n: object, s1: object) -> Estimate:
    """AUC (0..1) expected of rows by score bin, in increasing score: `n` rows whose scores add up to `s1`. `se`: what
    the AUC of so many outcomes varies by (DeLong), `low` and `high` REACH of them away. NaN without rows, or where the
    scores leave one class empty."""
    rows, positives = np.asarray(n, float), np.asarray(s1, float)
    found = auc(positives, rows - positives)
    return _banded(Estimate(found.value, n=found.n, se=found.se, method="delong", reason=found.reason))


def rate_expected(n: float, s1: float, s2: float) -> Estimate:
    """Share (0..1) expected to accept of `n` rows whose scores add up to `s1` and their squares to `s2`; `low` and
    `high` are REACH standard errors of so many outcomes away. NaN without rows."""
    if not n > 0:
        return Estimate(reason="empty")
    return _banded(Estimate(s1 / n, n=n, se=math.sqrt(max(s1 - s2, 0.0)) / n, method="wald"))


def _banded(found: Estimate) -> Estimate:
    if not math.isfinite(found.se):
        return found
    reach = REACH * found.se
    return replace(found, low=max(found.value - reach, 0.0), high=min(found.value + reach, 1.0))


@dataclass(frozen=True)
class Expected:
    """What the scores of one month say of it, and what came. `auc` and `rate` are estimates of the rows whose outcome
    is known or will come: of open months those that were offered something, or, where that is not known yet, all that
    are scored (`everyone`). `realised_auc` and `realised_rate` are of the `known` rows, NaN until the month has matured
    or where a class is empty. `reason` "small_sample": too few of a class for the AUC to say anything."""

    month: int
    auc: Estimate
    rate: Estimate
    realised_auc: float
    realised_rate: float
    known: int
    maturity: Maturity
    everyone: bool = False
    reason: str = ""

    @property
    def scored_later(self) -> bool:
        """Whether the AUC can be held against what came."""
        return not self.reason and math.isfinite(self.realised_auc) and math.isfinite(self.auc.low)

    @property
    def miss(self) -> float:
        """Realised less estimated AUC; NaN until it is known."""
        return self.realised_auc - self.auc.value

    @property
    def rate_miss(self) -> float:
        """Observed less estimated share; NaN until it is known."""
        return self.realised_rate - self.rate.value

    @property
    def auc_held(self) -> bool:
        """Whether the band of the AUC holds what came."""
        return self.auc.low <= self.realised_auc <= self.auc.high

    @property
    def rate_held(self) -> bool:
        """Whether the band of the share holds what came."""
        return self.rate.low <= self.realised_rate <= self.rate.high


@dataclass(frozen=True)
class Record:
    """How estimates fared against what came: over `months`, how often the band `held`, the mean `miss` (realised less
    estimated) and the mean size of it. NaN without any."""

    months: int = 0
    held: int = 0
    miss: float = math.nan
    size: float = math.nan


def by_month(histogram: Tally, *, policy: Policy | None = None) -> list[Expected]:
    """The estimate of every month with rows that an outcome is known of or will come, from a histogram by BY."""
    rule = policy or Policy()
    offers = [str(x) for x in histogram.labels["offered"]]
    parts = {m: array(histogram, m, ("month", "offered", "code", "label")) for m in MEASURES}
    found = []
    for k, month in enumerate(histogram.labels["month"]):
        of = parts["n"][k, offers.index("1")] if "1" in offers else np.zeros(0)
        everyone = not (closed(of).sum() + of[..., OPEN].sum() if of.size else 0)
        waiting = list(range(len(offers))) if everyone else [offers.index("1")]
        found.append(_month(int(month), {m: _coming(v[k], waiting) for m, v in parts.items()}, everyone, rule))
    return [e for e in found if e.rate.n]


def _coming(values: Array, waiting: Sequence[int]) -> Array:
    """Rows per code whose outcome is negative, positive, or still to come, from those by offered, code and label."""
    known = values.sum(0)
    return np.stack([known[:, NEGATIVE], known[:, POSITIVE], values[waiting][..., OPEN].sum(0)], axis=-1)


def _month(month: int, parts: Mapping[str, Array], everyone: bool, rule: Policy) -> Expected:
    n, s1, s2 = (parts[m] for m in MEASURES)
    rows, scores = n.sum(1), s1.sum(1)
    neg, pos, waits = (float(v) for v in n.sum(0))
    total, positives, known = neg + pos + waits, float(scores.sum()), neg + pos
    ripe = maturity(known, waits, month=month, policy=rule)
    few = min(positives, total - positives) < rule.min_class or (ripe.usable and min(pos, neg) < 1)
    return Expected(
        month,
        auc_expected(rows, scores),
        rate_expected(total, positives, float(s2.sum())),
        auc(n[:, POSITIVE], n[:, NEGATIVE]).value if ripe.usable else math.nan,
        share(pos, known) if ripe.usable else math.nan,
        int(known),
        ripe,
        everyone and waits > 0,
        "small_sample" if few else "",
    )


def record(found: Sequence[Expected], *, of: str = "auc") -> Record:
    """How the estimates of the AUC (or of the "rate") fared in the months that can be scored."""
    scored = [e for e in found if (e.scored_later if of == "auc" else math.isfinite(e.realised_rate))]
    if not scored:
        return Record()
    misses = np.array([e.miss if of == "auc" else e.rate_miss for e in scored])
    held = sum(e.auc_held if of == "auc" else e.rate_held for e in scored)
    return Record(len(scored), held, float(misses.mean()), float(np.abs(misses).mean()))
