"""App room: the numbers of the section Coverage: what stays at each step, by month and by segment, from counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.desk import Pin
from app.views import choices
from data.counts import Selection
from monitoring import coverage
from monitoring.coverage import Loss, Passage, Step
from monitoring.policy import Policy

EVERY_MONTH = "all"
MOST_SEGMENTS = 15
AFTER_DECISIONS = ("worked", "matured")
"""Steps that have happened only up to the last month whose end is known."""


@dataclass(frozen=True)
class Sheet:
    """A selection by dimension (axis 0) and by month (axis 1), its history included. `shown` are the months of the
    filter that have rows; `problem` says why there is nothing to show ("" when there is)."""

    pin: Pin
    policy: Policy
    dimension: str
    levels: tuple[str, ...]
    months: tuple[int, ...]
    shown: tuple[int, ...]
    banded: bool
    passage: Passage | None
    problem: str = ""

    @property
    def money(self) -> bool:
        """Whether the chain can be told in money."""
        return self.pin.carries("balance")


@dataclass(frozen=True)
class Seen:
    """The chain of one month, or of all that are shown (month 0), the losses of its steps where it is one month, and
    the chain and losses of every segment, the one with the most rows first."""

    sheet: Sheet
    month: int
    chain: tuple[Step, ...]
    losses: dict[str, Loss]
    segments: tuple[tuple[str, tuple[Step, ...], dict[str, Loss]], ...]
    unusual: tuple[Loss, ...]
    """Losses of the months shown that were more than usual, the latest first."""


def sheet(pin: Pin, selection: Selection, *, policy: Policy, dimension: str) -> Sheet:
    """What the section needs, from the first month of the release to the last of the filter."""
    named = choices.resolve(pin, selection, dimension)
    held = pin.extent.months
    first, last = selection.months or (held[0], held[-1])
    months = tuple(m for m in held if m <= last)
    nothing = Sheet(pin, policy, named, (), months, (), selection.codes is not None, None, "empty")
    wide = replace(selection, months=(held[0], last))
    scored = replace(wide, codes=wide.codes or (1, len(pin.counts.edges) - 1))
    axes = (*((named,) if named else ()), "month")
    by = tuple(a for a in coverage.by(axes) if a != "bucket" or a in pin.extent.dimensions)
    wanted = ("n", "B", policy.overdue_measure)
    everything, managed = (pin.counts.totals(s, by=by, measures=wanted) for s in (wide, scored))
    found = coverage.passage(everything, managed, axes, steps=steps(pin), policy=policy)
    if not named:
        found = Passage(found.steps, ("", "month"), found.stays[:, :, None], found.waiting[None])
    present = found.stays[0, 0].sum(0) > 0
    shown = tuple(m for m, there in zip(months, present, strict=True) if there and first <= m <= last)
    levels = tuple(map(str, everything.labels[named])) if named else ("",)
    return replace(nothing, levels=levels, shown=shown, passage=found, problem="" if shown else "empty")


def steps(pin: Pin) -> tuple[str, ...]:
    """The steps that mean something in this release: arrears take days past due, offers take arms."""
    lacking = {"in_arrears": "bucket" not in pin.extent.dimensions, "worked": not pin.carries("arms")}
    return tuple(s for s in coverage.STEPS if not lacking.get(s))


def month_of(sheet: Sheet, asked: str) -> int:
    """The month to show: the one asked for, 0 for all of them; else the last whose outcomes are in, or the last."""
    if asked == EVERY_MONTH:
        return 0
    if asked.isdigit() and int(asked) in sheet.shown:
        return int(asked)
    return next((m for m in reversed(sheet.shown) if _final(sheet, m)), sheet.shown[-1] if sheet.shown else 0)


def _final(sheet: Sheet, month: int) -> bool:
    if sheet.passage is None:
        return False
    k = sheet.months.index(month)
    return bool(sheet.passage.stays[0, -1, :, k].sum() > 0 and sheet.passage.waiting[:, k].sum() == 0)


def seen(sheet: Sheet, month: int) -> Seen:
    """One month of a sheet, or all that are shown when `month` is 0."""
    if sheet.passage is None or sheet.problem:
        return Seen(sheet, month, (), {}, (), ())
    axis = sheet.passage.axes[0]
    every = sheet.passage.summed(axis)
    at = [sheet.months.index(m) for m in ((month,) if month else sheet.shown)]
    segments = sheet.passage.summed("month", at={"month": at})
    whole = _losses(sheet, every)
    order = np.argsort(-segments.stays[0, 0], kind="stable")
    rows = [int(k) for k in order if segments.stays[0, 0, k] > 0][:MOST_SEGMENTS] if axis else []
    return Seen(
        sheet=sheet,
        month=month,
        chain=every.summed("month", at={"month": at}).chain(),
        losses=_of_month(whole, month),
        segments=tuple((sheet.levels[k], segments.chain(k), _of_month(_level(sheet, k), month)) for k in rows),
        unusual=tuple(sorted((x for x in whole if x.flagged and x.month in sheet.shown), key=lambda x: -x.month)),
    )


def _level(sheet: Sheet, k: int) -> list[Loss]:
    found = sheet.passage
    return _losses(sheet, found.summed(found.axes[0], at={found.axes[0]: [k]})) if found else []


def _losses(sheet: Sheet, found: Passage) -> list[Loss]:
    every = coverage.losses(found, sheet.months, policy=sheet.policy)
    return [x for x in every if x.step not in AFTER_DECISIONS or x.month <= sheet.pin.as_of]


def _of_month(found: Sequence[Loss], month: int) -> dict[str, Loss]:
    return {x.step: x for x in found if x.month == month}
