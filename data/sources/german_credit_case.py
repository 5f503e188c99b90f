"""Data room: the twenty attributes of a German credit, their codes in words, and one application for such a credit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from data.case import CaseField, CaseForm

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "estado_cuenta_actual": {
        "A11": "overdrawn", "A12": "below 200 DM", "A13": "200 DM or more", "A14": "no account",
    },
    "historial_credito": {
        "A30": "none, or all repaid", "A31": "all repaid here", "A32": "repaid so far", "A33": "late before",
        "A34": "critical",
    },
    "proposito_credito": {
        "A40": "new car", "A41": "used car", "A42": "furniture", "A43": "radio or TV", "A44": "appliances",
        "A45": "repairs", "A46": "education", "A47": "holidays", "A48": "retraining", "A49": "business",
        "A410": "other",
    },
    "ahorros_o_bonos": {
        "A61": "below 100 DM", "A62": "100-499 DM", "A63": "500-999 DM", "A64": "1000 DM or more",
        "A65": "none or unknown",
    },
    "tiempo_empleo": {
        "A71": "unemployed", "A72": "below 1 year", "A73": "1-3 years", "A74": "4-6 years", "A75": "7 years or more",
    },
    "estado_civil_y_sexo": {
        "A91": "man, divorced", "A92": "woman, not single", "A93": "man, single", "A94": "man, married or widowed",
        "A95": "woman, single",
    },
    "otros_deudores_o_garantes": {"A101": "none", "A102": "co-applicant", "A103": "guarantor"},
    "propiedad": {
        "A121": "real estate", "A122": "savings plan or life insurance", "A123": "car or other",
        "A124": "none or unknown",
    },
    "otros_planes_cuotas": {"A141": "bank", "A142": "stores", "A143": "none"},
    "vivienda": {"A151": "rented", "A152": "own", "A153": "free"},
    "trabajo": {
        "A171": "no skills, not resident", "A172": "unskilled", "A173": "skilled", "A174": "manager or self-employed",
    },
    "telefono": {"A191": "none", "A192": "yes"},
    "trabajador_extranjero": {"A201": "yes", "A202": "no"},
}  # fmt: skip
"""What each code of each attribute means, in the order of the codes."""

GENDER: Final = {"A91": "man", "A92": "woman", "A93": "man", "A94": "man", "A95": "woman"}
"""The gender in each code of `estado_civil_y_sexo`."""

_SMALL: Final = 1e-6
"""Added to what the earlier system divided by; kept so that the numbers are the same."""


def _code(name: str, usual: str, en: str, es: str, pt: str) -> CaseField:
    return CaseField(name, "text", {"en": en, "es": es, "pt": pt}, levels=tuple(WORDS[name]), usual=usual)


def _whole(
    name: str, low: float, high: float, usual: int, en: str, es: str, pt: str, unit: str = ""
) -> CaseField:  # fmt: skip
    return CaseField(name, "whole", {"en": en, "es": es, "pt": pt}, low=low, high=high, usual=usual, unit=unit)


def _derived(name: str, en: str, es: str, pt: str) -> CaseField:
    return CaseField(name, "number", {"en": en, "es": es, "pt": pt}, missing=True, optional=True)


GIVEN: Final = (
    _code("estado_cuenta_actual", "A14", "Checking account", "Cuenta corriente", "Conta corrente"),
    _whole("duracion_credito_meses", 1, 120, 18, "Duration", "Duración", "Prazo", "months"),
    _code("historial_credito", "A32", "Credit history", "Historial de crédito", "Histórico de crédito"),
    _code("proposito_credito", "A43", "Purpose", "Propósito", "Finalidade"),
    _whole("monto_credito", 1, 1_000_000, 2320, "Credit amount", "Monto del crédito", "Valor do crédito", "DEM"),
    _code("ahorros_o_bonos", "A61", "Savings", "Ahorros o bonos", "Poupança ou títulos"),
    _code("tiempo_empleo", "A73", "In the present job", "Tiempo en el empleo", "Tempo de emprego"),
    _whole("tasa_de_cuotas", 1, 4, 3, "Instalment to income, class 1 to 4", "Tasa de cuotas, clase 1 a 4",
           "Parcela sobre a renda, classe 1 a 4"),
    _code("estado_civil_y_sexo", "A93", "Marital status and gender", "Estado civil y sexo", "Estado civil e sexo"),
    _code("otros_deudores_o_garantes", "A101", "Other debtors or guarantors", "Otros deudores o garantes",
          "Outros devedores ou fiadores"),
    _whole("tiempo_residencia_actual", 1, 4, 3, "Time at the address, class 1 to 4",
           "Tiempo en la residencia, clase 1 a 4", "Tempo na residência, classe 1 a 4"),
    _code("propiedad", "A123", "Property", "Propiedad", "Bens"),
    _whole("edad", 18, 100, 33, "Age", "Edad", "Idade", "years"),
    _code("otros_planes_cuotas", "A143", "Other instalment plans", "Otros planes de cuotas",
          "Outros planos de parcelas"),
    _code("vivienda", "A152", "Housing", "Vivienda", "Moradia"),
    _whole("numero_creditos_existentes", 1, 10, 1, "Credits at this bank", "Créditos en este banco",
           "Créditos neste banco"),
    _code("trabajo", "A173", "Job", "Trabajo", "Trabalho"),
    _whole("numero_personas_dependientes", 1, 20, 1, "Dependants", "Personas dependientes", "Dependentes"),
    _code("telefono", "A191", "Telephone", "Teléfono", "Telefone"),
    _code("trabajador_extranjero", "A201", "Foreign worker", "Trabajador extranjero", "Trabalhador estrangeiro"),
)  # fmt: skip
"""The documented attributes, in the order of the file. Ranges are what is possible, wider than what was seen."""

DERIVED: Final = (
    _derived("monto_por_mes", "Amount per month", "Monto por mes", "Valor por mês"),
    _derived("proporcion_credito_edad", "Amount per year of age", "Proporción crédito a edad",
             "Valor por ano de idade"),
)  # fmt: skip
"""Attributes that are made of others. A client may send them; they are always made anew."""


def derived(given: pd.DataFrame) -> pd.DataFrame:
    """Credit amount per month of duration, and per year of age (DEM), as the earlier system defined them."""
    amount, months, age = (
        given[c].to_numpy(np.float64) for c in ("monto_credito", "duracion_credito_meses", "edad")
    )  # fmt: skip
    return pd.DataFrame(
        {"monto_por_mes": amount / (months + _SMALL), "proporcion_credito_edad": amount / (age + _SMALL)},
        index=given.index,
    )


def rows(given: pd.DataFrame) -> pd.DataFrame:
    """The balance and all attributes of applications that hold to their fields: codes as categories of the documented
    levels, numbers as float64, the derived ones made anew."""
    columns = {f.name: _attribute(given[f.name], f) for f in GIVEN}
    found = pd.DataFrame({"balance": columns["monto_credito"], **columns}, index=given.index)
    return pd.concat([found, derived(found)], axis=1)


def _attribute(values: pd.Series, field: CaseField) -> np.ndarray | pd.Categorical:
    if field.levels:
        return pd.Categorical(values.astype(object), categories=pd.Index(field.levels, dtype="str"))
    return values.to_numpy(np.float64)


CASE: Final = CaseForm((*GIVEN, *DERIVED), rows)
