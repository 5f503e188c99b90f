"""Data room: consumer loans of a Colombian lender, one row per loan as it stood when it was granted, and whether it was
paid on time. The file has 23 columns, as CSV, Excel or Parquet.

`puntaje` is barred: the lender writes it after the outcome is known, and it tells the two classes apart without a
mistake (AUC 1.0000 by itself). It is the outcome in disguise, and a model that learns from it has learned nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data import contract
from data.bands import AGE as AGE_BANDS
from data.bands import INCOME as INCOME_BANDS
from data.bands import bands
from data.check import unusual
from data.contract import ContractError, Meaning, Portfolio, SourceError, Suspicion
from data.months import of_dates
from data.sources.attributes import Table, as_category, breaches, portfolio
from data.sources.columns import Field
from data.sources.kinds import Categories
from data.sources.pago_a_tiempo_case import (
    AGE,
    AMOUNT,
    CASE,
    DATE,
    FIELDS,
    INCOME,
    JOB,
    JOBS,
    KIND,
    KINDS,
    TERM,
    TREND,
    TRENDS,
)
from data.sources.reading import Layout, Progress, find, read
from data.sources.undocumented import NUMBER, When

__all__ = ["CASE", "FILE", "load"]

OUTCOME: Final = "Pago_atiempo"
BARRED: Final = "puntaje"
POSITIVE: Final = {"en": "pays the loan on time", "es": "paga el crédito a tiempo", "pt": "paga o empréstimo em dia"}
TERMS: Final = bands((6, 12, 18, 24))
_NAMES: Final = {"term_band": {"en": "Term, months", "es": "Plazo, meses", "pt": "Prazo, meses"}}
POSITION: Final = ["balance", "product"]
"""What the contract's obligation says of a loan."""
USUAL_MONEY: Final = (INCOME, "total_otros_prestamos")

SEEN: Final = np.datetime64("2026-02-24")
"""Day on which the earlier system took its profile of the file."""
LAST: Final = np.datetime64("2026-04-26T18:43:52")
"""Date of the last loan in that file."""


class Trends(Categories):
    """Texts as a categorical. Numbers among them are amounts that slipped into the column: counted, and missing."""

    dictionary = False

    def __init__(self, field: Field, file: str) -> None:
        super().__init__(field, file)
        self._slipped = 0
        self._example = ""

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        texts = pc.utf8_trim_whitespace(pc.cast(values, pa.string()))
        numeric = pc.fill_null(pc.match_substring_regex(texts, NUMBER), False)
        where = np.flatnonzero(np.asarray(numeric))
        if len(where):
            self._example = self._example or f"row {first + int(where[0]) + 1:,}: {texts[int(where[0])]}"
            self._slipped += len(where)
        return super()._convert(pc.if_else(numeric, None, texts), first)

    def suspicions(self) -> list[Suspicion]:
        """Levels that are not documented, and the numbers among them."""
        found = super().suspicions()
        if self._slipped:
            example = f"{self._example}, read as unknown"
            found.append(Suspicion(self.file, self.field.name, "mixed_type", self._slipped, example))
        return found


def _field(name: str) -> Field:
    """The field of a column: how it is read."""
    if name == DATE:
        return Field(name, "date", name, missing=False, reads=When)
    if name == KIND:
        return Field(name, "category", name, missing=False, levels=KINDS, same=tuple((f"{k}.0", k) for k in KINDS))
    if name == JOB:
        return Field(name, "category", name, levels=JOBS)
    if name == TREND:
        return Field(name, "category", name, levels=TRENDS, reads=Trends)
    return Field(name, "number", name)


_KNOWN: Final = [f.name for f in FIELDS]
_PLACE: Final = _KNOWN.index("puntaje_datacredito")
FILE: Final = Layout(
    "Base_de_datos.csv",
    "loans as they stood when they were granted",
    (
        *map(_field, _KNOWN[:_PLACE]),
        Field(BARRED, "number", BARRED),
        *map(_field, _KNOWN[_PLACE:]),
        Field(OUTCOME, "flag", OUTCOME),
    ),
)
"""The documented columns, in the order of the file."""


