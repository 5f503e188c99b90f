"""Data room: a part of the scored rows as small codes, what the counting kernels read instead of text and wide numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.counts.grid import encode
from data.rows import LABEL_STATES, RANDOM_GROUPS, UNKNOWN

OTHER: Final = "(other)"
"""The level that stands for the least frequent levels of a dimension that has more than MOST_LEVELS in a part."""
MOST_LEVELS: Final = 250
OVERDUE_ABOVE: Final = (0, 30, 60, 90)
"""Days past due that the overdue classes lie between: class k is more than k of these."""

MONEY: Final = ("balance", "past_due", "cash", "written_off", "reaged_balance")
PROPENSITY: Final = len(MONEY)
SCORE: Final = PROPENSITY + 1

# Bits of the flag byte.
STATE_BITS: Final = 3
FLAG_BITS: Final = {"eligible": 2, "offered": 3, "kept": 4, "paid": 5, "scored": 6}


@dataclass(frozen=True)
class CodedPart:
    """The rows of one month, coded. Columns are the last axis of each array, so a column is contiguous.

    `codes[d]` (uint8) points into `levels[names[d]]`; `flags` and `overdue` (uint8) hold the label state with the
    flags, and the overdue class; `score_code` (uint16) is 0 for unscored rows. `amounts` (float32) holds MONEY, then
    the logged probability of an offer (infinite where nothing was offered or logged, so that 1/e adds nothing), then
    the score; a missing amount is 0. `sizes[d][code]` is the number of rows with a code. `folded` says how many levels
    of a dimension were folded into "(other)".
    """

    month: int
    names: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, tuple[int, ...]]
    folded: Mapping[str, int]
    small: np.ndarray
    score_code: np.ndarray
    amounts: np.ndarray

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.score_code.shape[0]

    @property
    def flags(self) -> np.ndarray:
        """Label state in the two lowest bits, then one bit per flag of FLAG_BITS."""
        return self.small[-2]

    @property
    def overdue(self) -> np.ndarray:
        """Overdue class: 0 current or unknown, 1 more than 0 days, 2 more than 30, 3 more than 60, 4 more than 90."""
        return self.small[-1]


def code_part(frame: pd.DataFrame, *, dimensions: Sequence[str], edges: np.ndarray) -> CodedPart:
    """The coded rows of one month. Raises ValueError for a frame of several months, a label state or random group
    out of range, or a score outside 0..1."""
    months = frame["month"].unique()
    if len(months) != 1:
        raise ValueError(f"a part holds the rows of one month, not of {sorted(int(m) for m in months)}")
    names = (*dimensions, "arm", "offered", "rg")
    small = np.empty((len(names) + 2, len(frame)), np.uint8)
    levels: dict[str, tuple[str, ...]] = {}
    folded: dict[str, int] = {}
    for d, name in enumerate((*dimensions, "arm")):
        small[d], levels[name], folded[name] = _codes(frame, name)
    small[-4] = _within(frame, "offered", 2)
    small[-3] = _within(frame, "rg", RANDOM_GROUPS)
    levels |= {"offered": ("0", "1"), "rg": tuple(map(str, range(RANDOM_GROUPS)))}
    code = encode(frame["score"].to_numpy(np.float32), edges)
    small[-2] = _flags(frame, code)
    small[-1] = _overdue(frame)
    sizes = {m: tuple(np.bincount(small[d], minlength=len(levels[m])).tolist()) for d, m in enumerate(names)}
    many = {name: k for name, k in folded.items() if k}
    return CodedPart(int(months[0]), names, levels, sizes, many, small, code, _amounts(frame, small[-4]))


def _codes(frame: pd.DataFrame, name: str) -> tuple[np.ndarray, tuple[str, ...], int]:
    """Codes of a text column, its levels, and how many levels were folded. An absent column is all "(unknown)"."""
    if name not in frame:
        return np.zeros(len(frame), np.uint8), (UNKNOWN,), 0
    codes, found = pd.factorize(frame[name])
    levels = [str(v) for v in found]
    if (codes < 0).any():
        levels = levels if UNKNOWN in levels else [*levels, UNKNOWN]
        codes = np.where(codes < 0, levels.index(UNKNOWN), codes)
    if len(levels) <= MOST_LEVELS:
        return codes.astype(np.uint8), tuple(levels), 0
    order = np.argsort(-np.bincount(codes), kind="stable")
    place = np.full(len(levels), MOST_LEVELS - 1)
    place[order[: MOST_LEVELS - 1]] = np.arange(MOST_LEVELS - 1)
    kept = (*(levels[k] for k in order[: MOST_LEVELS - 1]), OTHER)
    return place[codes].astype(np.uint8), kept, len(levels) - MOST_LEVELS + 1


def _within(frame: pd.DataFrame, name: str, size: int) -> np.ndarray:
    """A column of small whole numbers; 0 where absent. Raises ValueError for a value outside 0..size-1."""
    if name not in frame:
        return np.zeros(len(frame), np.uint8)
    values = frame[name].to_numpy()
    if len(values) and not (values.min() >= 0 and values.max() < size):
        raise ValueError(f"column {name}: values {values.min()}..{values.max()} are outside 0..{size - 1}")
    return values.astype(np.uint8)


def _flags(frame: pd.DataFrame, code: np.ndarray) -> np.ndarray:
    flags = _within(frame, "label_state", len(LABEL_STATES))
    for name, bit in FLAG_BITS.items():
        flags |= ((code > 0).astype(np.uint8) if name == "scored" else _within(frame, name, 2)) << np.uint8(bit)
    return flags


def _overdue(frame: pd.DataFrame) -> np.ndarray:
    days = frame["days_past_due"].to_numpy(np.float32) if "days_past_due" in frame else np.zeros(len(frame))
    return sum((days > above).astype(np.uint8) for above in OVERDUE_ABOVE)  # type: ignore[return-value]


def _amounts(frame: pd.DataFrame, offered: np.ndarray) -> np.ndarray:
    amounts = np.zeros((SCORE + 1, len(frame)), np.float32)
    for k, name in enumerate((*MONEY, "propensity", "score")):
        if name in frame:
            amounts[k] = np.nan_to_num(frame[name].to_numpy(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    amounts[PROPENSITY, (offered == 0) | (amounts[PROPENSITY] <= 0)] = np.inf
    return amounts
