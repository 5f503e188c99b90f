"""Additive counts: exact against pandas, and the laws that any additive count obeys."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored_rows import FLOW_LEVELS, LEVELS, dimensions, edges, make_parts, make_rows
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from data.counts import MEASURES, SCORE_MEASURES, Selection, Tally
from data.counts.coding import MOST_LEVELS, OTHER, code_part, pack, unpack
from data.counts.columnar import ColumnarCounts
from data.counts.grid import encode, make_edges
from data.rows import LABEL_STATES, UNKNOWN

GRID = edges(120)
MONTHS = (202401, 202402, 202403)
ROWS = make_rows(6_000, seed=7, months=MONTHS, open_months=(202403,), flows=True)
COUNTS = ColumnarCounts.from_frames({"all": ROWS}, edges=GRID, dimensions=dimensions())
ROUNDED = {"ll", "w", "w2"}
"""Measures whose terms are held in float32."""
GROUPS = ("month", "product", "bucket", "region", "segment", "gender", "arm", "eligible", "offered", "rg", *FLOW_LEVELS)


def choices(name: str) -> st.SearchStrategy[tuple[str, ...]]:
    levels = {
        **LEVELS,
        **FLOW_LEVELS,
        "arm": ("model", "random", "none"),
        "eligible": ("0", "1"),
        "offered": ("0", "1"),
        "rg": tuple(map(str, range(30))),
    }
    return st.lists(st.sampled_from([*levels[name], "no such level"]), max_size=9, unique=True).map(tuple)


wheres = st.lists(st.sampled_from(GROUPS[1:]), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: choices(name) for name in names})
)
selections = st.builds(
    Selection,
    months=st.none() | st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)),
    where=wheres,
    codes=st.none() | st.tuples(st.integers(0, 60), st.integers(0, 130)),
)
groupings = st.lists(st.sampled_from(GROUPS), max_size=2, unique=True).map(tuple)


def kept(rows: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows of a selection, by pandas."""
    code = encode(rows["score"].to_numpy(), GRID)
    mask = np.ones(len(rows), bool)
    for name, levels in selection.where.items():
        mask &= rows[name].astype(str).isin(levels).to_numpy()
    if selection.months:
        mask &= rows["month"].between(*selection.months).to_numpy()
    if selection.codes:
        mask &= (code >= selection.codes[0]) & (code <= selection.codes[1])
    return rows.assign(code=code)[mask]


def terms(rows: pd.DataFrame) -> pd.DataFrame:
    """What each row adds to each measure, written out in float64 from the definitions of data.counts."""
    wide = rows.assign(**{c: rows[c].astype(np.float64) for c in rows.columns[rows.dtypes == np.float32]})
    s, b = wide["score"].fillna(0), wide["balance"].fillna(0)
    scored, days = wide["score"].notna(), wide["days_past_due"]
    yes, no = scored & (wide["label_state"] == 1), scored & (wide["label_state"] == 0)
    e = wide["propensity"].where(wide["offered"] == 1)
    out = {
        "n": 1.0, "scored": scored, "eligible": wide["eligible"], "offered": wide["offered"], "s1": s, "s2": s**2,
        "s3": s**3, "s4": s**4, "ll": np.log(s.where(yes, 1)) + np.log((1 - s).where(no, 1)), "B": b, "B2": b**2,
        "Bs": b * scored, "Bp": b * s, "V1": b * (days > 0), "V30": b * (days > 30), "V60": b * (days > 60),
        "V90": b * (days > 90), "due": wide["past_due"].fillna(0), "cash": wide["cash"].fillna(0),
        "paid": wide["paid"], "kept": wide["kept"], "W": wide["written_off"].fillna(0),
        "R": wide["reaged_balance"].fillna(0), "w": (1 / e).fillna(0), "w2": (1 / e**2).fillna(0),
        "VV30": b**2 * (days > 30), "NB": wide["next_balance"].fillna(0),
        "s0": wide["previous_score"].fillna(0), "n0": wide["previous_score"].notna(),
    }  # fmt: skip
    return pd.DataFrame(out, index=rows.index).astype(np.float64)


