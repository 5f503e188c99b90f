"""Model room: what became of every obligation by the opening of the next month, and where it came from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import bands, months
from data.asof import same
from data.contract import Portfolio
from data.rows import ENDED, GONE, NEW, PAID, PAID_OFF, REAGED, STAYED, THERE, UNKNOWN, WRITTEN
from model.under_option import OVERDUE_DPD, under_option

KEYS = ("client", "obligation", "at")


def flows(portfolio: Portfolio, facts: dict[str, np.ndarray], *, overdue_dpd: int | None = None) -> dict[str, object]:
    """The columns `next_balance`, `next_bucket`, `flow` and `origin` of every obligation row, and those of
    `under_option`, where overdue is more than `overdue_dpd` days past due (None: 30).

    `facts` are the columns of `model.facts` aligned to the rows: balance, days_past_due, past_due, cash, written_off,
    reaged_balance and kept. A row whose next month is not in the data goes nowhere known, and one whose last month is
    not there comes from nowhere known: nothing flows across a missing month. An obligation that was written off, paid
    off, or owed nothing has a next balance of 0, and so has one that is gone.
    """
    keys, month = keyed(portfolio.obligations)
    here = np.unique(month)
    following = same(keys.assign(at=month + 1), keys, by=KEYS)
    before = same(keys.assign(at=month - 1), keys, by=KEYS)
    there, known = following >= 0, np.isin(month + 1, here)
    balance = _taken(facts["balance"], following)
    days = _taken(facts["days_past_due"], following)
    option, applied = _option(portfolio), _applied(facts, following)
    flow = _way(facts, following, applied=applied, option=option)
    late = OVERDUE_DPD if overdue_dpd is None else overdue_dpd
    return {
        "next_balance": np.where(there, balance, np.where(known, 0, np.nan)).astype(np.float32),
        "next_bucket": bands.bucket(days),
        "flow": _text(np.where(known, flow, UNKNOWN)),
        "origin": _text(np.select([before >= 0, np.isin(month - 1, here)], [THERE, NEW], UNKNOWN)),
        **under_option(facts, following=following, applied=applied, option=option, overdue_dpd=late),
    }


def keyed(rows: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Client, obligation and the number of the month (`at`) of every row, and the latter alone."""
    month = months.ordinal(rows["month"].to_numpy(np.int64))
    keys = {"client": rows["client"].to_numpy(), "obligation": rows["obligation"].to_numpy(), "at": month}
    return pd.DataFrame(keys), month


def _applied(facts: dict[str, np.ndarray], following: np.ndarray) -> np.ndarray:
    """Whether a payment option was applied in the month of each row."""
    return (facts["kept"] > 0) | (_taken(facts["reaged_balance"], following) > 0) & (facts["reaged_balance"] == 0)


def _way(facts: dict[str, np.ndarray], following: np.ndarray, *, applied: np.ndarray, option: np.ndarray) -> np.ndarray:
    """How each row went into the next month, as if that were in the data."""
    there, cash, balance = following >= 0, np.nan_to_num(facts["cash"]), facts["balance"]
    past_due = np.nan_to_num(facts["past_due"])
    bought = (cash > 0) & (past_due > 0) & (cash >= past_due)
    written = _taken(facts["written_off"], following) > 0
    owes = ~(balance <= 0)
    choices: list[tuple[np.ndarray, object]] = [
        (there & written, WRITTEN),
        (there & applied & ~bought, option),
        (there & (cash > 0), PAID),
        (there, STAYED),
        (~owes, ENDED),
        (cash >= balance, PAID_OFF),
    ]
    conditions, ways = zip(*choices, strict=True)
    return np.select(conditions, [np.asarray(way, object) for way in ways], GONE)


def _option(portfolio: Portfolio) -> np.ndarray:
    """What a row is called that was re-aged: with the option applied in the month, where the data name it."""
    rows, actions = portfolio.obligations, portfolio.actions
    plain = np.full(len(rows), REAGED, object)
    if actions is None or "option_applied" not in actions:
        return plain
    found = same(rows, actions, by=("client", "obligation", "month"))
    named = actions["option_applied"].astype(object).to_numpy().take(found, mode="clip") if len(actions) else plain
    known = (found >= 0) & ~pd.isna(named)
    plain[known] = [f"{REAGED}: {name}" for name in named[known]]
    return plain


def _taken(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The values at these places; NaN where there is none."""
    return np.r_[np.asarray(values, np.float32), np.float32(np.nan)][at]


def _text(values: np.ndarray) -> pd.Categorical:
    codes, levels = pd.factorize(values)
    return pd.Categorical.from_codes(codes, categories=pd.Index(levels.astype(object), dtype="str"))
