"""Data room: the compiled pass over coded rows that filters, groups and adds at once, block by block.

A block is a run of rows of one label state and overdue class whose least and greatest code of each dimension are known (its zones). From
the zones alone a block is skipped, or found to be kept whole, or to fall into one cell; only what is left is looked at
row by row. Cells are numbered so that a row's cell is the sum of what each of its codes contributes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numba import njit

from data.counts.coding import BALANCE, BLOCK, CASH, LOG, PAST_DUE, RARE_BIT, REAGED, SCORE, SCORED_BIT, WEIGHT, WRITTEN

FLAG_SETS: Final = 32
"""Combinations of the five flags above the label state."""
OVERDUE_CLASSES: Final = 5
MONEY_SUMS: Final = ("B", "B2", "Bs", "due", "cash", "W", "R")
SCORE_SUMS: Final = ("s1", "s2", "s3", "s4", "ll", "Bp", "w", "w2")
WIDTH: Final = 8
"""Sums side by side in one cell: a cache line of float64."""


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled for this machine, its code kept on disk where a folder for that can be written.

    Sums may be taken in any order, which is what lets the processor add several rows at once.
    """
    how = {"nogil": True, "fastmath": {"reassoc", "contract", "nsz"}, "error_model": "numpy"}
    try:
        return njit(cache=True, **how)(function)
    except RuntimeError:
        return njit(**how)(function)


@compiled
def _settle(b, zones, dims, keep, tables, n_filters, live, vary):
    """What the zones of block b decide: (first cell or -1 to skip, live filters, varying groups)."""
    base, n_live, n_vary = np.int64(0), 0, 0
    for a in range(dims.shape[0]):
        low, high = zones[0, dims[a], b], zones[1, dims[a], b]
        if a < n_filters:
            inside = 0
            for code in range(low, high + 1):
                inside += keep[a, code]
            if inside == 0:
                return np.int64(-1), 0, 0
            if inside <= high - low:
                live[n_live] = a
                n_live += 1
        if low == high:
            base += tables[a, low]
        elif tables[a, 256]:
            vary[n_vary] = a
            n_vary += 1
    return base, n_live, n_vary


@compiled
def _kept(start, stop, small, score_code, band, dims, keep, live, rows):
    """Writes the rows of a block that pass its live filters, and the band of score codes; how many they are."""
    m = stop - start
    for i in range(m):
        rows[i] = start + i
    for a in live:
        column, table, k = small[dims[a]], keep[a], 0
        for i in range(m):
            row = rows[i]
            rows[k] = row
            k += table[column[row]]
        m = k
    if band[0] <= band[1]:
        k = 0
        for i in range(m):
            row = rows[i]
            rows[k] = row
            k += (score_code[row] >= band[0]) & (score_code[row] <= band[1])
        m = k
    return m


@compiled
def _place(m, base, small, dims, tables, vary, rows, cells):
    """Writes the cell of each of the first m rows."""
    for i in range(m):
        cells[i] = base
    for a in vary:
        column, table = small[dims[a]], tables[a]
        for i in range(m):
            cells[i] += table[column[rows[i]]]


@compiled
def _count_run(out, flags):
    """Adds rows of one cell by their flags. `out` is only ever read as sums over the sets that hold a flag, so a
    flag's rows may all be put on the set that holds it alone, and the difference on the empty set."""
    eligible = offered = kept = paid = scored = np.uint32(0)
    for flag in flags:
        eligible = np.uint32(eligible + ((flag >> 2) & 1))
        offered = np.uint32(offered + ((flag >> 3) & 1))
        kept = np.uint32(kept + ((flag >> 4) & 1))
        paid = np.uint32(paid + ((flag >> 5) & 1))
        scored = np.uint32(scored + ((flag >> 6) & 1))
    rest = np.int64(flags.shape[0])
    for k, rows in enumerate((eligible, offered, kept, paid, scored)):
        out[1 << k] += rows
        rest -= rows
    out[0] += rest


@compiled
def _sum(column):
    total = 0.0
    for value in column:
        total += np.float64(value)
    return total


@compiled
def _money_run(out, flags, amounts, start, stop):
    """Adds the money of rows of one cell and one overdue class."""
    balance, due, cash = amounts[BALANCE][start:stop], amounts[PAST_DUE][start:stop], amounts[CASH][start:stop]
    b1 = b2 = bs = past = received = 0.0
    rare = np.uint8(0)
    for i in range(balance.shape[0]):
        b = np.float64(balance[i])
        b1 += b
        b2 += b * b
        bs += b * ((flags[i] >> SCORED_BIT) & 1)
        past += np.float64(due[i])
        received += np.float64(cash[i])
        rare |= flags[i]
    for k, total in enumerate((b1, b2, bs, past, received)):
        out[k] += total
    if rare >> RARE_BIT:
        out[5] += _sum(amounts[WRITTEN][start:stop])
        out[6] += _sum(amounts[REAGED][start:stop])


