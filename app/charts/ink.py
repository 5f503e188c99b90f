"""App room: text on coloured ground: which of two inks can be read on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

WHITE, DARK = "#ffffff", "#03060b"


def mixed(scale: Sequence[Sequence[Any]], place: float) -> str:
    """The colour of a plotly colour scale (hex colours) at a place in 0..1."""
    at = min(max(place, 0.0), 1.0)
    for (low, first), (high, second) in pairwise(scale):
        if at <= high:
            part = (at - low) / (high - low)
            pairs = zip(_parts(first), _parts(second), strict=True)
            return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)
    return str(scale[-1][1])


def readable(ground: str) -> str:
    """White or dark, whichever has the higher contrast (WCAG 2) on a ground."""
    return max((WHITE, DARK), key=lambda ink: contrast(ink, ground))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two hex colours, 1..21 (WCAG 2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (p / 255 for p in _parts(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
