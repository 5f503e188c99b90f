"""Monitoring room: what an overdue ratio counts: from how many days past due, and in which unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from data.counts import Tally
from data.rows import BUCKETS
from monitoring.bridge import FIRST_OVERDUE
from monitoring.policy import OVERDUE_MEASURES
from monitoring.tallies import by_random_group

Basis = Literal["balance", "past_due", "count"]
BASES: Final[tuple[Basis, ...]] = ("balance", "past_due", "count")
"""The whole balance of overdue obligations over the gross balance (SFC) · only their past-due amount over the gross
balance · overdue obligations over all obligations."""


@dataclass(frozen=True)
class Definition:
    """An overdue ratio: more than `days` past due (a key of OVERDUE_MEASURES), counted in `basis`."""

    days: int = 30
    basis: Basis = "balance"

    @property
    def axes(self) -> tuple[str, ...]:
        """Axes that the counts need for it: amounts past due and obligations are told apart by bucket."""
        return () if self.basis == "balance" else ("bucket",)

    @property
    def measures(self) -> tuple[str, str]:
        """Measures that the counts need for it: what is above the line, and what is below."""
        above = {"balance": OVERDUE_MEASURES[self.days], "past_due": "due", "count": "n"}[self.basis]
        return above, "n" if self.basis == "count" else "B"


def amounts(totals: Tally, definition: Definition, axes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What is overdue and what it is a share of, with the random group first (one group of everything where the counts
    have none), then these axes."""
    above, below = definition.measures
    late = totals
    if definition.axes:
        keep = np.isin(np.array(totals.labels["bucket"], object).astype(str), BUCKETS[FIRST_OVERDUE[definition.days] :])
        place = totals.axes.index("bucket")
        labels = {**totals.labels, "bucket": tuple(np.array(totals.labels["bucket"], object)[keep])}
        late = Tally(totals.axes, labels, {above: totals[above].compress(keep, axis=place)})
    return by_random_group(late, above, axes), by_random_group(totals, below, axes)
