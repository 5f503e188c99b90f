"""App room: a histogram of one column: rows as bars, the positive share of each bar as a line beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, spec
from app.theme import Look

MOST_TICKS = 7


@dataclass(frozen=True)
class Histogram:
    """Bars from left to right: what each is called, its rows, its positive share (NaN: too few to draw) and its hover
    text. `ticks` are the words under the bars. `whole` is the share of all rows."""

    names: Sequence[str]
    ticks: Sequence[str]
    rows: Sequence[int]
    shares: Sequence[float]
    hover: Sequence[str]
    rows_name: str
    share_name: str
    whole: float = math.nan
    nothing: str = ""


def histogram(data: Histogram, look: Look) -> Spec:
    """The bars on the left axis, the line on the right one."""
    if not any(data.rows):
        return empty(data.nothing, look)
    c = look.colours
    places = list(range(len(data.rows)))
    rows: dict[str, Any] = {
        "type": "bar", "x": places, "y": list(data.rows), "name": data.rows_name, "width": 0.92,
        "marker": {"color": c.sky, "cornerradius": 2}, "hovertext": list(data.hover),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip
    drawn = any(math.isfinite(v) for v in data.shares)
    line: dict[str, Any] = {
        "type": "scatter", "mode": "lines+markers", "x": places, "y": defined(data.shares), "yaxis": "y2",
        "name": data.share_name, "line": {"color": c.navy, "width": 2.2}, "marker": {"size": 6, "color": c.navy},
        "hoverinfo": "skip", "connectgaps": False, "cliponaxis": False,
    }  # fmt: skip
    return spec(
        [rows, *([line] if drawn else [])],
        look,
        hovermode="closest",
        showlegend=drawn,
        legend=_legend(),
        xaxis=_axis(data),
        yaxis={"rangemode": "tozero", "nticks": 5, "fixedrange": True, "tickformat": ",d"},
        yaxis2=_second(data),
        shapes=_whole(data, c.muted) if drawn else [],
        margin={"l": 8, "r": 8, "t": 34 if drawn else 10, "b": 8},
    )


def _legend() -> dict[str, Any]:
    top = {"xref": "container", "x": 0.01, "yref": "container", "y": 1.0, "yanchor": "top"}
    return {"orientation": "h", **top, "itemclick": False, "itemdoubleclick": False}


def _axis(data: Histogram) -> dict[str, Any]:
    """A word under every bar, or under every second, third, ... where they would collide."""
    step = max(1, math.ceil(len(data.ticks) / MOST_TICKS))
    shown = list(range(0, len(data.ticks), step))
    return {
        "tickmode": "array", "tickvals": shown, "ticktext": [data.ticks[k] for k in shown], "tickangle": 0,
        "range": [-0.6, len(data.rows) - 0.4], "fixedrange": True,
    }  # fmt: skip


def _second(data: Histogram) -> dict[str, Any]:
    low, high = span(data)
    return {
        "overlaying": "y", "side": "right", "range": [low, high], "showgrid": False, "fixedrange": True, "nticks": 5,
        "tickformat": ".0%" if high - low > 0.05 else ".1%",
    }  # fmt: skip


def span(data: Histogram) -> tuple[float, float]:
    """The ends of the axis of shares: all that is drawn, with air, within 0..1."""
    drawn = [v for v in (*data.shares, data.whole) if math.isfinite(v)]
    if not drawn:
        return 0.0, 1.0
    air = 0.25 * (max(drawn) - min(drawn)) or 0.05
    return max(0.0, min(drawn) - air), min(1.0, max(drawn) + air) + 0.002


def _whole(data: Histogram, colour: str) -> list[dict[str, Any]]:
    if not math.isfinite(data.whole):
        return []
    line = {"color": colour, "width": 1.2, "dash": "dot"}
    return [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y2", "y0": data.whole, "y1": data.whole,
             "line": line}]  # fmt: skip
