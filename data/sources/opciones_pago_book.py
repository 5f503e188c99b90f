"""Data room: the portfolio of the payment-option problem, put together from its files. No file is touched here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.asof import last_before
from data.contract import Event, Ids, Meaning, Portfolio, Suspicion
from data.coverage import total, waterfall
from data.months import add, ordinal
from data.sources import opciones_pago_frames as frames
from data.sources.opciones_pago_files import (
    CLIENTS_FILE,
    DECISIONS_FILE,
    FINER,
    OPEN_FILE,
    PAYMENTS_FILE,
    PORTFOLIO_FILE,
    RESPONSES_FILE,
    SCORES_FILE,
)
from data.sources.opciones_pago_frames import KEY
from data.sources.opciones_pago_labels import ANSWERED, join, oddities, outcomes
from data.sources.reading import Layout, knowable

POSITIVE: Final = {
    "en": "accepts a pre-approved payment option",
    "es": "acepta una alternativa de pago preaprobada",
    "pt": "aceita uma opção de pagamento pré-aprovada",
}
GO_LIVE: Final = {
    "en": "The model goes live",
    "es": "El modelo entra en producción",
    "pt": "O modelo entra em produção",
}
LATE_WINDOW: Final = 2
"""Months after the offer at whose end a response is final, where decisions are logged."""
BARRED: Final = frozenset({"obligations.balance", "obligations.past_due", "obligations.days_past_due"})
"""Without the whole portfolio these are those of the outcome's own month."""


@dataclass
class Tables:
    """The files as frames of contract columns, index = row in the file; `book` is the whole portfolio by month."""

    responses: pd.DataFrame
    ahead: pd.DataFrame
    scores: pd.DataFrame
    payments: pd.DataFrame
    clients: pd.DataFrame
    book: pd.DataFrame | None = None
    decisions: pd.DataFrame | None = None


def portfolio(tables: Tables, suspicions: list[Suspicion], *, as_of: int | None, window: int | None) -> Portfolio:
    """The portfolio that the files describe, as known at the end of `as_of` (default: their last response month)."""
    last = knowable(as_of, tables.responses["month"])
    if window is None:
        window = 0 if tables.decisions is None else LATE_WINDOW
    _cut(tables, last, suspicions)
    ids = _ids(tables)
    rows = _rows(tables, suspicions)
    first = ~rows.duplicated(KEY).to_numpy()
    parts = _coverage(rows, first)
    rows = (rows if first.all() else rows[first]).reset_index(drop=True)
    _make_distinct(tables, suspicions)
    _note_clients(rows, tables.clients, suspicions)
    eligible = rows[rows["eligible"].to_numpy() == 1]
    asked = join(eligible, tables.responses, tables.decisions, window=window)
    states = asked.states(last)
    return Portfolio(
        meaning=_meaning(tables),
        as_of=last,
        obligations=rows,
        outcomes=outcomes(asked, states, as_of=last),
        coverage=total(parts),
        coverage_by_month=parts,
        clients=tables.clients,
        payments=tables.payments,
        actions=frames.actions(tables.responses[tables.responses["month"] <= last]),
        decisions=None if tables.decisions is None else tables.decisions.drop(columns=ANSWERED, errors="ignore"),
        scores=tables.scores,
        barred=BARRED if tables.book is None else frozenset(),
        suspicions=(*suspicions, *oddities(asked, states)),
        ids=ids,
    )


def _cut(tables: Tables, as_of: int, suspicions: list[Suspicion]) -> None:
    """Leave out what nobody knew at the end of `as_of`: positions after the next opening, files after that month."""
    opening = add(as_of, 1)
    limits = (
        ("responses", RESPONSES_FILE.file, opening),
        ("ahead", OPEN_FILE.file, opening),
        ("book", PORTFOLIO_FILE.file, opening),
        ("decisions", DECISIONS_FILE.file, opening),
        ("payments", PAYMENTS_FILE.file, as_of),
        ("scores", SCORES_FILE.file, as_of),
        ("clients", CLIENTS_FILE.file, as_of),
    )
    for name, file, limit in limits:
        frame = getattr(tables, name)
        late = 0 if frame is None else int((frame["month"] > limit).sum())
        if late:
            setattr(tables, name, frame[frame["month"] <= limit])
            suspicions.append(Suspicion(file, "month", "after_as_of", late, f"after {limit}: not yet known, left out"))


def _ids(tables: Tables) -> Ids:
    """What the files call their rows. An obligation may stand under two original numbers in a month: two ids, of which
    the contract keeps one row."""
    files = (tables.responses, tables.ahead)
    every = pd.concat([f[[*KEY, "original"]] for f in files]).drop_duplicates(ignore_index=True)
    return Ids(every, "{client}#{original}#{obligation}")


def _make_distinct(tables: Tables, suspicions: list[Suspicion]) -> None:
    """Keep the first row of every key, and count the others."""
    files = {
        "responses": RESPONSES_FILE, "ahead": OPEN_FILE, "scores": SCORES_FILE, "payments": PAYMENTS_FILE,
        "clients": CLIENTS_FILE, "book": PORTFOLIO_FILE, "decisions": DECISIONS_FILE,
    }  # fmt: skip
    for name, layout in files.items():
        frame = getattr(tables, name)
        key = ["client", "month"] if name == "clients" else KEY
        again = np.zeros(0, bool) if frame is None else frame.duplicated(key).to_numpy()
        if again.any():
            suspicions.append(_repeats(frame[again], layout, key))
            setattr(tables, name, frame[~again])


