"""App room: two groups over the same scale of chances, side by side, with the ends at which they cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, empty, spec
from app.theme import Look


@dataclass(frozen=True)
class Overlap:
    """Shares of each group's rows (0..1) in bins of equal width over 0..1, from the lowest; `ends` are the chances
    between which both can be compared. `hover` says what a bin holds; `axis` what the scale is."""

    first: Sequence[float]
    second: Sequence[float]
    hover: Sequence[str]
    first_name: str
    second_name: str
    ends: tuple[float, float]
    axis: str
    nothing: str = ""


def overlap(data: Overlap, look: Look) -> Spec:
    """The bars of both groups over each other, half transparent, and the ends shaded."""
    if not any((*data.first, *data.second)):
        return empty(data.nothing, look)
    c, width = look.colours, 1 / len(data.first)
    places = [(k + 0.5) * width for k in range(len(data.first))]

    def bars(shares: Sequence[float], name: str, colour: str) -> dict[str, Any]:
        return {"type": "bar", "x": places, "y": list(shares), "name": name, "width": width * 0.94, "opacity": 0.62,
                "marker": {"color": colour}, "hovertext": list(data.hover),
                "hovertemplate": "%{hovertext}<extra></extra>"}  # fmt: skip

    return spec(
        [bars(data.second, data.second_name, c.grey), bars(data.first, data.first_name, c.blue)],
        look,
        barmode="overlay",
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "xref": "container", "x": 0.01, "yref": "container", "y": 1.0, "yanchor": "top",
                "itemclick": False, "itemdoubleclick": False},
        xaxis={"range": [-0.004, 1.004], "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1], "showgrid": False,
               "fixedrange": True, "title": {"text": data.axis, "font": {"size": 12, "color": c.muted}}},
        yaxis={"tickformat": ".0%", "rangemode": "tozero", "nticks": 5, "fixedrange": True,
               "ticklabelstandoff": 8},
        shapes=[
            {"type": "rect", "x0": x0, "x1": x1, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
             "line": {"width": 0}, "fillcolor": c.amber, "opacity": 0.22}
            for x0, x1 in ((0, data.ends[0]), (data.ends[1], 1))
        ],
        margin={"l": 8, "r": 24, "t": 34, "b": 8},
    )  # fmt: skip
