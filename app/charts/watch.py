"""App room: a figure that is watched: every month with its interval against its limit, and the months that raised an
alert."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, month_axis, spec
from app.theme import Look, Palette


@dataclass(frozen=True)
class Dot:
    """A month: its value with an interval (NaN: none), and its hover text. `tone`: "ok", "act" (beyond the limit) or
    "muted" (it does not count)."""

    month: str
    value: float
    low: float
    high: float
    tone: str
    hover: str


@dataclass(frozen=True)
class Span:
    """An alert that stood from one month to another; `tag` stands above the first, `hover` says more."""

    first: str
    last: str
    tag: str
    hover: str


@dataclass(frozen=True)
class Watching:
    """Months in their order with the limit of each (NaN: none), the alerts, `names` of the tones for the legend, the
    name of the limit, and the d3 format of the axis; `nothing` is said when no month has a number."""

    dots: Sequence[Dot]
    limits: Sequence[float]
    spans: Sequence[Span]
    names: dict[str, str]
    limit_text: str
    tick: str = ".0%"
    nothing: str = ""


def watching(data: Watching, look: Look) -> Spec:
    """The months as points with whiskers, the limit as a dashed line, the alerts as shaded spans."""
    drawn = [d for d in data.dots if math.isfinite(d.value)]
    if not drawn:
        return empty(data.nothing, look)
    c, low, high = look.colours, *_range(data)
    tones = [t for t in data.names if any(d.tone == t for d in drawn)]
    return spec(
        [*(_points([d for d in drawn if d.tone == t], data.names[t], t, c) for t in tones), _limit(data, c),
         _tags(data, high, c)],
        look,
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "xref": "container", "x": 0.01, "yref": "container", "y": 1.0, "yanchor": "top",
                "itemclick": False, "itemdoubleclick": False},
        xaxis={**month_axis([d.month for d in data.dots]), "range": [-0.5, len(data.dots) - 0.5]},
        yaxis={"tickformat": data.tick, "range": [low, high], "nticks": 6, "zeroline": low < 0},
        shapes=_spans(data, c),
        margin={"l": 8, "r": 14, "t": 44, "b": 8},
    )  # fmt: skip


def _range(data: Watching) -> tuple[float, float]:
    """All that is drawn, with air and room for the tags; intervals of months that do not count may run out of it."""
    parts = [v for d in data.dots for v in ((d.value,) if d.tone == "muted" else (d.value, d.low, d.high))]
    known = [v for v in (*parts, *data.limits) if math.isfinite(v)]
    low, high = min(known), max(known)
    air = (high - low) or abs(high) or 1.0
    return (low - 0.08 * air if low < 0 else max(0.0, low - 0.15 * air)), high + 0.2 * air


def _points(dots: Sequence[Dot], name: str, tone: str, c: Palette) -> dict[str, Any]:
    colour = {"ok": c.teal, "act": c.red, "muted": c.grey}[tone]
    symbol = {"ok": "circle", "act": "diamond", "muted": "circle-open"}[tone]
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": [d.month for d in dots],
        "y": [d.value for d in dots], "hovertext": [d.hover for d in dots],
        "hovertemplate": "%{hovertext}<extra></extra>", "marker": {"size": 9, "color": colour, "symbol": symbol},
        "error_y": {"type": "data", "symmetric": False, "array": defined([d.high - d.value for d in dots]),
                    "arrayminus": defined([d.value - d.low for d in dots]), "color": colour, "thickness": 2,
                    "width": 0},
    }  # fmt: skip


def _limit(data: Watching, c: Palette) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": data.limit_text, "x": [d.month for d in data.dots],
        "y": defined(data.limits), "line": {"color": c.red, "width": 1.6, "dash": "dot", "shape": "hvh"},
        "hoverinfo": "skip", "connectgaps": False,
    }  # fmt: skip


def _tags(data: Watching, top: float, c: Palette) -> dict[str, Any]:
    """The number of each alert, above the month that raised it."""
    return {
        "type": "scatter", "mode": "text", "showlegend": False, "x": [s.first for s in data.spans],
        "y": [top] * len(data.spans), "text": [s.tag for s in data.spans], "textposition": "bottom center",
        "textfont": {"size": 12, "color": c.bad}, "hovertext": [s.hover for s in data.spans],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def _spans(data: Watching, c: Palette) -> list[dict[str, Any]]:
    at = {d.month: k for k, d in enumerate(data.dots)}
    box = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below", "line": {"width": 0}}
    return [
        {**box, "x0": at[s.first] - 0.5, "x1": at[s.last] + 0.5, "fillcolor": c.soft_red} for s in data.spans
    ]  # fmt: skip
