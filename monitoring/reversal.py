"""Monitoring room: reversals (Simpson): a total that moves one way while its segments move the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from monitoring.split import Split

LEAST: Final = 5e-6
"""Change of a ratio below which nothing moved: what is shown as 0.0 basis points."""


@dataclass(frozen=True)
class Reversal:
    """A change whose direction a dimension turns over. `everywhere`: every level that is there in both months (`levels`
    of them) moved against the total; else only their ratios together did, at unchanged shares (`rate`)."""

    dimension: str
    change: float
    rate: float
    levels: int
    everywhere: bool


def reversals(splits: Iterable[Split]) -> list[Reversal]:
    """The reversals among splits of one change by several dimensions, those that hold in every level first."""
    found = [r for s in splits if (r := reversal(s))]
    return sorted(found, key=lambda r: not r.everywhere)


def reversal(split: Split) -> Reversal | None:
    """Whether the ratios of a dimension moved against the total; None where they did not, or there is no split."""
    change, kept = split.change, split.kept
    rate = split.rate.value + split.model.value
    if split.reason or len(kept) < 2 or abs(change) < LEAST:
        return None
    everywhere = all((s.ratio_after - s.ratio_before) * change < 0 for s in kept)
    if not everywhere and (rate * change >= 0 or abs(rate) < LEAST):
        return None
    return Reversal(split.dimension, change, rate, len(kept), everywhere)
