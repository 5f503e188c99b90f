"""App room: the bars and the heat-map of the Segments page, as data for their charts."""

from __future__ import annotations

import math

from app.charts.bars import Bar, Bars
from app.charts.heatmap import Heatmap, Tile
from app.l10n import L10n
from app.views import names
from app.views.segment_names import crossed, level
from app.views.segments_figures import (
    AMOUNTS,
    Breakdown,
    Grid,
    Scope,
    drawn,
    frame,
    has_power,
    heaviest_bars,
    is_judged,
    outcomes_of,
    value,
)  # fmt: skip
from app.views.shapes import Headline
from app.words import mark
from monitoring.segments import Segment

MEASURES = {
    "observed": mark("Observed rate"),
    "propensity": mark("Predicted propensity"),
    "gap": mark("Observed − predicted"),
    "fdr": mark("False positives (FDR)"),
    "icv": mark("Overdue ratio (ICV)"),
    "rows": mark("Obligations (monthly mean)"),
    "balance": mark("Balance (monthly mean)"),
    "cash": mark("Cash (monthly mean)"),
}
OF_A_SNAPSHOT = {"rows": mark("Obligations"), "balance": mark("Balance"), "cash": mark("Cash")}
"""Measures that have another name where there are no months to take the mean of."""
RATES = ("observed", "propensity")
OFF = ("watch", "act")
"""Levels of a segment that departs from its prediction."""


def measure_name(l10n: L10n, measure: str) -> str:
    """The name of a measure."""
    return l10n.say(MEASURES[measure] if l10n.dated else OF_A_SNAPSHOT.get(measure, MEASURES[measure]))


def bars(l10n: L10n, found: Breakdown, measure: str) -> Bars:
    """The segments of a dimension under a measure, the highest on top; outcome and prediction side by side."""
    whole = value(found.scope, found.whole, measure) if found.whole and measure not in ("gap", *AMOUNTS) else math.nan
    return Bars(
        bars=[_bar(l10n, found.scope, s, measure) for s in heaviest_bars(found, measure)],
        value_name=l10n.say("Predicted") if measure == "propensity" else l10n.say("Observed"),
        mark_name={"observed": l10n.say("Predicted"), "propensity": l10n.say("Observed")}.get(measure, ""),
        line=whole,
        line_text=l10n.say("all {value}", value=l10n.percent(whole)) if math.isfinite(whole) else "",
        nothing=l10n.say("No outcome is known yet"),
    )


def _bar(l10n: L10n, scope: Scope, s: Segment, measure: str) -> Bar:
    low, high = _limits(s, measure)
    return Bar(
        key=s.levels[0],
        name=level(l10n, s.levels[0]),
        value=value(scope, s, measure),
        label=in_words(l10n, value(scope, s, measure), measure),
        hover=hover(l10n, scope, s, measure),
        low=low,
        high=high,
        mark={"observed": s.expected, "propensity": s.observed.value}.get(measure, math.nan),
        tone=_tone(scope, s, measure),
    )


def _limits(s: Segment, measure: str) -> tuple[float, float]:
    if measure == "observed":
        return s.observed.low, s.observed.high
    if measure == "gap":
        return s.observed.low - s.expected, s.observed.high - s.expected
    if measure == "fdr":
        return s.fdr.low, s.fdr.high
    return math.nan, math.nan


def _tone(scope: Scope, s: Segment, measure: str) -> str:
    if not is_judged(scope, s, measure):
        return "muted"
    if measure == "gap":
        return s.level if s.level != "unknown" else "soft"
    return "main" if measure in ("observed", "fdr") else "soft"


def in_words(l10n: L10n, number: float, measure: str, *, digits: int = 1) -> str:
    """A number under a measure, with its unit."""
    if measure == "gap":
        return l10n.points(number, digits)
    if measure == "rows":
        return l10n.number(number)
    return l10n.money(number) if measure in ("balance", "cash") else l10n.percent(number, digits)


def hover(l10n: L10n, scope: Scope, s: Segment, measure: str = "") -> str:
    """What a segment's number rests on: raw and stabilised rate, prediction, n, balance."""
    lines = [
        f"<b>{' · '.join(level(l10n, x) for x in s.levels)}</b>",
        l10n.say("Observed {value} [{interval}]", value=l10n.percent(s.observed.value), interval=_between(l10n, s)),
        l10n.say("Stabilised {value}", value=l10n.percent(s.stabilised.value)),
        l10n.say("Predicted {value}, gap {gap}", value=l10n.percent(s.expected), gap=l10n.points(s.gap)),
        l10n.say("n {n} of {rows} rows", n=l10n.number(s.labelled), rows=l10n.number(s.rows)),
    ]
    if scope.pin.has_ratio:
        said = {
            "money": l10n.money(value(scope, s, "balance")),
            "icv": l10n.percent(s.icv),
            "days": scope.policy.overdue_dpd,
        }
        lines.append(l10n.say("Balance {money} a month · ICV > {days} {icv}", **said))
    if measure == "fdr" and math.isfinite(s.fdr.value):
        interval = l10n.interval(s.fdr.low, s.fdr.high)
        told = {"value": l10n.percent(s.fdr.value), "interval": interval, "n": l10n.number(s.fdr.n),
                "pooled": l10n.percent(s.stabilised_fdr.value)}  # fmt: skip
        lines.append(l10n.say("FDR {value} [{interval}], stabilised {pooled}, n {n}", **told))
    if measure == "cash":
        lines.append(l10n.say("Cash {money}", money=l10n.money(value(scope, s, "cash"))))
    if s.state == "insufficient":
        lines.append(l10n.say("Fewer than {n} outcomes: not judged", n=l10n.number(scope.policy.min_n)))
    return "<br>".join((*lines, *_power(l10n, scope, s, measure)))


