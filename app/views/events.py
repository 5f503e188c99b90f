"""App room: what happened to the portfolio, as marks on a chart and as a list, with who answers for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.charts.trend import Mark
from app.desk import Pin
from app.l10n import L10n
from app.views.shapes import Happening
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


def numbered(l10n: L10n, found: Sequence[Event]) -> list[Mark]:
    """Events as numbers on a chart, which say more when they are pointed at; 1 is the first."""
    return [Mark(l10n.short_month(e.month), _dated(l10n, e), str(k), key_of(k)) for k, e in enumerate(found, 1)]


def listed(l10n: L10n, found: Sequence[Event], chosen: str) -> list[Happening]:
    """The same as a list to choose from."""
    return [
        Happening(key_of(k), str(k), f"{l10n.short_month(e.month)} · {l10n.pick(e.text)}",
                  _dated(l10n, e), key_of(k) == chosen)
        for k, e in enumerate(found, 1)
    ]  # fmt: skip


def _dated(l10n: L10n, event: Event) -> str:
    return f"{l10n.month(event.month)}: {sentence(l10n, event)}"


def sentence(l10n: L10n, event: Event) -> str:
    """What happened, and who answers for it."""
    said = l10n.pick(event.text)
    if not event.owner:
        return l10n.say("{text} · no owner is named", text=said)
    return l10n.say("{text} · owner: {owner}", text=said, owner=event.owner)


def key_of(place: int) -> str:
    """What a click on an event sends."""
    return f"event-{place}"


def clicked(points: Sequence[Mapping[str, Any]]) -> str:
    """The key of the event among the points clicked on; "" without one."""
    return next((str(p["key"]) for p in points if str(p.get("key", "")).startswith("event-")), "")
