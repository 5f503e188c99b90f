"""A release for tests whose figures can be worked out by hand: rows made alike, with what matters set on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from releases import EVERYTHING, draft, open_counts, store_with
from scored_rows import make_rows

from app.desk import Pin
from data.counts import Selection
from data.rows import NEGATIVE, POSITIVE
from data.store import Draft

MONTH = 202401
EVERY = Selection(months=(MONTH, MONTH))
EDGES = [k / 20 for k in range(21)]
ALIKE: Mapping[str, object] = {
    "product": "consumo", "bucket": "31-60", "region": "R00", "age_band": "26-35", "segment": "personal",
    "income_band": "1-2", "channel": "app", "occupation": "O0", "gender": "F", "balance": 1_000_000.0,
    "days_past_due": 45.0, "score": 0.5, "label_state": NEGATIVE, "offered": 1, "arm": "model",
}  # fmt: skip
"""Every row of a group, unless the group says otherwise."""


def group(n: int, *, positives: int = 0, **columns: object) -> pd.DataFrame:
    """`n` rows that differ in nothing but their client, the first `positives` of them positive."""
    rows = make_rows(n, months=(MONTH,), unscored=0.0)
    for name, value in {**ALIKE, **columns}.items():
        rows[name] = pd.Categorical([value] * n) if isinstance(value, str) else np.full(n, value, rows[name].dtype)
    if positives:
        rows["label_state"] = np.where(np.arange(n) < positives, POSITIVE, rows["label_state"]).astype(np.uint8)
    return rows


def pin(
    *groups: pd.DataFrame,
    carries: Sequence[str] = EVERYTHING,
    policy: dict[str, Any] | None = None,
    under: Mapping[str, str] | None = None,
) -> Pin:
    """A release that holds these groups in one month, on a grid of twenty bins, with the threshold 0.35. `under`: more
    columns that are dimensions → the one that each lies under."""
    rows = pd.concat([g.astype(dict.fromkeys(g.select_dtypes("category"), object)) for g in groups], ignore_index=True)
    rows["client"] = np.arange(len(rows))
    rows["obligation"] = np.arange(len(rows))
    for name in rows.select_dtypes(object):
        rows[name] = pd.Categorical(rows[name])
    made = draft(300, first=MONTH, last=MONTH, carries=carries, policy=policy)
    finer = {n: {"levels": sorted(rows[n].cat.categories), "under": parent} for n, parent in (under or {}).items()}
    described = {**made.documents["dimensions"], **finer}
    documents = {**made.documents, "grid": {"edges": EDGES, "threshold": 0.35}, "dimensions": described}
    store = store_with(Draft({"rows": {str(MONTH): rows}}, documents))
    release = store.read()
    return Pin(release, open_counts(release))
