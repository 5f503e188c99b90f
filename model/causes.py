"""Model room: why what was predicted did not happen: one cause for every row with a negative outcome."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from data import months
from data.asof import same
from data.contract import Portfolio
from data.rows import (
    BROKEN,
    CAUSES,
    LATE_MONTHS,
    NEGATIVE,
    NO_CAUSE,
    NO_OFFER,
    NOT_REACHED,
    NOT_RECORDED,
    NOT_WORKED,
    NOTHING_LEFT,
    PAID_LATE,
    PART_PAID,
    REFUSED,
)
from model.facts import KEYS

LOCKOUT_MONTHS: Final = 6
"""Months after a payment option in which no other is offered, where the policy does not say."""
LONGEST_WINDOW: Final = 12
"""Most months between a row and its final label that payments are followed over."""
_LEVELS: Final = (NO_CAUSE, *CAUSES)


def causes(
    portfolio: Portfolio, facts: dict[str, np.ndarray], *, option_age: pd.Categorical, lockout_months: int | None = None
) -> pd.Categorical:
    """The column CAUSE of every obligation row: the first of CAUSES that holds for a negative outcome, NO_CAUSE for
    all other rows.

    `facts` are the columns of `model.facts` aligned to the rows: label_state, offered and past_due; `option_age` is
    that of `model.flows`. A step whose inputs the source does not carry holds for no row; a row that no step explains
    is REFUSED only where somebody wrote down that the client was reached, NOT_RECORDED otherwise.
    """
    at = np.flatnonzero(facts["label_state"] == NEGATIVE)
    rows = portfolio.obligations.iloc[at][list(KEYS)]
    told = same(rows, portfolio.outcomes, by=KEYS)
    in_window, later = _received(portfolio, rows, _last(portfolio.outcomes, told))
    due = facts["past_due"][at].astype(float)
    reached, options = _noted(portfolio, rows, "right_party"), _noted(portfolio, rows, "options_offered")
    broken = (_counted(portfolio, rows, "agreements") > 0) & (_counted(portfolio, rows, "promises_kept") == 0)
    age = pd.to_numeric(pd.Series(np.asarray(option_age)[at]), errors="coerce").to_numpy(float)
    locked = age <= (LOCKOUT_MONTHS if lockout_months is None else lockout_months)
    steps = {
        NO_OFFER: (facts["offered"][at] == 0) | _assumed(portfolio.outcomes, told),
        PAID_LATE: (due > 0) & (in_window < due) & (in_window + later >= due),
        NOT_WORKED: _counted(portfolio, rows, "contacts") == 0,
        NOT_REACHED: reached == 0,
        NOTHING_LEFT: (options == 0) | locked,
        BROKEN: broken,
        PART_PAID: (in_window > 0) & ~(in_window >= due),
        REFUSED: reached > 0,
    }
    codes = np.full(len(portfolio.obligations), _LEVELS.index(NO_CAUSE), np.int8)
    places = [_LEVELS.index(name) for name in steps]
    codes[at] = np.select(list(steps.values()), places, _LEVELS.index(NOT_RECORDED))
    return pd.Categorical.from_codes(codes, categories=pd.Index(_LEVELS, dtype="str"))


def document(portfolio: Portfolio) -> dict[str, list[str]]:
    """`recorded`: the causes that the source carries the inputs of, in their order."""
    paid, due = _payments(portfolio) is not None, _any(portfolio.obligations, "past_due")
    actions = portfolio.actions
    seen = {
        NO_OFFER: portfolio.decisions is not None or _any(portfolio.outcomes, "assumed"),
        PAID_LATE: paid and due,
        NOT_WORKED: _any(actions, "contacts"),
        NOT_REACHED: _any(actions, "right_party"),
        NOTHING_LEFT: _any(actions, "options_offered") or _any(actions, "option_applied"),
        BROKEN: _any(actions, "agreements") and _any(actions, "promises_kept"),
        PART_PAID: paid,
        REFUSED: _any(actions, "right_party"),
    }
    return {"recorded": [name for name in CAUSES if seen.get(name, False)]}


def _any(frame: pd.DataFrame | None, column: str) -> bool:
    return frame is not None and column in frame and bool(frame[column].notna().any())


def _noted(portfolio: Portfolio, rows: pd.DataFrame, column: str) -> np.ndarray:
    """What the actions of the month say of each row; NaN where they say nothing."""
    actions = portfolio.actions
    if actions is None or column not in actions:
        return np.full(len(rows), np.nan)
    return _at(actions[column], same(rows, actions, by=KEYS))


def _counted(portfolio: Portfolio, rows: pd.DataFrame, column: str) -> np.ndarray:
    """What the actions of the month count; 0 where they count others of the month but not this row, NaN where none."""
    values, actions = _noted(portfolio, rows, column), portfolio.actions
    if actions is None or column not in actions:
        return values
    covered = rows["month"].isin(actions.loc[actions[column].notna(), "month"].unique()).to_numpy()
    return np.where(covered & np.isnan(values), 0.0, values)


def _last(outcomes: pd.DataFrame, told: np.ndarray) -> np.ndarray:
    """Ordinal of the month at whose end each label was final."""
    return months.ordinal(outcomes["known_at"].to_numpy(np.int64)[told]) if len(told) else np.zeros(0, np.int64)


def _assumed(outcomes: pd.DataFrame, told: np.ndarray) -> np.ndarray:
    return _at(outcomes["assumed"], told) > 0 if "assumed" in outcomes else np.zeros(len(told), bool)


def _payments(portfolio: Portfolio) -> pd.DataFrame | None:
    """Where payments stand: among payments, else among actions."""
    source = portfolio.payments if portfolio.payments is not None else portfolio.actions
    return source if _any(source, "paid") else None


def _received(portfolio: Portfolio, rows: pd.DataFrame, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Money of each row from its month to the end of its window, and in the LATE_MONTHS after it; NaN where the source
    has no payments."""
    source = _payments(portfolio)
    if source is None:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    mine = source.loc[source["obligation"].isin(rows["obligation"]), ["obligation", "month", "paid"]]
    month = months.ordinal(rows["month"].to_numpy(np.int64))
    window = np.clip(last - month, 0, LONGEST_WINDOW)
    inside, after = np.zeros(len(rows)), np.zeros(len(rows))
    for k in range(int(window.max(initial=0)) + LATE_MONTHS + 1):
        keys = pd.DataFrame({"obligation": rows["obligation"].to_numpy(), "month": months.from_ordinal(month + k)})
        paid = np.nan_to_num(_at(mine["paid"], same(keys, mine, by=("obligation", "month"))))
        inside += np.where(k <= window, paid, 0)
        after += np.where((k > window) & (k <= window + LATE_MONTHS), paid, 0)
    return inside, after


def _at(column: pd.Series, found: np.ndarray) -> np.ndarray:
    """The numbers at these places; NaN where there is none."""
    return np.r_[column.to_numpy(np.float64, na_value=np.nan), np.nan][found]
