"""Data room: from the files of the payment-option problem to contract frames. No file is touched here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.asof import same
from data.months import between, of_dates
from data.sources.opciones_pago_files import ARMS, FINER

KEY = ["client", "obligation", "month"]
ACTIONS = [
    "contacts", "right_party", "agreements", "promises_kept", "options_offered", "option", "option_applied", "result",
    "days_past_due_low", "days_past_due_high", "days_past_due_end", "past_due", "balance", "debt", "paid",
]  # fmt: skip


def payments(read: pd.DataFrame) -> pd.DataFrame:
    """Payments by month; the month is that of the cut-off date."""
    out = read.drop(columns=["date", "ratio"])
    out.insert(2, "month", of_dates(read["date"].to_numpy()))
    return out


def clients(read: pd.DataFrame) -> pd.DataFrame:
    """Client snapshots by month."""
    month = (read["year"] * 100 + read["month"]).astype(np.int32)
    return read.drop(columns="year").assign(month=month)


def actions(responses: pd.DataFrame) -> pd.DataFrame:
    """What collection did in a month and what the month brought: contemporary to its outcome."""
    out = responses[KEY + ACTIONS].copy()
    out["right_party"] = (out["right_party"] > 0).astype(np.float32).where(out["right_party"].notna())
    return out


def decisions(read: pd.DataFrame) -> pd.DataFrame:
    """Decisions by month, with the arm's name in this house."""
    return read.assign(arm=arms(read["arm"]), offered=read["offered"].astype(np.uint8))


def book(read: pd.DataFrame) -> pd.DataFrame:
    """The position of every obligation at the opening of each month."""
    return read.assign(arm=arms(read["arm"]), eligible=read["eligible"].astype(np.uint8))


def from_responses(responses: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """Obligations where only the part in arrears is known: those of the response base and those to score.

    Balance, past-due amount and days past due are those of the month itself, so they are no features.
    """
    columns = [*KEY, "balance", "past_due", "days_past_due_low", "product", "segment"]
    both = pd.concat([responses[columns], ahead[KEY]])
    both = both.rename(columns={"days_past_due_low": "days_past_due"})
    return both.assign(eligible=np.uint8(1), **stack_categories(responses, len(ahead), ["product", "segment"]))


def with_missing(whole: pd.DataFrame, responses: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """The whole portfolio, and after it the rows of the response base and of those to score that it lacks.

    A row that has a response (or is to be scored) is eligible, whatever the portfolio file says.
    """
    asked = from_responses(responses, ahead)
    found = same(asked, whole, by=KEY)
    extra = asked[found < 0]
    eligible = whole["eligible"].to_numpy().copy()
    eligible[found[found >= 0]] = 1
    own = same(whole, responses, by=KEY)
    rows = whole.assign(eligible=eligible, segment=take(responses["segment"], own))
    if extra.empty:
        return rows
    product = coalesce_below(rows["product"], extra["product"])
    segment = coalesce_below(rows["segment"], extra["segment"])
    finer = stack_categories(rows, len(extra), [n for n in FINER if n in rows])
    return pd.concat([rows.drop(columns=list(finer)), extra]).assign(product=product, segment=segment, **finer)


def lost_months(whole: pd.DataFrame) -> list[int]:
    """The months of which the whole portfolio has no row, between months of which it has some."""
    here = set(whole["month"].unique().tolist())
    return [m for m in between(min(here), max(here)) if m not in here] if here else []


def absent_before(whole: pd.DataFrame) -> pd.Series:
    """Months of the file in which an obligation that was there before is absent, at its first row after them (index =
    row in the file); nothing else is in it."""
    place = np.unique(whole["month"].to_numpy(), return_inverse=True)[1]
    ordered = whole[KEY[:2]].assign(place=place).sort_values([*KEY[:2], "place"], kind="stable")
    skipped = ordered.groupby(KEY[:2], sort=False)["place"].diff().sub(1)
    return skipped[skipped > 0].sort_index().astype(np.int64)


def coalesce_below(above: pd.Series, below: pd.Series) -> pd.Categorical:
    """One category column under another; levels of both."""
    return pd.api.types.union_categoricals([pd.Categorical(above), pd.Categorical(below)])


def stack_categories(frame: pd.DataFrame, more: int, names: Sequence[str]) -> dict[str, pd.Categorical]:
    """The category columns of a frame with `more` missing values after them."""
    nothing = np.full(more, -1)
    return {
        n: pd.Categorical.from_codes(np.r_[frame[n].cat.codes, nothing], categories=frame[n].cat.categories)
        for n in names
    }


def arms(read: pd.Series) -> pd.Series:
    """Arms as "model", "legacy", "none"; missing before go-live."""
    return read.cat.rename_categories({c: ARMS.get(c.lower(), c) for c in read.cat.categories})


def coalesce(first: pd.Categorical | pd.Series, other: pd.Categorical | pd.Series) -> pd.Categorical:
    """The first category where there is one, else the other; levels of both."""
    a, b = pd.Categorical(first), pd.Categorical(other)
    levels = a.categories.union(b.categories, sort=False)
    places = np.r_[levels.get_indexer(b.categories), -1]
    codes = np.where(a.codes >= 0, np.r_[levels.get_indexer(a.categories), -1][a.codes], places[b.codes])
    return pd.Categorical.from_codes(codes, categories=levels, validate=False)


def take(column: pd.Series, found: np.ndarray) -> pd.Categorical:
    """The category at each position; missing where the position is -1."""
    return pd.Categorical(column.array.take(found, allow_fill=True))
