"""Data room: the data report of a source: what its columns hold, and what each has to do with the outcome.

It describes the eligible obligation-months, each with what was known when its month opened. Counts are additive,
overall and by outcome, so that whoever reads them divides last.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from data.contract import Portfolio, Suspicion
from data.report import association, by_month, pairs
from data.report.bins import LABELS, Bins, bins_of, by_label, shape_of
from data.report.columns import Field, Known, fields_of, known_rows
from data.report.spread import spread_of

__all__ = ["LABELS", "MOST_COLUMNS", "SAMPLE", "report"]

MOST_COLUMNS: Final = 90
"""Columns that are described in full: those of the portfolio's frames in their order."""

SAMPLE: Final = 200_000
"""Labelled rows from which on ranks are taken of a sample, the same one at every run."""

SEED: Final = 0


def report(portfolio: Portfolio) -> dict[str, Any]:
    """The data report as a JSON document: rows and outcomes, one record per column, the matrix of rank correlations and
    the rates of two columns together. Undefined numbers are None.

    Counts by outcome are in the order of LABELS. `sample` says on how many labelled rows ranks rest.
    """
    rows = known_rows(portfolio)
    fields, left_out = _first(fields_of(portfolio, rows))
    sample = sampled(np.flatnonzero(rows.code < 2), SAMPLE)
    binned = {f.name: bins_of(f.values) for f in fields}
    columns = [_column(f, binned[f.name], rows, sample, portfolio.suspicions) for f in fields]
    strongest = pairs.strongest(columns)
    by_name = {f.name: f for f in fields}
    made: dict[str, Any] = _plain(
        {
            **_about(portfolio, rows),
            "sample": {"rows": len(sample), "of": int((rows.code < 2).sum())},
            "months": by_month.months(rows),
            "columns": columns,
            "left_out": left_out,
            "matrix": pairs.matrix([by_name[n] for n in strongest if not by_name[n].is_text], sample),
            "pairs": pairs.rates([by_name[n] for n in strongest], rows.code),
            "suspicions": [asdict(s) for s in portfolio.suspicions],
        }
    )
    return made


def sampled(labelled: np.ndarray, most: int) -> np.ndarray:
    """The positions, or `most` of them drawn with a fixed seed, in order."""
    if len(labelled) <= most:
        return labelled
    return np.sort(np.random.default_rng(SEED).choice(labelled, most, replace=False))


def _first(fields: Sequence[Field]) -> tuple[list[Field], list[str]]:
    return list(fields[:MOST_COLUMNS]), [f.name for f in fields[MOST_COLUMNS:]]


def _about(portfolio: Portfolio, rows: Known) -> dict[str, Any]:
    said = portfolio.meaning
    counts = np.bincount(rows.code, minlength=len(LABELS)).tolist()
    return {
        "source": said.source,
        "positive": dict(said.positive),
        "currency": said.currency,
        "dated": said.dated,
        "as_of": portfolio.as_of,
        "rows": {"read": len(portfolio.obligations), "described": len(rows.code), "by_label": counts},
    }


def _column(
    field: Field, binned: Bins, rows: Known, sample: np.ndarray, suspicions: Sequence[Suspicion]
) -> dict[str, Any]:
    """Everything about one column."""
    counts = by_label(binned.codes, rows.code, size=binned.size)
    out: dict[str, Any] = {
        **field.about(),
        "n": len(rows.code),
        "missing": int(field.missing.sum()),
        "distinct": field.distinct,
        "bins": binned.described() | {"by_label": counts.tolist()},
        **association.of_bins(counts),
        **association.alone(field, rows.code, sample),
        "suspicions": [asdict(s) for s in suspicions if field.frame == "attributes" and s.column == field.column],
    }
    if not field.is_text:
        out |= spread_of(field.numbers, usual=field.usual)
        out["shape"] = shape_of(field.numbers, rows.code)
    return out | {"by_month": by_month.of(field, rows)}


def _plain(value: Any) -> Any:
    """Plain JSON values; NaN and infinities become None."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value
