"""App room: horizontal bars, one per segment, with intervals, a second reading as a mark, and their values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, spec
from app.theme import Look, Palette

THICK = 0.66
FEW = 9
"""Bars from which on they fill their share of the height; fewer are drawn as thin as these."""
_LONGEST_NAME = 24


@dataclass(frozen=True)
class Bar:
    """One segment: `key` is what a click on it sends, `label` its value in words, `hover` what it rests on. `low` and
    `high` draw an interval, `mark` a second reading; NaN draws nothing. `tone`: "main", "soft", "ok", "watch", "act" or
    "muted"."""

    key: str
    name: str
    value: float
    label: str
    hover: str
    low: float = math.nan
    high: float = math.nan
    mark: float = math.nan
    tone: str = "main"


@dataclass(frozen=True)
class Bars:
    """Bars from top to bottom. `value_name` and `mark_name` explain bar and mark; `line` is a reading of all segments
    together, drawn across with its `line_text`. `nothing` is said when there is no bar."""

    bars: Sequence[Bar]
    value_name: str
    mark_name: str = ""
    line: float = math.nan
    line_text: str = ""
    nothing: str = ""


def bars(data: Bars, look: Look) -> Spec:
    """The bars of a dimension. A click on a bar carries its key."""
    drawn = [b for b in data.bars if math.isfinite(b.value)]
    if not drawn:
        return empty(data.nothing, look)
    traces = [_bars(drawn, data, look.colours), *_marks(drawn, data, look.colours)]
    legend = len(traces) > 1
    return spec(
        traces,
        look,
        hovermode="closest",
        showlegend=legend,
        legend={
            "orientation": "h",
            "xref": "container",
            "x": 0.01,
            "yref": "container",
            "y": 1.0,
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        xaxis={"visible": False, "range": _range(drawn, data), "fixedrange": True},
        yaxis=_names(drawn, look.colours),
        shapes=[*_zero(drawn, look.colours), *_line(data, look.colours)],
        annotations=[*_labels(drawn, look.colours), *_line_word(data, look.colours)],
        margin={
            "l": 8,
            "r": 14 + 7 * max(len(b.label) for b in drawn),
            "t": 34 if legend else 10,
            "b": 24 if data.line_text else 6,
        },
    )


def _margin(drawn: Sequence[Bar], data: Bars, legend: bool) -> dict[str, int]:
    """Room for the column of values, the legend on top and the word under the line."""
    right = 14 + 7 * max(len(b.label) for b in drawn)
    return {"l": 8, "r": right, "t": 34 if legend else 10, "b": 24 if data.line_text else 6}


def _bars(drawn: Sequence[Bar], data: Bars, c: Palette) -> dict[str, Any]:
    tones = {"main": c.teal, "soft": c.sky, "ok": c.sky, "watch": c.amber, "act": c.red, "muted": c.grid}
    above = [b.high - b.value if math.isfinite(b.high) else 0.0 for b in drawn]
    below = [b.value - b.low if math.isfinite(b.low) else 0.0 for b in drawn]
    return {
        "type": "bar",
        "orientation": "h",
        "name": data.value_name,
        "x": [b.value for b in drawn],
        "y": [b.key for b in drawn],
        "width": THICK * min(1.0, len(drawn) / FEW),
        "customdata": [b.key for b in drawn],
        "hovertext": [b.hover for b in drawn],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"color": [tones[b.tone] for b in drawn], "cornerradius": 3},
        "error_x": {
            "type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": c.muted,
            "thickness": 1.4, "width": 4, "visible": any(above) or any(below),
        },
    }  # fmt: skip


def _marks(drawn: Sequence[Bar], data: Bars, c: Palette) -> list[dict[str, Any]]:
    if not data.mark_name or not any(math.isfinite(b.mark) for b in drawn):
        return []
    size = 20 if len(drawn) <= FEW else 14
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": data.mark_name,
            "x": defined([b.mark for b in drawn]),
            "y": [b.key for b in drawn],
            "customdata": [b.key for b in drawn],
            "marker": {"symbol": "line-ns-open", "size": size, "color": c.navy, "line": {"width": 3, "color": c.navy}},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
    ]


def _names(drawn: Sequence[Bar], c: Palette) -> dict[str, Any]:
    keys = [b.key for b in drawn]
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": keys,
        "range": [len(keys) - 0.5, -0.5],
        "tickmode": "array",
        "tickvals": keys,
        "ticktext": [shortened(b.name) for b in drawn],
        "tickfont": {"color": c.ink, "size": 12},
        "showgrid": False,
        "fixedrange": True,
    }


def shortened(name: str, longest: int = _LONGEST_NAME) -> str:
    """A name that leaves room for the picture."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def _range(drawn: Sequence[Bar], data: Bars) -> list[float]:
    """From zero, or from the lowest reading below it, to the highest, with a little air. The intervals of grey bars may
    run out of the picture, so that they do not press the others together."""
    sure = [b for b in drawn if b.tone != "muted"] or drawn
    readings = [v for b in drawn for v in (b.value, b.mark)] + [v for b in sure for v in (b.low, b.high)]
    readings += [data.line, 0.0]
    known = [v for v in readings if math.isfinite(v)]
    low, high = min(known), max(known)
    air = 0.03 * (high - low) or 1.0
    return [low - air if low < 0 else 0.0, high + air]


def _labels(drawn: Sequence[Bar], c: Palette) -> list[dict[str, Any]]:
    """The value of every bar in one column at the right. Placed by position: a key such as "10" would be taken for
    one."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "showarrow": False, "align": "left"}
    inks = {"watch": c.warn, "act": c.bad, "muted": c.muted}
    return [
        {**place, "y": k, "text": b.label, "font": {"size": 12, "color": inks.get(b.tone, c.ink)}}
        for k, b in enumerate(drawn)
    ]


def _zero(drawn: Sequence[Bar], c: Palette) -> list[dict[str, Any]]:
    if all(b.value >= 0 for b in drawn):
        return []
    return [_upright(0.0, {"color": c.muted, "width": 1})]


def _line(data: Bars, c: Palette) -> list[dict[str, Any]]:
    if not math.isfinite(data.line):
        return []
    return [_upright(data.line, {"color": c.muted, "width": 1.2, "dash": "dot"})]


def _upright(x: float, line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _line_word(data: Bars, c: Palette) -> list[dict[str, Any]]:
    if not (math.isfinite(data.line) and data.line_text):
        return []
    font = {"size": 11, "color": c.muted}
    place = {"yref": "paper", "y": 0, "yanchor": "top", "xanchor": "center", "showarrow": False}
    return [{**place, "x": data.line, "text": data.line_text, "font": font}]
