"""App room: what several views of the False positives page say in the same way."""

from __future__ import annotations

from app.l10n import L10n


def threshold(l10n: L10n, value: float) -> str:
    """A threshold in words, with as many digits as it needs."""
    digits = next(d for d in (0, 1, 2) if d == 2 or abs(value * 100 - round(value * 100, d)) < 1e-4)
    return l10n.percent(value, digits)
