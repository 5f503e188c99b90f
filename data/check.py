"""Data room: the contract check. Every breach at once; what is only odd is kept and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pandera.pandas as pandera
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from data.contract import FRAMES, Breach, Column, ContractError, Frame, Portfolio, Suspicion

SHOWN: Final = 20

_DTYPES: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "id": ("whole numbers", pd.api.types.is_integer_dtype),
    "month": ("months YYYYMM", pd.api.types.is_integer_dtype),
    "date": ("dates", pd.api.types.is_datetime64_any_dtype),
    "category": ("texts", lambda t: isinstance(t, pd.CategoricalDtype) or pd.api.types.is_string_dtype(t)),
}
_NUMBERS: Final = ("numbers", pd.api.types.is_numeric_dtype)


@dataclass(frozen=True)
class Findings:
    """What the rules say of one frame."""

    breaches: tuple[Breach, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()


def check(portfolio: Portfolio) -> None:
    """Hold every frame of a portfolio against the contract. Raises ContractError with every breach of every frame."""
    breaches: list[Breach] = []
    for name, frame in FRAMES.items():
        rows = getattr(portfolio, name)
        if rows is not None:
            breaches.extend(findings(rows, frame, file=name).breaches)
            breaches.extend(_repeated(rows, frame, name))
    if breaches:
        raise ContractError(tuple(breaches))


def findings(rows: pd.DataFrame, frame: Frame, *, file: str, names: Mapping[str, str] | None = None) -> Findings:
    """Breaches and suspicions of the columns of `rows` that the contract names.

    `file` and `names` (contract column → its name in the file) are for the words; row numbers are index + 1. A column
    that may be missing altogether is one whose values may be missing.
    """
    called = names or {}
    breaches = _breaches(rows, frame, file, called, whole=names is None)
    odd = [s for c in frame.columns if c.usual and c.name in rows for s in unusual(rows[c.name], c, file, called)]
    return Findings(breaches, tuple(odd))


def schema(frame: Frame, present: pd.Index, *, whole: bool = True) -> pandera.DataFrameSchema:
    """The pandera schema of a frame's columns that are present, and (when `whole`) of those that must be."""
    columns = [c for c in frame.columns if c.name in present or (whole and not c.missing)]
    return pandera.DataFrameSchema(
        {c.name: pandera.Column(checks=_checks(c), nullable=c.missing, required=True) for c in columns}
    )


def _checks(column: Column) -> list[pandera.Check]:
    what, fits = _DTYPES.get(column.kind, _NUMBERS)
    rules = [pandera.Check(lambda s: bool(fits(s.dtype)), name=f"the column holds {what}")]
    if column.kind == "month":
        rules.append(_rule("a month YYYYMM", lambda s: s.between(190001, 219912) & (s % 100).between(1, 12)))
    elif column.kind == "flag":
        rules.append(_rule("0 or 1", lambda s: (s == 0) | (s == 1)))
    elif column.kind not in _DTYPES:
        rules.append(_rule("a finite number", lambda s: ~np.isinf(s)))
    if column.low is not None:
        rules.append(_rule(f"at least {column.low:g}", lambda s: s >= column.low))
    if column.high is not None:
        rules.append(_rule(f"at most {column.high:g}", lambda s: s <= column.high))
    return rules


def _rule(name: str, holds: Callable[[pd.Series], pd.Series]) -> pandera.Check:
    """A rule of numbers; a column of another type is left to the rule that says so."""
    return pandera.Check(lambda s: holds(s) if pd.api.types.is_numeric_dtype(s.dtype) else True, name=name)


def _breaches(
    rows: pd.DataFrame, frame: Frame, file: str, names: Mapping[str, str], *, whole: bool
) -> tuple[Breach, ...]:
    try:
        schema(frame, rows.columns, whole=whole).validate(rows, lazy=True, inplace=True)
    except SchemaErrors as errors:
        return tuple(_breach(e, rows, file, names) for e in errors.schema_errors)
    return ()


def _breach(error: SchemaError, rows: pd.DataFrame, file: str, names: Mapping[str, str]) -> Breach:
    if error.reason_code is SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
        return Breach(file, str(error.failure_cases), "the column must be there", len(rows), ())
    column = str(error.column_name)
    values = rows[column]
    if error.reason_code is SchemaErrorReason.SERIES_CONTAINS_NULLS:
        return _shown(file, names.get(column, column), "a value is needed", values, values.isna())
    rule = str(getattr(error.check, "name", error.check))
    if isinstance(error.check_output, pd.Series):
        return _shown(file, names.get(column, column), rule, values, ~error.check_output.astype(bool))
    return Breach(file, names.get(column, column), f"{rule}, not {values.dtype}", len(values), ())


def _shown(file: str, column: str, rule: str, values: pd.Series, bad: pd.Series) -> Breach:
    where = np.flatnonzero(bad.to_numpy())
    first = values.iloc[where[:SHOWN]]
    numbers = (first.index.to_numpy() + 1).tolist()
    shown = first.to_numpy() if first.dtype == np.float32 else first.tolist()
    return Breach(file, column, rule, len(where), tuple(zip(numbers, map(as_text, shown), strict=True)))


def as_text(value: object) -> str:
    """A value as a person would write it: 1234567 for 1234567.0, nothing for a missing one."""
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, np.float32):
        return f"{value:.7g}"
    return f"{value:.15g}" if isinstance(value, float | np.floating) else str(value)


def unusual(values: pd.Series, column: Column, file: str, names: Mapping[str, str]) -> list[Suspicion]:
    """Values outside the column's usual range, as one suspicion that shows the farthest; none when all are usual."""
    low, high = column.usual or (-np.inf, np.inf)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    odd = np.flatnonzero((numbers < low) | (numbers > high))
    if not len(odd):
        return []
    worst = odd[np.argmax(np.abs(numbers[odd] - (low + high) / 2))]
    usually = f"usually {as_text(float(low))} to {as_text(float(high))}"
    example = f"row {int(values.index[worst]) + 1:,}: {as_text(float(numbers[worst]))}, {usually}"
    return [Suspicion(file, names.get(column.name, column.name), "out_of_usual_range", len(odd), example)]


def _repeated(rows: pd.DataFrame, frame: Frame, file: str) -> list[Breach]:
    """Rows whose key stands in an earlier row."""
    key = list(frame.key)
    again = rows.duplicated(key) if set(key) <= set(rows.columns) else pd.Series(False, index=rows.index)
    if not again.any():
        return []
    values = rows.loc[again.to_numpy(), key].head(SHOWN)
    texts = [", ".join(map(str, v)) for v in values.to_numpy().tolist()]
    shown = tuple(zip((values.index.to_numpy() + 1).tolist(), texts, strict=True))
    return [Breach(file, " + ".join(key), "one row per key", int(again.sum()), shown)]
