"""App room: the reliability picture: what each score band promised against what came, with the diagonal of truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.charts.base import Spec, defined, empty, spec
from app.theme import STATUS, Look


@dataclass(frozen=True)
class Point:
    """A score band: promised and observed share in 0..1, the interval of the observed, its level and hover text;
    between `least` and `most` lies what chance makes of a kept promise (NaN: not drawn)."""

    predicted: float
    observed: float
    low: float
    high: float
    level: str
    text: str
    least: float = math.nan
    most: float = math.nan


@dataclass(frozen=True)
class Reliability:
    """Bands in order of their score, the names of the axes and of the diagonal, and words for no band at all."""

    points: Sequence[Point]
    x_name: str
    y_name: str
    diagonal: str
    nothing: str = ""


def reliability(data: Reliability, look: Look) -> Spec:
    """Observed over predicted with interval bars; a band on the diagonal kept its promise."""
    known = [p for p in data.points if p.observed == p.observed and p.predicted == p.predicted]
    if not known:
        return empty(data.nothing, look)
    top = min(1.0, 1.08 * max(max(p.high, p.predicted) for p in known))
    floor = max(0.0, 0.9 * min(min(p.low, p.predicted) for p in known)) if top > 0.6 else 0.0
    c = look.colours
    tick = ".1%" if top - floor < 0.05 else ".0%"
    return spec(
        [*_noise(known, look), _bands(known, look)],
        look,
        showlegend=False,
        hovermode="closest",
        xaxis={"title": {"text": data.x_name}, "tickformat": tick, "range": [floor, top], "nticks": 6},
        yaxis={"title": {"text": data.y_name}, "tickformat": tick, "range": [floor, top], "nticks": 6},
        shapes=[
            {"type": "line", "x0": floor, "y0": floor, "x1": top, "y1": top, "layer": "below",
             "line": {"color": c.grey, "width": 1.5, "dash": "dash"}}
        ],
        annotations=[
            {"x": top, "y": top, "xanchor": "right", "yanchor": "top", "xshift": -10, "showarrow": False,
             "text": data.diagonal, "font": {"size": 11, "color": c.muted}}
        ],
        margin={"l": 8, "r": 16, "t": 16, "b": 8},
    )  # fmt: skip


def _noise(points: Sequence[Point], look: Look) -> list[dict]:
    """What chance makes of a kept promise, as an area around the diagonal."""
    held = [p for p in points if math.isfinite(p.least)]
    if not held:
        return []
    x = [p.predicted for p in held]
    edge = {"type": "scatter", "mode": "lines", "x": x, "hoverinfo": "skip", "line": {"width": 0}}
    fill = {"fill": "tonexty", "fillcolor": look.colours.soft_grey}
    return [{**edge, "y": [p.least for p in held]}, {**edge, "y": [p.most for p in held], **fill}]


def _bands(points: Sequence[Point], look: Look) -> dict:
    c = look.colours
    by_level = {"watch": getattr(c, STATUS["watch"]), "act": getattr(c, STATUS["act"]), "unknown": c.grey}
    colours = [by_level.get(p.level, c.blue) for p in points]
    return {
        "type": "scatter",
        "mode": "markers+lines",
        "x": defined([p.predicted for p in points]),
        "y": defined([p.observed for p in points]),
        "line": {"color": c.soft_blue, "width": 2},
        "marker": {"size": 9, "color": colours, "line": {"width": 1.5, "color": c.surface}},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [max(p.high - p.observed, 0.0) for p in points],
            "arrayminus": [max(p.observed - p.low, 0.0) for p in points],
            "color": c.navy,
            "thickness": 1.4,
            "width": 4,
        },
        "hovertext": [p.text for p in points],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
