"""Monitoring room: the obligations behind a flow of the bridge, read from the rows of a release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from data import months
from data.counts import Selection
from data.rows import BUCKETS, NEW, UNKNOWN
from data.store import Release
from monitoring.bridge import FIRST_OVERDUE, Key, key_of
from monitoring.policy import Policy

MOST: Final = 200
"""Most obligations listed."""
_COLUMNS: Final = (
    "obligation", "balance", "days_past_due", "bucket", "flow", "next_balance", "next_bucket", "origin", "score_code",
)  # fmt: skip


class Obligation(NamedTuple):
    """An obligation whose balance flowed: the month in which it did, its id, balance and days past due at the opening
    (NaN unknown), and its balance and bucket a month later. What is new has the balance it came with as both."""

    month: int
    obligation: int
    balance: float
    days_past_due: float
    next_balance: float
    next_bucket: str


@dataclass(frozen=True)
class Behind:
    """How many obligation-months a flow has, and the first MOST of them by what they moved."""

    n: int
    listed: tuple[Obligation, ...]


def behind(
    release: Release, selection: Selection, *, key: Key, first: int, last: int, policy: Policy | None = None
) -> Behind:
    """The obligation-months of a flow between two months, under the filters of a selection (its months are not looked
    at). What "moved" between segments is not listed: the flow is a difference of two portfolios."""
    late = BUCKETS[FIRST_OVERDUE[(policy or Policy()).overdue_dpd] :]
    span = months.between(first, last)
    parts = {p.name for p in release.parts("rows")}
    found = [_month(release, m, selection, key, late, span) for m in span if str(m) in parts]
    rows = pd.concat(found) if found else pd.DataFrame({"moved": []})
    top = rows.nlargest(MOST, "moved") if len(rows) else rows
    return Behind(len(rows), tuple(_obligation(row) for row in top.itertuples(index=False)))


def _month(
    release: Release, month: int, selection: Selection, key: Key, late: tuple[str, ...], span: list[int]
) -> pd.DataFrame:
    """Rows of one month that belong to the flow, and what each moved."""
    wanted = dict.fromkeys((*_COLUMNS, *selection.where))
    rows = release.frame("rows", columns=list(wanted), parts=[str(month)]).assign(month=month)
    rows = rows[kept(rows, selection)]
    was = text(rows["bucket"]).isin(late).to_numpy()
    then = text(rows["next_bucket"]).isin(late).to_numpy()
    mine = np.zeros(len(rows), bool)
    if month != span[-1]:
        flow = text(rows["flow"])
        for code, a, b in {*zip(flow, was.tolist(), then.tolist(), strict=True)}:
            if key_of(code, was_overdue=a, is_overdue=b) == key:
                mine |= (flow == code).to_numpy() & (was == a) & (then == b)
    balance = rows["balance"].to_numpy(np.float64, na_value=0.0)
    following = rows["next_balance"].to_numpy(np.float64, na_value=0.0)
    moved = np.where(was != then, np.maximum(balance, following), np.abs(following - balance))
    return pd.concat([rows.assign(moved=moved)[mine], _new(rows, was, key, first=month == span[0])])


def _new(rows: pd.DataFrame, was: np.ndarray, key: Key, *, first: bool) -> pd.DataFrame:
    """Rows that are new in their month, where the flow has those; not in the month that the bridge starts from."""
    late = {"entered": True, "growth": False}.get(key[0])
    mine = (text(rows["origin"]) == NEW).to_numpy() & (was == late) & (late is not None and not first)
    new = rows[mine]
    return new.assign(moved=new["balance"], next_balance=new["balance"], next_bucket=new["bucket"])


def kept(rows: pd.DataFrame, selection: Selection) -> np.ndarray:
    """Which rows of a month the filters of a selection keep."""
    mask = np.ones(len(rows), bool)
    for name, levels in selection.where.items():
        mask &= text(rows[name]).isin(list(levels)).to_numpy()
    if selection.codes:
        mask &= rows["score_code"].between(*selection.codes).to_numpy()
    return mask


def text(values: pd.Series) -> pd.Series:
    """Categories as text, what is missing as UNKNOWN."""
    return values.astype(object).where(values.notna(), UNKNOWN).astype(str)


def _obligation(row: tuple) -> Obligation:
    found = row._asdict()  # type: ignore[attr-defined]
    return Obligation(
        int(found["month"]), int(found["obligation"]), float(found["balance"]), float(found["days_past_due"]),
        float(found["next_balance"]), str(found["next_bucket"]),
    )  # fmt: skip