def by_pandas(rows: pd.DataFrame, tally: Tally, measures: Sequence[str]) -> dict[str, np.ndarray]:
    """The same sums on the same axes, by pandas."""
    keys = pd.DataFrame({a: rows["label_state"] if a == "label" else rows[a].astype(str) for a in tally.axes})
    labels = {a: [str(x) for x in tally.labels[a]] for a in tally.axes} | {"label": list(range(4))}
    cells = [keys[a].map({x: i for i, x in enumerate(labels[a])}).to_numpy(np.int64) for a in tally.axes]
    shape = tuple(len(labels[a]) for a in tally.axes)
    flat = np.ravel_multi_index(cells, shape) if len(rows) else np.zeros(0, np.int64)
    size = math.prod(shape)
    columns = terms(rows)
    return {m: np.bincount(flat, columns[m], minlength=size).reshape(shape) for m in measures}


def assert_equal(tally: Tally, expected: dict[str, np.ndarray]) -> None:
    for measure, values in expected.items():
        near = 1e-6 if measure in ROUNDED else 1e-12
        np.testing.assert_allclose(tally[measure], values, rtol=near, atol=1e-9, err_msg=measure)


def added(tally: Tally) -> dict[str, float]:
    return {m: float(v.sum()) for m, v in tally.values.items()}


@settings(deadline=None, max_examples=120)
@given(selections, groupings)
def test_totals_are_what_pandas_sums(selection: Selection, by: tuple[str, ...]) -> None:
    tally = COUNTS.totals(selection, by=by)
    assert tally.axes == (*by, "label")
    assert tuple(tally.values) == MEASURES
    assert_equal(tally, by_pandas(kept(ROWS, selection), tally, MEASURES))


@settings(deadline=None, max_examples=60)
@given(selections, groupings)
def test_histograms_are_what_pandas_sums_over_scored_rows(selection: Selection, by: tuple[str, ...]) -> None:
    tally = COUNTS.histogram(selection, by=by)
    assert tally.axes == (*by, "code", "label")
    rows = kept(ROWS, selection)
    assert_equal(tally, by_pandas(rows[rows["score"].notna()], tally, SCORE_MEASURES))


@settings(deadline=None, max_examples=40)
@given(selections, st.sets(st.sampled_from(MEASURES), min_size=1))
def test_asking_for_some_measures_gives_the_same_numbers(selection: Selection, asked: set[str]) -> None:
    every = COUNTS.totals(selection, by=("product",))
    some = COUNTS.totals(selection, by=("product",), measures=tuple(asked))
    assert set(some.values) == asked
    for measure in asked:
        np.testing.assert_allclose(some[measure], every[measure], rtol=1e-12)


@pytest.mark.parametrize("asked", [("n",), ("s1", "n"), ("B", "s1"), ("s2",), ("w", "cash")])
def test_asking_for_some_measures_of_a_histogram_gives_the_same_numbers(asked: tuple[str, ...]) -> None:
    selection = Selection(where={"product": ("consumo", "tarjeta")})
    every, some = COUNTS.histogram(selection, by=("arm",)), COUNTS.histogram(selection, by=("arm",), measures=asked)
    for measure in asked:
        np.testing.assert_allclose(some[measure], every[measure], rtol=1e-12)


@settings(deadline=None, max_examples=40)
@given(selections, st.sampled_from(GROUPS))
def test_a_total_is_the_sum_of_its_groups(selection: Selection, axis: str) -> None:
    whole, rolled = COUNTS.totals(selection), COUNTS.totals(selection, by=(axis,)).roll(axis)
    assert rolled.axes == whole.axes
    for measure in MEASURES:
        np.testing.assert_allclose(rolled[measure], whole[measure], rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=40)
@given(selections)
def test_a_histogram_rolled_over_its_codes_is_the_total_of_the_scored_rows(selection: Selection) -> None:
    first, last = selection.codes or (1, 10_000)
    scored = Selection(selection.months, selection.where, (max(first, 1), last))
    bins, whole = COUNTS.histogram(selection).roll("code"), COUNTS.totals(scored)
    for measure in SCORE_MEASURES:
        near = 1e-6 if measure in ROUNDED else 1e-11
        np.testing.assert_allclose(bins[measure], whole[measure], rtol=near, atol=1e-9, err_msg=measure)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(GROUPS[1:]), st.data())
