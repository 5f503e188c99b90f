"""Data room: what one column has to do with the outcome."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm, rankdata

from data.report.bins import bins_of
from data.report.columns import Field

LEAK_AUC: Final = 0.98
"""A column that alone ranks the outcome better than this is the outcome in disguise."""
LEAK_CLASS: Final = 20
"""Rows of the rarer outcome below which nothing is said of a leak."""
MOST_BINS: Final = 50
BIN_ROWS: Final = 40
HALF: Final = 0.5
"""Added to every cell of the information value, so that an empty one has a logarithm."""


def of_bins(counts: np.ndarray) -> dict[str, Any]:
    """Association of the bins (missing values being one) with the outcome, from rows by bin and outcome: Cramér's V and
    the information value. NaN when one outcome is all there is, or one bin."""
    labelled = counts[:, :2]
    return {"cramers_v": cramers_v(labelled), "information_value": information_value(labelled)}


def cramers_v(table: np.ndarray) -> float:
    """Cramér's V of a table of counts, corrected for bias (Bergsma 2013): 0 (none) to 1 (one decides the other)."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0].astype(np.float64)
    n, (r, k) = table.sum(), table.shape
    if min(r, k) < 2 or n < 2:
        return math.nan
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi = float(((table - expected) ** 2 / expected).sum() / n)
    corrected = max(0.0, phi - (k - 1) * (r - 1) / (n - 1))
    least = min(k - (k - 1) ** 2 / (n - 1), r - (r - 1) ** 2 / (n - 1)) - 1
    return math.sqrt(min(1.0, corrected / least)) if least > 0 else math.nan


def information_value(table: np.ndarray) -> float:
    """Sum over bins of (share of positives - share of negatives) times the logarithm of their ratio; half a row is
    added to every cell of a bin that has rows."""
    table = table[table.sum(axis=1) > 0].astype(np.float64)
    if len(table) < 2 or min(table.sum(axis=0)) == 0:
        return math.nan
    shares = (table + HALF) / (table + HALF).sum(axis=0)
    return float(((shares[:, 0] - shares[:, 1]) * np.log(shares[:, 0] / shares[:, 1])).sum())


def alone(field: Field, label: np.ndarray, sample: np.ndarray) -> dict[str, Any]:
    """How well the column alone ranks the sampled rows: for numbers the AUC among known values (above 0.5: more of it,
    more positives) with its 95 % interval, the correlation with the outcome by value and by rank; for every column the
    AUC by the positive share of its bins, and whether that is a leak."""
    positive = (label[sample] == 0).astype(np.float64)
    enough = min(positive.sum(), len(positive) - positive.sum())
    out: dict[str, Any] = {"auc": None, "pearson": math.nan, "spearman": math.nan}
    if field.is_text:
        codes, known = bins_of(field.values, most=_levels_of(field, sample)).codes[sample], None
    else:
        values = field.numbers[sample]
        known = ~np.isnan(values)
        out |= _of_numbers(values[known], positive[known])
        most = min(MOST_BINS, max(1, int(known.sum()) // BIN_ROWS))
        codes = bins_of(values, most=most).codes
    out["auc_bins"] = auc_of_bins(codes, positive)
    best = max((v for v in (out["auc_bins"], _better(out["auc"])) if math.isfinite(v)), default=math.nan)
    return out | {"leak": bool(enough >= LEAK_CLASS and best > LEAK_AUC)}


def auc(positives: np.ndarray, negatives: np.ndarray) -> tuple[float, float, float]:
    """AUC and its 95 % interval (DeLong, logit scale) from the counts of each outcome by increasing value; NaN when an
    outcome is missing, the interval alone when an outcome has one row or the ranks separate them."""
    p, n = float(positives.sum()), float(negatives.sum())
    if not (p and n):
        return math.nan, math.nan, math.nan
    below = (np.cumsum(negatives) - negatives / 2) / n
    above = (p - np.cumsum(positives) + positives / 2) / p
    area = float((positives * below).sum() / p)
    if min(p, n) < 2 or not 0 < area < 1:
        return area, math.nan, math.nan
    variance = (positives * (below - area) ** 2).sum() / (p - 1) / p
    variance += (negatives * (above - area) ** 2).sum() / (n - 1) / n
    half = norm.ppf(0.975) * math.sqrt(variance) / (area * (1 - area))
    return area, float(expit(logit(area) - half)), float(expit(logit(area) + half))


def auc_of_bins(codes: np.ndarray, positive: np.ndarray) -> float:
    """AUC of ranking rows by the positive share of their bin: 0.5 (the bins say nothing) to 1."""
    rows = np.bincount(codes)
    hits = np.bincount(codes, positive)
    order = np.argsort(hits / np.maximum(rows, 1), kind="stable")
    return auc(hits[order], (rows - hits)[order])[0]


def _of_numbers(values: np.ndarray, positive: np.ndarray) -> dict[str, Any]:
    """AUC and correlations of known values."""
    if len(values) < 2 or (values == values[0]).all() or (positive == positive[0]).all():
        return {}
    _, place = np.unique(values, return_inverse=True)
    hits = np.bincount(place, positive)
    area, low, high = auc(hits, np.bincount(place) - hits)
    return {
        "auc": {"value": area, "low": low, "high": high, "n": len(values)},
        "pearson": _correlation(values, positive),
        "spearman": _correlation(rankdata(values), positive),
    }


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson's, of values brought to one size first, so that none is too large to be squared."""
    return float(np.corrcoef(x / np.abs(x).max(), y)[0, 1])


def _better(found: dict[str, float] | None) -> float:
    return max(found["value"], 1 - found["value"]) if found else math.nan


def _levels_of(field: Field, sample: np.ndarray) -> int:
    """Bins of a category when levels of fewer than 40 sampled rows share one."""
    codes = np.asarray(field.values.codes)[sample]  # type: ignore[union-attr]
    size = np.bincount(codes[codes >= 0], minlength=1)
    heavy = int((size >= BIN_ROWS).sum())
    return heavy + (1 if heavy < (size > 0).sum() else 0) or 1
