"""App room: the trend: shares by month, directly labelled, with targets and events."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, month_axis, spec, spread
from app.charts.ink import readable
from app.theme import Look

EVENT = "event"
"""What the script that draws the pictures knows the words of an event by: a narrow picture has no room above."""
BADGES = 0.955
"""How high the tags of marks stand, as a share of the height."""


@dataclass(frozen=True)
class Line:
    """One line: its name, its share in 0..1 by month, and its hover text by month. `role` is "main", "second" or
    "third"; `low` and `high` draw a band around it; `label` stands at its end. `dashed` marks a reference course."""

    name: str
    values: Sequence[float]
    texts: Sequence[str]
    role: str = "main"
    label: str = ""
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    dashed: bool = False


@dataclass(frozen=True)
class Mark:
    """A month to which a word belongs, e.g. the go-live of the model. With a `tag`, that short text stands on a badge
    instead, the word is its hover text, and a click on its month carries the `key`."""

    month: str
    text: str
    tag: str = ""
    key: str = ""


@dataclass(frozen=True)
class Level:
    """A horizontal line that the trend is held against: a target, a warning or a limit. `role` is "good", "warn" or
    "bad"."""

    value: float
    text: str
    role: str = "good"


@dataclass(frozen=True)
class Trend:
    """Lines over the same months, with marks and levels. `open_from` is the first month that is still open, `hatched`
    whether the open ones are hatched; `tick` is the d3 format of the axis (by default percent)."""

    months: Sequence[str]
    lines: Sequence[Line]
    marks: Sequence[Mark] = ()
    levels: Sequence[Level] = ()
    nothing: str = ""
    open_from: str = ""
    open_text: str = ""
    tick: str = ""
    hatched: bool = False


def trend(data: Trend, look: Look) -> Spec:
    """The lines of a trend, the first one on top."""
    top, floor = _range(data)
    if not math.isfinite(top):
        return empty(data.nothing, look)
    traces = [t for k, line in enumerate(data.lines) for t in _line(line, -k, data, look)]
    traces = [*_hatch(data, look, floor, top), *traces, *_badges(data, look, floor + (top - floor) * BADGES)]
    return spec(
        traces,
        look,
        showlegend=False,
        xaxis={**month_axis(data.months), "range": [-0.5, len(data.months) - 0.5]},
        yaxis={"tickformat": data.tick or (".1%" if top - floor < 0.04 else ".0%"), "range": [floor, top], "nticks": 7},
        shapes=[*_mark_lines(data, look), *_level_lines(data, look), *_open(data, look)],
        annotations=[*_ends(data, look, floor, (top - floor) * 0.055), *_words(data, look)],
        margin={
            "l": 8,
            "r": 16 + 6.3 * max((len(x) for x in _labels(data)), default=0),
            "t": 12 if all(m.tag for m in data.marks) else 30,
            "b": 8,
        },
    )


def _labels(data: Trend) -> list[str]:
    return [*(line.label for line in data.lines), *(level.text for level in data.levels)]


def _range(data: Trend) -> tuple[float, float]:
    """Top and floor of the axis: all that is drawn, with air; down to zero unless that would flatten the course."""
    parts = [v for line in data.lines for v in (*line.values, *line.low, *line.high)] + [x.value for x in data.levels]
    known = [v for v in parts if v is not None and math.isfinite(v)]
    if not known:
        return math.nan, math.nan
    high, low = max(known), min(known)
    floor = 0.0 if low < 0.55 * high or high == low else max(0.0, low - 0.35 * (high - low))
    return min(high + 0.12 * (high - floor), max(high, 1.02)) or 1.0, floor


def _badges(data: Trend, look: Look, height: float) -> list[dict[str, Any]]:
    """The tags of the marks, at the top of their months."""
    tagged = [m for m in data.marks if m.tag]
    if not tagged:
        return []
    trace = {
        "type": "scatter", "mode": "markers+text", "x": [m.month for m in tagged], "y": [height] * len(tagged),
        "text": [m.tag for m in tagged], "textfont": {"size": 11, "color": readable(look.colours.amber)},
        "customdata": [m.key for m in tagged], "hovertext": [m.text for m in tagged],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"size": 18, "color": look.colours.amber, "opacity": 1}, "cliponaxis": False, "name": "",
    }  # fmt: skip
    return [trace]


def _line(line: Line, height: int, data: Trend, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    colour = {"main": c.blue, "second": c.navy, "third": c.sky, "fourth": c.teal}[line.role]
    main = line.role == "main"
    style: dict[str, Any] = {"color": colour, "width": 3 if main else 2}
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if main and len(data.months) <= 36 else "lines",
        "name": line.name,
        "x": list(data.months),
        "y": defined(line.values),
        "customdata": list(line.texts),
        "hovertemplate": "%{customdata}<extra>" + line.name + "</extra>",
        "line": style | ({"dash": "dot"} if line.dashed else {}),
        "marker": {"size": 5.5, "color": colour},
        "zorder": height,
        "connectgaps": False,
        "cliponaxis": False,
    }
    return [*_band(line, data, look), trace]


def _band(line: Line, data: Trend, look: Look) -> list[dict[str, Any]]:
    if not line.low:
        return []
    edge = {"type": "scatter", "mode": "lines", "x": list(data.months), "hoverinfo": "skip", "line": {"width": 0}}
    fill = {"fill": "tonexty", "fillcolor": look.colours.soft_blue}
    return [{**edge, "y": defined(line.low)}, {**edge, "y": defined(line.high), **fill}]


def _ends(data: Trend, look: Look, floor: float, gap: float) -> list[dict[str, Any]]:
    """The names of lines and levels at the right edge, moved apart where they would overlap."""
    c = look.colours
    inks = {"main": c.link, "second": c.navy, "third": c.muted, "fourth": c.good}
    inks |= {"good": c.good, "warn": c.warn, "bad": c.bad}
    lines = [(line.label, _last(line.values), inks[line.role]) for line in data.lines if line.label]
    ends = [end for end in lines if math.isfinite(end[1])] + [(x.text, x.value, inks[x.role]) for x in data.levels]
    side = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "yref": "y", "yanchor": "middle"}
    return [
        {**side, "y": y, "text": text, "showarrow": False, "font": {"size": 12, "color": ink}, "align": "left"}
        for (text, _, ink), y in zip(ends, spread([at for _, at, _ in ends], gap, least=floor + gap / 2), strict=True)
    ]


def _last(values: Sequence[float]) -> float:
    return next((v for v in reversed(values) if math.isfinite(v)), math.nan)


def _mark_lines(data: Trend, look: Look) -> list[dict[str, Any]]:
    line = {"color": look.colours.amber, "width": 1.5, "dash": "dot"}
    return [
        {"type": "line", "x0": m.month, "x1": m.month, "y0": 0, "y1": 1, "yref": "paper", "line": line}
        for m in data.marks
    ]


def _level_lines(data: Trend, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    lines = {"good": c.teal, "warn": c.amber, "bad": c.red}
    return [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": x.value, "y1": x.value,
         "line": {"color": lines[x.role], "width": 1.5, "dash": "dash"}}
        for x in data.levels
    ]  # fmt: skip


def _open(data: Trend, look: Look) -> list[dict[str, Any]]:
    """The months that are still open, shaded from the first of them to the end."""
    if data.open_from not in data.months:
        return []
    start = list(data.months).index(data.open_from) - 0.5
    box = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below", "line": {"width": 0}}
    return [{**box, "x0": start, "x1": len(data.months) - 0.5, "fillcolor": look.colours.soft_grey}]


def _hatch(data: Trend, look: Look, floor: float, top: float) -> list[dict[str, Any]]:
    """Slanted lines over the open months; a colour alone would not tell them apart on paper."""
    if not data.hatched or not _open(data, look):
        return []
    opened = list(data.months)[list(data.months).index(data.open_from) :]
    pattern = {"shape": "/", "size": 9, "solidity": 0.12, "fgcolor": look.colours.muted, "bgcolor": "rgba(0,0,0,0)"}
    trace = {
        "type": "bar", "x": opened, "y": [top - floor] * len(opened), "base": floor, "width": 1, "hoverinfo": "skip",
        "marker": {"color": "rgba(0,0,0,0)", "line": {"width": 0}, "pattern": pattern}, "zorder": -20,
    }  # fmt: skip
    return [trace]


def _words(data: Trend, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    marks = [
        {"name": EVENT, "x": m.month, "y": 1, "yref": "paper", "yanchor": "bottom",
         "xanchor": _side(m.month, data), "text": m.text,
         "showarrow": False, "font": {"size": 11.5, "color": c.warn}}
        for m in data.marks if not m.tag
    ]  # fmt: skip
    if not _open(data, look):
        return marks
    first = list(data.months).index(data.open_from)
    middle = {"x": (first + len(data.months) - 1) / 2, "y": 0.5, "yref": "paper", "textangle": -90}
    return [*marks, {**middle, "text": data.open_text, "showarrow": False, "font": {"size": 11, "color": c.muted}}]


def _side(month: str, data: Trend) -> str:
    """The side of a mark on which its word stands, so that it never leaves the picture."""
    place = list(data.months).index(month) / max(len(data.months) - 1, 1)
    return "left" if place < 0.25 else "right" if place > 0.75 else "center"
