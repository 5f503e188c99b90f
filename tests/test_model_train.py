"""`python -m model.train`: files in, a release out; whatever is wrong is said in words and nothing is written."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_bank import GO_LIVE, make_bank

from data.durable import Disk
from data.parquet_store import ParquetStore
from data.rows import OPEN
from data.store import StoreError
from model import run, train
from model.audit import audit

MAPPING = """
source = "loans"
id = "loan"
client = "person"
date = "month"
balance = "balance"
never = ["secret"]
[outcome]
column = "paid"
positive = [1]
[outcome.means]
en = "pays"
es = "paga"
pt = "paga"
[segments]
product = "kind"
"""


def _loans(months: int = 7, n: int = 400, seed: int = 0) -> pd.DataFrame:
    r = np.random.default_rng(seed)
    size = months * n
    risk = r.normal(size=size)
    paid = (r.random(size) < 1 / (1 + np.exp(-(0.5 + risk)))).astype(int)
    return pd.DataFrame(
        {
            "loan": np.arange(size) + 1,
            "person": r.integers(1, size, size),
            "month": np.repeat([f"2024-{m:02d}-15" for m in range(1, months + 1)], n),
            "balance": np.round(1e6 * np.exp(r.normal(size=size))),
            "kind": r.choice(["card", "loan"], size),
            "risk": risk.round(4),
            "noise": r.normal(size=size).round(4),
            "secret": paid * 2 + 1,
            "paid": paid,
        }
    )


def _folder(tmp_path: Path, loans: pd.DataFrame) -> list[str]:
    """The files in a folder, and the command line that trains on them."""
    loans.to_csv(tmp_path / "loans.csv", index=False)
    (tmp_path / "loans.toml").write_text(MAPPING, encoding="utf-8")
    words = {"--data": tmp_path / "loans.csv", "--mapping": tmp_path / "loans.toml", "--store": tmp_path / "store"}
    return ["--source", "table", "--quiet", "--no-track", *(str(x) for pair in words.items() for x in pair)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], ParquetStore]:
    folder = tmp_path_factory.mktemp("loans")
    loans = _loans().assign(disguise=lambda d: 5 - d["paid"])
    command = _folder(folder, loans)
    assert train.main(command) == 0
    return command, ParquetStore(folder / "store")


def test_every_row_is_in_the_release_and_scored_from_the_first_possible_month(trained) -> None:
    rows = trained[1].read().frame("rows")
    assert len(rows) == 2800
    assert rows["score"].notna().groupby(rows["month"]).mean().tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert set(rows.loc[rows["score"].isna(), "score_code"]) == {0}
    assert rows.loc[rows["score"].notna(), "score"].between(0, 1).all()
    assert rows["model"].notna().equals(rows["score"].notna())


def test_a_leak_is_refused_by_the_guard_and_recorded(trained) -> None:
    card = trained[1].read().document("model_card")
    assert card["guards"]["refused"] == [{"feature": "disguise", "auc": 1.0}]
    names = {f["name"] for f in card["features"]}
    assert "risk" in names and not {"disguise", "secret", "paid"} & names
    assert {"file": "features", "column": "disguise", "kind": "leak", "count": 1, "example": "AUC alone 1.0000"} in (
        trained[1].read().document("suspicions")
    )


def test_the_registered_models_score_the_drawn_rows_as_they_were_published(trained) -> None:
    store = trained[1]
    found = audit(store.read(), store.folder / "models")
    assert (found.passed, found.rows, found.models, found.largest) == (True, 200, 4, 0.0)


def test_the_leakage_report_ranks_every_feature_the_refused_one_first(trained) -> None:
    report = trained[1].read().document("leakage")
    names = [f["name"] for f in report["features"]]
    assert names[:2] == ["disguise", "risk"] and "secret" not in names
    assert [f["refused"] for f in report["features"]] == [True, *(len(names) - 1) * [False]]
    alone = [f["auc"] for f in report["features"]]
    assert alone == sorted(alone, reverse=True)
    assert (report["contemporary"]["features"], report["contemporary"]["barred"]) == ([], ["secret"])
    assert (report["ids"]["rows"], report["ids"]["repeated"]) == (2800, 0)


def test_the_card_says_which_data_and_code_made_it_and_which_guards_looked(trained) -> None:
    card = trained[1].read().document("model_card")
    assert len(card["data_hash"]) == 64 and len(card["code"]["hash"]) == 16
    assert card["windows"][0]["artifact"] == "lightgbm (Trees)"
    ran = {g["guard"]: g for g in card["guards"]["run"]}
    assert all(g["ran"] for g in ran.values())
    assert ran["skill"]["low"] > 0.5 and ran["leaks"]["refused"] == 1
    one = ran["not_one_answer"]
    assert sum(one[k] for k in ("tp", "fp", "tn", "fn")) == 1600
    assert one["accuracy"] == (one["tp"] + one["tn"]) / 1600


def test_the_leak_can_stop_the_run(trained, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command = [*trained[0][:-1], str(tmp_path / "other"), "--leaks", "stop"]
    assert train.main(command) == 1
    assert "feature disguise alone has an AUC of 1.0000: a leak" in capsys.readouterr().err
    assert ParquetStore(tmp_path / "other").version() == ""


def test_the_leaderboard_stands_beside_no_skill(trained) -> None:
    card = trained[1].read().document("model_card")
    best, logistic, none = card["leaderboard"]
    assert [x["name"] for x in (best, logistic, none)] == ["lightgbm", "logistic", "no_skill"]
    assert none["auc"] == 0.5 and best["auc_low"] > 0.6
    assert best["n"] == 1600 == none["n"]
    assert card["metrics"]["new_clients"]["n"] < 1600
    assert card["positive_means"] == {"en": "pays", "es": "paga", "pt": "paga"}


def test_published_scores_are_those_of_the_bundle_on_the_row(trained) -> None:
    from data.sources import table
    from model import features
    from model.bundle import load
    from model.score import score

    command, store = trained
    folder = Path(command[-1])
    release = store.read()
    rows = release.frame("rows")
    made = features.build(table.load(folder.parent / "loans.toml", data=folder.parent / "loans.csv"))
    keys = ["client", "obligation", "month"]
    for window in release.document("model_card")["windows"]:
        bundle = load(folder / "models", window["sha256"])
        mine = made.frame[made.frame["month"].isin(window["scores"])]
        published = rows.merge(mine[keys], on=keys)
        again = pd.Series(score(bundle, mine), index=mine.index)
        expected = mine[keys].assign(again=again).merge(published, on=keys)
        assert set(published["model"]) == {window["model"]} == {window["sha256"][:12]}
        assert np.abs(expected["again"] - expected["score"]).max() <= 1e-9
        assert window["train_last"] < min(window["scores"])


def test_the_threshold_is_an_edge_of_the_grid(trained) -> None:
    grid = trained[1].read().document("grid")
    assert np.float32(grid["threshold"]) in np.array(grid["edges"], np.float32)


def test_the_coverage_adds_up_month_by_month(trained) -> None:
    coverage = trained[1].read().document("coverage")
    whole = {s["name"]: s["count"] for s in coverage["all"]}
    assert whole["read"] == 2800 and whole["scored"] == whole["worked"] == whole["matured"] == 1600
    for name, count in whole.items():
        assert sum(s["count"] for steps in coverage["by_month"].values() for s in steps if s["name"] == name) == count


def test_feature_histograms_count_every_row(trained) -> None:
    histograms = trained[1].read().document("histograms")
    assert set(histograms) >= {"risk", "noise", "product"}
    for each in histograms.values():
        bins = len(each["edges"]) + 2 if "edges" in each else len(each["levels"]) + 2
        assert all(len(counts) == bins and sum(counts) == 400 for counts in each["by_month"].values())


def test_the_same_run_again_does_nothing_until_something_changes(trained, capsys: pytest.CaptureFixture) -> None:
    command, store = trained
    version = store.version()
    assert train.main(command) == 0
    assert "Nothing to do" in capsys.readouterr().out
    assert store.version() == version
    assert train.main([*command, "--force"]) == 0
    forced = store.read()
    assert forced.version != version
    assert {p.sha256 for p in forced.parts("rows")} == {p.sha256 for p in store.read(version).parts("rows")}
    assert store.verify() == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.assign(paid=1), r"all 2,800 labels are of one class \(1\)"),
        (lambda d: d[d["month"] == "2024-01-15"], r"only 1 month\(s\) with labels \(202401\)"),
        (lambda d: d[d["month"] < "2024-03-01"].assign(), r"only 2 month\(s\) with labels \(202401, 202402\)"),
        (lambda d: d.assign(paid=np.random.default_rng(9).integers(0, 2, len(d))), "no skill: the out-of-time AUC"),
        (lambda d: d.rename(columns={"paid": "payed"}), "outcome.column = 'paid' is not a column"),
        (lambda d: d.head(0), ""),
    ],
)
def test_what_cannot_be_trained_on_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture, change, words: str
) -> None:
    command = _folder(tmp_path, change(_loans()).drop(columns="secret", errors="ignore"))
    (tmp_path / "loans.toml").write_text(MAPPING.replace('never = ["secret"]', ""), encoding="utf-8")
    assert train.main(command) == 1
    said = capsys.readouterr().err
    assert said.startswith("\nNothing was published.\n")
    assert "Traceback" not in said
    assert pd.Series([said]).str.contains(words).all(), said
    store = ParquetStore(tmp_path / "store")
    assert store.version() == "" and not list((tmp_path / "store").rglob("*.json"))
    assert not (tmp_path / "store" / "models").exists()


def test_a_second_trainer_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    import threading

    command = _folder(tmp_path, _loans(months=2, n=20))
    done: list[int] = []
    with ParquetStore(tmp_path / "store").writing():
        other = threading.Thread(target=lambda: done.append(train.main(command)))
        other.start()
        other.join()
    assert done == [1]
    assert "Another run is already writing" in capsys.readouterr().err


def test_a_store_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command = _folder(tmp_path, _loans(months=2, n=20))
    (tmp_path / "store").write_text("a file stands here")
    assert train.main(command) == 1
    assert "store" in capsys.readouterr().err


class FullDisk(Disk):
    """A disk with room for one more file."""

    room = 1

    def write(self, path: Path, content: bytes | memoryview) -> None:
        self.room -= 1
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().write(path, content)


def test_a_full_disk_leaves_the_last_release_and_no_model_behind(tmp_path: Path) -> None:
    made = run.train(make_bank(clients=400, months_long=8), run.Options(refit_every=3), run.Watch())
    models = tmp_path / "models"
    with pytest.raises(StoreError, match="is full"):
        _publish(made, ParquetStore(tmp_path, disk=FullDisk()), models)
    assert ParquetStore(tmp_path).version() == "" and list(models.iterdir()) == []
    version = _publish(made, ParquetStore(tmp_path), models)
    kept = sorted(p.name for p in models.iterdir())
    with pytest.raises(StoreError, match="is full"):
        _publish(made, ParquetStore(tmp_path, disk=FullDisk()), models)
    assert ParquetStore(tmp_path).version() == version and sorted(p.name for p in models.iterdir()) == kept


def _publish(made: run.Trained, store: ParquetStore, models: Path) -> str:
    return run.publish(made, store, models, options={}, fingerprint={}, watch=run.Watch()).version


def test_the_help_says_what_it_does_and_how(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as stop:
        train.main(["--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    assert "publish" in said and "--label-window" in said and "examples:" in said


def test_a_table_needs_a_mapping(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as stop:
        train.main(["--source", "table", "--data", "x.csv", "--store", "s"])
    assert stop.value.code == 2
    assert "needs --mapping" in capsys.readouterr().err


def test_the_month_to_come_is_scored_though_open(tmp_path: Path) -> None:
    made = run.train(make_bank(clients=400, months_long=9), run.Options(refit_every=3), run.Watch())
    store = ParquetStore(tmp_path)
    _publish(made, store, tmp_path / "models")
    rows = store.read().frame("rows")
    ahead = rows[rows["month"] == rows["month"].max()]
    asked = ahead[ahead["eligible"] == 1]
    assert set(asked["label_state"]) == {OPEN} and asked["score"].notna().all()
    assert ahead["cash"].isna().all() and (ahead["offered"] == 0).all()
    arms = store.read().document("arms")
    assert arms["go_live"] == GO_LIVE and set(arms["clients"]) == {"model", "none"}


def test_the_bar_says_what_is_done_and_what_is_left() -> None:
    heard: list[tuple[str, float]] = []
    watch = run.Watch(tell=lambda what, behind: heard.append((what, behind)))
    made = run.train(make_bank(clients=400, months_long=6), run.Options(), watch)
    assert made.walked.steps
    shares = [behind for _, behind in heard]
    assert shares == sorted(shares) and shares[0] > 0 and shares[-1] == pytest.approx(0.84)
    assert sum(run.STEPS.values()) == 100
