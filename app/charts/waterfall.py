"""App room: the waterfall: what stays and what leaves at each step of a chain, top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, empty, spec
from app.theme import Look


@dataclass(frozen=True)
class Bar:
    """One step: what stays and what left since the step before (same unit), the words at the bar's end and on hover.
    `rule` says whether what left was meant to leave; else it is drawn to be noticed."""

    name: str
    stays: float
    left: float
    label: str
    text: str
    rule: bool = True


@dataclass(frozen=True)
class Waterfall:
    """The chain, first step first; `stay_name` and `left_name` name the two parts, `nothing` stands in for no chain."""

    bars: Sequence[Bar]
    stay_name: str
    left_name: str
    nothing: str = ""


def waterfall(data: Waterfall, look: Look) -> Spec:
    """Horizontal bars: what stays is filled; what left floats between it and the end of the step before."""
    if not data.bars or not data.bars[0].stays > 0:
        return empty(data.nothing, look)
    c = look.colours
    last = len(data.bars) - 1
    stay = [c.navy if i in (0, last) else c.blue for i in range(last + 1)]
    left = [c.grid if bar.rule else c.amber for bar in data.bars]
    traces = [
        _trace(data.stay_name, [b.stays for b in data.bars], stay, data.bars),
        _trace(data.left_name, [b.left for b in data.bars], left, data.bars),
    ]
    return spec(
        traces,
        look,
        barmode="stack",
        bargap=0.34,
        showlegend=False,
        hovermode="closest",
        xaxis={"visible": False, "range": [0, data.bars[0].stays], "fixedrange": True},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": [b.name for b in data.bars][::-1],
               "showgrid": False, "tickfont": {"size": 12, "color": c.ink}, "fixedrange": True, "ticksuffix": " "},
        annotations=[_end(bar, look) for bar in data.bars],
        margin={"l": 8, "r": 14 + 6.4 * max(len(b.label) for b in data.bars), "t": 6, "b": 6},
    )  # fmt: skip


def _trace(name: str, values: Sequence[float], colours: Sequence[str], bars: Sequence[Bar]) -> dict[str, Any]:
    return {
        "type": "bar", "orientation": "h", "name": name, "x": list(values), "y": [b.name for b in bars],
        "marker": {"color": list(colours)}, "customdata": [b.text for b in bars],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def _end(bar: Bar, look: Look) -> dict[str, Any]:
    """The figure of a step, where its bar ends."""
    return {
        "x": bar.stays + bar.left, "y": bar.name, "xanchor": "left", "yanchor": "middle", "xshift": 5,
        "text": bar.label, "showarrow": False, "font": {"size": 12, "color": look.colours.ink},
    }  # fmt: skip
