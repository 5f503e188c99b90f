"""Monitoring room: the false positives behind one cause of the autopsy, read from the rows of a release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import pandas as pd

from data.counts import Selection
from data.rows import CAUSE, NEGATIVE
from data.store import Release
from monitoring.behind import MOST, kept, text

REASONS: Final = ("reason_1", "reason_2", "reason_3")
_COLUMNS: Final = ("obligation", "balance", "days_past_due", "score", "score_code", "label_state", CAUSE)


class Wasted(NamedTuple):
    """A false positive: its month, its id, its balance and days past due at the opening (NaN unknown), its score, and
    what pushed the score furthest: feature → how far, in log-odds, the strongest first; none where none was kept."""

    month: int
    obligation: int
    balance: float
    days_past_due: float
    score: float
    reasons: dict[str, float]


@dataclass(frozen=True)
class Behind:
    """The false positives of a cause, those with the largest balance first; `listed` are the first MOST of them."""

    rows: tuple[Wasted, ...]

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.rows)

    @property
    def listed(self) -> tuple[Wasted, ...]:
        """Those that are shown."""
        return self.rows[:MOST]


def behind_cause(release: Release, selection: Selection, *, cause: str, code: int) -> Behind:
    """The rows flagged from a score code on whose negative outcome has this cause, under the filters and the months of
    a selection. A release without causes has none."""
    there = release.columns("rows")
    if CAUSE not in there:
        return Behind(())
    wanted = dict.fromkeys((*_COLUMNS, *(r for r in REASONS if r in there), *selection.where))
    first, last = selection.months or (0, 999_999)
    found = []
    for part in release.parts("rows"):
        if first <= int(part.name) <= last:
            rows = release.frame("rows", columns=list(wanted), parts=[part.name])
            mine = kept(rows, selection) & (rows["label_state"] == NEGATIVE).to_numpy()
            mine &= (rows["score_code"] >= code).to_numpy() & (text(rows[CAUSE]) == cause).to_numpy()
            found.append(rows[mine].assign(month=int(part.name)))
    every = pd.concat(found) if found else pd.DataFrame({"balance": []})
    ordered = every.sort_values("balance", ascending=False, na_position="last", kind="stable")
    return Behind(tuple(_wasted(row) for row in ordered.to_dict("records")))


def _wasted(row: dict) -> Wasted:
    said = [str(row[r]).rpartition(":") for r in REASONS if isinstance(row.get(r), str)]
    return Wasted(
        int(row["month"]), int(row["obligation"]), float(row["balance"]), float(row["days_past_due"]),
        float(row["score"]), {feature: float(value) for feature, _, value in said},
    )  # fmt: skip
