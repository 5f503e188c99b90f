"""App room: what stands above every page: how fresh the figures are, and what the filters leave."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.desk import Pin
from app.l10n import L10n
from app.selection import Filters
from app.views import names
from data.counts import Tally
from data.rows import LABEL_STATES, NEGATIVE, OPEN, POSITIVE


@dataclass(frozen=True)
class Chip:
    """A filter that is set: the dimension it belongs to and what it keeps."""

    dimension: str
    text: str


@dataclass(frozen=True)
class Part:
    """A part of the badge, and what it means where that is not plain."""

    text: str
    hint: str = ""


def matured(totals: Tally) -> float:
    """Share of the rows whose label is or will be known that have it already, in 0..1; NaN when there is none."""
    n = dict(zip(LABEL_STATES, totals.keep("label")["n"], strict=True))
    known = n[LABEL_STATES[NEGATIVE]] + n[LABEL_STATES[POSITIVE]]
    all_labels = known + n[LABEL_STATES[OPEN]]
    return float(known / all_labels) if all_labels else float("nan")


def badge(l10n: L10n, pin: Pin, *, totals: Tally, now: dt.datetime) -> tuple[Part, ...]:
    """The parts of the badge: the stamp, and how old the release is."""
    return (*stamp(l10n, pin, totals=totals), Part(age(l10n, pin.published_at, now)))


def stamp(l10n: L10n, pin: Pin, *, totals: Tally) -> tuple[Part, ...]:
    """Data up to when and how many labels matured, or that there are no dates and what that means; model, release."""
    card = pin.document("model_card")
    return (
        *(_until(l10n, pin, matured(totals)) if pin.dated else _undated(l10n)),
        Part(l10n.say("model {name}", name=card.get("model_hash", "—")[:8])),
        Part(l10n.say("release {name}", name=pin.version.partition("-")[0])),
    )


def _until(l10n: L10n, pin: Pin, share: float) -> list[Part]:
    parts = [Part(l10n.say("data to {month}", month=l10n.month(pin.as_of)))]
    if math.isfinite(share):
        parts.append(Part(l10n.say("{share} labels matured", share=l10n.percent(share, 0))))
    return parts


def _undated(l10n: L10n) -> list[Part]:
    return [
        Part(
            l10n.say("no dates"),
            l10n.say("The data are one snapshot: nothing here is a course over time, and no month is compared."),
        ),
        Part(
            l10n.say("cross-fitted scores"),
            l10n.say("Each row was scored by a model that never saw its client."),
        ),
    ]


def age(l10n: L10n, published_at: str, now: dt.datetime) -> str:
    """How long ago the release was published; a clock that is behind does not make it come from the future."""
    since = dt.datetime.fromisoformat(published_at)
    return l10n.say("just now") if now - since < dt.timedelta(minutes=1) else l10n.age(published_at, now)


def rows(totals: Tally) -> int:
    """How many rows the selection keeps."""
    return int(totals["n"].sum())


def scope(l10n: L10n, pin: Pin, by_month: Tally) -> str:
    """What is left of the last month that has rows: obligations and their balance."""
    n, balance = (by_month.keep("month")[measure] for measure in ("n", "B"))
    held = np.flatnonzero(n)
    if not len(held):
        return ""
    last = int(held[-1])
    if pin.dated:
        month = l10n.month(by_month.labels["month"][last])
        text = l10n.many("{n} obligation in {month}", "{n} obligations in {month}", int(n[last]), month=month)
    else:
        text = l10n.many("{n} obligation", "{n} obligations", int(n[last]))
    if not pin.carries("balance"):
        return text
    return f"{text} · {l10n.say('{money} of balance', money=l10n.money(float(balance[last])))}"


def chips(l10n: L10n, filters: Filters, *, dimensions: Mapping[str, Any], segment: Chip | None = None) -> list[Chip]:
    """The filters that are set, each as a chip that lifts it when clicked; that of the pinned segment first."""
    out = [segment] if segment else []
    for name, levels in filters.where.items():
        shown = ", ".join(names.level(l10n, level) for level in levels[:3]) + ("…" if len(levels) > 3 else "")
        out.append(Chip(name, f"{names.dimension(l10n, name, dimensions)}: {shown}"))
    if filters.score:
        low, high = (l10n.percent(part / 100, 0) for part in filters.score)
        out.append(Chip("score", l10n.say("Score {low} to {high}", low=low, high=high)))
    return out
