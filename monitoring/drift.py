"""Monitoring room: whether a population moved away from its reference, from counts per frozen bin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from monitoring.estimate import Level
from monitoring.metrics import concentration
from monitoring.policy import Policy


@dataclass(frozen=True)
class Psi:
    """Population stability index with what chance alone explains.

    `p` is the probability of a larger index without any change, `critical` the index exceeded by chance 5 % of the
    time, `corrected` the index less its expectation without change, `se` its standard error, `terms` its parts by bin
    that was filled, `floored` how many shares were 0, `n` the smaller sample. NaN with a reason when either is empty.
    """

    psi: float = math.nan
    p: float = math.nan
    critical: float = math.nan
    corrected: float = math.nan
    se: float = math.nan
    bins: int = 0
    floored: int = 0
    n: float = 0.0
    terms: tuple[float, ...] = ()
    reason: str = ""


def psi(actual: object, expected: object, *, floor: float = 1e-4, half: bool = False) -> Psi:
    """PSI of actual against expected counts per bin. A bin empty in both is dropped; a share of 0 becomes `floor`, or,
    with `half`, every bin of both samples gets half a row more (better in small samples)."""
    a, e = np.asarray(actual, float), np.asarray(expected, float)
    used = (a + e) > 0
    a, e = a[used], e[used]
    n, m = float(a.sum()), float(e.sum())
    if n == 0 or m == 0:
        return Psi(bins=int(used.sum()), n=min(n, m), reason="empty" if n == 0 else "no_reference")
    if half:
        p, q = (a + 0.5) / (a + 0.5).sum(), (e + 0.5) / (e + 0.5).sum()
    else:
        p, q = np.where(a == 0, floor, a / n), np.where(e == 0, floor, e / m)
    terms, by_chance, freedom = (p - q) * np.log(p / q), 1 / n + 1 / m, len(p) - 1
    value = float(terms.sum())
    return Psi(
        psi=value,
        p=float(special.chdtrc(freedom, value / by_chance)) if freedom else math.nan,
        critical=float(special.chdtri(freedom, 0.05) * by_chance) if freedom else math.nan,
        corrected=max(0.0, value - freedom * by_chance),
        se=_psi_se(p, q, n, m),
        bins=len(p),
        floored=int((a == 0).sum() + (e == 0).sum()),
        n=min(n, m),
        terms=tuple(float(t) for t in terms),
    )


def _psi_se(p: np.ndarray, q: np.ndarray, n: float, m: float) -> float:
    """Delta-method standard error of the index of shares p (of n rows) against q (of m rows)."""
    log = np.log(p / q)
    g, h = log + 1 - q / p, 1 - p / q - log
    variance = ((p * g * g).sum() - (p * g).sum() ** 2) / n + ((q * h * h).sum() - (q * h).sum() ** 2) / m
    return math.sqrt(max(float(variance), 0.0))


def psi_level(found: Psi, *, policy: Policy | None = None) -> Level:
    """Level of a PSI: large and beyond chance together; unknown in samples too small to tell."""
    rule = policy or Policy()
    if not math.isfinite(found.psi) or found.n < rule.min_n_drift:
        return "unknown"
    if found.psi < rule.psi_watch or not found.p < rule.psi_p:
        return "ok"
    return "act" if found.psi >= rule.psi_act else "watch"


def js_distance(actual: object, expected: object) -> float:
    """Jensen-Shannon distance (base 2, 0..1) of two sets of counts; NaN when either is empty."""
    a, e = np.asarray(actual, float), np.asarray(expected, float)
    if not (a.sum() > 0 and e.sum() > 0):
        return math.nan
    p, q = a / a.sum(), e / e.sum()
    mean = (p + q) / 2
    divergence = (special.rel_entr(p, mean) + special.rel_entr(q, mean)).sum() / (2 * math.log(2))
    return math.sqrt(max(float(divergence), 0.0))


@dataclass(frozen=True)
class BandConcentration:
    """Concentration over score bands (ECB 2019, 2.5.5.3): coefficients of variation and indices now and at the start,
    and the one-sided p-value that it did not rise. NaN with fewer than two bands or nothing in them."""

    cv: float = math.nan
    cv_start: float = math.nan
    index: float = math.nan
    index_start: float = math.nan
    p: float = math.nan


def band_concentration(current: object, start: object) -> BandConcentration:
    """Whether the rows crowd into fewer score bands than at the start."""
    now, then = np.asarray(current, float), np.asarray(start, float)
    k = now.size
    if k < 2 or then.size != k or not (now.sum() > 0 and then.sum() > 0):
        return BandConcentration()
    cv, cv0 = (math.sqrt(max(k * concentration(x).hhi - 1, 0.0)) for x in (now, then))
    index, index0 = (1 + math.log((c * c + 1) / k) / math.log(k) for c in (cv, cv0))
    if cv == 0:
        return BandConcentration(cv, cv0, index, index0)
    z = math.sqrt(k - 1) * (cv - cv0) / math.sqrt(cv * cv * (0.5 + cv * cv))
    return BandConcentration(cv, cv0, index, index0, float(special.ndtr(-z)))
