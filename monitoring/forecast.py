"""Monitoring room: the overdue ratio of the coming months, by carrying the latest roll rates forward, with what such
forecasts were worth in the past.

A month's balances by bucket become the next month's: each bucket's balance goes where it went, and new balance arrives
in proportion to the whole, as in the last months and, with less weight, in all months before. How far off the forecast
may be is read off the errors of the same chain, run from every earlier month with what was known then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from data import months as calendar
from data.counts import Tally
from data.rows import BUCKETS, UNKNOWN
from monitoring.bridge import FIRST_OVERDUE
from monitoring.estimate import Estimate
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array

MOVES: Final = ("month", "bucket", "next_bucket")
"""Axes of the counts that `forecast` reads, of MEASURES, over all months up to the one that it starts from."""
MEASURES: Final = ("B", "NB")
STATES: Final = (*BUCKETS, UNKNOWN)
"""Where balance can stand: an ageing bucket, or one that is not known (gross balance that is not overdue)."""


@dataclass(frozen=True)
class Chain:
    """How a month's balances become the next month's. `rates[i, j]`: balance that stands in state j a month later, per
    unit of balance in state i (0 or more; a row adds up to less than 1 where balance is repaid or written off).
    `arrivals[j]`: balance in state j that no obligation of the month before brought, per unit of all balance."""

    rates: np.ndarray
    arrivals: np.ndarray

    def step(self, balance: np.ndarray) -> np.ndarray:
        """The balances by state a month later, none below 0."""
        return np.maximum(balance @ self.rates + balance.sum() * self.arrivals, 0.0)


@dataclass(frozen=True)
class Book:
    """Balances by month (row) and state, and by month, state and state a month later. `months` are ordinals; `known`
    says whether it is known where a month's balances went."""

    months: np.ndarray
    balance: np.ndarray
    moved: np.ndarray
    known: np.ndarray

    def until(self, month: int) -> Book:
        """What was known when a month opened: no later month, and nothing of where its own balances go."""
        kept = self.months <= month
        return Book(
            self.months[kept], self.balance[kept], self.moved[kept], self.known[kept] & (self.months[kept] < month)
        )


@dataclass(frozen=True)
class Past:
    """One forecast of the past: made at the opening of `origin` for `month`, `ahead` months later. `estimate` is what
    it would have said with its band (NaN where there were too few errors by then), `actual` what came; `unchanged` is
    the ratio of `origin`, the forecast that nothing changes."""

    origin: int
    month: int
    ahead: int
    estimate: Estimate
    actual: float
    unchanged: float

    @property
    def error(self) -> float:
        """What came less what was forecast."""
        return self.actual - self.estimate.value

    @property
    def held(self) -> bool:
        """Whether the band held what came."""
        return self.estimate.low <= self.actual <= self.estimate.high


@dataclass(frozen=True)
class Ahead:
    """The ratio `ahead` months on (a fraction), and what forecasts so far ahead were worth: how many months they were
    `tried` for, their mean `miss` (absolute error) beside that of "no change", and in how many of the months `judged`
    the band, as it was then, `held` what came. Misses are NaN where none was tried."""

    month: int
    ahead: int
    estimate: Estimate
    tried: int = 0
    miss: float = math.nan
    unchanged_miss: float = math.nan
    judged: int = 0
    held: int = 0

    @property
    def better(self) -> bool:
        """Whether the chain missed by less than the forecast that nothing changes."""
        return self.miss < self.unchanged_miss


@dataclass(frozen=True)
class Forecast:
    """The overdue ratio of the months after `origin`, whose own is `start`, the chain that it comes from and the first
    and last month whose moves the chain is made of.

    `reason` says why there is none: "no_balance", or "no_flows" (it is not known where the balances of those months
    went: the month after is missing, or the release was made before there were flows).
    """

    origin: int
    start: float = math.nan
    ahead: tuple[Ahead, ...] = ()
    past: tuple[Past, ...] = ()
    chain: Chain | None = None
    window: tuple[int, int] = (0, 0)
    reason: str = ""

    @property
    def banded(self) -> tuple[Ahead, ...]:
        """The months for which enough past errors are known to say how far off the forecast may be."""
        return tuple(a for a in self.ahead if math.isfinite(a.estimate.low))


def forecast(moves: Tally, *, origin: int, policy: Policy | None = None) -> Forecast:
    """The ratio of the months after `origin`, from the B and NB of MOVES; what they hold of later months has no say."""
    rule = policy or Policy()
    now = calendar.ordinal(origin)
    held = book(moves).until(now)
    if now not in held.months or not held.balance[-1].sum() > 0:
        return Forecast(origin, reason="no_balance")
    chain = latest(held, window=rule.forecast_window, memory=rule.forecast_memory)
    if chain is None:
        return Forecast(origin, reason="no_flows")
    overdue = FIRST_OVERDUE[rule.overdue_dpd]
    tried = _tried(held, rule)
    values = course(held.balance[-1], chain, months=rule.forecast_months, overdue=overdue)
    ahead = tuple(_ahead(origin, k, v, tried.get(k, ()), rule) for k, v in enumerate(values.tolist(), 1))
    window = (calendar.add(origin, -rule.forecast_window), calendar.add(origin, -1))
    past = tuple(p for k in sorted(tried) for p in tried[k])
    return Forecast(origin, float(_ratios(held, overdue)[-1]), ahead, past, chain, window)


