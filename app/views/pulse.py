"""App room: the words and chart data of the Pulse page."""

from __future__ import annotations

import math
from collections.abc import Callable

from app.format import rounded_sign
from app.l10n import L10n
from app.views import names
from app.views.pulse_boxes import boxes, hidden
from app.views.pulse_figures import Figures, figures
from app.views.pulse_trend import happenings, outlook, picture, trend, trend_headline
from app.views.shapes import Box, Cell, Headline, Table
from monitoring.change import Change
from monitoring.overdue import OverdueSegment
from monitoring.segments import Segment

__all__ = [
    "Box", "Figures", "boxes", "changed", "figures", "happenings", "hidden", "lead", "level", "outlook", "picture",
    "side_headline",
    "side_table", "trend", "trend_headline",
]  # fmt: skip


def changed(l10n: L10n, figures: Figures) -> str:
    """One sentence: how the headline number moved and which segment moved it most."""
    if figures.moved is not None:
        return _ratio_changed(l10n, figures, figures.moved)
    return _outcome_against_promise(l10n, figures)


def lead(l10n: L10n, figures: Figures) -> str:
    """What stands before the sentence."""
    return l10n.say("What changed:") if figures.pin.dated else l10n.say("In short:")


def level(figures: Figures) -> str:
    """Level of the sentence: that of the ratio's last month, or of observed against expected."""
    if figures.icv:
        return figures.icv[-1].level
    judged = [m for m in figures.promise if m.maturity >= figures.policy.maturity_least]
    return judged[-1].level if judged else "unknown"


def _ratio_changed(l10n: L10n, figures: Figures, change: Change) -> str:
    days, month = figures.policy.overdue_dpd, l10n.month(change.after)
    if not math.isfinite(change.change):
        return l10n.say("the ratio cannot be compared: {reason}.", reason=names.reason(l10n, change.reason))
    moved = {
        "days": days,
        "value": l10n.percent(change.icv_after),
        "month": month,
        "change": l10n.distance(change.change),
    }
    sign = rounded_sign(change.change * 100, 1)
    if sign == 0:
        first = l10n.say("ICV > {days} stayed at {value} in {month}.", days=days, value=moved["value"], month=month)
    elif sign > 0:
        first = l10n.say("ICV > {days} rose {change} to {value} in {month}.", **moved)
    else:
        first = l10n.say("ICV > {days} fell {change} to {value} in {month}.", **moved)
    main = change.main
    if main is None or len(change.segments) < 2 or rounded_sign(main.total * 100, 2) == 0:
        return first
    second = l10n.say(
        "{dimension} {name} moved it most: {total} ({rate} by its own ratio, {mix} by its weight).",
        dimension=names.dimension(l10n, change.dimension, figures.pin.document("dimensions")),
        name=names.level(l10n, main.level_name),
        total=l10n.points(main.total, 2),
        rate=l10n.signed(main.rate * 100, 2),
        mix=l10n.signed(main.mix * 100, 2),
    )
    return f"{first} {second}"


def _outcome_against_promise(l10n: L10n, figures: Figures) -> str:
    judged = [m for m in figures.promise if m.maturity >= figures.policy.maturity_least]
    if not judged:
        return l10n.say("no month has matured enough to be judged yet.")
    now = judged[-1]
    said = {
        "month": l10n.month(now.month), "observed": l10n.percent(now.observed.value),
        "expected": l10n.percent(now.predicted_rate), "interval": l10n.interval(now.observed.low, now.observed.high),
    }  # fmt: skip
    kept = now.observed.low <= now.predicted_rate <= now.observed.high
    if not figures.pin.dated:
        return _snapshot(l10n, said, kept=kept)
    if kept:
        return l10n.say("{month}: {observed} observed, as expected ({expected} is within {interval}).", **said)
    return l10n.say("{month}: {observed} observed, {expected} expected, outside {interval}.", **said)


