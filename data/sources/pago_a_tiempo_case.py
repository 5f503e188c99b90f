"""Data room: the columns of a loan of `pago_a_tiempo` that are known when it is granted, and what becomes of them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from data.case import CaseField, CaseForm, CaseKind
from data.sources.attributes import as_category

KINDS: Final = ("4", "9", "10", "6", "7", "68")
TRENDS: Final = ("Creciente", "Decreciente", "Estable")
JOBS: Final = ("Empleado", "Independiente")
DATE: Final = "fecha_prestamo"
KIND: Final = "tipo_credito"
AMOUNT: Final = "capital_prestado"
AGE: Final = "edad_cliente"
INCOME: Final = "salario_cliente"
TERM: Final = "plazo_meses"
JOB: Final = "tipo_laboral"
TREND: Final = "tendencia_ingresos"

_MOST_MONEY: Final = 1e12
_MOST_LOANS: Final = 1_000


def _label(en: str, es: str, pt: str) -> dict[str, str]:
    return {"en": en, "es": es, "pt": pt}


def _money(name: str, en: str, es: str, pt: str, *, usual: float, known: bool = True) -> CaseField:
    """An amount; `known`: whether every client has one."""
    return CaseField(name, "number", _label(en, es, pt), 0, _MOST_MONEY, missing=not known, optional=not known,
                     unit="COP", usual=usual)  # fmt: skip


def _whole(name: str, en: str, es: str, pt: str, low: float, high: float, *, usual: int, unit: str = "") -> CaseField:
    return CaseField(name, "whole", _label(en, es, pt), low, high, unit=unit, usual=usual)


def _loans(name: str, en: str, es: str, pt: str, *, usual: int) -> CaseField:
    return _whole(name, en, es, pt, 0, _MOST_LOANS, usual=usual)


def _other(name: str, kind: CaseKind, en: str, es: str, pt: str, **rules: object) -> CaseField:
    """A field that may be left out."""
    return CaseField(name, kind, _label(en, es, pt), missing=True, optional=True, **rules)  # type: ignore[arg-type]


FIELDS: Final = (
    CaseField(KIND, "text", _label("Kind of loan (code)", "Tipo de crédito (código)", "Tipo de crédito (código)"),
              levels=KINDS, usual=KINDS[0]),
    _other(DATE, "date", "Date of the loan", "Fecha del préstamo", "Data do empréstimo"),
    _money(AMOUNT, "Amount lent", "Capital prestado", "Valor emprestado", usual=1_921_920),
    _whole(TERM, "Term", "Plazo", "Prazo", 1, 600, usual=10, unit="months"),
    _whole(AGE, "Age", "Edad", "Idade", 0, 130, usual=42, unit="years"),
    _other(JOB, "text", "Employment", "Tipo laboral", "Vínculo de trabalho", levels=JOBS, usual=JOBS[0]),
    _money(INCOME, "Monthly salary", "Salario mensual", "Salário mensal", usual=3_000_000),
    _money("total_otros_prestamos", "Other loans, in all", "Total de otros préstamos", "Total de outros empréstimos",
           usual=1_000_000),
    _money("cuota_pactada", "Agreed instalment", "Cuota pactada", "Parcela combinada", usual=182_863),
    _other("puntaje_datacredito", "number", "Bureau score", "Puntaje de la central de riesgo",
           "Pontuação do birô de crédito", low=-10, high=1_000, usual=791),
    _loans("cant_creditosvigentes", "Loans outstanding", "Créditos vigentes", "Créditos em aberto", usual=5),
    _loans("huella_consulta", "Bureau enquiries", "Consultas a la central", "Consultas ao birô", usual=4),
    _money("saldo_mora", "Balance in arrears (bureau)", "Saldo en mora (central)", "Saldo em atraso (birô)", usual=0,
           known=False),
    _money("saldo_total", "Total balance (bureau)", "Saldo total (central)", "Saldo total (birô)", usual=16_178,
           known=False),
    _money("saldo_principal", "Balance as debtor (bureau)", "Saldo como principal (central)",
           "Saldo como devedor (birô)", usual=14_443, known=False),
    _money("saldo_mora_codeudor", "Balance in arrears as co-debtor (bureau)", "Saldo en mora como codeudor (central)",
           "Saldo em atraso como codevedor (birô)", usual=0, known=False),
    _loans("creditos_sectorFinanciero", "Loans from banks", "Créditos del sector financiero",
           "Créditos do setor financeiro", usual=2),
    _loans("creditos_sectorCooperativo", "Loans from cooperatives", "Créditos del sector cooperativo",
           "Créditos do setor cooperativo", usual=0),
    _loans("creditos_sectorReal", "Loans from shops and services", "Créditos del sector real",
           "Créditos do setor real", usual=1),
    _money("promedio_ingresos_datacredito", "Average income (bureau)", "Promedio de ingresos (central)",
           "Renda média (birô)", usual=1_204_496, known=False),
    _other(TREND, "text", "Trend of income", "Tendencia de ingresos", "Tendência da renda", levels=TRENDS,
           usual=TRENDS[0]),
)  # fmt: skip
"""Every column of the file but the outcome and `puntaje`. What a client of the earlier API never sent (the date, the
employment, what the credit bureau says) may be left out, and is then unknown, not zero."""

NUMBERS: Final = tuple(f.name for f in FIELDS if f.kind in ("number", "whole"))
TEXTS: Final = tuple(f.name for f in FIELDS if f.kind == "text")


def rows(loans: pd.DataFrame) -> pd.DataFrame:
    """What is known of loans given by their fields: balance and product (the kind of loan), which are columns of the
    contract, and attributes, numbers as they are and texts as categories.

    Ratios (instalment to salary, instalments to amount) were tried and left out: out of time they rank no better. The
    date says only which month a loan belongs to.
    """
    numbers = {name: loans[name].to_numpy(np.float64, na_value=np.nan) for name in NUMBERS}
    texts = {"product" if name == KIND else name: as_category(loans[name]) for name in TEXTS}
    return pd.DataFrame({"balance": numbers[AMOUNT], **numbers, **texts}, index=loans.index)


CASE: Final = CaseForm(FIELDS, rows)
