"""Data room: one debt as a collection house gets it: its fields, and what a model may know of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.case import CaseField, CaseForm, CaseKind

PROVINCES: Final = (
    "Álava", "Albacete", "Alicante", "Almería", "Ávila", "Badajoz", "Baleares", "Barcelona", "Burgos", "Cáceres",
    "Cádiz", "Castellón", "Ciudad Real", "Córdoba", "A Coruña", "Cuenca", "Girona", "Granada", "Guadalajara",
    "Gipuzkoa", "Huelva", "Huesca", "Jaén", "León", "Lleida", "La Rioja", "Lugo", "Madrid", "Málaga", "Murcia",
    "Navarra", "Ourense", "Asturias", "Palencia", "Las Palmas", "Pontevedra", "Salamanca", "Santa Cruz de Tenerife",
    "Cantabria", "Segovia", "Sevilla", "Soria", "Tarragona", "Teruel", "Toledo", "Valencia", "Valladolid", "Bizkaia",
    "Zamora", "Zaragoza", "Ceuta", "Melilla",
)  # fmt: skip
"""The provinces of Spain in the order of their number, 1 to 52: the thousands of a postcode."""

BANDS: Final = ("0_30", "31_50", "51_65", "MAYOR_65")
"""Age ranges of the file; an age of exactly 30 is in the first of them."""
_UP_TO: Final = (30, 50, 65)
_AGES: Final = range(18, 111)

YES_NO: Final = ("S", "N")
FLAGS: Final = ("VPT", "VAP_SCF", "VAP_OB")
AMOUNTS: Final = ("CANTIDAD_FACTURAS", "IMPORTE_FACTURA", "DEUDA_TOTAL", "NUM_LINEAS_ACTIVAS")


def province(postcode: npt.ArrayLike) -> pd.Categorical:
    """The province of each postcode, which is its thousands, for training and for serving alike.

    Missing where the postcode is missing or of no province: nobody's debt is moved to Madrid, as the earlier system
    did by filling province 28.
    """
    number = np.floor_divide(np.asarray(postcode, np.float64), 1000)
    known = (number >= 1) & (number <= len(PROVINCES))
    return pd.Categorical.from_codes(
        np.where(known, number - 1, -1).astype(np.int64), categories=pd.Index(PROVINCES, dtype="str")
    )


def age_range(age: pd.Series) -> pd.Categorical:
    """The range of each age, given as one of BANDS or in whole years; missing where it is missing."""
    levels = {band: i for i, band in enumerate(BANDS)}
    levels |= {str(years): int(np.searchsorted(_UP_TO, years)) for years in _AGES}
    codes = age.astype(object).map(levels).fillna(-1).to_numpy(np.int64)
    return pd.Categorical.from_codes(codes, categories=pd.Index(BANDS, dtype="str"), ordered=True)


def rows(given: pd.DataFrame) -> pd.DataFrame:
    """Balance, amount past due and attributes of debts that hold to their fields (money in EUR).

    S is 1 and N is 0. BAJA: 1 where FECHA_BPI says when the line was closed. PROVINCIA and EDAD as levels.
    """
    columns: dict[str, object] = {
        "balance": given["DEUDA_TOTAL"].to_numpy(np.float64),
        "past_due": given["IMPORTE_FACTURA"].to_numpy(np.float64),
    }
    columns |= {f.name: _levels(given[f.name], f) for f in FIELDS if f.name in _TEXTS}
    columns |= {name: _flag(given[name]) for name in FLAGS}
    columns["PROVINCIA"] = province(given["CODIGO_POSTAL"])
    columns["BAJA"] = given["FECHA_BPI"].notna().to_numpy(np.float64)
    columns["EDAD"] = age_range(given["EDAD"])
    columns |= {name: given[name].to_numpy(np.float64) for name in AMOUNTS}
    return pd.DataFrame(columns, index=given.index)


def _levels(values: pd.Series, field: CaseField) -> pd.Categorical:
    return pd.Categorical(values.astype(object), categories=pd.Index(field.levels, dtype="str"))


def _flag(values: pd.Series) -> np.ndarray:
    yes = (values == YES_NO[0]).to_numpy(np.float64)
    return np.where(values.isna(), np.nan, yes)


def _text(
    name: str, levels: tuple[str, ...], usual: str, en: str, es: str, pt: str, *, missing: bool = True
) -> CaseField:  # fmt: skip
    return CaseField(name, "text", {"en": en, "es": es, "pt": pt}, levels=levels, missing=missing, usual=usual)


def _number(
    name: str, low: float, high: float, usual: float, en: str, es: str, pt: str, *, unit: str = "", whole: bool = True
) -> CaseField:  # fmt: skip
    kind: CaseKind = "whole" if whole else "number"
    label = {"en": en, "es": es, "pt": pt}
    return CaseField(name, kind, label, low=low, high=high, missing=True, usual=usual, unit=unit)


FIELDS: Final = (
    _text("ESCENARIO_RECOBRO", ("PER", "FU", "EMP"), "PER", "Collection scenario", "Escenario de recobro",
          "Cenário de cobrança", missing=False),
    _text("PORTADO", ("NO", "SI", "N", "BAJAS_I", "BAJAS_II"), "NO", "Number ported", "Número portado",
          "Número portado"),
    _text("VPT", YES_NO, "N", "VPT", "VPT", "VPT"),
    _number("CODIGO_POSTAL", 1000, 52_999, 28_013, "Postcode", "Código postal", "Código postal"),
    _text("ESTADO_CLIENTE", ("A", "B"), "A", "Client status", "Estado del cliente", "Situação do cliente",
          missing=False),
    _text("VAP_SCF", YES_NO, "N", "VAP SCF", "VAP SCF", "VAP SCF"),
    _text("VAP_OB", YES_NO, "N", "VAP OB", "VAP OB", "VAP OB"),
    CaseField("FECHA_BPI", "date", {"en": "Line closed on", "es": "Fecha de baja", "pt": "Data de desligamento"},
              missing=True),
    _text("EDAD", (*BANDS, *map(str, _AGES)), "31_50", "Age, or its range", "Edad, o su rango",
          "Idade, ou sua faixa"),
    _number("CANTIDAD_FACTURAS", 1, 999, 2, "Unpaid invoices", "Facturas pendientes", "Faturas em aberto"),
    _number("IMPORTE_FACTURA", 0, 1e7, 71.99, "Amount of the invoice", "Importe de la factura", "Valor da fatura",
            unit="EUR", whole=False),
    _number("DEUDA_TOTAL", 0, 1e8, 71.99, "Total debt", "Deuda total", "Dívida total", unit="EUR", whole=False),
    _number("NUM_LINEAS_ACTIVAS", 0, 9999, 1, "Active lines", "Líneas activas", "Linhas ativas"),
)  # fmt: skip
"""What a client of the API sends of a debt: the fields of the earlier query string, by their full names."""

_TEXTS: Final = frozenset({"ESCENARIO_RECOBRO", "PORTADO", "ESTADO_CLIENTE"})

CASE: Final = CaseForm(FIELDS, rows)
