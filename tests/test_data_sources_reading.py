"""A file that is not what it should be is refused in words that name it, and nothing is written."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from documented_files import CARTERA, CUSTOMER, OOT, PAGOS, PROB, SHORT, TRTEST, write_files

from data.contract import ContractError, SourceError, Suspicion
from data.sources import reading
from data.sources.opciones_pago import load


def _refusal(folder: Path) -> str:
    """What a person reads; nothing appears in the folder and no file changes."""
    before = {p: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises((SourceError, ContractError)) as refused:
        load(folder)
    assert {p: p.read_bytes() for p in folder.iterdir()} == before
    return str(refused.value)


def _spoil(folder: Path, file: str, old: str, new: str) -> Path:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^the folder .*nowhere does not exist$"):
        load(tmp_path / "nowhere")


def test_all_missing_files_are_named_at_once(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    (folder / PROB).unlink()
    (folder / OOT).unlink()
    assert _refusal(folder) == (
        f"{OOT} (obligations of the month to score) is missing from the folder {folder}\n"
        f"{PROB} (the bank's own probabilities, by month) is missing from the folder {folder}"
    )


def test_a_file_of_no_bytes_is_empty(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    (folder / OOT).write_bytes(b"")
    assert _refusal(folder) == f"{OOT} is empty: it has 0 bytes"


def test_a_file_with_a_header_only_is_empty(tmp_path: Path) -> None:
    assert _refusal(write_files(tmp_path, oot=[])) == f"{OOT} is empty: it has a header but no rows"


@pytest.mark.parametrize(
    ("mark", "words"), [(";", "semicolons (';')"), ("\t", "tabs ('\\t')"), ("|", "vertical bars ('|')")]
)
def test_another_delimiter_is_named(tmp_path: Path, mark: str, words: str) -> None:
    folder = _spoil(write_files(tmp_path), OOT, ",", mark)
    assert _refusal(folder) == f"{OOT} is separated by {words}; commas are expected"


def test_half_a_file_is_told_from_its_last_row(tmp_path: Path) -> None:
    folder = write_files(tmp_path, prob=[{}, {"num_oblig_enmascarado": 11}])
    text = (folder / PROB).read_text(encoding="utf-8")
    (folder / PROB).write_text(text[: text.rindex(",0.25")], encoding="utf-8")
    assert _refusal(folder) == f"{PROB} is cut short: its last row (row 2) has 5 of 7 fields; copy it again whole"


def test_a_last_line_without_end_is_told(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    (folder / PROB).write_text((folder / PROB).read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    told = [s for s in load(folder).suspicions if s.kind == "unfinished_line"]
    assert told == [Suspicion(PROB, "", "unfinished_line", 1, "row 1 has no line end")]


@pytest.mark.parametrize("rows", [1, 50_000])
def test_half_a_compressed_file_is_told(tmp_path: Path, rows: int) -> None:
    folder = write_files(tmp_path, prob=[{"num_oblig_enmascarado": i} for i in range(rows)])
    whole = gzip.compress((folder / PROB).read_bytes())
    (folder / PROB).unlink()
    (folder / f"{PROB}.gz").write_bytes(whole[: len(whole) // 2])
    assert _refusal(folder).startswith(f"{PROB}.gz is cut short: the compressed data end before they should")


def test_a_compressed_or_parquet_file_reads_like_the_csv(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    plain = load(folder)
    (folder / f"{PROB}.gz").write_bytes(gzip.compress((folder / PROB).read_bytes()))
    pd.read_csv(folder / PAGOS).to_parquet(folder / PAGOS.replace(".csv", ".parquet"))
    (folder / PROB).unlink()
    (folder / PAGOS).unlink()
    other = load(folder)
    assert plain.scores is not None
    assert plain.payments is not None
    pd.testing.assert_frame_equal(plain.scores, other.scores)
    pd.testing.assert_frame_equal(plain.payments, other.payments)


def test_the_text_none_is_missing_in_parquet_too(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    rows = pd.read_csv(folder / PAGOS, dtype=str).fillna("None")
    pd.concat([rows, rows.assign(pago_total="None", num_oblig_enmascarado="11")]).to_parquet(
        folder / PAGOS.replace(".csv", ".parquet")
    )
    (folder / PAGOS).unlink()
    payments = load(folder).payments
    assert payments is not None
    assert payments["paid"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("as_of", "message"),
    [
        (2023, "as of 2023: a month is written YYYYMM, such as 202312"),
        (202310, "nothing is known at the end of 202310: the first month of the data is 202312"),
    ],
)
def test_a_month_at_whose_end_nothing_is_known_is_refused(tmp_path: Path, as_of: int, message: str) -> None:
    with pytest.raises(SourceError) as refused:
        load(write_files(tmp_path), as_of=as_of)
    assert str(refused.value) == message


def test_half_a_parquet_file_is_told(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    name = PAGOS.replace(".csv", ".parquet")
    pd.read_csv(folder / PAGOS).to_parquet(folder / name)
    (folder / PAGOS).unlink()
    (folder / name).write_bytes((folder / name).read_bytes()[:-20])
    assert _refusal(folder).startswith(f"{name} is not a whole Parquet file: ")


def test_a_row_with_a_stray_comma_is_named(tmp_path: Path) -> None:
    folder = write_files(tmp_path, pagos=[{}, {"producto": "LIBRE, INVERSION"}, {"num_oblig_enmascarado": 11}])
    assert _refusal(folder) == (
        f"{PAGOS}, row 2: 14 fields where the header has 13 (1 such row(s)); "
        "a text with a comma must stand in quotation marks"
    )


def test_a_renamed_column_is_named_with_its_likely_new_name(tmp_path: Path) -> None:
    folder = _spoil(write_files(tmp_path), PROB, "prob_propension", "prob_propensión")
    assert _refusal(folder) == (
        f"{PROB} lacks the column prob_propension (is it prob_propensión, renamed?)\n"
        f"{PROB} has columns that are not documented: prob_propensión"
    )


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    (folder / OOT).write_text("nit_enmascarado,num_oblig_orig_enmascarado,num_oblig_enmascarado\n1,2,3\n")
    assert _refusal(folder) == f"{OOT} lacks the column fecha_var_rpta_alt"


def test_a_column_named_twice_is_told(tmp_path: Path) -> None:
    folder = _spoil(write_files(tmp_path), PROB, "lote,", "fecha_corte,")
    assert _refusal(folder) == f"{PROB} has more than one column named fecha_corte"


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    folder = write_files(tmp_path, pagos=[{"producto": "CRÉDITO"}])
    (folder / PAGOS).write_bytes((folder / PAGOS).read_text(encoding="utf-8").encode("latin-1"))
    assert _refusal(folder) == f"{PAGOS} is not UTF-8 text: save it as UTF-8"


MONTH = "a month YYYYMM, such as 202312"
DATE = "a date YYYYMMDD, such as 20231231"


@pytest.mark.parametrize(
    ("file", "column", "value", "rule", "shown"),
    [
        (PAGOS, "pago_total", "mucho", "a number", "mucho"),
        (PAGOS, "pago_total", "1.234.5", "a number", "1.234.5"),
        (PAGOS, "pago_total", "inf", "a finite number", "inf"),
        (PAGOS, "pago_total", -5, "at least 0", "-5"),
        (PAGOS, "fecha_corte", 20230230, DATE, "20230230"),
        (PAGOS, "fecha_pago_maxima", "03/11/2023", DATE, "03/11/2023"),
        (PROB, "nit_enmascarado", "A-17", "a whole number", "A-17"),
        (PROB, "nit_enmascarado", "17.5", "a whole number", "17.5"),
        (PROB, "nit_enmascarado", "", "a value is needed", ""),
        (PROB, "fecha_corte", "2023-08", MONTH, "2023-08"),
        (PROB, "fecha_corte", 202313, MONTH, "202313"),
        (PROB, "fecha_corte", 20230831, MONTH, "20230831"),
        (PROB, "prob_propension", 1.5, "at most 1", "1.5"),
        (TRTEST, "var_rpta_alt", 2, "0 or 1", "2"),
        (TRTEST, "var_rpta_alt", "None", "a value is needed", ""),
        (CUSTOMER, "month", 13, "a month YYYYMM", "202313"),
        (CARTERA, "elegible", "QUIZAS", "SI or NO", "QUIZAS"),
    ],
)
def test_a_value_that_breaks_a_rule_is_named_with_its_row(
    tmp_path: Path, file: str, column: str, value: object, rule: str, shown: str
) -> None:
    folder = write_files(tmp_path, **{SHORT[file]: [{}, {column: value}]})
    said = f"{file}, column {column}: 1 value(s) break the rule “{rule}”: row 2: {shown!r}"
    assert _refusal(folder) == said


def test_every_breach_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    bad = [{"pago_total": "x", "num_oblig_enmascarado": i} for i in range(30)]
    with pytest.raises(ContractError) as refused:
        load(write_files(tmp_path, pagos=bad, prob=[{"lote": 1, "fecha_corte": "ayer"}]))
    told = {(b.file, b.column, b.rule): b for b in refused.value.breaches}
    assert set(told) == {(PROB, "fecha_corte", "a month YYYYMM, such as 202312"), (PAGOS, "pago_total", "a number")}
    assert (told[PAGOS, "pago_total", "a number"].count, len(told[PAGOS, "pago_total", "a number"].examples)) == (
        30,
        20,
    )


def test_rows_are_numbered_over_the_whole_file_and_not_per_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BLOCK", 4096)
    rows: list[dict] = [{"num_oblig_enmascarado": i} for i in range(1000)]
    rows += [{"lote": 2, "prob_propension": "bad"}, {"num_oblig_enmascarado": "worse"}]
    assert _refusal(write_files(tmp_path, prob=rows)) == (
        f"{PROB}, column num_oblig_enmascarado: 1 value(s) break the rule “a whole number”: row 1002: 'worse'\n"
        f"{PROB}, column prob_propension: 1 value(s) break the rule “a number”: row 1001: 'bad'"
    )


def test_progress_is_told_by_file_up_to_the_end(tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    load(write_files(tmp_path), progress=lambda what, share: heard.append((what, share)))
    assert [what for what, share in heard if share == 1.0] == [
        f"reading {f}" for f in (TRTEST, OOT, PROB, PAGOS, CUSTOMER)
    ]
