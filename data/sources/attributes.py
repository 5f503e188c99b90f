"""Data room: one table with a row per obligation and month, as a portfolio: what such sources have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from data import contract
from data.case import CaseField
from data.check import SHOWN, as_text, findings
from data.contract import Breach, ContractError, Ids, Meaning, Portfolio, Suspicion
from data.coverage import Coverage, total, waterfall
from data.months import add
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED
from data.sources.mapping import as_level
from data.sources.reading import knowable

KEY: Final = ["client", "obligation", "month"]


@dataclass(frozen=True)
class Table:
    """A table of attributes. Its parts are aligned; their index is the row of the file, from 0.

    `rows`: client, obligation, month, what the contract knows of an obligation (balance, past_due, days_past_due) and
    the source's own dimensions as categoricals; also eligible, where the source knows better than days past due.
    `attributes`: whatever else was known when the month opened, without the keys. `label`: 1 positive, 0 negative, NaN
    where none can exist; `known_at`: month at whose end it is final.
    `stays`: steps of the coverage by name, in order, after "read": where False the row is left out, and counted there.
    `names`: how the file calls the contract's columns, for the words of an error. `barred` and `alone`: as a
    portfolio has them. `own`: the ids as the file writes them, where `obligation` holds hashes of them (see `own_ids`).
    """

    file: str
    meaning: Meaning
    rows: pd.DataFrame
    attributes: pd.DataFrame
    label: np.ndarray
    known_at: np.ndarray
    stays: Mapping[str, np.ndarray] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    barred: frozenset[str] = frozenset()
    suspicions: tuple[Suspicion, ...] = ()
    alone: bool = False
    own: pd.Series | None = None


def portfolio(table: Table, *, as_of: int | None = None) -> Portfolio:
    """The table as it was known at the end of month `as_of` (its last month by default).

    Eligible is what `rows` says in that column; without it, all but those that are known to be up to date. Of rows
    with one key the first is kept. Rows of months after the one that follows `as_of` are not yet known. What leaves is
    counted. Raises ContractError when the contract's columns break its rules.
    """
    last = knowable(as_of, table.rows["month"])
    known, odd = _known(table, add(last, 1))
    rows = known.rows.assign(eligible=_eligible(known.rows))
    kept = np.logical_and.reduce([np.ones(len(known.rows), bool), *known.stays.values()])
    found = findings(known.rows[kept], contract.OBLIGATIONS, file=table.file, names=table.names)
    if found.breaches:
        raise ContractError(found.breaches)
    first = kept.copy()
    first[kept] = ~known.rows[kept].duplicated(KEY).to_numpy()
    parts = _coverage(known, rows, first)
    return Portfolio(
        meaning=table.meaning,
        as_of=last,
        obligations=rows[first].reset_index(drop=True),
        outcomes=_outcomes(known, last)[first].reset_index(drop=True),
        coverage=total(parts),
        coverage_by_month=parts,
        attributes=pd.concat([rows[KEY], known.attributes], axis=1)[first].reset_index(drop=True),
        barred=table.barred,
        suspicions=(*table.suspicions, *odd, *found.suspicions, *_repeats(known, kept & ~first)),
        alone=table.alone,
        ids=_own(known, first),
    )


def _known(table: Table, limit: int) -> tuple[Table, tuple[Suspicion, ...]]:
    """The rows up to month `limit`, and how many come after it."""
    late = (table.rows["month"] > limit).to_numpy()
    if not late.any():
        return table, ()
    column = table.names.get("month", "month")
    odd = Suspicion(table.file, column, "after_as_of", int(late.sum()), f"after {limit}: not yet known, left out")
    known = replace(
        table,
        rows=table.rows[~late],
        attributes=table.attributes[~late],
        label=table.label[~late],
        known_at=table.known_at[~late],
        stays={name: mask[~late] for name, mask in table.stays.items()},
        own=None if table.own is None else table.own[~late],
    )
    return known, (odd,)


def _own(table: Table, first: np.ndarray) -> Ids | None:
    if table.own is None:
        return None
    both = pd.concat([table.rows[KEY], table.own.rename("own")], axis=1)
    return Ids(both[first].reset_index(drop=True), "{own}")


def _repeats(table: Table, again: np.ndarray) -> tuple[Suspicion, ...]:
    if not again.any():
        return ()
    row, month = int(table.rows.index[again][0]) + 1, table.rows["month"].to_numpy()[again][0]
    example = f"row {row:,}: the same id in month {month}; the first row is kept"
    column = table.names.get("obligation", "obligation")
    return (Suspicion(table.file, column, "duplicate_key", int(again.sum()), example),)


def _outcomes(table: Table, as_of: int) -> pd.DataFrame:
    """One outcome per row: open until it is final."""
    label = np.asarray(table.label, np.float64)
    state = np.where(np.isnan(label), UNLABELLED, np.where(label > 0, POSITIVE, NEGATIVE))
    state = np.where(table.known_at > as_of, OPEN, state)
    final = np.isin(state, (NEGATIVE, POSITIVE))
    return pd.DataFrame(
        {
            **{k: table.rows[k].to_numpy() for k in KEY},
            "label": np.where(final, label, np.nan).astype(np.float32),
            "label_state": state.astype(np.uint8),
            "type": pd.Categorical.from_codes(np.full(len(label), -1), categories=pd.Index([], dtype="str")),
            "known_at": np.asarray(table.known_at, np.int32),
            "kept": np.full(len(label), np.nan, np.float32),
        }
    )


def _eligible(rows: pd.DataFrame) -> np.ndarray:
    if "eligible" in rows:
        return rows["eligible"].to_numpy(np.uint8)
    return _late(rows).astype(np.uint8)


def _late(rows: pd.DataFrame) -> np.ndarray:
    """Whether a row is in arrears, as far as days past due are known."""
    if "days_past_due" not in rows:
        return np.ones(len(rows), bool)
    return np.asarray(~(rows["days_past_due"].to_numpy() <= 0))


def _coverage(table: Table, rows: pd.DataFrame, first: np.ndarray) -> dict[int, Coverage]:
    everything, eligible = np.ones(len(rows), bool), rows["eligible"].to_numpy() > 0
    stays = {"read": everything, **table.stays, "distinct": first}
    stays |= {"in_arrears": eligible | _late(rows), "eligible": eligible, "joined": everything}
    balance = rows["balance"].to_numpy() if "balance" in rows else None
    return waterfall(rows["month"].to_numpy(), balance, stays)


def ids(values: pd.Series) -> np.ndarray:
    """Ids as int64: whole numbers as they are, anything else as a hash that is the same for ever."""
    if _are_whole(values):
        return values.to_numpy().astype(np.int64)
    texts = values.astype(str).to_numpy(dtype=object)
    return (pd.util.hash_array(texts, categorize=True) >> np.uint64(1)).astype(np.int64)


def own_ids(values: pd.Series) -> pd.Series | None:
    """Ids as the file writes them, where `ids` makes hashes of them; None where it takes them as they are."""
    return None if _are_whole(values) else values.astype("str")


def _are_whole(values: pd.Series) -> bool:
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return False
    numbers = values.to_numpy()
    return bool((np.floor(numbers) == numbers).all() and (np.abs(numbers) < 1 << 53).all())


def as_category(values: pd.Series) -> pd.Categorical:
    """The values as levels; numbers are written as whole as they are."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return pd.Categorical(values)
    codes, found = pd.factorize(values.to_numpy(), sort=True)
    texts = [as_level(v) for v in found.tolist()]
    return pd.Categorical.from_codes(codes, categories=pd.Index(texts, dtype="str"))


