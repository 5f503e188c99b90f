"""Data room: any CSV or Parquet table with one row per obligation and month, read through a small TOML mapping."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data import contract
from data.check import findings, unusual
from data.contract import ContractError, Meaning, Portfolio, SourceError, Suspicion
from data.coverage import Coverage, total, waterfall
from data.months import add, from_ordinal, of_dates, ordinal
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED
from data.sources.columns import Field
from data.sources.headers import names
from data.sources.mapping import Segment, TableMapping, as_level, read_mapping
from data.sources.reading import Layout, Progress, knowable, read
from data.sources.undocumented import Anything, When

KEY: Final = ["client", "obligation", "month"]
_MONTH: Final = "month of the row"


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
    table = reading.frame.assign(**{_MONTH: of_dates(reading.frame[said.date].to_numpy())})
    last = knowable(as_of, table[_MONTH])
    table = _until(add(last, 1), table, said, path.name, suspicions)
    rows = _rows(said, table, path.name, suspicions)
    _hold_to_contract(rows, said, path.name, suspicions)
    first = ~rows.duplicated(KEY).to_numpy()
    _note_repeats(rows[~first], said, path.name, suspicions)
    parts = _coverage(rows, first)
    return Portfolio(
        meaning=_meaning(said),
        as_of=last,
        obligations=rows[first].reset_index(drop=True),
        outcomes=_outcomes(said, table, rows, last, path.name, suspicions)[first].reset_index(drop=True),
        coverage=total(parts),
        coverage_by_month=parts,
        attributes=_attributes(said, table, rows, path.name)[first].reset_index(drop=True),
        barred=frozenset(said.never),
        suspicions=tuple(suspicions),
    )


def _file(said: TableMapping) -> Path:
    if not said.file:
        raise SourceError(f"{said.path.name}: file is missing, and no data file was given")
    return said.path.parent / said.file


def _layout(said: TableMapping, path: Path) -> Layout:
    """Every column of the file, as what the mapping says or whatever it holds."""
    found = names(path)
    for key, column in said.columns().items():
        if column not in found:
            close = difflib.get_close_matches(column, found, 1)
            hint = f" (is it {close[0]}?)" if close else f"; it has {', '.join(found)}"
            raise SourceError(f"{said.path.name}: {key} = {column!r} is not a column of {path.name}{hint}")
    return Layout(path.name, said.source, tuple(_field(c, said) for c in found))


def _field(column: str, said: TableMapping) -> Field:
    if column == said.date:
        return Field(column, "date", column, missing=False, reads=When)
    if column in (said.balance, said.days_past_due):
        return Field(column, "money", column)
    return Field(column, to=column, missing=column not in (said.id, said.client), reads=Anything)


def _until(limit: int, table: pd.DataFrame, said: TableMapping, file: str, odd: list[Suspicion]) -> pd.DataFrame:
    late = (table[_MONTH] > limit).to_numpy()
    if not late.any():
        return table
    odd.append(Suspicion(file, said.date, "after_as_of", int(late.sum()), f"after {limit}: not yet known, left out"))
    return table[~late]


def _rows(said: TableMapping, table: pd.DataFrame, file: str, odd: list[Suspicion]) -> pd.DataFrame:
    """The obligation frame: keys, position and dimensions. Without an id the row number is the obligation."""
    obligation = ids(table[said.id]) if said.id else table.index.to_numpy().astype(np.int64) + 1
    columns: dict[str, object] = {
        "client": ids(table[said.client]) if said.client else obligation,
        "obligation": obligation,
        "month": table[_MONTH].to_numpy(),
        "eligible": np.ones(len(table), np.uint8),
    }
    for name, column in (("balance", said.balance), ("days_past_due", said.days_past_due)):
        if column:
            columns[name] = table[column].to_numpy()
    for name, segment in said.segments.items():
        columns[name] = _levels(segment, table[segment.column], f"{said.path.name}: segments.{name}", file, odd)
    return pd.DataFrame(columns, index=table.index)


def _hold_to_contract(rows: pd.DataFrame, said: TableMapping, file: str, odd: list[Suspicion]) -> None:
    """Breaches in the words of the file. Raises ContractError."""
    names = {"balance": said.balance, "days_past_due": said.days_past_due, "obligation": said.id, "client": said.client}
    found = findings(rows, contract.OBLIGATIONS, file=file, names=names)
    if found.breaches:
        raise ContractError(found.breaches)
    odd.extend(found.suspicions)


def ids(values: pd.Series) -> np.ndarray:
    """Ids as int64: whole numbers as they are, anything else as a hash that is the same for ever."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy()
        if (np.floor(numbers) == numbers).all() and (np.abs(numbers) < 1 << 53).all():
            return numbers.astype(np.int64)
    texts = values.astype(str).to_numpy(dtype=object)
    return (pd.util.hash_array(texts, categorize=True) >> np.uint64(1)).astype(np.int64)


