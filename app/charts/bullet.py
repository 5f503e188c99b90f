"""App room: gauges one under the other: each segment's rate with its interval against one limit, the dear side red."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.bars import shortened
from app.charts.base import Spec, empty, spec
from app.theme import Look, Palette


@dataclass(frozen=True)
class Gauge:
    """One segment: `key` is what a click sends, `label` its rate in words, `hover` what it rests on. `tone`: "ok",
    "watch" (above the limit within chance), "act" (its whole interval above) or "muted" (too few to judge)."""

    key: str
    name: str
    value: float
    low: float
    high: float
    label: str
    hover: str
    tone: str


@dataclass(frozen=True)
class Bullets:
    """Gauges from top to bottom, the `limit` with its words (NaN draws none), and `names` of the tones for the legend;
    `nothing` is said when there is no gauge."""

    gauges: Sequence[Gauge]
    limit: float
    limit_text: str
    names: dict[str, str]
    nothing: str = ""


def bullets(data: Bullets, look: Look) -> Spec:
    """The gauges on one scale. A click on a point carries its key."""
    drawn = [g for g in data.gauges if math.isfinite(g.value)]
    if not drawn:
        return empty(data.nothing, look)
    c, keys = look.colours, [g.key for g in drawn]
    low, high = _range(drawn, data.limit)
    return spec(
        [_points([g for g in drawn if g.tone == t], data.names[t], t, c) for t in data.names if _any(drawn, t)],
        look,
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "xref": "container", "x": 0.01, "yref": "container", "y": 1.0, "yanchor": "top",
                "itemclick": False, "itemdoubleclick": False},
        xaxis={"tickformat": ".0%", "nticks": 6, "range": [low, high], "fixedrange": True, "gridcolor": c.grid},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": keys, "range": [len(keys) - 0.5, -0.5],
               "tickmode": "array", "tickvals": keys, "ticktext": [shortened(g.name) for g in drawn],
               "tickfont": {"color": c.ink, "size": 12}, "showgrid": False, "fixedrange": True},
        shapes=_limit(data.limit, high, c),
        annotations=[*_labels(drawn, c), *_word(data, c)],
        margin={"l": 8, "r": 14 + 7 * max(len(g.label) for g in drawn), "t": 56, "b": 8},
    )  # fmt: skip


def _any(drawn: Sequence[Gauge], tone: str) -> bool:
    return any(g.tone == tone for g in drawn)


def _points(gauges: Sequence[Gauge], name: str, tone: str, c: Palette) -> dict[str, Any]:
    colour = {"ok": c.teal, "watch": c.amber, "act": c.red, "muted": c.grey}[tone]
    return {
        "type": "scatter", "mode": "markers", "name": name,
        "x": [g.value for g in gauges], "y": [g.key for g in gauges], "customdata": [g.key for g in gauges],
        "marker": {"size": 11, "color": colour, "symbol": "diamond"},
        "error_x": {"type": "data", "symmetric": False, "array": [g.high - g.value for g in gauges],
                    "arrayminus": [g.value - g.low for g in gauges], "color": colour, "thickness": 5, "width": 0},
        "hovertext": [g.hover for g in gauges], "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def _range(drawn: Sequence[Gauge], limit: float) -> tuple[float, float]:
    """From below the lowest interval to above the limit, within 0 and 1; grey intervals may run out of the picture."""
    sure = [g for g in drawn if g.tone != "muted"] or drawn
    known = [v for v in (*(g.value for g in drawn), *(x for g in sure for x in (g.low, g.high)), limit) if _is(v)]
    air = 0.08 * (max(known) - min(known)) or 0.05
    return max(0.0, min(known) - air), min(1.0, max(known) + air)


def _is(value: float) -> bool:
    return math.isfinite(value)


def _limit(limit: float, high: float, c: Palette) -> list[dict[str, Any]]:
    if not _is(limit):
        return []
    frame = {"yref": "paper", "y0": 0, "y1": 1, "x0": limit}
    return [
        {**frame, "type": "rect", "x1": high, "layer": "below", "line": {"width": 0}, "fillcolor": c.soft_red},
        {**frame, "type": "line", "x1": limit, "line": {"color": c.red, "width": 1.6, "dash": "dot"}},
    ]


def _word(data: Bullets, c: Palette) -> list[dict[str, Any]]:
    if not _is(data.limit):
        return []
    return [{"x": data.limit, "yref": "paper", "y": 1, "yanchor": "bottom", "xanchor": "right", "showarrow": False,
             "text": data.limit_text, "font": {"size": 12, "color": c.bad}}]  # fmt: skip


def _labels(drawn: Sequence[Gauge], c: Palette) -> list[dict[str, Any]]:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "showarrow": False, "align": "left"}
    inks = {"watch": c.warn, "act": c.bad, "muted": c.muted}
    return [
        {**place, "y": k, "text": g.label, "font": {"size": 12, "color": inks.get(g.tone, c.ink)}}
        for k, g in enumerate(drawn)
    ]
