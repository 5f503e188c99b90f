"""Data room: what the demo bank holds its figures against, in the file that the trainer reads beside the others."""

from __future__ import annotations

from typing import Final

from data.bank.parameters import NEVER, REGIONS, Bank
from data.bank.worlds import calendar

TARGET: Final = 0.045
APPETITE: Final = 0.060
CAPACITY: Final = 4_000
ARMS: Final = ("model", "legacy", "none")


def targets(bank: Bank) -> str:
    """The text of thresholds.toml: target and limit of the overdue ratio, contacts a month, and how the model began."""
    limits = f"icv_target = {TARGET}\nicv_appetite = {APPETITE}\ncapacity = {CAPACITY}\n"
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
