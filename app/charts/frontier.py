"""App room: the overdue ratio against the share of a list that gets an offer: a line per order, the chosen in front."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, empty, spec, spread
from app.theme import Look, Palette


@dataclass(frozen=True)
class Course:
    """Ratios (shares) by share of the list, ascending, with hover texts; `low` and `high` draw a band. `role`: "main"
    or "second" among those that are not chosen."""

    name: str
    shares: Sequence[float]
    values: Sequence[float]
    hovers: Sequence[str]
    chosen: bool = False
    role: str = "main"
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class Frontier:
    """Courses; `at`, the share that is looked at, and the chosen course's ratio there; `today`, the observed ratio."""

    courses: Sequence[Course]
    at: float
    value: float
    at_text: str
    today: float = math.nan
    today_text: str = ""
    axis: str = ""
    nothing: str = ""


def frontier(data: Frontier, look: Look) -> Spec:
    """Lines over the share of the list. A click carries the share as x."""
    if not data.courses:
        return empty(data.nothing, look)
    low, high = _span(data)
    front = sorted(data.courses, key=lambda course: course.chosen)
    return spec(
        [*(trace for course in front for trace in _traces(course, look)), _point(data, look)],
        look,
        hovermode="x unified",
        showlegend=False,
        xaxis={
            "tickformat": ".0%", "hoverformat": ".0%", "title": {"text": data.axis}, "range": [0, 1],
            "fixedrange": True,
        },
        yaxis={"tickformat": ".2%", "range": [low, high], "fixedrange": True, "nticks": 6},
        shapes=_lines(data, look),
        annotations=[*_names(data, look, (high - low) * 0.075), *_words(data, look)],
        margin={"l": 8, "r": 16 + 7 * max(len(course.name) for course in data.courses), "t": 30, "b": 8},
    )  # fmt: skip


def _span(data: Frontier) -> tuple[float, float]:
    known = [v for c in data.courses for v in (*c.values, *c.low, *c.high)]
    known += [data.today] if math.isfinite(data.today) else []
    air = 0.06 * (max(known) - min(known)) + 1e-5
    return min(known) - air, max(known) + air


def _traces(course: Course, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    line = {"color": _colour(course, c), "width": 3 if course.chosen else 1.8}
    drawn: list[dict[str, Any]] = []
    if course.low:
        edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": list(course.shares)}
        drawn += [
            {**edge, "y": list(course.low)},
            {**edge, "y": list(course.high), "fill": "tonexty", "fillcolor": c.soft_blue},
        ]
    drawn.append(
        {
            "type": "scatter", "mode": "lines", "x": list(course.shares), "y": list(course.values), "line": line,
            "hovertext": list(course.hovers), "hovertemplate": "%{hovertext}<extra></extra>", "name": course.name,
        }
    )  # fmt: skip
    return drawn


def _colour(course: Course, c: Palette) -> str:
    return c.blue if course.chosen else c.teal if course.role == "main" else c.grey


def _ink(course: Course, c: Palette) -> str:
    return c.link if course.chosen else c.good if course.role == "main" else c.muted


def _point(data: Frontier, look: Look) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "x": [data.at], "y": [data.value], "hoverinfo": "skip",
        "marker": {"size": 11, "color": look.colours.blue, "line": {"color": look.colours.surface, "width": 2}},
    }  # fmt: skip


def _lines(data: Frontier, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    here = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": data.at, "x1": data.at}
    drawn = [{**here, "line": {"color": c.navy, "width": 2}}]
    if math.isfinite(data.today):
        across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": data.today, "y1": data.today}
        drawn.append({**across, "line": {"color": c.amber, "width": 1.5, "dash": "dash"}})
    return drawn


def _names(data: Frontier, look: Look, gap: float) -> list[dict[str, Any]]:
    """Names of the courses beside their ends, which meet at everybody: the order of their middles."""
    c = look.colours
    rank = sorted(data.courses, key=lambda course: course.values[len(course.values) // 2])
    places = sorted(spread([course.values[-1] for course in rank], gap))
    return [
        {
            "x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": y, "showarrow": False, "align": "left",
            "text": course.name, "font": {"size": 12, "color": _ink(course, c)},
        }
        for course, y in zip(rank, places, strict=True)
    ]  # fmt: skip


def _words(data: Frontier, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    side = "left" if data.at < 0.25 else "right" if data.at > 0.75 else "center"
    words = [
        {
            "x": data.at, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": side, "text": data.at_text,
            "showarrow": False, "font": {"size": 12, "color": c.navy},
        }
    ]  # fmt: skip
    if math.isfinite(data.today):
        words.append(
            {
                "x": 1, "xref": "paper", "xanchor": "right", "xshift": -4, "y": data.today, "yanchor": "bottom",
                "text": data.today_text, "showarrow": False, "font": {"size": 11, "color": c.warn},
            }
        )  # fmt: skip
    return words
