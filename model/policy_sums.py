"""Model room: the document that the simulator reads: what the book came to with and without offers, bin by bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from data.asof import same
from data.contract import Portfolio
from data.months import add
from data.policy_sums import (
    BINS,
    ORDERINGS,
    OUTCOMES,
    Half,
    Line,
    Period,
    PolicySums,
    Support,
    design_effect,
    policy_bins,
    pseudo_outcomes,
)
from data.rows import RANDOM_GROUPS, UNKNOWN
from model import nuisances
from model.encode import learn
from model.facts import KEYS
from model.features import Features
from model.nuisances import Predicted, Sample, effective_size

NEEDED: Final = frozenset({"gross", "balance", "days_past_due"})
LEARN_MONTHS: Final = 24
"""Newest months whose next one is known that predictions learn from."""
SUM_MONTHS: Final = 6
"""Newest of them that are summed up together."""
LEAST: Final = 200
"""Rows with and without an offer, each, below which nothing is estimated."""
TELLING: Final = ("actions", "outcomes")
"""Frames of earlier offers and of what came of them: they give away who is in an arm without offers."""
OVERLAP: Final = (0.05, 0.95)
OVERDUE_DPD: Final = 30


def document(
    portfolio: Portfolio, features: Features, rows: pd.DataFrame, *, overdue_dpd: int | None = None, seed: int = 0
) -> dict[str, Any]:
    """The sums of the newest months as {"policy_sums": ...}; {} where there are no dates, decisions or whole portfolio,
    no month after another, or too few rows. `rows` are the scored rows; overdue is who is more than `overdue_dpd` days
    past due (None: 30) at the next opening, or was written off."""
    said, days = portfolio.meaning, OVERDUE_DPD if overdue_dpd is None else overdue_dpd
    if not said.dated or portfolio.decisions is None or not said.carries >= NEEDED:
        return {}
    book = _book(rows, days)
    wide = _in_line(portfolio, features, rows, book)
    if wide is None:
        return {}
    outcomes = tuple(o for o in OUTCOMES if o == "overdue" or "cash" in said.carries)
    found = _predicted(features, wide, outcomes, seed)
    return {"policy_sums": _sums(rows, book, wide, found, outcomes, days).as_record()}


@dataclass(frozen=True)
class _Book:
    """Aligned to the scored rows: balance (0 where unknown), whether overdue at the next opening, whether still in the
    book or written off then; and the months whose next one is there."""

    balance: np.ndarray
    overdue: np.ndarray
    there: np.ndarray
    months: tuple[int, ...]


@dataclass(frozen=True)
class _InLine:
    """Rows that can be ordered: their places among the scored rows and among the features, what they came to."""

    at: np.ndarray
    feature: np.ndarray
    month: np.ndarray
    client: np.ndarray
    rg: np.ndarray
    balance: np.ndarray
    score: np.ndarray
    offered: np.ndarray
    logged: np.ndarray
    arm: np.ndarray
    overdue: np.ndarray
    cash: np.ndarray
    paid_before: np.ndarray

    def share(self, outcome: str) -> np.ndarray:
        """An outcome as a share in 0..1: what a model predicts."""
        if outcome == "cash":
            return np.clip(np.divide(self.cash, self.balance, out=np.zeros(len(self.at)), where=self.balance > 0), 0, 1)
        return self.overdue if outcome == "overdue" else (self.cash > 0).astype(float)


def _book(rows: pd.DataFrame, overdue_dpd: int) -> _Book:
    months = np.unique(rows["month"].to_numpy())
    following = {int(m): add(int(m), 1) for m in months}
    later = rows["month"].map(following)
    found = same(rows[["obligation"]].assign(month=later), rows, by=("obligation", "month"))
    late = (rows["days_past_due"].to_numpy() > overdue_dpd) | (rows["written_off"].to_numpy() > 0)
    there = found >= 0
    known = tuple(int(m) for m in months if following[int(m)] in months)
    balance = np.where(rows["written_off"].to_numpy() > 0, 0, np.nan_to_num(rows["balance"].to_numpy(float)))
    return _Book(balance, there & late[np.maximum(found, 0)], there, known)


def _in_line(portfolio: Portfolio, features: Features, rows: pd.DataFrame, book: _Book) -> _InLine | None:
    """Rows with a decision, a score and a next month, of the newest months; None where they are too few."""
    decisions = portfolio.decisions
    assert decisions is not None
    decided = same(rows, decisions, by=KEYS) >= 0
    place = same(rows, features.frame, by=KEYS)
    months = [m for m in book.months if m in set(decisions["month"].tolist())][-LEARN_MONTHS:]
    keep = decided & (place >= 0) & np.isfinite(rows["score"].to_numpy()) & rows["month"].isin(months).to_numpy()
    keep &= rows["eligible"].to_numpy() == 1
    logged = rows["propensity"].to_numpy(float)
    if np.isfinite(logged[keep]).any():
        keep &= np.isfinite(logged)
    at = np.flatnonzero(keep)
    some = rows.iloc[at]
    offered = some["offered"].to_numpy(int)
    if min(int(offered.sum()), len(at) - int(offered.sum())) < LEAST:
        return None
    before = some["month"].map({int(m): add(int(m), -1) for m in some["month"].unique()})
    earlier = same(some[["obligation"]].assign(month=before), rows, by=("obligation", "month"))
    paid = rows["paid"].to_numpy(float)[np.maximum(earlier, 0)]
    return _InLine(
        at, place[at], some["month"].to_numpy(), some["client"].to_numpy(), some["rg"].to_numpy(int),
        book.balance[at], some["score"].to_numpy(float), offered, logged[at],
        some["arm"].astype(str).to_numpy(), book.overdue[at].astype(float),
        np.nan_to_num(some["cash"].to_numpy(float)), np.where(earlier >= 0, paid, np.nan),
    )  # fmt: skip


def _predicted(features: Features, wide: _InLine, outcomes: Sequence[str], seed: int) -> Predicted:
    """Outcomes from every feature, and the probability of an offer from those that do not give a client's arm away."""
    known = {n: k.frame for n, k in features.known.items()}
    fold = nuisances.folds(wide.client, seed=seed)
    return nuisances.predict(
        _sample(features, wide, features.names, fold, seed),
        _sample(features, wide, tuple(n for n, frame in known.items() if frame not in TELLING), fold, seed),
        offered=wide.offered, outcomes={o: wide.share(o) for o in outcomes}, logged=wide.logged,
        arm=np.where(wide.arm == UNKNOWN, "", wide.arm),
    )  # fmt: skip


