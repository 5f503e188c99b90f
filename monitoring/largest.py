"""Monitoring room: how much of what is overdue the largest clients owe, read from the rows of a release."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.counts import Selection
from data.rows import BUCKETS
from data.store import Release
from monitoring.behind import kept, text
from monitoring.bridge import FIRST_OVERDUE
from monitoring.definitions import Definition
from monitoring.metrics import share

TEN: Final = 10


@dataclass(frozen=True)
class Largest:
    """Clients who owe something overdue in a month, and the share (0..1) of it that the ten largest of them owe; NaN
    where nothing is overdue."""

    clients: int = 0
    share: float = math.nan


def largest(release: Release, selection: Selection, *, month: int, definition: Definition) -> Largest:
    """The largest clients of one month under the filters of a selection (its months are not looked at), by what the
    definition counts. A client's obligations are taken together."""
    if str(month) not in {p.name for p in release.parts("rows")}:
        return Largest()
    amount = {"balance": "balance", "past_due": "past_due", "count": "balance"}[definition.basis]
    wanted = dict.fromkeys(("client", "bucket", amount, "score_code", *selection.where))
    rows = release.frame("rows", columns=list(wanted), parts=[str(month)])
    late = kept(rows, selection) & text(rows["bucket"]).isin(BUCKETS[FIRST_OVERDUE[definition.days] :]).to_numpy()
    owed = np.ones(len(rows)) if definition.basis == "count" else rows[amount].to_numpy(np.float64, na_value=0.0)
    by_client = rows.assign(owed=owed)[late].groupby("client")["owed"].sum()
    by_client = by_client[by_client > 0]
    return Largest(len(by_client), share(float(by_client.nlargest(TEN).sum()), float(by_client.sum())))