def test_a_filter_and_its_complement_are_everything(name: str, data: st.DataObject) -> None:
    axis = {str(x) for x in COUNTS.totals(Selection(), by=(name,)).labels[name]}
    inside = set(data.draw(choices(name)))
    halves = [added(COUNTS.totals(Selection(where={name: tuple(part)}))) for part in (inside, axis - inside)]
    everything = added(COUNTS.totals(Selection()))
    for measure, value in everything.items():
        assert halves[0][measure] + halves[1][measure] == pytest.approx(value, rel=1e-9)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    again = ColumnarCounts.from_frames(
        {"x": ROWS.sample(frac=1, random_state=seed)}, edges=GRID, dimensions=dimensions()
    )
    for one, other in zip(_figures(COUNTS), _figures(again), strict=True):
        for measure in one.values:
            np.testing.assert_allclose(one[measure], other[measure], rtol=1e-11, atol=1e-9)


def test_counts_are_the_same_however_rows_are_cut_into_parts() -> None:
    cut = ColumnarCounts.from_frames(
        {"a": ROWS.iloc[:1_000], "b": ROWS.iloc[1_000:4_500], "c": ROWS.iloc[4_500:]},
        edges=GRID,
        dimensions=dimensions(),
    )
    for one, other in zip(_figures(COUNTS), _figures(cut), strict=True):
        assert one.labels == other.labels
        for measure in one.values:
            np.testing.assert_allclose(one[measure], other[measure], rtol=1e-11, atol=1e-9)


def _figures(counts: ColumnarCounts) -> tuple[Tally, Tally]:
    narrow = Selection(where={"region": ("R00", "R01", "R02")})
    return counts.totals(narrow, by=("month", "product")), counts.histogram(narrow, by=("arm",))


def test_large_portfolios_are_counted_by_two_threads_as_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = _figures(COUNTS)
    monkeypatch.setattr("data.counts.query.THREADED_ROWS", 1)
    for one, other in zip(alone, _figures(COUNTS), strict=True):
        for measure in one.values:
            np.testing.assert_allclose(one[measure], other[measure], rtol=1e-12)


def test_brier_and_log_loss_from_sums_equal_scikit_learn() -> None:
    judged = ROWS[ROWS["label_state"].isin((0, 1)) & ROWS["score"].notna()]
    y, p = judged["label_state"].to_numpy(), judged["score"].to_numpy(np.float64)
    total = COUNTS.totals(Selection(codes=(1, 10_000)))
    yes, no = total.at(label="positive"), total.at(label="negative")
    n = yes["n"] + no["n"]
    brier = (yes["s2"] - 2 * yes["s1"] + yes["n"] + no["s2"]) / n
    assert n == len(judged)
    assert brier == pytest.approx(brier_score_loss(y, p), abs=1e-12)
    assert -(yes["ll"] + no["ll"]) / n == pytest.approx(log_loss(y, p), rel=1e-7)


def test_auc_from_a_thousand_bins_is_within_the_stated_bound() -> None:
    rows = make_rows(20_000, seed=3, unscored=0)
    grid = make_edges(make_rows(4_000, seed=99, unscored=0)["score"].to_numpy())
    counts = ColumnarCounts.from_frames({"x": rows}, edges=grid, dimensions={})
    n = counts.histogram(Selection(), measures=("n",))["n"]
    no, yes = n[:, 0], n[:, 1]
    auc = (yes * (np.cumsum(no) - no / 2)).sum() / (yes.sum() * no.sum())
    judged = rows[rows["label_state"] < 2]
    assert len(grid) > 900
    assert auc == pytest.approx(roc_auc_score(judged["label_state"], judged["score"]), abs=2e-5)


