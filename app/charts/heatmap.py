"""App room: a heat-map of two dimensions: every cell says its value; cells that rest on too little are grey."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.bars import shortened
from app.charts.base import Spec, empty, spec
from app.charts.ink import mixed, readable
from app.theme import Look, blues

ACROSS, LEAST, BREAK = 84, 8, "<br>"
"""Letters that stand abreast over all columns, the fewest over one, and what parts two lines."""
PALE = 0.35
"""Strength of a colour that stands for nothing beyond chance."""


@dataclass(frozen=True)
class Tile:
    """One cell: its number, the same in words, what it rests on, and its state: "ok", "off" (beyond chance: in full
    colour where colours are two-sided), "insufficient" (too few cases to be coloured) or "empty" (no case at all)."""

    value: float
    text: str
    hover: str
    state: str = "ok"


@dataclass(frozen=True)
class Heatmap:
    """Cells by row and column. `rows` and `columns` are the keys that a click sends, with their names beside them.
    `diverging`: zero is the middle, below and above have a colour each; the strongest stands for `reach` at least, so
    that small numbers among themselves stay pale. `pick`: the names of rows and columns can be clicked on."""

    rows: Sequence[str]
    row_names: Sequence[str]
    columns: Sequence[str]
    column_names: Sequence[str]
    tiles: Sequence[Sequence[Tile]]
    diverging: bool = False
    reach: float = 0.0
    nothing: str = ""
    pick: bool = False


def heatmap(data: Heatmap, look: Look) -> Spec:
    """The cells, first row on top. A click on a cell carries the keys of its column (x) and row (y), one on a name the
    key of its row or column alone."""
    states = {tile.state for row in data.tiles for tile in row}
    if not states - {"empty"}:
        return empty(data.nothing, look)
    wide = max(LEAST, ACROSS // max(len(data.columns), 1))
    columns = [_two_lines(name, wide) for name in data.column_names]
    return spec(
        [_layer(data, look, state) for state in ("insufficient", "ok", "off") if state in states],
        look,
        hovermode="closest",
        showlegend=False,
        meta={"names": "pick" if data.pick else ""},
        xaxis=_axis(data.columns, columns, look) | {"side": "top", "tickangle": 0},
        yaxis=_axis(data.rows, [shortened(n, 18) for n in data.row_names], look) | {"autorange": "reversed"},
        annotations=_words(data, look),
        margin={"l": 8, "r": 4, "t": 40 if any(BREAK in name for name in columns) else 26, "b": 4},
    )


def _two_lines(name: str, wide: int) -> str:
    """The name of a column on at most two lines of so many letters."""
    lines = textwrap.wrap(name, wide, break_long_words=False) if len(name) > wide else [name]
    return BREAK.join(shortened(line, wide) for line in [*lines[:1], *([" ".join(lines[1:])] if lines[1:] else [])])


def _layer(data: Heatmap, look: Look, state: str) -> dict[str, Any]:
    """The cells of one state."""
    low, high = _range(data)
    z = [[_height(t) if t.state == state else None for t in row] for row in data.tiles]
    return _trace(data) | {"z": z, "zmin": low, "zmax": high, "colorscale": _scale(data, look, state)}


def _height(tile: Tile) -> float | None:
    """What places a cell on its scale; any number does where there is one colour only."""
    if tile.state == "insufficient":
        return 0.0
    return tile.value if math.isfinite(tile.value) else None


def _trace(data: Heatmap) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": list(data.columns),
        "y": list(data.rows),
        "hovertext": [[t.hover for t in row] for row in data.tiles],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "hoverongaps": False,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
    }


def _words(data: Heatmap, look: Look) -> list[dict[str, Any]]:
    """The value of every cell, in the ink that can be read on its colour. Placed by position: a key such as "10" would
    be taken for one."""
    return [
        {"x": across, "y": down, "text": tile.text, "showarrow": False, "font": _font(tile, data, look)}
        for down, tiles in enumerate(data.tiles)
        for across, tile in enumerate(tiles)
        if tile.text
    ]


def _font(tile: Tile, data: Heatmap, look: Look) -> dict[str, Any]:
    if tile.state == "insufficient" or not math.isfinite(tile.value):
        return {"size": 10.5, "color": look.colours.muted}
    low, high = _range(data)
    return {"size": 12, "color": readable(mixed(_scale(data, look, tile.state), (tile.value - low) / (high - low)))}


def _range(data: Heatmap) -> tuple[float, float]:
    """The numbers at the two ends of the colours."""
    tiles = [t for row in data.tiles for t in row if t.state in ("ok", "off")]
    values = [t.value for t in tiles if math.isfinite(t.value)]
    if not values:
        return 0.0, 1.0
    if data.diverging:
        far = max(data.reach, *map(abs, values)) or 1.0
        return -far, far
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1.0, high)


def _scale(data: Heatmap, look: Look, state: str) -> list[list[Any]]:
    if state == "insufficient":
        return [[0, look.colours.grid], [1, look.colours.grid]]
    return _two_sided(look, 1.0 if state == "off" else PALE) if data.diverging else blues(dark=look.dark)


def _two_sided(look: Look, strength: float) -> list[list[Any]]:
    """Red below zero, blue above it, next to nothing at zero."""
    c = look.colours
    middle = c.ground if look.dark else "#f5f6f9"
    ends = [mixed([[0.0, middle], [1.0, colour]], strength) for colour in (c.red, c.blue)]
    return [[0.0, ends[0]], [0.5, middle], [1.0, ends[1]]]


def _axis(keys: Sequence[str], names: Sequence[str], look: Look) -> dict[str, Any]:
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(keys),
        "tickmode": "array",
        "tickvals": list(keys),
        "ticktext": list(names),
        "tickfont": {"color": look.colours.ink, "size": 12},
        "showgrid": False,
        "linecolor": "rgba(0,0,0,0)",
        "fixedrange": True,
    }
