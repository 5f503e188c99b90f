"""App room: columns by month, each in layers that add up, such as the ageing buckets of what is overdue."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.charts.base import Spec, empty, month_axis, spec
from app.theme import Look, ageing


@dataclass(frozen=True)
class Layer:
    """One layer from the bottom up: its name, its share of each column (a fraction), and the hover text of each."""

    name: str
    shares: Sequence[float]
    hovers: Sequence[str]


@dataclass(frozen=True)
class Stacked:
    """The columns and their layers; `target` is drawn across with its words. `nothing` is said when there is none."""

    columns: Sequence[str]
    layers: Sequence[Layer]
    target: float = math.nan
    target_text: str = ""
    nothing: str = ""


def stacked(data: Stacked, look: Look) -> Spec:
    """The layers from light (least overdue) to dark (most)."""
    if not (data.columns and data.layers):
        return empty(data.nothing, look)
    c = look.colours
    inks = [ageing(k + 1, len(data.layers) + 1, dark=look.dark) for k in range(len(data.layers))]
    traces = [
        {
            "type": "bar", "name": layer.name, "x": list(data.columns), "y": list(layer.shares),
            "customdata": list(layer.hovers), "hovertemplate": "%{customdata}<extra></extra>", "marker": {"color": ink},
        }
        for layer, ink in zip(data.layers, inks, strict=True)
    ]  # fmt: skip
    known = math.isfinite(data.target)
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": data.target, "y1": data.target}
    word = {
        "xref": "paper", "x": 1, "xanchor": "right", "y": data.target, "yanchor": "bottom", "showarrow": False,
        "text": data.target_text, "font": {"size": 11, "color": c.muted},
    }  # fmt: skip
    return spec(
        traces,
        look,
        barmode="stack",
        bargap=0.25,
        hovermode="closest",
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        xaxis=month_axis(data.columns),
        yaxis={"tickformat": ".1%", "rangemode": "tozero", "fixedrange": True},
        shapes=[{**line, "line": {"color": c.muted, "width": 1.2, "dash": "dot"}}] if known else [],
        annotations=[word] if known else [],
        margin={"l": 8, "r": 12, "t": 44, "b": 8},
    )
