"""App room: a sparkline as inline SVG: the course of a value box, without a script."""

from __future__ import annotations

import math
from collections.abc import Sequence

WIDTH, HEIGHT, PAD = 200.0, 40.0, 5.0


def sparkline(values: Sequence[float]) -> str:
    """The SVG of a course, lowest at the bottom; a NaN breaks the line; "" with fewer than two numbers."""
    known = [v for v in values if math.isfinite(v)]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = (WIDTH - 6) / (len(values) - 1)
    points = [(2 + i * step, HEIGHT - PAD - (v - low) / span * (HEIGHT - 3 * PAD)) for i, v in enumerate(values)]
    parts = "".join(_piece(piece) for piece in _pieces(points))
    x, y = next(p for p in reversed(points) if math.isfinite(p[1]))
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none" aria-hidden="true">{parts}'
        f'<line class="spark-end" x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{y:.1f}"/></svg>'
    )


def _pieces(points: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    pieces: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if math.isfinite(point[1]):
            pieces[-1].append(point)
        elif pieces[-1]:
            pieces.append([])
    return [p for p in pieces if p]


def _piece(points: Sequence[tuple[float, float]]) -> str:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    floor = f"{points[-1][0]:.1f},{HEIGHT:g} {points[0][0]:.1f},{HEIGHT:g}"
    return f'<polygon points="{line} {floor}"/><polyline points="{line}"/>'
