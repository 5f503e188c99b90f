"""Monitoring room: right and wrong at a threshold, in rows, in money and for the people who do the calling.

Positive = accepts (pays); flagged = score at or above the threshold. Labels exist only where an offer was made: the
share of wasted contacts (FDR) can be measured on them, the share of non-payers bothered (FPR) and of payers found
(recall) only where everyone has a label, or where offers were random with a logged probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, POSITIVE, UNLABELLED
from monitoring.estimate import Estimate, Level
from monitoring.grid import code_of_threshold, threshold_of_code
from monitoring.intervals import Array, design_effect, rate
from monitoring.metrics import ratio, share
from monitoring.policy import Policy
from monitoring.ranking import net_value
from monitoring.rates import Matrix, matrix, no_skill, rates
from monitoring.tallies import array, by_random_group, closed

__all__ = ["ThresholdErrors", "against", "at_threshold", "code_of_threshold", "of_repeats", "threshold_of_code"]

Basis = Literal["all_labelled", "ipw", "none"]
MEASURES = ("scored", "w", "w2")
"""The totals that `at_threshold` reads (by nothing, or by arm)."""
HISTOGRAM_MEASURES = ("n", "B", "w")
"""The histogram measures that this module reads."""


@dataclass(frozen=True)
class ThresholdErrors:
    """What a threshold gets right and wrong.

    `counts` and `balances`: confusion matrix of labelled rows, in rows and in money. `flagged` of all `scored` rows lie
    at or above the threshold, labelled or not. `precision`, `fdr`, `contacts_per_success`, `lift` speak of labelled
    rows; `fpr`, `recall`, `f1` and `balanced_accuracy` of everyone, on the `basis` named, NaN when that is "none";
    `ess` is what weighted rows are worth. `net_value` is money for the labelled rows. `level` judges the FDR against
    the break-even. `no_skill` names figures that a score without skill would reach.
    """

    code: int
    counts: Matrix
    balances: Matrix
    n: int
    flagged: int
    scored: int
    share_flagged: float
    precision: Estimate
    fdr: Estimate
    fdr_balance: float
    contacts_per_success: Estimate
    lift: float
    fpr: Estimate
    recall: Estimate
    f1: float
    balanced_accuracy: float
    basis: Basis
    identifiable: bool
    ess: float
    net_value: float
    net_value_per_contact: float
    level: Level
    no_skill: tuple[str, ...]
    reason: str


def at_threshold(
    histogram: Tally, code: int, *, totals: Tally | None = None, policy: Policy | None = None
) -> ThresholdErrors:
    """Errors when codes from `code` on are flagged, from a histogram (by nothing, or by random group: the intervals of
    precision then respect repeated clients).

    `totals` of the scored rows (a selection with codes from 1 on; by nothing or by arm) say how much random offers
    reveal; without them FPR and recall need every scored row to be labelled. An arm that never gets an offer is left
    out of what offers should have reached.
    """
    rule = policy or Policy()
    rows, money = (array(histogram, m, ("code", "label")) for m in ("n", "B"))
    m, b = (matrix(v[:, POSITIVE], v[:, NEGATIVE], first=code) for v in (rows, money))
    precision = _precision(histogram, code, m, rule)
    fdr = _complement(precision)
    basis, ess, reason = _basis(rows, totals, rule)
    fpr, recall = _everyone(histogram, code, m, basis, ess, reason, rule)
    worth = float(net_value(m.tp, m.flagged, value=rule.gain, cost=rule.cost_per_contact))
    return ThresholdErrors(
        code=code,
        counts=m,
        balances=b,
        n=int(m.total),
        flagged=int(rows[code:].sum()),
        scored=int(rows.sum()),
        share_flagged=share(float(rows[code:].sum()), float(rows.sum())),
        precision=precision,
        fdr=fdr,
        fdr_balance=share(b.fp, b.flagged),
        contacts_per_success=_inverse(precision),
        lift=rates(m).lift,
        fpr=fpr,
        recall=recall,
        f1=_f1(precision.value, recall.value),
        balanced_accuracy=(recall.value + 1 - fpr.value) / 2,
        basis=basis,
        identifiable=basis != "none",
        ess=min(ess) if ess else math.nan,
        net_value=worth if m.total else math.nan,
        net_value_per_contact=share(worth, m.flagged),
        level=against(fdr, rule.break_even_fdr, policy=rule),
        no_skill=no_skill(m),
        reason="empty" if not rows.sum() else "no_label_yet" if not m.total else reason,
    )


def _precision(histogram: Tally, code: int, m: Matrix, rule: Policy) -> Estimate:
    if not m.flagged:
        return Estimate(reason="nobody_flagged" if m.total else "empty")
    deff = of_repeats(histogram, code, policy=rule)
    return rate(m.tp, m.flagged, deff=deff, min_n=rule.min_n, confidence=rule.confidence)


def of_repeats(histogram: Tally, code: int, *, policy: Policy | None = None) -> float:
    """How many times repeated clients widen the variance of the FDR of codes from `code` on (>= 1), from a histogram by
    random group; 1 without random groups."""
    flagged = by_random_group(histogram, "n", ("code", "label"))[:, code:].sum(1)
    return design_effect(flagged[:, POSITIVE], closed(flagged), confidence=(policy or Policy()).confidence)


def against(fdr: Estimate, limit: float, *, policy: Policy | None = None) -> Level:
    """Level of an FDR held against a break-even: "act" only where its whole interval lies above, "unknown" for too few
    rows or without a break-even."""
    if math.isnan(fdr.value) or math.isnan(limit) or fdr.n < (policy or Policy()).min_n:
        return "unknown"
    return "act" if fdr.low > limit else "watch" if fdr.value > limit else "ok"


def _complement(e: Estimate) -> Estimate:
    return Estimate(1 - e.value, 1 - e.high, 1 - e.low, e.n, e.se, e.method, e.reason)


def _inverse(e: Estimate) -> Estimate:
    """1 / rate; infinite limits where the rate's limit is 0, NaN where the rate is 0."""
    value, low, high = (1 / v if v > 0 else math.inf for v in (e.value, e.high, e.low))
    if math.isnan(e.value):
        return Estimate(n=e.n, reason=e.reason)
    if e.value == 0:
        return Estimate(math.nan, low, math.inf, e.n, math.nan, e.method, "no_positives")
    return Estimate(value, low, high, e.n, e.se / e.value**2, e.method, e.reason)


