"""Data room: compiled sums over coded rows of one block: of one cell, kept whole or picked, or of a cell for each row.

A function made with `whole` adds rows first..first+m, side by side in memory, several at once; without, the m rows
picked. Where a function adds rows of many cells, all sums of a row are added in one go, so that waits overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numba import njit

from data.counts.coding import BALANCE, CASH, LOG, PAST_DUE, RARE_BIT, REAGED, SCORE, SCORED_BIT, WEIGHT, WRITTEN

FLAG_SETS: Final = 32
"""Combinations of the five flags above the label state."""
OVERDUE_CLASSES: Final = 5
MONEY_SUMS: Final = ("B", "B2", "Bs", "due", "cash", "W", "R")
SCORE_SUMS: Final = ("s1", "s2", "s3", "s4", "ll", "Bp", "w", "w2")
BIN_SUMS: Final = ("n", "s1", "s2", "B", "Bp", "cash", "w")
THIN, PLAIN, WIDE = 1, 4, 8
"""Sums side by side in one cell: of bins that only count; that sum scores too; of everything else (a cache line)."""


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled for this machine, its code kept on disk where a folder for that can be written.

    Sums may be taken in any order, which is what lets the processor add several rows at once.
    """
    how: dict[str, Any] = {"nogil": True, "fastmath": {"reassoc", "contract", "nsz"}, "error_model": "numpy"}
    try:
        return njit(cache=True, **how)(function)
    except RuntimeError:
        return njit(**how)(function)


def _count(whole: bool) -> Any:
    @compiled
    def add(out, flags, rows, first, m):
        """`out` is only read as sums over the sets that hold a flag, so the rows of a flag may all be put on the set
        that holds it alone, and the difference on the empty set."""
        eligible = offered = kept = paid = scored = np.uint32(0)
        for i in range(m):
            flag = flags[np.uint64(first + i) if whole else np.uint64(rows[i])]
            eligible = np.uint32(eligible + ((flag >> 2) & 1))
            offered = np.uint32(offered + ((flag >> 3) & 1))
            kept = np.uint32(kept + ((flag >> 4) & 1))
            paid = np.uint32(paid + ((flag >> 5) & 1))
            scored = np.uint32(scored + ((flag >> 6) & 1))
        out[0] += m
        for k, held in enumerate((eligible, offered, kept, paid, scored)):
            out[1 << k] += np.int64(held)
            out[0] -= np.int64(held)

    return add


def _money(whole: bool) -> Any:
    @compiled
    def add(out, flags, amounts, rows, first, m):
        balance, due, cash = amounts[BALANCE], amounts[PAST_DUE], amounts[CASH]
        b1 = b2 = bs = past = received = 0.0
        rare = np.uint8(0)
        for i in range(m):
            r = np.uint64(first + i) if whole else np.uint64(rows[i])
            b = np.float64(balance[r])
            b1 += b
            b2 += b * b
            bs += b * ((flags[r] >> SCORED_BIT) & 1)
            past += np.float64(due[r])
            received += np.float64(cash[r])
            rare |= flags[r]
        for k, total in enumerate((b1, b2, bs, past, received)):
            out[k] += total
        if rare >> RARE_BIT:
            written, reaged, off, again = amounts[WRITTEN], amounts[REAGED], 0.0, 0.0
            for i in range(m):
                r = np.uint64(first + i) if whole else np.uint64(rows[i])
                off += np.float64(written[r])
                again += np.float64(reaged[r])
            out[5] += off
            out[6] += again

    return add


def _scores(whole: bool) -> Any:
    @compiled
    def add(out, amounts, rows, first, m):
        balance, score, log, weight = amounts[BALANCE], amounts[SCORE], amounts[LOG], amounts[WEIGHT]
        s1 = s2 = s3 = s4 = ll = bp = w1 = w2 = 0.0
        for i in range(m):
            r = np.uint64(first + i) if whole else np.uint64(rows[i])
            s, w = np.float64(score[r]), np.float64(weight[r])
            s1 += s
            s2 += s * s
            s3 += s * s * s
            s4 += (s * s) * (s * s)
            ll += np.float64(log[r])
            bp += s * np.float64(balance[r])
            w1 += w
            w2 += w * w
        for k, total in enumerate((s1, s2, s3, s4, ll, bp, w1, w2)):
            out[k] += total

    return add


def _bins(whole: bool, width: int) -> Any:
    @compiled
    def add(out, base, cells, score_code, amounts, rows, first, m):
        balance, score, cash, weight = amounts[BALANCE], amounts[SCORE], amounts[CASH], amounts[WEIGHT]
        for i in range(m):
            r = np.uint64(first + i) if whole else np.uint64(rows[i])
            c = np.uint64((base if whole else np.int64(cells[i])) + 4 * np.int64(score_code[r]))
            out[c, 0] += 1.0
            if width > THIN:
                s = np.float64(score[r])
                out[c, 1] += s
                out[c, 2] += s * s
            if width > PLAIN:
                s, b = np.float64(score[r]), np.float64(balance[r])
                out[c, 3] += b
                out[c, 4] += b * s
                out[c, 5] += np.float64(cash[r])
                out[c, 6] += np.float64(weight[r])

    return add


count_whole, count_picked = _count(True), _count(False)
money_whole, money_picked = _money(True), _money(False)
scores_whole, scores_picked = _scores(True), _scores(False)
thin_whole, thin_placed = _bins(True, THIN), _bins(False, THIN)
plain_whole, plain_placed = _bins(True, PLAIN), _bins(False, PLAIN)
wide_whole, wide_placed = _bins(True, WIDE), _bins(False, WIDE)


@compiled
def totals_placed(counts, money, scores, rows, cells, m, flags, overdue, amounts):
    """Adds m picked rows, of one overdue class, each to its own cell."""
    balance, due, cash = amounts[BALANCE], amounts[PAST_DUE], amounts[CASH]
    score, log, weight = amounts[SCORE], amounts[LOG], amounts[WEIGHT]
    with_counts, with_money, with_scores = counts.shape[0] > 0, money.shape[0] > 0, scores.shape[0] > 0
    for i in range(m):
        r, c = np.uint64(rows[i]), np.uint64(cells[i])
        b, flag = np.float64(balance[r]), flags[r]
        if with_counts:
            counts[c, (flag >> 2) & 31] += 1
        if with_money:
            money[c, overdue, 0] += b
            money[c, overdue, 1] += b * b
            money[c, overdue, 2] += b * ((flag >> SCORED_BIT) & 1)
            money[c, overdue, 3] += np.float64(due[r])
            money[c, overdue, 4] += np.float64(cash[r])
            if flag >> RARE_BIT:
                money[c, overdue, 5] += np.float64(amounts[WRITTEN, r])
                money[c, overdue, 6] += np.float64(amounts[REAGED, r])
        if with_scores:
            s, w = np.float64(score[r]), np.float64(weight[r])
            s2 = s * s
            scores[c, 0] += s
            scores[c, 1] += s2
            scores[c, 2] += s2 * s
            scores[c, 3] += s2 * s2
            scores[c, 4] += np.float64(log[r])
            scores[c, 5] += s * b
            scores[c, 6] += w
            scores[c, 7] += w * w
