"""Monitoring room: errors at every threshold at once, and errors of every segment at one threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.rows import NEGATIVE, POSITIVE, UNLABELLED
from monitoring.estimate import Estimate, Level
from monitoring.intervals import Array, false_discovery, rate, two_proportions
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.ranking import net_value
from monitoring.tallies import array, closed, dimensions


@dataclass(frozen=True)
class Curve:
    """Figures at every threshold: entry i flags codes from `code[i]` on. `tp`..`tn` count labelled rows, `flagged` all
    scored rows at or above; rates are fractions, `net_value` money. `fpr`, `recall` and `f1` are NaN with `reason`
    where not everyone is labelled. `best_code` has the largest net value: 0 when nothing is labelled, or the policy has
    no costs, which leaves `net_value` NaN."""

    code: Array
    tp: Array
    fp: Array
    fn: Array
    tn: Array
    flagged: Array
    share_flagged: Array
    precision: Array
    fdr: Array
    fdr_balance: Array
    fpr: Array
    recall: Array
    f1: Array
    net_value: Array
    best_code: int
    reason: str


def curve(histogram: Tally, *, policy: Policy | None = None) -> Curve:
    """Errors at every threshold of the grid, from a histogram by nothing, by cumulative sums."""
    rule = policy or Policy()
    rows, money = (array(histogram, m, ("code", "label"))[1:] for m in ("n", "B"))
    above, worth = _from_above(rows), _from_above(money)
    tp, fp = above[:, POSITIVE], above[:, NEGATIVE]
    fn, tn = rows[:, POSITIVE].sum() - tp, rows[:, NEGATIVE].sum() - fp
    everyone = rows[:, UNLABELLED].sum() <= (1 - rule.all_labelled) * rows.sum()
    known = 1.0 if everyone else np.nan
    gain = net_value(tp, tp + fp, value=rule.gain, cost=rule.cost_per_contact)
    flagged = above.sum(1)
    return Curve(
        code=np.arange(1, len(rows) + 1),
        tp=tp,
        fp=fp,
        fn=fn,
        tn=tn,
        flagged=flagged,
        share_flagged=ratio(flagged, rows.sum()),
        precision=ratio(tp, tp + fp),
        fdr=ratio(fp, tp + fp),
        fdr_balance=ratio(worth[:, NEGATIVE], worth[:, NEGATIVE] + worth[:, POSITIVE]),
        fpr=ratio(fp, fp + tn) * known,
        recall=ratio(tp, tp + fn) * known,
        f1=ratio(2 * tp, 2 * tp + fp + fn) * known,
        net_value=gain,
        best_code=int(gain.argmax()) + 1 if closed(rows).sum() > 0 and rule.has_costs else 0,
        reason="" if everyone and rows.sum() else "not_identifiable" if rows.sum() else "empty",
    )


def _from_above(values: Array) -> Array:
    return np.cumsum(values[::-1], axis=0)[::-1]


@dataclass(frozen=True)
class SegmentErrors:
    """Errors of one segment level at a threshold.

    All rows `flagged`, how many of them are labelled (`n`), wasted contacts (`fdr`) and, where everyone is labelled,
    non-payers bothered (`fpr`). `gap` is the FDR less that of all other levels together, `p` that they are equal, `q`
    corrected for all levels shown; `level` speaks of a worse FDR only.
    """

    level_name: str
    flagged: int
    n: int
    fdr: Estimate
    fpr: Estimate
    gap: float
    p: float
    q: float
    level: Level
    reason: str


def by_segment(histogram: Tally, code: int, *, deff: float = 1.0, policy: Policy | None = None) -> list[SegmentErrors]:
    """Errors of each level of the one dimension that the histogram has, in the levels' order. `deff`: what repeated
    clients cost, as `errors.of_repeats` finds it for all levels together."""
    rule = policy or Policy()
    (dimension,) = dimensions(histogram)
    rows = array(histogram, "n", (dimension, "code", "label"))
    flagged, whole = rows[:, code:].sum(1), rows.sum(1)
    fp, n = flagged[:, NEGATIVE], closed(flagged)
    gap = ratio(fp, n) - ratio(fp.sum() - fp, n.sum() - n)
    p = two_proportions(fp / deff, n / deff, x0=(fp.sum() - fp) / deff, n0=(n.sum() - n) / deff)
    q = false_discovery(np.where(n >= rule.min_n, p, np.nan))
    everyone = whole[:, UNLABELLED].sum() <= (1 - rule.all_labelled) * whole.sum()
    return [
        SegmentErrors(
            level_name=str(name),
            flagged=int(flagged[i].sum()),
            n=int(n[i]),
            fdr=rate(fp[i], n[i], deff=deff, min_n=rule.min_n, confidence=rule.confidence),
            fpr=_fpr(fp[i], whole[i], everyone, rule),
            gap=float(gap[i]),
            p=float(p[i]),
            q=float(q[i]),
            level=rule.level_of_p(float(q[i])) if gap[i] > 0 or not np.isfinite(q[i]) else "ok",
            reason="nobody_flagged" if n[i] == 0 else "small_sample" if n[i] < rule.min_n else "",
        )
        for i, name in enumerate(histogram.labels[dimension])
    ]


def _fpr(fp: float, whole: Array, everyone: bool, rule: Policy) -> Estimate:
    if not everyone:
        return Estimate(reason="not_identifiable")
    if not whole[NEGATIVE]:
        return Estimate(reason="no_negatives")
    return rate(fp, float(whole[NEGATIVE]), min_n=rule.min_n, confidence=rule.confidence)
