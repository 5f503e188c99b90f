"""App room: a heat-map of two dimensions: every cell says its value; cells that rest on too little are grey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.bars import shortened
from app.charts.base import Spec, empty, spec
from app.charts.ink import mixed, readable
from app.theme import Look, blues


@dataclass(frozen=True)
class Tile:
    """One cell: its number, the same in words, what it rests on, and "ok", "insufficient" (too few cases to be
    coloured) or "empty" (no case at all)."""

    value: float
    text: str
    hover: str
    state: str = "ok"


@dataclass(frozen=True)
class Heatmap:
    """Cells by row and column. `rows` and `columns` are the keys that a click sends, with their names beside them.
    `diverging`: zero is the middle, below and above have a colour each."""

    rows: Sequence[str]
    row_names: Sequence[str]
    columns: Sequence[str]
    column_names: Sequence[str]
    tiles: Sequence[Sequence[Tile]]
    diverging: bool = False
    nothing: str = ""


def heatmap(data: Heatmap, look: Look) -> Spec:
    """The cells, first row on top. A click on a cell carries the keys of its column (x) and row (y)."""
    if not any(tile.state != "empty" for row in data.tiles for tile in row):
        return empty(data.nothing, look)
    return spec(
        [_grey(data, look), _coloured(data, look)],
        look,
        hovermode="closest",
        showlegend=False,
        xaxis=_axis(data.columns, data.column_names, look, longest=13) | {"side": "top", "tickangle": 0},
        yaxis=_axis(data.rows, data.row_names, look, longest=18) | {"autorange": "reversed"},
        annotations=_words(data, look),
        margin={"l": 8, "r": 4, "t": 26, "b": 4},
    )


def _coloured(data: Heatmap, look: Look) -> dict[str, Any]:
    low, high = _range(data)
    z = [[t.value if _is_coloured(t) else None for t in row] for row in data.tiles]
    return _trace(data) | {"z": z, "zmin": low, "zmax": high, "colorscale": _scale(data, look)}


def _grey(data: Heatmap, look: Look) -> dict[str, Any]:
    """The cells that are there but rest on too little, all of one colour."""
    c = look.colours
    z = [[1 if t.state == "insufficient" else None for t in row] for row in data.tiles]
    return _trace(data) | {"z": z, "zmin": 0, "zmax": 1, "colorscale": [[0, c.grid], [1, c.grid]]}


def _is_coloured(tile: Tile) -> bool:
    return tile.state == "ok" and math.isfinite(tile.value)


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
    """The value of every cell, in the ink that can be read on its colour."""
    low, high = _range(data)
    scale = _scale(data, look)
    out = []
    for row, tiles in zip(data.rows, data.tiles, strict=True):
        for column, tile in zip(data.columns, tiles, strict=True):
            if tile.text:
                ink = look.colours.muted
                if _is_coloured(tile):
                    ink = readable(mixed(scale, (tile.value - low) / (high - low)))
                size = 12 if tile.state == "ok" else 10.5
                out.append(
                    {"x": column, "y": row, "text": tile.text, "showarrow": False, "font": {"size": size, "color": ink}}
                )
    return out


def _range(data: Heatmap) -> tuple[float, float]:
    """The numbers at the two ends of the colours."""
    values = [t.value for row in data.tiles for t in row if _is_coloured(t)]
    if not values:
        return 0.0, 1.0
    if data.diverging:
        far = max(map(abs, values)) or 1.0
        return -far, far
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1.0, high)


def _scale(data: Heatmap, look: Look) -> list[list[Any]]:
    return _two_sided(look) if data.diverging else blues(dark=look.dark)


def _two_sided(look: Look) -> list[list[Any]]:
    """Red below zero, blue above it, next to nothing at zero."""
    c = look.colours
    middle = c.ground if look.dark else "#f5f6f9"
    return [[0.0, c.red], [0.5, middle], [1.0, c.blue]]


def _axis(keys: Sequence[str], names: Sequence[str], look: Look, *, longest: int) -> dict[str, Any]:
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(keys),
        "tickmode": "array",
        "tickvals": list(keys),
        "ticktext": [shortened(name, longest) for name in names],
        "tickfont": {"color": look.colours.ink, "size": 12},
        "showgrid": False,
        "linecolor": "rgba(0,0,0,0)",
        "fixedrange": True,
    }