def book(moves: Tally) -> Book:
    """The balances of the counts by MOVES. It is known where a month's went when the next month is there and any of
    its balance was found again."""
    cells = {m: array(moves, m, MOVES) for m in MEASURES}
    months = calendar.ordinal(np.array(moves.labels["month"], int).reshape(-1))
    whole = np.zeros((len(months), len(STATES), len(STATES)))
    balance = np.zeros((len(months), len(STATES)))
    for i, state in enumerate(map(_state, moves.labels["bucket"])):
        balance[:, state] += cells["B"][:, i].sum(1)
        for j, then in enumerate(map(_state, moves.labels["next_bucket"])):
            whole[:, state, then] += cells["NB"][:, i, j]
    known = np.isin(months + 1, months) & (whole.sum((1, 2)) > 0) & (balance.sum(1) > 0)
    return Book(months, balance, whole, known)


def _state(bucket: str) -> int:
    return STATES.index(bucket if bucket in STATES else UNKNOWN)


def latest(held: Book, *, window: int, memory: float = 0.0) -> Chain | None:
    """The chain of the last `window` months before the book's last one, as far as it is known where their balances
    went; None where it is known of none. All months that are known, together, weigh `memory` as much as those do. A
    bucket that held nothing in any of them is taken to keep what it has."""
    recent = held.known & (held.months >= held.months[-1] - window)
    if not recent.any():
        return None
    weight = (recent + held.known * memory * recent.sum() / held.known.sum())[held.known]
    steps = np.flatnonzero(held.known)
    before, moved = weight @ held.balance[steps], np.tensordot(weight, held.moved[steps], 1)
    following = weight @ held.balance[np.searchsorted(held.months, held.months[steps] + 1)]
    rates = np.where(before[:, None] > 0, ratio(moved, before[:, None]), np.eye(len(STATES)))
    return Chain(rates, ratio(following - moved.sum(0), before.sum()))


def course(balance: np.ndarray, chain: Chain, *, months: int, overdue: int) -> np.ndarray:
    """The ratio 1 to `months` months after balances by state, states from `overdue` on being overdue."""
    out = []
    for _ in range(months):
        balance = chain.step(balance)
        out.append(ratio(balance[overdue : len(BUCKETS)].sum(), balance.sum()))
    return np.array(out, float)


def _ratios(held: Book, overdue: int) -> np.ndarray:
    """The ratio of each month."""
    return ratio(held.balance[:, overdue : len(BUCKETS)].sum(1), held.balance.sum(1))


def _tried(held: Book, rule: Policy) -> dict[int, list[Past]]:
    """Every forecast whose month has come, by how far ahead it looked, in order of month: each made of what was known
    at its origin, and given the band of the errors known by then."""
    overdue = FIRST_OVERDUE[rule.overdue_dpd]
    actual = dict(zip(held.months.tolist(), _ratios(held, overdue).tolist(), strict=True))
    out: dict[int, list[Past]] = {}
    for origin in held.months[:-1].tolist():
        then = held.until(origin)
        chain = latest(then, window=rule.forecast_window, memory=rule.forecast_memory)
        if chain is None:
            continue
        for k, value in enumerate(course(then.balance[-1], chain, months=rule.forecast_months, overdue=overdue), 1):
            came = actual.get(origin + k, math.nan)
            if math.isfinite(came - value):
                made = out.setdefault(k, [])
                known = [p for p in made if calendar.ordinal(p.month) <= origin]
                place, month = calendar.from_ordinal(origin), calendar.from_ordinal(origin + k)
                said = _banded(float(value), known, rule.forecast_confidence)
                made.append(Past(place, month, k, said, came, actual[origin]))
    return out


def _banded(value: float, past: Sequence[Past], confidence: float) -> Estimate:
    """A forecast with the band that errors of the past give it: as wide as the smallest that would have held this share
    of them and of one error to come (split conformal prediction, Vovk 2005). Errors are measured in units of
    sqrt(p(1-p)), the scale on which the share of many obligations varies. NaN where they are too few, or the forecast
    is 0 or 1."""
    errors = np.sort([abs(p.error) / _scale(p.estimate.value) for p in past if _scale(p.estimate.value) > 0])
    rank = math.ceil((len(errors) + 1) * confidence - 1e-9)
    if rank > len(errors) or not _scale(value) > 0:
        return Estimate(value, n=float(len(errors)), reason="few_months")
    half = float(errors[rank - 1]) * _scale(value)
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0), float(len(errors)), method="past_errors")


def _scale(share: float) -> float:
    return math.sqrt(max(share * (1 - share), 0.0))


def _ahead(origin: int, k: int, value: float, past: Sequence[Past], rule: Policy) -> Ahead:
    judged = [p for p in past if math.isfinite(p.estimate.low)]
    misses = np.array([[abs(p.error), abs(p.actual - p.unchanged)] for p in past]).reshape(-1, 2)
    miss, unchanged = (float(m) for m in ratio(misses.sum(0), float(len(past))))
    estimate = _banded(value, past, rule.forecast_confidence)
    return Ahead(
        calendar.add(origin, k), k, estimate, len(past), miss, unchanged, len(judged), sum(p.held for p in judged)
    )
