"""App room: net value by threshold, with the best one, the range that is as good, the capacity and the dial."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, spec
from app.theme import Look


@dataclass(frozen=True)
class NetValue:
    """Money by threshold (ascending), with hover texts. `best` is the threshold of the optimum, `plateau` the range
    that is as good; `capacity` where the calls run out, NaN where they do not; each with its words. `at` is the dial,
    `value` the money there."""

    thresholds: Sequence[float]
    values: Sequence[float]
    hovers: Sequence[str]
    at: float
    value: float
    at_text: str
    best: float = math.nan
    best_text: str = ""
    plateau: tuple[float, float] = (math.nan, math.nan)
    capacity: float = math.nan
    capacity_text: str = ""
    axis: str = ""
    nothing: str = ""


def net_value(data: NetValue, look: Look) -> Spec:
    """A line over the threshold. A click carries the threshold as x."""
    if not any(map(math.isfinite, data.values)):
        return empty(data.nothing, look)
    c = look.colours
    line = {
        "type": "scatter", "mode": "lines", "x": list(data.thresholds), "y": defined(data.values),
        "customdata": list(data.hovers), "hovertemplate": "%{customdata}<extra></extra>",
        "line": {"color": c.blue, "width": 3},
    }  # fmt: skip
    points = [(data.best, max(data.values), c.good, "diamond"), (data.at, data.value, c.navy, "circle")]
    marks = [
        {
            "type": "scatter", "mode": "markers", "x": [x], "y": [y], "hoverinfo": "skip",
            "marker": {"size": 12, "color": ink, "symbol": sign, "line": {"color": c.surface, "width": 2}},
        }
        for x, y, ink, sign in points if math.isfinite(x) and math.isfinite(y)
    ]  # fmt: skip
    return spec(
        [line, *marks],
        look,
        hovermode="x unified",
        showlegend=False,
        xaxis={
            "tickformat": ".0%", "hoverformat": ".1%", "title": {"text": data.axis}, "fixedrange": True,
            "range": [min(data.thresholds), max(data.thresholds)],
        },
        yaxis={"fixedrange": True, "nticks": 6, "tickformat": "~s", "zeroline": True, "zerolinecolor": c.grey},
        shapes=_shapes(data, look),
        annotations=_words(data, look),
        margin={"l": 8, "r": 16, "t": 50, "b": 8},
    )  # fmt: skip


def _shapes(data: NetValue, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    low, high = data.plateau
    drawn: list[dict[str, Any]] = []
    if math.isfinite(low) and math.isfinite(high):
        drawn.append({
            "type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": low, "x1": high, "line": {"width": 0},
            "fillcolor": c.soft_teal, "layer": "below",
        })  # fmt: skip
    for x, ink, dash in ((data.at, c.navy, "solid"), (data.capacity, c.amber, "dash")):
        if math.isfinite(x):
            line = {"color": ink, "width": 2, "dash": dash}
            drawn.append({"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": x, "x1": x, "line": line})
    return drawn


def _words(data: NetValue, look: Look) -> list[dict[str, Any]]:
    """The dial above its line; above that the best threshold or the capacity, so that they never lie on each other."""
    c = look.colours
    told = (
        (data.at, data.at_text, c.navy, 2),
        (data.best, data.best_text, c.good, 18),
        (data.capacity, data.capacity_text, c.warn, 34),
    )
    first, last = min(data.thresholds), max(data.thresholds)
    return [
        {
            "x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": up, "text": text, "showarrow": False,
            "xanchor": _side((x - first) / ((last - first) or 1)), "font": {"size": 12, "color": ink},
        }
        for x, text, ink, up in told if math.isfinite(x) and text
    ]  # fmt: skip


def _side(place: float) -> str:
    return "left" if place < 0.3 else "right" if place > 0.7 else "center"
