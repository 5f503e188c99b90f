"""App room: charts as inline SVG, for a page that must stand alone: no script, no other file. Light colours only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from app.charts.bars import Bar, Bars, shortened
from app.charts.heatmap import Heatmap, Tile
from app.charts.histogram import Histogram, span
from app.charts.ink import mixed, readable
from app.theme import LIGHT, blues

WIDTH = 460.0
LEFT, RIGHT, TOP, BOTTOM = 8.0, 44.0, 8.0, 20.0
HEIGHT = 150.0
WIDE = 2 * WIDTH
LINE = 19.0
NAMES = 164.0
VALUES = 112.0
CELL = 19.0
LONGEST = 23


def histogram(data: Histogram) -> str:
    """Rows as bars from zero, the positive share as a line with its ends written at the right; "" without a row."""
    if not any(data.rows):
        return ""
    most, wide = max(data.rows), (WIDTH - LEFT - RIGHT) / len(data.rows)
    floor, tall = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    bars = "".join(
        rect(LEFT + k * wide + 1, floor - tall * n / most, wide - 2, tall * n / most, LIGHT.sky, plain(hover))
        for k, (n, hover) in enumerate(zip(data.rows, data.hover, strict=True))
    )
    step = max(1, math.ceil(len(data.ticks) / 6))
    ticks = "".join(
        text(LEFT + (k + 0.5) * wide, HEIGHT - 6, data.ticks[k], anchor="middle", size=10)
        for k in range(0, len(data.ticks), step)
    )
    return framed(HEIGHT, bars + _line(data, wide, floor, tall) + ticks, label=data.rows_name)


def _line(data: Histogram, wide: float, floor: float, tall: float) -> str:
    """The course of the shares; a share that is not judged breaks it."""
    if not any(math.isfinite(v) for v in data.shares):
        return ""
    low, high = span(data)
    at = [(LEFT + (k + 0.5) * wide, floor - tall * (v - low) / (high - low)) for k, v in enumerate(data.shares)]
    pieces: list[list[str]] = [[]]
    for x, y in at:
        if math.isfinite(y):
            pieces[-1].append(f"{x:.1f},{y:.1f}")
        elif pieces[-1]:
            pieces.append([])
    lines = "".join(f'<polyline points="{" ".join(p)}" fill="none" stroke="{LIGHT.navy}" stroke-width="2"/>'
                    for p in pieces if len(p) > 1)  # fmt: skip
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{LIGHT.navy}"/>' for x, y in at if math.isfinite(y)
    )
    ends = [text(WIDTH - RIGHT + 4, y, f"{v * 100:.0f}%", size=10) for y, v in ((TOP + 8, high), (floor, low))]
    return lines + dots + "".join(ends)


def bars(data: Bars, *, width: float = WIDTH) -> str:
    """Horizontal bars with their names and values; "" when there is none."""
    drawn = [b for b in data.bars if math.isfinite(b.value)]
    if not drawn:
        return ""
    room = width - NAMES - VALUES
    most = max([b.value for b in drawn] + [b.high for b in drawn if b.tone != "muted" and math.isfinite(b.high)]) or 1.0
    rows = "".join(_bar(b, 4 + k * LINE, room / most, width) for k, b in enumerate(drawn))
    height = 8 + LINE * len(drawn)
    if math.isfinite(data.line):
        x = NAMES + min(data.line / most, 1.0) * room
        rows += (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height:g}" stroke="{LIGHT.muted}" stroke-dasharray="2 3"/>'
        )
    return framed(height, rows, label=data.value_name, width=width)


def _bar(b: Bar, y: float, scale: float, width: float) -> str:
    colour = {"muted": LIGHT.grey, "act": LIGHT.red, "watch": LIGHT.amber}.get(b.tone, LIGHT.teal)
    parts = [
        text(NAMES - 6, y + 12, shortened(b.name, LONGEST), anchor="end", size=11),
        rect(NAMES, y + 2, max(b.value * scale, 0.5), LINE - 6, colour, plain(b.hover)),
        text(width - VALUES + 6, y + 12, b.label, size=11),
    ]
    if math.isfinite(b.low) and math.isfinite(b.high):
        high = min(NAMES + b.high * scale, width - VALUES)
        middle = y + LINE / 2 - 1
        parts.append(f'<line x1="{NAMES + b.low * scale:.1f}" x2="{high:.1f}" y1="{middle:.1f}" y2="{middle:.1f}" '
                     f'stroke="{LIGHT.ink}" stroke-width="1.2"/>')  # fmt: skip
    return "".join(parts)


def heatmap(data: Heatmap, *, cell: float = CELL) -> str:
    """Cells by row and column, coloured and, where there is room, with their words; "" without any."""
    shown = [t for row in data.tiles for t in row if t.state in ("ok", "off") and math.isfinite(t.value)]
    if not any(t.state != "empty" for row in data.tiles for t in row):
        return ""
    ends = _ends(data, shown)
    written = any(t.text for row in data.tiles for t in row)
    wide = (WIDE - NAMES) / len(data.columns)
    head = "".join(_head(name, NAMES + (j + 0.5) * wide, wide, j, len(data.columns)) for j, name in
                   enumerate(data.column_names))  # fmt: skip
    rows = "".join(
        text(NAMES - 6, 22 + i * cell + cell * 0.7, shortened(name, LONGEST), anchor="end", size=11)
        + "".join(
            _cell(t, NAMES + j * wide, 22 + i * cell, wide, cell, ends, data, written) for j, t in enumerate(tiles)
        )
        for i, (name, tiles) in enumerate(zip(data.row_names, data.tiles, strict=True))
    )
    return framed(26 + cell * len(data.rows), head + rows, label=" · ".join(data.row_names[:2]), width=WIDE)


def _ends(data: Heatmap, shown: Sequence[Tile]) -> tuple[float, float]:
    values = [t.value for t in shown] or [0.0, 1.0]
    if data.diverging:
        far = max(map(abs, values)) or 1.0
        return -far, far
    return (min(values), max(values)) if max(values) > min(values) else (min(values) - 1, min(values))


def _head(name: str, x: float, wide: float, j: int, count: int) -> str:
    """A column's name; of many columns only some, counted from the last."""
    step = max(1, math.ceil(58 / wide))
    if (count - 1 - j) % step:
        return ""
    return text(x, 14, shortened(name, max(5, int(wide * step / 6))), anchor="middle", size=10)


