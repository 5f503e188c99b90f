"""Data room: a report month by month: rows by outcome, and of every column what is missing and what it adds up to."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.report.bins import LABELS
from data.report.columns import Field, Known


def months(rows: Known) -> dict[str, Any]:
    """The months that have rows, and their rows by outcome."""
    found, where = rows.months
    cells = np.bincount(where * len(LABELS) + rows.code, minlength=len(found) * len(LABELS))
    return {"month": found.tolist(), "by_label": cells.reshape(len(found), len(LABELS)).tolist()}


def of(field: Field, rows: Known) -> dict[str, Any]:
    """By month: rows without a value and, for numbers, the sum of the known values; divide by the rows that have one
    for the mean."""
    found, where = rows.months
    missing = np.bincount(where[field.missing], minlength=len(found)).tolist()
    if field.is_text:
        return {"missing": missing}
    return {"missing": missing, "sum": np.bincount(where, np.nan_to_num(field.numbers), minlength=len(found)).tolist()}
