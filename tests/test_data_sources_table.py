"""Any table becomes a portfolio through a small mapping, and what is wrong with either is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import data.sources.table as table
from data.check import check
from data.contract import ContractError, Portfolio, SourceError
from data.rows import NEGATIVE, OPEN, POSITIVE, UNKNOWN, UNLABELLED
from data.sources.attributes import ids

MAPPING = """
source = "loans"
file = "loans.csv"
id = "loan"
client = "person"
date = "signed"
balance = "amount"
never = ["fate"]

[outcome]
column = "paid"
positive = ["yes"]
window_months = 1

[outcome.means]
en = "pays"
es = "paga"
pt = "paga"

[segments]
product = "kind"
age_band = { column = "years", bands = "age" }
size = { column = "amount", bands = [1000, 2000] }
"""
DATE = "a date YYYY-MM-DD, YYYYMMDD or YYYYMM"
LOANS = """loan,person,signed,amount,paid,kind,years,fate,note
1,7,2024-01-05,900.5,yes,4,40,1,blue
2,7,2024-01-31 23:59:59,1000,no,4,123,0,12
3,8,20240215,2500,yes,9,,1,
4,9,202403,100,,9,17,1,green
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    (tmp_path / "loans.csv").write_text(LOANS, encoding="utf-8")
    (tmp_path / "loans.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path / "loans.toml"


def _with(mapping: Path, old: str, new: str) -> Path:
    """The mapping (or the table, when the text stands there) with one text replaced."""
    for path in (mapping, mapping.with_suffix(".csv")):
        text = path.read_text(encoding="utf-8")
        if old in text:
            path.write_text(text.replace(old, new), encoding="utf-8")
            return mapping
    raise AssertionError(old)


def _refusal(mapping: Path) -> str:
    before = {p: p.read_bytes() for p in mapping.parent.iterdir()}
    with pytest.raises((SourceError, ContractError)) as refused:
        table.load(mapping)
    assert {p: p.read_bytes() for p in mapping.parent.iterdir()} == before
    return str(refused.value)


def _odd(portfolio: Portfolio) -> set[tuple[str, str, int, str]]:
    return {(s.column, s.kind, s.count, s.example) for s in portfolio.suspicions}


# -- what a table becomes ---------------------------------------------------------------------------------------------


def test_rows_dates_and_dimensions_follow_the_mapping(mapping: Path) -> None:
    portfolio = table.load(mapping)
    check(portfolio)
    rows = portfolio.obligations
    assert rows[["client", "obligation", "month"]].to_numpy().tolist() == [
        [7, 1, 202401], [7, 2, 202401], [8, 3, 202402], [9, 4, 202403],
    ]  # fmt: skip
    assert rows["balance"].tolist() == [900.5, 1000, 2500, 100]
    assert rows["product"].tolist() == ["4", "4", "9", "9"]
    assert rows["age_band"].tolist() == ["35-44", UNKNOWN, UNKNOWN, UNKNOWN]
    assert rows["size"].tolist() == ["<1K", "1-2K", "2K+", "<1K"]
    assert portfolio.meaning.positive == {"en": "pays", "es": "paga", "pt": "paga"}
    assert portfolio.meaning.carries == {"balance"}


def test_a_label_is_final_after_its_window(mapping: Path) -> None:
    outcomes = table.load(mapping).outcomes
    assert outcomes["known_at"].tolist() == [202402, 202402, 202403, 202404]
    assert outcomes["label_state"].tolist() == [POSITIVE, NEGATIVE, POSITIVE, OPEN]
    assert outcomes["label"].tolist()[:3] == [1, 0, 1]
    assert table.load(mapping, as_of=202404).outcomes["label_state"].tolist()[3] == UNLABELLED


def test_as_of_an_earlier_month_later_rows_are_left_out_and_counted(mapping: Path) -> None:
    portfolio = table.load(mapping, as_of=202401)
    assert portfolio.outcomes["label_state"].tolist() == [OPEN, OPEN, OPEN]
    assert ("signed", "after_as_of", 1, "after 202402: not yet known, left out") in _odd(portfolio)
    assert [s.count for s in portfolio.coverage.steps] == [3, 3, 3, 3, 3]


def test_every_other_column_is_an_attribute_and_the_barred_ones_are_named(mapping: Path) -> None:
    portfolio = table.load(mapping)
    assert portfolio.attributes is not None
    names = set(portfolio.attributes.columns) - {"client", "obligation", "month"}
    assert names == {"amount", "kind", "years", "fate", "note"}
    assert portfolio.barred == {"fate"}
    assert portfolio.attributes["amount"].tolist() == [900.5, 1000, 2500, 100]


def test_a_number_among_texts_is_a_level_and_counted(mapping: Path) -> None:
    portfolio = table.load(mapping)
    assert portfolio.attributes is not None
    assert portfolio.attributes["note"].tolist()[:2] == ["blue", "12"]
    assert portfolio.attributes["note"].isna().tolist() == [False, False, True, False]
    assert ("note", "mixed_type", 1, "12") in _odd(portfolio)


def test_an_impossible_age_is_kept_and_counted(mapping: Path) -> None:
    assert ("years", "out_of_usual_range", 2, "row 2: 123, usually 18 to 100") in _odd(table.load(mapping))


def test_a_repeated_id_counts_once_and_the_waterfall_shows_it(mapping: Path) -> None:
    portfolio = table.load(_with(mapping, "2,7,2024-01-31", "1,7,2024-01-31"))
    assert portfolio.obligations["obligation"].tolist() == [1, 3, 4]
    assert portfolio.obligations["balance"].tolist()[0] == 900.5
    example = "row 2: the same id in month 202401; the first row is kept"
    assert ("loan", "duplicate_key", 1, example) in _odd(portfolio)
    assert [(s.name, s.count) for s in portfolio.coverage.steps][:2] == [("read", 4), ("distinct", 3)]


def test_without_an_id_every_row_is_an_obligation(mapping: Path) -> None:
    rows = table.load(_with(mapping, 'id = "loan"\nclient = "person"', "")).obligations
    assert rows["obligation"].tolist() == rows["client"].tolist() == [1, 2, 3, 4]


def test_ids_of_text_become_the_same_numbers_every_time(mapping: Path) -> None:
    text = ids(pd.Series(["CO-7", "CO-8", "CO-7"]))
    assert text.dtype == np.int64
    assert text[0] == text[2] != text[1]
    assert (text >= 0).all()
    assert ids(pd.Series([5.0, 6.0])).tolist() == [5, 6]


def test_ids_of_text_are_kept_as_the_file_writes_them(mapping: Path) -> None:
    assert table.load(mapping).ids is None
    own = table.load(_with(mapping, "1,7,2024-01-05", "CO-1,7,2024-01-05")).ids
    assert own is not None
    assert own.form == "{own}"
    assert own.frame["own"].tolist() == ["CO-1", "2", "3", "4"]
    assert own.frame["month"].tolist() == [202401, 202401, 202402, 202403]


def test_a_third_outcome_is_read_as_negative_and_told(mapping: Path) -> None:
    portfolio = table.load(_with(mapping, ",9,17,1,green", ",9,17,1,green\n5,9,2024-03-01,1,maybe,4,30,1,x"))
    assert ("paid", "unseen_category", 2, "read as negative: no, maybe") in _odd(portfolio)


def test_parquet_reads_like_csv(mapping: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(mapping.with_suffix(".csv")).assign(
        signed=pd.to_datetime(["2024-01-05", "2024-01-31", "2024-02-15", "2024-03-01"])
    )
    frame.to_parquet(tmp_path / "loans.parquet")
    from_csv, from_parquet = table.load(mapping), table.load(mapping, data=tmp_path / "loans.parquet")
    pd.testing.assert_frame_equal(from_csv.obligations, from_parquet.obligations)
    pd.testing.assert_frame_equal(from_csv.outcomes, from_parquet.outcomes)
    assert from_csv.attributes is not None
    assert from_parquet.attributes is not None
    pd.testing.assert_frame_equal(from_csv.attributes, from_parquet.attributes)


# -- the real table ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["pago_a_tiempo.parquet", "Base_de_datos.csv.gz"])
def test_the_loans_of_pago_a_tiempo_load_as_they_are_documented(shared: Path, file: str) -> None:
    toml = Path(table.__file__).with_name("pago_a_tiempo.toml")
    portfolio = table.load(toml, data=shared / "datasets" / "pago_a_tiempo" / file)
    rows, states = portfolio.obligations, portfolio.outcomes["label_state"]
    assert len(rows) == 10_763
    assert (int((states == POSITIVE).sum()), int((states == NEGATIVE).sum())) == (10_252, 511)
    assert (rows["month"].min(), rows["month"].max(), portfolio.as_of) == (202411, 202604, 202604)
    assert (rows["month"] == 202501).sum() == 1_917
    assert rows["product"].value_counts().to_dict() == {"4": 7747, "9": 2876, "10": 116, "6": 21, "7": 2, "68": 1}
    assert (rows["age_band"] == UNKNOWN).sum() == 150
    assert portfolio.attributes is not None
    missing = portfolio.attributes.isna().sum()
    assert missing[["tendencia_ingresos", "saldo_principal", "puntaje_datacredito"]].tolist() == [2932, 405, 6]
    counted = {(s.column, s.kind): s.count for s in portfolio.suspicions}
    assert counted["tendencia_ingresos", "mixed_type"] == 58
    assert counted["edad_cliente", "out_of_usual_range"] == 150
    assert "puntaje" in portfolio.attributes
    assert portfolio.barred == frozenset()


# -- a wrong mapping --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('date = "signed"', "", "loans.toml: date is missing"),
        ('column = "paid"', "", "loans.toml: outcome.column is missing"),
        ('es = "paga"\n', "", "loans.toml: outcome.means.es is missing"),
        ('date = "signed"', "date = 7", "loans.toml: date must be a text, not 7"),
        ('balance = "amount"', 'balanc = "amount"', "loans.toml: balanc is not a known key (is it balance?)"),
        ("window_months = 1", "window_months = -1", "loans.toml: outcome.window_months must be 0 or more, not -1"),
        ('positive = ["yes"]', "positive = 1", "loans.toml: outcome.positive must be a list, not 1"),
        ('positive = ["yes"]', 'positive = ["si"]',
         "loans.toml: outcome.positive = si never occurs in paid of loans.csv, which holds yes, no"),
        ('"age" }', '"ages" }',
         "loans.toml: segments.age_band.bands must be one of age, income, bucket or a list of edges, not 'ages'"),
        ("[1000, 2000]", "[2000, 1000]", "loans.toml: segments.size.bands edges must rise: [2000, 1000]"),
        ('product = "kind"', "product = 4",
         "loans.toml: segments.product must be a column name, or a table with `column` and `bands`"),
        ('date = "signed"', 'date = "sined"',
         "loans.toml: date = 'sined' is not a column of loans.csv (is it signed?)"),
        ('"fate"', '"fortune"',
         "loans.toml: never[0] = 'fortune' is not a column of loans.csv; "
         "it has loan, person, signed, amount, paid, kind, years, fate, note"),
        ('column = "years", bands', 'column = "note", bands',
         "loans.toml: segments.age_band.bands needs numbers, but note of loans.csv holds texts"),
        ('file = "loans.csv"', "", "loans.toml: file is missing, and no data file was given"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_named_with_its_file(mapping: Path, old: str, new: str, message: str) -> None:
    assert _refusal(_with(mapping, old, new)) == message


def test_what_is_no_toml_is_told(mapping: Path) -> None:
    assert _refusal(_with(mapping, 'source = "loans"', "source: loans")).startswith("loans.toml is not valid TOML: ")


def test_a_missing_mapping_or_table_is_named(mapping: Path) -> None:
    folder = mapping.parent
    mapping.with_suffix(".csv").unlink()
    assert _refusal(mapping) == f"loans.csv is missing from the folder {folder}"
    assert _refusal(folder / "other.toml") == f"other.toml is missing from the folder {folder}"


@pytest.mark.parametrize(
    ("old", "new", "column", "rule", "shown"),
    [
        ("20240215", "15/02/2024", "signed", DATE, "row 3: '15/02/2024'"),
        ("202403", "202413", "signed", DATE, "row 4: '202413'"),
        ("20240215", "", "signed", "a value is needed", "row 3: ''"),
        ("900.5", "lots", "amount", "a number", "row 1: 'lots'"),
        ("900.5", "inf", "amount", "a finite number", "row 1: 'inf'"),
        ("900.5", "-900.5", "amount", "at least 0", "row 1: '-900.5'"),
        ("3,8,", ",8,", "loan", "a value is needed", "row 3: ''"),
    ],
)
def test_a_value_that_breaks_a_rule_is_named_with_its_row(
    mapping: Path, old: str, new: str, column: str, rule: str, shown: str
) -> None:
    said = f"loans.csv, column {column}: 1 value(s) break the rule “{rule}”: {shown}"
    assert _refusal(_with(mapping, old, new)) == said


def test_provisions_and_past_due_amounts_are_read_where_the_mapping_names_them(mapping: Path) -> None:
    table_csv = mapping.with_suffix(".csv")
    lines = table_csv.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{more}" for line, more in zip(lines, ("held,late", "1.5,10", ",0", "2,20", "0,"), strict=True)]
    table_csv.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = table.load(
        _with(mapping, 'balance = "amount"', 'balance = "amount"\nprovisions = "held"\npast_due = "late"')
    )
    rows = found.obligations.set_index("obligation").sort_index()
    assert rows["provisions"].tolist()[0] == 1.5 and rows["provisions"].isna().tolist() == [False, True, False, False]
    assert rows["past_due"].tolist()[:3] == [10, 0, 20]
    assert "provisions" in found.meaning.carries
    assert "provisions" not in table.load(_with(mapping, 'provisions = "held"\n', "")).meaning.carries


def test_a_negative_provision_is_refused(mapping: Path) -> None:
    table_csv = mapping.with_suffix(".csv")
    table_csv.write_text(table_csv.read_text(encoding="utf-8").replace("12\n", "-12\n"), encoding="utf-8")
    refusal = _refusal(_with(mapping, 'balance = "amount"', 'balance = "amount"\nprovisions = "note"'))
    assert "note" in refusal