def _cell(
    t: Tile, x: float, y: float, wide: float, tall: float, ends: tuple[float, float], data: Heatmap, written: bool
) -> str:
    if t.state == "empty":
        return ""
    colour = "#eceff4"
    if math.isfinite(t.value) and t.state != "insufficient":
        colour = mixed(_scale(data), (t.value - ends[0]) / (ends[1] - ends[0]))
    said = rect(x + 1, y + 1, wide - 2, tall - 2, colour, plain(t.hover))
    if written and t.text:
        said += text(x + wide / 2, y + tall * 0.68, t.text, anchor="middle", size=10.5, colour=readable(colour))
    return said


def _scale(data: Heatmap) -> list[list[object]]:
    return [[0.0, LIGHT.red], [0.5, "#f5f6f9"], [1.0, LIGHT.blue]] if data.diverging else blues()


def plain(hover: str) -> str:
    """Hover text without its marks, in one line."""
    return hover.replace("<br>", "; ").replace("<b>", "").replace("</b>", "")


def framed(height: float, inside: str, *, label: str, width: float = WIDTH) -> str:
    """What is drawn, in a frame of this size that says what it is."""
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
    return f'<svg {size} role="img" aria-label="{escape(label)}">{inside}</svg>'


def rect(x: float, y: float, width: float, height: float, colour: str, title: str) -> str:
    """A bar, with its title as hover text."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{max(height, 0):.1f}" fill="{colour}">'
        f"<title>{escape(title)}</title></rect>"
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", size: float = 11, colour: str = LIGHT.ink) -> str:
    """Words at a place."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size:g}" fill="{colour}">{escape(words)}</text>'