def _levels(segment: Segment, values: pd.Series, key: str, file: str, odd: list[Suspicion]) -> pd.Categorical:
    """The level of each row. Numbers without bands are levels, written as whole as they are."""
    if segment.bands is None:
        return _as_category(values)
    if not pd.api.types.is_numeric_dtype(values.dtype):
        raise SourceError(f"{key}.bands needs numbers, but {segment.column} of {file} holds texts")
    if segment.usual:
        column = next(c for c in contract.CLIENTS.columns if c.name == segment.usual)
        odd.extend(unusual(values, column, file, {column.name: segment.column}))
    return segment.bands.of(values.to_numpy())


def _as_category(values: pd.Series) -> pd.Categorical:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return pd.Categorical(values)
    codes, found = pd.factorize(values.to_numpy(), sort=True)
    texts = [as_level(v) for v in found.tolist()]
    return pd.Categorical.from_codes(codes, categories=pd.Index(texts, dtype="str"))


def _note_repeats(again: pd.DataFrame, said: TableMapping, file: str, odd: list[Suspicion]) -> None:
    if len(again):
        row = int(again.index[0]) + 1
        example = f"row {row:,}: the same id in month {again['month'].iloc[0]}; the first row is kept"
        odd.append(Suspicion(file, said.id, "duplicate_key", len(again), example))


def _outcomes(
    said: TableMapping, table: pd.DataFrame, rows: pd.DataFrame, as_of: int, file: str, odd: list[Suspicion]
) -> pd.DataFrame:
    """One outcome per row: positive where the mapping says so, open until its window has closed."""
    kind = _as_category(table[said.outcome])
    levels = kind.categories.tolist()
    if not set(levels) & set(said.positive):
        wanted, held = ", ".join(said.positive), ", ".join(levels[:10])
        where = f"{said.outcome} of {file}, which holds {held}"
        raise SourceError(f"{said.path.name}: outcome.positive = {wanted} never occurs in {where}")
    if len(levels) > 2:
        others = ", ".join(v for v in levels if v not in said.positive)
        odd.append(Suspicion(file, said.outcome, "unseen_category", len(levels) - 1, f"read as negative: {others}"))
    positive = np.asarray(kind.isin(said.positive))
    known_at = from_ordinal(ordinal(rows["month"].to_numpy().astype(np.int64)) + said.window_months)
    state = np.where(kind.codes < 0, UNLABELLED, np.where(positive, POSITIVE, NEGATIVE))
    state = np.where(known_at > as_of, OPEN, state)
    final = np.isin(state, (NEGATIVE, POSITIVE))
    return pd.DataFrame(
        {
            **{k: rows[k].to_numpy() for k in KEY},
            "label": np.where(final, positive, np.nan).astype(np.float32),
            "label_state": state.astype(np.uint8),
            "type": pd.Categorical.from_codes(np.full(len(rows), -1), categories=pd.Index([], dtype="str")),
            "known_at": known_at.astype(np.int32),
            "kept": np.full(len(rows), np.nan, np.float32),
        }
    )


def _attributes(said: TableMapping, table: pd.DataFrame, rows: pd.DataFrame, file: str) -> pd.DataFrame:
    """What else was known when the month opened: every column but ids, the date and the outcome."""
    taken = {said.id, said.client, said.date, said.outcome, _MONTH}
    clash = [c for c in table.columns if c in KEY and c not in taken]
    if clash:
        raise SourceError(
            f"{file}, column {clash[0]}: the name is taken by the contract, and the mapping does not say that it is "
            "one of the keys; rename it"
        )
    return pd.concat([rows[KEY], table[[c for c in table.columns if c not in taken]]], axis=1)


def _coverage(rows: pd.DataFrame, first: np.ndarray) -> dict[int, Coverage]:
    everything = np.ones(len(rows), bool)
    late = ~(rows["days_past_due"].to_numpy() <= 0) if "days_past_due" in rows else everything
    stays = {"read": everything, "distinct": first, "in_arrears": late, "eligible": everything, "joined": everything}
    balance = rows["balance"].to_numpy() if "balance" in rows else None
    return waterfall(rows["month"].to_numpy(), balance, stays)


def _meaning(said: TableMapping) -> Meaning:
    carries = {name for name in ("balance", "days_past_due") if getattr(said, name)}
    return Meaning(said.source, said.means, said.currency, frozenset(carries))
