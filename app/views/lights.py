"""App room: the light of a comparison of promise and outcome: its word, its shape (not colour alone) and its tone."""

from __future__ import annotations

from app.words import mark

LIGHTS = {
    "ok": (mark("● as predicted"), "good"),
    "watch": (mark("▲ watch"), "warn"),
    "act": (mark("◆ off"), "bad"),
    "unknown": (mark("○ too few"), "muted"),
}
"""Level of `monitoring` → (word, tone of a cell)."""
