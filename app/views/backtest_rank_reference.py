"""App room: what the development of a release promised of each figure of ranking, and where that comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.desk import Pin
from data.counts import Selection
from data.rows import NEGATIVE, POSITIVE
from monitoring import outcomes, rank
from monitoring.metrics import gini
from monitoring.policy import Policy
from monitoring.tallies import array

CARD, FIRST, NONE = "card", "first", ""
"""Where the reference of development comes from: the model's card, the first matured months, or nowhere."""


@dataclass(frozen=True)
class Reference:
    """What the development promised of each figure, and where each comes from; `first` to `last` are the months of
    those that the card does not name."""

    values: Mapping[str, float]
    sources: Mapping[str, str]
    first: int = 0
    last: int = 0

    def of(self, name: str) -> float:
        """The reference of a figure; NaN where there is none."""
        return self.values.get(name, math.nan)


def reference(pin: Pin, *, policy: Policy) -> Reference:
    """What the development promised: the out-of-time figures of the model's card, else the first matured months."""
    card: Mapping[str, Any] = pin.document("model_card") if "model_card" in pin.release.documents() else {}
    told = {k: float(v) for k, v in (card.get("metrics") or {}).items() if k in ("auc", "pr_auc") and v is not None}
    told |= {"gini": gini(told["auc"])} if "auc" in told else {}
    early, months = _early(pin, policy)
    values = {name: told.get(name, early.get(name, math.nan)) for name in rank.NAMES}
    sources = {name: CARD if name in told else FIRST if name in early else NONE for name in values}
    return Reference(values, sources, *((months[0], months[-1]) if months else (0, 0)))


def _early(pin: Pin, policy: Policy) -> tuple[dict[str, float], list[int]]:
    """Figures of the first matured months with scores, of all rows of the release."""
    scored = pin.counts.totals(Selection(codes=(1, len(pin.counts.edges))), by=("month",), measures=("n",))
    months = [m.month for m in outcomes.by_month(scored, policy=policy) if m.usable and m.matured]
    months = months[: policy.score_reference_months]
    if not months:
        return {}, []
    n = array(pin.counts.histogram(Selection(months=(months[0], months[-1])), measures=("n",)), "n", ("code", "label"))
    found = {name: float(of(n[:, POSITIVE], n[:, NEGATIVE])) for name, of in rank.STATISTICS.items()}
    found |= {"gini": gini(found["auc"])}
    return {name: value for name, value in found.items() if math.isfinite(value)}, months
