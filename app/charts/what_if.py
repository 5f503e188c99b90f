"""App room: the course of a probability as one number of a case moves, with the case itself and a cut-off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.base import Spec, empty, spec
from app.theme import Look


@dataclass(frozen=True)
class Course:
    """Probabilities (shares) over the values of a number, ascending, with hover texts. `here` is the case itself and
    `at` the value that is looked at: positions, -1 for none. `unknown`: the probability where the number is not known,
    NaN for none."""

    values: Sequence[float]
    shares: Sequence[float]
    hovers: Sequence[str]
    here: int
    at: int
    cut_off: float
    cut_off_text: str
    axis: str
    here_text: str = ""
    unknown: float = math.nan
    unknown_text: str = ""
    nothing: str = ""


def what_if(data: Course, look: Look) -> Spec:
    """A line over the values; a filled point is the case, a ring is the value looked at."""
    if len(data.values) < 2:
        return empty(data.nothing, look)
    known = [*data.shares, data.cut_off, *([data.unknown] if math.isfinite(data.unknown) else [])]
    low, high = _span(known)
    return spec(
        [_line(data, look), *_points(data, look)],
        look,
        hovermode="closest",
        showlegend=False,
        xaxis={"title": {"text": data.axis}, "fixedrange": True, "nticks": 6, "zeroline": False},
        yaxis={"tickformat": ".0%", "range": [low, high], "fixedrange": True, "nticks": 6},
        shapes=_across(data, look),
        annotations=_words(data, look),
        margin={"l": 8, "r": 14, "t": 18, "b": 8},
    )


def _span(known: Sequence[float]) -> tuple[float, float]:
    """From a little below the least to a little above the greatest, at least five points wide, within 0..1."""
    low, high = min(known), max(known)
    air = max(0.08 * (high - low), 0.025 - (high - low) / 2, 0.01)
    return max(0.0, low - air), min(1.0, high + air)


def _line(data: Course, look: Look) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines+markers", "x": list(data.values), "y": list(data.shares),
        "line": {"color": look.colours.blue, "width": 2.5, "shape": "linear"},
        "marker": {"size": 5, "color": look.colours.blue}, "hovertext": list(data.hovers),
        "customdata": list(range(len(data.values))), "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def _points(data: Course, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    found = []
    if data.here >= 0:
        found.append((data.here, {"size": 12, "color": c.navy, "line": {"color": c.surface, "width": 2}}))
    if data.at >= 0 and data.at != data.here:
        found.append((data.at, {"size": 13, "color": c.surface, "line": {"color": c.teal, "width": 3}}))
    return [
        {"type": "scatter", "mode": "markers", "x": [data.values[i]], "y": [data.shares[i]], "marker": marker,
         "hoverinfo": "skip", "cliponaxis": False}
        for i, marker in found
    ]  # fmt: skip


def _across(data: Course, look: Look) -> list[dict[str, Any]]:
    c = look.colours
    at = {"type": "line", "xref": "paper", "x0": 0, "x1": 1}
    lines = [(data.cut_off, {"color": c.navy, "width": 1.5, "dash": "dash"})]
    if math.isfinite(data.unknown):
        lines.append((data.unknown, {"color": c.grey, "width": 1.5, "dash": "dot"}))
    return [{**at, "y0": y, "y1": y, "line": line} for y, line in lines]


def _words(data: Course, look: Look) -> list[dict[str, Any]]:
    """Names of the lines, away from the case and from the course."""
    c = look.colours
    early = 2 * data.here < len(data.values)
    right = {"x": 1, "xref": "paper", "xanchor": "right", "showarrow": False}
    left = {"x": 0, "xref": "paper", "xanchor": "left", "showarrow": False, "xshift": 4}
    above = (data.shares[-1] if early else data.shares[0]) <= data.cut_off
    out = [{**(right if early else left), "y": data.cut_off, "yanchor": "bottom" if above else "top",
            "text": data.cut_off_text, "font": {"size": 11, "color": c.ink}}]  # fmt: skip
    if math.isfinite(data.unknown):
        out.append({**(left if early else right), "y": data.unknown, "yanchor": "bottom",
                    "text": data.unknown_text, "font": {"size": 11, "color": c.muted}})  # fmt: skip
    if data.here >= 0 and data.here_text:
        out.append({"x": data.values[data.here], "y": data.shares[data.here], "text": data.here_text, "ax": 0,
                    "ay": -22, "showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": c.muted,
                    "font": {"size": 11.5, "color": c.ink}})  # fmt: skip
    return out
