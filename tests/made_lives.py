"""Obligations that are followed from month to month, as rows with their histories, and what is true of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import bands, months
from data.contract import Meaning, Portfolio
from data.counts.columnar import ColumnarCounts
from data.coverage import Coverage
from data.rows import BUCKETS, random_group
from model.flows import flows
from model.vintage import vintages

FIRST, LAST = 202301, 202412


@dataclass(frozen=True)
class Lives:
    """Scored rows, their counts, and the same obligation by obligation."""

    rows: pd.DataFrame
    counts: ColumnarCounts


def made_lives(n: int = 1500, *, seed: int = 0, lacking: tuple[int, ...] = ()) -> Lives:
    """Obligations disbursed from two years before FIRST on, that fall behind, recover, are paid off, or vanish. Months
    in `lacking` are not in the data."""
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
    made = made[~made["month"].isin(lacking)].reset_index(drop=True)
    made["opened"] = [pd.Timestamp(f"{months.add(FIRST, int(k))}15") for k in made["opened"]]
    return _counted(made)


def _counted(made: pd.DataFrame) -> Lives:
    facts = {name: made[name].to_numpy(np.float32) for name in ("days_past_due", "balance", "cash")}
    nothing = np.zeros(len(made), np.float32)
    facts |= {"past_due": facts["balance"] * (facts["days_past_due"] > 0), "written_off": nothing}
    facts |= {"reaged_balance": nothing, "kept": nothing}
    source = Portfolio(Meaning("made", {}), LAST, made, pd.DataFrame(), Coverage(()))
    whole = made.drop(columns="opened").assign(**facts, **flows(source, facts), **vintages(source, facts))
    whole = whole.assign(rg=random_group(whole["client"].to_numpy()), arm="(unknown)", score=np.float32(np.nan))
    whole = whole.assign(label_state=np.uint8(2), bucket=bands.bucket(whole["days_past_due"]))
    edges = np.array([0, 0.5, 1], np.float32)
    counts = ColumnarCounts.from_frames({"rows": whole}, edges=edges, dimensions={"bucket": BUCKETS})
    return Lives(made, counts)
