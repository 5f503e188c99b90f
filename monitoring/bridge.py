"""Monitoring room: the bridge of the overdue-portfolio ratio between two months, flow by flow, exact.

Every obligation-month has one flow to the next month. What it adds to the overdue and to the gross balance is worth
c = (v - mean ratio * b) / mean gross; the contributions of a month add up to the change of its ratio, and those of
consecutive months to the change between the first and the last.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final, NamedTuple

import numpy as np

from data import months
from data.counts import Tally
from data.rows import BUCKETS, ENDED, GONE, NEW, PAID, PAID_OFF, REAGED, STAYED, THERE, UNKNOWN, WRITTEN
from monitoring import decomposition
from monitoring.metrics import share
from monitoring.policy import Policy
from monitoring.tallies import array

MOVES: Final = ("month", "bucket", "flow", "next_bucket")
"""Axes of the counts of where rows go, of the measures n, B and NB."""
OPENINGS: Final = ("month", "bucket", "origin")
"""Axes of the counts of where rows come from, of the measures n and B."""

KINDS: Final = (
    "rolled_in", "entered", "accrued", "cured_cash", "paid_down", "reaged", "cured_unpaid", "written_off", "gone",
    "growth", "moved",
)  # fmt: skip
"""Flows in the order they are shown: became overdue · new to the data and overdue already · overdue balance that
changed without a payment · no longer overdue, or paid off, by a payment · a payment, still overdue · under a payment
option applied in the month · no longer overdue without a known payment · written off · not in the data any more, nobody
knows why · balance that is not overdue: new, repaid or paid off · obligations that came into the selection or left it
because their segment changed."""
CASH: Final = frozenset({"cured_cash", "paid_down"})
"""Flows that are money received."""
COSMETIC: Final = frozenset({"reaged", "cured_unpaid", "written_off", "gone"})
"""Flows that lower the ratio without money received."""
FIRST_OVERDUE: Final[Mapping[int, int]] = {0: 1, 1: 1, 30: 2, 60: 3, 90: 4}
"""Days past due that must be exceeded → the first of BUCKETS that is overdue."""
_SMALL: Final = 1e-9
"""Share of the balance below which a difference is rounding."""

Key = tuple[str, str]
"""A kind of flow, and its payment option."""


class Flow(NamedTuple):
    """A flow: its kind, the payment option where it is known, its obligations (net of those that left, for "moved"),
    what it added to the overdue and to the gross balance, and what that is worth in the ratio (a fraction)."""

    kind: str
    option: str
    n: int
    overdue: float
    gross: float
    contribution: float


@dataclass(frozen=True)
class Bridge:
    """The ratio of two months (fractions), and the flows between them, which add up to the change.

    `reason` says why there is none: "one_month", "no_flows" (a release made before there were flows, or the next month
    is not in the data), "month_missing" (a month between them is not there: `missing`) or "no_balance".
    """

    first: int
    last: int
    start: float = math.nan
    end: float = math.nan
    flows: tuple[Flow, ...] = ()
    reason: str = ""
    missing: int = 0

    @property
    def change(self) -> float:
        """End less start."""
        return self.end - self.start

    @property
    def residual(self) -> float:
        """What the flows leave unexplained: 0 but for rounding."""
        return self.change - math.fsum(f.contribution for f in self.flows)

    @property
    def lowered(self) -> float:
        """What all flows that lowered the ratio took off it (0 or more)."""
        return -math.fsum(min(f.contribution, 0.0) for f in self.flows)

    @property
    def cash_share(self) -> float:
        """Share of what lowered the ratio that is money received, 0..1; NaN where nothing lowered it."""
        return share(-math.fsum(min(f.contribution, 0.0) for f in self.flows if f.kind in CASH), self.lowered)

    def of(self, *kinds: str) -> float:
        """What flows of these kinds are worth together."""
        return math.fsum(f.contribution for f in self.flows if f.kind in kinds)

    @property
    def cash_only(self) -> Bridge:
        """The same without the flows that lower the ratio and bring no money: where the ratio would have ended."""
        kept = tuple(f for f in self.flows if f.kind not in COSMETIC)
        return Bridge(self.first, self.last, self.start, self.end - self.of(*COSMETIC), kept, self.reason, self.missing)


def bridge(
    moves: Tally, openings: Tally, *, first: int, last: int, policy: Policy | None = None, whole: bool = False
) -> Bridge:
    """The bridge from the opening of `first` to that of `last`, from the n, B and NB of MOVES and the n and B of
    OPENINGS over at least these months. `whole`: the counts are of every row, so that nothing can move between
    segments, and a difference that rounding does not explain is left in the residual."""
    reason, missing = _why_not(moves, openings, first, last)
    if reason:
        return Bridge(first, last, reason=reason, missing=missing)
    overdue = FIRST_OVERDUE[(policy or Policy()).overdue_dpd]
    steps = months.between(first, last)
    total: dict[Key, np.ndarray] = {}
    for month in steps[:-1]:
        v, b = _ends(openings, month, overdue)
        found = _step(moves, openings, month, overdue, whole=whole)
        parts = decomposition.bridge(v, b, flows={key: (float(a[1]), float(a[2])) for key, a in found.items()})
        if not parts:
            return Bridge(first, last, reason="no_balance")
        for key, amounts in found.items():
            total[key] = total.get(key, 0.0) + np.append(amounts, parts[key])
    start, end = (share(*_ends(openings, m, overdue)) for m in (first, last))
    flows = [Flow(*key, round(a[0]), *a[1:].tolist()) for key, a in total.items() if a.any()]
    return Bridge(first, last, start, end, tuple(sorted(flows, key=lambda f: (KINDS.index(f.kind), f.option))))


def key_of(flow: str, *, was_overdue: bool, is_overdue: bool) -> Key:
    """The kind of a row's flow (a value of column `flow`), by whether it was overdue and whether it is a month later;
    and the payment option that it names, "" for none."""
    name, _, option = flow.partition(": ")
    if name == REAGED and was_overdue:
        return "reaged", option
    return _kind(name, was_overdue, is_overdue), ""


def _kind(name: str, was_overdue: bool, is_overdue: bool) -> str:
    if name in (WRITTEN, GONE):
        return name
    if name == PAID_OFF:
        return "cured_cash" if was_overdue else "growth"
    if name == ENDED or not (was_overdue or is_overdue):
        return "growth"
    if not was_overdue:
        return "rolled_in"
    if name == PAID:
        return "paid_down" if is_overdue else "cured_cash"
    return "accrued" if is_overdue else "cured_unpaid"


def _why_not(moves: Tally, openings: Tally, first: int, last: int) -> tuple[str, int]:
    if first >= last:
        return "one_month", 0
    span = months.between(first, last)
    lacking = [m for m in span if m not in openings.labels["month"]]
    if lacking:
        return "month_missing", lacking[0]
    if UNKNOWN in moves.labels["flow"]:
        at = [moves.labels["month"].index(m) for m in span[:-1]]
        if array(moves.at(flow=UNKNOWN), "n", ("month",))[at].any():
            return "no_flows", 0
    return "", 0


def _ends(openings: Tally, month: int, overdue: int) -> tuple[float, float]:
    """Overdue and gross balance at the opening of a month."""
    at = openings.at(month=month)
    balance = array(at, "B", ("bucket",))
    return float(balance[_late(openings, "bucket", overdue)].sum()), float(balance.sum())


def _late(tally: Tally, axis: str, overdue: int) -> np.ndarray:
    return np.isin(np.array(tally.labels[axis], object).astype(str), BUCKETS[overdue:])


def _step(moves: Tally, openings: Tally, month: int, overdue: int, *, whole: bool) -> dict[Key, np.ndarray]:
    """n, overdue and gross added by each kind and option from a month to the next."""
    at = moves.at(month=month)
    n, before, after = (array(at, m, ("flow", "bucket", "next_bucket")) for m in ("n", "B", "NB"))
    was, then = _late(moves, "bucket", overdue), _late(moves, "next_bucket", overdue)
    out: dict[Key, np.ndarray] = {}
    for f, flow in enumerate(moves.labels["flow"]):
        for was_overdue, is_overdue in product((True, False), repeat=2):
            pick = np.ix_(was == was_overdue, then == is_overdue)
            count, old, new = (float(x[f][pick].sum()) for x in (n, before, after))
            key = key_of(flow, was_overdue=was_overdue, is_overdue=is_overdue)
            out[key] = out.get(key, 0.0) + np.array([count, is_overdue * new - was_overdue * old, new - old])
    for key, amounts in _arrivals(moves, openings, month, overdue, whole=whole).items():
        out[key] = out.get(key, 0.0) + amounts
    return out


def _arrivals(moves: Tally, openings: Tally, month: int, overdue: int, *, whole: bool) -> dict[Key, np.ndarray]:
    """What is new a month later, and what is there because it moved between segments."""
    following = openings.at(month=months.add(month, 1))
    n, balance = (array(following, m, ("origin", "bucket")) for m in ("n", "B"))
    late = _late(openings, "bucket", overdue)
    origin = list(openings.labels["origin"])
    new = [o == NEW for o in origin]
    out = {
        ("entered", ""): np.array([n[new][:, late].sum(), *[balance[new][:, late].sum()] * 2]),
        ("growth", ""): np.array([n[new][:, ~late].sum(), 0.0, balance[new][:, ~late].sum()]),
    }
    if whole:
        return out
    there = [o == THERE for o in origin]
    at = moves.at(month=month)
    counts, held = (array(at, m, ("flow", "next_bucket")) for m in ("n", "NB"))
    stayed = [f.partition(":")[0] in (STAYED, PAID, REAGED, WRITTEN) for f in moves.labels["flow"]]
    then = _late(moves, "next_bucket", overdue)
    moved = np.array([
        n[there].sum() - counts[stayed].sum(),
        balance[there][:, late].sum() - held[:, then].sum(),
        balance[there].sum() - held.sum(),
    ])  # fmt: skip
    moved[1:][np.abs(moved[1:]) <= _SMALL * balance.sum()] = 0.0
    return out | {("moved", ""): moved}
