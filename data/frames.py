"""Data room: the frames of the contract, column by column.

A frame is a pandas DataFrame with the columns below, one row per key. Months are integers YYYYMM; money is in the
release's currency unit; shares are fractions in 0..1; a missing value is NaN, None or pd.NA, never a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "month", "date", "money", "days", "count", "share", "flag", "category", "number"]


@dataclass(frozen=True)
class Column:
    """One column of the contract. `low`..`high` is the range that must hold; `usual` the range outside of which a
    value is kept but counted as suspicious. `missing`: whether a missing value is allowed."""

    name: str
    kind: Kind
    meaning: str
    en: str
    es: str
    pt: str
    missing: bool = True
    low: float | None = None
    high: float | None = None
    usual: tuple[float, float] | None = None
    unit: str = ""


@dataclass(frozen=True)
class Frame:
    """A frame of the contract: its columns, its key (unique up to suspicion), and when its rows become known."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    known: str


def _c(name: str, kind: Kind, meaning: str, en: str, es: str, pt: str, **rules: object) -> Column:
    return Column(name, kind, meaning, en, es, pt, **rules)  # type: ignore[arg-type]


_CLIENT = _c("client", "id", "client, masked", "Client", "Cliente", "Cliente", missing=False)
_OBLIGATION = _c("obligation", "id", "obligation, masked", "Obligation", "Obligación", "Operação", missing=False)
_MONTH = _c("month", "month", "month that the row speaks of", "Month", "Mes", "Mês", missing=False)
_KEYS = (_CLIENT, _OBLIGATION, _MONTH)
_KEY = ("client", "obligation", "month")

OBLIGATIONS = Frame(
    "obligations",
    _KEY,
    (
        *_KEYS,
        _c("balance", "money", "outstanding balance", "Balance", "Saldo", "Saldo", low=0, usual=(0, 1e11)),
        _c("past_due", "money", "amount past due", "Past-due amount", "Valor vencido", "Valor em atraso", low=0),
        _c("days_past_due", "days", "days past due", "Days past due", "Días de mora", "Dias de atraso", low=0,
           usual=(0, 3650), unit="days"),
        _c("product", "category", "product", "Product", "Producto", "Produto"),
        _c("segment", "category", "the bank's own segment", "Bank segment", "Segmento", "Segmento"),
        _c("reaged", "flag", "a payment option was applied within the last 9 months", "Re-aged", "Modificada",
           "Renegociada"),
        _c("written_off", "money", "balance written off when the month opened", "Written off", "Castigo", "Baixa",
           low=0),
        _c("eligible", "flag", "may be offered a payment option this month", "Eligible", "Elegible", "Elegível",
           missing=False),
        _c("provisions", "money", "provisions held against the obligation", "Provisions", "Provisiones", "Provisões",
           low=0),
        _c("opened", "date", "date of disbursement", "Disbursed", "Desembolso", "Desembolso"),
        _c("arm", "category", "arm of the client in the randomised comparison", "Arm", "Brazo", "Braço"),
    ),
    "at the opening of the month",
)  # fmt: skip

CLIENTS = Frame(
    "clients",
    ("client", "month"),
    (
        _CLIENT,
        _c("month", "month", "month of the snapshot", "Snapshot", "Corte", "Corte", missing=False),
        _c("region", "category", "region of residence", "Region", "Región", "Região"),
        _c("age", "number", "age in years", "Age", "Edad", "Idade", low=0, usual=(18, 100), unit="years"),
        _c("gender", "category", "gender", "Gender", "Género", "Gênero"),
        _c("marital_status", "category", "marital status", "Marital status", "Estado civil", "Estado civil"),
        _c("education", "category", "education", "Education", "Nivel académico", "Escolaridade"),
        _c("occupation", "category", "occupation", "Occupation", "Ocupación", "Ocupação"),
        _c("housing", "category", "housing", "Housing", "Vivienda", "Moradia"),
        _c("dependants", "count", "dependants", "Dependants", "Personas a cargo", "Dependentes", low=0, usual=(0, 20)),
        _c("income", "money", "monthly income", "Income", "Ingresos", "Renda", low=0, usual=(0, 1e9)),
        _c("expenses", "money", "monthly expenses", "Expenses", "Egresos", "Despesas", usual=(0, 1e9)),
        _c("assets", "money", "total assets", "Assets", "Activos", "Ativos", usual=(0, 1e12)),
        _c("liabilities", "money", "total liabilities", "Liabilities", "Pasivos", "Passivos", usual=(0, 1e12)),
        _c("segment", "category", "the bank's own segment", "Bank segment", "Segmento", "Segmento"),
        _c("channel", "category", "channel that the client last used to update data", "Channel", "Canal", "Canal"),
        _c("since", "date", "client since", "Client since", "Vinculación", "Cliente desde"),
    ),
    "at the end of the snapshot month",
)  # fmt: skip

