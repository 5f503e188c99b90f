"""Monitoring room: of each ageing bucket the share that rolled into a worse one, was contained, or was cured.

A month of an obligation counts when it is known where it stood a month later. Rolled: in any worse bucket, or written
off. Cured: not in arrears, or paid off. What left without a known reason, sold or missing, is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from data.counts import Tally
from data.rows import BUCKETS, ENDED, GONE, PAID_OFF, UNKNOWN, WRITTEN
from monitoring.estimate import Estimate
from monitoring.intervals import jackknife, rate
from monitoring.metrics import ratio
from monitoring.rolls import OUT, Unit
from monitoring.tallies import array, by_random_group

PARTS: Final = ("all", "worse", "current", WRITTEN, PAID_OFF, GONE)
"""What the rows of a bucket are counted as: all, and where they went."""


@dataclass(frozen=True)
class Rates:
    """Of one bucket, or month: shares that rolled, did not, and were cured; how many obligation-months they rest on,
    and how many of these left without a known reason."""

    name: str
    roll: Estimate
    containment: Estimate
    cure: Estimate
    n: int
    gone: int


def filters(bucket: str, flows: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """The filters that count each of PARTS of a bucket, by name; `flows` are the values of the column `flow`."""
    known = tuple(f for f in flows if f not in (UNKNOWN, ENDED))
    there = tuple(f for f in known if f not in OUT)
    here = {"bucket": (bucket,)}
    worse = BUCKETS[BUCKETS.index(bucket) + 1 :]
    return {
        "all": {**here, "flow": known},
        "worse": {**here, "flow": there, "next_bucket": worse},
        "current": {**here, "flow": there, "next_bucket": BUCKETS[:1]},
        **{way: {**here, "flow": (way,)} for way in (WRITTEN, PAID_OFF, GONE)},
    }


def split(moves: Tally) -> dict[str, Tally]:
    """The counts of PARTS by bucket (and `rg` where the counts have it), from those by bucket, flow and next bucket."""
    rows = list(moves.labels["bucket"])
    axes = ("rg", "bucket") if "rg" in moves.axes else ("bucket",)
    shape = tuple(len(moves.labels[a]) for a in axes)
    values = {part: {m: np.zeros(shape) for m in ("n", "B")} for part in PARTS}
    for m in ("n", "B"):
        cells = array(moves, m, (*axes, "flow", "next_bucket"))
        for b, bucket in enumerate(rows):
            asked = filters(bucket, moves.labels["flow"]) if bucket in BUCKETS else {}
            for part, where in asked.items():
                flow, then = (_at(moves, name, where.get(name)) for name in ("flow", "next_bucket"))
                values[part][m][..., b] = cells[..., b, :, :].compress(flow, -2).compress(then, -1).sum((-2, -1))
    return {part: Tally(axes, {a: moves.labels[a] for a in axes}, found) for part, found in values.items()}


def _at(counts: Tally, axis: str, kept: tuple[str, ...] | None) -> np.ndarray:
    """Which positions of an axis a filter keeps: all where there is none."""
    return np.array([kept is None or label in kept for label in counts.labels[axis]], bool)


def rates(parts: Mapping[str, Tally], axis: str, *, by: Unit = "count", min_n: float = 0) -> list[Rates]:
    """The rates along an axis of the counts of PARTS; each has it and, for rates by balance, `rg`, and the measures n
    and B. By count with Jeffreys intervals, by balance with those of random groups of clients."""
    labels = parts["all"].labels[axis]
    n = {name: by_random_group(t, "n", (axis,)).sum(0) for name, t in parts.items()}
    worth = n if by == "count" else {name: by_random_group(t, "B", (axis,)) for name, t in parts.items()}
    rolled, cured = worth["worse"] + worth[WRITTEN], worth["current"] + worth[PAID_OFF]
    found = []
    for k, label in enumerate(labels):
        whole, size = worth["all"][..., k], float(n["all"][k])
        roll, cure = (_share(part[..., k], whole, size, min_n) for part in (rolled, cured))
        found.append(Rates(str(label), roll, complement(roll), cure, int(size), int(n[GONE][k])))
    return found


def complement(share: Estimate) -> Estimate:
    """One less a share, with its interval."""
    return replace(share, value=1 - share.value, low=1 - share.high, high=1 - share.low)


def _share(part: np.ndarray, whole: np.ndarray, n: float, min_n: float) -> Estimate:
    if not n > 0:
        return Estimate(n=0.0, reason="empty")
    if not whole.ndim:
        return rate(float(part), float(whole), min_n=min_n)
    found = jackknife(ratio, part, whole).estimate(n=n)
    caution = found.reason or ("small_sample" if n < min_n else "")
    return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0), reason=caution)
