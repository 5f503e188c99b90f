"""The data report: counts that add up, numbers as other packages compute them, and nothing that was not yet known."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score
from small_bank import make_bank

from data import report as room
from data.contract import Portfolio, Suspicion
from data.report import association, pairs, report, spread
from data.report.bins import bins_of, equal_edges, round_step
from data.report.columns import fields_of, known_rows
from data.sources import load
from model.leaderboard import delong


@pytest.fixture(scope="module")
def bank() -> Portfolio:
    return make_bank(clients=300)


@pytest.fixture(scope="module")
def made(bank: Portfolio) -> dict[str, Any]:
    return report(bank)


@pytest.fixture(scope="module")
def skewed() -> np.ndarray:
    return np.random.default_rng(3).lognormal(0, 1, 501)


def _column(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in document["columns"] if c["name"] == name)


def _with(bank: Portfolio, **attributes: Any) -> Portfolio:
    """The bank with attributes of its obligation-months."""
    keys = bank.obligations[["client", "obligation", "month"]].reset_index(drop=True)
    return replace(bank, attributes=keys.assign(**attributes))


def _label(bank: Portfolio) -> np.ndarray:
    """1, 0 or NaN for each row of the obligations."""
    keys = ["client", "obligation", "month"]
    joined = bank.obligations[keys].merge(bank.outcomes, on=keys, how="left")
    return joined["label"].to_numpy(dtype=float)


# Numbers of one column


def test_moments_are_those_of_pandas_and_scipy(skewed: np.ndarray) -> None:
    found = spread.spread_of(skewed)
    series = pd.Series(skewed)
    assert found["mean"] == pytest.approx(series.mean())
    assert found["sd"] == pytest.approx(series.std())
    assert found["skew"] == pytest.approx(series.skew()) == pytest.approx(stats.skew(skewed, bias=False))
    assert found["kurtosis"] == pytest.approx(series.kurt()) == pytest.approx(stats.kurtosis(skewed, bias=False))
    assert found["quantiles"]["0.95"] == pytest.approx(series.quantile(0.95))


def test_outliers_lie_beyond_the_fences_of_tukey_and_of_the_median_deviation(skewed: np.ndarray) -> None:
    found = spread.spread_of(skewed)
    q1, q3 = np.percentile(skewed, [25, 75])
    assert found["tukey"]["above"] == (skewed > q3 + 1.5 * stats.iqr(skewed)).sum()
    reach = 3 * stats.median_abs_deviation(skewed, scale="normal")
    assert found["mad"]["above"] == (skewed > np.median(skewed) + reach).sum()
    assert found["mad"]["high"] == pytest.approx(np.median(skewed) + reach, rel=1e-4)
    assert found["tukey"]["below"] == (skewed < q1 - 1.5 * stats.iqr(skewed)).sum() == 0


def test_where_more_than_half_are_one_value_the_median_deviation_calls_nothing_an_outlier() -> None:
    found = spread.spread_of(np.array([0.0] * 8 + [1.0, 2.0]))
    assert (found["mad"]["above"], found["zeros"]) == (0, 8)


def test_one_value_or_none_has_no_skew() -> None:
    assert math.isnan(spread.spread_of(np.full(9, 1.1))["skew"])
    assert math.isnan(spread.spread_of(np.full(3, np.nan))["mean"])
    assert spread.spread_of(np.full(3, np.nan))["tukey"]["above"] == 0


def test_enormous_numbers_do_not_overflow() -> None:
    values = np.array([1e200, 2e200, 4e200, 9e200])
    assert spread.spread_of(values)["kurtosis"] == pytest.approx(pd.Series(values / 1e200).kurt())


# Association with the outcome


def test_the_auc_alone_and_its_interval_are_those_of_scikit_learn_and_of_the_rows() -> None:
    r = np.random.default_rng(1)
    y = (r.random(400) < 0.3).astype(float)
    x = np.round(y + r.normal(size=400), 1)
    _, place = np.unique(x, return_inverse=True)
    hits = np.bincount(place, y)
    found = association.auc(hits, np.bincount(place) - hits)
    assert found[0] == pytest.approx(roc_auc_score(y, x))
    assert found == pytest.approx(delong(x, y))


def test_cramers_v_is_that_of_bergsma() -> None:
    table = np.array([[30, 10], [20, 40], [10, 50]])
    n = table.sum()
    chi2 = stats.chi2_contingency(table, correction=False).statistic
    phi = chi2 / n - 2 * 1 / (n - 1)
    assert association.cramers_v(table) == pytest.approx(math.sqrt(phi / (2 - 1 / (n - 1) - 1)))
    plain = stats.contingency.association(table * 1000, method="cramer")
    assert association.cramers_v(table * 1000) == pytest.approx(plain, rel=1e-3)


def test_cramers_v_is_one_when_a_bin_decides_and_zero_when_bins_are_alike() -> None:
    assert association.cramers_v(np.array([[50, 0], [0, 50]])) == pytest.approx(1)
    assert association.cramers_v(np.array([[10, 30], [20, 60], [0, 0]])) == 0
    assert math.isnan(association.cramers_v(np.array([[10, 30]])))


def test_the_information_value_of_a_table_by_hand() -> None:
    p, q = np.array([30.5, 10.5]) / 41, np.array([10.5, 30.5]) / 41
    by_hand = sum((p - q) * np.log(p / q))
    assert association.information_value(np.array([[30, 10], [10, 30], [0, 0]])) == pytest.approx(by_hand)


def test_correlations_with_the_outcome_are_those_of_scipy(bank: Portfolio, made: dict[str, Any]) -> None:
    y, x = _label(bank), bank.obligations["days_past_due"].to_numpy()
    seen = np.isfinite(y) & (bank.obligations["eligible"].to_numpy() > 0)
    found = _column(made, "days_past_due")
    assert found["pearson"] == pytest.approx(stats.pointbiserialr(y[seen], x[seen]).statistic)
    assert found["spearman"] == pytest.approx(stats.spearmanr(x[seen], y[seen]).statistic)
    assert found["auc"]["value"] == pytest.approx(roc_auc_score(y[seen], x[seen]))
    assert found["auc"]["n"] == seen.sum() == made["sample"]["rows"]


def test_a_column_that_gives_the_outcome_away_is_a_leak_and_noise_is_none(bank: Portfolio) -> None:
    y = _label(bank)
    r = np.random.default_rng(0)
    noisy = np.where(np.isfinite(y), y, 0.5) + r.normal(scale=0.01, size=len(y))
    word = np.where(y == 1, "yes", np.where(y == 0, "no", "?"))
    around = np.where(y == 1, 0.0, np.sign(r.normal(size=len(y))))
    found = report(_with(bank, noisy=noisy, word=word, around=around, noise=r.normal(size=len(y))))
    assert [_column(found, n)["leak"] for n in ("noisy", "word", "around", "noise")] == [True, True, True, False]


# Counts


def test_every_count_adds_up_to_the_outcomes(made: dict[str, Any]) -> None:
    whole = made["rows"]["by_label"]
    assert np.sum(made["months"]["by_label"], axis=0).tolist() == whole
    for column in made["columns"]:
        counts = np.array(column["bins"]["by_label"])
        assert counts.sum(axis=0).tolist() == whole
        assert counts[-1].sum() == column["missing"] == sum(column["by_month"]["missing"])
        if "shape" in column:
            assert (np.sum(column["shape"]["by_label"], axis=0) + counts[-1]).tolist() == whole
            known = column["n"] - column["missing"]
            assert sum(column["by_month"]["sum"]) == pytest.approx((column["mean"] or 0) * known)
    for cell in made["pairs"]["cells"]:
        assert np.sum(cell["labelled"]) == whole[0] + whole[1]
        assert np.sum(cell["positives"]) == whole[0]


def test_the_outcomes_are_those_of_the_eligible_rows(bank: Portfolio, made: dict[str, Any]) -> None:
    eligible = bank.obligations["eligible"].to_numpy() > 0
    y = _label(bank)[eligible]
    assert made["rows"]["by_label"] == [(y == 1).sum(), (y == 0).sum(), np.isnan(y).sum()]
    assert made["rows"]["read"] == len(bank.obligations)


def test_bins_of_a_number_are_tenths_and_a_heavy_value_stands_alone() -> None:
    values = np.r_[np.zeros(300), np.arange(1, 701), np.nan]
    found = bins_of(values)
    assert (found.low[0], found.high[0]) == (0, 0)
    sizes = np.bincount(found.codes)
    assert (sizes[0], sizes[-1]) == (300, 1)
    assert all(95 <= n <= 105 for n in sizes[1:-1])
    assert all(a <= b for a, b in zip(found.low, found.high, strict=True))


def test_few_values_have_a_bin_each_and_rare_levels_share_one() -> None:
    assert bins_of(np.array([3.0, 1.0, 3.0, 2.0])).low == (1, 2, 3)
    texts = pd.Categorical([f"L{k:02d}" for k in range(30) for _ in range(30 - k)])
    found = bins_of(texts)
    assert (found.levels[0], found.levels[-1], found.others) == ("L00", "", 16)
    assert np.bincount(found.codes, minlength=found.size)[-2] == sum(range(1, 17))


def test_a_shape_has_round_edges_and_never_more_than_a_few_bars(skewed: np.ndarray) -> None:
    assert [round_step(w) for w in (0.03, 1.7, 26.0, 100.0)] == [0.05, 2.0, 50.0, 100.0]
    assert round_step(0.3, whole=True) == 1
    assert equal_edges(np.arange(18.0, 80.0)).tolist() == list(range(20, 80, 5))
    assert len(equal_edges(skewed)) <= 18
    assert len(equal_edges(np.full(4, 7.0))) == 0


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e13])
def test_a_shape_holds_every_value_at_any_scale(skewed: np.ndarray, scale: float) -> None:
    edges = equal_edges(skewed * scale)
    assert 6 <= len(edges) <= 18
    assert (np.diff(edges) > 0).all()


# What was known


def test_records_are_the_last_ones_before_the_month(bank: Portfolio) -> None:
    rows = known_rows(bank)
    paid = next(f for f in fields_of(bank, rows) if f.name == "payments.paid")
    first = int(rows.keys["month"].min())
    assert np.isnan(paid.numbers[rows.keys["month"] == first]).all()
    assert bank.payments is not None
    before = bank.payments.set_index(["obligation", "month"])["paid"]
    at = int(np.flatnonzero(rows.keys["month"].to_numpy() == first + 1)[0])
    assert paid.numbers[at] == before[(rows.keys["obligation"][at], first)]


def test_what_happens_in_a_month_changes_nothing_in_its_own_row(bank: Portfolio, made: dict[str, Any]) -> None:
    assert bank.payments is not None
    last = int(bank.obligations["month"].max())
    now = bank.payments["month"] >= last
    changed = bank.payments.assign(paid=bank.payments["paid"].where(~now, 1e9))
    assert report(replace(bank, payments=changed)) == made


def test_a_watched_or_a_barred_column_says_so(bank: Portfolio) -> None:
    found = report(replace(_with(bank, rating=np.arange(len(bank.obligations))), barred=frozenset({"rating"})))
    assert _column(found, "rating")["role"] == "barred"
    assert _column(found, "product")["role"] == "dimension"
    if any(c["name"] == "clients.gender" for c in found["columns"]):
        assert _column(found, "clients.gender")["role"] == "dimension"


def test_an_attribute_that_repeats_the_balance_stands_there_once(bank: Portfolio) -> None:
    found = report(_with(bank, saldo=bank.obligations["balance"].to_numpy()))
    names = [c["name"] for c in found["columns"]]
    assert "saldo" in names and "balance" not in names


def test_a_dimension_that_only_renames_an_attribute_stands_there_once(bank: Portfolio) -> None:
    product = bank.obligations["product"].astype(str)
    same = report(_with(bank, tipo=product.map({"card": "T", "loan": "P"}).to_numpy()))
    finer = report(_with(bank, tipo=(product + np.where(np.arange(len(product)) % 2, "1", "2")).to_numpy()))
    assert "product" not in [c["name"] for c in same["columns"]]
    assert "product" in [c["name"] for c in finer["columns"]]


# Kinds and edges


def test_kinds_of_columns_are_told_apart(bank: Portfolio) -> None:
    n = len(bank.obligations)
    odd = np.arange(n, dtype=float)
    odd[0] = np.inf
    found = report(
        _with(
            bank, yes=np.arange(n) % 2 == 0, when=pd.Timestamp("2022-12-15"), nothing=np.full(n, np.nan), one=7,
            text=pd.Series(["a", "b"] * (n // 2 + 1))[:n], odd=odd,
        )
    )  # fmt: skip
    kinds = {c["name"]: c["kind"] for c in found["columns"]}
    assert (kinds["yes"], kinds["when"], kinds["text"], kinds["one"]) == ("flag", "date", "category", "number")
    assert _column(found, "when")["min"] == 1 and _column(found, "when")["unit"] == "months"
    assert _column(found, "nothing")["missing"] == _column(found, "nothing")["n"]
    assert _column(found, "one")["cramers_v"] is None and _column(found, "one")["auc"] is None
    assert math.isfinite(_column(found, "odd")["max"])


def test_suspicions_stand_with_their_column(bank: Portfolio) -> None:
    odd = Suspicion("file.csv", "trend", "mixed_type", 58, "8315")
    found = report(replace(_with(bank, trend="up"), suspicions=(odd,)))
    assert _column(found, "trend")["suspicions"][0]["count"] == 58
    assert found["suspicions"] == [{"file": "file.csv", "column": "trend", "kind": "mixed_type", "count": 58,
                                    "example": "8315"}]  # fmt: skip


def test_without_a_known_outcome_the_columns_are_described_all_the_same(bank: Portfolio) -> None:
    open_now = bank.outcomes.assign(label=np.nan, label_state=np.uint8(3))
    found = report(replace(bank, outcomes=open_now))
    assert found["rows"]["by_label"][:2] == [0, 0]
    assert _column(found, "balance")["cramers_v"] is None
    assert _column(found, "balance")["mean"] > 0
    json.dumps(found, allow_nan=False)


def test_a_source_of_which_nothing_is_eligible_has_a_report_of_no_rows(bank: Portfolio) -> None:
    found = report(replace(bank, obligations=bank.obligations.assign(eligible=np.uint8(0))))
    assert found["rows"] == {"read": len(bank.obligations), "described": 0, "by_label": [0, 0, 0]}
    assert {c["n"] for c in found["columns"]} == {0}
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    "values",
    [[5e-324, 0.0, 0.0], [1e-300, 2e-300, 3e-300], [1e16, 1e16 + 2, 1e16 + 8], [-1e150, 0.0, 1e150]],
    ids=["subnormal", "tiny", "whole and large", "enormous"],
)
def test_numbers_of_any_size_are_described(bank: Portfolio, values: list[float]) -> None:
    n = len(bank.obligations)
    found = _column(report(_with(bank, x=np.resize(values, n))), "x")
    assert found["distinct"] == len(set(values))
    assert np.sum(found["shape"]["by_label"]) == found["n"]


def test_ranks_of_many_rows_rest_on_the_same_sample_every_time(
    bank: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SAMPLE", 200)
    found = report(bank)
    assert found == report(bank)
    assert found["sample"] == {"rows": 200, "of": sum(found["rows"]["by_label"][:2])}
    assert _column(found, "balance")["auc"]["n"] == 200
    assert np.sum(found["pairs"]["cells"][0]["labelled"]) == found["sample"]["of"]


def test_the_document_is_bounded_however_wide_the_table(bank: Portfolio) -> None:
    r = np.random.default_rng(0)
    n = len(bank.obligations)
    wide = {f"x{k:03d}": r.lognormal(size=n) for k in range(70)}
    wide |= {f"t{k:03d}": pd.Categorical(r.integers(0, 400, n).astype(str)) for k in range(40)}
    found = report(_with(bank, **wide))
    assert len(found["columns"]) == room.MOST_COLUMNS
    assert len(found["columns"]) + len(found["left_out"]) >= 110
    assert len(json.dumps(found, allow_nan=False)) < 300_000


def test_the_matrix_is_that_of_pandas_where_both_are_known() -> None:
    r = np.random.default_rng(5)
    x = r.normal(size=200)
    frame = pd.DataFrame({"x": x, "y": np.where(r.random(200) < 0.2, np.nan, x**3 + r.normal(size=200))})
    assert pairs.spearman(frame["x"].to_numpy(), frame["y"].to_numpy()) == pytest.approx(
        frame.corr(method="spearman").loc["x", "y"]
    )
    assert math.isnan(pairs.spearman(np.ones(5), np.arange(5.0)))


# Real files


def test_the_report_of_the_loans_finds_what_is_known_of_them(shared: Path) -> None:
    folder = shared / "datasets" / "pago_a_tiempo"
    found = report(load("pago_a_tiempo", folder / "pago_a_tiempo.parquet"))
    raw = pd.read_parquet(folder / "pago_a_tiempo.parquet")
    assert found["rows"]["by_label"] == [(raw["Pago_atiempo"] == 1).sum(), (raw["Pago_atiempo"] == 0).sum(), 0]
    score = _column(found, "puntaje")
    assert score["auc"]["value"] == pytest.approx(roc_auc_score(raw["Pago_atiempo"], raw["puntaje"]))
    assert (score["leak"], score["role"]) == (True, "barred")
    trend = _column(found, "tendencia_ingresos")
    assert trend["missing"] == (~raw["tendencia_ingresos"].isin(["Creciente", "Decreciente", "Estable"])).sum()
    assert [(s["kind"], s["count"]) for s in trend["suspicions"]] == [("mixed_type", 58)]
    assert [c["name"] for c in found["columns"] if c["leak"]] == ["puntaje"]
