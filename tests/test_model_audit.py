"""The re-score audit passes for the models that scored the rows, and names whatever is not as published."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from made_audit import CHANGE, card_of, published, scored

from data.audited import ROWS, TABLE, Audit
from data.parquet_store import ParquetStore
from model import audit, lineage
from model.audit_sample import draw, sample
from model.bundle import CONTENT, SHORT, save, sha256


def audited(store: ParquetStore) -> Audit:
    """The audit of the newest release with the models beside it."""
    return audit.audit(store.read(), store.folder / "models")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    return published(tmp_path_factory.mktemp("honest") / "store")


def test_two_hundred_rows_are_scored_again_to_the_last_digit(honest: ParquetStore) -> None:
    found = audited(honest)
    assert (found.passed, found.rows, found.drawn, found.models, found.named) == (True, ROWS, ROWS, 2, 2)
    assert found.largest == 0.0


def test_the_rows_draw_themselves_whatever_their_order_and_each_model_has_one() -> None:
    rows = scored()[1]
    lone = rows["model"].astype(str).where(rows.index != 7, "lonely")
    rows = rows.assign(model=lone)
    first, shuffled = draw(rows), draw(rows.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(first.rows, shuffled.rows)
    assert first.seed == shuffled.seed and len(first.rows) == ROWS
    assert set(first.rows["model"]) == set(lone)


def test_another_score_anywhere_draws_other_rows() -> None:
    rows = scored()[1]
    other = rows.assign(score=rows["score"].where(rows.index != 11, np.float32(0.5)))
    assert draw(rows).seed != draw(other).seed
    assert not draw(rows).rows[["obligation", "month"]].equals(draw(other).rows[["obligation", "month"]])


def test_every_row_is_as_likely_to_be_drawn_as_any_other() -> None:
    rows = scored()[1]
    drawn = [draw(rows.assign(score=np.float32(k / 100))).rows["obligation"].isin(rows["obligation"][:300]).mean()
             for k in range(100)]  # fmt: skip
    assert np.mean(drawn) == pytest.approx(rows["obligation"].isin(rows["obligation"][:300]).mean(), abs=0.012)


def test_rows_without_a_score_are_never_drawn_and_few_rows_are_all_drawn() -> None:
    rows = scored()[1].iloc[:90]
    rows = rows.assign(score=rows["score"].where(rows.index >= 30))
    assert sorted(draw(rows).rows["obligation"]) == sorted(rows["obligation"][30:])


def test_a_score_that_no_model_gave_is_named_with_its_model_row_and_difference(tmp_path: Path) -> None:
    _, rows, features, models = scored()
    forged = rows.assign(score=(rows["score"] * np.where(rows["month"] == 202406, 0.9, 1)).astype(np.float32))
    found = audited(published(tmp_path / "store", rows=forged, kept=sample(forged, features)))
    assert not found.passed
    assert {f.kind for f in found.faults} == {"row"}
    assert {(f.model, f.month) for f in found.faults} == {(sha256(models[1].content())[:SHORT], 202406)}
    worst = found.faults[0]
    published_, again = float(worst.said), float(worst.found)
    assert found.largest == worst.difference == pytest.approx(again / 10, rel=1e-5) == pytest.approx(again - published_)
    assert f"client {worst.client}, obligation {worst.obligation}, month 202406" in audit.said(found)


def test_a_sample_that_somebody_chose_is_refused(tmp_path: Path) -> None:
    _, _, features, _ = scored()
    found = audited(published(tmp_path / "store", kept=features.frame.iloc[:ROWS]))
    assert [f.kind for f in found.faults] == ["draw"]
    assert not found.passed


def test_a_missing_model_passes_nothing_and_is_named(tmp_path: Path) -> None:
    store = published(tmp_path / "store")
    newest = store.read().document("model_card")["model_hash"]
    (store.folder / "models" / newest[:SHORT] / CONTENT).unlink()
    found = audited(store)
    assert [(f.kind, f.model) for f in found.faults] == [("missing", newest[:SHORT])]
    assert (found.passed, found.models) == (False, 1)
    assert 0 < found.rows < ROWS


def test_an_altered_model_is_not_opened(tmp_path: Path) -> None:
    store = published(tmp_path / "store")
    for each in (store.folder / "models").iterdir():
        (each / CONTENT).write_bytes(b"other bytes")
    found = audited(store)
    assert [f.kind for f in found.faults] == ["altered", "altered"]
    assert (found.passed, found.rows, math.isnan(found.largest)) == (False, 0, True)


def test_the_artifact_of_another_class_fails_by_name(tmp_path: Path) -> None:
    """The card says logistic regression; what was saved is the last variable of a loop."""
    models = scored()[3]
    windows = [w | {"artifact": "logistic (Linear)"} for w in card_of(models)["windows"]]
    found = audited(published(tmp_path / "store", card={"class": "logistic", "windows": windows}))
    assert [(f.kind, f.said, f.found) for f in found.faults] == 2 * [("class", "logistic (Linear)", "lightgbm (Trees)")]
    assert "is lightgbm (Trees); the card says logistic (Linear)" in audit.said(found)


def test_the_artifact_of_other_features_fails_by_name(tmp_path: Path) -> None:
    """Trained on the province; the card, and who serves it, say the postcode."""
    models = scored()[3]
    features = [{"name": n.replace("late", "postcode"), "known": "x"} for n in ("income", "late", "kind")]
    found = audited(
        published(tmp_path / "store", card={"features": features} | {"windows": card_of(models)["windows"]})
    )
    assert {(f.kind, f.said, f.found) for f in found.faults} == {("features", "postcode", "late")}


def test_a_postcode_where_the_model_reads_the_province_fails(tmp_path: Path) -> None:
    """Postcode 8029 lies in province 8: as a column of its own it is lacking, as the province's value it is far off."""
    _, rows, features, _ = scored()
    honest = sample(rows, features)
    renamed = audited(published(tmp_path / "a", kept=honest.rename(columns={"late": "postcode"})))
    assert {(f.kind, f.said) for f in renamed.faults} == {("lacks", "late")}
    assert renamed.rows == 0
    raw = honest.assign(late=(honest["late"] * 1000 + 29).astype(np.float32))
    skewed = audited(published(tmp_path / "b", kept=raw))
    assert {f.kind for f in skewed.faults} == {"row"}
    assert skewed.largest > 0.01


