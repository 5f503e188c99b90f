"""Model room: the document that the adjusted comparison reads: offered and not offered rows, weighted to be alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.adjusted_sums import ARMS, CHANCES, OUTCOMES, AdjustedSums, OutcomeSums, Support, Units
from data.policy_sums import OVERLAP, pseudo_outcomes
from data.rows import RANDOM_GROUPS
from model.encode import Encoding, learn
from model.in_line import InLine
from model.nuisances import Predicted

MOST_LEVELS: Final = 8
"""Levels of a category whose shares are compared: the most frequent."""
MISSING: Final = "(missing)"
"""Level of a number that is not known."""
PREDICTED: Final = {"paid": "paid", "over": "overdue", "balance": "overdue"}
"""The outcome whose prediction each compared outcome is made of."""
Covariate = tuple[tuple[str, str], np.ndarray]
"""Feature and level ("" for a number), and the value of each row, NaN where unknown."""


def covariates(frame: pd.DataFrame, names: Sequence[str], score: np.ndarray) -> Iterator[Covariate]:
    """What was known before the decision, one after the other, in units of its standard deviation from its mean: the
    score, numbers (and whether they are missing, where some are), and the shares of a category's levels. What does not
    vary, or is the same as another one, is left out."""
    seen: set[bytes] = set()
    for name, x in _columns(frame, names, np.asarray(score, float)):
        spread, print_ = np.nanstd(x), hashlib.sha256(x.tobytes()).digest()
        if spread > 0 and print_ not in seen:
            seen.add(print_)
            yield name, (x - np.nanmean(x)) / spread


def _columns(frame: pd.DataFrame, names: Sequence[str], score: np.ndarray) -> Iterator[Covariate]:
    yield ("score", ""), score
    encoding = learn(frame, tuple(names))
    for name in encoding.names:
        levels = encoding.levels.get(name)
        x = Encoding((name,), {name: levels} if levels else {}).matrix(frame)[:, 0].astype(float)
        if levels is None:
            yield (name, ""), x
            yield (name, MISSING), np.isnan(x).astype(float)
        for k, level in enumerate((levels or ())[:MOST_LEVELS]):
            yield (name, level), (x == k).astype(float)


def sums(rows: InLine, found: Predicted, seen: Iterable[Covariate], *, overdue_dpd: int) -> AdjustedSums:
    """The sums of every month. Rows whose probability of an offer is exactly 0 or 1 are counted and left out: with none
    of the other kind beside them, they compare with nothing."""
    months, place = np.unique(rows.month, return_inverse=True)
    certain = (found.raw <= 0) | (found.raw >= 1)
    cells = _Cells(place[~certain], rows.rg[~certain], len(months))
    d, e = rows.offered[~certain] == 1, found.e[~certain]
    amount = {"rows": np.ones(len(d)), "balance": rows.balance[~certain]}
    outcomes = {}
    names, moments = _moments(cells, seen, ~certain, d, e)
    for name, unit in OUTCOMES.items():
        if PREDICTED[name] in found.outcomes:
            m1, m0 = (m[~certain] for m in found.outcomes[PREDICTED[name]])
            outcomes[name] = _outcome(cells, rows.share(PREDICTED[name])[~certain], d, e, m1, m0, amount[unit])
    return AdjustedSums(
        tuple(months.tolist()),
        {name: _units(cells, u, d, e) for name, u in amount.items()},
        outcomes,
        _support(cells, rows, found, moments, certain, place),
        names,
        found.propensity,
        overdue_dpd,
    )


@dataclass(frozen=True)
class _Cells:
    """Where each row is counted: its month and its random group."""

    month: np.ndarray
    rg: np.ndarray
    months: int

    def total(self, amount: np.ndarray) -> np.ndarray:
        """Sums by month and random group."""
        where = self.month * RANDOM_GROUPS + self.rg
        return np.bincount(where, amount, minlength=self.months * RANDOM_GROUPS).reshape(self.months, RANDOM_GROUPS)

    def by_month(self, amount: np.ndarray) -> np.ndarray:
        """Sums by month, of each column of a matrix."""
        out = np.zeros((self.months, *amount.shape[1:]))
        np.add.at(out, self.month, amount)
        return out


def _units(cells: _Cells, unit: np.ndarray, d: np.ndarray, e: np.ndarray) -> Units:
    return Units(*(cells.total(unit * w) for w in (d, ~d, d / e, ~d / (1 - e))))


def _outcome(
    cells: _Cells, y: np.ndarray, d: np.ndarray, e: np.ndarray, m1: np.ndarray, m0: np.ndarray, unit: np.ndarray
) -> OutcomeSums:
    with_offer, without = pseudo_outcomes(y, d, e=e, m1=m1, m0=m0)
    parts = (with_offer, without, d * y, ~d * y, d * y / e, ~d * y / (1 - e))
    return OutcomeSums(*(cells.total(unit * part) for part in parts))


def _support(
    cells: _Cells, rows: InLine, found: Predicted, moments: np.ndarray, certain: np.ndarray, place: np.ndarray
) -> Support:
    everyone = _Cells(place, rows.rg, cells.months)
    d, e = rows.offered[~certain] == 1, found.e[~certain]
    weight = np.column_stack([d / e, ~d / (1 - e)])
    bins = np.minimum((found.raw[~certain] * CHANCES).astype(int), CHANCES - 1)
    chances = np.zeros((len(d), ARMS, CHANCES))
    chances[np.arange(len(d)), np.where(d, 0, 1), bins] = 1
    before = rows.paid_before[~certain]
    known = np.isfinite(before)
    usual = before[known].mean() if known.any() else 0.0
    with_offer, without = pseudo_outcomes(np.where(known, before, usual), d, e=e, m1=usual, m0=usual)
    return Support(
        all=everyone.by_month(np.ones(len(place))),
        certain=everyone.by_month(certain.astype(float)),
        inside=everyone.by_month(((found.raw >= OVERLAP[0]) & (found.raw <= OVERLAP[1])).astype(float)),
        clipped=cells.by_month((found.raw != found.e)[~certain].astype(float)),
        squares=cells.by_month(weight**2),
        chances=cells.by_month(chances),
        placebo_rows=cells.total(known.astype(float)),
        placebo_sums=cells.total(np.where(known, with_offer - without, 0.0)),
        moments=moments,
    )


def _moments(
    cells: _Cells, seen: Iterable[Covariate], keep: np.ndarray, d: np.ndarray, e: np.ndarray
) -> tuple[tuple[tuple[str, str], ...], np.ndarray]:
    """Names of the covariates, and by month, covariate and arm: rows, Σx, Σx², weights and Σ weight × x of the rows
    that the covariate is known of."""
    names, made = [], []
    where, weight = cells.month * ARMS + ~d, np.where(d, 1 / e, 1 / (1 - e))
    for name, values in seen:
        known, x = np.isfinite(values[keep]), np.nan_to_num(values[keep])
        parts = (known, x, x**2, known * weight, x * weight)
        names.append(name)
        made.append([np.bincount(where, part, minlength=cells.months * ARMS) for part in parts])
    stacked = np.asarray(made, float).reshape(len(names), 5, cells.months, ARMS)
    return tuple(names), stacked.transpose(2, 0, 3, 1)