@compiled
def _score_run(out, amounts, start, stop):
    """Adds the powers and products of the scores of rows of one cell."""
    balance, score = amounts[BALANCE][start:stop], amounts[SCORE][start:stop]
    log, weight = amounts[LOG][start:stop], amounts[WEIGHT][start:stop]
    s1 = s2 = s3 = s4 = ll = bp = w1 = w2 = 0.0
    for i in range(score.shape[0]):
        s, w = np.float64(score[i]), np.float64(weight[i])
        s1 += s
        s2 += s * s
        s3 += s * s * s
        s4 += (s * s) * (s * s)
        ll += np.float64(log[i])
        bp += s * np.float64(balance[i])
        w1 += w
        w2 += w * w
    for k, total in enumerate((s1, s2, s3, s4, ll, bp, w1, w2)):
        out[k] += total


@compiled
def _total_rows(counts, money, scores, rows, cells, flags, overdue, amounts):
    """Adds rows of many cells: all sums of a row in one go, so that the waits for memory overlap."""
    balance, due, cash = amounts[BALANCE], amounts[PAST_DUE], amounts[CASH]
    score, log, weight = amounts[SCORE], amounts[LOG], amounts[WEIGHT]
    with_counts, with_money, with_scores = counts.shape[0] > 0, money.shape[0] > 0, scores.shape[0] > 0
    for i in range(rows.shape[0]):
        r, c = rows[i], cells[i]
        b, flag = np.float64(balance[r]), flags[r]
        if with_counts:
            counts[c, (flag >> 2) & 31] += 1
        if with_money:
            money[c, overdue, 0] += b
            money[c, overdue, 1] += b * b
            money[c, overdue, 2] += b * ((flag >> SCORED_BIT) & 1)
            money[c, overdue, 3] += due[r]
            money[c, overdue, 4] += cash[r]
            if flag >> RARE_BIT:
                money[c, overdue, 5] += amounts[WRITTEN, r]
                money[c, overdue, 6] += amounts[REAGED, r]
        if with_scores:
            s, w = np.float64(score[r]), np.float64(weight[r])
            s2 = s * s
            scores[c, 0] += s
            scores[c, 1] += s2
            scores[c, 2] += s2 * s
            scores[c, 3] += s2 * s2
            scores[c, 4] += log[r]
            scores[c, 5] += s * b
            scores[c, 6] += w
            scores[c, 7] += w * w


@compiled
def _bin_rows(out, rows, cells, score_code, amounts):
    balance, score, cash, weight = amounts[BALANCE], amounts[SCORE], amounts[CASH], amounts[WEIGHT]
    for i in range(rows.shape[0]):
        r = rows[i]
        c = cells[i] + np.uint32(4) * score_code[r]
        s, b = np.float64(score[r]), np.float64(balance[r])
        out[c, 0] += 1
        out[c, 1] += s
        out[c, 2] += s * s
        out[c, 3] += b
        out[c, 4] += b * s
        out[c, 5] += cash[r]
        out[c, 6] += weight[r]


@compiled
def _bin_counts(out, rows, cells, score_code):
    for i in range(rows.shape[0]):
        out[cells[i] + np.uint32(4) * score_code[rows[i]], 0] += 1


@compiled
def scan(
    starts, zones, code_zones, small, score_code, amounts, dims, keep, tables, n_filters, band, origin, outs, thin
):
    """Adds the kept rows of one part to `outs` = (counts, money, scores, bins); one of length 0 is not wanted.

    `dims`: the rows of `small` that filter (the first `n_filters`) or group. `keep[a, code]` 1 where a filter passes.
    `tables[a, code]`: what a code contributes to the cell; `tables[a, 256]` is 0 where the dimension does not group.
    `band`: score codes first..last. `origin`: the part's first cell. `thin`: bins only count rows.
    """
    counts, money, scores, bins = outs
    rows, cells = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    live, vary = np.empty(dims.shape[0], np.int64), np.empty(dims.shape[0], np.int64)
    flags, overdue = small[-2], small[-1]
    everything = np.array([1, 0], np.int64)
    for b in range(starts.shape[0] - 1):
        low, high, start, stop = code_zones[0, b], code_zones[1, b], starts[b], starts[b + 1]
        base, n_live, n_vary = _settle(b, zones, dims, keep, tables, n_filters, live, vary)
        if base < 0 or high < band[0] or low > band[1]:
            continue
        base += origin + (flags[start] & 3)
        whole = low >= band[0] and high <= band[1]
        if n_live == 0 and n_vary == 0 and whole and bins.shape[0] == 0:
            if counts.shape[0]:
                _count_run(counts[base], flags[start:stop])
            if money.shape[0]:
                _money_run(money[base, overdue[start]], flags[start:stop], amounts, start, stop)
            if scores.shape[0]:
                _score_run(scores[base], amounts, start, stop)
            continue
        m = _kept(start, stop, small, score_code, everything if whole else band, dims, keep, live[:n_live], rows)
        _place(m, base, small, dims, tables, vary[:n_vary], rows, cells)
        if bins.shape[0] == 0:
            _total_rows(counts, money, scores, rows[:m], cells, flags, np.uint8(overdue[start]), amounts)
        elif thin:
            _bin_counts(bins, rows[:m], cells, score_code)
        else:
            _bin_rows(bins, rows[:m], cells, score_code, amounts)
