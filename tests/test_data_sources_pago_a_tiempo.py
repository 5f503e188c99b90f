"""The loans of `pago_a_tiempo` load from CSV, Excel and Parquet alike; what is wrong with a row is said, what is odd is
kept and counted, and the column that gives the outcome away is barred."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.case_check import check_cases
from data.check import check
from data.contract import ContractError, Portfolio, SourceError
from data.rows import NEGATIVE, POSITIVE, UNKNOWN, UNLABELLED
from data.sources import case_form
from data.sources import load as load_source
from data.sources.pago_a_tiempo import CASE, FILE, load

USUAL: Mapping[str, object] = {
    "tipo_credito": 4, "fecha_prestamo": "2025-04-22 09:47:35", "capital_prestado": 840000.0, "plazo_meses": 6,
    "edad_cliente": 60, "tipo_laboral": "Empleado", "salario_cliente": 3000000, "total_otros_prestamos": 2000000,
    "cuota_pactada": 124876, "puntaje": 95.227787, "puntaje_datacredito": 789.0, "cant_creditosvigentes": 3,
    "huella_consulta": 1, "saldo_mora": 0.0, "saldo_total": 8673.0, "saldo_principal": 8673.0,
    "saldo_mora_codeudor": 0.0, "creditos_sectorFinanciero": 0, "creditos_sectorCooperativo": 0,
    "creditos_sectorReal": 2, "promedio_ingresos_datacredito": 939017.0, "tendencia_ingresos": "Creciente",
    "Pago_atiempo": 1,
}  # fmt: skip
"""The second row of the documented file."""
EARLIER_PAYLOAD = {
    "tipo_credito": 4, "capital_prestado": 840000, "plazo_meses": 6, "edad_cliente": 60, "salario_cliente": 3000000,
    "total_otros_prestamos": 2000000, "cuota_pactada": 124876, "cant_creditosvigentes": 3, "huella_consulta": 1,
    "creditos_sectorFinanciero": 0, "creditos_sectorCooperativo": 0, "creditos_sectorReal": 2,
}  # fmt: skip
"""The fields that clients of the earlier API send."""


def _file(folder: Path, *rows: Mapping[str, object]) -> Path:
    path = folder / "loans.csv"
    pd.DataFrame([{**USUAL, **row} for row in rows]).to_csv(path, index=False)
    return path


def _refusal(folder: Path, *rows: Mapping[str, object]) -> str:
    with pytest.raises((SourceError, ContractError)) as refused:
        load(_file(folder, *rows))
    return str(refused.value)


def _odd(portfolio: Portfolio) -> set[tuple[str, str, int, str]]:
    return {(s.column, s.kind, s.count, s.example) for s in portfolio.suspicions}


# -- the real file ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    return shared / "datasets" / "pago_a_tiempo"


def test_the_real_loans_load_as_they_are_documented(real: Path) -> None:
    portfolio = load_source("pago_a_tiempo", real)
    check(portfolio)
    rows, states = portfolio.obligations, portfolio.outcomes["label_state"]
    assert (len(rows), int((states == POSITIVE).sum()), int((states == NEGATIVE).sum())) == (10_763, 10_252, 511)
    assert (rows["month"].min(), rows["month"].max(), portfolio.as_of) == (202411, 202604, 202604)
    assert rows["product"].value_counts().to_dict() == {"4": 7747, "9": 2876, "10": 116, "6": 21, "7": 2, "68": 1}
    assert (rows["age_band"] == UNKNOWN).sum() == 150
    assert portfolio.attributes is not None
    missing = portfolio.attributes.isna().sum()
    assert missing[["promedio_ingresos_datacredito", "saldo_mora_codeudor", "saldo_principal"]].tolist() == [
        2930, 590, 405,
    ]  # fmt: skip
    assert missing["tendencia_ingresos"] == 2932 + 58
    assert set(portfolio.attributes["tendencia_ingresos"].cat.categories) == {"Creciente", "Decreciente", "Estable"}


def test_what_is_odd_in_the_real_file_is_counted(real: Path) -> None:
    found = {(s.column, s.kind): s.count for s in load(real).suspicions}
    assert found == {
        ("tendencia_ingresos", "mixed_type"): 58,
        ("edad_cliente", "out_of_usual_range"): 150,
        ("salario_cliente", "out_of_usual_range"): 22,
        ("total_otros_prestamos", "out_of_usual_range"): 13,
        ("fecha_prestamo", "future_date"): 64,
    }


def test_the_barred_column_of_the_real_file_tells_the_outcomes_apart_without_a_mistake(real: Path) -> None:
    portfolio = load(real)
    assert portfolio.barred == {"puntaje"}
    assert portfolio.attributes is not None
    late = portfolio.outcomes["label"] == 0
    puntaje = portfolio.attributes["puntaje"]
    assert puntaje[late].max() < puntaje[~late].min()
    assert "puntaje" not in {f.name for f in CASE.fields}


def test_parquet_and_excel_read_like_the_csv(real: Path, tmp_path: Path) -> None:
    part = pd.read_csv(real / "Base_de_datos.csv.gz").head(600)
    part.to_csv(tmp_path / "Base_de_datos.csv", index=False)
    dated = part.assign(fecha_prestamo=pd.to_datetime(part["fecha_prestamo"]))
    dated.assign(tendencia_ingresos=part["tendencia_ingresos"].astype("str")).to_parquet(tmp_path / "loans.parquet")
    dated.to_excel(tmp_path / "loans.xlsx", sheet_name="Datos", index=False)
    plain = load(tmp_path)
    for other in (load(tmp_path / "loans.parquet"), load(tmp_path / "loans.xlsx")):
        pd.testing.assert_frame_equal(plain.obligations, other.obligations)
        pd.testing.assert_frame_equal(plain.outcomes, other.outcomes)
        assert plain.attributes is not None
        assert other.attributes is not None
        pd.testing.assert_frame_equal(plain.attributes, other.attributes)


# -- rows that are wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("capital_prestado", -1, "at least 0"),
        ("saldo_mora", -0.5, "at least 0"),
        ("salario_cliente", "mucho", "a number"),
        ("capital_prestado", "", "a value is needed"),
        ("capital_prestado", "inf", "a finite number"),
        ("plazo_meses", 0, "at least 1"),
        ("plazo_meses", 6.5, "a whole number"),
        ("edad_cliente", 150, "at most 130"),
        ("fecha_prestamo", "22/04/2025", "a date YYYY-MM-DD, YYYYMMDD or YYYYMM"),
        ("fecha_prestamo", "2025-02-30", "a date YYYY-MM-DD, YYYYMMDD or YYYYMM"),
        ("fecha_prestamo", "", "a value is needed"),
        ("Pago_atiempo", 2, "0 or 1"),
    ],
)
def test_a_value_that_breaks_a_rule_is_named_with_its_row(
    tmp_path: Path, column: str, value: object, rule: str
) -> None:
    said = f"loans.csv, column {column}: 1 value(s) break the rule “{rule}”: row 2: '{value}'"
    assert _refusal(tmp_path, {}, {column: value}) == said


def test_a_missing_column_and_a_missing_file_are_named(tmp_path: Path) -> None:
    path = _file(tmp_path, {})
    pd.read_csv(path).drop(columns="puntaje").to_csv(path, index=False)
    with pytest.raises(SourceError, match=r"^loans\.csv lacks the column puntaje$"):
        load(path)
    with pytest.raises(SourceError, match=r"^other\.csv is missing from the folder "):
        load(tmp_path / "other.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"^Base_de_datos\.csv \(loans as they stood .*\) is missing from the folder"):
        load(tmp_path / "empty")


# -- rows that are odd ------------------------------------------------------------------------------------------------


def test_an_old_age_and_a_huge_salary_are_kept_and_counted(tmp_path: Path) -> None:
    portfolio = load(_file(tmp_path, {}, {"edad_cliente": 123, "salario_cliente": 22_000_000_000}))
    assert ("edad_cliente", "out_of_usual_range", 1, "row 2: 123, usually 18 to 100") in _odd(portfolio)
    salary = "row 2: 22000000000, usually 0 to 1000000000"
    assert ("salario_cliente", "out_of_usual_range", 1, salary) in _odd(portfolio)
    assert portfolio.obligations["age_band"].tolist() == ["55-64", UNKNOWN]
    assert portfolio.attributes is not None
    assert portfolio.attributes["edad_cliente"].tolist() == [60, 123]


@pytest.mark.parametrize("number", ["8315", "-28589", " 1000000 ", "0"])
def test_a_number_in_the_trend_of_income_is_unknown_and_counted(tmp_path: Path, number: str) -> None:
    portfolio = load(_file(tmp_path, {}, {"tendencia_ingresos": number}))
    assert portfolio.attributes is not None
    assert portfolio.attributes["tendencia_ingresos"].isna().tolist() == [False, True]
    example = f"row 2: {number.strip()}, read as unknown"
    assert _odd(portfolio) == {("tendencia_ingresos", "mixed_type", 1, example)}


@pytest.mark.parametrize(
    ("column", "value"), [("tendencia_ingresos", "Volátil"), ("tipo_laboral", "Pensionado"), ("tipo_credito", 11)]
)
def test_a_level_that_nobody_documented_is_kept_and_counted(tmp_path: Path, column: str, value: object) -> None:
    portfolio = load(_file(tmp_path, {}, {column: value}))
    assert _odd(portfolio) == {(column, "unseen_category", 1, str(value))}
    assert portfolio.attributes is not None
    kept = portfolio.obligations["product"] if column == "tipo_credito" else portfolio.attributes[column]
    assert kept.tolist()[1] == str(value)


def test_a_loan_dated_after_the_documented_file_was_seen_is_kept_and_counted(tmp_path: Path) -> None:
    ahead = {"fecha_prestamo": "2026-02-24 08:00:00"}
    assert _odd(load(_file(tmp_path, {}, ahead))) == {("fecha_prestamo", "future_date", 1, "row 2: 2026-02-24")}
    newer = {"fecha_prestamo": "2026-05-02"}
    assert _odd(load(_file(tmp_path, {}, ahead, newer))) == set()


def test_a_loan_without_an_outcome_has_no_label_and_is_counted(tmp_path: Path) -> None:
    portfolio = load(_file(tmp_path, {}, {"Pago_atiempo": ""}))
    assert portfolio.outcomes["label_state"].tolist() == [POSITIVE, UNLABELLED]
    assert _odd(portfolio) == {("Pago_atiempo", "no_outcome", 1, "of 2 eligible rows; kept")}


def test_as_of_a_month_later_loans_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [{"fecha_prestamo": f"2025-{m:02d}-10"} for m in (1, 2, 3, 4)]
    portfolio = load(_file(tmp_path, *rows), as_of=202502)
    assert portfolio.obligations["month"].tolist() == [202501, 202502, 202503]
    assert _odd(portfolio) == {("fecha_prestamo", "after_as_of", 1, "after 202503: not yet known, left out")}


def test_a_compressed_file_reads_like_the_plain_one(tmp_path: Path) -> None:
    plain = _file(tmp_path, {}, {"edad_cliente": 30})
    packed = tmp_path / "loans.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    pd.testing.assert_frame_equal(load(plain).obligations, load(packed).obligations)


# -- one case ---------------------------------------------------------------------------------------------------------


def test_a_case_has_every_column_but_the_outcome_and_the_barred_one() -> None:
    assert case_form("pago_a_tiempo") is CASE
    documented = {f.name for f in FILE.fields}
    assert documented - {f.name for f in CASE.fields} == {"Pago_atiempo", "puntaje"}
    assert {f.name for f in CASE.fields} < documented
    assert len(documented) == 23
    assert all(set(f.label) == {"en", "es", "pt"} for f in CASE.fields)


def test_a_case_becomes_what_load_makes_of_the_same_row(tmp_path: Path) -> None:
    told = {"tendencia_ingresos": "Estable", "saldo_total": ""}
    portfolio = load(_file(tmp_path, {}, told))
    assert portfolio.attributes is not None
    case = {k: v for k, v in {**USUAL, **told, "saldo_total": None}.items() if k not in ("puntaje", "Pago_atiempo")}
    made = CASE.rows(check_cases(CASE.fields, [case]))
    stored = portfolio.attributes.join(portfolio.obligations[["balance", "product"]]).iloc[[1]].reset_index(drop=True)
    assert set(stored.columns) - set(made.columns) == {"client", "obligation", "month", "puntaje"}
    for name in made.columns:
        assert made[name].astype(object).equals(stored[name].astype(object)), name


def test_the_fields_of_the_earlier_api_are_enough_and_the_others_are_unknown_not_zero() -> None:
    made = CASE.rows(check_cases(CASE.fields, [EARLIER_PAYLOAD]))
    assert made["balance"].tolist() == [840000]
    assert made["product"].tolist() == ["4"]
    unknown = set(made.columns[made.isna().to_numpy()[0]])
    assert unknown == {
        "tipo_laboral", "puntaje_datacredito", "saldo_mora", "saldo_total", "saldo_principal", "saldo_mora_codeudor",
        "promedio_ingresos_datacredito", "tendencia_ingresos",
    }  # fmt: skip
    assert np.isfinite(made[["capital_prestado", "salario_cliente"]].to_numpy()).all()


def test_a_loan_is_scored_by_what_it_says_itself_as_a_case_is(tmp_path: Path) -> None:
    assert load(_file(tmp_path, {})).alone
