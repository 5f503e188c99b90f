"""Model room: what was decided for every obligation-month and what came of it, as the columns of the scored row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.asof import as_of, same
from data.contract import Portfolio
from data.months import ordinal
from data.rows import (
    FINAL_AFTER,
    NEGATIVE,
    NO_REPORT,
    NOT_YET,
    OPEN,
    POSITIVE,
    REPORTED_AFTER,
    UNKNOWN,
    UNLABELLED,
)
from model.features import Features

KEYS = ("client", "obligation", "month")


def outcomes(portfolio: Portfolio, features: Features) -> dict[str, np.ndarray]:
    """`label_state`, `offered`, `kept` and `propensity` of every obligation row; only eligible ones can differ from
    unlabelled, 0, 0 and NaN. Without decisions, a row with a label counts as offered."""
    n = len(portfolio.obligations)
    out = {"label_state": np.full(n, UNLABELLED, np.uint8), "kept": np.zeros(n, np.uint8)}
    at, labels = features.at, portfolio.outcomes
    found = same(features.frame, labels, by=KEYS)
    known, place = found >= 0, np.maximum(found, 0)
    if len(labels):
        out["label_state"][at[known]] = labels["label_state"].to_numpy(np.uint8)[place[known]]
        out["kept"][at[known]] = labels["kept"].to_numpy(float, na_value=0)[place[known]] > 0
    return out | _decided(portfolio, features, np.isin(out["label_state"], (NEGATIVE, POSITIVE)))


def _decided(portfolio: Portfolio, features: Features, labelled: np.ndarray) -> dict[str, np.ndarray]:
    propensity = np.full(len(labelled), np.nan, np.float32)
    decided = portfolio.decisions
    if decided is None:
        return {"offered": labelled.astype(np.uint8), "propensity": propensity}
    offered = np.zeros(len(labelled), np.uint8)
    found = same(features.frame, decided, by=KEYS)
    rows, place = features.at[found >= 0], found[found >= 0]
    offered[rows] = decided["offered"].to_numpy(float, na_value=0)[place] > 0
    if "propensity" in decided:
        propensity[rows] = decided["propensity"].to_numpy(np.float32, na_value=np.nan)[place]
    return {"offered": offered, "propensity": propensity}


def known_after(portfolio: Portfolio, features: Features) -> dict[str, pd.Categorical]:
    """The columns FINAL_AFTER and REPORTED_AFTER of every obligation row. What is final at the end of its own month was
    reported in it."""
    n, labels = len(portfolio.obligations), portfolio.outcomes
    found = same(features.frame, labels, by=KEYS)
    at, place = features.at[found >= 0], found[found >= 0]
    state, final, reported = np.full(n, UNLABELLED), np.full(n, np.nan), np.full(n, np.nan)
    if len(place):
        known, month = (labels[c].to_numpy(np.int64)[place] for c in ("known_at", "month"))
        state[at] = labels["label_state"].to_numpy()[place]
        final[at] = ordinal(known) - ordinal(month)
    told = "reported_after" in labels
    if told:
        reported[at] = labels["reported_after"].to_numpy(float, na_value=np.nan)[place]
    reported = np.where(final == 0, 0, reported)
    reported = np.where((state == POSITIVE) | (told & (state == OPEN)), reported, np.nan)
    silent = np.select([np.isin(state, (NEGATIVE, UNLABELLED)), told & (state == OPEN)], [0, 1], 2)
    return {
        FINAL_AFTER: _in_months(np.where(state == UNLABELLED, np.nan, final), np.zeros(n, np.int64), (UNKNOWN,)),
        REPORTED_AFTER: _in_months(reported, silent, (NO_REPORT, NOT_YET, UNKNOWN)),
    }


def _in_months(after: np.ndarray, otherwise: np.ndarray, words: tuple[str, ...]) -> pd.Categorical:
    """Whole numbers of months as text; where there is none, the word that `otherwise` points to."""
    most = int(np.nanmax(after, initial=0))
    codes = np.where(np.isfinite(after), np.nan_to_num(after), most + 1 + otherwise).astype(np.int32)
    return pd.Categorical.from_codes(codes, categories=pd.Index([*map(str, range(most + 1)), *words], dtype="str"))


def money(portfolio: Portfolio) -> dict[str, np.ndarray]:
    """Amounts of every obligation row (float32, NaN unknown), and whether a payment was made in the month."""
    rows = portfolio.obligations
    balance = _number(rows, "balance")
    reaged = _number(rows, "reaged")
    cash = _cash(portfolio)
    more = {"provisions": _number(rows, "provisions")} if "provisions" in rows else {}
    return {
        "days_past_due": _number(rows, "days_past_due"),
        "balance": balance,
        "past_due": _number(rows, "past_due"),
        "written_off": _number(rows, "written_off"),
        "reaged_balance": np.where(reaged > 0, balance, np.where(np.isnan(reaged), np.nan, 0)).astype(np.float32),
        "cash": cash,
        "paid": (cash > 0).astype(np.uint8),
        "eligible": (_number(rows, "eligible") > 0).astype(np.uint8),
        **more,
    }


def _cash(portfolio: Portfolio) -> np.ndarray:
    """Money received in the month, from payments, else from actions; NaN where neither has the row."""
    source = portfolio.payments if portfolio.payments is not None else portfolio.actions
    if source is None or "paid" not in source:
        return np.full(len(portfolio.obligations), np.nan, np.float32)
    found = same(portfolio.obligations, source, by=("obligation", "month"))
    paid = np.r_[source["paid"].to_numpy(np.float32, na_value=np.nan), np.float32(np.nan)]
    return paid[found]


def bank_score(portfolio: Portfolio) -> np.ndarray:
    """The bank's own probability of a payment, of the month before; NaN where it has none."""
    if portfolio.scores is None:
        return np.full(len(portfolio.obligations), np.nan, np.float32)
    known = as_of(portfolio.obligations, portfolio.scores, by=["obligation"], columns=["pays"])
    return np.where(known["age"] == 1, known["pays"], np.nan).astype(np.float32)


