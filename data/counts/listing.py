"""Data room: the rows that a selection keeps, read from the coded parts, for what cannot be added up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

import numpy as np

from data.counts import Listed
from data.counts.coding import BALANCE, BANK, CASH, CHALLENGER, PREVIOUS, SCORE, SCORED_BIT, CodedPart
from data.counts.query import Query

_PLACES: Final = {
    "balance": BALANCE, "cash": CASH, "score": SCORE, "previous_score": PREVIOUS, "challenger_score": CHALLENGER,
    "bank_score": BANK,
}  # fmt: skip


def listed(parts: Iterable[CodedPart], query: Query, amounts: Sequence[str]) -> Iterator[Listed]:
    """The rows of parts, in order of month, that a query keeps. Raises KeyError for an amount that is not held."""
    for name in amounts:
        if name not in _PLACES:
            raise KeyError(f"{name!r} is not one of the amounts {', '.join(_PLACES)}")
    for month, found in groupby(parts, key=attrgetter("month")):
        each = [_kept(p, query, amounts) for p in found]
        label, rg, overdue, *values = (np.concatenate(c) for c in zip(*each, strict=True))
        yield Listed(month, label, rg, overdue, dict(zip(amounts, values, strict=True)))


def _kept(part: CodedPart, query: Query, amounts: Sequence[str]) -> list[np.ndarray]:
    """Label, random group, overdue class and amounts of the kept rows of a part."""
    mask, (first, last) = np.ones(part.rows, bool), query.band()
    for name, levels in query.kept.items():
        if name != "month":
            keep = np.array([level in levels for level in part.levels[name]])
            mask &= keep[part.small[part.names.index(name)]]
    if query.codes:
        mask &= (part.score_code >= first) & (part.score_code <= last)
    rows = slice(None) if mask.all() else np.flatnonzero(mask)
    flags = part.small[-2][rows]
    columns = [flags & 3, part.small[part.names.index("rg")][rows], part.small[-1][rows]]
    for name in amounts:
        values = part.amounts[_PLACES[name]][rows]
        columns.append(np.where(flags >> SCORED_BIT & 1, values, np.float32(np.nan)) if name == "score" else values)
    return columns
