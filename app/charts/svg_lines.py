"""App room: trends and bridges as inline SVG, for a page that must stand alone. Light colours only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from app.charts.bridge import Bridge, Step
from app.charts.svg import LINE, NAMES, WIDE, framed, plain, rect, text
from app.charts.trend import Line, Trend
from app.theme import LIGHT

TALL, TOP, FOOT, LEFT, RIGHT = 250.0, 16.0, 22.0, 52.0, 150.0
APART = 14.0
"""Least distance of two labels at the ends of lines."""
_INKS = {"main": LIGHT.navy, "second": LIGHT.teal, "third": LIGHT.sky}
_TONES = {"total": LIGHT.navy, "worse": LIGHT.red, "better": LIGHT.teal, "soft": LIGHT.amber, "other": LIGHT.sky}
Place = Callable[[float], float]
_LEVELS = {"good": LIGHT.teal, "warn": LIGHT.amber, "bad": LIGHT.red}


def trend(data: Trend, percent: Callable[[float], str]) -> str:
    """The lines of a trend with bands, levels and labels at their ends, the axis written by `percent`; "" without a
    value."""
    known = [v for line in data.lines for v in (*line.values, *line.low, *line.high) if math.isfinite(v)]
    if not known:
        return ""
    known += [level.value for level in data.levels]
    air = 0.08 * (max(known) - min(known)) or 0.01
    low, high = max(0.0, min(known) - air) if min(known) >= 0 else min(known) - air, max(known) + air

    def x(k: float) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * k / max(len(data.months) - 1, 1)

    def y(value: float) -> float:
        return TOP + (TALL - TOP - FOOT) * (high - value) / (high - low)

    grid = "".join(_grid(y(v), percent(v)) for v in (low + (high - low) * part for part in (0, 0.25, 0.5, 0.75, 1)))
    levels = "".join(_level(y(level.value), level.text, _LEVELS[level.role]) for level in data.levels)
    step = max(1, math.ceil(len(data.months) / 10))
    last = len(data.months) - 1
    ticks = "".join(
        text(x(k), TALL - 6, data.months[k], anchor="middle", size=10) for k in range(last, -1, -step)
    )  # fmt: skip
    drawn = "".join(_band(line, x, y) + _course(line, x, y) for line in reversed(data.lines))
    return framed(TALL, grid + levels + drawn + ticks + _ends(data.lines, y), label=data.lines[0].name, width=WIDE)


def _grid(at: float, value: str) -> str:
    said = text(LEFT - 6, at + 3.5, value, anchor="end", size=10, colour=LIGHT.muted)
    return f'<line x1="{LEFT:g}" x2="{WIDE - RIGHT:g}" y1="{at:.1f}" y2="{at:.1f}" stroke="{LIGHT.grid}"/>{said}'


def _level(at: float, said: str, colour: str) -> str:
    line = f'<line x1="{LEFT:g}" x2="{WIDE - RIGHT:g}" y1="{at:.1f}" y2="{at:.1f}" stroke="{colour}" '
    return line + 'stroke-dasharray="5 3"/>' + text(LEFT + 4, at - 4, said, size=10, colour=colour)


def _course(line: Line, x: Place, y: Place) -> str:
    ink = _INKS[line.role]
    width, dashes = (2.4 if line.role == "main" else 1.6), ' stroke-dasharray="4 3"' if line.dashed else ""
    return "".join(
        f'<polyline points="{" ".join(f"{x(k):.1f},{y(line.values[k]):.1f}" for k in run)}" fill="none" '
        f'stroke="{ink}" stroke-width="{width}"{dashes}/>'
        if len(run) > 1
        else f'<circle cx="{x(run[0]):.1f}" cy="{y(line.values[run[0]]):.1f}" r="2.6" fill="{ink}"/>'
        for run in _runs(line.values)
    )


def _band(line: Line, x: Place, y: Place) -> str:
    if not line.low:
        return ""
    known = [k for k in range(len(line.low)) if math.isfinite(line.low[k]) and math.isfinite(line.high[k])]
    if len(known) < 2:
        return ""
    edge = [(k, line.high[k]) for k in known] + [(k, line.low[k]) for k in reversed(known)]
    points = " ".join(f"{x(k):.1f},{y(v):.1f}" for k, v in edge)
    return f'<polygon points="{points}" fill="{_INKS[line.role]}" fill-opacity="0.14"/>'


def _runs(values: Sequence[float]) -> list[list[int]]:
    """Places of values that follow each other without a gap."""
    runs: list[list[int]] = []
    for k, value in enumerate(values):
        if math.isfinite(value):
            if runs and runs[-1][-1] == k - 1:
                runs[-1].append(k)
            else:
                runs.append([k])
    return runs


def _ends(lines: Sequence[Line], y: Place) -> str:
    """The labels at the ends of lines, each as near to its line as the others leave room for."""
    found = []
    for line in lines:
        known = [k for k, v in enumerate(line.values) if math.isfinite(v)]
        if line.label and known:
            found.append((y(line.values[known[-1]]), line))
    out, above = [], -math.inf
    for at, line in sorted(found, key=lambda pair: pair[0]):
        above = max(at, above + APART)
        out.append(text(WIDE - RIGHT + 8, above + 4, line.label, size=11, colour=_INKS[line.role]))
    return "".join(out)


def bridge(data: Bridge) -> str:
    """The steps of a bridge from top to bottom, on a cut axis; "" where there is none."""
    if not data.steps:
        return ""
    ends = [v for s in data.steps for v in ((s.end,) if s.tone == "total" else (s.start, s.end))]
    air = 0.1 * (max(ends) - min(ends)) or 1.0
    floor, high = max(0.0, min(ends) - air), max(ends) + air
    scale = (WIDE - 2 * NAMES - 60) / (high - floor)
    rows = "".join(_step(s, 4 + k * LINE, floor, scale) for k, s in enumerate(data.steps))
    return framed(8 + LINE * len(data.steps), rows, label=data.steps[0].name, width=WIDE)


def _step(step: Step, at: float, floor: float, scale: float) -> str:
    first, last = sorted((floor if step.tone == "total" else step.start, step.end))
    left = NAMES + 60
    bar = rect(left + (first - floor) * scale, at + 2, (last - first) * scale, LINE - 6, _TONES[step.tone],
               plain(step.hover))  # fmt: skip
    name = text(left - 8, at + 12, step.name, anchor="end", size=11)
    return name + bar + text(WIDE - NAMES + 8, at + 12, step.label, size=11)
