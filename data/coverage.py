"""Data room: the coverage waterfall, so that nothing is dropped silently.

A waterfall is a chain of steps; each says how many obligation-months (and how much balance) stay and how many leave,
and the numbers add up by construction: what enters a step is what stayed in the one before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

STEPS = ("read", "distinct", "in_arrears", "eligible", "joined", "scored", "worked", "matured")
"""The usual chain: rows read; first row of its key; in arrears; eligible for an option; kept by the join of client data
as of (all: a row without a client record stays); scored; worked (offered); with a closed outcome window."""

RULES = ("matched", "complete", "possible_age", "possible_tenure", "different")
"""Steps that a source may put after "read", one per rule by which it leaves rows out: keys that the other tables have;
nothing missing that is needed; an age, and years in a job, that can be; a row that is no exact copy of an earlier."""


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


def waterfall(month: np.ndarray, balance: np.ndarray | None, stays: Mapping[str, np.ndarray]) -> dict[int, Coverage]:
    """The chain of each month. `stays[step]` says which rows stay at that step, if they stayed in all before it.

    A missing balance counts as 0; without balances every step's balance is NaN.
    """
    months, where = np.unique(month, return_inverse=True)
    money = None if balance is None else np.nan_to_num(np.asarray(balance, np.float64))
    left = np.ones(len(month), bool)
    out = {int(m): Coverage() for m in months}
    for name, mask in stays.items():
        left &= mask
        count = np.bincount(where[left], minlength=len(months))
        sums = None if money is None else np.bincount(where[left], money[left], minlength=len(months))
        for i, m in enumerate(out):
            out[m] = out[m].then(name, int(count[i]), math.nan if sums is None else float(sums[i]))
    return out


def total(parts: Mapping[int, Coverage]) -> Coverage:
    """The chain of all parts together. Raises ValueError when they do not have the same steps."""
    chains = [c.steps for c in parts.values()]
    if len({tuple(s.name for s in steps) for steps in chains}) > 1:
        raise ValueError("waterfalls with different steps do not add up")
    together = zip(*chains, strict=True)
    return Coverage(tuple(Step(s[0].name, sum(x.count for x in s), math.fsum(x.balance for x in s)) for s in together))
