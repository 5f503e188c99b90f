"""App room: what the value boxes of the Pulse page share."""

from __future__ import annotations

import math

from app.format import rounded_sign
from app.l10n import L10n
from app.views.evidence import Evidence
from app.views.pulse_figures import Figures
from data import months


def evidence(figures: Figures, period: str, **known: object) -> Evidence:
    """What a number of the page rests on."""
    return Evidence(period, figures.pin.version, **known)  # type: ignore[arg-type]


def moved(l10n: L10n, difference: float, month: int, *, good_up: bool | None, relative: bool = False) -> dict[str, str]:
    """The change against the month before `month`: arrow, text and whether it is good. `good_up` None: neither."""
    if not l10n.dated:
        return {}
    before = l10n.short_month(months.add(month, -1))
    if not math.isfinite(difference):
        return {"against": l10n.say("no month before")}
    sign = rounded_sign(difference * 100, 1)
    if sign == 0:
        return {"against": l10n.say("as in {month}", month=before)}
    tone = "" if good_up is None else "good" if (sign > 0) == good_up else "bad"
    text = l10n.change(difference) if relative else l10n.points(difference)
    return {
        "arrow": "▲" if sign > 0 else "▼",
        "change": text,
        "tone": tone,
        "against": l10n.say("vs. {month}", month=before),
    }


def has_offers(figures: Figures) -> bool:
    """Whether some of the eligible were offered something and some were not."""
    return any(0 < m.offer_rate < 1 for m in figures.funnel)
