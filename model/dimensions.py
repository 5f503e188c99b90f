"""Model room: the segment dimensions of every obligation-month, as of its opening, and the order they are shown in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data import bands
from data.asof import as_of
from data.contract import CLIENTS, OBLIGATIONS, Portfolio
from data.rows import UNKNOWN
from model import cohort

ALIKE = 0.99
"""A level lies under another when at least this share of its rows does: client data may be months old."""
LEAST_ROWS = 30
"""Rows that a level needs to show under which other one it lies."""
CLIENT_TEXTS = ("region", "segment", "channel", "occupation", "gender")
NOT_DIMENSIONS = frozenset(c.name for c in OBLIGATIONS.columns)


def of(portfolio: Portfolio) -> dict[str, pd.Categorical]:
    """Dimensions by name, each aligned to the obligations; a missing level is "(unknown)". One that is unknown
    throughout is left out."""
    rows = portfolio.obligations
    found: dict[str, pd.Categorical] = {}
    if "days_past_due" in rows:
        found["bucket"] = bands.bucket(rows["days_past_due"])
    found |= _of_clients(portfolio)
    own = [c for c in rows.columns if c not in NOT_DIMENSIONS and not pd.api.types.is_numeric_dtype(rows[c])]
    found |= {c: pd.Categorical(rows[c]) for c in ("product", "segment", *own) if c in rows and rows[c].notna().any()}
    found |= cohort.of(portfolio)
    filled = {name: _filled(values) for name, values in found.items()}
    return {name: values for name, values in filled.items() if list(values.categories) != [UNKNOWN]}


def _of_clients(portfolio: Portfolio) -> dict[str, pd.Categorical]:
    if portfolio.clients is None:
        return {}
    texts = [c for c in CLIENT_TEXTS if c in portfolio.clients]
    numbers = [c for c in ("age", "income") if c in portfolio.clients]
    known = as_of(
        portfolio.obligations, portfolio.clients, by=["client"], columns=[*texts, *numbers], age="snapshot_age"
    )
    out = {c: pd.Categorical(known[c]) for c in texts}
    if "age" in known:
        out["age_band"] = bands.age_band(known["age"])
    if "income" in known:
        out["income_band"] = bands.income_band(known["income"])
    return out


def _filled(values: pd.Categorical) -> pd.Categorical:
    """Levels as text, only those that occur, in their order, with "(unknown)" as the last one for missing ones."""
    names = [str(c) for c in values.categories]
    size = np.bincount(values.codes + 1, minlength=len(names) + 1)
    levels = [n for n, k in zip(names, size[1:], strict=True) if k > 0 and n != UNKNOWN]
    missing = size[0] > 0 or (UNKNOWN in names and size[1 + names.index(UNKNOWN)] > 0)
    levels = [*dict.fromkeys(levels), *([UNKNOWN] if missing else [])]
    place = np.array([*(levels.index(n) if n in levels else -1 for n in names), len(levels) - 1])
    return pd.Categorical.from_codes(
        place[values.codes], categories=pd.Index(levels, dtype="str"), ordered=values.ordered
    )


def document(
    found: Mapping[str, pd.Categorical], named: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, dict[str, object]]:
    """The release document: levels in display order (their own order, which is then said to be `ordered`, else the
    largest first; unknown last), the dimension that this one lies `under` where the rows show it, and the name of the
    dimension by language where the source (`named`) or the contract has one."""
    columns = {c.name: {"en": c.en, "es": c.es, "pt": c.pt} for c in (*OBLIGATIONS.columns, *CLIENTS.columns)}
    columns |= {cohort.NAME: cohort.LABELS} | {name: dict(words) for name, words in (named or {}).items()}
    out: dict[str, dict[str, object]] = {}
    above = under(found)
    for name, values in found.items():
        out[name] = {"levels": _in_order(values)}
        if values.ordered:
            out[name]["ordered"] = True
        if name in above:
            out[name]["under"] = above[name]
        if name in columns:
            out[name]["labels"] = columns[name]
    return out


def _in_order(values: pd.Categorical) -> list[str]:
    levels = list(values.categories)
    if values.ordered:
        return levels
    size = dict(zip(levels, np.bincount(values.codes, minlength=len(levels)).tolist(), strict=True))
    return sorted(levels, key=lambda x: (x == UNKNOWN, -size[x], x))


def under(found: Mapping[str, pd.Categorical]) -> dict[str, str]:
    """Each dimension that lies under another → that one, as offices lie under regions: it has more levels, and each of
    them belongs to one level of the other. Of several such, the finest. Rows where either is unknown say nothing."""
    finest_first = sorted(found, key=lambda name: -len(_known(found[name])))
    nests = {
        name: next((other for other in finest_first if _nests(found[name], found[other])), "") for name in finest_first
    }
    return {name: other for name, other in nests.items() if other}


def _known(values: pd.Categorical) -> list[str]:
    return [level for level in values.categories if level != UNKNOWN]


def _nests(lower: pd.Categorical, upper: pd.Categorical) -> bool:
    """Whether nearly all rows of every level of `lower` lie in one level of `upper`, not in the same one for all."""
    few, many = len(_known(upper)), len(_known(lower))
    if few < 2 or many <= few:
        return False
    width = len(upper.categories)
    both = np.bincount(lower.codes.astype(np.int64) * width + upper.codes, minlength=len(lower.categories) * width)
    table = both.reshape(-1, width)[:many, :few]  # "(unknown)" is the last level
    rows, most = table.sum(1), table.max(1)
    telling = rows >= LEAST_ROWS
    uppers = len(np.unique(table.argmax(1)[telling]))
    return bool((most >= ALIKE * rows)[telling].all() and 1 < uppers < telling.sum())
