"""Monitoring room: two segments, or two months, side by side, and how much of what parts them is mix, or the model."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from data.counts import Tally
from data.rows import NEGATIVE, OPEN, POSITIVE
from monitoring.decomposition import kitagawa
from monitoring.estimate import Estimate
from monitoring.intervals import design_effect, false_discovery, jackknife, rate
from monitoring.metrics import ratio, share
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group, closed

FIGURES = ("observed", "expected", "gap", "fdr", "icv", "cash", "offered", "kept")
"""Observed acceptance of scored rows; the mean score of the same rows; observed - expected; share of negatives from
the threshold on; overdue ratio; cash / balance; offers / eligible; kept / accepted."""
RATES = ("observed", "fdr", "kept")
"""Figures that are shares of rows, each of which either has it or not."""
MEASURES = ("n", "scored", "s1", "B", "V1", "V30", "V60", "V90", "cash", "eligible", "offered", "kept")
FLAGGED = ("scored",)


@dataclass(frozen=True)
class Side:
    """Numerators and denominators of the figures by random group: arrays (30, figures), rows that each rests on, and
    the outcomes that are known and still open."""

    over: np.ndarray
    under: np.ndarray
    rows: np.ndarray
    total: int
    known: int
    open: int


@dataclass(frozen=True)
class Compared:
    """A figure of both sides and b - a, with an interval that respects clients who stand in both; `p` that it is
    chance, `q` corrected for all figures shown. NaN where either side has fewer rows than the policy's least."""

    name: str
    a: Estimate
    b: Estimate
    difference: Estimate
    p: float
    q: float


@dataclass(frozen=True)
class Part:
    """What a level of the mix adds to a change: its share of the rows on both sides, its rate on both (NaN without
    rows), and what its share, its rate, and another model contribute."""

    level: str
    share_a: float
    share_b: float
    rate_a: float
    rate_b: float
    mix: float
    within: float
    model: float = 0.0


@dataclass(frozen=True)
class Split:
    """The change of a rate from side a to side b: `mix` (other shares of the levels, at their mean rates), `within`
    (other rates, at their mean shares) and `model` (another model's scores of the same rows) add up to `end` - `start`
    exactly. NaN where a side has no row; `model` is NaN, and `reason` says why, where it is not told from `within`.
    """

    start: float
    end: float
    mix: float
    within: float
    parts: tuple[Part, ...]
    model: float = math.nan
    reason: str = ""


def side(totals: Tally, flagged: Tally, *, policy: Policy | None = None) -> Side:
    """One side from its totals by random group, and those of its rows from the threshold on."""
    rule = policy or Policy()
    each = {m: by_random_group(totals, m, ("label",)) for m in ("n", "scored", "s1", "eligible", "offered", "kept")}
    money = {m: by_random_group(totals, m, ()) for m in ("B", rule.overdue_measure, "cash")}
    above, n = by_random_group(flagged, "scored", ("label",)), closed(each["scored"])
    x, expected = each["scored"][:, POSITIVE], closed(each["s1"])
    flags = {m: each[m].sum(1) for m in ("n", "eligible", "offered")}
    accepted = each["n"][:, POSITIVE]
    pairs = {
        "observed": (x, n, n),
        "expected": (expected, n, n),
        "gap": (x - expected, n, n),
        "fdr": (above[:, NEGATIVE], closed(above), closed(above)),
        "icv": (money[rule.overdue_measure], money["B"], flags["n"]),
        "cash": (money["cash"], money["B"], flags["n"]),
        "offered": (flags["offered"], flags["eligible"], flags["eligible"]),
        "kept": (each["kept"][:, POSITIVE], accepted, accepted),
    }
    over, under, rows = (np.stack([pairs[f][k] for f in FIGURES], axis=1) for k in range(3))
    still_open = int(each["scored"][:, OPEN].sum())
    return Side(over, under, rows.sum(0), int(flags["n"].sum()), int(n.sum()), still_open)


def compare(a: Side, b: Side, *, figures: tuple[str, ...] = FIGURES, policy: Policy | None = None) -> list[Compared]:
    """Each of `figures` of both sides, and their differences judged together."""
    rule = policy or Policy()
    apart = jackknife(
        lambda x1, n1, x0, n0: ratio(x1, n1) - ratio(x0, n0), b.over, b.under, a.over, a.under,
        confidence=rule.confidence,
    )  # fmt: skip
    found = [_compared(name, a, b, apart, rule) for name in figures]
    q = false_discovery([c.p for c in found])
    return [replace(c, q=float(v)) for c, v in zip(found, q, strict=True)]


def _compared(name: str, a: Side, b: Side, apart: object, rule: Policy) -> Compared:
    at = FIGURES.index(name)
    one, other = (_figure(s, at, rule) for s in (a, b))
    difference = apart.estimate(n=min(one.n, other.n), at=(at,))  # type: ignore[attr-defined]
    df = float(apart.df[at])  # type: ignore[attr-defined]
    if min(one.n, other.n) < rule.min_n and not difference.reason:
        difference = Estimate(difference.value, n=difference.n, reason="small_sample")
    p = 2 * stats.t.sf(abs(difference.value / difference.se), df) if difference.se > 0 else math.nan
    return Compared(name, one, other, difference, float(p), math.nan)


def _figure(s: Side, at: int, rule: Policy) -> Estimate:
    over, under, n = s.over[:, at], s.under[:, at], float(s.rows[at])
    if FIGURES[at] in RATES:
        deff = design_effect(over, under, confidence=rule.confidence)
        return rate(float(over.sum()), n, deff=deff, min_n=rule.min_n, confidence=rule.confidence)
    return jackknife(ratio, over, under, confidence=rule.confidence).estimate(n=n)


def split(a: Tally, b: Tally, dimension: str, *, of: str = "observed") -> Split:
    """How much of the change of the observed rate (or of the "expected" one, the mean score of the same rows) is the
    mix of the levels of `dimension`, from totals by it of both sides. A level that stands on one side only keeps its
    rate: that it came or went is mix."""
    pick: Callable[[Tally], tuple[np.ndarray, np.ndarray]] = _observed if of == "observed" else _expected
    levels = tuple(map(str, a.labels[dimension]))
    (xa, na), (xb, nb) = (pick(t.keep(dimension, "label")) for t in (a, b))
    start, end = share(float(xa.sum()), float(na.sum())), share(float(xb.sum()), float(nb.sum()))
    if not (na.sum() > 0 and nb.sum() > 0):
        return Split(start, end, math.nan, math.nan, ())
    w0, w1, r0, r1 = na / na.sum(), nb / nb.sum(), ratio(xa, na), ratio(xb, nb)
    found = kitagawa(w0, r0, w1=w1, r1=r1)
    columns = np.column_stack([w0, w1, r0, r1, found.mix, found.rate]).tolist()
    parts = tuple(Part(name, *row) for name, row in zip(levels, columns, strict=True) if row[0] or row[1])
    return Split(start, end, float(found.mix.sum()), float(found.rate.sum()), parts)


def _observed(t: Tally) -> tuple[np.ndarray, np.ndarray]:
    scored = array(t, "scored", t.axes)
    return scored[..., POSITIVE], closed(scored)


def _expected(t: Tally) -> tuple[np.ndarray, np.ndarray]:
    return closed(array(t, "s1", t.axes)), closed(array(t, "scored", t.axes))
