"""App room: the words of the Segments page: its finding, its choices, its table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.l10n import L10n
from app.views import names
from app.views.lights import LIGHTS
from app.views.segments_figures import Breakdown, MostOff, Scope, in_order, value
from app.views.segments_pictures import MEASURES, bars, heatmap, heatmap_headline
from app.views.shapes import Cell, Headline, State, Table
from monitoring.segments import Segment

__all__ = [
    "MEASURES", "bars", "headline", "heatmap", "heatmap_headline", "level", "measures", "most_off", "note", "state",
    "table", "table_headline",
]  # fmt: skip

OF_MONEY = ("icv", "balance")


def measures(l10n: L10n, scope: Scope | None = None) -> dict[str, str]:
    """Choices of the measure, without those that the data do not carry."""
    without = OF_MONEY if scope is not None and not scope.pin.carries("balance") else ()
    return {name: l10n.say(text) for name, text in MEASURES.items() if name not in without}


def state(l10n: L10n, scope: Scope, dimension: str) -> State | None:
    """Why there is nothing to compare; None when there is."""
    if not scope.scored:
        return State(
            "nothing",
            l10n.say("No row of this selection carries a score"),
            l10n.say("Segments compare what was predicted with what came. Widen the months or lift a filter."),
        )
    if not dimension:
        return State(
            "nothing",
            l10n.say("One segment is left of every dimension"),
            l10n.say("There is nothing to compare. Lift a filter to see its neighbours again."),
        )
    return None


def most_off(l10n: L10n, scope: Scope, off: MostOff) -> str:
    """The one sentence: where the model is most off, or that it is nowhere."""
    if not off.tested:
        return l10n.say("no segment has enough outcomes yet to be compared with its prediction.")
    if off.segment is None:
        return l10n.many(
            "the one segment tested departs from its prediction no further than chance and materiality allow.",
            "none of {n} segments tested departs from its prediction further than chance and materiality allow.",
            off.tested,
        )
    s = off.segment
    said = {
        "dimension": names.dimension(l10n, off.dimension, scope.pin.document("dimensions")),
        "name": names.level(l10n, s.levels[0]),
        "gap": l10n.distance(s.gap),
        "observed": l10n.percent(s.observed.value),
        "predicted": l10n.percent(s.expected),
        "n": l10n.number(s.labelled),
        "q": _small(l10n, s.q),
        "tested": l10n.number(off.tested),
    }
    if s.gap < 0:
        return l10n.say(
            "{dimension} {name} comes {gap} below its prediction: {observed} against {predicted} (n {n}, q {q} over "
            "{tested} segments).",
            **said,
        )
    return l10n.say(
        "{dimension} {name} comes {gap} above its prediction: {observed} against {predicted} (n {n}, q {q} over "
        "{tested} segments).",
        **said,
    )


def level(off: MostOff) -> str:
    """Level of the sentence."""
    return off.segment.level if off.segment else "ok" if off.tested else "unknown"


def note(l10n: L10n, scope: Scope) -> str:
    """What the reader must know of the outcomes before the figures; "" when they are all in."""
    if not scope.labelled:
        return l10n.say(
            "No outcome is known yet in {period}: only what was predicted can be shown.", period=_period(l10n, scope)
        )
    if scope.maturity < scope.policy.maturity_least:
        return l10n.say(
            "Only {share} of the outcomes are known ({months} still open): observed rates are not final.",
            share=l10n.percent(scope.maturity, 0),
            months=_listed(l10n, scope.open_months),
        )
    return ""


def headline(l10n: L10n, found: Breakdown, measure: str) -> Headline:
    """The finding of the bars, and what they count."""
    return Headline(_title(l10n, found, measure), _unit(l10n, found, measure))


def _title(l10n: L10n, found: Breakdown, measure: str) -> str:
    dimension = names.dimension(l10n, found.dimension, found.scope.pin.document("dimensions"))
    if measure in ("observed", "propensity", "gap"):
        off = [s for s in found.segments if s.level in ("watch", "act")]
        if off:
            return _departs(l10n, max(off, key=lambda s: abs(s.gap)))
        if measure == "gap" and any(s.state == "ok" for s in found.segments):
            return l10n.say("{dimension}: no segment departs from its prediction", dimension=dimension)
    ranked = [s for s in in_order(found.segments, measure) if math.isfinite(value(s, measure))]
    if not ranked:
        return l10n.say("{dimension}: nothing to show yet", dimension=dimension)
    top, named = ranked[0], {"name": names.level(l10n, ranked[0].levels[0])}
    if measure == "observed":
        return l10n.say(
            "{name} has the highest observed rate: {value}", **named, value=l10n.percent(top.observed.value)
        )
    if measure == "propensity":
        return l10n.say("{name} has the highest propensity: {value}", **named, value=l10n.percent(top.propensity))
    if measure == "icv":
        return l10n.say("{name} has the highest overdue ratio: {value}", **named, value=l10n.percent(top.icv))
    return _largest(l10n, found, measure, top)


def _departs(l10n: L10n, segment: Segment) -> str:
    said = {"name": names.level(l10n, segment.levels[0]), "gap": l10n.distance(segment.gap)}
    if segment.gap < 0:
        return l10n.say("{name} comes {gap} below its prediction", **said)
    return l10n.say("{name} comes {gap} above its prediction", **said)


def _largest(l10n: L10n, found: Breakdown, measure: str, top: Segment) -> str:
    part = (
        value(top, measure) / value(found.whole, measure) if found.whole and value(found.whole, measure) else math.nan
    )
    said = {"name": names.level(l10n, top.levels[0]), "share": l10n.percent(part, 0)}
    if measure == "balance":
        return l10n.say("{name} holds {share} of the balance", **said)
    return l10n.say("{name} holds {share} of the obligation-months", **said)


def _unit(l10n: L10n, found: Breakdown, measure: str) -> str:
    period, days = _period(l10n, found.scope), found.scope.policy.overdue_dpd
    units = {
        "observed": l10n.say("Share of scored rows with a known outcome that were positive, 95% interval"),
        "propensity": l10n.say("Mean score of all scored rows; the mark is what was observed"),
        "gap": l10n.say("Observed rate less the mean score of the same rows, percentage points"),
        "icv": l10n.say("Balance more than {days} days past due ÷ balance", days=days),
        "rows": l10n.say("Obligations times months, scored or not"),
        "balance": l10n.say("Sum of the balance over the months selected"),
    }
    return " · ".join((units[measure], period, *_matured(l10n, found.scope)))


def _matured(l10n: L10n, scope: Scope) -> tuple[str, ...]:
    if not math.isfinite(scope.maturity):
        return ()
    return (l10n.say("{share} labels matured", share=l10n.percent(scope.maturity, 0)),)


def table_headline(l10n: L10n, found: Breakdown) -> Headline:
    """What the table holds."""
    dimension = names.dimension(l10n, found.dimension, found.scope.pin.document("dimensions"))
    off = sum(s.level in ("watch", "act") for s in found.segments)
    few = sum(s.state == "insufficient" for s in found.segments)
    title = l10n.say(
        "{dimension}: {off} of {n} segments off their prediction, {few} with too few outcomes",
        dimension=dimension,
        off=l10n.number(off),
        n=l10n.number(len(found.segments)),
        few=l10n.number(few),
    )
    unit = l10n.say(
        "{period} · a light needs q < {q} and a ratio more than {size} away from 1 · a click on a name filters by it",
        period=_period(l10n, found.scope),
        q=l10n.number(found.scope.policy.p_watch, 2),
        size=l10n.percent(found.scope.policy.oe_watch, 0),
    )
    return Headline(title, unit)


def table(l10n: L10n, found: Breakdown, measure: str) -> Table:
    """Every segment, in the order of the bars, with the whole at the end."""
    money = found.scope.pin.carries("balance")
    ordered = in_order(found.segments, measure)
    dimension = names.dimension(l10n, found.dimension, found.scope.pin.document("dimensions"))
    columns = [
        dimension, l10n.say("n (outcomes known)"), l10n.say("Predicted"), l10n.say("Observed"),
        l10n.say("95% interval"), l10n.say("Gap, pp"), l10n.say("Light"),
    ]  # fmt: skip
    columns += [l10n.say("Balance, {unit}", unit=l10n.money_unit), l10n.say("ICV")] if money else []
    return Table(
        columns=tuple(columns),
        rows=tuple(_row(l10n, s, names.level(l10n, s.levels[0]), money=money) for s in ordered),
        keys=tuple(s.levels[0] for s in ordered),
        total=_row(l10n, found.whole, l10n.say("Total"), money=money) if found.whole else (),
        caption=table_headline(l10n, found).title,
    )


def _row(l10n: L10n, s: Segment, name: str, *, money: bool) -> tuple[Cell, ...]:
    faint = "" if s.state == "ok" else "muted"
    light, tone = LIGHTS[s.level]
    row = (
        Cell(name),
        Cell(l10n.number(s.labelled), faint),
        Cell(l10n.percent(s.expected), faint),
        Cell(l10n.percent(s.observed.value), faint),
        Cell(l10n.interval(s.observed.low, s.observed.high), "muted"),
        Cell(l10n.signed(s.gap * 100), faint or (tone if s.level in ("watch", "act") else "")),
        Cell(l10n.say(light), tone),
    )
    return row + ((Cell(l10n.millions(s.balance)), Cell(l10n.percent(s.icv))) if money else ())


def _period(l10n: L10n, scope: Scope) -> str:
    return l10n.months(scope.first, scope.last)


def _listed(l10n: L10n, months: Sequence[int]) -> str:
    return ", ".join(l10n.month(m) for m in months)


def _small(l10n: L10n, q: float) -> str:
    least = 0.001
    return f"< {l10n.number(least, 3)}" if q < least else f"= {l10n.number(q, 3)}"
