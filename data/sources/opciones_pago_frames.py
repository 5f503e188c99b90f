"""Data room: from the files of the payment-option problem to contract frames. No file is touched here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.asof import last_before, same
from data.contract import Suspicion
from data.months import from_ordinal, ordinal
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED
from data.sources.opciones_pago_files import ARMS

KEY = ["client", "obligation", "month"]
ACTIONS = [
    "contacts", "right_party", "agreements", "promises_kept", "options_offered", "option", "option_applied", "result",
    "days_past_due_low", "days_past_due_high", "days_past_due_end", "past_due", "balance", "debt", "paid",
]  # fmt: skip
APPLIED = "a_uno_tipo_1"
UNKNOWN_OFFER = "e_cero_tipo_2"


def payments(read: pd.DataFrame) -> pd.DataFrame:
    """Payments by month; the month is that of the cut-off date."""
    out = read.drop(columns=["date", "ratio"])
    out.insert(2, "month", months_of(read["date"]))
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
    rows = whole.assign(
        eligible=eligible, segment=pd.Categorical(responses["segment"].array.take(own, allow_fill=True))
    )
    if extra.empty:
        return rows
    product = coalesce_below(rows["product"], extra["product"])
    segment = coalesce_below(rows["segment"], extra["segment"])
    return pd.concat([rows, extra]).assign(product=product, segment=segment)


def coalesce_below(above: pd.Series, below: pd.Series) -> pd.Categorical:
    """One category column under another; levels of both."""
    return pd.api.types.union_categoricals([pd.Categorical(above), pd.Categorical(below)])


def stack_categories(frame: pd.DataFrame, more: int, names: Sequence[str]) -> dict[str, pd.Categorical]:
    """The category columns of a frame with `more` missing values after them."""
    nothing = np.full(more, -1)
    return {
        n: pd.Categorical.from_codes(np.r_[frame[n].cat.codes, nothing], dtype=frame[n].dtype, validate=False)
        for n in names
    }


def months_of(dates: pd.Series) -> np.ndarray:
    """The month YYYYMM (int32) of each date."""
    return from_ordinal(dates.to_numpy().astype("datetime64[M]").astype(np.int64) + 1970 * 12).astype(np.int32)


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


def last_known(rows: pd.DataFrame, payments_: pd.DataFrame, column: str) -> pd.Categorical:
    """The category that the payment file gave to each row's obligation when it was last seen before the month."""
    found = last_before(rows, payments_, by=("client", "obligation"))
    return pd.Categorical(payments_[column].array.take(found, allow_fill=True))


@dataclass(frozen=True)
class Labels:
    """Outcomes of eligible rows, and what was odd about them."""

    frame: pd.DataFrame
    suspicions: tuple[Suspicion, ...]


def outcomes(
    rows: pd.DataFrame, responses: pd.DataFrame, decided: pd.DataFrame | None, *, as_of: int, window: int, file: str
) -> Labels:
    """One outcome per eligible row: from the response base, open where the label is not final at `as_of`, and without
    label where none can exist. `window`: months from the row to its final label, where no file says it."""
    found = same(rows, responses, by=KEY)
    known = found >= 0
    mine = responses.take(np.where(known, found, 0)) if len(responses) else responses
    label = np.where(known, mine["label"].to_numpy(), np.nan)
    kind = np.where(known, mine["type"].cat.codes.to_numpy(), -1)
    types = responses["type"].cat.categories
    offered, final_at = _decided(rows, decided, window)
    unknown_offer = kind == _place(types, UNKNOWN_OFFER)
    state = np.where(label == 1, POSITIVE, NEGATIVE)
    state = np.where(~known | (unknown_offer & (offered == 0) & (label == 0)), UNLABELLED, state)
    state = np.where((final_at > as_of) | (rows["month"].to_numpy() > as_of), OPEN, state)
    shown = np.isin(state, (NEGATIVE, POSITIVE))
    kept = np.where(shown, (kind == _place(types, APPLIED)) & (label == 1), np.nan)
    frame = pd.DataFrame(
        {
            **{k: rows[k].to_numpy() for k in KEY},
            "label": np.where(shown, label, np.nan).astype(np.float32),
            "label_state": state.astype(np.uint8),
            "type": pd.Categorical.from_codes(np.where(state == OPEN, -1, kind), categories=types, validate=False),
            "known_at": final_at.astype(np.int32),
            "kept": kept.astype(np.float32),
        }
    )
    assumed = unknown_offer & (state == NEGATIVE)
    silent = ~known & (state == UNLABELLED)
    against = known & (kind >= 0) & (np.char.find(_texts(types)[kind], "_uno_") >= 0) != (label == 1)
    odd = [
        ("assumed_label", assumed, "tipo_var_rpta_alt", f"{UNKNOWN_OFFER} counts as not accepted"),
        ("no_outcome", silent, "var_rpta_alt", "eligible, but not in the response base"),
        ("contradiction", against & known & (kind >= 0), "var_rpta_alt", "the label and its type disagree"),
        ("contradiction", (offered == 0) & (kind == _place(types, "d_cero_tipo_1")), "tipo_var_rpta_alt",
         "d_cero_tipo_1 (offered, not accepted), but decisiones.csv says that nothing was offered"),
    ]  # fmt: skip
    return Labels(frame, tuple(Suspicion(file, c, k, int(m.sum()), e) for k, m, c, e in odd if m.any()))


def _texts(levels: pd.Index) -> np.ndarray:
    return np.array([*levels, ""], dtype="U")


def _place(levels: pd.Index, level: str) -> int:
    """Code of a level; -2 when no row has it."""
    return int(levels.get_indexer([level])[0]) if level in levels else -2


def _decided(rows: pd.DataFrame, decided: pd.DataFrame | None, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether each row was offered an option (NaN: nobody knows), and the month at whose end its label is final."""
    month = rows["month"].to_numpy().astype(np.int64)
    usual = from_ordinal(ordinal(month) + window)
    if decided is None:
        return np.full(len(rows), np.nan), usual
    found = same(rows, decided, by=KEY)
    known = found >= 0
    place = np.where(known, found, 0)
    offered = np.where(known, decided["offered"].to_numpy()[place], np.nan)
    logged = np.where(known, decided["known_at"].to_numpy()[place], 0)
    return offered, np.where(logged > 0, logged, usual)
