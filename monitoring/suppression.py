"""Monitoring room: which cells of a table rest on so few obligations that they could tell of one client."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from monitoring.bridge import Bridge, Flow

POOLED: Final = "pooled"
"""The kind of flow that stands for all flows of too few obligations together."""


def hidden(n: Sequence[float], *, least: int) -> tuple[bool, ...]:
    """Which of the cells of a total that is shown must not be: those of 1 to `least` - 1 obligations, and, where they
    are fewer than `least` together, the smallest others until they are not: else the total less the rest would tell.

    An empty cell is never hidden: it tells of nobody.
    """
    counts = np.asarray(n, float)
    gone = (counts > 0) & (counts < least)
    order = np.argsort(np.where(counts > 0, counts, math.inf), kind="stable")
    if gone.any():
        reach = np.cumsum(counts[order])
        needed = int(np.searchsorted(reach, least)) + 1
        gone[order[: max(needed, min(2, int((counts > 0).sum())))]] = True
    return tuple(bool(g) for g in gone & (counts > 0))


def pooled(bridge: Bridge, *, least: int) -> Bridge:
    """The bridge with its flows of too few obligations as one flow, kept exact: the contributions add up as before."""
    listed = [f for f in bridge.flows if f.n or f.overdue or f.gross]
    gone = hidden([abs(f.n) for f in listed], least=least)
    some = [f for f, g in zip(listed, gone, strict=True) if g]
    if not some:
        return bridge
    together = Flow(
        POOLED, "", sum(f.n for f in some), math.fsum(f.overdue for f in some), math.fsum(f.gross for f in some),
        math.fsum(f.contribution for f in some),
    )  # fmt: skip
    return replace(bridge, flows=(*(f for f, g in zip(listed, gone, strict=True) if not g), together))
