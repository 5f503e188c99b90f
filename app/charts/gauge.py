"""App room: the gauge of a probability as inline SVG: half a ring, with marks on it. It takes its colours from CSS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 260.0, 148.0
MIDDLE, FLOOR = 130.0, 128.0
RADIUS, THICK = 104.0, 20.0


@dataclass(frozen=True)
class Gauge:
    """A probability in 0..1 with its words, and marks: the cut-off, the base rate and an earlier probability, NaN for
    none. `label` says it all to a screen reader; `low` and `high` are the words of the ends."""

    probability: float
    text: str
    cut_off: float
    base_rate: float
    label: str
    low: str
    high: str
    before: float = math.nan


def gauge(data: Gauge) -> str:
    """The SVG: a track, the part of it that is filled, a line at the cut-off, a wedge at the base rate, a ring at the
    probability before."""
    value = f'aria-valuemin="0" aria-valuemax="1" aria-valuenow="{data.probability:.9g}"'
    said = f'role="meter" {value} aria-label="{escape(data.label)}"'
    parts = [
        _arc("gauge-track", 0.0, 1.0),
        _arc("gauge-fill", 0.0, data.probability),
        _wedge(data.base_rate),
        _line(data.cut_off),
        _ring(data.before),
        _text("gauge-value", MIDDLE, FLOOR - 18, data.text),
        _text("gauge-end", MIDDLE - RADIUS, FLOOR + 16, data.low),
        _text("gauge-end", MIDDLE + RADIUS, FLOOR + 16, data.high),
    ]
    return f'<svg class="gauge" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" {said}>{"".join(parts)}</svg>'


def place(share: float, radius: float = RADIUS) -> tuple[float, float]:
    """Where a share of the half ring is: 0 at its left end, 1 at its right."""
    angle = math.pi * (1 - min(max(share, 0.0), 1.0))
    return MIDDLE + radius * math.cos(angle), FLOOR - radius * math.sin(angle)


def _arc(name: str, low: float, high: float) -> str:
    (x0, y0), (x1, y1) = place(low), place(high)
    path = f"M{x0:.3f} {y0:.3f}A{RADIUS:g} {RADIUS:g} 0 0 1 {x1:.3f} {y1:.3f}"
    return f'<path class="{name}" d="{path}" stroke-width="{THICK:g}" fill="none"/>'


def _line(share: float) -> str:
    if not math.isfinite(share):
        return ""
    (x0, y0), (x1, y1) = place(share, RADIUS - THICK / 2 - 4), place(share, RADIUS + THICK / 2 + 6)
    return f'<line class="gauge-cut" x1="{x0:.2f}" y1="{y0:.2f}" x2="{x1:.2f}" y2="{y1:.2f}"/>'


def _wedge(share: float) -> str:
    """A triangle outside the ring that points at a share."""
    if not math.isfinite(share):
        return ""
    tip, wide = place(share, RADIUS + THICK / 2 + 1), 0.017
    corners = (place(share - wide, RADIUS + THICK / 2 + 10), place(share + wide, RADIUS + THICK / 2 + 10))
    return f'<polygon class="gauge-base" points="{" ".join(f"{x:.2f},{y:.2f}" for x, y in (tip, *corners))}"/>'


def _ring(share: float) -> str:
    if not math.isfinite(share):
        return ""
    x, y = place(share)
    return f'<circle class="gauge-before" cx="{x:.2f}" cy="{y:.2f}" r="6"/>'


def _text(name: str, x: float, y: float, words: str) -> str:
    return f'<text class="{name}" x="{x:g}" y="{y:g}" text-anchor="middle">{escape(words)}</text>'
