"""Monitoring room: how the score ranked period by period, each figure with its interval, against its development."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from monitoring.bands import Decile
from monitoring.discrimination import auc, auc_decline, lacking
from monitoring.estimate import Estimate, Level, Test
from monitoring.intervals import Array, false_discovery, jackknife, mde, two_proportions
from monitoring.metrics import gini, ratio
from monitoring.outcomes import Maturity
from monitoring.policy import Policy
from monitoring.rank_statistics import areas, average_precisions, largest_gaps, lifts

BEST: Final = 0.10
"""The part of the list, from its best score down, whose lift is told."""
STATISTICS: Final[Mapping[str, Callable[[Array, Array], Array]]] = {
    "auc": areas,
    "ks": largest_gaps,
    "lift": lambda pos, neg: lifts(pos, neg, fraction=BEST),
    "pr_auc": average_precisions,
}
"""The figures of ranking; the Gini coefficient is 2 AUC - 1. The interval of those two is DeLong's, that of the others
from random groups of clients."""
NAMES: Final = ("auc", "gini", "ks", "lift", "pr_auc")
"""In the order that they are told."""
_MOST: Final[Mapping[str, float]] = {"auc": 1.0, "ks": 1.0, "pr_auc": 1.0, "lift": 1 / BEST}
"""The largest value of each; the least is 0."""


@dataclass(frozen=True)
class Ranked:
    """How the score ranked the rows of one `month` (or of several together: month 0): `n` rows with a known outcome,
    `positives` of them, and `figures` by name with their intervals. `clustered`: the AUC with an interval that respects
    repeated clients. `decline`: the ECB test that the AUC is below its reference, `q` its p-value corrected for the
    months shown together, `needed` the rows that it takes to see a fall that matters. `projected`: the outcomes are
    open, and the figures are an estimate from those reported so far."""

    month: int
    n: float
    positives: float
    figures: Mapping[str, Estimate]
    clustered: Estimate
    decline: Test
    q: float = math.nan
    level: Level = "unknown"
    needed: float = math.nan
    maturity: float = math.nan
    reason: str = ""
    projected: bool = False


def ranked(
    n_pos: Array, n_neg: Array, *, month: int = 0, reference: float = math.nan, policy: Policy | None = None,
    projected: bool = False, fewest: float = math.nan,
) -> Ranked:  # fmt: skip
    """Figures of positives and negatives per random group and score bin. `reference`: the AUC of development.

    Where they are `projected` from reported outcomes, DeLong's variance does not hold: every interval is then one of
    random groups, and `fewest` says how many outcomes they rest on.
    """
    rule = policy or Policy()
    held = (n_pos + n_neg).sum(0) != 0
    n_pos, n_neg = n_pos[:, held], n_neg[:, held]
    pos, neg = n_pos.sum(0), n_neg.sum(0)
    P, N = float(pos.sum()), float(neg.sum())
    reason = lacking(P, N)
    groups = {name: _clustered(name, n_pos, n_neg, reason, rule) for name in STATISTICS}
    area = groups["auc"] if projected else auc(pos, neg, confidence=rule.confidence)
    told = {**groups, "auc": area, "gini": _gini(area)}
    found = {name: told[name] for name in NAMES}
    few = min(P, N) if math.isnan(fewest) else fewest
    reason = reason or ("small_sample" if few < rule.min_class else "")
    test = Test(reason=reason) if projected or reason else auc_decline(reference, area)
    return Ranked(month, P + N, P, found, groups["auc"], test, needed=_needed(area, rule), reason=reason,
                  projected=projected)  # fmt: skip


def _gini(area: Estimate) -> Estimate:
    return Estimate(gini(area.value), gini(area.low), gini(area.high), area.n, 2 * area.se, area.method, area.reason)


def _clustered(name: str, pos: Array, neg: Array, reason: str, rule: Policy) -> Estimate:
    n = float(pos.sum() + neg.sum())
    if reason:
        return Estimate(n=n, reason=reason)
    found = jackknife(STATISTICS[name], pos, neg, confidence=rule.confidence).estimate(n=n)
    return replace(found, low=max(found.low, 0.0), high=min(found.high, _MOST[name]))


def _needed(area: Estimate, rule: Policy) -> float:
    """Rows that it takes to see a fall of the AUC that matters, one-sided, as often as a test should."""
    if not (area.se > 0):
        return math.nan
    reach = float(mde(1.0, power=rule.light_power, confidence=1 - 2 * rule.p_watch))
    return float(area.n * (reach * area.se / rule.auc_fall) ** 2)


def judged(months: Sequence[Ranked], known: Sequence[Maturity], *, reference: float, policy: Policy) -> list[Ranked]:
    """The months with their lights, corrected for being shown together. Green: no fall, and the test would have seen
    one that matters; amber: a significant fall; red: beyond the last level, and as large as matters; grey: the test
    could not have seen it. Months that have not matured, or have too few of either outcome, are not judged."""
    reasons = [m.reason if k.usable else _open(k) for m, k in zip(months, known, strict=True)]
    p = [m.decline.p if not why else math.nan for m, why in zip(months, reasons, strict=True)]
    return [
        replace(m, q=float(q), reason=why, maturity=k.share, level=_level(m, float(q), reference, policy))
        for m, why, k, q in zip(months, reasons, known, false_discovery(p), strict=True)
    ]


def _open(known: Maturity) -> str:
    return "immature" if known.matured else "no_label_yet" if known.open else "empty"


def _level(month: Ranked, q: float, reference: float, policy: Policy) -> Level:
    if not math.isfinite(q):
        return "unknown"
    if q < policy.p_act and reference - month.figures["auc"].value >= policy.auc_fall:
        return "act"
    if q < policy.p_watch:
        return "watch"
    return "ok" if month.needed <= month.n else "unknown"


def level_of(whole: Ranked, *, reference: float, policy: Policy) -> Level:
    """The light of several months together, one test by itself."""
    return _level(whole, whole.decline.p if not whole.reason else math.nan, reference, policy)


@dataclass(frozen=True)
class Break:
    """Two neighbouring deciles, `better` and the next, of which the next accepts more: by how much (in 0..1), and
    whether that is beyond chance: p-value and q corrected for all neighbours."""

    better: int
    gap: float
    p: float
    q: float
    level: Level


def breaks(deciles: Sequence[Decile], *, deff: float = 1.0, policy: Policy) -> list[Break]:
    """Every place where the order of the deciles (best first) is broken. `deff` > 1 shrinks the samples to what
    repeated clients are worth. Deciles without a known outcome are passed over."""
    held = [d for d in deciles if d.labelled]
    n, x = (np.array(v, float) for v in ([d.labelled for d in held], [d.positives for d in held]))
    if len(held) < 2:
        return []
    p = two_proportions(x[1:] / deff, n[1:] / deff, x0=x[:-1] / deff, n0=n[:-1] / deff)
    q = false_discovery(np.where(np.minimum(n[1:], n[:-1]) >= policy.min_n, p, np.nan))
    gap = np.diff(ratio(x, n))
    return [
        Break(held[k].decile, float(gap[k]), float(p[k]), float(q[k]), policy.level_of_p(float(q[k])))
        for k in range(len(gap))
        if gap[k] > 0
    ]
