"""Monitoring room: score bands of equal population, frozen on the grid, and what came true in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.rows import POSITIVE
from monitoring.estimate import Estimate, Level
from monitoring.intervals import false_discovery, rate, two_proportions
from monitoring.lights import Light, Side, clustering, lights
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group, closed

MEASURES = ("n", "s1", "B")
"""The histogram measures that bands read."""


@dataclass(frozen=True)
class Band:
    """One score band, 1 = lowest scores: the codes it holds, what came of its rows with a closed label, and its light
    among all bands shown."""

    band: int
    first_code: int
    last_code: int
    observed: Estimate
    light: Light

    @property
    def n(self) -> int:
        """Rows with a closed label."""
        return self.light.n

    @property
    def positives(self) -> int:
        """How many of them accepted."""
        return self.light.positives

    @property
    def predicted(self) -> float:
        """Their mean score; NaN without any."""
        return self.light.predicted

    @property
    def level(self) -> Level:
        """Significance and size together; "unknown" where the test could not have seen a difference that matters."""
        return self.light.level


@dataclass(frozen=True)
class Decile:
    """One band of the list, 1 = best scores: its rows, how many have a closed label and accepted, mean score and
    observed rate of those; down to and including it: share of the labelled rows (`cumulative_share`), of the positives
    (`captured`), of the positives' balance (`balance_captured`), and captured / share (`lift`). `is_break`: it accepts
    significantly more than the better band above it."""

    decile: int
    first_code: int
    last_code: int
    n: int
    labelled: int
    positives: int
    predicted: float
    observed: Estimate
    cumulative_share: float
    captured: float
    lift: float
    balance: float
    balance_captured: float
    is_break: bool


def band_cuts(histogram: Tally, *, groups: int = 10) -> tuple[int, ...]:
    """First score code of each band, bands holding as equal a number of scored rows as the grid allows.

    Fewer bands than asked when codes are few; none when nothing is scored. Freeze them on a whole release and pass them
    on as `cuts`, so that a band means the same in every selection.
    """
    n = array(histogram, "n", ("code",))[1:]
    if not n.sum() > 0:
        return ()
    upto = np.cumsum(n)
    wanted = upto[-1] * np.arange(1, groups) / groups
    after = np.searchsorted(upto, wanted)
    before = np.where(after > 0, upto[after - 1], 0)
    ends = np.where(wanted - before < upto[after] - wanted, after, after + 1)
    first, last = int(np.flatnonzero(n)[0]), int(np.flatnonzero(n)[-1])
    inner = sorted({int(e) for e in ends if first < e <= last})
    return (1, *(e + 1 for e in inner))


def per_band(values: np.ndarray, cuts: Sequence[int], *, axis: int = 0) -> np.ndarray:
    """Sums of a per-code array over each band; an empty axis without cuts."""
    if not cuts:
        return np.take(values, [], axis)
    return np.add.reduceat(values, list(cuts), axis)


def reliability(
    histogram: Tally,
    *,
    groups: int = 10,
    cuts: Sequence[int] | None = None,
    side: Side = "both",
    deff: float = 1.0,
    policy: Policy | None = None,
) -> list[Band]:
    """Predicted against observed in each band, lowest scores first; [] when nothing is scored.

    `deff` shrinks the sample to what repeated clients are worth (`band_clustering`).
    """
    rule = policy or Policy()
    cuts = band_cuts(histogram, groups=groups) if cuts is None else tuple(cuts)
    n, x, s1 = _closed_bands(histogram, cuts)
    lasts = _last_codes(histogram, cuts)
    lit = lights(n, x, s1=s1, deff=deff, side=side, policy=rule) if len(n) else []
    return [
        Band(
            band=i + 1,
            first_code=cuts[i],
            last_code=lasts[i],
            observed=rate(x[i], n[i], deff=deff, min_n=rule.min_n, confidence=rule.confidence),
            light=light,
        )
        for i, light in enumerate(lit)
    ]


def band_clustering(histogram: Tally, cuts: Sequence[int]) -> float:
    """What repeated clients cost in the bands, pooled (`lights.clustering`), from a histogram by random group with the
    measures "n", "s1" and "s2"; 1 where it cannot be told."""
    if not cuts:
        return 1.0
    n, s1, s2 = (
        per_band(by_random_group(histogram, m, ("code", "label")), cuts, axis=1) for m in ("n", "s1", "s2")
    )  # fmt: skip
    return clustering(n[..., POSITIVE], closed(n), s1=closed(s1), s2=closed(s2))


def decile_table(
    histogram: Tally, *, groups: int = 10, cuts: Sequence[int] | None = None, policy: Policy | None = None
) -> list[Decile]:
    """The list from its best band down, with what it catches; [] when nothing is scored."""
    rule = policy or Policy()
    cuts = band_cuts(histogram, groups=groups) if cuts is None else tuple(cuts)
    n, x, s1 = (v[::-1] for v in _closed_bands(histogram, cuts))
    rows, balance = (per_band(array(histogram, m, ("code",)), cuts)[::-1] for m in ("n", "B"))
    won = per_band(array(histogram, "B", ("code", "label"))[:, POSITIVE], cuts)[::-1]
    firsts, lasts = cuts[::-1], _last_codes(histogram, cuts)[::-1]
    upto, caught = ratio(np.cumsum(n), n.sum()), ratio(np.cumsum(x), x.sum())
    columns = (ratio(s1, n), upto, caught, ratio(caught, upto), balance, ratio(np.cumsum(won), won.sum()))
    breaks = _breaks(x, n, rule)
    return [
        Decile(
            decile=i + 1,
            first_code=firsts[i],
            last_code=lasts[i],
            n=int(rows[i]),
            labelled=int(n[i]),
            positives=int(x[i]),
            observed=rate(x[i], n[i], min_n=rule.min_n, confidence=rule.confidence),
            is_break=bool(breaks[i]),
            **dict(zip(_DECILE_COLUMNS, (float(c[i]) for c in columns), strict=True)),
        )
        for i in range(len(cuts))
    ]


_DECILE_COLUMNS = ("predicted", "cumulative_share", "captured", "lift", "balance", "balance_captured")


def _breaks(x: np.ndarray, n: np.ndarray, rule: Policy) -> np.ndarray:
    """Which bands (best first) accept significantly more than the band before them."""
    found = np.zeros(len(n), bool)
    if len(n) < 2:
        return found
    p = two_proportions(x[1:], n[1:], x0=x[:-1], n0=n[:-1])
    enough = np.minimum(n[1:], n[:-1]) >= rule.min_n
    q = false_discovery(np.where(enough, p, np.nan))
    with np.errstate(invalid="ignore"):
        found[1:] = (ratio(x[1:], n[1:]) > ratio(x[:-1], n[:-1])) & (q < rule.p_watch)
    return found


def _closed_bands(histogram: Tally, cuts: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per band: rows with a closed label, positives, and the sum of the scores of those rows."""
    n, s1 = (per_band(array(histogram, m, ("code", "label")), cuts) for m in ("n", "s1"))
    return closed(n), n[:, POSITIVE], closed(s1)


def _last_codes(histogram: Tally, cuts: Sequence[int]) -> list[int]:
    return [c - 1 for c in (*cuts[1:], len(histogram.labels["code"]))] if cuts else []
