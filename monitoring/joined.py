"""Monitoring room: neighbouring levels of a dimension that count as one: added up before anything is divided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from data.counts import Tally

JOINT: Final = "\u2009+\u2009"
"""Stands between the levels of which a joined one was made (thin spaces: no file writes a level so)."""

Groups = Mapping[str, Sequence[Sequence[str]]]
"""By dimension, its levels in order, those together that count as one."""


def groups(levels: Sequence[str], tied: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """The levels in order, each of `tied` together with the one before it; the first has none before it."""
    found: list[tuple[str, ...]] = []
    for level in levels:
        if found and level in tied:
            found[-1] = (*found[-1], level)
        else:
            found.append((level,))
    return tuple(found)


def parts(level: str) -> tuple[str, ...]:
    """The levels that a joined one was made of; of any other, itself."""
    return tuple(level.split(JOINT))


def joined(totals: Tally, groups: Groups) -> Tally:
    """The same counts with the levels of each group added up. Of a group only the levels that the counts have are
    added, and name it; what an axis has that is in no group stays as it is."""
    for axis in totals.axes:
        if axis in groups:
            totals = _joined(totals, axis, groups[axis])
    return totals


def _joined(totals: Tally, axis: str, groups: Sequence[Sequence[str]]) -> Tally:
    head = {level: group[0] for group in groups for level in group}
    labels = [str(label) for label in totals.labels[axis]]
    heads = [head.get(label, label) for label in labels]
    starts = [k for k, h in enumerate(heads) if k == 0 or h != heads[k - 1]]
    if len(starts) == len(labels):
        return totals
    ends = [*starts[1:], len(labels)]
    names = tuple(JOINT.join(labels[a:b]) for a, b in zip(starts, ends, strict=True))
    at = totals.axes.index(axis)
    values = {m: np.add.reduceat(v, starts, axis=at) for m, v in totals.values.items()}
    return Tally(totals.axes, {**totals.labels, axis: names}, values)
