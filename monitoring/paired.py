"""Monitoring room: the AUC of two scores of the same rows, and their difference (DeLong, DeLong & Clarke-Pearson 1988,
Biometrics 44:837; computed from sorted scores as Sun & Xu 2014, IEEE SPL 21:1389), robust to clients who repeat.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import special, stats

from monitoring.discrimination import lacking
from monitoring.estimate import Estimate
from monitoring.intervals import Array, logit_interval


def difference(
    one: Array, other: Array, y: Array, *, group: Array, confidence: float = 0.95
) -> tuple[tuple[Estimate, Estimate], Estimate]:
    """The AUC of either score, and other - one, of rows with outcomes `y` (true: positive), from all pairs; ties count
    one half. `group`: random group of each row's client. Each interval is the wider of DeLong's, which takes rows as
    independent, and that by random groups, and says which it is."""
    n, positives = float(len(y)), float(np.count_nonzero(y))
    if reason := lacking(positives, n - positives):
        nothing = Estimate(n=n, reason=reason)
        return (nothing, nothing), nothing
    y = np.asarray(y, bool)
    parts = [_parts(np.asarray(s, np.float32), y, group) for s in (one, other)]
    (v1, w1, left1), (v2, w2, left2) = parts
    aucs = tuple(_estimate(v, w, left, n, confidence) for v, w, left in parts)
    gap = _estimate(v2 - v1, w2 - w1, left2 - left1, n, confidence)
    return (_within(aucs[0], confidence), _within(aucs[1], confidence)), gap


def in_order(score: Array) -> Array:
    """Positions of scores in 0..1 (float32) from the least to the greatest; of one score, as they stand.

    Scores that are not negative are in the order of their bits, and whole numbers sort several times as fast.
    """
    bits = (np.asarray(score, np.float32) + np.float32(0)).view(np.uint32).astype(np.uint64)
    key = bits << np.uint64(32) | np.arange(len(bits), dtype=np.uint64)
    key.sort()
    return (key & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _parts(score: Array, y: Array, group: Array) -> tuple[Array, Array, Array]:
    """Placements of the positives among the negatives, of the negatives among the positives (shares of pairs won, in
    the order of the rows), and the AUC without each random group that has rows."""
    order = in_order(score)
    tie = _ties(score[order])
    hit = y[order]
    up, down = _won(tie, hit)
    positives, negatives = float(hit.sum()), float((~hit).sum())
    of_row = np.empty(len(y))
    of_row[order] = np.where(hit, up / negatives, down / positives)
    pairs = _without(tie, hit, np.where(hit, up, down), group[order])
    return of_row[y], of_row[~y], pairs


def _ties(ordered: Array) -> Array:
    """Number of the run of equal values that each of the ordered values stands in."""
    return np.cumsum(np.concatenate([[False], np.diff(ordered) > 0]))[: len(ordered)]


def _won(tie: Array, hit: Array) -> tuple[Array, Array]:
    """Per row in order of score: negatives below it and positives above it, ties counting one half."""
    runs = int(tie[-1]) + 1 if len(tie) else 0
    pos, neg = (np.bincount(tie[m], minlength=runs) for m in (hit, ~hit))
    below, above = np.cumsum(neg) - neg / 2, pos.sum() - np.cumsum(pos) + pos / 2
    return below[tie], above[tie]


def _without(tie: Array, hit: Array, won: Array, group: Array) -> Array:
    """The AUC of all rows but those of one random group, for each group that has rows."""
    total, positives, negatives = float(won[hit].sum()), float(hit.sum()), float((~hit).sum())
    out = []
    for each in np.unique(group):
        mine = np.flatnonzero(group == each)
        runs = np.cumsum(np.concatenate([[False], np.diff(tie[mine]) > 0]))[: len(mine)]
        here = hit[mine]
        inside = float(_won(runs, here)[0][here].sum())
        pairs = (positives - here.sum()) * (negatives - (~here).sum())
        rest = total - float(won[mine].sum()) + inside
        out.append(rest / pairs if pairs else math.nan)
    return np.array(out)


def _estimate(v: Array, w: Array, without: Array, n: float, confidence: float) -> Estimate:
    """A mean of placements with the wider of both intervals."""
    value, tail = float(v.mean()), 1 - (1 - confidence) / 2
    if min(len(v), len(w)) < 2:
        return Estimate(value, n=n, method="delong", reason="single_member")
    plain = math.sqrt(v.var(ddof=1) / len(v) + w.var(ddof=1) / len(w))
    k = len(without)
    robust = math.sqrt((k - 1) / k * float(((without - value) ** 2).sum())) if k > 1 else math.nan
    t, z = (float(stats.t.ppf(tail, k - 1)) if k > 1 else math.nan), float(special.ndtri(tail))
    if robust * t > plain * z:
        return Estimate(value, value - t * robust, value + t * robust, n, robust, "random_groups")
    return Estimate(value, value - z * plain, value + z * plain, n, plain, "delong")


def _within(found: Estimate, confidence: float) -> Estimate:
    """An AUC with its interval on the logit scale, as wide; as it is where it cannot be."""
    if not found.se > 0:
        return Estimate(found.value, n=found.n, method=found.method, reason=found.reason or "no_variance")
    if not 0 < found.value < 1:
        return found
    reach = (found.high - found.value) / float(special.ndtri(1 - (1 - confidence) / 2))
    low, high = logit_interval(found.value, reach, confidence=confidence)
    return replace(found, low=low, high=high)
