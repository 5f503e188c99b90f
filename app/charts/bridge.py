"""App room: the bridge: a ratio, what raised it, what lowered it, and where it ended, top to bottom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, empty, spec
from app.theme import Look, Palette


@dataclass(frozen=True)
class Step:
    """A bar from `start` to `end` (one unit throughout). `key` is what a click on it sends, `label` its value in words,
    `hover` what it rests on. `tone`: "total", "worse", "better", "soft" (better on paper) or "other". `low` and `high`
    draw an interval of where it ends; NaN draws none."""

    key: str
    name: str
    start: float
    end: float
    label: str
    hover: str
    tone: str
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Bridge:
    """The steps from top to bottom; `nothing` is said when there is none."""

    steps: Sequence[Step]
    nothing: str = ""


def bridge(data: Bridge, look: Look) -> Spec:
    """Horizontal bars that float from step to step. The axis is cut, so that the steps can be seen."""
    if not data.steps:
        return empty(data.nothing, look)
    c = look.colours
    ends = [v for s in data.steps for v in (s.start, s.end) if s.tone != "total"] + [
        s.end for s in data.steps if s.tone == "total"
    ]
    ends += [v for s in data.steps for v in (s.low, s.high) if math.isfinite(v)]
    low, high = min(ends), max(ends)
    air = 0.08 * (high - low) or 0.1 * high or 1.0
    floor = max(0.0, low - 2 * air) if low >= 0 else low - air
    keys = [s.key for s in data.steps]
    starts = [floor if s.tone == "total" else s.start for s in data.steps]
    trace: dict[str, Any] = {
        "type": "bar", "orientation": "h", "y": keys, "base": starts,
        "x": [s.end - a for s, a in zip(data.steps, starts, strict=True)],
        "marker": {"color": [_ink(s.tone, c) for s in data.steps], "cornerradius": 2},
        "customdata": keys, "hovertext": [s.hover for s in data.steps], "hovertemplate": "%{hovertext}<extra></extra>",
        "error_x": _whiskers(data.steps, c),
    }  # fmt: skip
    names = {
        "type": "category", "categoryorder": "array", "categoryarray": keys, "range": [len(keys) - 0.5, -0.5],
        "tickmode": "array", "tickvals": keys, "ticktext": [s.name for s in data.steps], "showgrid": False,
        "tickfont": {"size": 12, "color": c.ink}, "fixedrange": True, "ticksuffix": " ",
    }  # fmt: skip
    return spec(
        [trace],
        look,
        bargap=0.3,
        showlegend=False,
        hovermode="closest",
        xaxis={"visible": False, "range": [floor, high + air], "fixedrange": True},
        yaxis=names,
        shapes=[_joint(k, s.end, c) for k, s in enumerate(data.steps[:-1])],
        annotations=[_label(k, s, c) for k, s in enumerate(data.steps)],
        margin={"l": 8, "r": 14 + 7 * max(len(s.label) for s in data.steps), "t": 6, "b": 6},
    )


def _ink(tone: str, c: Palette) -> str:
    return {"total": c.navy, "worse": c.red, "better": c.teal, "soft": c.amber, "other": c.sky}[tone]


def _whiskers(steps: Sequence[Step], c: Palette) -> dict[str, Any]:
    above = [s.high - s.end if math.isfinite(s.high) else 0.0 for s in steps]
    below = [s.end - s.low if math.isfinite(s.low) else 0.0 for s in steps]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": c.muted,
            "thickness": 1.4, "width": 4, "visible": any(above) or any(below)}  # fmt: skip


def _joint(row: int, x: float, c: Palette) -> dict[str, Any]:
    """The thin line that carries a step's end to the next bar."""
    line = {"color": c.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": row, "y1": row + 1, "line": line}


def _label(row: int, step: Step, c: Palette) -> dict[str, Any]:
    """The value of every bar in one column at the right."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "showarrow": False, "align": "left"}
    return {**place, "y": row, "text": step.label, "font": {"size": 12, "color": c.ink}}
