"""Monitoring room: what became of payment options: offered, accepted, applied, kept, in default again; and the cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.counts import Tally
from data.months import add
from data.rows import (
    FATE_MONTHS,
    HELD,
    LEFT,
    NO_OPTION,
    OFFERED_OPTION,
    OPEN_FATE,
    OPTION_FATE,
    POSITIVE,
    REDEFAULTED,
    UNKNOWN,
)
from monitoring.estimate import Estimate
from monitoring.intervals import Array, false_discovery, rate, sample_size, two_proportions
from monitoring.policy import Policy
from monitoring.tallies import array, closed

BY: Final = ("month", OFFERED_OPTION, OPTION_FATE)
NOT_OPTIONS: Final = (NO_OPTION, UNKNOWN)
"""Levels of OFFERED_OPTION under which nothing was offered, or nobody knows."""


@dataclass(frozen=True)
class Board:
    """One option (or all, `option` ""), in obligation-months. `labelled` offers have a final response, of which
    `accepted` were accepted; `applied` came into force. Of those that are old enough, `kept` is the share that was not
    overdue for `option_kept_months`, and `redefaulted` the share overdue within `redefault_months`; `young` were
    applied too lately for the former, `left` of them left the book, or came under another option, before.

    `durable` is the overdue balance that kept options took out of the ratio, as a share of the gross balance of a mean
    month, and `cost_per_bp` the cost of the offers of the same months per basis point of it; NaN where the data carry
    no balance, no cost is set, or nothing overdue was kept.
    """

    option: str
    offered: int
    labelled: int
    accepted: int
    applied: int
    young: int
    left: int
    acceptance: Estimate
    kept: Estimate
    redefaulted: Estimate
    durable: float
    cost_per_bp: float


def measures(policy: Policy) -> tuple[str, ...]:
    """The totals by BY that `boards` reads."""
    return ("n", "offered", "kept", "B", policy.overdue_measure)


def boards(totals: Tally, *, last: int, policy: Policy | None = None) -> tuple[Board, ...]:
    """Every option, that with most offers first, and then all together; () where nothing was offered. `last` is the
    last month of the data: what was applied so many months before it is old enough."""
    rule = policy or Policy()
    names = [n for n in totals.labels[OFFERED_OPTION] if n not in NOT_OPTIONS]
    found = [_board(totals, (name,), name, last, rule) for name in names]
    found = sorted((b for b in found if b.offered or b.applied), key=lambda b: -b.offered)
    return (*found, _board(totals, names, "", last, rule)) if found else ()


def old_enough(months: Sequence[int], held: int, *, last: int) -> list[int]:
    """Places of the months whose options have been followed for so many months."""
    return [k for k, m in enumerate(months) if add(m, held) <= last]


def _board(totals: Tally, names: Sequence[str], option: str, last: int, rule: Policy) -> Board:
    at = [totals.labels[OFFERED_OPTION].index(n) for n in names]
    n, offered, kept = (_of(totals, m, at) for m in ("n", "offered", "kept"))
    months, fates = totals.labels["month"], totals.labels[OPTION_FATE]
    labelled, accepted = float(closed(offered).sum()), float(offered[..., POSITIVE].sum())
    rows = n.sum(-1)
    early, spans = old_enough(months, rule.option_kept_months, last=last), min(rule.redefault_months, FATE_MONTHS)
    old, late = rows[early].sum(0), rows[old_enough(months, spans, last=last)].sum(0)
    did = _marks(fates, lambda way, _: way != "")
    held = _marks(fates, lambda way, k: _held(way, k, rule.option_kept_months))
    back = _marks(fates, lambda way, k: way == REDEFAULTED and k <= spans)
    lost = _marks(fates, lambda way, k: way == LEFT and k < rule.option_kept_months)
    durable, cost = _durable(totals, at, early, held, rule)
    applied = float(kept.sum())
    return Board(
        option, int(offered.sum()), int(labelled), int(accepted), int(applied),
        int(applied - (old * did).sum()), int((old * lost).sum()),
        _rate(accepted, labelled, rule, "no_label_yet"), _rate((old * held).sum(), (old * did).sum(), rule, "immature"),
        _rate((late * back).sum(), (late * did).sum(), rule, "immature"), durable, cost,
    )  # fmt: skip


def _of(totals: Tally, measure: str, at: Sequence[int]) -> Array:
    """A measure of these options by month, fate and label."""
    return array(totals, measure, (*BY, "label"))[:, at].sum(1)


def fate(text: str) -> tuple[str, int]:
    """A fate in two: HELD, REDEFAULTED, OPEN_FATE, LEFT, or "" where no option was applied; and its months."""
    way, _, months = text.partition(" ")
    if way in (REDEFAULTED, OPEN_FATE, LEFT) and months:
        return way, int(months)
    return (HELD, FATE_MONTHS) if text == HELD else ("", 0)


def _held(way: str, k: int, months: int) -> bool:
    """Whether an option was seen to hold for so many openings."""
    return k > months if way == REDEFAULTED else way != "" and k >= months


def _marks(fates: Sequence[str], is_so: Callable[[str, int], bool]) -> Array:
    """1 for the fates of which it is so."""
    return np.array([is_so(*fate(text)) for text in fates], float)


def _rate(x: float, n: float, rule: Policy, nothing: str) -> Estimate:
    if not n > 0:
        return Estimate(reason=nothing)
    return rate(float(x), float(n), min_n=rule.min_n, confidence=rule.confidence)


def _durable(totals: Tally, at: Sequence[int], early: Sequence[int], held: Array, rule: Policy) -> tuple[float, float]:
    gross = array(totals, "B", ("month",))[early].sum()
    taken = (_of(totals, rule.overdue_measure, at)[early].sum((0, -1)) * held).sum()
    durable = float(taken / (gross / len(early))) if gross > 0 else math.nan
    offers = float(_of(totals, "offered", at)[early].sum())
    return durable, offers * rule.cost_per_contact / (durable * 1e4) if durable > 0 else math.nan


@dataclass(frozen=True)
class Kept:
    """One option in one segment: the share kept, p and q that it differs from all other cells (corrected for the cells
    shown), and how many options it `needs` to tell the difference worth finding. Fewer: it is not tested."""

    option: str
    level: str
    kept: Estimate
    p: float
    q: float
    needs: float

    @property
    def sees(self) -> bool:
        """Whether there are enough."""
        return self.kept.n >= self.needs


def cells(totals: Tally, dimension: str, *, last: int, policy: Policy | None = None) -> tuple[Kept, ...]:
    """Share kept of every option in every level of a dimension, from totals by BY and the dimension; without those that
    hold none."""
    rule = policy or Policy()
    months, fates = totals.labels["month"], totals.labels[OPTION_FATE]
    names = [n for n in totals.labels[OFFERED_OPTION] if n not in NOT_OPTIONS]
    at = [totals.labels[OFFERED_OPTION].index(n) for n in names]
    early = old_enough(months, rule.option_kept_months, last=last)
    rows = array(totals, "n", (*BY, dimension))[early][:, at].sum(0)
    held = _marks(fates, lambda way, k: _held(way, k, rule.option_kept_months))
    did = _marks(fates, lambda way, _: way != "")
    x, n = (np.einsum("ofd,f->od", rows, w) for w in (held, did))
    needs = _needed(float(x.sum()), float(n.sum()), rule)
    p = two_proportions(x, n, x0=x.sum() - x, n0=n.sum() - n)
    p = np.where(n >= needs, p, np.nan)
    q = false_discovery(p)
    return tuple(
        Kept(name, str(level), _rate(x[i, j], n[i, j], rule, "immature"), float(p[i, j]), float(q[i, j]), needs)
        for i, name in enumerate(names) for j, level in enumerate(totals.labels[dimension]) if n[i, j] > 0
    )  # fmt: skip


def _needed(x: float, n: float, rule: Policy) -> float:
    """Options of a cell that tell its share from the common one by the gap worth finding (two-sided, power 80 %)."""
    if not n > 0:
        return math.nan
    common = x / n
    other = common - rule.option_gap if common >= rule.option_gap else common + rule.option_gap
    return math.ceil(sample_size(common, other, confidence=rule.confidence))


@dataclass(frozen=True)
class Release:
    """Options of one kind whose lock-out ends in `month`: how many, of these overdue again and gone; and the balance
    that they had when the option was applied."""

    option: str
    month: int
    options: int
    overdue: int
    gone: int
    balance: float


def coming_out(totals: Tally, *, last: int, policy: Policy | None = None) -> tuple[Release, ...]:
    """What leaves the lock-out in the month after the `last` one, by option, all together at the end; from totals by
    BY. () where that month's options are not in the data."""
    rule = policy or Policy()
    then = add(last, -rule.option_lockout_months)
    if then not in totals.labels["month"]:
        return ()
    k, fates = totals.labels["month"].index(then), totals.labels[OPTION_FATE]
    did = _marks(fates, lambda way, _: way != "")
    back, gone = (_marks(fates, lambda way, _: way == REDEFAULTED), _marks(fates, lambda way, _: way == LEFT))
    n, held = (array(totals, m, BY)[k] for m in ("n", "B"))
    names = [m for m in totals.labels[OFFERED_OPTION] if m not in NOT_OPTIONS]
    at = [totals.labels[OFFERED_OPTION].index(m) for m in names]
    rows = [(name, n[i], held[i]) for name, i in zip(names, at, strict=True)]
    rows += [("", n[at].sum(0), held[at].sum(0))]
    return tuple(
        Release(name, add(last, 1), int(c @ did), int(c @ back), int(c @ gone), float(b @ did))
        for name, c, b in rows if c @ did or not name
    )  # fmt: skip
