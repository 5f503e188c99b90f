"""Data room: telecom debts that are sent to collection houses: one file of 25 columns between semicolons.

A row is an invoice on the day it was sent. What the file says of later days never becomes a feature, and what says who
somebody is (EMAIL, TIPO_DOCUMENTO) is not read at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data.bands import Bands
from data.contract import ContractError, Meaning, Portfolio, Suspicion
from data.months import of_dates
from data.sources.attributes import Table, breaches, ids, own_ids, portfolio
from data.sources.casas_cobranza_case import BANDS, CASE, FIELDS, rows
from data.sources.columns import Field
from data.sources.kinds import YesNo
from data.sources.reading import Layout, Progress, find, read
from data.sources.spanish import Days, DaysOrMonths, Decimals
from data.sources.undocumented import Anything

__all__ = ["CASE", "FILE", "load"]

SENT: Final = "FECHA_ENVIO"
CLOSED: Final = "FECHA_BPI"
_RANGES: Final = (("0-30", BANDS[0]), ("31-50", BANDS[1]), ("51-65", BANDS[2]), (">65", BANDS[3]))


def _amount(name: str) -> Field:
    return Field(name, "money", name, reads=Decimals)


def _level(name: str, same: tuple[tuple[str, str], ...] = ()) -> Field:
    return Field(name, "category", name, upper=True, same=same)


FILE: Final = Layout(
    "UNAL_Cobros_I.csv",
    "debts sent to collection houses",
    (
        Field("CUST_CODE", to="client", missing=False, reads=Anything),
        Field("NUMERO_FACTURA", to="obligation", missing=False, reads=Anything),
        Field(SENT, "date", SENT, missing=False, reads=Days),
        _amount("CANTIDAD_FACTURAS"),
        Field("FECHA_DEVOLUCION"),
        _amount("IMPORTE_FACTURA"),
        Field("FECHA_FACTURA", "date", "FECHA_FACTURA", reads=Days),
        _level("ESCENARIO_RECOBRO"),
        _amount("DEUDA_TOTAL"),
        _level("PORTADO"),
        Field("EMAIL"),
        _level("EDAD", _RANGES),
        Field("FECHA CARGA"),
        Field("IMPORTE PRODUCTO"),
        Field("TARGET", "flag", "TARGET", reads=YesNo),
        Field("PERMANENCIA"),
        _level("VPT"),
        Field(CLOSED, "date", CLOSED, reads=DaysOrMonths),
        Field("TIPO_DOCUMENTO"),
        _amount("CODIGO_POSTAL"),
        _amount("NUM_LINEAS_ACTIVAS"),
        _level("ESTADO_CLIENTE"),
        _level("VAP_SCF"),
        _level("VAP_OB"),
        Field("FEU"),
    ),
    delimiter=";",
    missing=("N/A",),
)
"""The documented columns. Those without a name in the frame are not read: FECHA_DEVOLUCION and FECHA CARGA are written
after the debt was sent; EMAIL and TIPO_DOCUMENTO say who somebody is; PERMANENCIA is empty in 99 % of rows; of
IMPORTE PRODUCTO and FEU nobody wrote down what they mean or when they are known."""

NEVER: Final = frozenset({"FECHA_DEVOLUCION", "FECHA CARGA", "TARGET", "IMPORTE PRODUCTO", "FEU"})
"""Columns of the file that are, or may be, known only after a debt was sent."""
_NOT_OF_A_CASE: Final = frozenset(f"obligations.{c}" for c in ("balance", "past_due", "days_past_due"))
"""Amounts stand once, as attributes; days past due are not among what a client of the API sends."""

PHASES: Final = Bands(
    (-np.inf, 30, 60, 90, 120, np.inf), ("amistoso", "no amistoso", "retención", "jurídico", "> 120"), upper=True
)
"""Phases of collection by days since the invoice (up to 30, 60, 90, 120), as the field calls them, and the rest."""

_MEANS: Final = {"en": "pays", "es": "paga", "pt": "paga"}
_NAMES: Final = {
    "phase": {"en": "Collection phase", "es": "Fase de cobranza", "pt": "Fase de cobrança"},
    **CASE.labels({"scenario": "ESCENARIO_RECOBRO", "client_status": "ESTADO_CLIENTE", "ported": "PORTADO"}),
}


def load(data: Path | str, *, as_of: int | None = None, progress: Progress | None = None) -> Portfolio:
    """The debts of the file (or of the one in the folder) `data`, as known at the end of month `as_of` (its last one).

    A debt stands in the month in which it was sent, with the days since its invoice as days past due. A phase of
    collection lasts a month: whether a debt was paid is final when a month since the day it was sent is over. Money in
    EUR. A line that was closed after the debt was sent (FECHA_BPI) was not yet closed, which is counted.
    Raises SourceError or ContractError.
    """
    path = Path(data)
    path = (find(path, FILE) or path) if path.is_dir() else path
    reading = read(path, FILE, progress=progress)
    known, odd = _closed_by_then(reading.frame, reading.file)
    found = breaches(known, FIELDS, file=reading.file)
    if found:
        raise ContractError(found)
    return portfolio(_table(known, reading.file, (*reading.suspicions, *odd)), as_of=as_of)


def _closed_by_then(given: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Suspicion]]:
    """The debts as they were when they were sent: a line that was closed later was open."""
    later = (given[CLOSED] > given[SENT]).to_numpy()
    if not later.any():
        return given, []
    row = given[later].iloc[0]
    example = f"row {int(given.index[later][0]) + 1:,}: {row[CLOSED]:%d/%m/%Y}, sent on {row[SENT]:%d/%m/%Y}"
    odd = Suspicion(file, CLOSED, "after_as_of", int(later.sum()), f"{example}: not yet known, read as open")
    return given.assign(**{CLOSED: given[CLOSED].mask(later)}), [odd]


def _table(given: pd.DataFrame, file: str, odd: tuple[Suspicion, ...]) -> Table:
    made = rows(given)
    days = (given[SENT] - given["FECHA_FACTURA"]).dt.days.to_numpy(np.float64)
    return Table(
        file=file,
        meaning=Meaning("casas_cobranza", _MEANS, "EUR", frozenset({"balance", "days_past_due"}), dimensions=_NAMES),
        rows=pd.DataFrame(
            {
                "client": ids(given["client"]),
                "obligation": ids(given["obligation"]),
                "month": of_dates(given[SENT].to_numpy()),
                "eligible": np.ones(len(given), np.uint8),
                "balance": made["balance"],
                "past_due": made["past_due"],
                "days_past_due": days,
                "phase": PHASES.of(days),
                "scenario": made["ESCENARIO_RECOBRO"],
                "region": made["PROVINCIA"],
                "age_band": made["EDAD"],
                "client_status": made["ESTADO_CLIENTE"],
                "ported": made["PORTADO"],
            },
            index=given.index,
        ),
        attributes=made.drop(columns=["balance", "past_due"]),
        label=given["TARGET"].to_numpy(np.float64),
        known_at=_final(given[SENT]),
        names={
            "client": "CUST_CODE", "obligation": "NUMERO_FACTURA", "month": SENT, "balance": "DEUDA_TOTAL",
            "past_due": "IMPORTE_FACTURA", "days_past_due": f"{SENT} - FECHA_FACTURA",
        },
        barred=NEVER | _NOT_OF_A_CASE,
        suspicions=odd,
        alone=True,
        own=own_ids(given["obligation"]),
    )  # fmt: skip


def _final(sent: pd.Series) -> np.ndarray:
    """The month in which a month since each day is over: its own for the first of a month, else the next."""
    return of_dates((sent + pd.DateOffset(months=1) - pd.Timedelta(days=1)).to_numpy())
