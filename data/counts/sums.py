"""Data room: compiled sums over coded rows of one block: of one cell, kept whole or picked, or of a cell for each row.

A function made with `whole` adds rows first..first+m, side by side in memory, several at once; without, the m rows
picked. Where a function adds rows of many cells, all sums of a row are added in one go, so that waits overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numba import njit

from data.counts.coding import (
    BALANCE,
    CASH,
    LOG,
    NEXT,
    PAST_DUE,
    PREVIOUS,
    RARE_BIT,
    REAGED,
    SCORE,
    SCORED_BIT,
    WEIGHT,
    WRITTEN,
)

FLAG_SETS: Final = 32
"""Combinations of the five flags above the label state."""
OVERDUE_CLASSES: Final = 5
MONEY_SUMS: Final = ("B", "cash", "due", "B2", "Bs", "W", "R", "NB")
FEW_MONEY: Final = 3
MORE_MONEY: Final = 7
SCORE_SUMS: Final = ("s1", "s2", "s3", "s4", "ll", "Bp", "w", "w2", "s0", "n0")
FEW_SCORES: Final = 2
MORE_SCORES: Final = 8
"""How many of the sums, from the first, are added where no others are wanted."""
BIN_SUMS: Final = ("n", "s1", "B", "s2", "Bp", "cash", "w")
LANES: Final = (1, 3, 7)
"""How many of BIN_SUMS, from the first, bins may hold: rows; scores and balances too; all."""


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
        held = past = received = 0.0
        for i in range(m):
            r = np.uint64(first + i) if whole else np.uint64(rows[i])
            held += np.float64(balance[r])
            received += np.float64(cash[r])
            past += np.float64(due[r])
        for k, total in enumerate((held, received, past)):
            out[k] += total
        if out.shape[0] > FEW_MONEY:
            squares = scored = 0.0
            rare = np.uint8(0)
            for i in range(m):
                r = np.uint64(first + i) if whole else np.uint64(rows[i])
                b = np.float64(balance[r])
                squares += b * b
                scored += b * ((flags[r] >> SCORED_BIT) & 1)
                rare |= flags[r]
            out[3] += squares
            out[4] += scored
            if rare >> RARE_BIT:
                written, reaged, off, again = amounts[WRITTEN], amounts[REAGED], 0.0, 0.0
                for i in range(m):
                    r = np.uint64(first + i) if whole else np.uint64(rows[i])
                    off += np.float64(written[r])
                    again += np.float64(reaged[r])
                out[5] += off
                out[6] += again
        if out.shape[0] > MORE_MONEY:
            following, later = amounts[NEXT], 0.0
            for i in range(m):
                later += np.float64(following[np.uint64(first + i) if whole else np.uint64(rows[i])])
            out[7] += later

    return add


def _scores(whole: bool) -> Any:
    @compiled
    def add(out, amounts, rows, first, m):
        balance, score, log, weight = amounts[BALANCE], amounts[SCORE], amounts[LOG], amounts[WEIGHT]
        s1 = s2 = s3 = s4 = ll = bp = w1 = w2 = 0.0
        for i in range(m):
            s = np.float64(score[np.uint64(first + i) if whole else np.uint64(rows[i])])
            s1 += s
            s2 += s * s
        out[0] += s1
        out[1] += s2
        if out.shape[0] > FEW_SCORES:
            for i in range(m):
                r = np.uint64(first + i) if whole else np.uint64(rows[i])
                s, w = np.float64(score[r]), np.float64(weight[r])
                s3 += s * s * s
                s4 += (s * s) * (s * s)
                ll += np.float64(log[r])
                bp += s * np.float64(balance[r])
                w1 += w
                w2 += w * w
            for k, total in enumerate((s3, s4, ll, bp, w1, w2)):
                out[2 + k] += total
        if out.shape[0] > MORE_SCORES:
            previous, early, known = amounts[PREVIOUS], 0.0, 0.0
            for i in range(m):
                p = np.float64(previous[np.uint64(first + i) if whole else np.uint64(rows[i])])
                if not np.isnan(p):
                    early += p
                    known += 1.0
            out[8] += early
            out[9] += known

    return add


def _bins(whole: bool, lanes: int) -> Any:
    @compiled
    def add(out, base, cells, score_code, amounts, rows, first, m):
        balance, score, cash, weight = amounts[BALANCE], amounts[SCORE], amounts[CASH], amounts[WEIGHT]
        for i in range(m):
            r = np.uint64(first + i) if whole else np.uint64(rows[i])
            c = np.uint64((base if whole else np.int64(cells[i])) + 4 * np.int64(score_code[r]))
            out[c, 0] += 1.0
            if lanes >= 3:
                s, b = np.float64(score[r]), np.float64(balance[r])
                out[c, 1] += s
                out[c, 2] += b
                if lanes == 7:
                    out[c, 3] += s * s
                    out[c, 4] += s * b
                    out[c, 5] += np.float64(cash[r])
                    out[c, 6] += np.float64(weight[r])

    return add


count_whole, count_picked = _count(True), _count(False)
money_whole, money_picked = _money(True), _money(False)
scores_whole, scores_picked = _scores(True), _scores(False)
bins1_whole, bins3_whole, bins7_whole = (_bins(True, lanes) for lanes in LANES)
bins1_placed, bins3_placed, bins7_placed = (_bins(False, lanes) for lanes in LANES)


@compiled
def totals_placed(counts, money, scores, rows, cells, m, flags, overdue, amounts):
    """Adds m picked rows, of one overdue class, each to its own cell."""
    balance, due, cash, following = amounts[BALANCE], amounts[PAST_DUE], amounts[CASH], amounts[NEXT]
    score, log, weight = amounts[SCORE], amounts[LOG], amounts[WEIGHT]
    with_counts, with_money, with_scores = counts.shape[0] > 0, money.shape[0] > 0, scores.shape[0] > 0
    with_next = money.shape[2] > MORE_MONEY
    more_money, more_scores = money.shape[2] > FEW_MONEY, scores.shape[1] > FEW_SCORES
    previous, with_previous = amounts[PREVIOUS], scores.shape[1] > MORE_SCORES
    for i in range(m):
        r, c = np.uint64(rows[i]), np.uint64(cells[i])
        if with_counts:
            counts[c, (flags[r] >> 2) & 31] += 1
        if with_money:
            b = np.float64(balance[r])
            money[c, overdue, 0] += b
            money[c, overdue, 1] += np.float64(cash[r])
            money[c, overdue, 2] += np.float64(due[r])
            if more_money:
                money[c, overdue, 3] += b * b
                money[c, overdue, 4] += b * ((flags[r] >> SCORED_BIT) & 1)
                if flags[r] >> RARE_BIT:
                    money[c, overdue, 5] += np.float64(amounts[WRITTEN, r])
                    money[c, overdue, 6] += np.float64(amounts[REAGED, r])
            if with_next:
                money[c, overdue, 7] += np.float64(following[r])
        if with_scores:
            s = np.float64(score[r])
            s2 = s * s
            scores[c, 0] += s
            scores[c, 1] += s2
            if more_scores:
                w = np.float64(weight[r])
                scores[c, 2] += s2 * s
                scores[c, 3] += s2 * s2
                scores[c, 4] += np.float64(log[r])
                scores[c, 5] += s * np.float64(balance[r])
                scores[c, 6] += w
                scores[c, 7] += w * w
            if with_previous and not np.isnan(previous[r]):
                scores[c, 8] += np.float64(previous[r])
                scores[c, 9] += 1.0
