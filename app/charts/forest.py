"""App room: a forest plot: one difference with its interval per segment around zero, grey where too little is seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.bars import shortened
from app.charts.base import Spec, empty, spec
from app.theme import Look, Palette


@dataclass(frozen=True)
class Branch:
    """One segment: `key` is what a click sends, `label` its difference in words, `hover` what it rests on. `tone`:
    "clear" (differs after correction), "main" or "muted" (could not have seen the target effect)."""

    key: str
    name: str
    value: float
    low: float
    high: float
    label: str
    hover: str
    tone: str = "main"


@dataclass(frozen=True)
class Forest:
    """Branches from top to bottom; `names` of the tones for the legend, and `nothing` said when there is no branch.
    `target`: size of the effect worth finding, drawn as a band around zero; NaN draws none."""

    branches: Sequence[Branch]
    names: dict[str, str]
    target: float = math.nan
    nothing: str = ""


def forest(data: Forest, look: Look) -> Spec:
    """The segments, the smallest difference on top. A click on a point carries its key."""
    drawn = [b for b in data.branches if math.isfinite(b.value)]
    if not drawn:
        return empty(data.nothing, look)
    c = look.colours
    tones = [t for t in ("clear", "main", "muted") if any(b.tone == t for b in drawn)]
    keys = [b.key for b in drawn]
    return spec(
        [_points([b for b in drawn if b.tone == t], data.names[t], t, c) for t in tones],
        look,
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "xref": "container", "x": 0.01, "yref": "container", "y": 1.0, "yanchor": "top",
                "itemclick": False, "itemdoubleclick": False},
        xaxis={"tickformat": "+.1%", "nticks": 6, "range": _range(drawn), "fixedrange": True, "gridcolor": c.grid},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": keys, "range": [len(keys) - 0.5, -0.5],
               "tickmode": "array", "tickvals": keys, "ticktext": [shortened(b.name) for b in drawn],
               "tickfont": {"color": c.ink, "size": 12}, "showgrid": False, "fixedrange": True},
        shapes=[*_band(data.target, c),
                {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1,
                 "line": {"color": c.ink, "width": 1.2}}],
        annotations=_labels(drawn, c),
        margin={"l": 8, "r": 14 + 7 * max(len(b.label) for b in drawn), "t": 34, "b": 8},
    )  # fmt: skip


def _points(branches: Sequence[Branch], name: str, tone: str, c: Palette) -> dict[str, Any]:
    colour = {"clear": c.teal, "main": c.blue, "muted": c.grey}[tone]
    return {
        "type": "scatter", "mode": "markers", "name": name,
        "x": [b.value for b in branches], "y": [b.key for b in branches], "customdata": [b.key for b in branches],
        "marker": {"size": 9, "color": colour, "symbol": "square"},
        "error_x": {"type": "data", "symmetric": False, "array": [_length(b.high - b.value) for b in branches],
                    "arrayminus": [_length(b.value - b.low) for b in branches], "color": colour, "thickness": 1.6,
                    "width": 4},
        "hovertext": [b.hover for b in branches], "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def _length(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _range(drawn: Sequence[Branch]) -> list[float]:
    """To the ends of the intervals; those of grey segments may run out of the picture."""
    sure = [b for b in drawn if b.tone != "muted"] or drawn
    known = [v for b in sure for v in (b.low, b.high) if math.isfinite(v)]
    known += [0.0, *(b.value for b in drawn)]
    low, high = min(known), max(known)
    air = 0.05 * (high - low) or 0.01
    return [low - air, high + air]


def _band(target: float, c: Palette) -> list[dict[str, Any]]:
    if not math.isfinite(target):
        return []
    return [{"type": "rect", "x0": -target, "x1": target, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
             "line": {"width": 0}, "fillcolor": c.grid, "opacity": 0.6}]  # fmt: skip


def _labels(drawn: Sequence[Branch], c: Palette) -> list[dict[str, Any]]:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "showarrow": False, "align": "left"}
    return [
        {**place, "y": k, "text": b.label, "font": {"size": 12, "color": c.muted if b.tone == "muted" else c.ink}}
        for k, b in enumerate(drawn)
    ]
