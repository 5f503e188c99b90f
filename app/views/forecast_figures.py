"""App room: the forecast of the overdue ratio for a selection, before it becomes words."""

from __future__ import annotations

from dataclasses import replace

from app.desk import Pin
from data.counts import Selection
from monitoring.forecast import MEASURES, MOVES, Forecast, forecast
from monitoring.policy import Policy

FIRST = 190001


def forecasted(pin: Pin, selection: Selection, *, policy: Policy) -> Forecast:
    """The forecast from the last month of a selection on, made of all months before it.

    With a reason where the data carry none: those of `Forecast`, "undated", "no_gross", and "one_bucket" where only
    some buckets are kept, for what leaves them cannot be followed.
    """
    origin = selection.months[1] if selection.months else pin.counts.months[-1]
    reason = _why_not(pin, selection)
    if reason:
        return Forecast(origin, reason=reason)
    known = replace(selection, months=(FIRST, origin))
    return forecast(pin.counts.totals(known, by=MOVES, measures=MEASURES), origin=origin, policy=policy)


def _why_not(pin: Pin, selection: Selection) -> str:
    if not pin.dated:
        return "undated"
    if not pin.has_ratio or "bucket" not in pin.extent.dimensions:
        return "no_balance"
    if not pin.carries("gross"):
        return "no_gross"
    return "one_bucket" if "bucket" in selection.where else ""
