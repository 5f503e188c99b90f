"""The result files of a month come out of a release whole, with the ids of the files that went in, or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from documented_files import write_files
from faults import command

from data import outputs
from data.contract import Portfolio
from data.durable import Disk
from data.memory_store import MemoryStore
from data.outputs import OutputError, results, write
from data.parquet_store import ParquetStore
from data.sources.opciones_pago import load
from data.store import Draft, Release, StoreError
from model.assemble import by_month, tables

MONTH = 202401


def _rows(**columns: object) -> pd.DataFrame:
    """Four obligations of a month, the last of which is not to be offered anything."""
    frame = pd.DataFrame(
        {
            "client": np.array([1, 1, 2, 2]), "obligation": np.array([10, 11, 20, 21]), "month": np.int32(MONTH),
            "eligible": np.array([1, 1, 1, 0], np.uint8), "score": np.array([0.25, 0.5, 0.75, np.nan], np.float32),
        }
    )  # fmt: skip
    return frame.assign(**columns)


def _ids(*original: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(original, columns=["client", "obligation", "original"]).assign(month=np.int32(MONTH))


THREE = _ids((1, 10, 7), (1, 11, 8), (2, 20, 9))


def _draft(
    rows: pd.DataFrame, ids: pd.DataFrame | None = None, form: str = "{client}#{original}#{obligation}"
) -> Draft:
    parts = {"rows": by_month(rows)}
    documents: dict[str, object] = {"grid": {"edges": [0, 0.5, 1], "threshold": 0.5, "capacity": 0.35}}
    if ids is not None:
        parts["ids"] = by_month(ids)
        documents["ids"] = {"form": "{client}#{original}#{obligation}"}
    return Draft(parts, documents)


def _release(rows: pd.DataFrame, ids: pd.DataFrame | None = None) -> Release:
    store = MemoryStore()
    store.publish(_draft(rows, ids))
    return store.read()


def _refusal(rows: pd.DataFrame, ids: pd.DataFrame | None = None, month: int = MONTH) -> str:
    with pytest.raises(OutputError) as refused:
        results(_release(rows, ids), month)
    return str(refused.value)


# -- what is in the files ---------------------------------------------------------------------------------------------


def test_the_answer_is_one_from_the_threshold_of_the_release_on(tmp_path: Path) -> None:
    write(results(_release(_rows(), THREE), MONTH), tmp_path)
    assert (tmp_path / "resultado_prueba.csv").read_text(encoding="utf-8") == (
        "ID,var_rpta_alt,Prob_uno\n1#7#10,0,0.25\n1#8#11,1,0.5\n2#9#20,1,0.75\n"
    )
    assert (tmp_path / "submision.csv").read_text(encoding="utf-8") == (
        "ID,var_rpta_alt\n1#7#10,0\n1#8#11,1\n2#9#20,1\n"
    )


def test_an_obligation_with_two_original_numbers_has_two_ids_and_one_score() -> None:
    found = results(_release(_rows(), _ids((1, 10, 7), (1, 10, 70), (1, 11, 8), (2, 20, 9))), MONTH)
    assert found.frame["ID"].tolist() == ["1#7#10", "1#70#10", "1#8#11", "2#9#20"]
    assert found.frame["Prob_uno"].tolist() == [0.25, 0.25, 0.5, 0.75]
    assert found.unnamed == 0


def test_an_obligation_that_the_files_give_no_id_is_left_out_and_counted() -> None:
    found = results(_release(_rows(), _ids((1, 10, 7), (2, 20, 9))), MONTH)
    assert found.frame["ID"].tolist() == ["1#7#10", "2#9#20"]
    assert found.unnamed == 1


def test_without_ids_of_its_own_the_obligation_is_the_id() -> None:
    assert results(_release(_rows()), MONTH).frame["ID"].tolist() == ["10", "11", "20"]


def test_a_probability_is_read_back_as_it_was_stored(tmp_path: Path) -> None:
    score = np.float32([1 / 3, 0.1, 1e-7, np.nan])
    write(results(_release(_rows(score=score)), MONTH), tmp_path)
    back = pd.read_csv(tmp_path / "resultado_prueba.csv")["Prob_uno"].to_numpy(np.float32)
    assert back.tolist() == score[:3].tolist()


def test_the_ids_of_the_real_scored_month_come_out_again(shared: Path, tmp_path: Path) -> None:
    real = pd.read_parquet(shared / "datasets" / "bancolombia_opciones_pago" / "seed_oot_scores_202401.parquet")
    ids = pd.DataFrame(
        {
            "client": real["nit_enmascarado"], "original": real["num_oblig_orig_enmascarado"],
            "obligation": real["num_oblig_enmascarado"], "month": np.int32(MONTH),
        }
    )  # fmt: skip
    rows = ids.drop(columns="original").assign(eligible=np.uint8(1), score=real["Prob_uno"].astype(np.float32))
    distinct = rows.drop_duplicates(["client", "obligation"], ignore_index=True)
    assert len(rows) - len(distinct) == 50
    found = results(_release(distinct, ids), MONTH).frame
    assert len(found) == 112_549
    assert set(found["ID"]) == set(real["ID"])
    both = found.merge(real, on="ID")
    assert (both["Prob_uno_x"] - both["Prob_uno_y"]).abs().gt(1e-7).sum() <= 50


# -- from the documented files ----------------------------------------------------------------------------------------


def _loaded(folder: Path) -> Portfolio:
    asked = [{}, {"num_oblig_orig_enmascarado": 8}, {"num_oblig_orig_enmascarado": 8}, {"num_oblig_enmascarado": 11}]
    return load(write_files(folder, oot=asked))


def test_every_id_of_the_documented_files_is_kept_once(tmp_path: Path) -> None:
    ids = _loaded(tmp_path).ids
    assert ids is not None
    assert ids.form == "{client}#{original}#{obligation}"
    assert ids.frame[["client", "original", "obligation", "month"]].to_numpy().tolist() == [
        [1, 7, 10, 202312], [1, 7, 10, 202401], [1, 8, 10, 202401], [1, 7, 11, 202401],
    ]  # fmt: skip


def test_ids_are_a_table_of_the_release_only_where_the_source_has_some(tmp_path: Path) -> None:
    portfolio = _loaded(tmp_path)
    parts = tables(_rows(), portfolio)
    assert {m: len(f) for m, f in parts["ids"].items()} == {"202312": 1, "202401": 3}
    assert set(tables(_rows(), replace(portfolio, ids=None))) == {"rows"}


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_ids_without_a_score_are_counted_and_nothing_is_made() -> None:
    score = np.float32([0.25, np.nan, 0.75, np.nan])
    said = "In month 202401 of release {}, 1 of the 3 ids have no score. Nothing was written."
    version = _release(_rows(score=score)).version
    assert _refusal(_rows(score=score)) == said.format(version)
    strange = _ids((1, 10, 7), (2, 21, 8), (3, 30, 9))
    assert "2 of the 3 ids have no score" in _refusal(_rows(), strange)


def test_a_month_in_which_nothing_may_be_offered_is_told() -> None:
    assert "no id may be offered an option" in _refusal(_rows(eligible=np.uint8(0)))


def test_a_month_that_the_release_lacks_is_told_with_those_it_has() -> None:
    said = _refusal(_rows(), month=202403)
    assert said.endswith("has no month 202403; it has 202401 to 202401. Nothing was written.")


def test_an_id_that_stands_twice_is_refused() -> None:
    twice = _ids((1, 10, 7), (1, 10, 7), (2, 20, 9))
    said = _refusal(_rows(), twice)
    assert said.endswith("1 id(s) stand more than once, the first is 1#7#10. Nothing was written.")


class _Full(Disk):
    """A disk that is full after one file."""

    written = 0

    def write(self, path: Path, content: bytes | memoryview) -> None:
        self.written += 1
        if self.written > 1:
            raise OSError(28, "No space left on device")
        super().write(path, content)


def test_a_full_disk_leaves_the_older_files_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "resultado_prueba.csv").write_text("older", encoding="utf-8")
    with pytest.raises(StoreError, match=r"The files cannot be written: the disk .* is full.* Nothing was written\."):
        write(results(_release(_rows()), MONTH), tmp_path, disk=_Full())
    assert {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} == {"resultado_prueba.csv": "older"}


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> ParquetStore:
    store = ParquetStore(tmp_path / "store")
    store.publish(_draft(_rows(), THREE))
    store.publish(_draft(_rows(score=np.float32([0.9, 0.9, 0.9, np.nan])), THREE))
    return store


def _run(store: Path, out: Path, *more: str) -> int:
    return outputs.main(["--store", str(store), "--month", str(MONTH), "--out", str(out), *more])


def test_the_command_writes_both_files_of_the_newest_release_or_of_the_one_named(
    store: ParquetStore, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert _run(store.folder, tmp_path / "a" / "b") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "3 ids, 3 of them 1 (probability 0.5 or more)"
    assert sorted(p.name for p in (tmp_path / "a" / "b").iterdir()) == ["resultado_prueba.csv", "submision.csv"]
    assert _run(store.folder, tmp_path / "first", "--release", "1") == 0
    assert "3 ids, 2 of them 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--release", "9"), "9"),
        (("--month", "202402"), "has no month 202402; it has 202401 to 202401"),
    ],
)
def test_what_is_not_there_is_told_and_no_folder_is_made(
    store: ParquetStore, tmp_path: Path, capsys: pytest.CaptureFixture, more: tuple[str, str], message: str
) -> None:
    assert _run(store.folder, tmp_path / "out", *more) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_store_without_releases_and_a_month_that_is_none_are_told(tmp_path: Path) -> None:
    said = command("data.outputs", "--store", str(tmp_path / "s"), "--month", "202401", "--out", str(tmp_path / "o"))
    assert (said.code, "There is no release in" in said.err) == (1, True)
    said = command("data.outputs", "--store", str(tmp_path / "s"), "--month", "2024", "--out", str(tmp_path / "o"))
    assert said.code == 2
    assert "a month is written YYYYMM, such as 202401, not '2024'" in said.err
    assert not list(tmp_path.iterdir())