def _snapshot(l10n: L10n, said: dict[str, str], *, kept: bool) -> str:
    if kept:
        return l10n.say("{observed} observed, as expected ({expected} is within {interval}).", **said)
    return l10n.say("{observed} observed, {expected} expected, outside {interval}.", **said)


def side_headline(l10n: L10n, figures: Figures) -> Headline:
    """Who carries the most of the overdue balance; or of the rows."""
    name = names.dimension(l10n, figures.dimension, figures.pin.document("dimensions"))
    latest = figures.parts[0]
    if not figures.dimension:
        return Headline(l10n.say("By segment"), l10n.say("The data carry no segment that varies"))
    if not latest:
        return Headline(
            l10n.say("By {name}", name=name.lower()),
            l10n.say("Observed and expected over the months selected")
            if len(figures.promise) > 1
            else l10n.say("Observed and expected"),
        )
    worst = max(latest, key=lambda s: s.share_of_overdue if math.isfinite(s.share_of_overdue) else -1.0)
    title = l10n.say(
        "{name} carries {share} of what is overdue",
        name=names.level(l10n, worst.level_name),
        share=l10n.percent(worst.share_of_overdue, 0),
    )
    days, month = figures.policy.overdue_dpd, l10n.month(figures.icv[-1].month)
    return Headline(
        title,
        l10n.say("{name}, {month}: ICV > {days}, change on the month, balance", name=name, month=month, days=days),
    )


def side_table(l10n: L10n, figures: Figures) -> Table:
    """The dimension of the side table, the heaviest first; a click on a name filters by it."""
    if not figures.parts[0]:
        return _outcome_table(l10n, figures)
    latest, before = figures.parts
    earlier = {s.level_name: s.icv for s in before}
    rows = sorted((s for s in latest if s.gross > 0), key=lambda s: -s.overdue)
    total = figures.icv[-1]
    unit, money = l10n.money_column(total.gross)
    return Table(
        columns=(
            names.dimension(l10n, figures.dimension, figures.pin.document("dimensions")),
            "ICV", "Δ pp", l10n.say("Balance, {unit}", unit=unit),
        ),
        rows=tuple(_part(l10n, s, earlier.get(s.level_name, math.nan), money) for s in rows),
        keys=tuple(s.level_name for s in rows),
        total=(
            Cell(l10n.say("Total")), Cell(l10n.percent(total.icv)), _moved(l10n, total.change_month),
            Cell(money(total.gross)),
        ),
        caption=side_headline(l10n, figures).subtitle,
    )  # fmt: skip


def _part(
    l10n: L10n, part: OverdueSegment, before: float, money: Callable[[float], str]
) -> tuple[Cell, ...]:  # fmt: skip
    name = Cell(names.level(l10n, part.level_name))
    return name, Cell(l10n.percent(part.icv)), _moved(l10n, part.icv - before), Cell(money(part.gross))


def _moved(l10n: L10n, difference: float) -> Cell:
    sign = rounded_sign(difference * 100, 1) if math.isfinite(difference) else 0
    return Cell(l10n.signed(difference * 100), "bad" if sign > 0 else "good" if sign < 0 else "muted")


def _outcome_table(l10n: L10n, figures: Figures) -> Table:
    rows = sorted((s for s in figures.rates if s.labelled > 0), key=lambda s: -s.labelled)
    return Table(
        columns=(
            names.dimension(l10n, figures.dimension, figures.pin.document("dimensions")),
            l10n.say("Obs."), l10n.say("Exp."), "n",
        ),
        rows=tuple(_rate(l10n, s) for s in rows),
        keys=tuple(s.levels[0] for s in rows),
    )  # fmt: skip


def _rate(l10n: L10n, segment: Segment) -> tuple[Cell, ...]:
    shares = (Cell(l10n.percent(segment.observed.value)), Cell(l10n.percent(segment.expected)))
    return Cell(names.level(l10n, segment.levels[0])), *shares, Cell(l10n.number(segment.labelled), "muted")