def load(data: Path, *, as_of: int | None = None, progress: Progress | None = None) -> Portfolio:
    """The loans of a file, or of the file `Base_de_datos` in a folder, as known at the end of month `as_of` (the
    file's last by default).

    Breaches: a column that is missing, a value of another kind, a date that is none, an amount or a count below 0.
    Kept, counted and shown: ages outside 18 to 100 (their band is unknown), amounts far beyond the usual, numbers in
    the trend of income (read as unknown), levels that nobody documented, loans dated after the file was first seen,
    loans without an outcome. Raises SourceError or ContractError.
    """
    path = _file(Path(data))
    reading = read(path, FILE, progress=progress)
    loans = reading.frame
    broken = breaches(loans, [f for f in FIELDS if not f.levels], file=reading.file)
    if broken:
        raise ContractError(broken)
    known = CASE.rows(loans)
    return portfolio(
        Table(
            file=reading.file,
            meaning=Meaning("pago_a_tiempo", POSITIVE, "COP", frozenset({"balance"}), dimensions=_NAMES),
            rows=_rows(loans, known[POSITION]),
            attributes=known.drop(columns=POSITION).assign(**{BARRED: loans[BARRED]}),
            label=loans[OUTCOME].to_numpy(np.float64),
            known_at=of_dates(loans[DATE].to_numpy()),
            names={"month": DATE, "balance": AMOUNT},
            barred=frozenset({BARRED}),
            alone=True,
            suspicions=(*reading.suspicions, *_odd(loans, reading.file)),
        ),
        as_of=as_of,
    )


def _file(data: Path) -> Path:
    if data.is_dir():
        return Path(find(data, FILE) or data)
    if not data.exists():
        raise SourceError(f"{data.name} is missing from the folder {data.parent}")
    return data


def _rows(loans: pd.DataFrame, position: pd.DataFrame) -> pd.DataFrame:
    """Keys, amount and dimensions. The file names neither clients nor loans: a loan is its row, and its own client."""
    number = loans.index.to_numpy().astype(np.int64) + 1
    return pd.DataFrame(
        {
            "client": number,
            "obligation": number,
            "month": of_dates(loans[DATE].to_numpy()),
            **{name: position[name] for name in POSITION},
            "occupation": as_category(loans[JOB]),
            "age_band": AGE_BANDS.of(loans[AGE].to_numpy()),
            "income_band": INCOME_BANDS.of(loans[INCOME].to_numpy()),
            "term_band": TERMS.of(loans[TERM].to_numpy()),
        },
        index=loans.index,
    )


def _odd(loans: pd.DataFrame, file: str) -> list[Suspicion]:
    usual = {c.name: c for c in contract.CLIENTS.columns}
    found = unusual(loans[AGE], usual["age"], file, {"age": AGE})
    for name in USUAL_MONEY:
        found += unusual(loans[name], usual["income"], file, {"income": name})
    return [*found, *_ahead(loans[DATE], file), *_without_outcome(loans[OUTCOME], file)]


def _ahead(dates: pd.Series, file: str) -> list[Suspicion]:
    """Loans of the documented file that are dated after it was first seen: shifted, or invented. Nothing is said of a
    file with still later loans, which is a newer one."""
    late = dates[dates.to_numpy() >= SEEN]
    if late.empty or dates.max() > LAST:
        return []
    example = f"row {int(late.index[0]) + 1:,}: {late.iloc[0]:%Y-%m-%d}"
    return [Suspicion(file, DATE, "future_date", len(late), example)]


def _without_outcome(outcome: pd.Series, file: str) -> list[Suspicion]:
    none = int(outcome.isna().sum())
    return [Suspicion(file, OUTCOME, "no_outcome", none, f"of {len(outcome):,} eligible rows; kept")] if none else []
