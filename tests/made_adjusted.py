"""Made rows whose offers can be weighed, with a rule that offers most to those who pay least, and a known effect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from data.adjusted_sums import AdjustedSums
from data.rows import random_group
from model.adjusted_sums import covariates, sums
from model.in_line import InLine
from model.nuisances import Predicted

MONTHS = (202410, 202411, 202412)
EFFECT = 0.2
"""What an offer adds to the probability of a payment, and takes from that of being overdue."""


@dataclass(frozen=True)
class Rows:
    """`n` rows of clients with two each. `hard` (0..1) drives the offer, between the probabilities `low` and `high`,
    and makes payments rarer; `hidden` times it adds to the payment of the month before, `unseen` leaves it out of what
    is weighted by, and `certain` rows are offered without any doubt."""

    n: int = 6000
    low: float = 0.2
    high: float = 0.8
    hidden: float = 0.0
    unseen: bool = False
    certain: int = 0
    seed: int = 0

    @cached_property
    def drawn(self) -> dict[str, np.ndarray]:
        """The columns of the rows."""
        r = np.random.default_rng(self.seed)
        hard = r.random(self.n)
        e = self.low + (self.high - self.low) * hard
        e[: self.certain] = 1.0
        d = (r.random(self.n) < e).astype(int)
        paid = r.random(self.n) < 0.6 - 0.5 * hard + EFFECT * d
        over = r.random(self.n) < 0.3 + 0.5 * hard - EFFECT * d
        before = r.random(self.n) < 0.4 + self.hidden * d
        return {"hard": hard, "e": e, "d": d, "paid": paid * 1.0, "over": over * 1.0, "before": before * 1.0,
                "balance": np.exp(r.normal(13, 0.5, self.n)), "month": r.choice(MONTHS, self.n),
                "client": np.arange(self.n) // 2}  # fmt: skip

    @cached_property
    def line(self) -> InLine:
        """The rows as they stand in line."""
        x, place = self.drawn, np.arange(self.n)
        return InLine(
            place, place, x["month"], x["client"], random_group(x["client"]).astype(int), x["balance"], 1 - x["hard"],
            x["d"], x["e"], np.full(self.n, ""), x["over"], x["paid"] * 1e4, x["before"],
        )  # fmt: skip

    @cached_property
    def predicted(self) -> Predicted:
        """Exact predictions; the probability of an offer is a constant where what drove it is unseen."""
        x = self.drawn
        raw = np.full(self.n, x["d"].mean()) if self.unseen else x["e"]
        paid, over = 0.6 - 0.5 * x["hard"], 0.3 + 0.5 * x["hard"]
        outcomes = {"paid": (paid + EFFECT, paid), "overdue": (over - EFFECT, over)}
        return Predicted(np.clip(raw, 0.02, 0.98), raw, "logged", outcomes)

    @property
    def sums(self) -> AdjustedSums:
        """The document's sums."""
        frame = pd.DataFrame({"hard": self.drawn["hard"], "kind": pd.Categorical(np.where(self.line.at % 3, "a", "b"))})
        return sums(self.line, self.predicted, covariates(frame, list(frame), self.line.score), overdue_dpd=30)


def document(**rows: Any) -> dict[str, Any]:
    """The documents of a release that such rows make."""
    return {"adjusted_sums": Rows(**rows).sums.as_record()}