def arm(portfolio: Portfolio) -> pd.Categorical:
    """Arm of each row's client: the one that the portfolio, else its decisions, gave the client first, whatever came
    later; where decisions say it, from the month in which arms were first assigned. "(unknown)" where none was."""
    rows, given = portfolio.obligations, _given(portfolio)
    if given is None:
        values = pd.Series([None] * len(rows), dtype=object)
    else:
        first = given.drop_duplicates("client").set_index("client")["arm"]
        known = rows["arm"].notna() if "arm" in rows else rows["month"] >= given["month"].min()
        values = rows["client"].map(first).where(known)
    text = pd.Categorical(values)
    return text.add_categories([UNKNOWN]).fillna(UNKNOWN) if UNKNOWN not in text.categories else text.fillna(UNKNOWN)


def _given(portfolio: Portfolio) -> pd.DataFrame | None:
    """Client, month and arm of every row that gives one, in order of month; None where nothing can."""
    for frame in (portfolio.obligations, portfolio.decisions):
        if frame is not None and "arm" in frame:
            given = frame.loc[frame["arm"].notna(), ["client", "month", "arm"]]
            return given.sort_values("month", kind="stable")
    return None


def arms_document(
    portfolio: Portfolio, rows: pd.DataFrame, *, planned: Mapping[str, float] | None = None
) -> dict[str, object]:
    """Month of the first assigned arm, clients per arm, and the planned shares if known; empty without arms.

    `in_two`: clients that were given more than one arm. `late`: those of the book at go-live, or at any opening since,
    that had no arm at first and were given one afterwards, when something was known of them already; absent where only
    decisions name arms, for they say nothing of a client before the first.
    """
    given, told = rows[rows["arm"] != UNKNOWN], _given(portfolio)
    if given.empty or told is None:
        return {}
    clients = given.groupby("arm", observed=True)["client"].nunique()
    go_live = int(given["month"].min())
    first = given.groupby("client")["month"].min()
    there = rows[rows["month"] >= go_live].groupby("client")["month"].min()
    found: dict[str, object] = {
        "go_live": go_live,
        "clients": {str(k): int(v) for k, v in clients.items()},
        "in_two": int(told.drop_duplicates(["client", "arm"])["client"].duplicated().sum()),
    }
    if "arm" in portfolio.obligations:
        found["late"] = int((first > there.reindex(first.index)).sum())
    return {**found, "planned": dict(planned)} if planned else found


def _number(frame: pd.DataFrame, column: str) -> np.ndarray:
    """Float32 values; NaN where the frame lacks the column, or the value is missing or infinite."""
    if column not in frame:
        return np.full(len(frame), np.nan, np.float32)
    values = frame[column].to_numpy(np.float32, na_value=np.nan)
    return np.where(np.isinf(values), np.float32(np.nan), values)
