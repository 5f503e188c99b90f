"""App room: error rates against the threshold, with the one in use and the rate at which contacting breaks even."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, spec, spread
from app.theme import Look


@dataclass(frozen=True)
class Course:
    """A rate (share in 0..1) by threshold (ascending), with hover texts; `low` and `high` draw a band.
    `role`: "main" or "second"."""

    name: str
    thresholds: Sequence[float]
    values: Sequence[float]
    hovers: Sequence[str]
    role: str = "main"
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class Thresholds:
    """Courses, `current`, the threshold in use, and `limit`, the rate at which contacting neither gains nor loses, NaN
    for none."""

    courses: Sequence[Course]
    current: float
    current_text: str
    limit: float = math.nan
    limit_text: str = ""
    axis: str = ""
    nothing: str = ""


def thresholds(data: Thresholds, look: Look) -> Spec:
    """Lines over the threshold. A click carries the threshold as x."""
    known = [v for course in data.courses for v in (*course.values, *course.high) if math.isfinite(v)]
    if not known:
        return empty(data.nothing, look)
    top = min(1.0, max([*known, data.limit if math.isfinite(data.limit) else 0.0]) * 1.06)
    return spec(
        [trace for course in reversed(data.courses) for trace in _traces(course, look)],
        look,
        hovermode="x unified",
        showlegend=False,
        xaxis=_axis(data),
        yaxis={"tickformat": ".0%", "range": [0, top], "fixedrange": True, "nticks": 6},
        shapes=_lines(data, look),
        annotations=[*_names(data, look, top), *_words(data, look)],
        margin={"l": 8, "r": 16 + 7 * max(len(course.name) for course in data.courses), "t": 30, "b": 8},
    )


def _axis(data: Thresholds) -> dict[str, Any]:
    """From 0 to where the courses end, or to the threshold in use beyond."""
    last = max([data.current, *(course.thresholds[-1] for course in data.courses if course.thresholds)])
    return {
        "tickformat": ".0%",
        "hoverformat": ".1%",
        "title": {"text": data.axis},
        "range": [0, min(1.0, last * 1.04)],
        "fixedrange": True,
    }


def _traces(course: Course, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    colour = c.blue if course.role == "main" else c.teal
    base = {"type": "scatter", "mode": "lines", "x": list(course.thresholds)}
    line = {
        **base,
        "name": course.name,
        "y": defined(course.values),
        "customdata": list(course.hovers),
        "hovertemplate": "%{customdata}<extra></extra>",
        "line": {"color": colour, "width": 3 if course.role == "main" else 2},
    }
    if not len(course.low):
        return [line]
    edge = {**base, "hoverinfo": "skip", "line": {"width": 0}, "showlegend": False}
    fill = {"fill": "tonexty", "fillcolor": c.soft_blue}
    return [{**edge, "y": defined(course.low)}, {**edge, "y": defined(course.high), **fill}, line]


def _names(data: Thresholds, look: Look, top: float) -> list[dict[str, Any]]:
    """The name of each course at the right, at the height of its last reading, apart from the others."""
    c = look.colours
    ended = [(course, _last(course.values)) for course in data.courses]
    ended = [(course, at) for course, at in ended if math.isfinite(at)]
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "showarrow": False, "align": "left"}
    gap = top * 0.08
    heights = spread([at for _, at in ended], gap)
    lift = max(0.0, gap / 2 - min(heights, default=gap))
    return [
        {
            **place,
            "y": y + lift,
            "text": course.name,
            "font": {"size": 12, "color": c.link if course.role == "main" else c.good},
        }
        for (course, _), y in zip(ended, heights, strict=True)
    ]


def _last(values: Sequence[float]) -> float:
    return next((v for v in reversed(values) if math.isfinite(v)), math.nan)


def _lines(data: Thresholds, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    at = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": data.current, "x1": data.current}
    drawn = [{**at, "line": {"color": c.navy, "width": 2}}]
    if math.isfinite(data.limit):
        across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": data.limit, "y1": data.limit}
        drawn.append({**across, "line": {"color": c.red, "width": 1.5, "dash": "dash"}})
    return drawn


def _words(data: Thresholds, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    side = "left" if data.current < 0.25 else "right" if data.current > 0.75 else "center"
    current = {
        "x": data.current, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": side, "text": data.current_text,
        "showarrow": False, "font": {"size": 12, "color": c.navy},
    }  # fmt: skip
    if not (math.isfinite(data.limit) and data.limit_text):
        return [current]
    word = {
        "x": 1, "xref": "paper", "xanchor": "right", "xshift": -4, "y": data.limit, "yanchor": "top",
        "text": data.limit_text, "showarrow": False, "font": {"size": 11, "color": c.bad}, "bgcolor": c.surface,
    }  # fmt: skip
    return [current, word]
