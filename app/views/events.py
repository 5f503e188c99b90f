"""App room: what happened to the portfolio, as marks on a chart."""

from __future__ import annotations

from collections.abc import Collection

from app.charts.trend import Mark
from app.desk import Pin
from app.l10n import L10n
from data.contract import Event


def events(pin: Pin, months: Collection[int]) -> list[Event]:
    """The release's events of these months, in order of month. Older releases say a text by month, and no owner."""
    told = pin.meaning.get("events", ())
    found = (
        [Event(int(month), text) for month, text in told.items()]
        if isinstance(told, dict)
        else [Event(int(e["month"]), e["text"], e.get("owner", "")) for e in told]
    )
    return sorted((e for e in found if e.month in months), key=lambda e: e.month)


def marks(l10n: L10n, pin: Pin, months: Collection[int]) -> list[Mark]:
    """The events of these months as words on a chart."""
    return [Mark(l10n.short_month(e.month), l10n.pick(e.text)) for e in events(pin, months)]
