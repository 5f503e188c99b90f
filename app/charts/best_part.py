"""App room: what working the best part of a list catches, as a gain or a lift, with the part that can be worked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, empty, spec
from app.theme import Look


@dataclass(frozen=True)
class BestPart:
    """A curve over the share of the list worked (0..1), with its hover texts; `base` is what random order gives, by the
    same shares. `at`: the share that is looked at, the curve's height there, and words for it; NaN for none. `tick` is
    the d3 format of the axis."""

    shares: Sequence[float]
    values: Sequence[float]
    base: Sequence[float]
    texts: Sequence[str]
    base_name: str
    x_name: str
    y_name: str
    at: float = math.nan
    height: float = math.nan
    at_text: str = ""
    tick: str = ".0%"
    nothing: str = ""


def best_part(data: BestPart, look: Look) -> Spec:
    """The curve above random order, and the point where the list ends for lack of room."""
    if len(data.shares) < 2:
        return empty(data.nothing, look)
    c = look.colours
    top = 1.06 * max(*data.values, *data.base)
    line = {"type": "scatter", "mode": "lines", "x": list(data.shares)}
    dashed = {"color": c.grey, "width": 1.5, "dash": "dash"}
    curve = {
        **line, "y": list(data.values), "line": {"color": c.blue, "width": 3}, "hovertext": list(data.texts),
        "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False,
    }  # fmt: skip
    return spec(
        [{**line, "y": list(data.base), "hoverinfo": "skip", "line": dashed}, curve, *_point(data, look)],
        look,
        showlegend=False,
        hovermode="closest",
        xaxis={"tickformat": ".0%", "range": [0, 1.01], "nticks": 6, "title": {"text": data.x_name}},
        yaxis={"tickformat": data.tick, "range": [0, top], "nticks": 6, "title": {"text": data.y_name}},
        shapes=_upright(data, look),
        annotations=_words(data, look, top),
        margin={"l": 8, "r": 16, "t": 16, "b": 8},
    )


def _point(data: BestPart, look: Look) -> list[dict[str, Any]]:
    if not math.isfinite(data.height):
        return []
    marker = {"size": 11, "color": look.colours.navy, "line": {"color": look.colours.surface, "width": 2}}
    return [
        {"type": "scatter", "mode": "markers", "x": [data.at], "y": [data.height], "marker": marker,
         "hovertext": [data.at_text], "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False}
    ]  # fmt: skip


def _upright(data: BestPart, look: Look) -> list[dict[str, Any]]:
    if not math.isfinite(data.at):
        return []
    line = {"color": look.colours.navy, "width": 1.5, "dash": "dot"}
    return [{"type": "line", "x0": data.at, "x1": data.at, "yref": "paper", "y0": 0, "y1": 1, "line": line}]


def _words(data: BestPart, look: Look, top: float) -> list[dict[str, Any]]:
    c = look.colours
    middle = len(data.base) // 2
    chance = {"x": data.shares[middle], "y": data.base[middle], "xanchor": "left", "yanchor": "top", "xshift": 6,
              "text": data.base_name, "font": {"size": 11, "color": c.muted}, "showarrow": False}  # fmt: skip
    if not math.isfinite(data.at):
        return [chance]
    left = data.at > 0.5
    here = {"x": data.at, "y": top * 0.12, "xanchor": "right" if left else "left", "xshift": -6 if left else 6,
            "text": data.at_text, "font": {"size": 12, "color": c.navy}, "showarrow": False}  # fmt: skip
    return [chance, here]
