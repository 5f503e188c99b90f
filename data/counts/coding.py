"""Data room: a part of the scored rows as small codes, what the counting kernels read instead of text and floats."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.counts.grid import encode
from data.rows import FLOW_ROLES, LABEL_STATES, NEGATIVE, POSITIVE, RANDOM_GROUPS, RIVALS, UNKNOWN

OTHER: Final = "(other)"
"""The level that stands for the least frequent levels of a dimension that has more than MOST_LEVELS in a part."""
MOST_LEVELS: Final = 250
OVERDUE_ABOVE: Final = (0, 30, 60, 90)
"""Days past due that the overdue classes lie between: class k is more than k of these."""
BLOCK: Final = 2048
"""Most rows in a block."""
SHORT_BLOCK: Final = 128
"""Blocks are not cut finer than this many rows on average."""
MOST_RUNS: Final = 64
"""Most levels of the dimension that rows are sorted by."""

BALANCE, PAST_DUE, CASH, WRITTEN, REAGED, NEXT, WEIGHT, SCORE, LOG, PREVIOUS, CHALLENGER, BANK = range(12)
"""Rows of `CodedPart.amounts`."""
MONEY: Final = ("balance", "past_due", "cash", "written_off", "reaged_balance", "next_balance")
FLAGS: Final = ("eligible", "offered", "kept", "paid")
"""Bits 2..5 of the flag byte, above the label state; then whether the row is scored, and whether it has an amount
that few rows have (written off, re-aged)."""
SCORED_BIT: Final = 6
RARE_BIT: Final = 7


@dataclass(frozen=True)
class CodedPart:
    """The rows of one month, coded, read-only. Rows are the last axis of each array; their order is not the frame's.

    `small` (uint8) holds one row of codes for each of `names`, pointing into `levels[name]`, then the flag byte, then
    the overdue class: 0 current or unknown, k more than OVERDUE_ABOVE[k-1] days. `score_code` (uint16) is 0 for
    unscored rows. `amounts` (float32): MONEY, 1/e of offered rows whose e was logged, the score, the log-likelihood
    of the label under the score, whatever is missing being 0; and RIVALS, NaN where missing. `starts` cuts the rows
    into blocks of one label state and overdue class; `zones[0 or 1, d, block]` is the least or greatest code of
    names[d], `code_zones` of the score code. `folded[name]` is the number of levels that became "(other)".
    """

    month: int
    names: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    folded: Mapping[str, int]
    small: np.ndarray
    score_code: np.ndarray
    amounts: np.ndarray
    starts: np.ndarray
    zones: np.ndarray
    code_zones: np.ndarray

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.score_code.shape[0])


_ARRAYS: Final = ("small", "score_code", "amounts", "starts", "zones", "code_zones")


def code_part(frame: pd.DataFrame, *, dimensions: Sequence[str], edges: np.ndarray) -> CodedPart:
    """The coded rows of one month. Raises ValueError for a frame of no or several months, a flag, label state or
    random group out of range, or a score outside 0..1."""
    months = frame["month"].unique()
    if len(months) != 1:
        raise ValueError(f"a part holds the rows of one month, not of {sorted(int(m) for m in months)}")
    names = (*dimensions, "arm", *FLOW_ROLES, "eligible", "offered", "rg")
    small, levels, folded = _small(frame, dimensions)
    code = encode(frame["score"].to_numpy(np.float32), edges)
    amounts = _amounts(frame)
    small[-2] = _flags(frame, code, amounts)
    order, starts = _blocks(small)
    small, code, amounts = small[:, order], code[order], amounts[:, order]
    zones, code_zones = _zones(small[:-2], starts), _zones(code[None], starts)[:, 0]
    part = CodedPart(int(months[0]), names, levels, folded, small, code, amounts, starts, zones, code_zones)
    return unpack(pack(part))


def pack(part: CodedPart) -> np.ndarray:
    """The part as one array of bytes: the length of a JSON head, the head, then each array on a multiple of 64."""
    arrays = {name: np.ascontiguousarray(getattr(part, name)) for name in _ARRAYS}
    head = {"month": part.month, "names": part.names, "levels": part.levels, "folded": part.folded}
    shapes = [[name, a.dtype.str, a.shape] for name, a in arrays.items()]
    text = json.dumps({**head, "arrays": shapes}).encode()
    pieces = [np.array([len(text)], np.int64).tobytes(), text, *(a.tobytes() for a in arrays.values())]
    pieces[1] = pieces[1].ljust(-(-(8 + len(text)) // 64) * 64 - 8)
    return np.frombuffer(
        b"".join(p.ljust(-(-len(p) // 64) * 64) if k > 1 else p for k, p in enumerate(pieces)), np.uint8
    )


def unpack(packed: np.ndarray) -> CodedPart:
    """The part that `pack` packed; its arrays are read-only views of the bytes, in memory or mapped from a file."""
    flat = np.asarray(packed).view(np.ndarray)
    flat.flags.writeable = False
    length = int(flat[:8].view(np.int64)[0])
    head = json.loads(flat[8 : 8 + length].tobytes())
    at, arrays = -(-(8 + length) // 64) * 64, {}
    for name, dtype, shape in head["arrays"]:
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        arrays[name] = flat[at : at + size].view(dtype).reshape(shape)
        at += -(-size // 64) * 64
    levels = {name: tuple(found) for name, found in head["levels"].items()}
    return CodedPart(head["month"], tuple(head["names"]), levels, head["folded"], **arrays)


def _small(
    frame: pd.DataFrame, dimensions: Sequence[str]
) -> tuple[np.ndarray, dict[str, tuple[str, ...]], dict[str, int]]:
    texts = (*dimensions, "arm", *FLOW_ROLES)
    small = np.zeros((len(texts) + 5, len(frame)), np.uint8)
    levels: dict[str, tuple[str, ...]] = {}
    folded: dict[str, int] = {}
    for d, name in enumerate(texts):
        small[d], levels[name], many = _codes(frame, name)
        if many:
            folded[name] = many
    small[-5], small[-4] = _within(frame, "eligible", 2), _within(frame, "offered", 2)
    small[-3] = _within(frame, "rg", RANDOM_GROUPS)
    small[-1] = _overdue(frame)
    flags = dict.fromkeys(("eligible", "offered"), ("0", "1"))
    return small, levels | flags | {"rg": tuple(map(str, range(RANDOM_GROUPS)))}, folded


def _codes(frame: pd.DataFrame, name: str) -> tuple[np.ndarray, tuple[str, ...], int]:
    """Codes of a text column, its levels from most to least frequent, and how many of them were folded.

    An absent column, or a missing value, is "(unknown)".
    """
    if name not in frame:
        return np.zeros(len(frame), np.uint8), (UNKNOWN,), 0
    codes, found = pd.factorize(frame[name])
    levels = [str(v) for v in found]
    if (codes < 0).any():
        levels = levels if UNKNOWN in levels else [*levels, UNKNOWN]
        codes = np.where(codes < 0, levels.index(UNKNOWN), codes)
    order = np.argsort(-np.bincount(codes, minlength=len(levels)), kind="stable")
    place = np.empty(len(levels), np.int64)
    place[order] = np.arange(len(levels))
    many = 0 if len(levels) <= MOST_LEVELS else len(levels) - MOST_LEVELS + 1
    named = [levels[k] for k in order]
    kept = (*named[: MOST_LEVELS - 1], OTHER) if many else tuple(named)
    return np.minimum(place, MOST_LEVELS - 1).astype(np.uint8)[codes], kept, many


def _within(frame: pd.DataFrame, name: str, size: int) -> np.ndarray:
    """A column of small whole numbers; 0 where absent. Raises ValueError for one missing or outside 0..size-1."""
    if name not in frame:
        return np.zeros(len(frame), np.uint8)
    if frame[name].isna().any():
        raise ValueError(f"column {name}: {int(frame[name].isna().sum()):,} value(s) are missing")
    values = frame[name].to_numpy()
    if len(values) and not (values.min() >= 0 and values.max() < size):
        raise ValueError(f"column {name}: values {values.min()}..{values.max()} are outside 0..{size - 1}")
    return values.astype(np.uint8)


def _flags(frame: pd.DataFrame, code: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    flags = _within(frame, "label_state", len(LABEL_STATES))
    for bit, name in enumerate(FLAGS, start=2):
        flags |= _within(frame, name, 2) << np.uint8(bit)
    flags |= (code > 0).astype(np.uint8) << np.uint8(SCORED_BIT)
    flags |= ((amounts[WRITTEN] != 0) | (amounts[REAGED] != 0)).astype(np.uint8) << np.uint8(RARE_BIT)
    return flags


def _overdue(frame: pd.DataFrame) -> np.ndarray:
    days = frame["days_past_due"].to_numpy(np.float32) if "days_past_due" in frame else np.zeros(len(frame))
    return np.searchsorted(OVERDUE_ABOVE, np.nan_to_num(days, nan=0.0), side="left").astype(np.uint8)


def _amounts(frame: pd.DataFrame) -> np.ndarray:
    columns = [*MONEY, "propensity", "score"]
    amounts = np.zeros((BANK + 1, len(frame)), np.float32)
    for k, name in enumerate(columns):
        if name in frame:
            amounts[k] = np.nan_to_num(frame[name].to_numpy(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    known = (amounts[WEIGHT] > 0) & (_within(frame, "offered", 2) == 1)
    amounts[WEIGHT] = np.divide(1.0, amounts[WEIGHT], out=np.zeros(len(frame), np.float32), where=known)
    amounts[LOG] = _log_likelihood(frame)
    for k, name in zip((PREVIOUS, CHALLENGER, BANK), RIVALS, strict=True):
        amounts[k] = frame[name].to_numpy(np.float32) if name in frame else np.nan
    return amounts


def _log_likelihood(frame: pd.DataFrame) -> np.ndarray:
    """ln p where positive, ln(1-p) where negative, p clipped to 1e-15; 0 without label or score."""
    score, state = frame["score"].to_numpy(np.float64), _within(frame, "label_state", len(LABEL_STATES))
    chance = np.select([state == POSITIVE, state == NEGATIVE], [score, 1 - score], 1.0)
    return np.log(np.clip(np.nan_to_num(chance, nan=1.0), 1e-15, 1.0))


def _blocks(small: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order of rows by label state, overdue class, and the dimension with most levels; and where blocks start,
    one more than there are blocks. A block ends where the state or the class changes, and where that dimension does
    unless blocks would become short."""
    levels = small[: -5 - len(FLOW_ROLES)].max(axis=1, initial=0)
    widest = small[int(np.argmax(np.where(levels < MOST_RUNS, levels, 0)))].astype(np.int64)
    group = (small[-2] & 3).astype(np.int64) << 16 | small[-1].astype(np.int64) << 8
    order = np.argsort(group | widest, kind="stable")
    group, widest = group[order], widest[order]
    if len(order) >= SHORT_BLOCK * len(np.unique(group | widest)):
        group = group | widest
    cuts = np.flatnonzero(np.diff(group)) + 1
    runs = zip([0, *cuts], [*cuts, len(order)], strict=True)
    return order, np.array([s for a, b in runs for s in range(a, b, BLOCK)] + [len(order)], np.int64)


def _zones(columns: np.ndarray, starts: np.ndarray) -> np.ndarray:
    least, greatest = (op.reduceat(columns, starts[:-1], axis=1) for op in (np.minimum, np.maximum))
    return np.stack([least, greatest])
