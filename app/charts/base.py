"""App room: what every chart shares: the frame of a spec, a month axis that does not collide, an empty picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from app.theme import Look, template

Spec = dict[str, Any]
"""A plotly figure as plain data: {"data": [...], "layout": {...}}; tests validate each once with go.Figure(spec)."""

_TEMPLATES = {look: template(look) for look in (Look(), Look(dark=True))}


def spec(traces: Sequence[dict[str, Any]], look: Look, **layout: Any) -> Spec:
    """A spec in the theme. Margins are explicit, for a template cannot carry them through."""
    base = {
        "template": _TEMPLATES[Look(dark=look.dark)],
        "separators": look.separators,
        "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
        "autosize": True,
    }
    return {"data": list(traces), "layout": {**base, **layout}}


def empty(text: str, look: Look) -> Spec:
    """A picture that says why there is nothing to see."""
    note = {
        "text": text,
        "showarrow": False,
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "font": {"size": 13},
    }
    return spec([], look, xaxis={"visible": False}, yaxis={"visible": False}, annotations=[note])


def month_axis(months: Sequence[str], *, most: int = 9) -> dict[str, Any]:
    """A category axis with at most so many labels, evenly spaced, always with the last month."""
    step = max(1, math.ceil(len(months) / most))
    shown = list(months[::-1][::step][::-1])
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(months),
        "tickmode": "array",
        "tickvals": shown,
        "ticktext": shown,
        "tickangle": 0,
    }


def defined(values: Sequence[float]) -> list[float | None]:
    """Numbers as JSON takes them: NaN becomes a gap."""
    return [v if math.isfinite(v) else None for v in values]


def spread(positions: Sequence[float], gap: float, *, least: float = -math.inf) -> list[float]:
    """Positions moved apart so that neighbours are at least `gap` from each other, keeping order, and centre unless
    one would fall below `least`."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    out = [positions[i] for i in order]
    for _ in range(len(out)):
        for k in range(1, len(out)):
            short = gap - (out[k] - out[k - 1])
            if short > 0:
                out[k - 1] -= short / 2
                out[k] += short / 2
    lift = max(0.0, least - out[0]) if out else 0.0
    placed = dict(zip(order, (at + lift for at in out), strict=True))
    return [placed[i] for i in range(len(positions))]
