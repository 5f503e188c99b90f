"""App room: the numbers of the Model effect page: the randomised arms, month by month, from go-live on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.desk import Pin
from data.counts import Selection
from monitoring import effect
from monitoring.policy import Policy

OUTCOMES = ("bucket", "arm", "offered")
"""What a selection may not filter by here: it came after the arms were drawn, so what it keeps is itself selected."""


@dataclass(frozen=True)
class Figures:
    """Everything that the page says. `barred`: filters under which arms must not be compared ("score" for the score
    band); `found` is None then. `gross`: gross balance of the selection in the last month; `part`: whether a filter
    narrows the `selection`, so that numbers of clients do not speak of it."""

    pin: Pin
    policy: Policy
    barred: tuple[str, ...]
    found: effect.Effect | None
    gross: float
    part: bool
    selection: Selection

    @property
    def shown(self) -> tuple[effect.Comparison, ...]:
        """The comparisons that may be shown, the main one first."""
        return self.found.comparisons if self.found else ()


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Figures:
    """All numbers of the page for one selection, whatever its months: the effect starts at go-live."""
    barred = barred_filters(selection)
    arms: Mapping[str, Any] = pin.document("arms") or {}
    if barred:
        return Figures(pin, policy, barred, None, math.nan, True, selection)
    if not (arms and pin.carries("arms") and pin.carries("gross")):
        return Figures(pin, policy, (), effect.effect(None, arms={}, policy=policy), math.nan, False, selection)
    since = replace(selection, months=(int(arms["go_live"]), pin.counts.months[-1]), codes=None)
    totals = pin.counts.totals(since, by=("month", "arm", "rg"), measures=effect.MEASURES)
    found = effect.effect(totals, arms=arms, policy=policy)
    last = totals.keep("month")
    gross = float(last.at(month=last.labels["month"][-1])["B"]) if last.labels["month"] else math.nan
    return Figures(pin, policy, (), found, gross, bool(selection.where), selection)


def barred_filters(selection: Selection) -> tuple[str, ...]:
    """The filters of a selection that are outcomes of the arms."""
    named = tuple(name for name in OUTCOMES if selection.where.get(name))
    return (*named, "score") if selection.codes is not None else named
