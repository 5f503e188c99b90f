"""App room: the light of a comparison of promise and outcome: its word, its shape (not colour alone) and its tone."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views.shapes import Cell
from app.words import mark

LIGHTS = {
    "ok": (mark("● as predicted"), "good"),
    "watch": (mark("▲ watch"), "warn"),
    "act": (mark("◆ off"), "bad"),
    "unknown": (mark("○ too few"), "muted"),
}
"""Level of `monitoring` → (word, tone of a cell)."""
LEAST_P = 0.001
"""Below it a p-value is only said to be small."""


def cell(l10n: L10n, level: str, needed: float) -> Cell:
    """The light of a row; where the test could not have seen a difference that matters, the outcomes it would take."""
    word, tone = LIGHTS[level]
    if level == "unknown" and math.isfinite(needed):
        return Cell(l10n.say("○ needs {n}", n=l10n.number(math.ceil(needed))), tone)
    return Cell(l10n.say(word), tone)


def p_value(l10n: L10n, p: float) -> str:
    """A p-value with its sign: = 0.019, or < 0.001."""
    return f"< {l10n.number(LEAST_P, 3)}" if p < LEAST_P else f"= {l10n.number(p, 3)}"


def p_cell(l10n: L10n, p: float) -> str:
    """A p-value in a column whose head names it."""
    return f"< {l10n.number(LEAST_P, 3)}" if p < LEAST_P else l10n.number(p, 4)
