"""Monitoring room: the coverage waterfall of any selection, from counts, and the steps that lose more than usual."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.rows import OPEN
from monitoring.metrics import share
from monitoring.policy import Policy
from monitoring.tallies import array, closed

STEPS = ("portfolio", "in_arrears", "eligible", "scored", "worked", "matured")
"""Rows that there are; more than 0 days past due; open to a payment option; with a score; offered one; with a closed
outcome. Each of those that stayed in all before it."""
CURRENT = "0"
"""The bucket of rows that are not in arrears."""
JUDGED = ("eligible", "scored", "worked", "matured")
"""Steps at which a loss can be more than usual: to be current is none."""


@dataclass(frozen=True)
class Step:
    """What stays after a step and what left at it: rows and balance; `icv` is the overdue ratio of the balance that
    left, NaN where none did. All figures of the first step's `left` are 0."""

    name: str
    rows: float
    balance: float
    left: float
    left_balance: float
    icv: float

    @property
    def lost(self) -> float:
        """Share of the rows that entered the step and left there; NaN where none entered."""
        return share(self.left, self.rows + self.left)


@dataclass(frozen=True)
class Loss:
    """Share of rows lost at a step in a month (fraction), the median of the `months` before, and the `limit` beyond
    which it is more than usual; NaN, and never `flagged`, where too few months came before or the month is open."""

    month: int
    step: str
    lost: float
    usual: float
    limit: float
    months: int

    @property
    def flagged(self) -> bool:
        """Whether the step lost more than usual."""
        return self.lost > self.limit


@dataclass(frozen=True)
class Passage:
    """Rows, balance and overdue balance that stay after each step: `stays[measure, step, ...]`, further axes being
    those asked for; `waiting[...]` are the worked rows whose outcome window has not closed."""

    steps: tuple[str, ...]
    axes: tuple[str, ...]
    stays: np.ndarray
    waiting: np.ndarray

    def summed(self, *axes: str, at: dict[str, Sequence[int]] | None = None) -> Passage:
        """The same with these axes summed out, of the positions `at` of each of them (absent: all)."""
        kept, stays, waiting = list(self.axes), self.stays, self.waiting
        for axis in axes:
            k = kept.index(axis)
            if at and axis in at:
                stays, waiting = stays.take(list(at[axis]), k + 2), waiting.take(list(at[axis]), k)
            stays, waiting = stays.sum(k + 2), waiting.sum(k)
            kept.remove(axis)
        return Passage(self.steps, tuple(kept), stays, waiting)

    def chain(self, *at: int) -> tuple[Step, ...]:
        """The steps at one position of the axes."""
        rows, balance, overdue = (v[:, *at] for v in self.stays)
        gone = [np.concatenate([[0.0], v[:-1] - v[1:]]) for v in (rows, balance, overdue)]
        return tuple(
            Step(name, float(rows[k]), float(balance[k]), float(gone[0][k]), float(gone[1][k]),
                 share(float(gone[2][k]), float(gone[1][k])))
            for k, name in enumerate(self.steps)
        )  # fmt: skip


def by(axes: Sequence[str]) -> tuple[str, ...]:
    """The axes that both totals of `passage` are counted by."""
    return tuple(dict.fromkeys((*axes, "bucket", "eligible", "offered")))


def passage(
    everything: Tally, scored: Tally, axes: Sequence[str], *, steps: Sequence[str] = STEPS, policy: Policy | None = None
) -> Passage:
    """What stays at each of `steps`, by `axes`, from totals of all rows and of the scored ones.

    Both are counted by what `by` names, without the bucket where the data have none: nobody is then known to be
    current. What stays after a step never exceeds what entered it.
    """
    rule = policy or Policy()
    wanted = ("n", "B", rule.overdue_measure)
    late, known = (_only(t, "bucket", lambda level: level != CURRENT) for t in (everything, scored))
    open_to, ready = (_only(t, "eligible", bool) for t in (late, known))
    worked = _only(ready, "offered", bool)
    each = {"portfolio": everything, "in_arrears": late, "eligible": open_to, "scored": ready, "worked": worked}
    label = (*axes, "label")
    stays = [[array(each[s], m, axes) for s in steps if s in each] for m in wanted]
    last = worked if "worked" in steps else ready
    if "matured" in steps:
        for sums, measure in zip(stays, wanted, strict=True):
            sums.append(closed(array(last, measure, label)))
    return Passage(tuple(steps), tuple(axes), np.array(stays), array(last, "n", label)[..., OPEN])


def _only(t: Tally, axis: str, kept: object) -> Tally:
    """The same counts with nothing left where a position of the axis is not kept."""
    if axis not in t.axes:
        return t
    mask = np.array([bool(kept(level)) for level in t.labels[axis]])  # type: ignore[operator]
    shape = [len(mask) if a == axis else 1 for a in t.axes]
    return Tally(t.axes, t.labels, {m: np.where(mask.reshape(shape), v, 0.0) for m, v in t.values.items()})


def losses(found: Passage, months: Sequence[int], *, policy: Policy | None = None) -> list[Loss]:
    """The loss of every step of `JUDGED` in every month, held against the months before it, from a passage by
    month alone.

    More than usual is more than the median of the last `coverage_past_months` by three times their spread (median
    absolute deviation, or what chance alone would do to so many rows, whichever is greater), and by at least
    `coverage_rise_least`. A step that nobody had passed yet has no past, and a month with open outcomes none to tell
    of the last step.
    """
    rule = policy or Policy()
    out = []
    for k, name in enumerate(found.steps):
        if name not in JUDGED:
            continue
        entered, stayed = found.stays[0, k - 1], found.stays[0, k]
        begun = np.maximum.accumulate(stayed > 0) & (entered > 0)
        if name == "matured":
            begun &= found.waiting == 0
        lost = np.where(begun, 1 - stayed / np.where(entered > 0, entered, 1), np.nan)
        out += [_loss(int(m), name, lost[: i + 1], float(entered[i]), rule) for i, m in enumerate(months)]
    return out


def _loss(month: int, name: str, lost: np.ndarray, entered: float, rule: Policy) -> Loss:
    now, past = float(lost[-1]), lost[:-1][np.isfinite(lost[:-1])][-rule.coverage_past_months :]
    if math.isnan(now) or past.size < rule.coverage_past_least:
        return Loss(month, name, now, math.nan, math.nan, int(past.size))
    usual = float(np.median(past))
    spread = 1.4826 * float(np.median(np.abs(past - usual)))
    chance = math.sqrt(usual * (1 - usual) / entered)
    limit = usual + max(3 * max(spread, chance), rule.coverage_rise_least)
    return Loss(month, name, now, usual, limit, int(past.size))
