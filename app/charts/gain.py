"""App room: a difference over the capacity of a list, with its interval around zero, and the slider's capacity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, spec
from app.theme import Look

INSIDE = 0.95
"""Share of what is drawn that the axis holds: the shortest lists, of a few rows, would flatten all others."""


@dataclass(frozen=True)
class Gain:
    """Differences (shares) by capacity (shares, ascending) with interval and hover texts. `at` is the slider with its
    words; `above` and `below` say what either side of zero means, `axis` what lies along it."""

    capacities: Sequence[float]
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    hovers: Sequence[str]
    at: float
    at_text: str
    above: str
    below: str
    axis: str
    nothing: str = ""


def gain(data: Gain, look: Look) -> Spec:
    """A line in its band. A click carries the capacity as x."""
    known = sorted(abs(v) for v in (*data.low, *data.high, *data.values) if math.isfinite(v))
    if not known:
        return empty(data.nothing, look)
    c, reach = look.colours, 1.3 * known[int(INSIDE * (len(known) - 1))] or 0.01
    edge = {"type": "scatter", "mode": "lines", "x": list(data.capacities), "hoverinfo": "skip", "line": {"width": 0}}
    traces: list[dict[str, Any]] = [
        {**edge, "y": defined(data.low)},
        {**edge, "y": defined(data.high), "fill": "tonexty", "fillcolor": c.soft_blue},
        {
            "type": "scatter", "mode": "lines", "x": list(data.capacities), "y": defined(data.values),
            "customdata": list(data.hovers), "hovertemplate": "%{customdata}<extra></extra>",
            "line": {"color": c.blue, "width": 3},
        },
    ]  # fmt: skip
    words = [
        _word(0.995, 0.99, data.above, c.muted, xref="paper", xanchor="right", yanchor="top"),
        _word(0.995, 0.01, data.below, c.muted, xref="paper", xanchor="right", yanchor="bottom"),
        _word(data.at, 1.0, data.at_text, c.navy, xref="x", xanchor="left" if data.at < 0.7 else "right",
              yanchor="bottom"),
    ]  # fmt: skip
    line = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": data.at, "x1": data.at}
    return spec(
        traces,
        look,
        hovermode="x unified",
        showlegend=False,
        xaxis={"tickformat": ".0%", "hoverformat": ".1%", "title": {"text": data.axis}, "fixedrange": True,
               "range": [0, 1]},
        yaxis={"tickformat": "+.1%", "range": [-reach, reach], "zeroline": True, "zerolinecolor": c.grey,
               "fixedrange": True, "nticks": 6},
        shapes=[{**line, "line": {"color": c.navy, "width": 2}}],
        annotations=words,
        margin={"l": 8, "r": 16, "t": 30, "b": 8},
    )  # fmt: skip


def _word(x: float, y: float, text: str, ink: str, **place: str) -> dict[str, Any]:
    return {"x": x, "y": y, "yref": "paper", "text": text, "showarrow": False, "font": {"size": 12, "color": ink},
            **place}  # fmt: skip
