"""Projections of open months by the delay of reports: by hand, from what was known at the time, and their coverage."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from data.counts import Tally
from data.months import add
from data.rows import FINAL_AFTER, LABEL_STATES, NO_REPORT, NOT_YET, OPEN, POSITIVE, REPORTED_AFTER, UNKNOWN
from monitoring.nowcast import Nowcast, project
from monitoring.policy import Policy

FIRST = 202401
LEVELS = ("0", "1", "2", NOT_YET, NO_REPORT, UNKNOWN)


def _totals(months: Sequence[Mapping[str, int]], *, closed: int, final: str = "2") -> Tally:
    """Months from FIRST on with their rows by REPORTED_AFTER; the first `closed` have final outcomes."""
    n = np.zeros((len(months), 1, len(LEVELS), len(LABEL_STATES)))
    for k, month in enumerate(months):
        for level, rows in month.items():
            n[k, 0, LEVELS.index(level), POSITIVE if k < closed else OPEN] = rows
    names = tuple(add(FIRST, k) for k in range(len(months)))
    labels = {"month": names, FINAL_AFTER: (final,), REPORTED_AFTER: LEVELS, "label": LABEL_STATES}
    return Tally(("month", FINAL_AFTER, REPORTED_AFTER, "label"), labels, {"n": n})


USUAL = {"0": 60, "1": 30, "2": 10}


def test_an_open_month_is_what_is_reported_over_what_is_usually_reported_by_its_age() -> None:
    months = [USUAL, USUAL, {"0": 50, "1": 20, NOT_YET: 100}, {"0": 33, NOT_YET: 200}, {NOT_YET: 300}]
    found = project(_totals(months, closed=2), as_of=202404)
    assert (found.window, found.complete, found.shares) == (2, 2, (0.6, 0.9))
    assert [(p.age, p.reported) for p in found.open] == [(1, 70), (0, 33), (-1, 0)]
    assert [p.total.value for p in found.open[:2]] == pytest.approx([70 / 0.9, 33 / 0.6])
    assert found.open[2].total.reason == "no_label_yet"


def test_the_interval_is_that_of_the_delta_method_at_ninety_percent_and_never_below_what_is_reported() -> None:
    found = project(_totals([USUAL, USUAL, USUAL, {"0": 9}, {"0": 33}], closed=3), as_of=202405).open[1].total
    variance = 33 * 0.4 / 0.36 + 55**2 * (0.6 * 0.4 / 300) / 0.36
    assert found.high - found.value == pytest.approx(1.644854 * math.sqrt(variance), rel=1e-5)
    certain = project(_totals([{"0": 100}, {"0": 100}, {"0": 9}, {"0": 7}], closed=2), as_of=202404).open[1].total
    assert (certain.low, certain.value, certain.high) == (7, 7, 7)


def test_a_past_projection_knows_only_the_months_that_were_complete_at_the_time() -> None:
    later = {"0": 10, "1": 0, "2": 90}
    found = project(_totals([USUAL, USUAL, USUAL, USUAL, later], closed=5), as_of=202407, policy=_policy(least=2))
    by = {(p.month, p.age): p for p in found.past}
    assert (202403, 0) not in by
    assert by[202404, 1].total.value == pytest.approx(90 / 0.9)
    assert by[202405, 0].total.value == pytest.approx(10 / 0.6)
    assert (by[202404, 1].held, by[202405, 0].held) == (True, False)
    assert (found.held, len(found.past)) == (sum(p.held for p in found.past), len(by))


def _policy(*, least: int) -> Policy:
    return Policy(nowcast_months_least=least)


@pytest.mark.parametrize(
    ("months", "final", "reason"),
    [
        ([{UNKNOWN: 100}, {UNKNOWN: 100}], "2", "no_report_dates"),
        ([USUAL, USUAL], UNKNOWN, "no_report_dates"),
        ([{"0": 100}, {"0": 100}], "0", "closes_at_once"),
        ([{NOT_YET: 5}, {NOT_YET: 5}], "2", "no_positives"),
    ],
)
def test_where_nothing_can_be_projected_the_reason_is_said(months: list[dict], final: str, reason: str) -> None:
    found = project(_totals(months, closed=0 if NOT_YET in months[0] else 2, final=final), as_of=202402)
    assert (found.reason, found.open, found.past) == (reason, (), ())


def test_too_small_a_share_reported_projects_nothing() -> None:
    slow = {"0": 10, "1": 30, "2": 60}
    found = project(_totals([slow, slow, slow, {"0": 5, "1": 15}, {"0": 5}], closed=3), as_of=202405)
    assert [p.total.reason for p in found.open] == ["", "too_early"]
    assert math.isnan(found.open[1].total.value)


@pytest.mark.slow
def test_the_interval_holds_nine_times_in_ten() -> None:
    found = coverage(runs=400, seed=7)
    assert found[0] == pytest.approx(0.90, abs=0.02)
    assert found[1] == pytest.approx(0.90, abs=0.03)


def coverage(*, runs: int, seed: int, months: int = 30, size: float = 90) -> tuple[float, float]:
    """Share of the past projections whose interval held, at ages 0 and 1, over banks whose acceptances are reported
    after 0, 1 or 2 months with chances 0.6, 0.3, 0.1."""
    rng = np.random.default_rng(seed)
    held: dict[int, list[bool]] = {0: [], 1: []}
    for _ in range(runs):
        drawn = rng.multinomial(rng.poisson(size, months), [0.6, 0.3, 0.1])
        rows = [dict(zip(("0", "1", "2"), map(int, row), strict=True)) for row in drawn]
        found: Nowcast = project(_totals(rows, closed=months), as_of=add(FIRST, months + 1))
        for past in found.past:
            held[past.age].append(past.held)
    return float(np.mean(held[0])), float(np.mean(held[1]))
