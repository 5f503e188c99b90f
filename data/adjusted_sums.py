"""Data room: the sums that offered and not offered rows are compared with, once both are weighted to be alike.

Everything is a sum over rows by month, and what needs an interval by random group of clients too, so that the months of
a selection add up. A row stands for itself, or for its balance where the outcome is an overdue balance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np

from data.policy_sums import plain

OUTCOMES: Final = {"paid": "rows", "over": "rows", "balance": "balance"}
"""Paid within the month; overdue at the next opening; balance overdue then; and what a row stands for in each."""

CHANCES: Final = 20
"""Bins of equal width that probabilities of an offer are counted in."""

ARMS: Final = 2
"""Offered first, then not offered."""


DIGITS: Final = 7
"""Significant digits of a number in the document."""


@dataclass(frozen=True)
class _Record:
    """Arrays that JSON holds under their own names."""

    def as_record(self) -> dict[str, Any]:
        """The arrays as JSON holds them."""
        return {f.name: plain(getattr(self, f.name), DIGITS) for f in fields(self)}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """The arrays that a document holds. Raises KeyError when one is missing."""
        return cls(**{f.name: np.asarray(record[f.name], float) for f in fields(cls)})


@dataclass(frozen=True)
class Units(_Record):
    """What the rows stand for, each array by month and random group: `d1` those offered, `d0` the others, `w1` and `w0`
    the same weighted by one over the probability of what happened to them."""

    d1: np.ndarray
    d0: np.ndarray
    w1: np.ndarray
    w0: np.ndarray


@dataclass(frozen=True)
class OutcomeSums(_Record):
    """An outcome, each array by month and random group: `p1`, `p0` doubly robust pseudo-outcomes with and without an
    offer; `y1`, `y0` what was seen of those offered and of the others; `v1`, `v0` the same weighted."""

    p1: np.ndarray
    p0: np.ndarray
    y1: np.ndarray
    y0: np.ndarray
    v1: np.ndarray
    v0: np.ndarray


@dataclass(frozen=True)
class Support(_Record):
    """What the comparison rests on, by month: rows `all` that had a decision, of which `certain` had a probability of
    exactly 0 or 1 and are left out everywhere else, `inside` one within OVERLAP, `clipped` one that was moved into the
    range that is divided by. `squares` (arm): squared weights. `chances` (arm, bin): rows by their probability.
    `placebo_rows`, `placebo_sums` (random group): rows whose month before is known, and their summed effect of the
    offer on the payment of that month, which it cannot have had. `moments` (covariate, arm, 5): rows, Σx, Σx², weights
    and Σ weight × x of a covariate in units of its standard deviation from its mean."""

    all: np.ndarray
    certain: np.ndarray
    inside: np.ndarray
    clipped: np.ndarray
    squares: np.ndarray
    chances: np.ndarray
    placebo_rows: np.ndarray
    placebo_sums: np.ndarray
    moments: np.ndarray


@dataclass(frozen=True)
class AdjustedSums:
    """The document `adjusted_sums` of a release. `months` are the first axis of every array; `covariates` (feature,
    level or "") the second of `support.moments`; `units` has "rows" and "balance", `outcomes` some of OUTCOMES.
    Overdue is more than `overdue_dpd` days past due, or written off. `propensity`: "logged", "arms" (the mean of the
    logged ones over randomised arms) or "estimated"."""

    months: tuple[int, ...]
    units: Mapping[str, Units]
    outcomes: Mapping[str, OutcomeSums]
    support: Support
    covariates: tuple[tuple[str, str], ...]
    propensity: str
    overdue_dpd: int = 30

    def as_record(self) -> dict[str, Any]:
        """The sums as JSON holds them."""
        return {
            "months": list(self.months),
            "units": {name: u.as_record() for name, u in self.units.items()},
            "outcomes": {name: o.as_record() for name, o in self.outcomes.items()},
            "support": self.support.as_record(),
            "covariates": [list(c) for c in self.covariates],
            "propensity": self.propensity,
            "overdue_dpd": self.overdue_dpd,
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> AdjustedSums:
        """The sums that a document holds. Raises KeyError when it holds others."""
        return cls(
            tuple(record["months"]),
            {name: Units.of(u) for name, u in record["units"].items()},
            {name: OutcomeSums.of(o) for name, o in record["outcomes"].items()},
            Support.of(record["support"]),
            tuple((feature, level) for feature, level in record["covariates"]),
            record["propensity"],
            record["overdue_dpd"],
        )