def _power(l10n: L10n, scope: Scope, s: Segment, measure: str) -> tuple[str, ...]:
    """How many outcomes it would take, where there are fewer."""
    n, needed = outcomes_of(s, measure)
    if not n < needed:
        return ()
    said = {"n": l10n.number(math.ceil(needed)), "gap": l10n.distance(scope.policy.segment_gap, 0),
            "power": l10n.percent(scope.policy.segment_power, 0)}  # fmt: skip
    return (l10n.say("It takes {n} outcomes to see {gap} with {power} power", **said),)


def _between(l10n: L10n, s: Segment) -> str:
    return l10n.interval(s.observed.low, s.observed.high)


def heatmap_headline(l10n: L10n, found: Grid, measure: str) -> Headline:
    """The cell that stands out, and what the cells are."""
    document = found.scope.pin.document("dimensions")
    axes = {
        "rows": names.dimension(l10n, found.rows, document),
        "columns": names.dimension(l10n, found.columns, document),
    }
    shown = frame(found, measure)
    cells = [found.cells[row, column] for row in shown.rows for column in shown.columns]
    judged = [s for s in cells if has_power(found.scope, s, measure) and s.rows]
    period = l10n.months(found.scope.first, found.scope.last)
    unit = f"{measure_name(l10n, measure)} · {axes['rows']} × {axes['columns']} · {period}"
    if measure == "gap":
        unit = f"{unit} · {l10n.say('pp; strong colour: beyond chance and materiality')}"
    if shown.left_out:
        few = l10n.many("{n} small level left out", "{n} small levels left out", shown.left_out)
        unit = f"{unit} · {few}"
    if not judged:
        return Headline(l10n.say("No cell has enough cases"), unit)
    return Headline(_stands_out(l10n, found, judged, measure), unit)


def _stands_out(l10n: L10n, found: Grid, judged: list[Segment], measure: str) -> str:
    off = [s for s in judged if s.level in OFF]
    if measure in (*RATES, "gap") and off:
        worst = max(off, key=lambda s: abs(s.gap))
        said = {"name": _pair(l10n, found, worst), "gap": l10n.distance(worst.gap)}
        if worst.gap < 0:
            return l10n.say("{name} comes {gap} below its prediction", **said)
        return l10n.say("{name} comes {gap} above its prediction", **said)
    if measure == "gap":
        return l10n.say("No cell departs from its prediction")
    top = max(judged, key=lambda s: value(found.scope, s, measure))
    highest = in_words(l10n, value(found.scope, top, measure), measure)
    return l10n.say("Highest in {name}: {value}", name=_pair(l10n, found, top), value=highest)


def _pair(l10n: L10n, found: Grid, s: Segment) -> str:
    return crossed(l10n, (found.rows, found.columns), s.levels, found.scope.pin.document("dimensions"))


def heatmap(l10n: L10n, found: Grid, measure: str) -> Heatmap:
    """The cells of two dimensions under a measure."""
    shown = frame(found, measure)
    return Heatmap(
        rows=shown.rows,
        row_names=[level(l10n, x) for x in shown.rows],
        columns=shown.columns,
        column_names=[level(l10n, x) for x in shown.columns],
        tiles=[
            [_tile(l10n, found.scope, found.cells[row, column], measure) for column in shown.columns]
            for row in shown.rows
        ],
        diverging=measure == "gap",
        reach=found.scope.policy.segment_gap,
        nothing=l10n.say("No outcome is known yet"),
        pick=True,
    )


def _tile(l10n: L10n, scope: Scope, s: Segment, measure: str) -> Tile:
    number = drawn(scope, s, measure)
    if s.state == "empty" or (measure in RATES and not s.scored):
        return Tile(math.nan, "", "", "empty")
    said = hover(l10n, scope, s, measure)
    if not has_power(scope, s, measure):
        return Tile(math.nan, f"n {l10n.number(outcomes_of(s, measure)[0])}", said, "insufficient")
    state = "off" if s.level in OFF else "ok"
    return Tile(number, _short(l10n, number, measure), said, state)


def _short(l10n: L10n, number: float, measure: str) -> str:
    """The number as it fits into a cell; its unit stands in the card's head."""
    if measure == "gap":
        return l10n.signed(number * 100)
    if measure == "rows":
        return l10n.number(number)
    return l10n.millions(number) if measure in ("balance", "cash") else l10n.percent(number, 0)