def decoded(values: pd.Series, words: Mapping[str, str]) -> pd.Categorical:
    """The word of each code, as levels in the order of `words`; missing where the code has none."""
    levels = list(dict.fromkeys(words.values()))
    place = {code: levels.index(word) for code, word in words.items()}
    codes = values.astype(object).map(place).fillna(-1).to_numpy(np.int64)
    return pd.Categorical.from_codes(codes, categories=pd.Index(levels, dtype="str"), ordered=True)


def breaches(frame: pd.DataFrame, fields: Sequence[CaseField], *, file: str) -> tuple[Breach, ...]:
    """Values of `frame` that the fields of its columns forbid: missing, not a level, out of range, not whole.

    Row numbers are index + 1. Fields that are not among the columns are passed over.
    """
    return tuple(b for f in fields if f.name in frame for b in _breaches(frame[f.name], f, file))


def _breaches(values: pd.Series, field: CaseField, file: str) -> list[Breach]:
    absent = values.isna().to_numpy()
    rules = {} if field.missing else {"a value is needed": absent}
    if field.levels:
        rules[f"one of {', '.join(field.levels)}"] = ~absent & ~values.isin(field.levels).to_numpy()
    if field.kind in ("number", "whole"):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        rules[f"at least {field.low:g}"] = numbers < field.low
        rules[f"at most {field.high:g}"] = numbers > field.high
        if field.kind == "whole":
            rules["a whole number"] = ~absent & (np.floor(numbers) != numbers)
    return [_breach(values, field.name, rule, bad, file) for rule, bad in rules.items() if bad.any()]


def _breach(values: pd.Series, column: str, rule: str, bad: np.ndarray, file: str) -> Breach:
    shown = values[bad].head(SHOWN)
    examples = zip((shown.index.to_numpy() + 1).tolist(), map(as_text, shown.tolist()), strict=True)
    return Breach(file, column, rule, int(bad.sum()), tuple(examples))
