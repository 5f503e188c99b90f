"""App room: one column per month of entry: a share that is final, or hatched while more of it can come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, defined, empty, month_axis, spec
from app.theme import Look


@dataclass(frozen=True)
class Entry:
    """One month: its name, its share (0..; NaN draws nothing) with limits, its hover text, and whether it is open."""

    name: str
    share: float
    low: float
    high: float
    text: str
    open: bool = False


@dataclass(frozen=True)
class Entries:
    """Columns in order of time, and the reading of all closed ones, drawn across with its `line_text`."""

    columns: Sequence[Entry]
    line: float = math.nan
    line_text: str = ""
    nothing: str = ""


def entries(data: Entries, look: Look) -> Spec:
    """The columns with their intervals; open ones are hatched."""
    drawn = [e for e in data.columns if math.isfinite(e.share)]
    if not drawn:
        return empty(data.nothing, look)
    most = max(e.share for e in drawn)
    reach = max((e.high for e in drawn if math.isfinite(e.high)), default=most)
    top = min(max(most * 1.15, reach * 1.05), most * 2.2) or 0.01
    names = [e.name for e in data.columns]
    return spec(
        [_columns(data.columns, top, look)],
        look,
        showlegend=False,
        hovermode="closest",
        bargap=0.28,
        xaxis=month_axis(names),
        yaxis={"tickformat": ".0%" if top > 0.04 else ".1%", "range": [0, top], "nticks": 6},
        shapes=_line(data, look),
        annotations=_word(data, look),
        margin={"l": 8, "r": 12, "t": 24, "b": 8},
    )


def _columns(columns: Sequence[Entry], top: float, look: Look) -> dict[str, Any]:
    c = look.colours
    above = [min(e.high, top) - e.share if math.isfinite(e.high) and math.isfinite(e.share) else 0.0 for e in columns]
    below = [e.share - e.low if math.isfinite(e.low) and math.isfinite(e.share) else 0.0 for e in columns]
    return {
        "type": "bar", "x": [e.name for e in columns], "y": defined([e.share for e in columns]),
        "customdata": [e.text for e in columns], "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {
            "color": [c.soft_teal if e.open else c.teal for e in columns],
            "line": {"color": c.teal, "width": [1 if e.open else 0 for e in columns]},
            "pattern": {"shape": ["/" if e.open else "" for e in columns], "fgcolor": c.teal, "solidity": 0.25,
                        "size": 6},
        },
        "error_y": {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": c.muted,
                    "thickness": 1.2, "width": 3},
    }  # fmt: skip


def _line(data: Entries, look: Look) -> list[dict[str, Any]]:
    if not math.isfinite(data.line):
        return []
    style = {"color": look.colours.navy, "width": 1.5, "dash": "dash"}
    return [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": data.line, "y1": data.line, "line": style}]


def _word(data: Entries, look: Look) -> list[dict[str, Any]]:
    if not math.isfinite(data.line):
        return []
    font = {"size": 12, "color": look.colours.navy}
    place = {"x": 1, "xref": "paper", "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "bottom"}
    return [{**place, "text": data.line_text, "showarrow": False, "font": font}]
