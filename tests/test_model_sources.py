"""The trainer on the real loans and on the demo bank's files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.months import add, between
from data.parquet_store import ParquetStore
from data.portfolio import generate
from data.rows import NEGATIVE, POSITIVE
from data.store import Release
from model import train
from model.leaderboard import delong

LOANS = Path(__file__).resolve().parent.parent / "data" / "sources" / "pago_a_tiempo.toml"
EARLIER = 202410
"""The month up to which the demo bank is told of, where what came later is not."""


@pytest.fixture(scope="module")
def loans(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    store = tmp_path_factory.mktemp("loans")
    data = shared / "datasets" / "pago_a_tiempo" / "pago_a_tiempo.parquet"
    words = ["--mapping", LOANS, "--data", data, "--store", store, "--quiet", "--no-track"]
    assert train.main(["--source", "table", *map(str, words)]) == 0
    return ParquetStore(store)


def test_real_loans_are_ranked_out_of_time_as_well_as_anyone_could(loans: ParquetStore) -> None:
    rows = loans.read().frame("rows")
    known = rows["label_state"].isin((NEGATIVE, POSITIVE)) & rows["month"].between(202503, 202512)
    assert rows.loc[known, "score"].notna().all() and known.sum() == 6096
    auc, low, _ = delong(rows.loc[known, "score"].to_numpy(), rows.loc[known, "label_state"].to_numpy())
    assert auc >= 0.70 and low > 0.60


def test_the_leak_of_the_real_loans_is_refused_by_the_guard_alone(loans: ParquetStore) -> None:
    card = loans.read().document("model_card")
    assert [x["feature"] for x in card["guards"]["refused"]] == ["puntaje"]
    assert card["guards"]["barred"] == []
    assert "puntaje" not in {f["name"] for f in card["features"]}
    assert not loans.read().frame("rows")["reason_1"].astype(str).str.startswith("puntaje:").any()


def test_every_real_loan_is_in_the_release(loans: ParquetStore) -> None:
    release = loans.read()
    rows = release.frame("rows")
    assert len(rows) == 10_763
    assert rows["month"].min() == 202411 and rows["month"].max() == 202604
    assert set(release.document("dimensions")) >= {"product", "occupation", "age_band", "income_band"}
    assert {w["train_last"] < w["month"] for w in release.document("model_card")["windows"]} == {True}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    generate(folder / "files", clients=3000, months=28, seed=3)
    return folder


def _train(bank: Path, name: str, *more: str) -> ParquetStore:
    words = [
        "--source",
        "opciones_pago",
        "--data",
        str(bank / "files"),
        "--store",
        str(bank / name),
        "--quiet",
        "--no-track",
    ]
    assert train.main([*words, "--refit-every", "3", *more]) == 0
    return ParquetStore(bank / name)


@pytest.fixture(scope="module")
def released(bank: Path) -> ParquetStore:
    return _train(bank, "store")


def test_the_demo_bank_is_scored_with_skill_and_above_the_banks_own_score(released: ParquetStore) -> None:
    lines = {x["name"]: x for x in released.read().document("model_card")["leaderboard"]}
    assert set(lines) == {"lightgbm", "logistic", "bank_score", "no_skill"}
    assert lines["lightgbm"]["auc_low"] > 0.5
    assert lines["lightgbm"]["auc"] > lines["bank_score"]["auc"]


def test_every_obligation_month_is_there_and_every_eligible_one_scored_once_a_model_is_ready(
    released: ParquetStore,
) -> None:
    release = released.read()
    rows = release.frame("rows")
    steps = {s["name"]: s["count"] for s in release.document("coverage")["all"]}
    assert steps["distinct"] == len(rows)
    first = rows.loc[rows["score"].notna(), "month"].min()
    later = rows[rows["month"] >= first]
    assert (later["score"].notna() == (later["eligible"] == 1)).all()
    assert steps["scored"] == rows["score"].notna().sum()
    assert not rows.duplicated(["client", "obligation", "month"]).any()


@dataclass(frozen=True)
class Monthly:
    """A store that was refreshed a month later: the hashes of its first parts by name, and its second release."""

    then: dict[str, str]
    second: Release
    models: Path


@pytest.fixture(scope="module")
def monthly(bank: Path) -> Monthly:
    first = _train(bank, "monthly", "--as-of", str(add(EARLIER, -1)))
    then = {p.name: p.sha256 for p in first.read().parts("rows")}
    return Monthly(then, _train(bank, "monthly", "--as-of", str(EARLIER)).read(), bank / "monthly" / "models")


def test_a_month_is_scored_the_same_whatever_comes_after_it(monthly: Monthly, released: ParquetStore) -> None:
    later = released.read().frame("rows")
    months, as_of = sorted(later["month"].unique()), EARLIER
    assert months[-6] > as_of
    earlier = monthly.second.frame("rows")
    keys = ["client", "obligation", "month"]
    both = earlier.merge(later, on=keys, suffixes=("_then", "_now"))
    assert len(both) == len(earlier) and set(earlier["month"]) == {m for m in months if m <= add(as_of, 1)}
    then, now = both["score_then"].to_numpy(), both["score_now"].to_numpy()
    assert np.isfinite(then).sum() > 500
    assert np.array_equal(then, now, equal_nan=True)
    assert both["model_then"].astype(str).equals(both["model_now"].astype(str))


def test_the_next_month_is_a_release_that_shares_the_files_of_the_months_that_did_not_change(monthly: Monthly) -> None:
    then, second = monthly.then, monthly.second
    now = {p.name: p.sha256 for p in second.parts("rows")}
    assert set(now) - set(then) == {"202411"}
    same = {m for m in then if then[m] == now[m]}
    assert same >= {str(m) for m in between(202301, 202308)}  # what was offered is followed for a year
    assert "202410" not in same
    windows = len(second.document("model_card")["windows"])
    assert len(list(monthly.models.iterdir())) <= 2 * (windows + 1)


def test_arms_and_decisions_reach_the_rows(released: ParquetStore) -> None:
    release = released.read()
    rows = release.frame("rows")
    arms = release.document("arms")
    assert set(arms["clients"]) == {"model", "legacy", "none"}
    since = rows["month"] >= arms["go_live"]
    assert not (rows.loc[~since, "arm"] != "(unknown)").any()
    none = rows[(rows["arm"] == "none")]
    assert none["offered"].sum() == 0
    offered = rows[rows["offered"] == 1]
    assert offered["propensity"].between(0, 1, inclusive="right").all() and (offered["eligible"] == 1).all()


def test_labels_of_the_newest_months_are_open(released: ParquetStore) -> None:
    release = released.read()
    meaning = release.document("meaning")
    rows = release.frame("rows")
    asked = rows[rows["eligible"] == 1]
    newest = between(meaning["as_of"], meaning["last_month"])
    assert pd.Series(asked.loc[asked["month"].isin(newest), "label_state"]).isin((2, 3)).all()


def test_the_five_documented_files_are_enough(bank: Path) -> None:
    files = bank / "five"
    files.mkdir()
    for path in (bank / "files").glob("prueba_*"):
        (files / path.name).symlink_to(path)
    words = [
        "--source",
        "opciones_pago",
        "--data",
        str(files),
        "--store",
        str(bank / "of_five"),
        "--quiet",
        "--no-track",
    ]
    assert train.main([*words, "--refit-every", "6", "--explain-last", "1"]) == 0
    release = ParquetStore(bank / "of_five").read()
    assert release.document("arms") == {}
    names = {f["name"] for f in release.document("model_card")["features"]}
    assert not {"balance", "past_due", "days_past_due"} & names
    assert {"last_days_past_due_end", "label_last"} <= names
    assert (release.frame("rows")["eligible"] == 1).all()