PAYMENTS = Frame(
    "payments",
    _KEY,
    (
        *_KEYS,
        _c("instalment", "money", "instalment of the month", "Instalment", "Cuota", "Parcela", low=0),
        _c("paid", "money", "total paid in the month", "Paid", "Pago", "Pago", low=0),
        _c("mark", "category", "how the payment compares to the instalment", "Payment mark", "Marca de pago",
           "Marca de pagamento"),
        _c("last_paid", "date", "last payment date", "Last payment", "Último pago", "Último pagamento"),
        _c("product", "category", "product", "Product", "Producto", "Produto"),
        _c("segment", "category", "the bank's own segment", "Bank segment", "Segmento", "Segmento"),
    ),
    "at the end of the month",
)  # fmt: skip

ACTIONS = Frame(
    "actions",
    _KEY,
    (
        *_KEYS,
        _c("contacts", "count", "collection actions", "Actions", "Gestiones", "Acionamentos", low=0),
        _c("right_party", "flag", "the client in person was reached", "Right-party contact", "Contacto directo", "CPC"),
        _c("agreements", "count", "payment agreements", "Agreements", "Acuerdos", "Acordos", low=0),
        _c("promises_kept", "count", "promises kept", "Promises kept", "Promesas cumplidas", "Promessas cumpridas",
           low=0),
        _c("options_offered", "count", "pre-approved payment options", "Options", "Alternativas", "Opções", low=0,
           usual=(0, 3)),
        _c("option", "category", "first pre-approved option", "Option", "Alternativa", "Opção"),
        _c("option_applied", "category", "option applied in the month", "Option applied", "Alternativa aplicada",
           "Opção aplicada"),
        _c("result", "category", "best result of the month", "Best result", "Mejor resultado", "Melhor resultado"),
        _c("days_past_due_low", "days", "least days past due in the month", "Least days past due", "Mora mínima",
           "Atraso mínimo", low=0, unit="days"),
        _c("days_past_due_high", "days", "most days past due in the month", "Most days past due", "Mora máxima",
           "Atraso máximo", low=0, unit="days"),
        _c("days_past_due_end", "days", "days past due on the last day", "Days past due at close", "Mora al cierre",
           "Atraso no fechamento", low=0, unit="days"),
        _c("past_due", "money", "amount past due", "Past-due amount", "Valor vencido", "Valor em atraso", low=0),
        _c("balance", "money", "principal balance", "Balance", "Saldo de capital", "Saldo", low=0),
        _c("debt", "money", "the client's total debt", "Total debt", "Endeudamiento", "Endividamento", low=0),
        _c("paid", "money", "paid in the month", "Paid", "Pago del mes", "Pago no mês", low=0),
    ),
    "at the end of the month (contemporary to the outcome: usable only lagged)",
)  # fmt: skip

DECISIONS = Frame(
    "decisions",
    _KEY,
    (
        *_KEYS,
        _c("arm", "category", "arm of the client in the randomised comparison", "Arm", "Brazo", "Braço"),
        _c("propensity", "share", "probability e with which the offer was decided", "Decision probability",
           "Probabilidad de decisión", "Probabilidade de decisão", low=0, high=1),
        _c("offered", "flag", "an option was offered", "Offered", "Ofrecida", "Oferecida", missing=False),
        _c("decided_at", "date", "when it was decided", "Decided at", "Fecha de decisión", "Data da decisão"),
    ),
    "at the opening of the month",
)  # fmt: skip

SCORES = Frame(
    "scores",
    _KEY,
    (
        *_KEYS,
        _c("lot", "category", "priority lot", "Lot", "Lote", "Lote"),
        _c("pays", "share", "the bank's probability of a payment next month", "Bank propensity", "Propensión",
           "Propensão", low=0, high=1),
        _c("early_alert", "share", "the bank's probability of entering arrears", "Early alert", "Alerta temprana",
           "Alerta precoce", low=0, high=1),
        _c("self_cure", "share", "the bank's probability of curing alone", "Self-cure", "Autocura", "Autocura",
           low=0, high=1),
    ),
    "at the end of the month",
)  # fmt: skip

OUTCOMES = Frame(
    "outcomes",
    _KEY,
    (
        *_KEYS,
        _c("label", "flag", "1 accepted (paid), 0 not; missing when none can exist or it is still open", "Outcome",
           "Respuesta", "Resposta"),
        _c("label_state", "count", "state of the label, see data.rows", "Label state", "Estado de la etiqueta",
           "Estado do rótulo", missing=False, low=0, high=3),
        _c("type", "category", "kind of response", "Response", "Tipo de respuesta", "Tipo de resposta"),
        _c("known_at", "month", "month at whose end the label is final", "Known at", "Conocida en", "Conhecida em",
           missing=False),
        _c("reported_after", "count", "months until an acceptance was reported; missing when none is",
           "Reported after", "Reportada tras", "Relatada após", low=0),
        _c("kept", "flag", "the accepted option was applied", "Applied", "Aplicada", "Aplicada"),
        _c("assumed", "flag", "nobody knows whether anything was offered: read as not accepted", "Assumed", "Supuesta",
           "Presumida"),
    ),
    "at the end of month known_at",
)  # fmt: skip

FRAMES: Mapping[str, Frame] = {
    f.name: f for f in (OBLIGATIONS, CLIENTS, PAYMENTS, ACTIONS, DECISIONS, SCORES, OUTCOMES)
}
