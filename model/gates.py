"""Model room: what a challenger must pass to become champion, on rows that neither of the two had learned from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from data.rows import NEGATIVE, POSITIVE, RANDOM_GROUPS
from model import guards
from model.compare import Difference, difference
from model.leaderboard import delong

EACH_CLASS: Final = 40
"""Rows of each class without which nothing is decided."""

COLUMNS: Final = ("client", "rg", "label_state", "score", "challenger_score")
"""Columns of the scored rows that a duel reads."""

METHODS: Final = {"delong": "DeLong, rows are independent", "groups": "by groups of clients, as clients repeat"}


@dataclass(frozen=True)
class Standing:
    """How well one score does: AUC with its 95 % interval (DeLong), Brier score. NaN where a class is missing."""

    name: str
    auc: float
    low: float
    high: float
    brier: float


@dataclass(frozen=True)
class Duel:
    """Champion and challenger on the same rows. `ranking`: AUC of the challenger less that of the champion;
    `squared_error`: the same of the Brier score, where less is better."""

    rows: int
    positives: int
    champion: Standing
    challenger: Standing
    ranking: Difference
    squared_error: Difference

    def as_record(self) -> dict[str, Any]:
        """A JSON record; None where undefined."""
        return _defined(asdict(self))


@dataclass(frozen=True)
class Gate:
    """One condition: whether it holds, and what was found, as a sentence."""

    name: str
    passed: bool
    says: str


def duel(rows: pd.DataFrame, *, champion: str, challenger: str) -> Duel:
    """Both scores on the rows with a final label that both have scored. `rows`: scored rows with COLUMNS.

    Where clients repeat, intervals are the wider of the usual ones and those by random groups of clients.
    """
    usable = _usable(rows)
    y = (usable["label_state"].to_numpy() == POSITIVE).astype(float)
    old, new = usable["score"].to_numpy(np.float64), usable["challenger_score"].to_numpy(np.float64)
    group = usable["rg"].to_numpy() if usable["client"].duplicated().any() else None
    return Duel(
        len(y), int(y.sum()), _standing(champion, old, y), _standing(challenger, new, y),
        difference(new, old, y, group=group), _mean_difference((new - y) ** 2 - (old - y) ** 2, group),
    )  # fmt: skip


def _usable(rows: pd.DataFrame) -> pd.DataFrame:
    scored = rows[["score", "challenger_score"]].notna().all(axis=1)
    return rows[scored & rows["label_state"].isin((NEGATIVE, POSITIVE))]


def _standing(name: str, score: np.ndarray, y: np.ndarray) -> Standing:
    return Standing(name, *delong(score, y), float(np.mean((score - y) ** 2)) if len(y) else math.nan)


def _mean_difference(each: np.ndarray, group: np.ndarray | None) -> Difference:
    """The mean of paired differences with its 95 % interval; by groups where they make it wider."""
    n = len(each)
    if n < 2:
        return Difference(math.nan, math.nan, math.nan, math.nan, "delong")
    value, plain, robust, freedom = float(each.mean()), float(each.std(ddof=1)) / math.sqrt(n), 0.0, 0
    if group is not None:
        sums = np.bincount(group, each - value, minlength=RANDOM_GROUPS)[np.unique(group)]
        freedom = len(sums) - 1
        robust = math.sqrt(len(sums) / max(freedom, 1) * float((sums**2).sum())) / n
    wide = robust > plain
    se, reach = (robust, float(t.ppf(0.975, freedom))) if wide else (plain, float(norm.ppf(0.975)))
    return Difference(value, se, value - reach * se, value + reach * se, "groups" if wide else "paired")


def gates(rows: pd.DataFrame, found: Duel, *, threshold: float) -> tuple[Gate, ...]:
    """Every gate, passed or not; only the first where there is too little to judge by. `threshold`: the release's."""
    enough = _enough(found)
    if not enough.passed:
        return (enough,)
    return (enough, _better(found), _calibrated(found), *_guards(rows, found, threshold))


def _enough(found: Duel) -> Gate:
    rarer = min(found.positives, found.rows - found.positives)
    says = f"{found.rows:,} rows scored by both, {found.positives:,} positive"
    return Gate("rows", rarer >= EACH_CLASS, f"{says}; at least {EACH_CLASS} of each class are needed")


def _better(found: Duel) -> Gate:
    gap = found.ranking
    says = f"AUC {gap.value:+.4f} [{gap.low:+.4f}, {gap.high:+.4f}], {METHODS[gap.method]}"
    passed = gap.low > 0
    return Gate("better", passed, f"{says}: {'above 0' if passed else 'it does not lie above 0'}")


def _calibrated(found: Duel) -> Gate:
    gap = found.squared_error
    says = f"Brier score {gap.value:+.5f} [{gap.low:+.5f}, {gap.high:+.5f}]"
    passed = not gap.low > 0
    return Gate("brier", passed, f"{says}: {'not clearly worse' if passed else 'clearly worse'}")


def _guards(rows: pd.DataFrame, found: Duel, threshold: float) -> list[Gate]:
    own, usable = found.challenger, _usable(rows)
    paid = usable["label_state"].to_numpy() == POSITIVE
    called = usable["challenger_score"].to_numpy() >= np.float32(threshold)
    cells = {"tp": called & paid, "fp": called & ~paid, "tn": ~called & ~paid, "fn": ~called & paid}
    counts = {name: int(hit.sum()) for name, hit in cells.items()}
    return [
        _guard("skill", f"its own AUC is {own.auc:.4f}", lambda: guards.skill(own.low, own.high, n=found.rows)),
        Gate("leak", own.auc <= guards.LEAK_AUC, f"its own AUC is {own.auc:.4f}; above {guards.LEAK_AUC} it is a leak"),
        _guard("one answer", "it tells the rows apart", lambda: guards.not_one_answer(**counts)),
    ]


def _guard(name: str, says: str, look: Callable[[], None]) -> Gate:
    try:
        look()
    except guards.GuardTripped as tripped:
        return Gate(name, False, str(tripped))
    return Gate(name, True, says)


def _defined(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _defined(v) for k, v in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
