"""Monitoring room: the money that scores promised against the money that came, by score band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.counts import Tally
from data.rows import POSITIVE
from monitoring.bands import per_band
from monitoring.estimate import Estimate
from monitoring.intervals import Array, jackknife
from monitoring.metrics import ratio, share
from monitoring.policy import Policy
from monitoring.tallies import by_random_group, closed

MEASURES = ("n", "B", "Bp", "cash")
"""The histogram measures that promised money reads, by random group for its intervals."""


@dataclass(frozen=True)
class Promised:
    """Money of one band, or of several, in currency, of rows with a closed label.

    `promised` = Σ score · balance, the balance whose acceptance was promised; `came` = balance of those that accepted;
    `shortfall` = promised - came (below 0: more came), with a client-robust interval. In cash, at what an accepted unit
    of balance brought in its month over the whole selection (`cash_rate`): `cash_promised`, `cash_received` and
    `cash_shortfall`. NaN where the data carry no balance, or nobody accepted.
    """

    promised: float
    came: float
    shortfall: Estimate
    cash_rate: float
    cash_shortfall: Estimate

    @property
    def cash_promised(self) -> float:
        """What the promised acceptances would have brought."""
        return self.promised * self.cash_rate

    @property
    def cash_received(self) -> float:
        """What those that came brought, at the common rate."""
        return self.came * self.cash_rate


def promised(histogram: Tally, cuts: Sequence[int], *, policy: Policy | None = None) -> list[Promised]:
    """Money of each band, lowest scores first, and of all of them together as the last entry. [] without bands."""
    rule = policy or Policy()
    if not cuts:
        return []
    n, balance, score, cash = (_with_total(by_random_group(histogram, m, ("code", "label")), cuts) for m in MEASURES)
    rows, said, came = closed(n), closed(score), balance[..., POSITIVE]
    paid, base = cash[:, -1:, POSITIVE], came[:, -1:]
    rate = share(float(paid.sum()), float(base.sum()))
    plain = jackknife(_short, rows, said, came, confidence=rule.confidence)
    money = jackknife(_short_cash, rows, said, came, paid, base, confidence=rule.confidence)
    known = bool(balance.sum() > 0)
    total = rows.sum(0).tolist()
    return [
        Promised(
            promised=float(said[:, i].sum()) if known else math.nan,
            came=float(came[:, i].sum()) if known else math.nan,
            shortfall=_times(plain.estimate(n=total[i], at=(i,)), total[i], known),
            cash_rate=rate if rate > 0 else math.nan,
            cash_shortfall=_times(money.estimate(n=total[i], at=(i,)), total[i], known and rate > 0),
        )
        for i in range(rows.shape[1])
    ]


def together(parts: Sequence[Promised]) -> tuple[float, float]:
    """Shortfall of several bands, in balance and in cash: sums, for money adds up."""
    return sum(p.promised - p.came for p in parts), sum(p.cash_promised - p.cash_received for p in parts)


def _with_total(values: Array, cuts: Sequence[int]) -> Array:
    """Sums over each band (random group × band × label), then of all bands."""
    bands = per_band(values, cuts, axis=1)
    return np.concatenate([bands, bands.sum(1, keepdims=True)], axis=1)


def _short(rows: Array, said: Array, came: Array) -> Array:
    return ratio(said - came, rows)


def _short_cash(rows: Array, said: Array, came: Array, paid: Array, base: Array) -> Array:
    return ratio(said - came, rows) * ratio(paid, base)


def _times(per_row: Estimate, rows: float, known: bool) -> Estimate:
    """The estimate per row as one of all rows; none where the money is not known."""
    if not known:
        return Estimate(n=per_row.n, reason="no_balance")
    value, low, high, se = (float(v) * rows for v in (per_row.value, per_row.low, per_row.high, per_row.se))
    return replace(per_row, value=value, low=low, high=high, se=se)
