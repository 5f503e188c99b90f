"""Runs in MLflow's own store: what a release says of itself, once, and nothing when it cannot be written."""

from __future__ import annotations

import json
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from data.parquet_store import ParquetStore
from data.rows import NEGATIVE, POSITIVE
from model import train
from model.lab import tracking
from model.lab.curves import curves
from model.lab.tracking import DATABASE, Run, TrackingError, flat, of_lab, of_release, track

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of MLflow's own libraries

MAPPING = """
source = "loans"
date = "day"
id = "loan"
[outcome]
column = "paid"
positive = [1]
means = { en = "pays", es = "paga", pt = "paga" }
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    folder = tmp_path_factory.mktemp("tracked")
    rng = np.random.default_rng(5)
    n = 1800
    x = rng.normal(size=n)
    days = pd.date_range("2024-01-01", "2024-06-30", periods=n).strftime("%Y-%m-%d")
    paid = (rng.random(n) < 1 / (1 + np.exp(-x))).astype(int)
    pd.DataFrame({"loan": np.arange(n), "day": days, "x": x, "paid": paid}).to_csv(folder / "loans.csv", index=False)
    (folder / "loans.toml").write_text(MAPPING)
    words = ["--data", folder / "loans.csv", "--mapping", folder / "loans.toml", "--store", folder / "store"]
    assert train.main(["--source", "table", "--quiet", "--no-track", *map(str, words)]) == 0
    return ParquetStore(folder / "store")


@pytest.fixture(scope="module")
def tracked(store: ParquetStore) -> mlflow.entities.Run:
    assert tracking.main(["--store", str(store.folder)]) == 0
    client = mlflow.MlflowClient(f"sqlite:///{store.folder / DATABASE}")
    experiment = client.get_experiment_by_name("cartera loans")
    (run,) = client.search_runs([experiment.experiment_id])
    return run


def test_a_run_has_the_figures_of_its_release(store: ParquetStore, tracked: mlflow.entities.Run) -> None:
    card = store.read().document("model_card")
    for line in card["leaderboard"]:
        assert tracked.data.metrics[f"{line['name']}.auc"] == pytest.approx(line["auc"])
    assert tracked.data.params["seed"] == "0" and tracked.data.params["source"] == "table"
    assert tracked.info.status == "FINISHED"


def test_a_run_names_the_model_the_data_and_the_code(store: ParquetStore, tracked: mlflow.entities.Run) -> None:
    release = store.read()
    tags = tracked.data.tags
    assert tags["cartera.release"] == release.version
    assert tags["cartera.model_hash"] == release.document("model_card")["model_hash"]
    assert len(tags["cartera.data_hash"]) == 16
    assert tags["cartera.code"] == release.document("fingerprint")["code"]


def test_both_models_and_the_card_are_kept_with_the_run(store: ParquetStore, tracked: mlflow.entities.Run) -> None:
    place = Path(tracked.info.artifact_uri.removeprefix("file://"))
    card = json.loads((place / "model_card.json").read_text())
    assert card == store.read().document("model_card")
    for who in ("champion", "challenger"):
        assert (place / "models" / who / "bundle.joblib").stat().st_size > 0


def test_the_curve_of_a_run_encloses_its_auc(store: ParquetStore) -> None:
    rows = store.read().frame("rows")
    known = rows["label_state"].isin((NEGATIVE, POSITIVE)) & rows["score"].notna()
    y, score = (rows.loc[known, "label_state"] == POSITIVE).to_numpy(float), rows.loc[known, "score"].to_numpy(float)
    drawn = curves(score, y)
    steps, values = zip(*drawn["roc_true_positive_rate"], strict=True)
    assert np.trapezoid(values, np.array(steps) / 100) == pytest.approx(roc_auc_score(y, score), abs=0.005)
    assert np.mean([v for _, v in drawn["calibration_observed"]]) == pytest.approx(y.mean(), abs=0.01)
    assert (
        of_release(store.read(), store.folder / "models").series["roc_true_positive_rate"]
        == drawn["roc_true_positive_rate"]
    )


def test_a_release_is_tracked_once_and_a_half_written_run_is_begun_anew(tmp_path: Path) -> None:
    run = Run("cartera test", "000001", "first", metrics={"auc": 0.7, "lost": float("nan")})
    first = track(run, tmp_path)
    assert track(run, tmp_path) == first
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path / DATABASE}")
    assert client.get_run(first).data.metrics == {"auc": 0.7}
    client.update_run(first, status="RUNNING")
    second = track(run, tmp_path)
    assert second != first and client.get_run(second).info.status == "FINISHED"


def test_a_database_that_cannot_be_opened_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"this is no database, and long enough to be told from an empty one" * 20)
    with pytest.raises(TrackingError, match=r"mlflow\.db cannot be written"):
        track(Run("cartera test", "000001", "first"), tmp_path)


def test_without_mlflow_tracking_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking, "installed", lambda: False)
    with pytest.raises(TrackingError, match="not installed"):
        track(Run("cartera test", "000001", "first"), tmp_path)


def test_nested_settings_become_flat_names() -> None:
    assert flat({"a": {"b": {"c": 1}}, "d": [2]}) == {"a.b.c": 1, "d": [2]}


def test_a_leaderboard_and_a_search_are_runs_with_their_figures() -> None:
    line = {"name": "tree", "resample": "smote", "figures": {"auc": {"value": 0.7, "low": 0.6, "high": 0.8}}}
    board = of_lab("leaderboard", {"source": "loans", "seed": 3, "lines": [line]})
    assert board.metrics == {"tree_smote.auc": 0.7} and board.params["seed"] == 3
    search = of_lab(
        "tuning tree", {"source": "loans", "draws": [{"number": 0, "auc": 0.6}, {"number": 1, "auc": None}]}
    )
    assert search.series["auc_by_draw"] == [(0, 0.6), (1, None)] and search.key != board.key