def _f1(precision: float, recall: float) -> float:
    return share(2 * precision * recall, precision + recall)


def _basis(rows: Array, totals: Tally | None, rule: Policy) -> tuple[Basis, tuple[float, float] | None, str]:
    """On what FPR and recall can rest; effective sample sizes of negatives and positives; why on nothing."""
    if not rows.sum():
        return "none", None, "empty"
    if rows[:, UNLABELLED].sum() <= (1 - rule.all_labelled) * rows.sum():
        return "all_labelled", None, ""
    if totals is None:
        return "none", None, "not_identifiable"
    w, w2 = (array(totals, m, ("label",)) for m in ("w", "w2"))
    if not w.sum() > 0:
        return "none", None, "no_propensity"
    if _support(totals) < rule.support_least:
        return "none", None, "not_identifiable"
    ess = tuple(float(v) for v in np.nan_to_num(ratio(w**2, w2))[[NEGATIVE, POSITIVE]])
    return ("ipw", (ess[0], ess[1]), "") if min(ess) >= rule.ess_least else ("none", (ess[0], ess[1]), "low_ess")


def _support(totals: Tally) -> float:
    """Share of scored rows that random offers could have reached: Σ1/e over offers / rows, close to 1 when every e was
    above 0. Rows of an arm without any offer do not count."""
    if "arm" in totals.axes:
        w, scored = (array(totals, m, ("arm",)) for m in ("w", "scored"))
        return share(float(w.sum()), float(scored[w > 0].sum()))
    return share(float(totals["w"].sum()), float(totals["scored"].sum()))


def _everyone(
    histogram: Tally,
    code: int,
    m: Matrix,
    basis: Basis,
    ess: tuple[float, float] | None,
    reason: str,
    rule: Policy,
) -> tuple[Estimate, Estimate]:
    """FPR and recall on their basis."""
    if basis == "all_labelled":
        return _share(m.fp, m.negatives, "no_negatives", rule), _share(m.tp, m.positives, "no_positives", rule)
    if basis == "none" or ess is None:
        return Estimate(reason=reason), Estimate(reason=reason)
    w = array(histogram, "w", ("code", "label"))
    flagged, total = w[code:].sum(0), w.sum(0)
    found = ratio(flagged, total)
    return _weighted(found[NEGATIVE], ess[0], rule), _weighted(found[POSITIVE], ess[1], rule)


def _share(part: float, whole: float, reason: str, rule: Policy) -> Estimate:
    if not whole:
        return Estimate(reason=reason)
    return rate(part, whole, min_n=rule.min_n, confidence=rule.confidence)


def _weighted(value: float, ess: float, rule: Policy) -> Estimate:
    found = rate(float(value) * ess, ess, confidence=rule.confidence)
    return Estimate(found.value, found.low, found.high, ess, found.se, "ess")