def test_the_model_that_answers_must_have_scored_the_newest_rows(tmp_path: Path) -> None:
    models = scored()[3]
    first, second = (sha256(m.content())[:SHORT] for m in models)
    store = published(tmp_path / "a", card={"model_hash": sha256(models[0].content())})
    assert [(f.kind, f.said, f.found) for f in audited(store).faults] == [("served", first, second)]
    rows = scored()[1]
    swapped = rows.assign(model=pd.Categorical(np.where(rows["month"] >= CHANGE, first, second)))
    assert ("served", second, first) in {(f.kind, f.said, f.found) for f in audited(
        published(tmp_path / "b", rows=swapped, kept=sample(swapped, scored()[2]))).faults}  # fmt: skip


def test_the_model_that_answers_is_opened_even_where_it_scored_no_row(tmp_path: Path) -> None:
    """Of data without dates it learnt from all rows, and others scored them."""
    models = scored()[3]
    answers = replace(models[1], window={"month": 202401, "n": 500})
    content = answers.content()
    windows = [*card_of(models)["windows"], card_of((models[0], answers))["windows"][1] | {"scores": []}]
    store = published(tmp_path / "store", card={"model_hash": sha256(content), "windows": windows, "dated": False})
    assert [(f.kind, f.model) for f in audited(store).faults] == [("missing", sha256(content)[:SHORT])]
    save(answers, store.folder / "models", content=content)
    assert audited(store).passed


def test_a_release_of_before_there_was_a_sample_says_so(tmp_path: Path) -> None:
    found = audited(published(tmp_path / "store", without=(TABLE,)))
    assert [f.kind for f in found.faults] == ["no_sample"]
    assert "train again" in audit.said(found)


def test_from_a_shell_it_ends_with_0_only_when_it_passes(
    honest: ParquetStore, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert audit.main(["--store", str(honest.folder)]) == 0
    assert "200 of 200 drawn rows scored again by 2 of 2 models, largest |Δp| 0" in capsys.readouterr().out
    assert audit.main(["--store", str(honest.folder), "--models", str(tmp_path)]) == 1
    assert f"is not in {tmp_path}" in capsys.readouterr().out
    assert audit.main(["--store", str(tmp_path / "none")]) == 1
    assert audit.main(["--store", str(honest.folder), "--release", "000009-00000000"]) == 1


def test_the_sample_holds_what_the_models_read_and_no_other_text() -> None:
    _, rows, features, _ = scored()
    kept = sample(rows, features)
    assert list(kept) == ["client", "obligation", "month", "income", "late", "kind"]
    drawn = draw(rows).rows
    pd.testing.assert_frame_equal(kept[["client", "obligation", "month"]], drawn[["client", "obligation", "month"]])


def test_the_commit_is_read_from_a_checkout(tmp_path: Path) -> None:
    assert lineage.commit(tmp_path) == ""
    git = tmp_path / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (git / "packed-refs").write_text("# pack-refs\n" + "ab" * 20 + " refs/heads/main\n", encoding="utf-8")
    assert lineage.commit(tmp_path) == "ab" * 20
    (git / "refs" / "heads" / "main").write_text("cd" * 20 + "\n", encoding="utf-8")
    assert lineage.commit(tmp_path) == "cd" * 20
    (git / "HEAD").write_text("ef" * 20 + "\n", encoding="utf-8")
    assert lineage.commit(tmp_path) == "ef" * 20


def test_a_model_of_another_program_is_named(tmp_path: Path) -> None:
    _, rows, features, models = scored()
    buffer = io.BytesIO()
    joblib.dump({"model": "of before"}, buffer)
    digest = sha256(buffer.getvalue())
    windows = card_of(models)["windows"]
    windows[0] |= {"sha256": digest}
    renamed = rows.assign(model=np.where(rows["month"] < CHANGE, digest[:SHORT], windows[1]["model"]))
    store = published(tmp_path / "store", card={"windows": windows}, rows=renamed, kept=sample(renamed, features))
    save(models[0], store.folder / "models", content=buffer.getvalue())
    found = audited(store)
    assert [(f.kind, f.model) for f in found.faults] == [("foreign", digest[:SHORT])]
    assert "of another program than this one" in audit.said(found)
