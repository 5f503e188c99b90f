"""A bundle is opened only when it is what was published."""

from __future__ import annotations

import io
import pickle
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from model.bundle import CONTENT, MANIFEST, SHORT, Bundle, BundleError, discard, load, save, sha256, versions
from model.calibrate import Platt
from model.candidates import fit_trees
from model.encode import learn
from model.score import score


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    r = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "a": r.normal(size=600).astype(np.float32),
            "b": r.normal(size=600).astype(np.float32),
            "c": pd.Categorical(r.choice(["x", "y", "z"], 600)),
        }
    )


@pytest.fixture(scope="module")
def bundle(rows: pd.DataFrame) -> Bundle:
    y = (rows["a"] + (rows["c"] == "x") > 0.3).astype(float).to_numpy()
    encoding = learn(rows, ("a", "b", "c"))
    trees = fit_trees(encoding.matrix(rows), y, categorical=encoding.categorical, seed=1)
    return Bundle("lightgbm", trees, encoding, Platt(0.1, 0.9), {"month": 202401}, {"en": "pays"}, versions())


def test_a_loaded_bundle_scores_the_same_to_the_last_digit(bundle: Bundle, rows: pd.DataFrame, tmp_path: Path) -> None:
    content = bundle.content()
    save(bundle, tmp_path, content=content, metrics={"auc": 0.7})
    again = load(tmp_path, sha256(content))
    assert score(again, rows).tolist() == score(bundle, rows).tolist()
    assert (again.positive, again.window, again.metrics) == ({"en": "pays"}, {"month": 202401}, {"auc": 0.7})
    assert {"python", "lightgbm", "sklearn", "numpy", "pandas"} <= set(again.versions)


def test_the_same_model_is_written_once_and_its_card_anew(bundle: Bundle, tmp_path: Path) -> None:
    content = bundle.content()
    assert save(bundle, tmp_path, content=content, metrics={"auc": 0.7})
    assert not save(bundle, tmp_path, content=content, metrics={"auc": 0.8})
    assert load(tmp_path, sha256(content)).metrics == {"auc": 0.8}
    assert len(list(tmp_path.iterdir())) == 1


class _Trap:
    """Unpickled, it makes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple:
        return Path.touch, (self.mark,)


def test_an_altered_bundle_is_refused_before_any_of_it_runs(bundle: Bundle, tmp_path: Path) -> None:
    content = bundle.content()
    digest = sha256(content)
    save(bundle, tmp_path, content=content)
    mark = tmp_path / "ran"
    (tmp_path / digest[:SHORT] / CONTENT).write_bytes(pickle.dumps(_Trap(mark)))
    with pytest.raises(BundleError, match="was altered"):
        load(tmp_path, digest)
    assert not mark.exists()


def test_one_flipped_bit_is_an_altered_bundle(bundle: Bundle, tmp_path: Path) -> None:
    content = bundle.content()
    save(bundle, tmp_path, content=content)
    flipped = bytearray(content)
    flipped[len(flipped) // 2] ^= 1
    (tmp_path / sha256(content)[:SHORT] / CONTENT).write_bytes(flipped)
    with pytest.raises(BundleError, match="was altered"):
        load(tmp_path, sha256(content))


@pytest.mark.parametrize("name", [CONTENT, MANIFEST])
def test_a_missing_file_is_named(bundle: Bundle, tmp_path: Path, name: str) -> None:
    content = bundle.content()
    save(bundle, tmp_path, content=content)
    (tmp_path / sha256(content)[:SHORT] / name).unlink()
    with pytest.raises(BundleError, match=f"{name} is missing"):
        load(tmp_path, sha256(content))


def test_a_bundle_of_another_program_is_said_to_be_one(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    joblib.dump({"trees": None, "encoding": None}, buffer)
    digest = sha256(buffer.getvalue())
    (tmp_path / digest[:SHORT]).mkdir()
    (tmp_path / digest[:SHORT] / CONTENT).write_bytes(buffer.getvalue())
    (tmp_path / digest[:SHORT] / MANIFEST).write_text("{}")
    with pytest.raises(BundleError, match="is of another program than this one"):
        load(tmp_path, digest)


def test_the_same_model_has_the_same_hash_whichever_objects_its_texts_are(bundle: Bundle) -> None:
    alike = replace(bundle, candidate="".join(["light", "gbm"]), positive={"".join(["e", "n"]): "pays"})
    assert sha256(alike.content()) == sha256(bundle.content())
    assert sha256(replace(bundle, calibration=Platt(0.1, 0.8)).content()) != sha256(bundle.content())


def test_a_folder_that_cannot_be_written_is_said(bundle: Bundle, tmp_path: Path) -> None:
    blocked = tmp_path / "models"
    blocked.write_text("a file stands where the folder should be")
    with pytest.raises(BundleError, match=r"cannot be written to .*models"):
        save(bundle, blocked, content=bundle.content())


def test_discarded_models_are_gone(bundle: Bundle, tmp_path: Path) -> None:
    content = bundle.content()
    save(bundle, tmp_path, content=content)
    discard(tmp_path, [sha256(content)])
    assert list(tmp_path.iterdir()) == []


def test_a_level_unseen_in_training_is_scored_as_missing(bundle: Bundle, rows: pd.DataFrame) -> None:
    new = rows.head(3).assign(c=pd.Categorical(["new"] * 3))
    missing = rows.head(3).assign(c=pd.Categorical([None] * 3, categories=["x"]))
    assert score(bundle, new).tolist() == score(bundle, missing).tolist()


def test_category_codes_do_not_depend_on_the_order_of_levels(bundle: Bundle, rows: pd.DataFrame) -> None:
    turned = rows.assign(c=rows["c"].cat.reorder_categories(["z", "x", "y"]))
    assert score(bundle, turned).tolist() == score(bundle, rows).tolist()


def test_a_missing_feature_is_an_error_and_never_zero(bundle: Bundle, rows: pd.DataFrame) -> None:
    with pytest.raises(KeyError, match="b"):
        score(bundle, rows.drop(columns="b"))


def test_a_feature_that_says_nothing_in_training_is_left_out(rows: pd.DataFrame) -> None:
    flat = rows.assign(one=np.float32(1), none=np.float32(np.nan), same=pd.Categorical(["x"] * len(rows)))
    some = flat.assign(some=np.where(np.arange(len(rows)) % 2, np.float32(1), np.float32(np.nan)))
    encoding = learn(some, ("a", "one", "none", "same", "some", "c"))
    assert encoding.names == ("a", "some", "c")
    assert encoding.categorical == [2]
