"""Model room: the rows whose offers can be weighed: who could be offered something, and what followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.asof import same
from data.contract import Portfolio
from data.months import add
from model.facts import KEYS
from model.features import Features

LEARN_MONTHS: Final = 24
"""Newest months whose next one is known that predictions learn from."""
LEAST: Final = 200
"""Rows with and without an offer, each, below which nothing is estimated."""


@dataclass(frozen=True)
class Book:
    """Aligned to the scored rows: balance (0 where unknown), whether overdue at the next opening, whether still in the
    book or written off then; and the months whose next one is there."""

    balance: np.ndarray
    overdue: np.ndarray
    there: np.ndarray
    months: tuple[int, ...]


@dataclass(frozen=True)
class InLine:
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


def book_of(rows: pd.DataFrame, overdue_dpd: int) -> Book:
    """The book behind the scored rows, overdue being more than `overdue_dpd` days past due, or written off."""
    months = np.unique(rows["month"].to_numpy())
    following = {int(m): add(int(m), 1) for m in months}
    later = rows["month"].map(following)
    found = same(rows[["obligation"]].assign(month=later), rows, by=("obligation", "month"))
    late = (rows["days_past_due"].to_numpy() > overdue_dpd) | (rows["written_off"].to_numpy() > 0)
    there = found >= 0
    known = tuple(int(m) for m in months if following[int(m)] in months)
    balance = np.where(rows["written_off"].to_numpy() > 0, 0, np.nan_to_num(rows["balance"].to_numpy(float)))
    return Book(balance, there & late[np.maximum(found, 0)], there, known)


def in_line(portfolio: Portfolio, features: Features, rows: pd.DataFrame, book: Book) -> InLine | None:
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
    return InLine(
        at, place[at], some["month"].to_numpy(), some["client"].to_numpy(), some["rg"].to_numpy(int),
        book.balance[at], some["score"].to_numpy(float), offered, logged[at],
        some["arm"].astype(str).to_numpy(), book.overdue[at].astype(float),
        np.nan_to_num(some["cash"].to_numpy(float)), np.where(earlier >= 0, paid, np.nan),
    )  # fmt: skip