def small(**columns: object) -> pd.DataFrame:
    """Rows checked by hand: three obligations of one month, the last one unscored and of unknown balance."""
    nan = math.nan
    base = {
        "client": [1, 2, 3], "obligation": [1, 2, 3], "month": [202401] * 3, "rg": [0, 1, 1],
        "product": ["a", "b", "b"], "arm": ["model"] * 3, "offered": [1, 1, 0], "kept": [1, 0, 0], "paid": [1, 0, 1],
        "eligible": [1, 1, 0], "label_state": [1, 0, 2], "days_past_due": [30.0, 31.0, nan],
        "balance": [100.0, 200.0, nan], "past_due": [10.0, 20.0, nan], "cash": [5.0, 0.0, 7.0],
        "written_off": [0.0, 50.0, 0.0], "reaged_balance": [100.0, 0.0, nan], "propensity": [0.5, nan, 0.25],
        "score": [0.5, 0.25, nan], "next_balance": [90.0, 0.0, nan], "previous_score": [0.25, nan, nan],
    }  # fmt: skip
    return pd.DataFrame(base | columns)


def counted(frame: pd.DataFrame, levels: Sequence[str] = ("a", "b")) -> ColumnarCounts:
    grid = np.array([0, 0.25, 0.5, 1], np.float32)
    return ColumnarCounts.from_frames({"202401": frame}, edges=grid, dimensions={"product": levels})


def test_three_rows_by_hand() -> None:
    total = added(counted(small()).totals(Selection()))
    expected = {
        "n": 3, "scored": 2, "eligible": 2, "offered": 2, "s1": 0.75, "s2": 0.3125, "s3": 0.140625, "s4": 0.06640625,
        "ll": math.log(0.5) + math.log(0.75), "B": 300, "B2": 50_000, "Bs": 300, "Bp": 100, "V1": 300, "V30": 200,
        "V60": 0, "V90": 0, "due": 30, "cash": 12, "paid": 2, "kept": 1, "W": 50, "R": 100, "w": 2, "w2": 4,
        "VV30": 40_000, "NB": 90, "s0": 0.25, "n0": 1,
    }  # fmt: skip
    assert total == pytest.approx(expected, rel=1e-7)
    bins = counted(small()).histogram(Selection())
    assert bins["n"].tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]]


def test_an_axis_has_the_positions_that_the_selection_keeps_in_display_order() -> None:
    tally = COUNTS.totals(
        Selection(months=(202402, 202403), where={"bucket": (">360", "1-30", "no such level"), "rg": (4, "2")}),
        by=("bucket", "month", "rg", "offered"),
    )
    assert tally.labels["bucket"] == ("1-30", ">360")
    assert tally.labels["month"] == (202402, 202403)
    assert tally.labels["rg"] == (2, 4)
    assert tally.labels["offered"] == (0, 1)
    assert tally.labels["label"] == LABEL_STATES


@pytest.mark.parametrize(
    "selection",
    [
        Selection(where={"product": ("no such level",)}),
        Selection(where={"product": ()}),
        Selection(months=(199901, 199912)),
        Selection(codes=(50, 40)),
    ],
)
def test_a_selection_that_keeps_nothing_gives_zeros(selection: Selection) -> None:
    for tally in (COUNTS.totals(selection), COUNTS.histogram(selection), COUNTS.totals(selection, by=("month", "arm"))):
        assert sum(added(tally).values()) == 0


def test_months_may_also_be_named_one_by_one() -> None:
    tally = COUNTS.totals(Selection(where={"month": (202401, "202403")}), by=("month",)).roll("label")
    assert tally.labels["month"] == (202401, 202403)
    assert tally["n"].tolist() == [2_000, 2_000]


def test_a_dimension_or_measure_that_does_not_exist_is_named() -> None:
    with pytest.raises(KeyError, match=r"'colour' is not a dimension.*product"):
        COUNTS.totals(Selection(), by=("colour",))
    with pytest.raises(KeyError, match="'colour' is not a dimension"):
        COUNTS.histogram(Selection(where={"colour": ("red",)}))
    with pytest.raises(KeyError, match="'V30' is not one of the measures"):
        COUNTS.histogram(Selection(), measures=("V30",))


def test_levels_that_only_the_rows_know_are_counted_after_the_listed_ones() -> None:
    counts = counted(small(product=["z", None, "b"]), levels=("b", "never"))
    assert counts.dimensions["product"] == ("b", "never", "z", UNKNOWN)
    assert counts.totals(Selection(), by=("product",)).roll("label")["n"].tolist() == [1, 0, 1, 1]


