"""Mix, underlying rate and model add up to the change of the ratio, whatever appears or dies between two months."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from releases import draft, store_with
from scored_rows import BUCKETS, LEVELS, dimensions, edges, make_rows

from data.counts import Selection, Tally
from data.counts.columnar import ColumnarCounts
from monitoring.definitions import BASES, Basis, Definition, amounts
from monitoring.largest import largest
from monitoring.reversal import reversal, reversals
from monitoring.split import Split, Trial, split

FIRST, LAST = 202401, 202402
TRIAL = Trial("model", "none", go_live=FIRST)
LEVELS_OF = {"product": LEVELS["product"], "region": LEVELS["region"], "gender": LEVELS["gender"]}


def tally(names: Sequence[str], *, overdue: object, gross: object, months: Sequence[int] = (FIRST, LAST)) -> Tally:
    """Counts by month, product, arm (model, none) and random group; the label axis holds one state."""
    v, b = (np.asarray(x, float)[..., None] for x in (overdue, gross))
    labels = {"month": tuple(months), "product": tuple(names), "arm": ("model", "none"), "rg": tuple(range(v.shape[3]))}
    return Tally(("month", "product", "arm", "rg", "label"), {**labels, "label": ("negative",)}, {"V30": v, "B": b})


def plain(overdue: object, gross: object, names: Sequence[str] = ("a", "b")) -> Tally:
    """Counts by month and product."""
    labels = {"month": (FIRST, LAST), "product": tuple(names), "label": ("negative",)}
    values = {"V30": np.asarray(overdue, float)[..., None], "B": np.asarray(gross, float)[..., None]}
    return Tally(("month", "product", "label"), labels, values)


def add_up(found: Split) -> None:
    """The three bars add up to the change, and the segments to each bar."""
    assert math.fsum((found.mix, found.rate.value, found.model.value)) == pytest.approx(found.change, abs=1e-12)
    assert math.fsum(s.mix for s in found.segments) == pytest.approx(found.mix, abs=1e-12)
    assert math.fsum(s.rate.value for s in found.segments) == pytest.approx(found.rate.value, abs=1e-12)
    assert math.fsum(s.total for s in found.segments) == pytest.approx(found.change, abs=1e-12)


def test_two_bars_are_those_of_the_hand_calculation() -> None:
    found = split(plain([[10, 50], [12, 54]], [[500, 500], [400, 600]]), before=FIRST, after=LAST)
    assert [s.rate.value for s in found.segments] == pytest.approx([0.0045, -0.0055])
    assert [s.mix for s in found.segments] == pytest.approx([0.0038, 0.0032])
    assert (found.start, found.end, found.model.value) == pytest.approx((0.06, 0.066, 0.0))
    assert found.trial is None
    assert math.isnan(found.rate.low)


def test_three_bars_are_those_of_the_hand_calculation() -> None:
    """The control's ratios at the end, 3.5 % and 10 %, are what half of each product would have had without the model:
    observed are 3 % and 9 %."""
    gross = [[[250, 250], [250, 250]], [[200, 200], [300, 300]]]
    overdue = [[[5, 5], [25, 25]], [[5, 7], [24, 30]]]
    groups = np.array([0.5, 0.25, 0.25])
    counts = tally(
        ("a", "b"), overdue=np.asarray(overdue)[..., None] * groups, gross=np.asarray(gross)[..., None] * groups
    )
    found = split(counts, before=FIRST, after=LAST, trial=TRIAL)
    assert [s.mix for s in found.segments] == pytest.approx([0.00385, 0.00315])
    assert [s.rate.value for s in found.segments] == pytest.approx([0.00675, 0.0])
    assert [s.model.value for s in found.segments] == pytest.approx([-0.00225, -0.0055])
    assert found.change == pytest.approx(0.006)
    assert found.model.se == pytest.approx(0, abs=1e-12)  # every group says the same


def _random(seed: int, *, segments: int, months: int = 2) -> Tally:
    rng = np.random.default_rng(seed)
    gross = rng.uniform(1, 100, (months, segments, 2, 6))
    overdue = gross * rng.uniform(0, 0.2, gross.shape)
    names = [f"s{k}" for k in range(segments)]
    return tally(names, overdue=overdue, gross=gross, months=[202401, 202402, 202403][:months])


def test_rate_and_model_carry_one_interval_mirrored() -> None:
    found = split(_random(1, segments=4), before=FIRST, after=LAST, trial=TRIAL)
    for s in (found, *found.segments):
        assert s.model.low < s.model.value < s.model.high
        assert s.rate.value - s.rate.low == pytest.approx(s.model.high - s.model.value)
        assert s.rate.high - s.rate.value == pytest.approx(s.model.value - s.model.low)


def test_a_change_that_ended_by_go_live_has_two_bars() -> None:
    found = split(_random(2, segments=3), before=FIRST, after=LAST, trial=Trial("model", "none", go_live=LAST))
    assert (found.trial, found.model.value) == (None, 0.0)
    add_up(found)


def test_where_the_model_worked_in_both_months_its_bar_is_the_change_of_its_effect() -> None:
    counts = _random(3, segments=1, months=3)
    found = split(counts, before=202402, after=202403, trial=TRIAL)
    v, b = (counts[m].sum((3, 4)) for m in ("V30", "B"))

    def tau(month: int) -> float:
        ratios = v[month, 0] / b[month, 0]
        return float(b[month, 0, 0] / b[month, 0].sum() * (ratios[0] - ratios[1]))

    assert found.model.value == pytest.approx(tau(2) - tau(1))
    add_up(found)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.data())
def test_the_bars_add_up_although_segments_appear_and_vanish_and_arms_are_missing(
    seed: int, segments: int, data: st.DataObject
) -> None:
    counts = _random(seed, segments=segments)
    holes = st.lists(st.tuples(st.integers(0, 1), st.integers(0, segments - 1), st.integers(0, 2)), max_size=6)
    for month, segment, arm in data.draw(holes):
        for values in counts.values.values():
            values[month, segment, slice(None) if arm == 2 else arm] = 0
    found = split(counts, before=FIRST, after=LAST, trial=TRIAL)
    if found.reason:
        assert (counts["B"].sum((1, 2, 3, 4)) == 0).any()
        return
    add_up(found)
    for s in found.segments:
        if s.was != "there":
            assert (s.rate.value, s.model.value) == pytest.approx((0, 0), abs=1e-15)
            assert math.isnan(s.ratio_before if s.was == "new" else s.ratio_after)


def test_a_segment_without_a_control_keeps_its_effect_under_rate() -> None:
    counts = _random(5, segments=2)
    for values in counts.values.values():
        values[:, 1, 1] = 0
    found = split(counts, before=FIRST, after=LAST, trial=TRIAL)
    assert [s.told for s in found.segments] == [True, False]
    assert found.segments[1].model.reason == "no_control"
    assert found.model.value == pytest.approx(found.segments[0].model.value)
    add_up(found)


@pytest.fixture(scope="module")
def counts() -> ColumnarCounts:
    rows = make_rows(4000, seed=4, grid=edges())
    rows = rows[~((rows["month"] == 202401) & (rows["product"] == "vivienda"))]  # a product that is born
    rows = rows[~((rows["month"] == 202403) & (rows["product"] == "libranza"))]  # and one that dies
    return ColumnarCounts.from_frames({"rows": rows}, edges=edges(), dimensions=dimensions())


@settings(max_examples=40, deadline=None)
@given(
    dimension=st.sampled_from(["product", "region", "segment", "age_band"]),
    where=st.fixed_dictionaries(
        {}, optional={k: st.sets(st.sampled_from(v), min_size=1, max_size=4) for k, v in LEVELS_OF.items()}
    ),
    days=st.sampled_from([1, 30, 60, 90]),
    basis=st.sampled_from(BASES),
    pair=st.sampled_from([(202401, 202402), (202401, 202403), (202402, 202403)]),
    trial=st.sampled_from([None, Trial("model", "none", 202401), Trial("model", "none", 202402)]),
)
def test_the_bars_add_up_on_any_selection_and_definition(
    counts: ColumnarCounts,
    dimension: str,
    where: dict,
    days: int,
    basis: Basis,
    pair: tuple[int, int],
    trial: Trial | None,
) -> None:
    rule = Definition(days, basis)
    by = ("month", dimension, *rule.axes, *(("arm", "rg") if trial else ()))
    kept = Selection(months=pair, where={k: tuple(v) for k, v in where.items()})
    found = split(
        counts.totals(kept, by=by, measures=rule.measures), before=pair[0], after=pair[1], definition=rule, trial=trial
    )
    if found.reason:
        assert not counts.totals(kept, by=("month",))["B"].sum(1).all()
        return
    add_up(found)
    assert found.residual == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("basis", BASES)
def test_a_definition_counts_what_it_says(basis: Basis) -> None:
    rows = make_rows(1500, seed=6, months=(202401,), grid=edges())
    made = ColumnarCounts.from_frames({"rows": rows}, edges=edges(), dimensions=dimensions())
    rule = Definition(60, basis)
    overdue, whole = amounts(made.totals(Selection(), by=("bucket",), measures=rule.measures), rule, ())
    late = rows["bucket"].isin(BUCKETS[3:]) if basis != "balance" else rows["days_past_due"] > 60
    amount = {"balance": "balance", "past_due": "past_due", "count": None}[basis]
    above = rows.loc[late, amount].sum() if amount else late.sum()
    below = rows["balance"].sum() if amount else len(rows)
    assert float(overdue.sum()) == pytest.approx(float(above), rel=1e-5)
    assert float(whole.sum()) == pytest.approx(float(below), rel=1e-5)


def test_a_ratio_that_rose_although_it_fell_in_every_product_is_a_reversal() -> None:
    """2 % → 1 % and 10 % → 9 %, but the second went from half of the portfolio to 80 %: 6 % → 7.4 %."""
    found = split(plain([[10, 50], [2, 72]], [[500, 500], [200, 800]]), before=FIRST, after=LAST)
    assert (found.start, found.end) == pytest.approx((0.06, 0.074))
    turned = reversal(found)
    assert turned is not None
    assert (turned.everywhere, turned.levels, turned.dimension) == (True, 2, "product")
    assert turned.rate == pytest.approx(-0.01)


def test_ratios_that_fell_on_balance_are_a_reversal_of_the_rates_only() -> None:
    """The fixture: +0.6 pp in all, although the ratios alone took 0.1 pp off; one of the two rose."""
    turned = reversal(split(plain([[10, 50], [12, 54]], [[500, 500], [400, 600]]), before=FIRST, after=LAST))
    assert turned is not None
    assert not turned.everywhere
    assert (turned.change, turned.rate) == pytest.approx((0.006, -0.001))


def test_what_moves_with_its_segments_is_no_reversal_and_the_stronger_kind_comes_first() -> None:
    alike = split(plain([[10, 50], [15, 55]], [[500, 500], [500, 500]]), before=FIRST, after=LAST)
    weak = split(plain([[10, 50], [12, 54]], [[500, 500], [400, 600]]), before=FIRST, after=LAST)
    strong = split(plain([[10, 50], [2, 72]], [[500, 500], [200, 800]]), before=FIRST, after=LAST)
    assert reversal(alike) is None
    assert [r.everywhere for r in reversals([weak, alike, strong])] == [True, False]


def test_a_product_that_was_born_does_not_hide_a_reversal() -> None:
    """Both old products fell; a third came with 20 % overdue."""
    found = split(plain([[10, 50, 0], [9, 45, 40]], [[500, 500, 0], [500, 500, 200]], "abc"), before=FIRST, after=LAST)
    turned = reversal(found)
    assert turned is not None
    assert (turned.everywhere, turned.levels) == (True, 2)
    assert [s.was for s in found.segments] == ["there", "there", "new"]


@pytest.mark.parametrize(
    ("before", "after", "reason"), [(LAST, LAST, "one_month"), (202312, LAST, "no_month_before")], ids=str
)
def test_a_split_needs_two_months_that_are_there(before: int, after: int, reason: str) -> None:
    found = split(plain([[1, 1], [1, 1]], [[9, 9], [9, 9]]), before=before, after=after)
    assert (found.reason, found.segments) == (reason, ())
    assert reversal(found) is None


def test_a_month_without_a_balance_is_not_split() -> None:
    assert split(plain([[0, 0], [1, 1]], [[0, 0], [9, 9]]), before=FIRST, after=LAST).reason == "no_balance"


@pytest.mark.parametrize("where", [{}, {"product": ("consumo", "tarjeta")}])
@pytest.mark.parametrize("basis", BASES)
def test_the_ten_largest_clients_are_those_of_the_rows(where: dict, basis: Basis) -> None:
    release = store_with(draft(900, first=202411)).read()
    rows = release.frame("rows", parts=["202412"])
    rows = rows[rows["days_past_due"] > 30]
    for name, levels in where.items():
        rows = rows[rows[name].isin(levels)]
    owed = rows.assign(one=1.0).groupby("client")[{"balance": "balance", "past_due": "past_due", "count": "one"}[basis]]
    by_client = owed.sum().astype(float).sort_values()
    found = largest(release, Selection(where=where), month=202412, definition=Definition(30, basis))
    assert found.share == pytest.approx(by_client.iloc[-10:].sum() / by_client.sum(), rel=1e-6)
    assert found.clients == (by_client > 0).sum()


def test_a_month_that_is_not_there_has_no_largest_clients() -> None:
    found = largest(store_with(draft(100)).read(), Selection(), month=209901, definition=Definition())
    assert (found.clients, math.isnan(found.share)) == (0, True)
