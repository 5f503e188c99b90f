"""Model room: how long each obligation has been on the book, and since when it is overdue for the first time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import months
from data.asof import codes
from data.contract import Portfolio
from data.rows import ALREADY, LATE, LONGER, MONTHS_ON_BOOK, MOST_ON_BOOK, MOST_SINCE, NOT_YET, SINCE, UNKNOWN

_NEVER = np.iinfo(np.int64).max


def vintages(portfolio: Portfolio, facts: dict[str, np.ndarray]) -> dict[str, pd.Categorical]:
    """The columns MONTHS_ON_BOOK and SINCE of every obligation row.

    `facts` are the columns of `model.facts` aligned to the rows: days_past_due and written_off. An obligation is known
    from its beginning when it is first seen within a month of its disbursement; where that is not known, when the month
    before is in the data and it was not there. A month without its row hides nothing for good: what came about in it is
    dated to the month in which the obligation is seen again. What was written off is more than any days past due.
    """
    rows = portfolio.obligations
    month = months.ordinal(rows["month"].to_numpy(np.int64))
    age = _months_on_book(rows, month)
    who, _ = codes(rows, rows, by=("client", "obligation"))
    order = np.lexsort((month, who))
    starts = np.flatnonzero(np.r_[True, np.diff(who[order]) != 0]) if len(rows) else np.zeros(0, np.int64)
    size = np.diff(np.r_[starts, len(rows)])
    head = order[starts]
    whole = np.where(np.isnan(age[head]), np.isin(month[head] - 1, np.unique(month)), age[head] <= 1)
    first, known = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    first[head], known[order] = True, np.repeat(whole, size)
    days, written = facts["days_past_due"], np.nan_to_num(facts["written_off"]) > 0
    out = {MONTHS_ON_BOOK: _text(np.where(np.isnan(age), -1, age), most=MOST_ON_BOOK)}
    for least, name in SINCE.items():
        over = (days > least) | written
        began = np.minimum.reduceat(np.where(over, month, _NEVER)[order], starts) if len(rows) else month
        at = np.empty(len(rows), np.int64)
        at[order] = np.repeat(began, size)
        already = np.empty(len(rows), bool)
        already[order] = np.repeat(over[head] & ~whole, size)
        out[name] = _since(month - at, first=first, known=known, already=already, told=~np.isnan(days) | written)
    return out


def _months_on_book(rows: pd.DataFrame, month: np.ndarray) -> np.ndarray:
    """Months since the disbursement; NaN where that is missing, or later than the month."""
    if "opened" not in rows:
        return np.full(len(rows), np.nan)
    opened = pd.to_datetime(rows["opened"], errors="coerce")
    age = month - (opened.dt.year * 12 + opened.dt.month - 1).to_numpy(float)
    return np.where(age < 0, np.nan, age)


def _since(
    since: np.ndarray, *, first: np.ndarray, known: np.ndarray, already: np.ndarray, told: np.ndarray
) -> pd.Categorical:
    """Months since the first time as text; of rows that tell no days past due only where it came before."""
    marks = {LATE: -2, NOT_YET: -3, ALREADY: -4}
    code = np.select(
        [already & first, already | ~told & (since < 0), since >= 0, first & ~known],
        [marks[ALREADY], -1, since, marks[LATE]],
        marks[NOT_YET],
    )
    return _text(code, most=MOST_SINCE, marks=marks)


def _text(values: np.ndarray, *, most: int, marks: dict[str, int] | None = None) -> pd.Categorical:
    """Numbers from 0 on as text, LONGER beyond `most`; -1 is UNKNOWN, and what lies below it a mark."""
    names = [*map(str, range(most + 1)), LONGER, UNKNOWN, *(marks or {})]
    place = np.where(values >= 0, np.minimum(values, most + 1), most + 1 - values)
    return pd.Categorical.from_codes(place.astype(np.int16), categories=pd.Index(names, dtype="str"))
