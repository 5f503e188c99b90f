"""Obligations that are followed from month to month, as rows with their histories, and what is true of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from releases import EVERYTHING, draft

from data import bands, months
from data.contract import Meaning, Portfolio
from data.counts.columnar import ColumnarCounts
from data.coverage import Coverage
from data.rows import BUCKETS, random_group
from data.store import Draft
from model.flows import flows
from model.vintage import vintages

FIRST, LAST = 202301, 202412
EDGES = [0.0, 0.5, 1.0]


@dataclass(frozen=True)
class Lives:
    """Obligation-months with the date of disbursement, the scored rows made of them, and their counts."""

    rows: pd.DataFrame
    scored: pd.DataFrame
    counts: ColumnarCounts

    def draft(self, *, carries: Sequence[str] = EVERYTHING, dated: bool = True) -> Draft:
        """What a release of the rows will hold."""
        papers = dict(_papers())
        papers["meaning"] = {**papers["meaning"], "dated": dated, "carries": list(carries), "first_month": FIRST}
        papers |= {"dimensions": {"bucket": {"levels": list(BUCKETS)}}, "grid": {"edges": EDGES, "threshold": 0.5}}
        months = {str(m): part.reset_index(drop=True) for m, part in self.scored.groupby("month")}
        return Draft({"rows": months}, papers)


@cache
def _papers() -> Mapping[str, Any]:
    return draft(50, first=LAST, last=LAST).documents


def made_lives(
    n: int = 1500, *, seed: int = 0, lacking: tuple[int, ...] = (), months_only: tuple[int, ...] = (), told: bool = True
) -> Lives:
    """Obligations disbursed from two years before FIRST on, that fall behind, recover, are paid off, or vanish. Months
    in `lacking` are not in the data, or all but `months_only`; not `told`: nor are the dates of disbursement."""
    rng = np.random.default_rng(seed)
    span = months.between(FIRST, LAST)
    rows = []
    for k in range(n):
        opened = int(rng.integers(-24, len(span) - 2))
        left, late, balance = int(rng.integers(opened + 3, len(span) + 20)), 0.0, float(rng.lognormal(8, 1))
        for t in range(opened + 1, min(left, len(span))):
            late = (
                float(rng.choice([0.0, late, late + 30], p=[0.35, 0.15, 0.5])) if late else 10.0 * (rng.random() < 0.1)
            )
            cash = balance * 0.05 * (rng.random() < 0.5)
            if t >= 0:
                rows.append((k // 2, k, span[t], opened, late, balance, cash if t < left - 1 else balance))
            balance *= 0.98
    made = pd.DataFrame(rows, columns=["client", "obligation", "month", "opened", "days_past_due", "balance", "cash"])
    kept = made["month"].isin(months_only) if months_only else ~made["month"].isin(lacking)
    made = made[kept].reset_index(drop=True)
    made["opened"] = [pd.Timestamp(f"{months.add(FIRST, int(k))}15") if told else pd.NaT for k in made["opened"]]
    return _counted(made)


def _counted(made: pd.DataFrame) -> Lives:
    facts = {name: made[name].to_numpy(np.float32) for name in ("days_past_due", "balance", "cash")}
    nothing = np.zeros(len(made), np.float32)
    facts |= {"past_due": facts["balance"] * (facts["days_past_due"] > 0), "written_off": nothing}
    facts |= {"reaged_balance": nothing, "kept": nothing}
    source = Portfolio(Meaning("made", {}), LAST, made, pd.DataFrame(), Coverage(()))
    whole = made.drop(columns="opened").assign(**facts, **flows(source, facts), **vintages(source, facts))
    whole = whole.assign(rg=random_group(whole["client"].to_numpy()), arm="(unknown)", score=np.float32(np.nan))
    whole = whole.assign(label_state=np.uint8(2), bucket=bands.bucket(whole["days_past_due"]), propensity=np.nan)
    whole = whole.assign(**dict.fromkeys(("eligible", "offered", "paid", "kept"), np.uint8(0)))
    counts = ColumnarCounts.from_frames(
        {"rows": whole}, edges=np.array(EDGES, np.float32), dimensions={"bucket": BUCKETS}
    )
    return Lives(made, whole, counts)
