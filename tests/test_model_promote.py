"""A challenger becomes champion only when it passes every gate; otherwise it is told why, and nothing is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from releases import draft
from scipy.special import expit
from sklearn.metrics import brier_score_loss, roc_auc_score

from data.durable import Disk
from data.parquet_store import ParquetStore
from data.rows import NEGATIVE, OPEN, POSITIVE, random_group
from data.store import Draft, StoreError
from model import champion, gates, promote, train
from model.champion import ChampionError, Decision, Recipe

DIGEST = {"champion": "a" * 64, "challenger": "c" * 64, "earlier": "e" * 64}
Change = Callable[[pd.DataFrame], pd.DataFrame]


def _rows(n: int = 3000, seed: int = 5) -> pd.DataFrame:
    """Rows whose outcome a score could know half of; champion and challenger know equally little."""
    r = np.random.default_rng(seed)
    truth, client = r.normal(size=n), np.arange(n)
    return pd.DataFrame(
        {
            "client": client,
            "rg": random_group(client),
            "truth": truth,
            "label_state": np.where(r.random(n) < expit(1.2 * truth), POSITIVE, NEGATIVE).astype(np.uint8),
            "score": expit(0.6 * truth + 0.7 * r.normal(size=n)).astype(np.float32),
            "challenger_score": expit(0.6 * truth + 0.7 * r.normal(size=n)).astype(np.float32),
        }
    )


def _knowing(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(challenger_score=expit(1.2 * rows["truth"]).astype(np.float32))


def _low(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(challenger_score=rows["challenger_score"] / 50)


def _leaky(rows: pd.DataFrame) -> pd.DataFrame:
    said = np.where(rows["label_state"] == POSITIVE, 0.9, 0.1)
    noise = 0.01 * np.random.default_rng(0).random(len(rows))
    return rows.assign(challenger_score=(said + noise).astype(np.float32))


def _published(folder: Path, change: Change = lambda rows: rows) -> ParquetStore:
    """A store with one release, whose rows are these."""
    made = draft(3000, first=202401, last=202401)
    part = made.tables["rows"]["202401"].reset_index(drop=True)
    rows = change(_rows(len(part)))
    part = part.assign(**{c: rows[c].to_numpy() for c in gates.COLUMNS})
    card = {
        "model_hash": DIGEST["champion"], "class": "lightgbm",
        "champion": Recipe("lightgbm").as_record(), "challenger": Recipe("logistic").as_record(),
        "windows": [
            {"sha256": DIGEST[name], "model": DIGEST[name][:12], "challenger": {"sha256": DIGEST["challenger"]}}
            for name in ("earlier", "champion")
        ],
    }  # fmt: skip
    store = ParquetStore(folder)
    store.publish(Draft({"rows": {"202401": part}}, {**made.documents, "model_card": card}))
    return store


def _ask(store: ParquetStore, *more: str) -> int:
    return promote.main(["--store", str(store.folder), "--challenger", "logistic", *more])


def _decide(store: ParquetStore) -> int:
    return _ask(store, "--by", "Model committee", "--reason", "Minutes of April")


def _files(store: ParquetStore) -> set[str]:
    return {str(p.relative_to(store.folder)) for p in store.folder.rglob("*")} - {"writer.lock"}


def test_a_better_challenger_is_promoted_and_the_decision_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    store = _published(tmp_path, _knowing)
    assert _decide(store) == 0
    assert "logistic is the champion from the next `python -m model.train` on." in capsys.readouterr().out
    (decided,) = champion.decisions(tmp_path)
    assert (decided.champion, decided.before) == (Recipe("logistic"), Recipe("lightgbm"))
    assert (decided.release, decided.by, decided.reason) == (store.version(), "Model committee", "Minutes of April")
    assert decided.evidence["ranking"]["low"] > 0 and decided.evidence["rows"] == 3000
    assert champion.champion_of(store, tmp_path) == Recipe("logistic")
    assert champion.challenger_of(tmp_path, Recipe("logistic")) == Recipe("lightgbm")


def test_it_is_not_promoted_twice_on_one_release(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    store = _published(tmp_path, _knowing)
    assert [_decide(store), _decide(store)] == [0, 1]
    assert "was scored by lightgbm, but the champion is logistic by now" in capsys.readouterr().err
    assert len(champion.decisions(tmp_path)) == 1


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        (lambda r: r, "better: AUC "),
        (lambda r: r.assign(challenger_score=r["score"]), "better: AUC +0.0000 [+0.0000, +0.0000]"),
        (_leaky, "leak: its own AUC is 1.0000; above 0.98 it is a leak"),
        (lambda r: _low(_knowing(r)), "brier: Brier score +"),
        (lambda r: _low(_knowing(r)), "one answer: no skill: every one of 3,000 rows is called negative"),
        (lambda r: r.assign(challenger_score=1 - r["score"]), "skill: no skill: the out-of-time AUC lies between"),
        (lambda r: _knowing(r).assign(label_state=OPEN), "rows: 0 rows scored by both, 0 positive; at least 40"),
        (lambda r: r.assign(label_state=np.where(r.index < 39, POSITIVE, NEGATIVE)), "rows: 3,000 rows scored"),
        (lambda r: r.assign(challenger_score=np.float32(np.nan)), "rows: 0 rows scored by both"),
    ],
    ids=["equal", "same", "leak", "worse level", "one answer", "no skill", "open", "few positives", "unscored"],
)  # fmt: skip
def test_what_does_not_pass_is_refused_with_the_reason_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture, change: Change, gate: str
) -> None:
    store = _published(tmp_path, change)
    before = _files(store)
    assert _decide(store) == 1
    said = capsys.readouterr().err
    assert "logistic was not promoted. Nothing was changed.\n" in said
    assert [line for line in said.splitlines() if line.startswith(gate)]
    assert _files(store) == before and champion.decisions(tmp_path) == ()


def test_a_check_says_what_the_gates_say_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    store = _published(tmp_path, _knowing)
    before = _files(store)
    assert _ask(store, "--check") == 0
    said = capsys.readouterr().out
    assert said.count("  passed  ") == 6 and "FAILED" not in said
    assert _files(store) == before


def test_the_figures_of_a_duel_are_those_of_scikit_learn() -> None:
    rows = _rows()
    found = gates.duel(rows, champion="old", challenger="new")
    y = rows["label_state"] == POSITIVE
    gap = roc_auc_score(y, rows["challenger_score"]) - roc_auc_score(y, rows["score"])
    assert found.ranking.value == pytest.approx(gap)
    assert found.champion.brier == pytest.approx(brier_score_loss(y, rows["score"]))
    each = (rows["challenger_score"].astype(float) - y) ** 2 - (rows["score"].astype(float) - y) ** 2
    assert found.squared_error.value == pytest.approx(each.mean())
    assert found.squared_error.se == pytest.approx(each.std() / math.sqrt(len(each)))
    assert (found.ranking.method, found.squared_error.method) == ("delong", "paired")


def test_clients_that_repeat_widen_the_interval() -> None:
    once = _rows(400)
    tenfold = pd.concat([once] * 10, ignore_index=True)
    alone, again = (gates.duel(r, champion="old", challenger="new") for r in (once, tenfold))
    assert again.ranking.method == again.squared_error.method == "groups"
    assert again.ranking.se > 0.6 * alone.ranking.se
    assert again.squared_error.se > 0.6 * alone.squared_error.se


@pytest.mark.parametrize("missing", [["--by", "Somebody"], ["--reason", "Because"], ["--by", " ", "--reason", "x"]])
def test_a_promotion_needs_a_name_and_a_reason(tmp_path: Path, missing: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        _ask(ParquetStore(tmp_path), *missing)
    assert stop.value.code == 2


def test_only_the_challenger_of_the_release_can_be_promoted(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    store = _published(tmp_path, _knowing)
    assert promote.main(["--store", str(tmp_path), "--challenger", "ridge", "--check"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"\nNothing was changed.\nridge did not score release {store.version()}: its challenger is ")


def test_an_empty_store_is_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert _ask(ParquetStore(tmp_path), "--check") == 1
    assert "There is no release in" in capsys.readouterr().err


class FullDisk(Disk):
    """A disk without room."""

    def write(self, path: Path, content: bytes | memoryview) -> None:
        raise OSError(28, "No space left on device")


def test_a_decision_that_cannot_be_written_leaves_the_registry_as_it_was(tmp_path: Path) -> None:
    first = Decision(Recipe("logistic"), Recipe("lightgbm"), "000001-0", "2026-01-01T00:00:00+00:00", "a", "b")
    champion.record(tmp_path, first)
    with pytest.raises(StoreError, match=r"could not be recorded: .* is full.* The champion is the same as before"):
        champion.record(tmp_path, first, disk=FullDisk())
    assert champion.decisions(tmp_path) == (first,)
    assert [p.name for p in tmp_path.iterdir()] == [champion.FILE]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "is damaged"), (b"{}", "is damaged"), (b"[]", "is damaged"), (b"", "is damaged"),
     (b'{"schema": 1, "decisions": [{}]}', "is damaged"),
     (b'{"schema": 99, "decisions": []}', "was written by a newer program")],
)  # fmt: skip
def test_a_registry_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / champion.FILE).write_bytes(content)
    with pytest.raises(ChampionError, match=words):
        champion.decisions(tmp_path)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (DIGEST["challenger"], "was not promoted: it is the challenger's"),
        (DIGEST["earlier"], "is not the newest of its release"),
        ("f" * 64, "is not of this release"),
        ("aaa", "is named by fewer than 12 digits"),
    ],
)
def test_only_the_champions_newest_model_is_served(tmp_path: Path, asked: str, words: str) -> None:
    release = _published(tmp_path).read()
    assert champion.served(release) == champion.served(release, "a" * 12) == DIGEST["champion"]
    with pytest.raises(ChampionError, match=f"{words}.*; release {release.version} serves aaaaaaaaaaaa"):
        champion.served(release, asked)


def test_a_tuned_recipe_is_read_from_its_file_and_goes_by_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "lightgbm.json"
    path.write_text('{"name": "lightgbm", "settings": {"trees": 50}}', encoding="utf-8")
    tuned = champion.recipe_of(str(path))
    assert tuned == Recipe("lightgbm", {"trees": 50})
    labels = {tuned.label, Recipe("lightgbm").label, Recipe("lightgbm", {"trees": 60}).label}
    assert len(labels) == 3 and all(x.startswith("lightgbm") for x in labels)
    assert champion.recipe_of("lightgbm") == Recipe("lightgbm")


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"name": 1, "settings": {}}', '{"name": "x", "settings": 3}'])
def test_a_file_that_is_no_recipe_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ChampionError, match=r"odd\.json is no recipe"):
        champion.recipe_of(str(path))
    with pytest.raises(ChampionError, match=r"absent\.json cannot be read: No such file"):
        champion.recipe_of(str(tmp_path / "absent.json"))


MAPPING = """
source = "loans"
id = "loan"
date = "month"
[outcome]
column = "paid"
positive = [1]
[outcome.means]
en = "pays"
es = "paga"
pt = "paga"
"""


def _loans(n: int = 3000) -> pd.DataFrame:
    """Loans whose outcome is a plain sum of ten numbers, which a tree cannot learn as well as a line."""
    r = np.random.default_rng(1)
    X = r.normal(size=(n, 10)).round(3)
    paid = r.random(n) < expit(0.7 * X.sum(axis=1))
    months = [f"2024-{m:02d}-01" for m in np.arange(n) % 6 + 1]
    columns = {f"f{i}": X[:, i] for i in range(10)}
    return pd.DataFrame({"loan": np.arange(n), "month": months, **columns, "paid": paid.astype(int)})


def test_the_next_training_is_by_the_promoted_candidate(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    _loans().to_csv(tmp_path / "loans.csv", index=False)
    (tmp_path / "loans.toml").write_text(MAPPING, encoding="utf-8")
    store = ParquetStore(tmp_path / "store")
    words = {"--data": tmp_path / "loans.csv", "--mapping": tmp_path / "loans.toml", "--store": store.folder}
    command = ["--source", "table", "--quiet", "--no-track", *(str(x) for pair in words.items() for x in pair)]
    assert train.main([*command, "--champion", "tree"]) == 0
    assert train.main([*command, "--champion", "logistic"]) == 1
    assert "logistic was not promoted: the champion of" in capsys.readouterr().err
    first = store.read()
    assert _decide(store) == 0
    assert train.main(command) == 0
    second = store.read()
    assert second.version != first.version
    card, old = second.document("model_card"), first.document("model_card")
    assert (card["class"], card["challenger"]["name"]) == ("logistic", "tree")
    assert [w["sha256"] for w in card["windows"]] == [w["challenger"]["sha256"] for w in old["windows"]]
    assert card["family"] != old["family"]
    assert first.frame("rows")["challenger_score"].tolist()[-100:] == second.frame("rows")["score"].tolist()[-100:]
    capsys.readouterr()
    assert train.main(command) == 0
    assert store.version() == second.version
