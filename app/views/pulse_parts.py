"""App room: what the value boxes of the Pulse page share: the change on the month and on the year, and the target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.format import rounded_sign
from app.l10n import L10n
from app.views.evidence import Evidence
from app.views.pulse_figures import YEAR, Figures
from app.views.shapes import Move
from data import months


@dataclass(frozen=True)
class Course:
    """A number by month, and whether more of it is good (None: neither). `kind` says how two of them are compared:
    "share" in percentage points, "amount" in percent, "number" by their difference."""

    values: Mapping[int, float]
    good_up: bool | None
    kind: Literal["share", "amount", "number"] = "share"

    def step(self, month: int, other: float) -> float:
        """How far the number of a month is from another; NaN where there is nothing to compare."""
        now = self.values.get(month, math.nan)
        if self.kind == "amount":
            return now / other - 1 if other else math.nan
        return now - other

    def written(self, l10n: L10n, step: float) -> tuple[str, int]:
        """A step in words, and the sign that remains of it."""
        if self.kind == "number":
            return l10n.signed(step, 2), rounded_sign(step, 2)
        return (l10n.change(step) if self.kind == "amount" else l10n.points(step)), rounded_sign(step * 100, 1)


def evidence(figures: Figures, period: str, **known: object) -> Evidence:
    """What a number of the page rests on."""
    return Evidence(period, figures.pin.version, **known)  # type: ignore[arg-type]


def moved(l10n: L10n, course: Course, month: int) -> dict[str, Any]:
    """The change of a month against the one before, and under `more` against the same month a year before."""
    if not l10n.dated:
        return {}
    before, year = (months.add(month, -k) for k in (1, YEAR))
    first = _against(l10n, course, month, before, missing=l10n.say("no month before"))
    return {**vars(first), "more": (_against(l10n, course, month, year, missing=l10n.say("no year before")),)}


def aimed(l10n: L10n, course: Course, month: int, target: float, *, written: str) -> dict[str, Any]:
    """The same with the distance from the target; or that none is set."""
    found = moved(l10n, course, month)
    aim = l10n.say("target {target}", target=written)
    step = course.step(month, target)
    if not math.isfinite(step):
        return {**found, "more": (*found.get("more", ()), Move(against=l10n.say("no target set")))} if found else {}
    move = _move(l10n, course, step, against=aim, equal=l10n.say("on {target}", target=aim))
    return {**found, "more": (*found.get("more", ()), move)}


def _against(l10n: L10n, course: Course, month: int, other: int, *, missing: str) -> Move:
    step = course.step(month, course.values.get(other, math.nan))
    if not math.isfinite(step):
        return Move(against=missing)
    there = l10n.short_month(other)
    return _move(
        l10n, course, step, against=l10n.say("vs. {month}", month=there), equal=l10n.say("as in {month}", month=there)
    )


def _move(l10n: L10n, course: Course, step: float, *, against: str, equal: str) -> Move:
    text, sign = course.written(l10n, step)
    if sign == 0:
        return Move(against=equal)
    tone = "" if course.good_up is None else "good" if (sign > 0) == course.good_up else "bad"
    return Move(text, "▲" if sign > 0 else "▼", tone, against)


def has_offers(figures: Figures) -> bool:
    """Whether some of the eligible were offered something and some were not."""
    return any(0 < m.offer_rate < 1 for m in figures.funnel)
