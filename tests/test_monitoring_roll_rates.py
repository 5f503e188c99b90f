"""Roll, containment and cure by bucket and month: as pandas counts them; what is written off, paid off or gone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_monitoring_bridge import COUNTS, MONTHS, ROWS

from data.counts import Selection, Tally
from data.rows import BUCKETS, GONE, PAID_OFF, STAYED, UNKNOWN, WRITTEN
from monitoring.intervals import jackknife, jeffreys
from monitoring.metrics import ratio
from monitoring.roll_rates import PARTS, filters, rates, split
from monitoring.rolls import Unit

MOVES = ("rg", "bucket", "flow", "next_bucket")
KEPT = ROWS[(ROWS["month"] < MONTHS[-1]) & ~ROWS["flow"].isin(("ended", UNKNOWN))]


def moved(cells: dict[tuple[str, str, str], float]) -> Tally:
    """Counts of (bucket, flow, next bucket), in rows and in balance alike."""
    flows = (STAYED, WRITTEN, PAID_OFF, GONE, UNKNOWN)
    labels = {"bucket": BUCKETS, "flow": flows, "next_bucket": (*BUCKETS, UNKNOWN)}
    values = np.zeros([len(v) for v in labels.values()])
    for (bucket, flow, then), n in cells.items():
        values[BUCKETS.index(bucket), flows.index(flow), labels["next_bucket"].index(then)] = n
    return Tally(tuple(labels), labels, {"n": values, "B": values})


def test_the_golden_matrix(shared: Path) -> None:
    cases = json.loads((shared / "golden" / "golden.json").read_text(encoding="utf-8"))["cases"]
    case = next(c for c in cases if c["id"] == "G17")
    counts = case["input"]["counts"]
    cells = {(BUCKETS[i], STAYED, BUCKETS[j]): float(n) for i, row in enumerate(counts) for j, n in enumerate(row)}
    found = {r.name: r for r in rates(split(moved(cells)), "bucket")}
    assert found["1-30"].roll.value == pytest.approx(case["expected"]["roll_1_to_2"])
    assert found["1-30"].cure.value == pytest.approx(case["expected"]["cure_1"])
    assert found["1-30"].containment.value == pytest.approx(1 - case["expected"]["roll_1_to_2"])
    assert found["0"].roll.value == pytest.approx(case["expected"]["matrix"][0][1])


def test_paid_off_written_off_and_gone_are_three_different_things() -> None:
    cells = {
        ("61-90", STAYED, "61-90"): 40.0, ("61-90", PAID_OFF, UNKNOWN): 20.0, ("61-90", WRITTEN, "181-360"): 10.0,
        ("61-90", GONE, UNKNOWN): 30.0, ("61-90", UNKNOWN, UNKNOWN): 500.0,
    }  # fmt: skip
    found = next(r for r in rates(split(moved(cells)), "bucket") if r.name == "61-90")
    assert (found.n, found.gone) == (100, 30)
    assert (found.roll.value, found.cure.value) == (pytest.approx(0.1), pytest.approx(0.2))
    assert found.containment.value == pytest.approx(0.9)


@pytest.mark.parametrize("unit", ["count", "balance"])
def test_rates_by_bucket_and_by_month_are_what_pandas_counts(unit: Unit) -> None:
    span = Selection(months=(MONTHS[0], MONTHS[-2]))
    whole = rates(split(COUNTS.totals(span, by=MOVES, measures=("n", "B"))), "bucket", by=unit)
    asked = filters("31-60", COUNTS.totals(span, by=("flow",), measures=("n",)).labels["flow"])
    parts = {
        name: COUNTS.totals(Selection(months=span.months, where=where), by=("rg", "month"), measures=("n", "B"))
        for name, where in asked.items()
    }
    by_month = {r.name: r for r in rates(parts, "month", by=unit)}
    here = KEPT[KEPT["bucket"] == "31-60"]
    assert next(r for r in whole if r.name == "31-60").roll.value == pytest.approx(_rolled(here, unit), rel=1e-6)
    for month, rows in here.groupby("month"):
        assert by_month[str(month)].n == len(rows)
        assert by_month[str(month)].roll.value == pytest.approx(_rolled(rows, unit), rel=1e-6)


def _rolled(rows: pd.DataFrame, unit: Unit) -> float:
    worse = rows["next_bucket"].isin(BUCKETS[3:]) & ~rows["flow"].isin((PAID_OFF, GONE)) | (rows["flow"] == WRITTEN)
    worth = rows["balance"].fillna(0).astype(float) if unit == "balance" else pd.Series(1.0, rows.index)
    return float(worth[worse].sum() / worth.sum())


def test_intervals_are_jeffreys_by_count_and_random_groups_by_balance() -> None:
    moves = COUNTS.totals(Selection(months=(MONTHS[0], MONTHS[-2])), by=MOVES, measures=("n", "B"))
    parts = split(moves)
    at = BUCKETS.index("1-30")
    count, balance = (rates(parts, "bucket", by=unit)[at].roll for unit in ("count", "balance"))
    rolled = sum(parts[p]["n"][:, at].sum() for p in ("worse", WRITTEN))
    low, high = jeffreys(rolled, parts["all"]["n"][:, at].sum())
    assert (count.low, count.high) == (pytest.approx(float(low)), pytest.approx(float(high)))
    wanted = jackknife(ratio, parts["worse"]["B"][:, at] + parts[WRITTEN]["B"][:, at], parts["all"]["B"][:, at])
    assert (balance.method, balance.se) == ("random_groups", pytest.approx(float(wanted.se)))
    assert count.method == "jeffreys"


def test_an_empty_bucket_is_blank_and_a_small_one_says_so() -> None:
    found = {r.name: r for r in rates(split(moved({("1-30", STAYED, "0"): 5.0})), "bucket", min_n=30)}
    assert (found["61-90"].roll.reason, found["61-90"].n) == ("empty", 0)
    assert np.isnan(found["61-90"].containment.value)
    assert found["1-30"].cure.reason == "small_sample"


def test_the_parts_are_those_of_the_filters() -> None:
    assert tuple(filters("1-30", (STAYED, UNKNOWN))) == PARTS
    assert filters(">360", (STAYED,))["worse"]["next_bucket"] == ()
