"""Data room: bands, so that a number can be a segment: age, income, days past due, or any number with given edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.rows import BUCKETS, UNKNOWN


@dataclass(frozen=True)
class Bands:
    """Bands of a number. Band k holds `edges[k] <= value < edges[k+1]`; with `upper`, `edges[k] < value <= edges[k+1]`.

    A missing value, or one outside of all bands, is in the band `rows.UNKNOWN`.
    """

    edges: tuple[float, ...]
    labels: tuple[str, ...]
    upper: bool = False

    def of(self, values: npt.ArrayLike) -> pd.Categorical:
        """The band of each value, as an ordered categorical with UNKNOWN as its last level."""
        numbers = np.asarray(values, np.float64)
        place = np.searchsorted(self.edges, numbers, side="left" if self.upper else "right") - 1
        inside = ~np.isnan(numbers) & (place >= 0) & (place < len(self.labels))
        codes = np.where(inside, place, len(self.labels))
        return pd.Categorical.from_codes(codes, categories=pd.Index([*self.labels, UNKNOWN], dtype="str"), ordered=True)


AGE: Final = Bands((18, 25, 35, 45, 55, 65, 101), ("18-24", "25-34", "35-44", "45-54", "55-64", "65+"))
"""Age in years; below 18 and above 100 nobody knows."""

INCOME: Final = Bands((-np.inf, 1e6, 2e6, 4e6, 8e6, np.inf), ("<1M", "1-2M", "2-4M", "4-8M", "8M+"))
"""Monthly income in millions of the currency (COP: about 1, 2, 4 and 8 minimum wages)."""

AGEING: Final = Bands((-np.inf, 0, 30, 60, 90, 120, 150, 180, 360, np.inf), BUCKETS, upper=True)
"""Ageing buckets by days past due."""

NAMED: Final = {"age": AGE, "income": INCOME, "bucket": AGEING}
"""The bands that a mapping may name."""


def bands(edges: Sequence[float]) -> Bands:
    """Bands with the given inner edges, open at both ends, named after them: edges 6, 12 give "<6", "6-12", "12+".

    Edges that are all multiples of a thousand or a million are written with K or M. Raises ValueError when the edges
    do not rise.
    """
    if not edges or any(b <= a for a, b in pairwise(edges)):
        raise ValueError(f"edges must rise: {list(edges)}")
    unit, mark = next((u, m) for u, m in ((1e6, "M"), (1e3, "K"), (1, "")) if u == 1 or all(e % u == 0 for e in edges))
    words = [f"{e / unit:g}" for e in edges]
    between = [f"{a}-{b}{mark}" for a, b in pairwise(words)]
    return Bands((-np.inf, *edges, np.inf), (f"<{words[0]}{mark}", *between, f"{words[-1]}{mark}+"))


def age_band(age: npt.ArrayLike) -> pd.Categorical:
    """Age band of each age in years; UNKNOWN outside 18..100."""
    return AGE.of(age)


def income_band(income: npt.ArrayLike, *, edges: Sequence[float] | None = None) -> pd.Categorical:
    """Income band of each monthly income, with other inner edges if given; UNKNOWN where missing."""
    return (bands(edges) if edges else INCOME).of(income)


def bucket(days_past_due: npt.ArrayLike) -> pd.Categorical:
    """Ageing bucket of each number of days past due; UNKNOWN where missing."""
    return AGEING.of(days_past_due)
