"""Monitoring room: how one feature is spread among the scored rows that filters keep, and among all scored rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from data.counts import Selection
from data.rows import UNSCORED
from data.store import Release
from monitoring.behind import kept, text
from monitoring.drift import Psi, psi
from monitoring.feature_drift import Spread


@dataclass(frozen=True)
class Split:
    """Scored rows per bin of the feature: those `kept` and `every` one, and their index. Its critical value and its
    probability know that the kept rows are among all rows."""

    kept: np.ndarray
    every: np.ndarray
    psi: Psi


def split(release: Release, spread: Spread, selection: Selection, months: Sequence[int]) -> Split | None:
    """The scored rows of some months, those that the filters of a selection keep (its own months are not looked at)
    beside all. None when the rows of the release do not hold the feature. Rows are read."""
    if spread.feature not in release.columns("rows"):
        return None
    bins = len(spread.reference)
    mine, every = np.zeros(bins), np.zeros(bins)
    wanted = list(dict.fromkeys((spread.feature, "score_code", *selection.where)))
    parts = {p.name for p in release.parts("rows")}
    for name in (str(m) for m in months if str(m) in parts):
        rows = release.frame("rows", columns=wanted, parts=[name])
        rows = rows[(rows["score_code"] != UNSCORED).to_numpy()]
        codes = _codes(rows[spread.feature], spread)
        every += np.bincount(codes, minlength=bins)
        mine += np.bincount(codes[kept(rows, selection)], minlength=bins)
    return Split(mine, every, within(psi(mine, every, half=True), mine.sum(), every.sum()))


def _codes(column: pd.Series, spread: Spread) -> np.ndarray:
    """The frozen bin of every value."""
    if spread.kind == "numeric":
        values = column.to_numpy(np.float32, na_value=np.nan)
        return np.where(
            np.isnan(values), 0, 1 + np.searchsorted(np.asarray(spread.edges, np.float32), values, side="right")
        )
    place = {level: k for k, level in enumerate(spread.levels, 1)}
    named = text(column).map(place).fillna(len(spread.levels) + 1).to_numpy(np.int64)
    return np.where(column.isna().to_numpy(), 0, named)


def within(found: Psi, n: float, every: float) -> Psi:
    """The index of a part against the whole: the part's shares scatter about those of the whole by 1/n − 1/N, where
    two separate samples scatter by 1/n + 1/N."""
    if found.reason or n == every or found.bins < 2:
        return found
    by_chance, freedom = 1 / n - 1 / every, found.bins - 1
    return replace(
        found, p=float(special.chdtrc(freedom, found.psi / by_chance)),
        critical=float(special.chdtri(freedom, 0.05) * by_chance),
    )  # fmt: skip
