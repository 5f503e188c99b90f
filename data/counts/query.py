"""Data room: a selection as tables of codes, run over the coded parts, and its raw sums as named measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.counts import kernels, sums
from data.counts.coding import FLAGS, CodedPart

_COUNTS: Final = ("n", "scored", *FLAGS)
_OVERDUE: Final = {"V1": 1, "V30": 2, "V60": 3, "V90": 4}
_STATES: Final = 4
_LAST_CODE: Final = 65535
THREADED_ROWS: Final = 1_000_000
"""Rows from which a query is worth a second thread (if they are also more than its cells, which each thread has)."""


@dataclass(frozen=True)
class Query:
    """Levels kept by name, labels of each grouping axis in order, score codes kept, and bins (0: no score axis)."""

    kept: Mapping[str, frozenset[str]]
    labels: Mapping[str, tuple]
    codes: tuple[int, int] | None
    bins: int

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(np.prod([len(v) for v in self.labels.values()], dtype=np.int64))

    @property
    def stride(self) -> int:
        """Cells of one group."""
        return _STATES * max(1, self.bins)

    def band(self) -> np.ndarray:
        """First and last score code kept; a histogram leaves out the unscored rows."""
        first, last = self.codes or (0, _LAST_CODE)
        return np.array([max(first, 1 if self.bins else 0), last], np.int64)


Sums = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Raw sums per cell: rows by flags; money by overdue class; score sums; sums per bin. Length 0 where not wanted."""


def add_up(parts: Sequence[CodedPart], query: Query, *, want: Sequence[str], known: Sequence[str]) -> Sums:
    """Raw sums of the rows that the query keeps. Raises KeyError for a measure that is not among `known`."""
    for measure in want:
        if measure not in known:
            raise KeyError(f"{measure!r} is not one of the measures {', '.join(known)}")
    rows = sum(p.rows for p in parts)
    halves = _halves(parts) if rows >= max(THREADED_ROWS, query.groups * query.stride) else [parts]
    outs = [_empty(query, want) for _ in halves]
    if len(halves) == 1:
        _run(halves[0], query, outs[0])
        return outs[0]
    with ThreadPoolExecutor(len(halves)) as pool:
        list(pool.map(_run, halves, [query] * len(halves), outs))
    for left, right in zip(*outs, strict=True):
        left += right
    return outs[0]


def total_sums(raw: Sums, measures: Sequence[str]) -> dict[str, np.ndarray]:
    """The measures asked for, float64, one value per cell."""
    counts, money, scores, _ = raw
    return {m: _total(m, counts, money, scores) for m in measures}


def bin_sums(raw: Sums, measures: Sequence[str]) -> dict[str, np.ndarray]:
    """The measures asked for, float64, one value per cell."""
    return {m: np.ascontiguousarray(raw[3][:, sums.BIN_SUMS.index(m)]) for m in measures}


def _total(measure: str, counts: np.ndarray, money: np.ndarray, scores: np.ndarray) -> np.ndarray:
    if measure in _COUNTS:
        bits = np.arange(sums.FLAG_SETS)
        bit = {name: bits >> k & 1 for k, name in enumerate((*FLAGS, "scored"))} | {"n": np.ones_like(bits)}
        return (counts @ bit[measure]).astype(np.float64)
    if measure in sums.SCORE_SUMS:
        return scores[:, sums.SCORE_SUMS.index(measure)].copy()
    if measure == "VV30":
        return money[:, _OVERDUE["V30"] :, sums.MONEY_SUMS.index("B2")].sum(1)
    if measure in _OVERDUE:
        return money[:, _OVERDUE[measure] :, 0].sum(1)
    return money[:, :, sums.MONEY_SUMS.index(measure)].sum(1)


def _empty(query: Query, want: Sequence[str]) -> Sums:
    cells, wanted = query.groups * query.stride, set(want)
    if query.bins:
        lanes = next(k for k in sums.LANES if wanted <= set(sums.BIN_SUMS[:k]))
        return np.zeros((0, 1), np.int64), np.zeros((0, 1, 1)), np.zeros((0, 1)), np.zeros((cells, lanes))
    score, count = wanted & set(sums.SCORE_SUMS), wanted & set(_COUNTS)
    money = wanted - score - count
    return (
        np.zeros((cells if count else 0, sums.FLAG_SETS), np.int64),
        np.zeros((cells if money else 0, sums.OVERDUE_CLASSES, _money_sums(money))),
        np.zeros((cells if score else 0, _score_sums(score))),
        np.zeros((0, 1)),
    )


def _money_sums(wanted: set[str]) -> int:
    """How many of the money sums, from the first, must be added."""
    if "NB" in wanted:
        return len(sums.MONEY_SUMS)
    few = wanted <= {*sums.MONEY_SUMS[: sums.FEW_MONEY], *_OVERDUE}
    return sums.FEW_MONEY if few else sums.MORE_MONEY


def _score_sums(wanted: set[str]) -> int:
    """How many of the score sums, from the first, must be added."""
    sizes = (sums.FEW_SCORES, sums.MORE_SCORES, len(sums.SCORE_SUMS))
    return next(k for k in sizes if wanted <= set(sums.SCORE_SUMS[:k]))


def _halves(parts: Sequence[CodedPart]) -> list[Sequence[CodedPart]]:
    """The parts in two lists of about as many rows each."""
    rows = np.cumsum([p.rows for p in parts])
    middle = int(np.searchsorted(rows, rows[-1] / 2)) + 1
    return [half for half in (parts[:middle], parts[middle:]) if half]


def _run(parts: Sequence[CodedPart], query: Query, outs: Sums) -> None:
    first, last = query.band()
    for part in parts:
        if query.groups and first <= last:
            dims, keep, tables, filters, origin = _tables(part, query)
            blocks = (part.starts, part.zones, part.code_zones, part.small, part.score_code, part.amounts)
            kernels.scan(*blocks, dims, keep, tables, filters, query.band(), origin, outs)


def _tables(part: CodedPart, query: Query) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int]:
    """The query in the part's own codes, for `kernels.scan`: filters first, the narrowest of them first."""
    filters = sorted((n for n in query.kept if n != "month"), key=lambda n: len(query.kept[n]) / len(part.levels[n]))
    names = [*filters, *(n for n in query.labels if n not in query.kept and n != "month")]
    keep = np.zeros((len(names), 256), np.uint8)
    tables = np.zeros((len(names), 257), np.uint32)
    step, origin = query.stride, 0
    for name, labels in reversed(list(query.labels.items())):
        place = {str(label): k * step for k, label in enumerate(labels)}
        if name == "month":
            origin = place[str(part.month)]
        else:
            row = tables[names.index(name)]
            row[: len(part.levels[name])] = [place.get(level, 0) for level in part.levels[name]]
            row[256] = 1
        step *= len(labels)
    for a, name in enumerate(filters):
        keep[a, : len(part.levels[name])] = [level in query.kept[name] for level in part.levels[name]]
    dims = np.array([part.names.index(n) for n in names], np.int64)
    return dims, keep, tables, len(filters), origin
