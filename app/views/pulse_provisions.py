"""App room: the value box of the Pulse page that says how much of what is overdue the provisions cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.l10n import L10n
from app.views.evidence import facts
from app.views.pulse_figures import YEAR, Figures
from app.views.pulse_parts import Course, aimed, evidence
from app.views.shapes import Box
from data import months
from data.counts import Selection
from monitoring.provisions import cover


@dataclass(frozen=True)
class Covers:
    """Provisions over the overdue balance by month, of a release and a selection."""

    version: str
    selection: Selection
    ratios: Mapping[int, float]


def covers(figures: Figures, selection: Selection) -> Covers:
    """The coverage of the last month and of the year before it, read from the rows of the release."""
    last = figures.icv[-1].month
    span = months.between(months.add(last, -YEAR), last)
    found = {m: cover(figures.pin.release, selection, month=m, policy=figures.policy).ratio for m in span}
    return Covers(figures.pin.version, selection, found)


def of(found: Covers, figures: Figures, selection: Selection) -> bool:
    """Whether a coverage is still of what the page shows."""
    return (found.version, found.selection) == (figures.pin.version, selection)


def box(l10n: L10n, figures: Figures, found: Covers | None) -> Box | None:
    """Provisions over the overdue balance; "…" while they are read, None where the data carry none."""
    if not (figures.icv and figures.pin.carries("provisions")):
        return None
    now, target = figures.icv[-1], figures.policy.provisions_ok
    title = l10n.say("Coverage of provisions")
    if found is None:
        return Box("provisions", title, "…", period=l10n.short_month(now.month))
    course = Course(found.ratios, good_up=True)
    value = l10n.percent(course.values[now.month], 0)
    note = l10n.say("Provisions ÷ overdue balance")
    return Box(
        key="provisions",
        title=title,
        value=value,
        period=l10n.short_month(now.month),
        **aimed(l10n, course, now.month, target, written=l10n.percent(target, 0)),
        n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(found.ratios.values()),
        facts=facts(l10n, value, evidence(figures, l10n.month(now.month), n=now.n, note=note)),
    )
