"""Data room: what the demo bank writes down of its own events, and who answers for each."""

from __future__ import annotations

from typing import Final

from data.bank.parameters import Bank
from data.bank.worlds import calendar

_TOLD: Final = (
    ("go_live", "Analítica de cobranzas", "The model goes live", "El modelo entra en producción",
     "O modelo entra em produção"),
    ("concept_month", "Comité de crédito", "New terms of the payment options",
     "Nuevas condiciones de las alternativas de pago", "Novas condições das opções de pagamento"),
)  # fmt: skip
"""Month of the bank, owner, and what happened in English, Spanish and Portuguese."""


def events(bank: Bank, *, months: int) -> str:
    """The text of events.toml: the events of a bank that lives so many months; "" without any."""
    when = {name: getattr(bank, name) for name, *_ in _TOLD}
    return "\n".join(_event(calendar(when[name]), *told) for name, *told in _TOLD if when[name] < months)


def _event(month: int, owner: str, en: str, es: str, pt: str) -> str:
    return f'[[events]]\nmonth = {month}\nowner = "{owner}"\ntext = {{ en = "{en}", es = "{es}", pt = "{pt}" }}\n'
