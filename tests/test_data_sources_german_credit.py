"""The German credits load from the file of codes and from the named table, and one application is read the same way."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from data.check import check
from data.contract import ContractError, Portfolio, SourceError
from data.rows import NEGATIVE, POSITIVE
from data.sources import case_form, load
from data.sources.german_credit_case import CASE, GENDER, GIVEN, WORDS
from model import features

FIRST = "A11 6 A34 A43 1169 A65 A75 4 A93 A101 4 A121 67 A143 A152 2 A173 1 A192 A201 1"
SECOND = "A12 48 A32 A410 5951 A61 A73 2 A92 A101 2 A121 22 A143 A152 1 A173 1 A191 A201 2"
KEYS = ["client", "obligation", "month"]


def _write(folder: Path, *lines: str, name: str = "german.data") -> Path:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


def _raw(*lines: str) -> pd.DataFrame:
    """Lines of the file as a client of the API would send them, one column per field."""
    frame = pd.DataFrame([line.split() for line in lines], columns=[*(f.name for f in GIVEN), "clase"])
    return frame.astype({f.name: float for f in GIVEN if f.kind == "whole"})


def _refusal(path: Path) -> str:
    with pytest.raises((SourceError, ContractError)) as refused:
        load("german_credit", path)
    return str(refused.value)


@pytest.fixture(scope="module")
def real(shared: Path) -> Portfolio:
    return load("german_credit", shared / "datasets" / "german_credit")


def test_the_real_file_has_a_thousand_credits_and_three_hundred_bad_ones(real: Portfolio) -> None:
    check(real)
    assert len(real.obligations) == 1000
    assert (real.outcomes["label_state"] == POSITIVE).sum() == 300
    assert (real.outcomes["label_state"] == NEGATIVE).sum() == 700
    assert {(s.name, s.count) for s in real.coverage.steps} == {
        (name, 1000) for name in ("read", "distinct", "in_arrears", "eligible", "joined")
    }
    assert real.suspicions == ()


def test_the_named_table_is_the_same_portfolio(real: Portfolio, shared: Path, tmp_path: Path) -> None:
    table = shared / "datasets" / "german_credit" / "german_credit.parquet"
    pd.read_parquet(table).to_csv(tmp_path / "german_credit.csv", index=False)
    for other in (load("german_credit", table), load("german_credit", tmp_path)):
        for name in ("obligations", "outcomes", "attributes"):
            pd.testing.assert_frame_equal(getattr(real, name), getattr(other, name))
        assert other.coverage == real.coverage


def test_every_real_row_is_read_as_a_case_would_be(real: Portfolio, shared: Path) -> None:
    raw = pd.read_parquet(shared / "datasets" / "german_credit" / "german_credit.parquet")
    made = CASE.rows(raw)
    assert real.attributes is not None
    pd.testing.assert_frame_equal(made.drop(columns="balance"), real.attributes.drop(columns=KEYS))
    assert made["balance"].tolist() == real.obligations["balance"].tolist()


def test_a_row_becomes_what_its_codes_say(tmp_path: Path) -> None:
    portfolio = load("german_credit", _write(tmp_path, FIRST, SECOND))
    check(portfolio)
    first = portfolio.obligations.iloc[0].to_dict()
    assert first == {
        "client": 1, "obligation": 1, "month": 199411, "balance": 1169, "eligible": 1, "account": "overdrawn",
        "history": "critical", "purpose": "radio or TV", "savings": "none or unknown",
        "employment": "7 years or more", "personal_status": "man, single", "guarantors": "none",
        "property": "real estate", "housing": "own", "job": "skilled", "gender": "man", "age_band": "65+",
    }  # fmt: skip
    second = portfolio.obligations.iloc[1]
    assert (second["purpose"], second["gender"], second["age_band"]) == ("other", "woman", "18-24")
    assert portfolio.outcomes["label"].tolist() == [0, 1]
    assert portfolio.outcomes["known_at"].tolist() == [199411, 199411]
    assert portfolio.meaning.positive["en"] == "is a bad risk"
    assert set(portfolio.meaning.positive) == {"en", "es", "pt"}
    assert (portfolio.meaning.dated, portfolio.meaning.currency) == (False, "DEM")


def test_derived_values_are_those_of_hand_arithmetic(tmp_path: Path) -> None:
    made = load("german_credit", _write(tmp_path, FIRST, SECOND)).attributes
    assert made is not None
    assert made["monto_por_mes"].tolist() == pytest.approx([1169 / 6.000001, 5951 / 48.000001], rel=1e-12)
    assert made["proporcion_credito_edad"].tolist() == pytest.approx([1169 / 67.000001, 5951 / 22.000001], rel=1e-12)


def test_derived_values_that_a_client_sends_are_made_anew() -> None:
    given = _raw(FIRST).assign(monto_por_mes=0.0, proporcion_credito_edad=0.0)
    pd.testing.assert_frame_equal(CASE.rows(given), CASE.rows(_raw(FIRST)))
    optional = {f.name for f in CASE.fields if f.optional}
    assert optional == {"monto_por_mes", "proporcion_credito_edad"}


def test_undated_rows_stand_in_the_month_asked_for(tmp_path: Path) -> None:
    portfolio = load("german_credit", _write(tmp_path, FIRST, SECOND), as_of=202401)
    assert portfolio.as_of == 202401
    assert set(portfolio.obligations["month"]) == set(portfolio.outcomes["known_at"]) == {202401}
    with pytest.raises(SourceError, match="as of 2024: a month is written YYYYMM, such as 199411"):
        load("german_credit", tmp_path, as_of=2024)


def test_the_features_are_the_attributes_and_nothing_of_other_rows(real: Portfolio) -> None:
    assert set(features.build(real).names) == {f.name for f in CASE.fields}


def test_the_form_has_every_field_in_three_languages_and_a_usual_value_that_it_allows() -> None:
    form = case_form("german_credit")
    assert form is not None
    assert len(form.fields) == 22
    for field in form.fields:
        assert set(field.label) == {"en", "es", "pt"}
        assert all(field.label.values())
        if field.levels:
            assert field.usual in field.levels
        elif not field.optional:
            assert isinstance(field.usual, int)
            assert field.low <= field.usual <= field.high
    assert set(GENDER) == set(WORDS["estado_civil_y_sexo"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A34", "A35", "column historial_credito: 1 value(s) break the rule “one of A30, A31, A32, A33, A34”: "
                       "row 1: 'A35'"),
        ("A11 ", "a11 ", "column estado_cuenta_actual: 1 value(s) break the rule “one of A11, A12, A13, A14”: "
                         "row 1: 'a11'"),
        (" 67 ", " 167 ", "column edad: 1 value(s) break the rule “at most 100”: row 1: '167'"),
        (" 6 ", " 0 ", "column duracion_credito_meses: 1 value(s) break the rule “at least 1”: row 1: '0'"),
        (" 1169 ", " 1169.5 ", "column monto_credito: 1 value(s) break the rule “a whole number”: row 1: '1169.5'"),
        (" 1169 ", " much ", "column monto_credito: 1 value(s) break the rule “a number”: row 1: 'much'"),
        (" A201 1", " A201 3", "column clase: 1 value(s) break the rule “at most 2”: row 1: '3'"),
        (" A201 1", " A201 ", "column clase: 1 value(s) break the rule “a value is needed”: row 1: ''"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FIRST
    assert _refusal(_write(tmp_path, FIRST.replace(old, new, 1), SECOND)) == f"german.data, {said}"


def test_every_value_that_cannot_be_is_named_at_once(tmp_path: Path) -> None:
    said = _refusal(_write(tmp_path, FIRST.replace("A43", "A50"), SECOND.replace("A152", "A159")))
    assert "column proposito_credito" in said
    assert "column vivienda: 1 value(s) break the rule “one of A151, A152, A153”: row 2: 'A159'" in said


def test_a_file_cut_in_the_middle_is_told(tmp_path: Path) -> None:
    path = _write(tmp_path, FIRST, SECOND)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex(" A121")], encoding="utf-8")
    assert _refusal(path) == "german.data is cut short: its last row (row 2) has 11 of 21 fields; copy it again whole"


def test_half_a_compressed_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "german.data.gz"
    path.write_bytes(gzip.compress("\n".join([FIRST, SECOND] * 500).encode())[:60])
    assert _refusal(tmp_path).startswith("german.data.gz is cut short")


def test_a_row_with_a_field_too_many_is_named(tmp_path: Path) -> None:
    assert _refusal(_write(tmp_path, FIRST, FIRST + " 1", SECOND)) == (
        "german.data, row 2: 22 fields where 21 are expected (1 such row(s)); "
        "a text with a space must stand in quotation marks"
    )


@pytest.mark.parametrize(("mark", "word"), [(",", "commas (',')"), (";", "semicolons (';')"), ("\t", "tabs ('\\t')")])
def test_another_delimiter_is_named(tmp_path: Path, mark: str, word: str) -> None:
    path = _write(tmp_path, FIRST.replace(" ", mark))
    assert _refusal(path) == f"german.data is separated by {word}; spaces are expected"


def test_the_numeric_file_is_not_taken_for_the_one_of_codes(tmp_path: Path) -> None:
    path = _write(tmp_path, " ".join("1" * 25))
    assert _refusal(path) == "german.data has 25 fields in its first row; 21 are expected"


def test_a_folder_without_the_data_is_told(tmp_path: Path) -> None:
    assert _refusal(tmp_path) == f"neither german.data nor german_credit.csv is in the folder {tmp_path}"
