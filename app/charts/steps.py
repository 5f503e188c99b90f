"""App room: curves in steps by months since an event, each with its band and its name at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, spec, spread
from app.theme import Look


@dataclass(frozen=True)
class Curve:
    """One curve: its share (0..1) at each month with its band (NaN: none), its hover texts, the name at its end."""

    name: str
    shares: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    texts: Sequence[str]


@dataclass(frozen=True)
class Steps:
    """Curves over the same months, the main one first; `axis` says what the months count. `nothing` is said when there
    is no curve."""

    months: Sequence[int]
    curves: Sequence[Curve]
    axis: str = ""
    nothing: str = ""


def steps(data: Steps, look: Look) -> Spec:
    """The curves, the main one on top; a share holds until the next month."""
    if not (data.months and data.curves):
        return empty(data.nothing, look)
    c = look.colours
    inks = [(c.blue, c.soft_blue, c.link), (c.teal, c.soft_teal, c.good), (c.amber, c.soft_amber, c.warn),
            (c.grey, c.soft_grey, c.muted)]  # fmt: skip
    drawn = list(zip(data.curves, inks, strict=False))
    top = 1.08 * max((v for curve, _ in drawn for v in (*curve.shares, *curve.high) if math.isfinite(v)), default=0.0)
    top = top or 1.0
    traces = [t for curve, ink in reversed(drawn) for t in _curve(curve, ink, data.months)]
    ends = spread([_last(curve.shares) for curve, _ in drawn], 0.06 * top, least=0.03 * top)
    side = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "yanchor": "middle", "showarrow": False}
    names = [
        {**side, "y": y, "text": curve.name, "font": {"size": 12, "color": ink[2]}}
        for (curve, ink), y in zip(drawn, ends, strict=True)
    ]
    return spec(
        traces,
        look,
        showlegend=False,
        xaxis={"range": [data.months[0], data.months[-1]], "dtick": 1 if len(data.months) <= 14 else 3,
               "title": {"text": data.axis}, "fixedrange": True},
        yaxis={"tickformat": ".0%", "range": [0, top], "nticks": 6, "fixedrange": True},
        annotations=names,
        margin={"l": 8, "r": 16 + 6.6 * max(len(curve.name) for curve, _ in drawn), "t": 12, "b": 8},
    )  # fmt: skip


def _curve(curve: Curve, ink: tuple[str, str, str], months: Sequence[int]) -> list[dict[str, Any]]:
    edge = {
        "type": "scatter", "mode": "lines", "x": list(months), "hoverinfo": "skip",
        "line": {"width": 0, "shape": "hv"}, "connectgaps": False,
    }  # fmt: skip
    line = {
        "type": "scatter", "mode": "lines", "name": curve.name, "x": list(months), "y": defined(curve.shares),
        "customdata": list(curve.texts), "hovertemplate": "%{customdata}<extra>" + curve.name + "</extra>",
        "line": {"color": ink[0], "width": 2.4, "shape": "hv"},
    }  # fmt: skip
    band = {**edge, "y": defined(curve.high), "fill": "tonexty", "fillcolor": ink[1]}
    return [{**edge, "y": defined(curve.low)}, band, line]


def _last(values: Sequence[float]) -> float:
    return next((v for v in reversed(values) if math.isfinite(v)), 0.0)
