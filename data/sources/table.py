"""Data room: any CSV, Excel or Parquet table with a row per obligation and month, read through a small TOML mapping."""

from __future__ import annotations

import difflib
from pathlib import Path

import numpy as np
import pandas as pd

from data import contract
from data.check import unusual
from data.contract import Meaning, Portfolio, SourceError, Suspicion
from data.months import from_ordinal, of_dates, ordinal
from data.sources.attributes import KEY, Table, as_category, ids, own_ids, portfolio
from data.sources.columns import Field
from data.sources.headers import names
from data.sources.mapping import AMOUNTS, Segment, TableMapping, read_mapping
from data.sources.reading import Layout, Progress, read
from data.sources.undocumented import Anything, When


def load(
    mapping: Path, *, data: Path | None = None, as_of: int | None = None, progress: Progress | None = None
) -> Portfolio:
    """The table of a mapping as a portfolio, as it was known at the end of month `as_of` (its last month by default).

    `data` is read instead of the file that the mapping names. A label is final `window_months` after its month. Every
    column that is not an id, the date or the outcome becomes an attribute. Raises SourceError or ContractError.
    """
    said = read_mapping(Path(mapping))
    path = Path(data) if data else _file(said)
    reading = read(path, _layout(said, path), progress=progress)
    suspicions = list(reading.suspicions)
    table = reading.frame
    rows = _rows(said, table, path.name, suspicions)
    known_at = from_ordinal(ordinal(rows["month"].to_numpy().astype(np.int64)) + said.window_months)
    whole = Table(
        file=path.name,
        meaning=_meaning(said),
        rows=rows,
        attributes=_attributes(said, table, path.name),
        label=_label(said, table, path.name, suspicions),
        known_at=known_at,
        names=_names(said),
        barred=frozenset(said.never),
        suspicions=tuple(suspicions),
        own=own_ids(table[said.id]) if said.id else None,
    )
    return portfolio(whole, as_of=as_of)


def _file(said: TableMapping) -> Path:
    if not said.file:
        raise SourceError(f"{said.path.name}: file is missing, and no data file was given")
    return said.path.parent / said.file


def _layout(said: TableMapping, path: Path) -> Layout:
    """Every column of the file, as what the mapping says or whatever it holds."""
    found = names(path, sheet=said.sheet)
    for key, column in said.columns().items():
        if column not in found:
            close = difflib.get_close_matches(column, found, 1)
            hint = f" (is it {close[0]}?)" if close else f"; it has {', '.join(found)}"
            raise SourceError(f"{said.path.name}: {key} = {column!r} is not a column of {path.name}{hint}")
    return Layout(path.name, said.source, tuple(_field(c, said) for c in found), sheet=said.sheet)


def _field(column: str, said: TableMapping) -> Field:
    if column == said.date:
        return Field(column, "date", column, missing=False, reads=When)
    if column in (getattr(said, name) for name in AMOUNTS):
        return Field(column, "money", column)
    return Field(column, to=column, missing=column not in (said.id, said.client), reads=Anything)


def _rows(said: TableMapping, table: pd.DataFrame, file: str, odd: list[Suspicion]) -> pd.DataFrame:
    """The obligation frame: keys, position and dimensions. Without an id the row number is the obligation."""
    obligation = ids(table[said.id]) if said.id else table.index.to_numpy().astype(np.int64) + 1
    columns: dict[str, object] = {
        "client": ids(table[said.client]) if said.client else obligation,
        "obligation": obligation,
        "month": of_dates(table[said.date].to_numpy()),
    }
    for name in AMOUNTS:
        if column := getattr(said, name):
            columns[name] = table[column].to_numpy()
    for name, segment in said.segments.items():
        columns[name] = _levels(segment, table[segment.column], f"{said.path.name}: segments.{name}", file, odd)
    return pd.DataFrame(columns, index=table.index)


def _levels(segment: Segment, values: pd.Series, key: str, file: str, odd: list[Suspicion]) -> pd.Categorical:
    """The level of each row. Numbers without bands are levels, written as whole as they are."""
    if segment.bands is None:
        return as_category(values)
    if not pd.api.types.is_numeric_dtype(values.dtype):
        raise SourceError(f"{key}.bands needs numbers, but {segment.column} of {file} holds texts")
    if segment.usual:
        column = next(c for c in contract.CLIENTS.columns if c.name == segment.usual)
        odd.extend(unusual(values, column, file, {column.name: segment.column}))
    return segment.bands.of(values.to_numpy())


def _label(said: TableMapping, table: pd.DataFrame, file: str, odd: list[Suspicion]) -> np.ndarray:
    """1 where the mapping says positive, 0 elsewhere, NaN where the outcome is missing."""
    kind = as_category(table[said.outcome])
    levels = kind.categories.tolist()
    if not set(levels) & set(said.positive):
        wanted, held = ", ".join(said.positive), ", ".join(levels[:10])
        where = f"{said.outcome} of {file}, which holds {held}"
        raise SourceError(f"{said.path.name}: outcome.positive = {wanted} never occurs in {where}")
    if len(levels) > 2:
        others = ", ".join(v for v in levels if v not in said.positive)
        odd.append(Suspicion(file, said.outcome, "unseen_category", len(levels) - 1, f"read as negative: {others}"))
    return np.where(kind.codes < 0, np.nan, np.asarray(kind.isin(said.positive)))


def _attributes(said: TableMapping, table: pd.DataFrame, file: str) -> pd.DataFrame:
    """What else was known when the month opened: every column but ids, the date and the outcome."""
    taken = {said.id, said.client, said.date, said.outcome}
    clash = [c for c in table.columns if c in KEY and c not in taken]
    if clash:
        raise SourceError(
            f"{file}, column {clash[0]}: the name is taken by the contract, and the mapping does not say that it is "
            "one of the keys; rename it"
        )
    return table[[c for c in table.columns if c not in taken]]


def _meaning(said: TableMapping) -> Meaning:
    carries = {name for name in ("balance", "days_past_due", "provisions") if getattr(said, name)}
    return Meaning(said.source, said.means, said.currency, frozenset(carries), said.events)


def _names(said: TableMapping) -> dict[str, str]:
    """How the table calls the contract's columns."""
    keys = {"month": said.date, "obligation": said.id, "client": said.client}
    return keys | {name: getattr(said, name) for name in AMOUNTS}
