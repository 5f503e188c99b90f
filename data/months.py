"""Data room: calendar months as integers YYYYMM, the way every bank file writes them."""

from __future__ import annotations

from typing import overload

import numpy as np


@overload
def ordinal(month: int) -> int: ...
@overload
def ordinal(month: np.ndarray) -> np.ndarray: ...
def ordinal(month):
    """Months since year 0, so that differences are plain subtraction (202401 - 202312 is 1 month, not 89)."""
    return month // 100 * 12 + month % 100 - 1


@overload
def from_ordinal(n: int) -> int: ...
@overload
def from_ordinal(n: np.ndarray) -> np.ndarray: ...
def from_ordinal(n):
    """The YYYYMM of an ordinal: the inverse of `ordinal`."""
    return n // 12 * 100 + n % 12 + 1


def add(month: int, k: int) -> int:
    """The month `k` months after `month` (before it when `k` is negative)."""
    return from_ordinal(ordinal(month) + k)


def between(first: int, last: int) -> list[int]:
    """Every month from `first` to `last`, both included; empty when last < first."""
    return [from_ordinal(n) for n in range(ordinal(first), ordinal(last) + 1)]


def of_dates(dates: np.ndarray) -> np.ndarray:
    """The month (int32) of each datetime64, none of them missing."""
    return from_ordinal(dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12).astype(np.int32)


def is_month(month: int) -> bool:
    """Whether the number is a YYYYMM between 1900 and 2199."""
    return 190001 <= month <= 219912 and 1 <= month % 100 <= 12