def _sample(features: Features, wide: _InLine, names: tuple[str, ...], fold: np.ndarray, seed: int) -> Sample:
    """Some features, and what offer rules go by: the score, the balance, the rank of their product within the month."""
    frame = features.frame.iloc[wide.feature]
    encoding = learn(frame, names)
    rank = pd.Series(wide.score * wide.balance).groupby(wide.month).rank(pct=True).to_numpy()
    X = np.column_stack([encoding.matrix(frame), wide.score, wide.balance, rank]).astype(np.float32)
    return Sample(X, encoding.categorical, fold, seed)


def _sums(
    rows: pd.DataFrame, book: _Book, wide: _InLine, found: Predicted, outcomes: Sequence[str], overdue_dpd: int
) -> PolicySums:
    months = [int(m) for m in np.unique(wide.month)][-SUM_MONTHS:]
    over1, over0 = found.outcomes["overdue"]
    amounts = {
        "value": wide.score * wide.balance,
        "score": wide.score,
        "uplift": (over0 - over1) * wide.balance,
    }
    bins = {name: in_bins(amounts[name], wide.month) for name in ORDERINGS}
    spans = [months[-1:], months] if len(months) > 1 else [months]
    periods = tuple(_period(rows, book, wide, found, bins, span, outcomes) for span in spans)
    return PolicySums(periods, _support(wide, found, np.isin(wide.month, months)), overdue_dpd)


