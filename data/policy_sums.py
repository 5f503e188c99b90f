"""Data room: the sums that an offer policy is weighed with, bin by bin of an ordering: made once, read without a model.

A row has an outcome y, was offered something (d = 1) or not, and was offered it with probability e. What it would have
come to with and without an offer is estimated doubly robustly from predicted outcomes m1 and m0 (Robins, Rotnitzky and
Zhao 1994): right on average when either e or the predictions are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

BINS: Final = 50
"""Bins of an ordering: quantiles of its rows within each month, bin 0 the first in line."""

ORDERINGS: Final = ("value", "score", "uplift")
"""What a list can be ordered by: score × balance; score; balance that an offer is predicted to keep from being
overdue."""

OUTCOMES: Final = ("overdue", "paid", "cash")
"""Overdue balance next month; clients who pay this month; money paid this month."""

OVERLAP: Final = (0.05, 0.95)
"""Probabilities of an offer between which rows with and without one can be compared."""

DIGITS: Final = 9
"""Significant digits of a number in the document."""


def pseudo_outcomes(y: object, d: object, *, e: object, m1: object, m0: object) -> tuple[np.ndarray, np.ndarray]:
    """Doubly robust pseudo-outcomes with and without the offer: outcome y, offered d (0/1), probability e of an offer
    (0 < e < 1), predicted outcomes m1 and m0. ψ1 = m1 + d(y − m1)/e, ψ0 = m0 + (1 − d)(y − m0)/(1 − e)."""
    y, d, e, m1, m0 = (np.asarray(v, float) for v in (y, d, e, m1, m0))
    return m1 + d * (y - m1) / e, m0 + (1 - d) * (y - m0) / (1 - e)


@dataclass(frozen=True)
class PolicyBins:
    """Sums per bin. `b1`, `b0`: weight × pseudo-outcome with and without an offer. `r1`, `r0`: squares of weight ×
    (pseudo-outcome − prediction), the variance of those sums. `t1`, `t0`: the variance of their difference to what was
    observed, in which the luck that both have in common cancels."""

    b1: np.ndarray
    b0: np.ndarray
    r1: np.ndarray
    r0: np.ndarray
    t1: np.ndarray
    t0: np.ndarray

    def __add__(self, other: PolicyBins) -> PolicyBins:
        return PolicyBins(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def widened(self, design: float) -> PolicyBins:
        """The same sums with variances times a design effect."""
        return replace(self, **{name: getattr(self, name) * design for name in ("r1", "r0", "t1", "t0")})


def policy_bins(
    y: object, d: object, *, e: object, m1: object, m0: object, weight: object, bins: object, count: int
) -> PolicyBins:
    """The sums of `PolicyBins` over `count` bins; `bins` is each row's bin, `weight` its weight (the balance where y
    says whether it is overdue)."""
    with_offer, without = pseudo_outcomes(y, d, e=e, m1=m1, m0=m0)
    y, d, m1, m0, w = (np.asarray(v, float) for v in (y, d, m1, m0, weight))
    where, luck = np.asarray(bins), y - np.where(d == 1, m1, m0)
    amounts = (
        w * with_offer, w * without, (w * (with_offer - m1)) ** 2, (w * (without - m0)) ** 2,
        (w * (with_offer - m1 - luck)) ** 2, (w * (without - m0 - luck)) ** 2,
    )  # fmt: skip
    return PolicyBins(*(np.bincount(where, a, minlength=count) for a in amounts))


def design_effect(y: object, d: object, *, e: object, m1: object, m0: object, weight: object, client: object) -> float:
    """How many times the variance of the whole change exceeds that of rows which know nothing of each other, as a
    client has several: squared sums of clients over squared rows; at least 1 (Kish 1965)."""
    with_offer, without = pseudo_outcomes(y, d, e=e, m1=m1, m0=m0)
    luck = np.asarray(weight, float) * (with_offer - np.asarray(m1, float) - without + np.asarray(m0, float))
    alone = float((luck**2).sum())
    together = np.bincount(np.unique(np.asarray(client), return_inverse=True)[1], luck)
    return max(1.0, float((together**2).sum()) / alone) if alone > 0 else 1.0


@dataclass(frozen=True)
class Line:
    """Rows in line by an ordering: rows, offers that were made and balance, per bin, and the sums of each outcome."""

    rows: np.ndarray
    offered: np.ndarray
    balance: np.ndarray
    outcomes: Mapping[str, PolicyBins]

    def __add__(self, other: Line) -> Line:
        both = {name: bins + other.outcomes[name] for name, bins in self.outcomes.items()}
        return Line(self.rows + other.rows, self.offered + other.offered, self.balance + other.balance, both)


@dataclass(frozen=True)
class Half:
    """The clients of the even or of the odd random groups. Money: `gross` balance at the opening; `outside`, what of
    it is overdue a month later and belongs to rows that are in no line; `observed`, what was overdue of the rows in
    line; `cash` that these paid; `paid`, how many of them did."""

    gross: float
    outside: float
    observed: float
    cash: float
    paid: float
    lines: Mapping[str, Line]

    def __add__(self, other: Half) -> Half:
        amounts = {n: getattr(self, n) + getattr(other, n) for n in AMOUNTS}
        return Half(lines={name: line + other.lines[name] for name, line in self.lines.items()}, **amounts)


AMOUNTS: Final = ("gross", "outside", "observed", "cash", "paid")


@dataclass(frozen=True)
class Period:
    """Months that are summed up, in order; the even and the odd half; rows in line that left the book within a month
    (`gone`: not overdue) and rows that may be offered something but are in no line, for want of a score or a decision
    (`unranked`)."""

    months: tuple[int, ...]
    even: Half
    odd: Half
    gone: int = 0
    unranked: int = 0

    @property
    def both(self) -> Half:
        """Both halves."""
        return self.even + self.odd


@dataclass(frozen=True)
class Support:
    """What the estimates rest on, over the months of the longest period. `overlap`: share of rows whose probability of
    an offer lies in 0.05..0.95; `clipped`: share whose probability was moved into the range that is divided by;
    `ess_offered`, `ess_others`: effective sample sizes; `placebo`: per random group, rows and their summed effect of
    the offer on the payment of the month before, which it cannot have had. `propensity`: "logged", "arms" (the mean of
    the logged ones over randomised arms) or "estimated"."""

    overlap: float
    clipped: float
    ess_offered: float
    ess_others: float
    placebo_rows: tuple[float, ...]
    placebo_sums: tuple[float, ...]
    propensity: str


@dataclass(frozen=True)
class PolicySums:
    """The document `policy_sums` of a release: the newest month whose next one is known first, then several months
    together where there are any. Overdue is what is more than `overdue_dpd` days past due, or written off."""

    periods: tuple[Period, ...]
    support: Support
    overdue_dpd: int = 30

    def as_record(self) -> dict[str, Any]:
        """The sums as JSON holds them."""
        return {"periods": [_period(p) for p in self.periods], "support": plain(vars(self.support)),
                "overdue_dpd": self.overdue_dpd}  # fmt: skip

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> PolicySums:
        """The sums that a document holds. Raises KeyError or TypeError when it holds others."""
        said = record["support"]
        groups = {name: tuple(said[name]) for name in ("placebo_rows", "placebo_sums")}
        return cls(tuple(map(_period_of, record["periods"])), Support(**{**said, **groups}), record["overdue_dpd"])


def _period(p: Period) -> dict[str, Any]:
    return {"months": list(p.months), "gone": p.gone, "unranked": p.unranked,
            "even": _half(p.even), "odd": _half(p.odd)}  # fmt: skip


def _half(half: Half) -> dict[str, Any]:
    lines = {
        name: {
            "rows": plain(line.rows),
            "offered": plain(line.offered),
            "balance": plain(line.balance),
            "outcomes": {o: plain(vars(bins)) for o, bins in line.outcomes.items()},
        }
        for name, line in half.lines.items()
    }
    return {**{n: plain(getattr(half, n)) for n in AMOUNTS}, "lines": lines}


def plain(value: Any, digits: int = DIGITS) -> Any:
    """A value as JSON holds it, its numbers rounded to so many significant digits."""
    if isinstance(value, Mapping):
        return {name: plain(v, digits) for name, v in value.items()}
    if isinstance(value, np.ndarray | Sequence) and not isinstance(value, str):
        return [plain(v, digits) for v in value]
    return value if isinstance(value, str) else float(f"{value:.{digits}g}")


def _period_of(record: Mapping[str, Any]) -> Period:
    halves = (_half_of(record["even"]), _half_of(record["odd"]))
    return Period(tuple(record["months"]), *halves, int(record["gone"]), int(record["unranked"]))


def _half_of(record: Mapping[str, Any]) -> Half:
    lines = {
        name: Line(
            np.asarray(line["rows"], float),
            np.asarray(line["offered"], float),
            np.asarray(line["balance"], float),
            {o: PolicyBins(**{k: np.asarray(v, float) for k, v in b.items()}) for o, b in line["outcomes"].items()},
        )
        for name, line in record["lines"].items()
    }
    return Half(lines=lines, **{n: float(record[n]) for n in AMOUNTS})
