"""Data room: what the demo bank holds its figures against, in the file that the trainer reads beside the others."""

from __future__ import annotations

from typing import Final

from data.bank.parameters import NEVER, REGIONS, Bank
from data.bank.worlds import calendar

LIMITS: Final = {
    "icv_target": 0.045, "icv_warning": 0.052, "icv_appetite": 0.060, "icv60_target": 0.030, "icv90_target": 0.020,
    "acceptance_target": 0.22, "capacity": 4_000,
}  # fmt: skip
CASH_PER_CLIENT: Final = 400_000
"""Pesos that the bank wants to receive in a month, per client that it opens with."""
ARMS: Final = ("model", "legacy", "none")


def targets(bank: Bank, *, clients: int) -> str:
    """The text of thresholds.toml: targets and limits, contacts a month, and how the model began."""
    named = {**LIMITS, "cash_target": clients * CASH_PER_CLIENT}
    limits = "".join(f"{name} = {value}\n" for name, value in named.items())
    if bank.rollout:
        return f"{limits}\n{_rollout(bank)}"
    if max(bank.arms) == 1:
        return limits
    shares = "".join(f"{name} = {share}\n" for name, share in zip(ARMS, bank.arms, strict=True) if share > 0)
    return f"{limits}\n[planned_arms]\n{shares}"


def _rollout(bank: Bank) -> str:
    when = dict(zip(REGIONS, bank.rollout, strict=True))
    never = ", ".join(f'"{region}"' for region, month in when.items() if month == NEVER)
    since = "".join(f'"{region}" = {calendar(month)}\n' for region, month in when.items() if month != NEVER)
    return f'[rollout]\ndimension = "region"\nnever = [{never}]\nother_changes = []\n\n[rollout.since]\n{since}'
