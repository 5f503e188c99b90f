"""Model room: as-of features. What was known of an obligation when its month opened, and nothing of the month itself.

Gender is a dimension to watch, not a feature. No feature counts the calendar: history is capped at 12 months.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.contract import Portfolio
from model import lagged, opening
from model.encode import says_nothing
from model.guards import no_contemporary, no_label_columns
from model.history import Askers

KEYS = ("client", "obligation", "month")


@dataclass(frozen=True)
class Known:
    """When a feature is known: the frame it comes from, and how many months before the scored one its newest row is
    (0: the opening position of the month itself; allowed for obligations and attributes only)."""

    frame: str
    lag: int

    def __str__(self) -> str:
        moment = "at the opening of month t" if self.lag == 0 else f"at the end of month t-{self.lag} or before"
        return f"{self.frame}, {moment}"


AT_OPENING = Known("obligations", 0)
ATTRIBUTE = Known("attributes", 0)
LAGGED = {name: Known(name, 1) for name in ("payments", "scores", "clients", "actions", "outcomes", "obligations")}


@dataclass(frozen=True)
class Features:
    """One row per eligible obligation-month: the keys, then float32 numbers and categories. `known` has one entry per
    feature, in column order. `at`: position of each row in the portfolio's obligations."""

    frame: pd.DataFrame
    known: Mapping[str, Known]
    at: np.ndarray

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features, in column order."""
        return tuple(self.known)

    def without(self, names: Iterable[str]) -> Features:
        """The same features but for some of them."""
        gone = set(names)
        return Features(
            self.frame.drop(columns=[n for n in self.names if n in gone]),
            {n: k for n, k in self.known.items() if n not in gone},
            self.at,
        )


def build(portfolio: Portfolio, *, months: Sequence[int] | None = None) -> Features:
    """Features of every eligible obligation-month, or of those of some months only, that say something of them.

    Raises GuardTripped when a label column of the same month would become a feature.
    """
    return _useful(everything(portfolio, months=months))


def everything(portfolio: Portfolio, *, months: Sequence[int] | None = None) -> Features:
    """The same with the features that say nothing of these rows, as those of a single one do."""
    if portfolio.attributes is not None:
        no_label_columns(set(portfolio.attributes.columns) - portfolio.barred)
    at = eligible(portfolio, months=months)
    rows = opening.without_barred(portfolio).take(at).reset_index(drop=True)
    groups = _alone(portfolio, rows) if portfolio.alone else _all(portfolio, rows)
    columns: dict[str, object] = {k: rows[k].to_numpy() for k in KEYS}
    known: dict[str, Known] = {}
    for rule, made in groups:
        columns |= {name: _compact(values) for name, values in made.items()}
        known |= dict.fromkeys(made, rule)
    no_contemporary(known)
    return Features(pd.DataFrame(columns), known, at)


def _alone(portfolio: Portfolio, rows: pd.DataFrame) -> list[tuple[Known, dict[str, object]]]:
    """What each row says itself."""
    return [(AT_OPENING, opening.position(portfolio, rows)), (ATTRIBUTE, opening.attributes(portfolio, rows))]


def _all(portfolio: Portfolio, rows: pd.DataFrame) -> list[tuple[Known, dict[str, object]]]:
    """What each row, the client's other obligations and earlier months say."""
    askers = Askers.of(rows["obligation"], rows["month"])
    clients = Askers.of(rows["client"], rows["month"])
    position, attributes = _alone(portfolio, rows)
    return [
        position,
        (LAGGED["obligations"], opening.arrears(portfolio, rows, askers)),
        attributes,
        (LAGGED["payments"], lagged.payments(portfolio, rows, askers)),
        (LAGGED["scores"], lagged.scores(portfolio, askers)),
        (LAGGED["clients"], lagged.clients(portfolio, rows, clients)),
        (LAGGED["actions"], lagged.actions(portfolio, askers)),
        (LAGGED["outcomes"], lagged.labels(portfolio, askers)),
        (LAGGED["outcomes"], lagged.client_labels(portfolio, clients)),
    ]


def eligible(portfolio: Portfolio, *, months: Sequence[int] | None = None) -> np.ndarray:
    """Positions of the obligation rows that may be offered an option."""
    rows = portfolio.obligations
    keep = rows["eligible"].to_numpy(dtype=float, na_value=0) > 0
    if months is not None:
        keep &= rows["month"].isin(list(months)).to_numpy()
    return np.flatnonzero(keep)


def _compact(values: object) -> object:
    """Numbers as float32 with infinite ones missing; categories as they are."""
    if isinstance(values, pd.Categorical):
        return values
    numbers = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan).astype(np.float32)


def _useful(features: Features) -> Features:
    """Without the features that say nothing: all missing, or one value for every row."""
    flat = [n for n in features.names if says_nothing(features.frame[n])]
    return features.without(flat)
