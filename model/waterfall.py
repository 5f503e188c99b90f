"""Model room: the last steps of the coverage waterfall: scored, worked (offered), matured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from data.contract import Portfolio
from data.coverage import Coverage, Step, waterfall
from data.rows import NEGATIVE, POSITIVE


def document(portfolio: Portfolio, rows: pd.DataFrame) -> dict[str, Any]:
    """The source's chain with the steps of the release, in all and by month."""
    score = rows["score"].to_numpy()
    stays = {
        "scored": np.isfinite(score),
        "worked": rows["offered"].to_numpy() > 0,
        "matured": rows["label_state"].isin((NEGATIVE, POSITIVE)).to_numpy(),
    }
    balance = rows["balance"].to_numpy()
    tails = waterfall(rows["month"].to_numpy(), None if np.isnan(balance).all() else balance, stays)
    months = {str(m): _joined(c, tails[m].steps) for m, c in sorted(portfolio.coverage_by_month.items()) if m in tails}
    whole = _joined(
        portfolio.coverage, tuple(_sum(parts) for parts in zip(*(c.steps for c in tails.values()), strict=True))
    )
    return {"all": whole.as_records(), "by_month": {m: c.as_records() for m, c in months.items()}}


def _sum(parts: tuple[Step, ...]) -> Step:
    return Step(parts[0].name, sum(p.count for p in parts), float(sum(p.balance for p in parts)))


def _joined(head: Coverage, tail: tuple[Step, ...]) -> Coverage:
    for step in tail:
        head = head.then(step.name, step.count, step.balance)
    return head
