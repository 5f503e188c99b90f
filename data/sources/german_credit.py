"""Data room: the German credit data: a thousand applications without dates, as UCI's file or as a table with names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data.bands import age_band
from data.case import CaseField
from data.contract import ContractError, Meaning, Portfolio, SourceError
from data.months import is_month
from data.sources.attributes import Table, breaches, decoded, portfolio
from data.sources.columns import Field
from data.sources.german_credit_case import CASE, GENDER, GIVEN, WORDS, rows
from data.sources.reading import Layout, Progress, Reading, find, read

__all__ = ["CASE", "MONTH", "load"]

MONTH: Final = 199411
"""The month in which UCI published the data; their own dates are not known."""

LABEL: Final = "clase"
_BAD: Final = 2
_CLASS: Final = CaseField(LABEL, "whole", low=1, high=2)
_MEANS: Final = {"en": "is a bad risk", "es": "es un mal riesgo", "pt": "é um mau risco"}
_FIELDS: Final = (
    *(Field(f.name, "category" if f.levels else "number", f.name, missing=False) for f in GIVEN),
    Field(LABEL, "number", LABEL, missing=False),
)
_PLAIN: Final = Layout("german.data", "the German credits", _FIELDS, delimiter=" ", header=False)
_NAMED: Final = Layout("german_credit.csv", "the German credits, with names", _FIELDS)

_DIMENSIONS: Final = {
    "account": "estado_cuenta_actual",
    "history": "historial_credito",
    "purpose": "proposito_credito",
    "savings": "ahorros_o_bonos",
    "employment": "tiempo_empleo",
    "personal_status": "estado_civil_y_sexo",
    "guarantors": "otros_deudores_o_garantes",
    "property": "propiedad",
    "housing": "vivienda",
    "job": "trabajo",
}


def load(data: Path | str, *, as_of: int | None = None, progress: Progress | None = None) -> Portfolio:
    """The credits as a portfolio. Undated: every row stands in the month `as_of` (199411 by default) and its class is
    final there; client and obligation are the row's number, from 1.

    `data`: german.data, or a CSV or Parquet file with the Spanish names and `clase`, or a folder with one of them.
    The balance is the credit amount in DEM; as a feature it stands once, as `monto_credito`. Positive is class 2.
    Raises SourceError or ContractError.
    """
    month = MONTH if as_of is None else as_of
    if not is_month(month):
        raise SourceError(f"as of {as_of}: a month is written YYYYMM, such as {MONTH}")
    path, layout = _file(Path(data))
    reading = read(path, layout, progress=progress)
    _hold(reading)
    return portfolio(_table(reading, month), as_of=month)


def _file(data: Path) -> tuple[Path, Layout]:
    """The file to read, and what it should hold."""
    if not data.is_dir():
        plain = data.name.removesuffix(".gz").endswith(".data")
        return data, _PLAIN if plain else _NAMED
    for name in (_PLAIN.file, f"{_PLAIN.file}.gz"):
        if (data / name).is_file():
            return data / name, _PLAIN
    try:
        return find(data, _NAMED), _NAMED  # type: ignore[return-value]
    except SourceError:
        raise SourceError(f"neither {_PLAIN.file} nor {_NAMED.file} is in the folder {data}") from None


def _hold(reading: Reading) -> None:
    """Raise ContractError with every value that cannot be."""
    found = breaches(reading.frame, (*GIVEN, _CLASS), file=reading.file)
    if found:
        raise ContractError(found)


def _table(reading: Reading, month: int) -> Table:
    given = reading.frame
    number = np.arange(1, len(given) + 1, dtype=np.int64)
    made = rows(given)
    months = np.full(len(given), month, np.int32)
    keys = {"client": number, "obligation": number, "month": months}
    levels = {name: decoded(given[column], WORDS[column]) for name, column in _DIMENSIONS.items()}
    levels["gender"] = decoded(given["estado_civil_y_sexo"], GENDER)
    levels["age_band"] = age_band(given["edad"])
    return Table(
        file=reading.file,
        meaning=Meaning("german_credit", _MEANS, "DEM", frozenset({"balance"}), dated=False,
                        dimensions=CASE.labels(_DIMENSIONS)),
        rows=pd.DataFrame({**keys, "balance": made["balance"], **levels}, index=given.index),
        attributes=made.drop(columns="balance"),
        label=(given[LABEL].to_numpy() == _BAD).astype(np.float64),
        known_at=months,
        names={"balance": "monto_credito"},
        barred=frozenset({"obligations.balance"}),
        suspicions=reading.suspicions,
        alone=True,
    )  # fmt: skip
