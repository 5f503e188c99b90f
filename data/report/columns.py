"""Data room: the columns of a report, each aligned to the eligible obligation-months and as known at their opening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from data.asof import as_of, same
from data.contract import FRAMES, Column, Portfolio
from data.months import ordinal
from data.rows import NEGATIVE, POSITIVE

KEYS: Final = ("client", "obligation", "month")
LAGGED: Final = {
    "clients": ("client",),
    "payments": ("obligation",),
    "actions": ("obligation",),
    "scores": ("obligation",),
}
"""Frames of which the last record before the month is known, and what they are joined by."""
NOT_DESCRIBED: Final = frozenset({*KEYS, "eligible"})
WATCHED: Final = frozenset({("clients", "gender"), ("obligations", "arm")})
"""Columns that are looked at, and are no features."""
NAMED: Final = {(f.name, c.name): c for f in FRAMES.values() for c in f.columns}
UNITS: Final = {"money": "money", "days": "days", "share": "share", "date": "months"}


@dataclass(frozen=True)
class Known:
    """The rows of a report: the keys of each, and the code of its outcome: 0 positive, 1 negative, 2 not known."""

    keys: pd.DataFrame
    code: np.ndarray

    @cached_property
    def months(self) -> tuple[np.ndarray, np.ndarray]:
        """The months that occur, in order, and the place of each row among them."""
        found, where = np.unique(self.keys["month"].to_numpy(), return_inverse=True)
        return found, where


@dataclass(frozen=True)
class Field:
    """One column. `role`: "feature", "dimension" (looked at, not learnt from) or "barred" (known only with the
    outcome). `kind`: "number", "flag" (0 or 1), "date" (in months before the row's month) or "category". `values`:
    float64 with NaN, or a categorical. `usual`: the usual range of the contract."""

    name: str
    frame: str
    column: str
    role: str
    kind: str
    stored: str
    values: np.ndarray | pd.Categorical
    labels: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    usual: tuple[float, float] | None = None

    @property
    def is_text(self) -> bool:
        """Whether its values are levels."""
        return isinstance(self.values, pd.Categorical)

    @property
    def numbers(self) -> np.ndarray:
        """Values of a column that is no text; NaN where missing."""
        return np.asarray(self.values, dtype=np.float64)

    @cached_property
    def missing(self) -> np.ndarray:
        """Whether each row lacks a value."""
        if isinstance(self.values, pd.Categorical):
            return np.asarray(self.values.codes) < 0
        return np.isnan(self.values)

    @cached_property
    def distinct(self) -> int:
        """Distinct values that occur."""
        if isinstance(self.values, pd.Categorical):
            codes = np.asarray(self.values.codes)
            return len(np.unique(codes[codes >= 0]))
        return len(np.unique(self.values[~self.missing]))

    def about(self) -> dict[str, Any]:
        """What the column is, without its values."""
        names = ("name", "frame", "column", "role", "kind", "stored", "unit")
        return {n: getattr(self, n) for n in names} | {"labels": dict(self.labels)}


def known_rows(portfolio: Portfolio) -> Known:
    """The eligible obligation-months and their outcomes."""
    rows = _eligible(portfolio)
    found = same(rows, portfolio.outcomes, by=KEYS)
    states = portfolio.outcomes["label_state"].to_numpy(dtype=np.int64)
    state = np.where(found >= 0, states.take(found, mode="clip") if len(states) else -1, -1)
    code = np.select([state == POSITIVE, state == NEGATIVE], [0, 1], 2)
    return Known(rows[list(KEYS)].reset_index(drop=True), code)


def fields_of(portfolio: Portfolio, rows: Known) -> list[Field]:
    """Every column that could be a feature or a dimension: of the opening itself, and of the last record before it. A
    number of the position that an attribute repeats value by value, and a dimension that only renames the levels of
    one, stand there once, as the attribute."""
    attributes = list(_of_attributes(portfolio, rows))
    found = [*(f for f in _of_opening(portfolio) if not _repeated(f, attributes)), *attributes]
    for name, by in LAGGED.items():
        found += _of_records(portfolio, name, by, rows)
    return found


def _repeated(field: Field, others: Sequence[Field]) -> bool:
    alike = [f for f in others if f.is_text == field.is_text]
    if field.is_text:
        return any(_renamed(field, f) for f in alike)
    return any(np.array_equal(field.numbers, f.numbers, equal_nan=True) for f in alike)


def _renamed(one: Field, other: Field) -> bool:
    """Whether two texts tell the same rows apart, whatever they call them."""
    if one.distinct != other.distinct or not np.array_equal(one.missing, other.missing):
        return False
    codes = [np.asarray(f.values.codes).astype(np.int64) for f in (one, other)]  # type: ignore[union-attr]
    pairs = np.unique(codes[0] * (codes[1].max(initial=0) + 2) + codes[1])
    return len(pairs) == one.distinct + bool(one.missing.any())


def _eligible(portfolio: Portfolio) -> pd.DataFrame:
    rows = portfolio.obligations
    keep = rows["eligible"].to_numpy(dtype=float, na_value=0) > 0
    return rows.take(np.flatnonzero(keep)).reset_index(drop=True)


def _of_opening(portfolio: Portfolio) -> Iterator[Field]:
    """Position and dimensions. Beside attributes the texts of a position are made of them: dimensions."""
    rows = _eligible(portfolio)
    for column in (c for c in rows.columns if c not in NOT_DESCRIBED):
        text = not pd.api.types.is_numeric_dtype(rows[column]) and not _is_date(rows[column])
        own = ("obligations", column) not in NAMED
        looked_at = ("obligations", column) in WATCHED or (text and (own or portfolio.attributes is not None))
        yield _field(portfolio, "obligations", rows[column], rows["month"], role="dimension" if looked_at else "")


def _of_attributes(portfolio: Portfolio, rows: Known) -> Iterator[Field]:
    if portfolio.attributes is None:
        return
    found = same(rows.keys, portfolio.attributes, by=KEYS)
    for column in (c for c in portfolio.attributes.columns if c not in KEYS):
        values = portfolio.attributes[column]
        taken = pd.Series(values.array.take(found, allow_fill=True), name=column)
        yield _field(portfolio, "attributes", taken, rows.keys["month"])


def _of_records(portfolio: Portfolio, frame: str, by: tuple[str, ...], rows: Known) -> Iterator[Field]:
    """The last record before the month, and how many months old it is."""
    records: pd.DataFrame | None = getattr(portfolio, frame)
    if records is None or records.empty:
        return
    wanted = [c for c in records.columns if c not in KEYS]
    joined = as_of(rows.keys, records, by=list(by), columns=wanted, age="record_age")
    for column in wanted:
        role = "dimension" if (frame, column) in WATCHED else ""
        yield _field(portfolio, frame, joined[column], rows.keys["month"], role=role)
    age = joined["record_age"].to_numpy(np.float64)
    yield Field(f"{frame}.record_age", frame, "record_age", "feature", "number", "float32", age, unit="months")


def _field(portfolio: Portfolio, frame: str, values: pd.Series, month: pd.Series, *, role: str = "") -> Field:
    column = str(values.name)
    said = NAMED.get((frame, column)) if frame != "attributes" else None
    kind, made = _made(values, month, said)
    name = column if frame in ("obligations", "attributes") else f"{frame}.{column}"
    barred = name in portfolio.barred or f"{frame}.{column}" in portfolio.barred
    return Field(
        name if not (frame == "obligations" and _clashes(portfolio, column)) else f"obligations.{column}",
        frame, column, "barred" if barred else role or "feature", kind, str(values.dtype), made,
        labels={"en": said.en, "es": said.es, "pt": said.pt} if said else {},
        unit=_unit(kind, said), usual=said.usual if said else None,
    )  # fmt: skip


def _clashes(portfolio: Portfolio, column: str) -> bool:
    return portfolio.attributes is not None and column in portfolio.attributes.columns


def _unit(kind: str, said: Column | None) -> str:
    if kind == "date":
        return UNITS["date"]
    return (said.unit or UNITS.get(said.kind, "")) if said else ""


def _made(values: pd.Series, month: pd.Series, said: Column | None) -> tuple[str, np.ndarray | pd.Categorical]:
    """The kind of a column and its values as a report takes them."""
    if _is_date(values):
        dates = values.dt
        opened = (dates.year * 12 + dates.month - 1).to_numpy(dtype=np.float64, na_value=np.nan)
        return "date", ordinal(month.to_numpy().astype(np.int64)) - opened
    if pd.api.types.is_numeric_dtype(values) and not isinstance(values.dtype, pd.CategoricalDtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        numbers = np.where(np.isfinite(numbers), numbers, np.nan)
        known = numbers[~np.isnan(numbers)]
        flag = len(known) > 0 and bool(np.isin(known, (0, 1)).all())
        return ("flag" if flag and (said is None or said.kind == "flag") else "number"), numbers
    return "category", _levels(values)


def _levels(values: pd.Series) -> pd.Categorical:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return pd.Categorical(values)
    texts: pd.Series = values.astype(object).map(str, na_action="ignore")
    return pd.Series(texts, dtype="category").array  # type: ignore[return-value]


def _is_date(values: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(values))
