"""App room: a rate with its interval on a line from 0 to 1, against a limit, as inline SVG coloured by CSS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 460.0, 74.0
LEFT, WIDE, MIDDLE = 10.0, 440.0, 38.0


@dataclass(frozen=True)
class LimitGauge:
    """A rate in 0..1, its interval, the limit that it must stay under (NaN for none), and the words of both. `level`:
    "ok", "watch", "act" or "unknown"; `label` says it all to a screen reader."""

    value: float
    low: float
    high: float
    text: str
    limit: float
    limit_text: str
    level: str
    label: str


def limit_gauge(data: LimitGauge) -> str:
    """The SVG: a track, green below the limit and red above it, the interval as a bar, the rate as a dot."""
    limit = min(max(data.limit, 0.0), 1.0) if math.isfinite(data.limit) else 1.0
    parts = [
        _bar("limit-below", 0.0, limit, 12),
        _bar("limit-above", limit, 1.0, 12),
        f'<line class="limit-mark" x1="{_x(limit):.1f}" x2="{_x(limit):.1f}" y1="24" y2="52"/>',
        _text("limit-said", limit, 68, data.limit_text),
    ]
    if math.isfinite(data.value):
        parts += [
            _bar("limit-range", data.low, data.high, 4),
            f'<circle class="limit-dot" cx="{_x(data.value):.1f}" cy="{MIDDLE:g}" r="7"/>',
            _text("limit-value", data.value, 18, data.text),
        ]
    box = f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(data.label)}"'
    return f'<svg class="limit-gauge level-{data.level}" {box}>{"".join(parts)}</svg>'


def _x(share: float) -> float:
    return LEFT + WIDE * min(max(share, 0.0), 1.0)


def _bar(name: str, low: float, high: float, tall: float) -> str:
    wide = max(0.0, _x(high) - _x(low))
    return f'<rect class="{name}" x="{_x(low):.1f}" y="{MIDDLE - tall / 2:g}" width="{wide:.1f}" height="{tall:g}"/>'


def _text(name: str, share: float, y: float, words: str) -> str:
    side = "start" if share < 0.25 else "end" if share > 0.75 else "middle"
    return f'<text class="{name}" x="{_x(share):.1f}" y="{y:g}" text-anchor="{side}">{escape(words)}</text>'
