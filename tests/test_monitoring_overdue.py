"""The overdue ratio: a census, by month and segment, with what write-offs and re-ageing hide."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scored_rows import dimensions, edges, make_parts

from data.counts import Selection, Tally
from data.counts.columnar import ColumnarCounts
from data.rows import BUCKETS, LABEL_STATES
from monitoring.change import best_explanation, what_changed
from monitoring.funnel import by_month
from monitoring.overdue import MEASURES, by_dimension, overdue_concentration, series, total_icv
from monitoring.policy import Policy

GRID = edges(60)
MONTHS = (*range(202301, 202313), 202401, 202402, 202403)


def _totals(axes: tuple[str, ...], labels: dict[str, tuple], **values: list) -> Tally:
    """Counts whose named measures are given and whose others are 0, all of one label state."""
    shape = tuple(len(labels[a]) for a in axes)
    filled = {m: np.zeros((*shape, 4)) for m in MEASURES}
    for name, given in values.items():
        filled[name][..., 2] = np.array(given, float)
    return Tally((*axes, "label"), {**labels, "label": LABEL_STATES}, filled)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.concat(make_parts(15_000, months=MONTHS, open_months=(202403,), grid=GRID).values(), ignore_index=True)


@pytest.fixture(scope="module")
def counts(rows: pd.DataFrame) -> ColumnarCounts:
    return ColumnarCounts.from_frames({"all": rows}, edges=GRID, dimensions=dimensions())


def test_a_month_shows_what_its_rows_show(counts: ColumnarCounts, rows: pd.DataFrame) -> None:
    for found in series(counts.totals(Selection(), by=("month", "bucket"))):
        part = rows[rows["month"] == found.month]
        gross = part["balance"].astype(float).sum()
        for days in (30, 60, 90):
            late = part.loc[part["days_past_due"] > days, "balance"].astype(float).sum()
            assert getattr(found, f"icv{days}") == pytest.approx(late / gross, rel=1e-6)
        assert found.icv == found.icv30
        hidden = part.loc[part["days_past_due"] <= 30, "reaged_balance"].astype(float).sum()
        assert found.icv_without_reaging == pytest.approx(found.icv + hidden / gross, rel=1e-6)
        assert not found.reaging_is_bound
        assert found.cash == pytest.approx(part["cash"].astype(float).sum(), rel=1e-6)


def test_changes_follow_the_calendar_and_not_the_order_of_rows() -> None:
    labels = {"month": (202212, 202301, 202303, 202312)}
    found = series(_totals(("month",), labels, B=[100] * 4, V30=[5, 6, 9, 10]))
    assert [m.change_month for m in found[1:3]] == pytest.approx([0.01, math.nan], nan_ok=True)
    assert found[0].reason == found[2].reason == "no_month_before"
    assert found[3].change_year == pytest.approx(0.05)


def test_write_offs_of_twelve_months_come_back() -> None:
    months = (*range(202301, 202313), 202401)
    found = series(_totals(("month",), {"month": months}, B=[1000] * 13, V30=[60] * 13, W=[25, *[1] * 12]))
    assert (found[0].writeoffs_12m, found[0].writeoff_months) == (25, 1)
    assert found[0].icv_with_writeoffs == pytest.approx(85 / 1025)
    assert (found[11].writeoffs_12m, found[11].writeoff_months) == (36, 12)
    assert found[12].writeoffs_12m == 12


def test_months_before_the_first_shown_only_serve_to_look_back(counts: ColumnarCounts) -> None:
    totals = counts.totals(Selection(), by=("month",), measures=MEASURES)
    shown, whole = series(totals, first=202401), series(totals)
    assert [m.month for m in shown] == [202401, 202402, 202403]
    assert shown == whole[-3:]
    assert shown[0].writeoff_months == 12


def test_without_buckets_the_ratio_without_reaging_is_an_upper_bound(counts: ColumnarCounts) -> None:
    bound, exact = (series(counts.totals(Selection(), by=b)) for b in (("month",), ("month", "bucket")))
    for b, e in zip(bound, exact, strict=True):
        assert b.reaging_is_bound
        assert b.icv_without_reaging > e.icv_without_reaging


def test_reaged_debt_that_is_overdue_again_counts_once() -> None:
    labels = {"month": (202401,), "bucket": BUCKETS}
    balance, late, reaged = ([[x, 0, y, *[0] * 6]] for x, y in ((100, 50), (0, 50), (20, 50)))
    (found,) = series(_totals(("month", "bucket"), labels, B=balance, V30=late, R=reaged))
    assert found.icv_without_reaging == pytest.approx(70 / 150)


def test_the_upper_bound_never_exceeds_the_portfolio() -> None:
    (found,) = series(_totals(("month",), {"month": (202401,)}, B=[100], V30=[80], R=[50]))
    assert found.icv_without_reaging == 1.0


@pytest.mark.parametrize(
    ("second", "limits", "level"),
    [
        (52, {}, "ok"),
        (53, {}, "watch"),
        (56, {}, "act"),
        (40, {"icv_target": 0.03}, "watch"),
        (40, {"icv_target": 0.03, "icv_warning": 0.05}, "ok"),
        (40, {"icv_warning": 0.03}, "watch"),
        (40, {"icv_appetite": 0.03}, "act"),
    ],
)
def test_a_level_looks_at_the_rise_and_at_the_limits(second: float, limits: dict, level: str) -> None:
    totals = _totals(("month",), {"month": (202401, 202402)}, B=[1000, 1000], V30=[50, second])
    first, last = series(totals, policy=Policy(**limits))
    assert last.level == level
    assert limits or first.level == "unknown"


def test_the_ratio_of_the_total_is_the_ratio_of_totals() -> None:
    totals = _totals(("product",), {"product": ("a", "b")}, B=[1000, 100], V30=[52, 4], n=[10, 5])
    found = by_dimension(totals)
    assert [s.icv for s in found] == pytest.approx([0.052, 0.04])
    assert total_icv(totals) == pytest.approx(0.050909, abs=5e-7)
    assert sum(s.share_of_gross for s in found) == pytest.approx(1)
    assert sum(s.icv * s.share_of_gross for s in found) == pytest.approx(total_icv(totals))
    assert overdue_concentration(totals).hhi == pytest.approx((52 / 56) ** 2 + (4 / 56) ** 2)


def test_days_past_due_are_the_policys() -> None:
    totals = _totals(("product",), {"product": ("a",)}, B=[100], V30=[10], V90=[3])
    assert total_icv(totals, policy=Policy(overdue_dpd=90)) == 0.03
    with pytest.raises(ValueError, match="overdue_dpd=45"):
        Policy(overdue_dpd=45)


def test_an_empty_portfolio_has_no_ratio(counts: ColumnarCounts) -> None:
    nothing = counts.totals(Selection(where={"region": ("nowhere",)}), by=("month",))
    assert {(m.level, m.reason) for m in series(nothing)} == {("unknown", "no_balance")}
    assert math.isnan(total_icv(nothing))
    assert math.isnan(by_month(nothing)[0].coverage)


def test_contributions_add_up_to_the_change(counts: ColumnarCounts) -> None:
    ratios = {m.month: m.icv for m in series(counts.totals(Selection(), by=("month",)))}
    for dimension in ("product", "region", "bucket"):
        found = what_changed(counts.totals(Selection(), by=("month", dimension)), before=202301, after=202402)
        assert found.change == pytest.approx(ratios[202402] - ratios[202301], abs=1e-12)
        assert sum(c.total for c in found.segments) == pytest.approx(found.change, abs=1e-12)
        assert sum(c.excess for c in found.segments) == pytest.approx(0, abs=1e-12)
        sizes = [abs(c.total) for c in found.segments]
        assert sizes == sorted(sizes, reverse=True)


def test_the_segment_that_moved_is_the_one_named() -> None:
    labels = {"month": (202401, 202402), "region": ("North", "South")}
    region = _totals(("month", "region"), labels, B=[[500, 500], [500, 500]], V30=[[25, 25], [25, 40]])
    product = _totals(
        ("month", "product"),
        {"month": (202401, 202402), "product": ("card", "loan")},
        B=[[500, 500], [500, 500]],
        V30=[[25, 25], [32, 33]],
    )
    found = best_explanation([product, region], before=202401, after=202402)
    assert found is not None and found.main is not None
    assert (found.dimension, found.main.level_name) == ("region", "South")
    assert found.main.rate == pytest.approx(0.015)
    assert found.main.excess == pytest.approx(0.0075)


def test_a_fall_is_explained_by_what_fell() -> None:
    labels = {"month": (202401, 202402), "region": ("North", "South")}
    found = what_changed(
        _totals(("month", "region"), labels, B=[[500, 500], [500, 500]], V30=[[25, 25], [30, 5]]),
        before=202401,
        after=202402,
    )
    assert found.main is not None
    assert (found.main.level_name, found.change) == ("South", pytest.approx(-0.015))


def test_a_change_from_a_month_that_is_not_there_says_so(counts: ColumnarCounts) -> None:
    found = what_changed(counts.totals(Selection(), by=("month", "product")), before=202212, after=202402)
    assert (found.reason, found.main, found.segments) == ("no_month_before", None, ())
    assert best_explanation([], before=202301, after=202302) is None


def test_the_funnel_counts_each_stage(counts: ColumnarCounts, rows: pd.DataFrame) -> None:
    found = by_month(counts.totals(Selection(), by=("month", "rg")))
    for month in found[:-1]:
        part = rows[rows["month"] == month.month]
        labelled = part[part["label_state"] <= 1]
        assert (month.rows, month.offered, month.labelled) == (len(part), part["offered"].sum(), len(labelled))
        assert month.acceptance.value == pytest.approx((labelled["label_state"] == 1).mean())
        assert month.kept_rate.value == pytest.approx(labelled.loc[labelled["label_state"] == 1, "kept"].mean())
        assert month.coverage == pytest.approx(part["score"].notna().sum() / part["eligible"].sum())
        assert month.maturity == 1
    assert (found[-1].acceptance.reason, found[-1].is_open) == ("no_label_yet", True)
