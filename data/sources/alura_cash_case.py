"""Data room: what is known of a loan of `alura_cash` when it is asked for, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from data.case import CaseField, CaseForm
from data.sources.attributes import as_category

AGE: Final = "Idade"
INCOME: Final = "Salario_anual"
HOME: Final = "Situacao_prop"
TENURE: Final = "Tempo_trabalho"
INTENT: Final = "Motivo_emprest"
GRADE: Final = "Pont_emprest"
AMOUNT: Final = "Total_emprest"
RATE: Final = "Tx_juros"
BURDEN: Final = "Renda_pecentual"
HISTORY: Final = "Periodo"
ON_FILE: Final = "Inadimplente"

MOST_AGE: Final = 100
MOST_TENURE: Final = 60
"""Years beyond which an age, and a time in one job, are taken for mistakes."""

HOMES: Final = ("Rent", "Mortgage", "Own", "Other")
INTENTS: Final = ("Education", "Medical", "Venture", "Personal", "Debtconsolidation", "Homeimprovement")
GRADES: Final = ("A", "B", "C", "D", "E", "F", "G")
NO, YES = "N", "Y"
FLAGS: Final = {NO: 0.0, YES: 1.0, "0": 0.0, "1": 1.0}
"""How `Inadimplente` is written in files (N, Y) and by clients of the earlier API (0, 1)."""

_MOST_MONEY: Final = 1e9


def _text(name: str, en: str, es: str, pt: str, levels: tuple[str, ...]) -> CaseField:
    return CaseField(
        name, "text", {"en": en, "es": es, "pt": pt}, levels=levels, missing=True, usual=levels[0]
    )  # fmt: skip


def _number(name: str, en: str, es: str, pt: str, high: float, unit: str, usual: float, low: float = 0) -> CaseField:
    return CaseField(name, "number", {"en": en, "es": es, "pt": pt}, low, high, missing=True, unit=unit, usual=usual)


FIELDS: Final = (
    _number(AGE, "Age", "Edad", "Idade", MOST_AGE, "years", 26, low=18),
    _number(INCOME, "Yearly income", "Ingreso anual", "Salário anual", _MOST_MONEY, "BRL", 55_000),
    _text(HOME, "Home ownership", "Vivienda", "Situação da moradia", HOMES),
    _number(TENURE, "Years in employment", "Años de empleo", "Tempo de trabalho", MOST_TENURE, "years", 4),
    _text(INTENT, "Purpose of the loan", "Motivo del préstamo", "Motivo do empréstimo", INTENTS),
    _text(GRADE, "Grade given by the lender", "Calificación del prestamista", "Pontuação do empréstimo", GRADES),
    _number(AMOUNT, "Amount of the loan", "Valor del préstamo", "Valor do empréstimo", _MOST_MONEY, "BRL", 8_000),
    _number(RATE, "Yearly interest rate", "Tasa de interés anual", "Taxa de juros anual", 100, "%", 11),
    _number(BURDEN, "Loan over yearly income", "Préstamo sobre ingreso anual", "Empréstimo sobre salário anual", 10,
            "fraction", 0.15),
    _number(HISTORY, "Length of credit history", "Antigüedad crediticia", "Tempo de histórico de crédito", 100,
            "years", 4),
    _text(ON_FILE, "Default on file (N, 0: no; Y, 1: yes)", "Incumplimiento registrado (N, 0: no; Y, 1: sí)",
          "Inadimplência registrada (N, 0: não; Y, 1: sim)", tuple(FLAGS)),
)  # fmt: skip
"""The 11 fields of the earlier API, in its order. Each may be unknown (null), as each is for some of the loans that
models learn from; none may be left out. `Inadimplente` is what the bureau knew before the loan, not the outcome."""

NUMBERS: Final = tuple(f.name for f in FIELDS if f.kind == "number")
TEXTS: Final = {HOME: HOMES, INTENT: INTENTS, GRADE: GRADES}


def rows(loans: pd.DataFrame) -> pd.DataFrame:
    """What the contract knows of loans given by their fields: balance, numbers as they are (NaN where unknown), texts
    as categories with the documented levels first, and `Inadimplente` as 1 and 0.

    Nothing is filled in. (The earlier system put 11 for an unknown rate, 4 for unknown years of employment and the
    median for other numbers, and left out loans with an unknown category.)
    """
    numbers = {name: loans[name].to_numpy(np.float64, na_value=np.nan) for name in NUMBERS}
    texts = {name: levels_first(loans[name], levels) for name, levels in TEXTS.items()}
    columns = {
        "balance": numbers[AMOUNT],
        **numbers,
        **texts,
        ON_FILE: loans[ON_FILE].astype(object).map(FLAGS).to_numpy(np.float64),
    }
    return pd.DataFrame(columns, index=loans.index)[["balance", *(f.name for f in FIELDS)]]


def levels_first(values: pd.Series, levels: Sequence[str]) -> pd.Categorical:
    """The values as levels, the documented `levels` first, and in their order."""
    known = as_category(values)
    return known.set_categories([*levels, *(c for c in known.categories if c not in levels)])


CASE: Final = CaseForm(FIELDS, rows)
