"""No selection is too small: a handful of rows, or none, gives numbers or reasons, in silence and in bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from scored_rows import THRESHOLD, dimensions, edges, make_parts

from data.counts import Selection
from data.counts.columnar import ColumnarCounts
from monitoring import backtest, change, curves, errors, funnel, outcomes, overdue, segments
from monitoring.effect import effect
from monitoring.estimate import REASONS, Estimate

GRID = edges(80)
CODE = errors.code_of_threshold(GRID, THRESHOLD)
ARMS = {"go_live": 202402, "clients": {"model": 900, "random": 900, "none": 900}}


def _everything(counts: ColumnarCounts, selection: Selection) -> list[object]:
    """What every page would ask of a selection."""
    histogram, by_month = counts.histogram(selection), counts.histogram(selection, by=("month",))
    groups = counts.totals(selection, by=("month", "rg"))
    return [
        backtest.by_month(by_month, groups),
        backtest.summary(histogram, counts.totals(selection, by=("rg",))),
        backtest.reliability(histogram),
        backtest.decile_table(histogram),
        errors.at_threshold(histogram, CODE, totals=counts.totals(selection, by=("arm",))),
        errors.at_threshold(counts.histogram(selection, by=("rg",)), CODE),
        curves.curve(histogram),
        curves.by_segment(counts.histogram(selection, by=("segment",)), CODE),
        segments.rates(counts.totals(selection, by=("segment", "product"))),
        segments.rates(counts.totals(selection, by=("segment", "rg"))),
        overdue.series(counts.totals(selection, by=("month", "bucket"))),
        overdue.by_dimension(counts.totals(selection, by=("product",))),
        change.what_changed(counts.totals(selection, by=("month", "product")), before=202401, after=202402),
        funnel.by_month(groups),
        outcomes.by_month(groups),
        effect(counts.totals(selection, by=("month", "arm", "rg")), arms=ARMS, controls=("none", "random")),
    ]


def _estimates(found: object) -> Iterator[Estimate]:
    """Every estimate within records of records."""
    if isinstance(found, Estimate):
        yield found
    elif isinstance(found, list | tuple):
        for part in found:
            yield from _estimates(part)
    elif is_dataclass(found):
        for field in fields(found):
            yield from _estimates(getattr(found, field.name))


@pytest.mark.parametrize("seed", range(25))
def test_a_handful_of_rows_never_breaks_a_page(seed: int) -> None:
    parts = make_parts(seed + 1, seed=seed, months=(202401, 202402), grid=GRID, unscored=0.3 * (seed % 2))
    counts = ColumnarCounts.from_frames(parts, edges=GRID, dimensions=dimensions())
    for selection in (Selection(), Selection(months=(202402, 202402)), Selection(where={"segment": ("pyme",)})):
        for e in _estimates(_everything(counts, selection)):
            assert e.reason == "" or e.reason in REASONS
            if math.isnan(e.value):
                assert e.reason
            if not math.isnan(e.low):
                assert e.low <= e.high
                assert math.isnan(e.value) or e.method == "beta_binomial" or e.low <= e.value + 1e-12


def test_rows_without_any_score_have_outcomes_but_no_backtest() -> None:
    parts = make_parts(300, months=(202401,), grid=GRID, unscored=1.0)
    counts = ColumnarCounts.from_frames(parts, edges=GRID, dimensions=dimensions())
    month, summary = _everything(counts, Selection())[:2]
    assert (month[0].reason, summary.reason) == ("no_score", "no_score")  # type: ignore[index, attr-defined]
    assert funnel.by_month(counts.totals(Selection(), by=("month",)))[0].labelled > 0


def test_the_order_of_rows_does_not_matter() -> None:
    parts = make_parts(3000, months=(202401, 202402), grid=GRID)
    turned = {name: part.iloc[::-1] for name, part in reversed(parts.items())}
    one, other = (ColumnarCounts.from_frames(p, edges=GRID, dimensions=dimensions()) for p in (parts, turned))
    for a, b in zip(*(_estimates(_everything(c, Selection())) for c in (one, other)), strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-9, nan_ok=True)
        assert a.high == pytest.approx(b.high, rel=1e-6, nan_ok=True)
