"""App room: what each segment added to a change, stacked by kind to both sides of zero, with its sum as a mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.bars import shortened
from app.charts.base import Spec, empty, spec
from app.theme import Look, Palette


@dataclass(frozen=True)
class Row:
    """One segment: `key` is what a click sends, `parts` its values in the order of the kinds (one unit throughout),
    `label` their sum in words, `hover` what they rest on."""

    key: str
    name: str
    parts: Sequence[float]
    label: str
    hover: str


@dataclass(frozen=True)
class Contributions:
    """Rows from top to bottom; `kinds` names the parts (at most three) and `total_name` their sum. `nothing` is said
    when there is no row."""

    rows: Sequence[Row]
    kinds: Sequence[str]
    total_name: str
    nothing: str = ""


def contributions(data: Contributions, look: Look) -> Spec:
    """The rows of a dimension. A click on one carries its key."""
    if not data.rows:
        return empty(data.nothing, look)
    c = look.colours
    keys = [r.key for r in data.rows]
    return spec(
        [*(_kind(data, k, c) for k in range(len(data.kinds))), _sums(data, c)],
        look,
        barmode="relative",
        bargap=0.34,
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "xref": "container", "x": 0.01, "yref": "container", "y": 1.0, "yanchor": "top",
                "itemclick": False, "itemdoubleclick": False, "traceorder": "normal"},
        xaxis={"visible": False, "fixedrange": True, "range": _range(data)},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": keys, "range": [len(keys) - 0.5, -0.5],
               "tickmode": "array", "tickvals": keys, "ticktext": [shortened(r.name) for r in data.rows],
               "tickfont": {"color": c.ink, "size": 12}, "showgrid": False, "fixedrange": True, "ticksuffix": " "},
        shapes=[{"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1,
                 "line": {"color": c.muted, "width": 1}}],
        annotations=[_label(k, r, c) for k, r in enumerate(data.rows)],
        margin={"l": 8, "r": 14 + 7 * max(len(r.label) for r in data.rows), "t": 34, "b": 6},
    )  # fmt: skip


def _kind(data: Contributions, place: int, c: Palette) -> dict[str, Any]:
    colour = (c.sky, c.navy, c.teal)[place]
    return {
        "type": "bar", "orientation": "h", "name": data.kinds[place], "x": [r.parts[place] for r in data.rows],
        "y": [r.key for r in data.rows], "customdata": [r.key for r in data.rows],
        "marker": {"color": colour, "cornerradius": 2},
        "hovertext": [r.hover for r in data.rows], "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def _sums(data: Contributions, c: Palette) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "name": data.total_name, "x": [sum(r.parts) for r in data.rows],
        "y": [r.key for r in data.rows], "customdata": [r.key for r in data.rows], "hoverinfo": "skip",
        "marker": {"symbol": "diamond", "size": 9, "color": c.surface, "line": {"width": 2, "color": c.ink}},
        "cliponaxis": False,
    }  # fmt: skip


def _range(data: Contributions) -> list[float]:
    low = min(sum(min(p, 0.0) for p in r.parts) for r in data.rows)
    high = max(sum(max(p, 0.0) for p in r.parts) for r in data.rows)
    air = 0.05 * (high - low) or 1.0
    return [low - air, high + air]


def _label(row: int, data: Row, c: Palette) -> dict[str, Any]:
    """The sum of every row in one column at the right."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "showarrow": False, "align": "left"}
    return {**place, "y": row, "text": data.label, "font": {"size": 12, "color": c.ink}}