def in_bins(amount: np.ndarray, month: np.ndarray) -> np.ndarray:
    """Bin of each row, 0 for the largest amounts of its month: quantiles within the month."""
    rank = pd.Series(-amount).groupby(month).rank(method="first") - 1
    size = pd.Series(amount).groupby(month).transform("size")
    return (rank * BINS // size).to_numpy(int)


def _period(
    rows: pd.DataFrame, book: _Book, wide: _InLine, found: Predicted, bins: Mapping[str, np.ndarray],
    months: Sequence[int], outcomes: Sequence[str],
) -> Period:  # fmt: skip
    here = rows["month"].isin(months).to_numpy()
    outside = here.copy()
    outside[wide.at] = False
    rg = rows["rg"].to_numpy()
    now = np.isin(wide.month, months)
    design = {
        o: design_effect(d=wide.offered[now], client=wide.client[now], **_given(wide, found, o, now)) for o in outcomes
    }
    halves = []
    for odd in (0, 1):
        mine = now & (wide.rg % 2 == odd)
        lines = {name: _line(wide, found, bins[name], mine, design) for name in ORDERINGS}
        part = rg % 2 == odd
        late = outside & part & book.overdue
        halves.append(
            Half(
                float(book.balance[here & part].sum()), float(book.balance[late].sum()),
                float((wide.balance * wide.overdue)[mine].sum()), float(wide.cash[mine].sum()),
                float((wide.cash > 0)[mine].sum()), lines,
            )
        )  # fmt: skip
    gone = int((~book.there[wide.at] & now).sum())
    unranked = int((outside & (rows["eligible"].to_numpy() == 1)).sum())
    return Period(tuple(months), halves[0], halves[1], gone, unranked)


def _line(wide: _InLine, found: Predicted, bins: np.ndarray, mine: np.ndarray, design: Mapping[str, float]) -> Line:
    """What the rows `mine` add to each bin, the variances times the outcome's design effect."""
    where, d = bins[mine], wide.offered[mine]
    sums = {
        name: policy_bins(d=d, bins=where, count=BINS, **_given(wide, found, name, mine)).widened(by)
        for name, by in design.items()
    }
    rows, offers, held = (np.bincount(where, w, minlength=BINS) for w in (None, d, wide.balance[mine]))
    return Line(rows, offers, held, sums)


def _given(wide: _InLine, found: Predicted, outcome: str, mine: np.ndarray) -> dict[str, np.ndarray]:
    """An outcome of the rows `mine` with its predictions and weights. Money paid is predicted as a share of the
    balance."""
    m1, m0 = (m[mine] for m in found.outcomes[outcome])
    y, balance, one = wide.share(outcome)[mine], wide.balance[mine], np.ones(int(mine.sum()))
    if outcome == "cash":
        y, m1, m0 = wide.cash[mine], m1 * balance, m0 * balance
    return {"y": y, "e": found.e[mine], "m1": m1, "m0": m0, "weight": balance if outcome == "overdue" else one}


def _support(wide: _InLine, found: Predicted, here: np.ndarray) -> Support:
    e, raw, d = found.e[here], found.raw[here], wide.offered[here] == 1
    before, rg = wide.paid_before[here], wide.rg[here]
    known = np.isfinite(before)
    usual = before[known].mean() if known.any() else 0.0
    with_offer, without = pseudo_outcomes(before[known], d[known], e=e[known], m1=usual, m0=usual)
    return Support(
        overlap=float(((raw >= OVERLAP[0]) & (raw <= OVERLAP[1])).mean()),
        clipped=float((raw != e).mean()),
        ess_offered=effective_size(1 / e[d]),
        ess_others=effective_size(1 / (1 - e[~d])),
        placebo_rows=tuple(np.bincount(rg[known], minlength=RANDOM_GROUPS).tolist()),
        placebo_sums=tuple(np.bincount(rg[known], with_offer - without, minlength=RANDOM_GROUPS).tolist()),
        propensity=found.propensity,
    )
