"""Data room: the coverage waterfall, so that nothing is dropped silently.

A waterfall is a chain of steps; each says how many obligation-months (and how much balance) stay and how many leave,
and the numbers add up by construction: what enters a step is what stayed in the one before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

STEPS = ("read", "in_arrears", "eligible", "joined", "scored", "worked", "matured")
"""The usual chain: rows read; in arrears; eligible for an option; with client data joined as of; scored; worked
(offered); with a closed outcome window."""


@dataclass(frozen=True)
class Step:
    """What stays after one step: a count of obligation-months and their balance (NaN where the data have none)."""

    name: str
    count: int
    balance: float = math.nan


@dataclass(frozen=True)
class Coverage:
    """A chain of steps from what was read to what was matured."""

    steps: tuple[Step, ...] = ()

    def then(self, name: str, count: int, balance: float = math.nan) -> Coverage:
        """The chain with one more step. Raises ValueError when more would stay than entered."""
        if self.steps and count > self.steps[-1].count:
            raise ValueError(f"step {name!r} keeps {count:,} of {self.steps[-1].count:,}: more than entered")
        return Coverage((*self.steps, Step(name, int(count), float(balance))))

    def lost(self) -> tuple[Step, ...]:
        """What left at each step after the first: the losses and the last step add up to the first."""
        pairs = zip(self.steps, self.steps[1:], strict=False)
        return tuple(Step(b.name, a.count - b.count, a.balance - b.balance) for a, b in pairs)

    def as_records(self) -> list[dict[str, object]]:
        """Plain records for a release document: name, count, balance (None where unknown)."""
        return [
            {"name": s.name, "count": s.count, "balance": None if math.isnan(s.balance) else s.balance}
            for s in self.steps
        ]

    @staticmethod
    def from_records(records: list[dict]) -> Coverage:
        """The chain that `as_records` wrote."""
        return Coverage(
            tuple(Step(r["name"], r["count"], math.nan if r["balance"] is None else r["balance"]) for r in records)
        )
