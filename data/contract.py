"""Data room: the contract that every source ends in, and what is said when data break it.

The frames themselves stand in `data.frames`. A source hands over a `Portfolio` of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from data.coverage import Coverage
from data.frames import (
    ACTIONS,
    CLIENTS,
    DECISIONS,
    FRAMES,
    OBLIGATIONS,
    OUTCOMES,
    PAYMENTS,
    SCORES,
    Column,
    Frame,
    Kind,
)

__all__ = [
    "ACTIONS", "CLIENTS", "DECISIONS", "FRAMES", "OBLIGATIONS", "OUTCOMES", "PAYMENTS", "SCORES", "Breach",
    "CarteraError", "Column", "ContractError", "Frame", "Ids", "Kind", "Meaning", "Portfolio", "SourceError",
    "Suspicion",
]  # fmt: skip


@dataclass(frozen=True)
class Breach:
    """Rows that break one rule: the first of them, and how many there are."""

    file: str
    column: str
    rule: str
    count: int
    examples: tuple[tuple[int, str], ...]
    """(row number in the file, 1 = first row under the header; value as text), the first 20."""


@dataclass(frozen=True)
class Suspicion:
    """Rows that are kept although something about them is odd: counted and shown."""

    file: str
    column: str
    kind: str
    """One of "duplicate_key" (the first row is kept), "unseen_category", "unknown_column" (not read),
    "out_of_usual_range", "infinite", "mixed_case", "mixed_type", "future_date" (after the file was made),
    "contradiction", "assumed_label" (nobody knows whether it was offered: read as not accepted), "no_outcome",
    "not_in_portfolio", "month_missing" (between months that are there), "absent_between" (an obligation that is there
    before and after), "no_client_record", "old_client_record", "after_as_of", "unfinished_line" (the last line has no
    end: its last value may be cut)."""
    count: int
    example: str


class CarteraError(Exception):
    """An error whose message a collections manager can read. `code` names it for translation."""

    code = "error"


class ContractError(CarteraError):
    """The data break the contract: every breach at once. Nothing was written."""

    code = "contract"

    def __init__(self, breaches: tuple[Breach, ...]) -> None:
        self.breaches = breaches
        super().__init__("\n".join(_in_words(b) for b in breaches))


class SourceError(CarteraError):
    """A file cannot be read as what it should be: missing, empty, cut short, wrong delimiter, wrong columns."""

    code = "source"


def _in_words(b: Breach) -> str:
    shown = "; ".join(f"row {row}: {value!r}" for row, value in b.examples)
    return f"{b.file}, column {b.column}: {b.count:,} value(s) break the rule “{b.rule}”: {shown}"


@dataclass(frozen=True)
class Event:
    """Something that happened to the portfolio: its month, what it was by language, and who answers for it ("" where
    nobody says)."""

    month: int
    text: Mapping[str, str]
    owner: str = ""


@dataclass(frozen=True)
class Meaning:
    """What a source is about: its name, what class 1 means (by language), the currency, and what the data carry."""

    source: str
    positive: Mapping[str, str]
    currency: str = "COP"
    carries: frozenset[str] = frozenset()
    """Among "gross" (obligations not in arrears too), "balance", "days_past_due", "arms", "propensity", "cash",
    "clients", "bank_score", "provisions"."""
    events: tuple[Event, ...] = ()
    """What happened to the portfolio, in order of month, e.g. the model's go-live."""
    dated: bool = True
    """Whether rows have dates. Where they have none, all stand in the month of the snapshot, and each is scored by a
    model that was trained on other clients: cross-fitted, as nothing can be ordered by time."""
    dimensions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names of the source's own dimensions, by language; those of the contract have theirs there."""


@dataclass(frozen=True)
class Ids:
    """What the files call obligation-months, where the contract's obligation alone does not say it.

    `frame`: client, obligation, month, and further columns of the file's own; a row per id, so that a key of the
    contract has as many rows as the files have ids for it. `form`: an id as text, made of those columns, such as
    "{client}#{original}#{obligation}".
    """

    frame: pd.DataFrame
    form: str


@dataclass(frozen=True)
class Portfolio:
    """Everything that a source knows, in contract frames; absent frames are None.

    `obligations` says which obligation-months exist; `outcomes` has a row for each eligible one. `attributes` holds
    whatever else was known at the opening of the month, keyed like obligations: the features of a `table` source.
    `barred` names what must never be a feature: a column of `attributes`, or "frame.column" where one frame's column is
    contemporary to the outcome. `as_of` is the last month whose end is known. Keys are unique in every frame; columns
    of `obligations` beyond the contract are the source's own dimensions. `coverage_by_month` is the waterfall of each
    month; the months' waterfalls add up to `coverage`. `ids`: None where an obligation's number is its id.
    """

    meaning: Meaning
    as_of: int
    obligations: pd.DataFrame
    outcomes: pd.DataFrame
    coverage: Coverage
    clients: pd.DataFrame | None = None
    payments: pd.DataFrame | None = None
    actions: pd.DataFrame | None = None
    decisions: pd.DataFrame | None = None
    scores: pd.DataFrame | None = None
    attributes: pd.DataFrame | None = None
    barred: frozenset[str] = frozenset()
    suspicions: tuple[Suspicion, ...] = ()
    coverage_by_month: Mapping[int, Coverage] = field(default_factory=dict)
    alone: bool = False
    """Whether each row is scored by what it says itself, its position and attributes, and never by the client's other
    rows or earlier months: so a case that is known by its form only is scored as a row of the data would be."""
    ids: Ids | None = None