def _repeats(again: pd.DataFrame, layout: Layout, key: list[str]) -> Suspicion:
    """Rows that repeat the key of an earlier one, in the words of their file."""
    called = {f.to: f.name for f in layout.fields}
    names = [called.get(k, called.get("date", k)) for k in key]
    values = ", ".join(f"{n} {v}" for n, v in zip(names, again[key].iloc[0].tolist(), strict=True))
    return Suspicion(
        layout.file, " + ".join(names), "duplicate_key", len(again), f"row {int(again.index[0]) + 1:,}: {values}"
    )


def _rows(tables: Tables, suspicions: list[Suspicion]) -> pd.DataFrame:
    """Obligation rows, repeats included; product and segment as last known before the month where that is known."""
    if tables.book is None:
        rows = frames.from_responses(tables.responses, tables.ahead)
    else:
        _note_absences(tables.book, suspicions)
        rows = frames.with_missing(tables.book, *_asked_of(tables, suspicions))
        added = len(rows) - len(tables.book)
        if added:
            said = "in the response base, but not in the portfolio: added"
            suspicions.append(Suspicion(PORTFOLIO_FILE.file, "num_oblig_enmascarado", "not_in_portfolio", added, said))
    paid = last_before(rows, tables.payments, by=KEY[:2])
    if tables.book is None:
        rows["product"] = frames.coalesce(frames.take(tables.payments["product"], paid), rows["product"])
    seen = last_before(rows, tables.clients, by=["client"])
    segment = frames.coalesce(frames.take(tables.payments["segment"], paid), rows["segment"])
    rows["segment"] = frames.coalesce(segment, frames.take(tables.clients["segment"], seen))
    return rows


def _asked_of(tables: Tables, suspicions: list[Suspicion]) -> list[pd.DataFrame]:
    """The responses and the rows to score but for those of a month that the portfolio has lost: only its obligations in
    arrears would be left, and its ratio would be near 100 %."""
    assert tables.book is not None
    asked = [tables.responses, tables.ahead]
    for month in frames.lost_months(tables.book):
        n = sum(int((f["month"] == month).sum()) for f in asked)
        asked = [f[f["month"] != month] for f in asked]
        said = f"{month}: {n:,} rows of the response base are left out with it"
        suspicions.append(Suspicion(PORTFOLIO_FILE.file, "fecha_corte", "month_missing", 1, said))
    return asked


def _note_absences(book: pd.DataFrame, suspicions: list[Suspicion]) -> None:
    """Say how many obligations are back after months without a row: neither paid off nor sold, but missing."""
    back = frames.absent_before(book)
    if len(back):
        said = f"row {int(back.index[0]) + 1:,}: months without a row before it: {back.iloc[0]}"
        suspicions.append(Suspicion(PORTFOLIO_FILE.file, "num_oblig_enmascarado", "absent_between", len(back), said))


def _coverage(rows: pd.DataFrame, first: np.ndarray) -> dict:
    days = rows["days_past_due"].to_numpy()
    everything = np.ones(len(rows), bool)
    stays = {
        "read": everything,
        "distinct": first,
        "in_arrears": ~(days <= 0),
        "eligible": rows["eligible"].to_numpy() == 1,
        "joined": everything,
    }
    return waterfall(rows["month"].to_numpy(), rows["balance"].to_numpy(), stays)


def _note_clients(rows: pd.DataFrame, clients: pd.DataFrame, suspicions: list[Suspicion]) -> None:
    """Say how many eligible rows have no client record before their month, and how many only an older one."""
    asked = rows[rows["eligible"].to_numpy() == 1]
    found = last_before(asked, clients, by=["client"])
    none = int((found < 0).sum())
    when = clients["month"].to_numpy().take(found[found >= 0])
    age = ordinal(asked["month"].to_numpy()[found >= 0]) - ordinal(when)
    older = int((age > 1).sum())
    of = f"of {len(asked):,} eligible rows; kept"
    for kind, count, what in (
        ("no_client_record", none, f"{of} with unknown client data"),
        ("old_client_record", older, f"{of} with the last record before, older than the month before"),
    ):
        if count:
            suspicions.append(Suspicion(CLIENTS_FILE.file, "nit_enmascarado", kind, count, what))


def _meaning(tables: Tables) -> Meaning:
    carries = {"balance", "days_past_due", "cash", "clients", "bank_score"}
    live = [
        int(f.loc[f["arm"].notna().to_numpy(), "month"].min())
        for f in (tables.book, tables.decisions)
        if f is not None and f["arm"].notna().any()
    ]
    carries |= {"gross"} if tables.book is not None else set()
    carries |= {"arms"} if live else set()
    logged = tables.decisions is not None and bool(tables.decisions["propensity"].notna().any())
    carries |= {"propensity"} if logged else set()
    events = (Event(min(live), GO_LIVE),) if live else ()
    finer = {} if tables.book is None else {n: words for n, words in FINER.items() if n in tables.book}
    return Meaning("opciones_pago", POSITIVE, "COP", frozenset(carries), events, dimensions=finer)
