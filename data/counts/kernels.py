"""Data room: the compiled pass over coded rows that filters, groups and adds at once, block by block.

A block is a run of rows of one label state and overdue class whose least and greatest code of each dimension are known
(its zones). From the zones alone a block is skipped, or found to be kept whole, or to fall into one cell; only what is
left is looked at row by row. Cells are numbered so that a row's cell is the sum of what its codes contribute.

Numba keeps the compiled code of this file, with that of `sums` inside, until this file changes: whoever changes `sums`,
or the order of the columns in `coding`, raises LAYOUT here.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from data.counts.coding import BLOCK
from data.counts.sums import (
    bins1_placed,
    bins1_whole,
    bins3_placed,
    bins3_whole,
    bins7_placed,
    bins7_whole,
    compiled,
    count_picked,
    count_whole,
    money_picked,
    money_whole,
    scores_picked,
    scores_whole,
    totals_placed,
)

LAYOUT: Final = 8
"""Which order of columns and sums this file was compiled for."""


@compiled
def _settle(b, zones, dims, keep, tables, n_filters, live, vary):
    """What the zones of block b decide: (first cell or -1 to skip, number of live filters, of varying groups)."""
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
def _pick(start, stop, small, score_code, band, dims, keep, live, rows):
    """Writes the rows of a block that pass its live filters and the band of score codes; how many they are."""
    m = stop - start
    for i in range(m):
        rows[i] = start + i
    for a in live:
        column, table, k = small[dims[a]], keep[a], 0
        for i in range(m):
            row = np.uint64(rows[i])
            rows[k] = row
            k += table[column[row]]
        m = k
    if band[0] <= band[1]:
        k = 0
        for i in range(m):
            row = np.uint64(rows[i])
            rows[k] = row
            k += (score_code[row] >= band[0]) & (score_code[row] <= band[1])
        m = k
    return m


@compiled
def _place(m, base, small, dims, tables, vary, rows, cells):
    """Writes the cell of each of the m rows."""
    for i in range(m):
        cells[i] = base
    for a in vary:
        column, table = small[dims[a]], tables[a]
        for i in range(m):
            cells[i] += table[column[np.uint64(rows[i])]]


@compiled
def _one_cell(counts, money, scores, whole, flags, amounts, rows, first, m):
    """Adds rows of one cell and one overdue class; the outs have the cell as their only row, or none."""
    if counts.shape[0] and whole:
        count_whole(counts[0], flags, rows, first, m)
    elif counts.shape[0]:
        count_picked(counts[0], flags, rows, first, m)
    if money.shape[0] and whole:
        money_whole(money[0], flags, amounts, rows, first, m)
    elif money.shape[0]:
        money_picked(money[0], flags, amounts, rows, first, m)
    if scores.shape[0] and whole:
        scores_whole(scores[0], amounts, rows, first, m)
    elif scores.shape[0]:
        scores_picked(scores[0], amounts, rows, first, m)


@compiled
def _in_bins(bins, whole, base, cells, score_code, amounts, rows, first, m):
    """Adds rows to the bins of their scores; `whole` rows start from the cell `base`."""
    lanes = bins.shape[1]
    if lanes == 1 and whole:
        bins1_whole(bins, base, cells, score_code, amounts, rows, first, m)
    elif lanes == 1:
        bins1_placed(bins, base, cells, score_code, amounts, rows, first, m)
    elif lanes == 3 and whole:
        bins3_whole(bins, base, cells, score_code, amounts, rows, first, m)
    elif lanes == 3:
        bins3_placed(bins, base, cells, score_code, amounts, rows, first, m)
    elif whole:
        bins7_whole(bins, base, cells, score_code, amounts, rows, first, m)
    else:
        bins7_placed(bins, base, cells, score_code, amounts, rows, first, m)


@compiled
def scan(starts, zones, code_zones, small, score_code, amounts, dims, keep, tables, n_filters, band, origin, outs):
    """Adds the kept rows of one part to `outs` = (counts, money, scores, bins); one of length 0 is not wanted.

    `dims`: the rows of `small` that filter (the first `n_filters`) or group. `keep[a, code]` is 1 where a filter
    passes. `tables[a, code]`: what a code contributes to the cell; `tables[a, 256]` is 0 where the dimension does not
    group. `band`: score codes first..last. `origin`: the part's first cell.
    """
    counts, money, scores, bins = outs
    rows, cells = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    live, vary = np.empty(dims.shape[0], np.int64), np.empty(dims.shape[0], np.int64)
    flags, overdue, anything = small[-2], small[-1], np.array([1, 0], np.int64)
    for b in range(starts.shape[0] - 1):
        low, high, start, stop = code_zones[0, b], code_zones[1, b], starts[b], starts[b + 1]
        if high < band[0] or low > band[1]:
            continue
        base, n_live, n_vary = _settle(b, zones, dims, keep, tables, n_filters, live, vary)
        if base < 0:
            continue
        base += origin + (flags[start] & 3)
        inside = low >= band[0] and high <= band[1]
        whole = inside and n_live == 0
        m, late = stop - start, np.int64(overdue[start])
        if not whole or n_vary:
            bounds = anything if inside else band
            m = _pick(start, stop, small, score_code, bounds, dims, keep, live[:n_live], rows)
        if bins.shape[0] or n_vary:
            _place(m, base, small, dims, tables, vary[:n_vary], rows, cells)
        if bins.shape[0]:
            _in_bins(bins, whole and n_vary == 0, base, cells, score_code, amounts, rows, start, m)
        elif n_vary:
            totals_placed(counts, money, scores, rows, cells, m, flags, late, amounts)
        else:
            cell = slice(base, base + 1)
            _one_cell(counts[cell], money[cell, late], scores[cell], whole, flags, amounts, rows, start, m)