def test_a_dimension_that_a_part_lacks_is_unknown_there() -> None:
    counts = counted(small().drop(columns="product"))
    assert counts.totals(Selection(where={"product": (UNKNOWN,)}))["n"].sum() == 3


def test_the_rarest_of_too_many_levels_are_counted_together_and_said_so() -> None:
    product = [f"p{i:03d}" for i in range(300)] + ["p000"] * 30 + ["p299"] * 20
    frame = pd.concat([small().iloc[[0]]] * len(product), ignore_index=True).assign(product=product)
    counts = counted(frame, levels=())
    n = counts.totals(Selection(), by=("product",)).roll("label")
    by_level = dict(zip(n.labels["product"], n["n"], strict=True))
    assert (by_level["p000"], by_level["p299"]) == (31, 21)
    assert by_level[OTHER] == 300 - (MOST_LEVELS - 1) == counts.folded["product"][202401]
    assert n["n"].sum() == len(product)


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"label_state": [0, 1, 4]}, "label_state.*outside 0..3"),
        ({"offered": [0, 1, 2]}, "offered.*outside 0..1"),
        ({"rg": [0, 1, 30]}, "rg.*outside 0..29"),
        ({"kept": [0, 1, math.nan]}, "kept.*missing"),
        ({"score": [0.1, 1.1, 0.2]}, r"score.*outside 0\.\.1"),
    ],
)
def test_rows_that_cannot_be_counted_are_refused(columns: dict[str, object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        counted(small(**columns))


def test_a_part_of_several_months_is_refused() -> None:
    with pytest.raises(ValueError, match=r"one month, not of \[202401, 202402\]"):
        code_part(small(month=[202401, 202402, 202402]), dimensions=("product",), edges=GRID)


def test_a_part_reads_as_it_was_packed() -> None:
    part = code_part(make_parts(900)["202402"], dimensions=tuple(LEVELS), edges=GRID)
    again = unpack(pack(part))
    assert (again.month, again.names, again.levels, again.rows) == (202402, part.names, part.levels, 300)
    for name in ("small", "score_code", "amounts", "starts", "zones", "code_zones"):
        np.testing.assert_array_equal(getattr(part, name), getattr(again, name))
        assert not getattr(again, name).flags.writeable


def test_a_release_without_rows_counts_nothing() -> None:
    empty = ColumnarCounts.from_frames({}, edges=GRID, dimensions=dimensions())
    assert empty.months == ()
    assert empty.totals(Selection(), by=("product",))["n"].sum() == 0
    assert empty.histogram(Selection())["n"].shape == (len(GRID), 4)


def test_a_tally_can_be_cut_rolled_and_kept() -> None:
    tally = COUNTS.totals(Selection(), by=("month", "product"))
    assert tally.keep("product").axes == ("product",)
    assert tally.at(month=202402, label="positive").axes == ("product",)
    one = COUNTS.totals(Selection(months=(202402, 202402)), by=("product",)).at(label="positive")
    np.testing.assert_allclose(tally.at(month=202402, label="positive")["B"], one["B"], rtol=1e-12)
    with pytest.raises(KeyError, match="199901"):
        tally.at(month=199901)


@settings(deadline=None, max_examples=40)
@given(selections)
def test_the_rows_of_a_selection_are_those_that_pandas_keeps(selection: Selection) -> None:
    names = ("score", "balance", "challenger_score", "bank_score")
    found = list(COUNTS.listed(selection, names))
    expected = kept(ROWS, selection)
    assert sum(len(f.label) for f in found) == len(expected)
    for month in found:
        rows = expected[expected["month"] == month.month]
        told = pd.DataFrame({"label_state": month.label, "rg": month.rg, **month.amounts})
        by_hand = rows[list(told)].assign(balance=rows["balance"].fillna(0))
        columns = list(told)
        pd.testing.assert_frame_equal(
            told.sort_values(columns, ignore_index=True), by_hand.sort_values(columns, ignore_index=True),
            check_dtype=False,
        )  # fmt: skip
