"""Data room: the four tables of `alura_cash` and their join, and the one joined file, whatever they come from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.check import SHOWN
from data.contract import Breach, ContractError, SourceError, Suspicion
from data.sources.alura_cash_case import (
    AGE,
    AMOUNT,
    BURDEN,
    FIELDS,
    GRADE,
    GRADES,
    HISTORY,
    HOME,
    HOMES,
    INCOME,
    INTENT,
    INTENTS,
    NO,
    ON_FILE,
    RATE,
    TENURE,
    YES,
)
from data.sources.attributes import breaches as forbidden
from data.sources.columns import Field, Sink
from data.sources.headers import check_names, names
from data.sources.kinds import sink
from data.sources.reading import Layout, Progress, read

OUTCOME: Final = "Possib_inadimp"
PERSON, LOAN, BUREAU = "person_id", "loan_id", "cb_id"
MATCHED: Final = "matched"


class Keys(Sink):
    """Keys of text, as objects; None where missing."""

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:  # noqa: ARG002
        return pc.utf8_trim_whitespace(pc.cast(values, pa.string())).to_numpy(zero_copy_only=False)


def _key(name: str) -> Field:
    return Field(name, "category", name, reads=Keys)


def _number(name: str, to: str) -> Field:
    return Field(name, "number", to)


def _text(name: str, to: str, levels: tuple[str, ...]) -> Field:
    return Field(name, "category", to, levels=levels)


def _on_file(name: str) -> Field:
    return Field(name, "category", ON_FILE, levels=(NO, YES), same=(("0", NO), ("1", YES)))


BORROWERS: Final = Layout(
    "dados_mutuarios", "who borrows",
    (_key(PERSON), _number("person_age", AGE), _number("person_income", INCOME),
     _text("person_home_ownership", HOME, HOMES), _number("person_emp_length", TENURE)),
)  # fmt: skip
LOANS: Final = Layout(
    "emprestimos", "the loans",
    (_key(LOAN), _text("loan_intent", INTENT, INTENTS), _text("loan_grade", GRADE, GRADES),
     _number("loan_amnt", AMOUNT), _number("loan_int_rate", RATE), Field("loan_status", "flag", OUTCOME),
     _number("loan_percent_income", BURDEN)),
)  # fmt: skip
HISTORIES: Final = Layout(
    "historicos_banco", "what the credit bureau knows",
    (_key(BUREAU), _on_file("cb_person_default_on_file"), _number("cb_person_cred_hist_length", HISTORY)),
)  # fmt: skip
LINKS: Final = Layout("ids", "which borrower and bureau record a loan has", tuple(map(_key, (PERSON, LOAN, BUREAU))))
TABLES: Final = {layout.file: layout for layout in (BORROWERS, LOANS, HISTORIES, LINKS)}
_KEYS: Final = {BORROWERS.file: PERSON, LOANS.file: LOAN, HISTORIES.file: BUREAU, LINKS.file: LOAN}
"""The key of each table, which no two of its rows share."""

JOINED: Final = (
    _number(AGE, AGE), _number(INCOME, INCOME), _text(HOME, HOME, HOMES), _number(TENURE, TENURE),
    _text(INTENT, INTENT, INTENTS), _text(GRADE, GRADE, GRADES), _number(AMOUNT, AMOUNT), _number(RATE, RATE),
    Field(OUTCOME, "flag", OUTCOME), _number(BURDEN, BURDEN), _number(HISTORY, HISTORY), _on_file(ON_FILE),
)  # fmt: skip
"""Columns of the joined file."""

_POSSIBLE: Final = {
    f.name: replace(f, high=math.inf) if f.name in (AGE, TENURE) else f for f in FIELDS if f.kind == "number"
}
"""What numbers may be; ages and years of employment that are too many are left out by a rule of their own."""


@dataclass(frozen=True)
class Told:
    """A table as text, and what to call where it stands."""

    place: str
    table: pa.Table


@dataclass(frozen=True)
class Loans:
    """Loans with a column per field of the case and the outcome; the index is the row, from 0, of the file or of the
    table of loans. Of four tables: also `PERSON` and `LOAN`, and in `MATCHED` whether the other tables have its keys.

    `file`: what to call where they stand; `names`: their columns there, by the contract's name. `known`: the day of
    the snapshot, where it is told.
    """

    frame: pd.DataFrame
    file: str
    names: Mapping[str, str]
    suspicions: tuple[Suspicion, ...]
    known: date | None = None


def joined_file(path: Path, progress: Progress | None) -> Loans:
    """The loans of one joined file, CSV, Excel or Parquet; a first column without a name is its row number."""
    nameless = (Field("", "number"),) if "" in names(path) else ()
    reading = read(path, Layout(path.name, "joined loans", (*nameless, *JOINED)), progress=progress)
    breaches = _impossible(reading.frame, JOINED, reading.file)
    if breaches:
        raise ContractError(breaches)
    return Loans(reading.frame, reading.file, {"balance": AMOUNT}, reading.suspicions)


def joined(told: Mapping[str, Told], *, known: date | None = None) -> Loans:
    """The loans of four tables, joined by their keys, in the order of the loans' key.

    A loan whose keys are blank or not in the other tables is kept and not `MATCHED`. Raises SourceError when a table
    lacks a column or is empty, ContractError with every value that breaks a rule, and every key that stands twice.
    """
    odd: list[Suspicion] = []
    breaches: list[Breach] = []
    frames = {name: _typed(told[name], layout, odd, breaches) for name, layout in TABLES.items()}
    for name, layout in TABLES.items():
        breaches += _repeated(frames[name][_KEYS[name]], _KEYS[name], told[name].place)
        breaches += _impossible(frames[name], layout.fields, told[name].place)
    if breaches:
        raise ContractError(tuple(breaches))
    names_ = {"balance": "loan_amnt", "obligation": LOAN, "client": PERSON}
    return Loans(_join(frames), told[LOANS.file].place, names_, tuple(odd), known)


def _typed(told: Told, layout: Layout, odd: list[Suspicion], breaches: list[Breach]) -> pd.DataFrame:
    """A table of text as columns of their kind; blank texts are missing."""
    odd += check_names(told.place, told.table.column_names, [f.name for f in layout.fields])
    if not told.table.num_rows:
        raise SourceError(f"{told.place} is empty: it has no rows")
    sinks = [sink(f, told.place) for f in layout.fields]
    for s in sinks:
        s.add(_not_blank(told.table.column(s.field.name).combine_chunks()), 0)
        breaches += s.breaches()
        odd += s.suspicions()
    return pd.DataFrame({s.field.to: s.finish() for s in sinks}, copy=False)


def _not_blank(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(values), ""), None, values)


def _impossible(frame: pd.DataFrame, fields: Sequence[Field], place: str) -> tuple[Breach, ...]:
    """Numbers that cannot be, in the words of where they stand."""
    rules = [replace(_POSSIBLE[f.to], name=f.name) for f in fields if f.to in _POSSIBLE]
    return forbidden(frame.rename(columns={f.to: f.name for f in fields}), rules, file=place)


def _repeated(keys: pd.Series, name: str, place: str) -> list[Breach]:
    """Rows whose key stands in an earlier row; blank keys are no keys."""
    again = keys[keys.notna() & keys.duplicated()]
    if again.empty:
        return []
    first = again.head(SHOWN)
    shown = tuple(zip((first.index.to_numpy() + 1).tolist(), first.tolist(), strict=True))
    return [Breach(place, name, "one row per key", len(again), shown)]


def _join(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    loans = frames[LOANS.file]
    links = _record(frames[LINKS.file], LOAN, loans[LOAN])
    borrowers = _record(frames[BORROWERS.file], PERSON, links[PERSON])
    histories = _record(frames[HISTORIES.file], BUREAU, links[BUREAU])
    matched = pd.notna(borrowers.index.to_numpy()) & pd.notna(histories.index.to_numpy())
    parts = [part.set_axis(loans.index) for part in (links[[PERSON]], borrowers, histories)]
    whole = pd.concat([loans, *parts], axis=1).assign(**{MATCHED: matched})
    return whole.sort_values(LOAN, kind="stable")


def _record(table: pd.DataFrame, key: str, wanted: pd.Series) -> pd.DataFrame:
    """The record that each wanted key has in a table, without the key; its index is the row of the table, missing (as
    are its values) where there is none."""
    rows = pd.Series(table.index, index=table[key])[lambda s: s.index.notna()]
    at = wanted.map(rows)
    return table.drop(columns=key).reindex(pd.Index(at, dtype="float64"))
