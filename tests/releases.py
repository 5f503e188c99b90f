"""A release of made rows, whole, as `model.train` publishes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from scored_rows import dimensions, edges, make_parts

from data import bands, months
from data.contract import Meaning, Portfolio
from data.counts.columnar import ColumnarCounts
from data.coverage import Coverage
from data.memory_store import MemoryStore
from data.store import Draft
from model.flows import flows

EVERYTHING = ("gross", "balance", "days_past_due", "cash", "arms", "propensity", "clients", "bank_score")


def draft(
    n: int = 6000,
    *,
    first: int = 202401,
    last: int = 202412,
    carries: Sequence[str] = EVERYTHING,
    open_months: Sequence[int] = (),
    seed: int = 1,
    policy: dict[str, float] | None = None,
    flowing: bool = False,
    lacking: Sequence[int] = (),
) -> Draft:
    """What a release will hold: n made rows over the months first..last but those `lacking`, and every document of a
    release. `flowing`: with where each row goes and comes from, as training writes it."""
    grid, span = edges(), [m for m in months.between(first, last) if m not in lacking]
    rows = make_parts(n, seed=seed, months=span, open_months=open_months, grid=grid)
    rows = _flowing(rows) if flowing else rows
    meaning = {
        "source": "made",
        "positive": {"en": "accepts the option", "es": "acepta la opción", "pt": "aceita a opção"},
        "currency": "COP",
        "carries": list(carries),
        "events": {str(span[len(span) // 2]): {"en": "Go-live", "es": "Puesta en marcha", "pt": "Entrada"}},
        "as_of": last,
        "first_month": first,
        "last_month": last,
    }
    documents: dict[str, Any] = {
        "meaning": meaning,
        "dimensions": {name: {"levels": list(levels)} for name, levels in dimensions().items()},
        "grid": {"edges": [float(e) for e in grid], "threshold": 0.35},
        "model_card": {"model_hash": "7f3a91c2d4", "class": "lightgbm"},
        "settings": {"policy": policy or {}},
        "coverage": {"all": [{"name": "read", "count": n, "balance": None}], "by_month": {}},
        "arms": {},
        "histograms": {},
        "suspicions": [],
        "fingerprint": {},
    }
    return Draft({"rows": rows}, documents)


def _flowing(parts: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    rows = pd.concat(parts.values(), ignore_index=True)
    rows["bucket"] = bands.bucket(rows["days_past_due"])
    source = Portfolio(Meaning("made", {}), int(rows["month"].max()), rows, pd.DataFrame(), Coverage(()))
    whole = rows.assign(**flows(source, {name: rows[name].to_numpy() for name in rows}))
    return {str(month): part.reset_index(drop=True) for month, part in whole.groupby("month")}


def store_with(*drafts: Draft) -> MemoryStore:
    """A store in memory with these drafts published, the last one newest."""
    store = MemoryStore()
    for each in drafts:
        store.publish(each)
    return store


def open_counts(release: Any) -> ColumnarCounts:
    """The counts of a release, as the entry point makes them, without a cache."""
    return ColumnarCounts.from_release(release)
