"""Bad files through the real trainer: what a person reads, and that the last release stays as it was, byte for byte."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from faults import OOT, PAGOS, PROB, TRTEST, Files, loans, reads, same_files, small_bank, table_files, traces
from faults import trained as run
from scored_rows import make_parts

from data.contract import ContractError
from data.memory_store import MemoryStore
from data.parquet_store import ParquetStore
from data.store import Draft, Release
from model import train

CLIENTS = "prueba_op_master_customer_data_enmascarado_completa.csv"
ROWS = "(Row 1 is the first row under the header.)"


def _bank(folder: Path, store: Path) -> Files:
    return Files(folder, store, ("--source", "opciones_pago", "--data", str(folder)))


@pytest.fixture(scope="module")
def published_bank(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A bank whose release is published."""
    home = tmp_path_factory.mktemp("bank")
    files = _bank(small_bank(home / "files"), home / "store")
    assert train.main(files.arguments()) == 0
    return files


@pytest.fixture(scope="module")
def published_loans(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A table whose release is published."""
    files = table_files(tmp_path_factory.mktemp("loans"), loans())
    assert train.main(files.arguments()) == 0
    return files


@pytest.fixture
def bank(published_bank: Files, tmp_path: Path) -> Files:
    """The same bank's files to put faults into, over the same store."""
    return _bank(same_files(tmp_path / "files", published_bank.folder), published_bank.store)


@pytest.fixture
def table(published_loans: Files, tmp_path: Path) -> Files:
    """The same table to put faults into, over the same store."""
    return table_files(tmp_path / "loans", loans(), store=published_loans.store)


def refused(files: Files, capsys: pytest.CaptureFixture, *words: str) -> None:
    """The run is refused in these words, and the store is as it was: every byte, and its newest release readable."""
    before = traces(files.store)
    run(files, capsys).refused(*words)
    assert traces(files.store) == before
    assert reads(files.store) > 0


# Files that are not what they should be


def test_every_missing_file_is_named_with_what_it_holds(bank: Files, capsys: pytest.CaptureFixture) -> None:
    (bank.folder / TRTEST).unlink()
    (bank.folder / CLIENTS).unlink()
    about = "(responses of obligations in arrears, by month) is missing from the folder"
    refused(bank, capsys, f"{TRTEST} {about} {bank.folder}", f"{CLIENTS} (client master data, by month) is missing")


def test_a_folder_that_does_not_exist_is_named(bank: Files, capsys: pytest.CaptureFixture) -> None:
    refused(_bank(bank.folder / "nowhere", bank.store), capsys, f"the folder {bank.folder / 'nowhere'} does not exist")


def test_one_of_the_files_in_place_of_their_folder_is_said(bank: Files, capsys: pytest.CaptureFixture) -> None:
    refused(_bank(bank.folder / TRTEST, bank.store), capsys, f"{TRTEST} is a file; say which folder holds the five")


def _separated_by(mark: str) -> Callable[[str], str]:
    return lambda text: text.replace(",", mark)


def _half(text: str) -> str:
    """The first half, ending in the middle of a row, before its second field."""
    return text[: text.index("\n", len(text) // 2) + 4]


def _without_last_column(text: str) -> str:
    return "\n".join(line.rpartition(",")[0] for line in text.splitlines()) + "\n"


WHOLE_FILE = {
    "empty": (PROB, lambda _: "", [f"{PROB} is empty: it has 0 bytes"]),
    "header only": (PROB, lambda t: t[: t.index("\n") + 1], [f"{PROB} is empty: it has a header but no rows"]),
    "semicolons": (PROB, _separated_by(";"), [f"{PROB} is separated by semicolons (';'); commas are expected"]),
    "tabs": (TRTEST, _separated_by("\t"), [f"{TRTEST} is separated by tabs ('\\t'); commas are expected"]),
    "half a file": (TRTEST, _half, [f"{TRTEST} is cut short: its last row (row ", "has 1 of 49 fields; copy it again"]),
    "column missing": (PROB, _without_last_column, [f"{PROB} lacks the column prob_auto_cura"]),
    "column renamed": (
        PROB,
        lambda t: t.replace("prob_propension", "propension", 1),
        [f"{PROB} lacks the column prob_propension (is it propension, renamed?)", "not documented: propension"],
    ),
    "column without a name": (
        PROB,
        lambda t: t.replace("prob_propension", "", 1),
        [f"{PROB} lacks the column prob_propension", "not documented: (no name)"],
    ),
    "column twice": (
        PROB,
        lambda t: t.replace("prob_auto_cura", "prob_propension", 1),
        [f"{PROB} has more than one column named prob_propension"],
    ),
    "a comma in a text": (
        TRTEST,
        lambda t: t.replace("LIBRE INVERSION", "LIBRE, INVERSION", 1),
        [f"{TRTEST}, row ", "50 fields where the header has 49 (1 such row(s)); a text with a comma must stand in"],
    ),
}


@pytest.mark.parametrize("fault", WHOLE_FILE)
def test_a_file_that_is_not_what_it_should_be_is_named_with_what_is_wrong(
    bank: Files, capsys: pytest.CaptureFixture, fault: str
) -> None:
    name, harm, words = WHOLE_FILE[fault]
    bank.put(name, harm(bank.text(name)))
    refused(bank, capsys, *words)


def test_an_optional_file_that_is_there_must_be_whole_too(bank: Files, capsys: pytest.CaptureFixture) -> None:
    bank.put("cartera.csv", "")
    refused(bank, capsys, "cartera.csv is empty: it has 0 bytes")


def test_half_a_compressed_file_is_cut_short(bank: Files, capsys: pytest.CaptureFixture) -> None:
    whole = gzip.compress(bank.text(PAGOS).encode())
    (bank.folder / PAGOS).unlink()
    bank.put(PAGOS + ".gz", whole[: len(whole) // 2])
    refused(bank, capsys, f"{PAGOS}.gz is cut short: the compressed data end before they should")


def test_half_a_parquet_file_is_not_a_whole_one(bank: Files, capsys: pytest.CaptureFixture) -> None:
    stem = bank.folder / PROB.removesuffix(".csv")
    pd.read_csv(bank.folder / PROB).to_parquet(stem.with_suffix(".parquet"))
    whole = stem.with_suffix(".parquet").read_bytes()
    (bank.folder / PROB).unlink()
    bank.put(stem.name + ".parquet", whole[: len(whole) // 2])
    refused(bank, capsys, f"{stem.name}.parquet is not a whole Parquet file")


def test_a_file_in_another_encoding_is_told_to_be_saved_as_utf8(bank: Files, capsys: pytest.CaptureFixture) -> None:
    bank.put(TRTEST, bank.text(TRTEST).replace("LIBRE INVERSION", "LIBRE INVERSIÓN").encode("latin-1"))
    refused(bank, capsys, f"{TRTEST} is not UTF-8 text: save it as UTF-8")


def test_a_file_cut_inside_its_last_value_is_read_and_said_aloud(
    bank: Files, capsys: pytest.CaptureFixture, tmp_path: Path
) -> None:
    lines = bank.text(PROB).splitlines()
    bank.put(PROB, "\n".join(lines)[:-3])
    said = run(Files(bank.folder, tmp_path / "store", bank.source), capsys)
    assert said.code == 0
    assert f"{PROB} may be cut short: row {len(lines) - 1:,} has no line end. It is read as it is." in said.err


# Values that break the rules

VALUES = {
    "text for a number": (TRTEST, "saldo_capital", "1.234.567", "“a number”: row 3: '1.234.567'; row 7: '1.234.567'"),
    "a date of no calendar": (PAGOS, "fecha_corte", "20230231", "“a date YYYYMMDD, such as 20231231”: row 3: '2023"),
    "another date format": (PAGOS, "fecha_corte", "31/01/2023", "“a date YYYYMMDD, such as 20231231”: row 3: '31/01/"),
    "another month format": (PROB, "fecha_corte", "2023-01", "“a month YYYYMM, such as 202312”: row 3: '2023-01'; row"),
    "month and year swapped": (OOT, "fecha_var_rpta_alt", "112023", "“a month YYYYMM, such as 202312”: row 3: '112023"),
    "an infinite score": (PROB, "prob_propension", "inf", "“a finite number”: row 3: 'inf'; row 7: 'inf'"),
    "a score above 1": (PROB, "prob_propension", "1.7", "“at most 1”: row 3: '1.7'; row 7: '1.7'"),
    "a score below 0": (PROB, "prob_auto_cura", "-0.2", "“at least 0”: row 3: '-0.2'; row 7: '-0.2'"),
    "a third outcome": (TRTEST, "var_rpta_alt", "2", "“0 or 1”: row 3: '2'; row 7: '2'"),
    "no outcome": (TRTEST, "var_rpta_alt", "", "“a value is needed”: row 3: ''; row 7: ''"),
    "an id that is no number": (TRTEST, "nit_enmascarado", "CC-79", "“a whole number”: row 3: 'CC-79'; row 7: 'CC-79'"),
}  # fmt: skip


@pytest.mark.parametrize("fault", VALUES)
def test_a_value_that_breaks_a_rule_is_named_with_file_column_rule_and_row(
    bank: Files, capsys: pytest.CaptureFixture, fault: str
) -> None:
    name, column, value, words = VALUES[fault]
    bank.change(name, column, value, rows=(3, 7))
    refused(bank, capsys, f"{name}, column {column}: 2 value(s) break the rule {words}", ROWS)


def test_breaches_of_every_file_are_said_at_once_the_first_twenty_of_each(
    bank: Files, capsys: pytest.CaptureFixture
) -> None:
    bank.change(PROB, "fecha_corte", lambda month: month[4:] + month[:4])
    bank.change(PAGOS, "pago_total", "mucho", rows=(1,))
    count = bank.text(PROB).count("\n") - 1
    refused(
        bank, capsys, f"{PROB}, column fecha_corte: {count:,} value(s)", "row 20: '012023'\n",
        f"{PAGOS}, column pago_total: 1 value(s) break the rule “a number”: row 1: 'mucho'",
    )  # fmt: skip


# Data that cannot train a model


def test_outcomes_of_one_class_cannot_train(bank: Files, capsys: pytest.CaptureFixture) -> None:
    bank.change(TRTEST, "var_rpta_alt", "0")
    refused(
        bank, capsys, "labels are of one class (0); a model needs 2 matured months", "at least 40 rows of each class"
    )


def test_a_single_month_cannot_train(bank: Files, capsys: pytest.CaptureFixture) -> None:
    bank.change(TRTEST, "fecha_var_rpta_alt", "202305")
    refused(
        bank, capsys, "only 1 month(s) with labels (202305); a model needs 2 matured months to learn from, one more"
    )


def test_a_month_before_all_data_and_a_word_that_is_no_month_are_refused(
    bank: Files, capsys: pytest.CaptureFixture
) -> None:
    before = traces(bank.store)
    run(bank, capsys, "--as-of", "202201").refused("nothing is known at the end of 202201: the first month", "202301")
    run(bank, capsys, "--as-of", "202313").refused("as of 202313: a month is written YYYYMM, such as 202312")
    assert traces(bank.store) == before


def test_repeated_rows_are_kept_out_counted_and_shown(
    bank: Files, capsys: pytest.CaptureFixture, tmp_path: Path, published_bank: Files
) -> None:
    lines = bank.text(TRTEST).splitlines()
    bank.put(TRTEST, "\n".join([*lines, *lines[1:6], ""]))
    said = run(Files(bank.folder, tmp_path / "store", bank.source), capsys)
    assert said.code == 0
    twice, once = ParquetStore(tmp_path / "store").read(), ParquetStore(published_bank.store).read()
    assert _repeats(twice)["count"] == _repeats(once)["count"] + 5
    assert _repeats(twice)["example"].startswith("row ")
    assert "fecha_var_rpta_alt 2023" in _repeats(twice)["example"]
    pd.testing.assert_frame_equal(twice.frame("rows"), once.frame("rows"))


def _repeats(release: Release) -> dict[str, Any]:
    found = [s for s in release.document("suspicions") if s["file"] == TRTEST and s["kind"] == "duplicate_key"]
    assert len(found) == 1
    return found[0]


# Any table

BROKEN = "2 value(s) break the rule"


def _loans(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Files], None]:
    return lambda files: files.put("loans.csv", change(loans()).to_csv(index=False))


def _at(column: str, value: object) -> Callable[[Files], None]:
    """A value in rows 4 and 10 of a column."""
    return lambda files: files.change("loans.csv", column, str(value), rows=(4, 10))


def _mapping(old: str, new: str) -> Callable[[Files], None]:
    return lambda files: files.put("loans.toml", files.text("loans.toml").replace(old, new, 1))


NOISE = np.random.default_rng(0).permutation(900)
DAY = "“a date YYYY-MM-DD, YYYYMMDD or YYYYMM”: row 4:"
TABLES = {
    "missing": (lambda f: (f.folder / "loans.csv").unlink(), "loans.csv is missing from the folder"),
    "no mapping": (lambda f: (f.folder / "loans.toml").unlink(), "loans.toml is missing from the folder"),
    "empty": (lambda f: f.put("loans.csv", ""), "loans.csv is empty: it has 0 bytes"),
    "no rows": (_loans(lambda d: d.head(0)), "loans.csv is empty: it has a header but no rows"),
    "semicolons": (lambda f: f.put("loans.csv", f.text("loans.csv").replace(",", ";")), "separated by semicolons"),
    "half": (lambda f: f.put("loans.csv", _half(f.text("loans.csv"))), "loans.csv is cut short: its last row (row "),
    "renamed": (
        _loans(lambda d: d.rename(columns={"paid": "payed"})),
        "loans.toml: outcome.column = 'paid' is not a column of loans.csv (is it payed?)",
    ),
    "no number": (_at("amount", "a lot"), f"loans.csv, column amount: {BROKEN} “a number”: row 4: 'a lot'"),
    "infinite": (_at("amount", "inf"), f"loans.csv, column amount: {BROKEN} “a finite number”: row 4: 'inf'"),
    "negative": (_at("amount", -5), f"loans.csv, column amount: {BROKEN} “at least 0”: row 4: '-5'"),
    "date": (_at("day", "13/05/2024"), f"loans.csv, column day: {BROKEN} {DAY} '13/05/2024'; row 10:"),
    "month": (_at("day", "May-24"), f"loans.csv, column day: {BROKEN} {DAY} 'May-24'; row 10: 'May-24'"),
    "no id": (_at("loan", ""), f"loans.csv, column loan: {BROKEN} “a value is needed”: row 4: ''"),
    "all paid": (_loans(lambda d: d.assign(paid="yes")), "labels are of one class (1); a model needs"),
    "none paid": (
        _loans(lambda d: d.assign(paid="no")),
        "loans.toml: outcome.positive = yes never occurs in paid of loans.csv, which holds no",
    ),
    "one month": (_loans(lambda d: d.assign(day="2024-03-05")), "no row has a final label; a model needs 2 matured"),
    "no skill": (_loans(lambda d: d.assign(paid=d["paid"].to_numpy()[NOISE])), "no skill: the out-of-time AUC lies"),
    "a name that is taken": (
        _loans(lambda d: d.assign(month=1)),
        "loans.csv, column month: the name is taken by the contract, and the mapping does not say that it is one of",
    ),
    "broken mapping": (_mapping("[outcome]", "[outcome"), "loans.toml is not valid TOML"),
    "unknown key": (_mapping('date = "day"', 'date = "day"\ncolour = "red"'), "loans.toml: colour is not a known key"),
}  # fmt: skip


@pytest.mark.parametrize("fault", TABLES)
def test_a_table_that_cannot_be_used_is_refused_in_words(
    table: Files, capsys: pytest.CaptureFixture, fault: str
) -> None:
    harm, words = TABLES[fault]
    harm(table)
    refused(table, capsys, words)


def test_odd_values_of_a_table_are_kept_counted_and_shown(table: Files, capsys: pytest.CaptureFixture) -> None:
    table.change("loans.csv", "income", "inf", rows=(4, 10))
    lines = table.text("loans.csv").splitlines()
    table.put("loans.csv", "\n".join([*lines, *lines[1:4], ""]))
    store = table.folder / "store"
    assert run(Files(table.folder, store, table.source), capsys).code == 0
    release = ParquetStore(store).read()
    assert len(release.frame("rows")) == len(loans())
    odd = {(s["column"], s["kind"]): (s["count"], s["example"]) for s in release.document("suspicions")}
    assert odd["income", "infinite"] == (2, "row 4: inf")
    assert odd["loan", "duplicate_key"][0] == 3
    assert odd["loan", "duplicate_key"][1].startswith("row 901: the same id in month 2024")


def test_a_column_that_gives_the_outcome_away_is_refused_and_named(table: Files, capsys: pytest.CaptureFixture) -> None:
    frame = loans()
    frame["rating"] = np.where(frame["paid"] == "yes", 700, 300) + np.arange(len(frame)) % 50
    table.put("loans.csv", frame.to_csv(index=False))
    before = traces(table.store)
    run(table, capsys, "--leaks", "stop").refused("feature rating alone has an AUC of 1.0000: a leak")
    assert traces(table.store) == before
    said = run(Files(table.folder, table.folder / "store", table.source), capsys)
    assert said.code == 0
    assert "Refused as a leak: rating (AUC alone 1.0000)" in said.out
    card = ParquetStore(table.folder / "store").read().document("model_card")
    assert "rating" not in str(card["features"])


# A release whose scores are no probabilities


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1.5, -0.25])
@pytest.mark.parametrize("column", ["score", "challenger_score", "previous_score", "propensity"])
def test_a_score_that_is_no_probability_is_never_published(tmp_path: Path, column: str, value: float) -> None:
    store = ParquetStore(tmp_path)
    first = store.publish(Draft({"rows": make_parts(60, months=[202401, 202402])}, {}))
    before, bad = traces(tmp_path), make_parts(60, months=[202402, 202403])
    bad["202403"].loc[6, column] = np.float32(value)
    said = (
        f"table rows, month 202403, column {column}: 1 value(s) break the rule "
        f"“a probability from 0 to 1, or missing”: row 7: '{value:g}'"
    )
    for each in (store, MemoryStore()):
        with pytest.raises(ContractError) as refusal:
            each.publish(Draft({"rows": bad}, {}))
        assert str(refusal.value) == said
    assert (store.version(), traces(tmp_path)) == (first, before)


def test_a_missing_score_is_published_as_missing(tmp_path: Path) -> None:
    parts = make_parts(60, months=[202401])
    parts["202401"]["score"] = np.float32(np.nan)
    store = ParquetStore(tmp_path)
    store.publish(Draft({"rows": parts}, {}))
    assert store.read().frame("rows")["score"].isna().all()
