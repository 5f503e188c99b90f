"""Data room: what changed from one release to another. Only parts whose content differs are read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data.rows import KEYS, LABEL_STATES, NEGATIVE, POSITIVE
from data.store import Difference, Release

_ODD = np.uint64(0x9E3779B97F4A7C15)
_EXACT = 2**53
"""Largest whole number up to which float64 holds every one."""


def difference(old: Release, new: Release) -> Difference:
    """Parts and documents that differ; rows of table `rows` added, removed and changed by key; and the KPIs of the
    differing months, before and after (see `kpis`)."""
    tables = sorted({*old.tables(), *new.tables()})
    parts = [(t, name) for t in tables for name in _unlike(_hashes(old, t), _hashes(new, t))]
    months = [name for table, name in parts if table == "rows"]
    added = removed = changed = 0
    sums = {"old": _sums(None), "new": _sums(None)}
    for month in months:
        before, after = _part(old, month), _part(new, month)
        a, r, c = compare(before, after)
        added, removed, changed = added + a, removed + r, changed + c
        sums = {"old": sums["old"] + _sums(before), "new": sums["new"] + _sums(after)}
    return Difference(
        parts=tuple(name if table == "rows" else f"{table}/{name}" for table, name in parts),
        added=added,
        removed=removed,
        changed=changed,
        kpis=kpis(sums["old"], sums["new"]) if months else {},
        documents=tuple(_unlike(old.documents(), new.documents())),
    )


def _hashes(release: Release, table: str) -> dict[str, str]:
    return {p.name: p.sha256 for p in release.parts(table)}


def _unlike(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return sorted(n for n in {*before, *after} if before.get(n) != after.get(n))


def _part(release: Release, month: str) -> pd.DataFrame | None:
    if month not in {p.name for p in release.parts("rows")}:
        return None
    return release.frame("rows", parts=[month])


def compare(before: pd.DataFrame | None, after: pd.DataFrame | None) -> tuple[int, int, int]:
    """Rows added, removed and changed by key (client, obligation, month). Rows that share a key are told apart by the
    order they stand in. A column that only one side has changes every row; a number's type does not matter."""
    if before is None or after is None:
        return (0 if after is None else len(after), 0 if before is None else len(before), 0)
    keys = [k for k in KEYS if k in before and k in after]
    columns = sorted({*before.columns, *after.columns} - set(keys))
    old, new = _prints(before, keys, columns), _prints(after, keys, columns)
    _, i, j = np.intersect1d(old[0], new[0], assume_unique=True, return_indices=True)
    changed = int((old[1][i] != new[1][j]).sum())
    return len(after) - len(i), len(before) - len(i), changed


def _prints(frame: pd.DataFrame, keys: Sequence[str], columns: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """64-bit prints of each row's key (with its position among the rows that share it) and of its values."""
    key = _print(frame, keys)
    again = pd.Series(key).groupby(key, sort=False).cumcount().to_numpy(dtype=np.uint64)
    return key * _ODD + again, _print(frame, columns)


def _print(frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    total = np.zeros(len(frame), dtype=np.uint64)
    for column in columns:
        total *= _ODD
        if column in frame:
            total += _hash(frame[column]) | np.uint64(1)
    return total


def _hash(values: pd.Series) -> np.ndarray:
    """64 bits of each value: numbers as float64 (whole ones that it cannot hold, as they are), the rest as text;
    missing values are alike."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return pd.util.hash_array(values.array)
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return pd.util.hash_array(values.astype("str").astype("category").array)
    bits = pd.util.hash_array(values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0)
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu" and values.dtype.itemsize == 8:
        whole = values.to_numpy()
        large = (whole > _EXACT) | (whole < -_EXACT)
        bits[large] = pd.util.hash_array(whole[large].astype(np.uint64))
    return bits


def _sums(frame: pd.DataFrame | None) -> np.ndarray:
    """Rows per label state, gross balance, balance more than 30 days past due; NaN where the columns are not there."""
    if frame is None:
        return np.zeros(len(LABEL_STATES) + 2)
    states, balances = np.full(len(LABEL_STATES), math.nan), np.full(2, math.nan)
    if "label_state" in frame:
        known = frame["label_state"].dropna().astype(int)
        states = np.bincount(known, minlength=len(LABEL_STATES))[: len(LABEL_STATES)].astype(float)
    if {"balance", "days_past_due"} <= set(frame.columns):
        balance = frame["balance"].astype(float)
        balances = np.array([balance.sum(), balance[frame["days_past_due"] > 30].sum()])
    return np.concatenate([states, balances])


def kpis(old: np.ndarray, new: np.ndarray) -> Mapping[str, tuple[float, float]]:
    """Before and after: rows by label state, `acceptance` = positive / (positive + negative), and `icv30` = balance
    more than 30 days past due / gross balance. All over the months that differ; NaN where nothing can be divided by."""
    before, after = _kpis(old), _kpis(new)
    return {name: (before[name], after[name]) for name in before}


def _kpis(sums: np.ndarray) -> dict[str, float]:
    states, (gross, overdue) = sums[: len(LABEL_STATES)], sums[len(LABEL_STATES) :]
    closed = states[NEGATIVE] + states[POSITIVE]
    return {
        **dict(zip(LABEL_STATES, map(float, states), strict=True)),
        "acceptance": float(states[POSITIVE] / closed) if closed else math.nan,
        "icv30": float(overdue / gross) if gross else math.nan,
    }
