"""Monitoring room: how much of what is overdue the provisions cover, read from the rows of a release."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.counts import Selection
from data.rows import BUCKETS
from data.store import Release
from monitoring.behind import kept, text
from monitoring.bridge import FIRST_OVERDUE
from monitoring.metrics import share
from monitoring.policy import Policy


@dataclass(frozen=True)
class Cover:
    """Provisions of all obligations of a month, and what they are of its overdue balance: 1.2 is 120 %; NaN where
    nothing is overdue, or the month has no provisions."""

    month: int
    provisions: float = math.nan
    ratio: float = math.nan


def cover(release: Release, selection: Selection, *, month: int, policy: Policy | None = None) -> Cover:
    """The cover of one month under the filters of a selection (its months are not looked at)."""
    if str(month) not in {p.name for p in release.parts("rows")}:
        return Cover(month)
    wanted = dict.fromkeys(("balance", "provisions", "bucket", "score_code", *selection.where))
    rows = release.frame("rows", columns=list(wanted), parts=[str(month)])
    rows = rows[kept(rows, selection)]
    late = text(rows["bucket"]).isin(BUCKETS[FIRST_OVERDUE[(policy or Policy()).overdue_dpd] :])
    held = rows["provisions"].to_numpy(np.float64, na_value=np.nan)
    if np.isnan(held).all():
        return Cover(month)
    provisions = float(np.nansum(held))
    overdue = float(np.nansum(rows.loc[late, "balance"].to_numpy(np.float64, na_value=np.nan)))
    return Cover(month, provisions, share(provisions, overdue))
