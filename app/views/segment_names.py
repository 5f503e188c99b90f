"""App room: how a segment is called in a sentence, where its level alone may say too little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.l10n import L10n
from app.views import names
from data.rows import UNKNOWN
from monitoring.joined import parts

SPEAKING = 3
"""Letters from which on a level speaks for itself: "Caribe" does, "10" and "F" do not."""


def level(l10n: L10n, key: str) -> str:
    """The name of a level; of neighbours that count as one: 18-24 + 25-34, and of more than two 18-24 … 45-54."""
    first, *rest = (names.level(l10n, part) for part in parts(key))
    if not rest:
        return first
    return f"{first} + {rest[0]}" if len(rest) == 1 else f"{first} … {rest[-1]}"


def qualified(l10n: L10n, dimension: str, key: str, document: Mapping[str, Any] | None = None) -> str:
    """A level with its dimension where it says too little by itself: Caribe, but Product 10."""
    name = level(l10n, key)
    if key != UNKNOWN and sum(c.isalpha() for c in name) >= SPEAKING:
        return name
    return f"{names.dimension(l10n, dimension, document)} {name}"


def crossed(
    l10n: L10n, dimensions: Sequence[str], levels: Sequence[str], document: Mapping[str, Any] | None = None
) -> str:
    """A cell of several dimensions: Age 45-54 × Caribe."""
    return " × ".join(qualified(l10n, d, x, document) for d, x in zip(dimensions, levels, strict=True))
