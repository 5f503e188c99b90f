"""App room: vintage curves: one line per cohort by age in months, named where it ends, the newest in full colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, spec, spread
from app.theme import Look, ageing

PALEST = 2
"""Steps of the colour ramp that are too pale for a line."""


@dataclass(frozen=True)
class Cohort:
    """One line: its name, and its ages in months with the share (0..1), its limits and its hover text at each.
    `whole`: whether it begins with the cohort; else it is dashed."""

    name: str
    ages: Sequence[int]
    shares: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    texts: Sequence[str]
    whole: bool = True


@dataclass(frozen=True)
class Cohorts:
    """Lines, the oldest cohort first; `age_name` says what is counted along the axis. `nothing` is said without any."""

    lines: Sequence[Cohort]
    age_name: str
    nothing: str = ""


def vintages(data: Cohorts, look: Look) -> Spec:
    """The curves; the band is the interval of the newest cohort."""
    lines = [line for line in data.lines if line.ages]
    if not lines:
        return empty(data.nothing, look)
    top = max(max(line.shares) for line in lines) * 1.12 or 0.01
    count = len(lines)
    traces = [t for k, line in enumerate(lines) for t in _line(line, k, count, look)]
    last = max(line.ages[-1] for line in lines)
    return spec(
        traces,
        look,
        showlegend=False,
        hovermode="closest",
        xaxis={"title": {"text": data.age_name}, "range": [0, last + 0.2], "dtick": 3 if last > 8 else 1},
        yaxis={"tickformat": ".0%" if top > 0.04 else ".1%", "range": [0, top], "nticks": 6},
        annotations=_names(lines, look, top),
        margin={"l": 8, "r": 16 + 7 * max(len(line.name) for line in lines), "t": 12, "b": 8},
    )


def _colour(k: int, count: int, look: Look) -> str:
    return ageing(k + PALEST, count + PALEST, dark=look.dark)


def _line(line: Cohort, k: int, count: int, look: Look) -> list[dict[str, Any]]:
    newest = k == count - 1
    style = {"color": look.colours.blue if newest else _colour(k, count, look), "width": 3 if newest else 1.8}
    trace = {
        "type": "scatter", "mode": "lines" if len(line.ages) > 1 else "markers", "name": line.name,
        "x": list(line.ages), "y": list(line.shares), "customdata": list(line.texts),
        "hovertemplate": "%{customdata}<extra></extra>", "line": style | ({} if line.whole else {"dash": "dash"}),
        "marker": {"color": style["color"], "size": 7}, "cliponaxis": False,
    }  # fmt: skip
    return [*(_band(line, look) if newest else ()), trace]


def _band(line: Cohort, look: Look) -> list[dict[str, Any]]:
    edge = {"type": "scatter", "mode": "lines", "x": list(line.ages), "hoverinfo": "skip", "line": {"width": 0}}
    fill = {"fill": "tonexty", "fillcolor": look.colours.soft_blue}
    return [{**edge, "y": defined(line.low)}, {**edge, "y": defined(line.high), **fill}]


def _names(lines: Sequence[Cohort], look: Look, top: float) -> list[dict[str, Any]]:
    """The names at the right edge, in the order in which the lines end, each joined to its end."""
    c = look.colours
    places = spread([line.shares[-1] for line in lines], top * 0.062, least=top * 0.03)
    side = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "yanchor": "middle", "showarrow": False}
    inks = [c.link if k == len(lines) - 1 else c.muted for k in range(len(lines))]
    return [
        {**side, "y": min(y, top), "text": line.name, "font": {"size": 11.5, "color": ink}}
        for line, y, ink in zip(lines, places, inks, strict=True)
        if math.isfinite(y)
    ]
