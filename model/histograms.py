"""Model room: how each feature is spread, in the first training window and in every month, for watching drift.

A number's bins are the deciles of the reference; a value that fills a decile of its own (as 0 often does) is a bin of
its own. What is missing, below and above are bins too, so nothing can leave the picture.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.features import Features


def histograms(
    features: Features, month: np.ndarray, *, reference: np.ndarray, score: np.ndarray | None = None
) -> dict[str, dict[str, object]]:  # fmt: skip
    """Per feature: `edges` (numbers: bins are missing, below the first edge, [edge, next edge), ..., from the last
    edge on) or `levels` (categories: missing, each level, any other), the counts of the `reference` rows, and the
    counts `by_month`; with the rows' `score`s (NaN: none) also their mean per bin, None in a bin without one."""
    months, where = np.unique(month, return_inverse=True)
    inside = np.zeros(len(month), bool)
    inside[reference] = True
    return {n: _one(features.frame[n], months, where, inside, score) for n in features.names}


def _one(
    column: pd.Series, months: np.ndarray, where: np.ndarray, inside: np.ndarray, score: np.ndarray | None
) -> dict[str, object]:  # fmt: skip
    described: Mapping[str, object]
    if isinstance(column.dtype, pd.CategoricalDtype):
        described, codes, bins = _texts(column, inside)
    else:
        described, codes, bins = _numbers(column.to_numpy(), inside)
    cells = np.bincount(where * bins + codes, minlength=len(months) * bins).reshape(len(months), bins)
    return {
        **described,
        "reference": np.bincount(codes[inside], minlength=bins).tolist(),
        "by_month": {str(m): cells[i].tolist() for i, m in enumerate(months)},
        **({} if score is None else {"score": _means(codes, score, bins)}),
    }


def _means(codes: np.ndarray, score: np.ndarray, bins: int) -> list[float | None]:
    """Mean score per bin, None where no row of it has one."""
    known = np.isfinite(score)
    n = np.bincount(codes[known], minlength=bins)
    total = np.bincount(codes[known], weights=score[known], minlength=bins)
    return [float(t / k) if k else None for t, k in zip(total, n, strict=True)]


def edges_of(values: np.ndarray) -> np.ndarray:
    """Edges from reference values: their deciles, and both sides of a value that fills a decile; NaN is left out."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return np.zeros(0, values.dtype)
    deciles = known[np.arange(11) * (len(known) - 1) // 10]
    distinct, times = np.unique(deciles, return_counts=True)
    heavy = distinct[times > 1]
    return np.unique(np.r_[distinct, np.nextafter(heavy, np.inf, dtype=values.dtype)]).astype(values.dtype)


def _numbers(values: np.ndarray, inside: np.ndarray) -> tuple[dict[str, object], np.ndarray, int]:
    edges = edges_of(values[inside])
    codes = np.where(np.isnan(values), 0, 1 + np.searchsorted(edges, values, side="right"))
    return {"edges": [float(e) for e in edges]}, codes, len(edges) + 2


def _texts(column: pd.Series, inside: np.ndarray) -> tuple[dict[str, object], np.ndarray, int]:
    codes = column.cat.codes.to_numpy()
    size = np.bincount(codes[inside] + 1, minlength=len(column.cat.categories) + 1)[1:]
    order = [i for i in np.argsort(-size, kind="stable") if size[i] > 0]
    place = np.full(len(column.cat.categories) + 1, len(order) + 1)
    place[order] = np.arange(1, len(order) + 1)
    place[-1] = 0
    return {"levels": [str(column.cat.categories[i]) for i in order]}, place[codes], len(order) + 2
