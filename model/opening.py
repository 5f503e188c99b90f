"""Model room: features of the opening position, and of earlier openings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import months
from data.contract import Portfolio
from model.history import Askers, Past, column_of, ratio

MOST_OBLIGATIONS = 20
MOST_MONTHS_OPEN = 60


def position(portfolio: Portfolio, rows: pd.DataFrame) -> dict[str, object]:
    """Balance, arrears, age and product as the month opens, and what the client holds in all."""
    balance, past_due = column_of(rows, "balance"), column_of(rows, "past_due")
    out: dict[str, object] = {
        "days_past_due": column_of(rows, "days_past_due"),
        "balance": balance,
        "past_due": past_due,
        "past_due_share": ratio(past_due, balance),
        "reaged": column_of(rows, "reaged"),
        **({} if portfolio.alone else _of_client(portfolio, rows)),
    }
    if "opened" in rows:
        opened = pd.to_datetime(rows["opened"], errors="coerce")
        age = months.ordinal(rows["month"].to_numpy()) - (opened.dt.year * 12 + opened.dt.month - 1).to_numpy(float)
        out["months_since_opened"] = np.clip(age, 0, MOST_MONTHS_OPEN)
    return out | {n: pd.Categorical(rows[n]) for n in ("product", "segment") if n in rows}


def _of_client(portfolio: Portfolio, rows: pd.DataFrame) -> dict[str, object]:
    held = _held(without_barred(portfolio), rows)
    return {
        "client_obligations": np.minimum(held["obligations"].to_numpy(), MOST_OBLIGATIONS),
        "client_balance": held["balance"].to_numpy(),
        "client_late_share": ratio(held["late"].to_numpy(float), held["days"].to_numpy(float)),
    }


def without_barred(portfolio: Portfolio) -> pd.DataFrame:
    """The obligations without the columns that the source bars, being contemporary to the outcome."""
    rows = portfolio.obligations
    return rows.drop(columns=[c for c in rows if f"obligations.{c}" in portfolio.barred])


def _held(obligations: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Obligations, balance, and late ones of those with known days past due, of each row's client in its month."""
    facts = obligations[obligations["client"].isin(rows["client"].unique())]
    days = column_of(facts, "days_past_due")
    sums = (
        pd.DataFrame(
            {
                "client": facts["client"].to_numpy(),
                "month": facts["month"].to_numpy(),
                "obligations": 1.0,
                "balance": column_of(facts, "balance"),
                "days": np.isfinite(days).astype(float),
                "late": (days > 0).astype(float),
            }
        )
        .groupby(["client", "month"], sort=False)
        .sum(min_count=1)
    )
    return sums.reindex(pd.MultiIndex.from_frame(rows[["client", "month"]]))


def arrears(portfolio: Portfolio, rows: pd.DataFrame, askers: Askers) -> dict[str, object]:
    """How days past due came to be: the opening a month ago, the worst and the share late of earlier openings."""
    frame = portfolio.obligations
    past = Past(frame, askers, by="obligation")
    days, balance = pd.Series(column_of(frame, "days_past_due")), pd.Series(column_of(frame, "balance"))
    late = (days > 0).astype(float).where(days.notna())
    return {
        "days_past_due_change": column_of(rows, "days_past_due") - past.total(days, 1),
        "days_past_due_most_6": past.most(days, 6),
        "late_share_6": past.mean(late, 6),
        "late_share_12": past.mean(late, 12),
        "balance_to_most_12": ratio(column_of(rows, "balance"), past.most(balance, 12)),
    }


def attributes(portfolio: Portfolio, rows: pd.DataFrame) -> dict[str, object]:
    """What else the source knew when the month opened: numbers as they are, texts as categories, no dates."""
    if portfolio.attributes is None:
        return {}
    keys, table = ["client", "obligation", "month"], portfolio.attributes
    names = [c for c in table.columns if c not in keys and c not in portfolio.barred]
    if len(table) == len(rows) and all(np.array_equal(table[k], rows[k]) for k in keys):
        joined = table
    else:
        once = table.drop_duplicates(keys, keep="last")
        joined = rows[keys].merge(once, on=keys, how="left", validate="many_to_one")
    return {n: v for n in names if (v := _attribute(joined[n])) is not None}


def _attribute(column: pd.Series) -> object | None:
    if pd.api.types.is_datetime64_any_dtype(column):
        return None
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.Categorical(column)
