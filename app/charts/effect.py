"""App room: the picture of an effect by month: differences with their intervals around zero, and what could be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.charts.base import Spec, defined, empty, month_axis, spec
from app.theme import Look


@dataclass(frozen=True)
class Course:
    """One comparison by month: its name, differences of two ratios (fractions) with interval, and hover texts."""

    name: str
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    texts: Sequence[str]


@dataclass(frozen=True)
class EffectPicture:
    """Courses over the same months, the main one first. `blind`: half-width of the band in which an effect could not
    have been seen, by month; `blind_text`, `zero_text` and `nothing` are its words. A dotted line stands at the month
    `since`, under its word."""

    months: Sequence[str]
    courses: Sequence[Course]
    blind: Sequence[float]
    blind_text: str
    zero_text: str
    nothing: str = ""
    since: str = ""
    since_text: str = ""


def effect(data: EffectPicture, look: Look) -> Spec:
    """Points with 95 % bars for each comparison; the grey band is what the arms are too small to show."""
    if not data.months or not data.courses:
        return empty(data.nothing, look)
    c = look.colours
    shift = {0: -0.14, 1: 0.14}
    traces = [_blind(data, look)]
    colours = (c.blue, c.amber)
    traces += [
        _points(course, len(data.months), shift.get(i, 0.0), colours[i % 2]) for i, course in enumerate(data.courses)
    ]
    axis = month_axis(data.months)
    place = {m: i for i, m in enumerate(data.months)}
    return spec(
        traces,
        look,
        hovermode="closest",
        xaxis={"tickmode": "array", "tickvals": [place[m] for m in axis["tickvals"]], "ticktext": axis["ticktext"],
               "range": [-0.6, len(data.months) - 0.4]},
        yaxis={"tickformat": "+.1%", "nticks": 7},
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0,
                 "line": {"color": c.ink, "width": 1.2}}, *_since_line(place, data, look)],
        annotations=[{"x": 1, "xref": "paper", "y": 0, "xanchor": "right", "yanchor": "bottom", "showarrow": False,
                      "text": data.zero_text, "font": {"size": 11, "color": c.muted}}, *_since_word(place, data, look)],
        margin={"l": 8, "r": 12, "t": 34, "b": 8},
    )  # fmt: skip


def _since_line(place: Mapping[str, int], data: EffectPicture, look: Look) -> list[dict]:
    line = {"color": look.colours.amber, "width": 1.5, "dash": "dot"}
    return [
        {"type": "line", "x0": place[m], "x1": place[m], "y0": 0, "y1": 1, "yref": "paper", "line": line}
        for m in (data.since,) if m in place
    ]  # fmt: skip


def _since_word(place: Mapping[str, int], data: EffectPicture, look: Look) -> list[dict]:
    return [
        {"x": place[m], "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "top", "xshift": 4, "showarrow": False,
         "text": data.since_text, "font": {"size": 11.5, "color": look.colours.warn}}
        for m in (data.since,) if m in place
    ]  # fmt: skip


def _blind(data: EffectPicture, look: Look) -> dict:
    x = list(range(len(data.months)))
    wide = defined(data.blind)
    lower = [None if v is None else -v for v in wide]
    return {
        "type": "scatter", "x": [*x, *x[::-1]], "y": [*wide, *lower[::-1]], "fill": "toself", "mode": "lines",
        "line": {"width": 0}, "fillcolor": look.colours.grid, "hoverinfo": "skip", "name": data.blind_text,
    }  # fmt: skip


def _points(course: Course, n: int, shift: float, colour: str) -> dict:
    up = [h - v for h, v in zip(course.high, course.values, strict=True)]
    down = [v - lo for v, lo in zip(course.values, course.low, strict=True)]
    return {
        "type": "scatter", "mode": "markers", "name": course.name,
        "x": [i + shift for i in range(n)], "y": defined(course.values),
        "marker": {"size": 8, "color": colour},
        "error_y": {"type": "data", "symmetric": False, "array": defined(up), "arrayminus": defined(down),
                    "color": colour, "thickness": 1.6, "width": 3},
        "hovertext": list(course.texts), "hovertemplate": "%{hovertext}<extra>" + course.name + "</extra>",
    }  # fmt: skip
