"""Data room: what the demo bank holds its figures against, in the file that the trainer reads beside the others."""

from __future__ import annotations

from typing import Final

from data.bank.parameters import Bank

TARGET: Final = 0.045
APPETITE: Final = 0.060
CAPACITY: Final = 4_000
ARMS: Final = ("model", "legacy", "none")


def targets(bank: Bank) -> str:
    """The text of thresholds.toml: target and limit of the overdue ratio, contacts a month, planned arms."""
    shares = "".join(f"{name} = {share}\n" for name, share in zip(ARMS, bank.arms, strict=True) if share > 0)
    return f"icv_target = {TARGET}\nicv_appetite = {APPETITE}\ncapacity = {CAPACITY}\n\n[planned_arms]\n{shares}"
