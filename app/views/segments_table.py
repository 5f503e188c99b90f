"""App room: the table of the Segments page: every segment with what it rests on and its light."""

from __future__ import annotations

from collections.abc import Callable

from app.l10n import L10n
from app.views import names
from app.views.lights import cell
from app.views.segment_names import level
from app.views.segments_figures import Breakdown, in_order, value
from app.views.shapes import Cell, Headline, Table
from monitoring.segments import Segment


def table_headline(l10n: L10n, found: Breakdown) -> Headline:
    """How many segments are off their prediction, and what it takes to be off."""
    scope = found.scope
    title = l10n.say(
        "{dimension}: {off} of {n} segments off their prediction, {few} with too few outcomes",
        dimension=names.dimension(l10n, found.dimension, scope.pin.document("dimensions")),
        off=l10n.number(sum(s.level in ("watch", "act") for s in found.segments)),
        n=l10n.number(len(found.segments)),
        few=l10n.number(sum(s.level == "unknown" for s in found.segments)),
    )
    unit = l10n.say(
        "{period} · a light needs q < {q} and a ratio more than {size} away from 1 · a click on a name filters by it",
        period=l10n.months(scope.first, scope.last),
        q=l10n.number(scope.policy.p_watch, 2),
        size=l10n.percent(scope.policy.oe_watch, 0),
    )
    return Headline(title, unit)


def table(l10n: L10n, found: Breakdown, measure: str) -> Table:
    """Every segment, in the order of the bars, with the whole at the end."""
    scope = found.scope
    ordered = in_order(scope, found.segments, measure)
    return Table(
        columns=_columns(l10n, found),
        rows=tuple(_row(l10n, found, s, level(l10n, s.levels[0])) for s in ordered),
        keys=tuple(s.levels[0] for s in ordered),
        total=_row(l10n, found, found.whole, l10n.say("Total")) if found.whole else (),
        caption=table_headline(l10n, found).title,
    )


def _columns(l10n: L10n, found: Breakdown) -> tuple[str, ...]:
    always = (
        names.dimension(l10n, found.dimension, found.scope.pin.document("dimensions")),
        l10n.say("n (outcomes known)"),
        l10n.say("Predicted"),
        l10n.say("Observed"),
        l10n.say("95% interval"),
        l10n.say("Gap, pp"),
        l10n.say("Light"),
    )
    pin = found.scope.pin
    unit = _money(l10n, found)[0]
    money = l10n.say("Balance a month, {unit}", unit=unit) if l10n.dated else l10n.say("Balance, {unit}", unit=unit)
    return (*always, *((money,) if pin.carries("balance") else ()), *((l10n.say("ICV"),) if pin.has_ratio else ()))


def _money(l10n: L10n, found: Breakdown) -> tuple[str, Callable[[float], str]]:
    """The unit of the balances, and how they are written."""
    return l10n.money_column(value(found.scope, found.whole, "balance") if found.whole else 0.0)


def _row(l10n: L10n, found: Breakdown, s: Segment, name: str) -> tuple[Cell, ...]:
    scope = found.scope
    faint = "" if s.state == "ok" else "muted"
    light = cell(l10n, s.level, s.needed)
    row = (
        Cell(name),
        Cell(l10n.number(s.labelled), faint),
        Cell(l10n.percent(s.expected), faint),
        Cell(l10n.percent(s.observed.value), faint),
        Cell(l10n.interval(s.observed.low, s.observed.high), "muted"),
        Cell(l10n.signed(s.gap * 100), faint or (light.tone if s.level in ("watch", "act") else "")),
        light,
    )
    money = (Cell(_money(l10n, found)[1](value(scope, s, "balance"))),) if scope.pin.carries("balance") else ()
    return (*row, *money, *((Cell(l10n.percent(s.icv)),) if scope.pin.has_ratio else ()))
