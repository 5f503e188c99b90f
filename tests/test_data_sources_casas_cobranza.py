"""Debts sent to collection houses load as documented, and one debt is read by the code that read those of training.

The data are not public: the file is a made-up sample in the documented format (`made_casas`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_casas import COLUMNS, NAME, ROWS, made_casas, write_casas

from data.case_check import check_cases
from data.check import check
from data.contract import ContractError, Portfolio, SourceError
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED
from data.sources import case_form, load
from data.sources.casas_cobranza import CASE
from data.sources.casas_cobranza_case import FLAGS, PROVINCES, age_range, province
from model import features, labels, split

KEYS = ["client", "obligation", "month"]
DEBT = {
    "CUST_CODE": "MADE-1", "NUMERO_FACTURA": "F1", "FECHA_ENVIO": "01/03/2023", "CANTIDAD_FACTURAS": "3",
    "FECHA_DEVOLUCION": "01/04/2023", "IMPORTE_FACTURA": "263,68", "FECHA_FACTURA": "15/01/2023",
    "ESCENARIO_RECOBRO": "EMP", "DEUDA_TOTAL": "1000.82", "PORTADO": "NO", "EMAIL": "a@example.invalid",
    "EDAD": "31_50", "FECHA CARGA": "03/03/2023", "IMPORTE PRODUCTO": "", "TARGET": "SI", "PERMANENCIA": "",
    "VPT": "S", "FECHA_BPI": "", "TIPO_DOCUMENTO": "CIF", "CODIGO_POSTAL": "08029", "NUM_LINEAS_ACTIVAS": "12",
    "ESTADO_CLIENTE": "A", "VAP_SCF": "N", "VAP_OB": "N", "FEU": "",
}  # fmt: skip


def _write(folder: Path, *changes: dict[str, str], sep: str = ";") -> Path:
    """One debt per change."""
    rows = [DEBT | {"NUMERO_FACTURA": f"F{i}"} | change for i, change in enumerate(changes, 1)]
    pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(folder / NAME, sep=sep, index=False)
    return folder / NAME


def _load(folder: Path, *changes: dict[str, str], as_of: int | None = None) -> Portfolio:
    portfolio = load("casas_cobranza", _write(folder, *changes), as_of=as_of)
    check(portfolio)
    return portfolio


def _attributes(portfolio: Portfolio) -> pd.DataFrame:
    assert portfolio.attributes is not None
    return portfolio.attributes.drop(columns=KEYS)


def _refusal(path: Path) -> str:
    with pytest.raises((SourceError, ContractError)) as refused:
        load("casas_cobranza", path)
    return str(refused.value)


def _as_clients_send(raw: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of the file as JSON: numbers as numbers, dates as YYYY-MM-DD, null where nothing stands."""
    out = []
    for row in raw.to_dict("records"):
        case: dict[str, object] = {}
        for field in CASE.fields:
            text = str(row[field.name])
            if text in ("", "N/A"):
                case[field.name] = None
            elif field.kind == "date":
                day, month, year = text.split("/")
                case[field.name] = f"{year}-{month}-{day}"
            else:
                case[field.name] = text if field.kind == "text" else float(text.replace(",", "."))
        out.append(case)
    return out


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return made_casas()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    return load("casas_cobranza", write_casas(tmp_path_factory.mktemp("made_up")).parent)


# -- the file ---------------------------------------------------------------------------------------------------------


def test_the_made_up_sample_is_as_large_and_as_mixed_as_documented(sample: Portfolio, raw: pd.DataFrame) -> None:
    check(sample)
    assert raw.columns.tolist() == list(COLUMNS)
    assert len(COLUMNS) == 25
    assert len(sample.obligations) == ROWS == 7339
    paid = (sample.outcomes["label_state"] == POSITIVE).sum()
    assert paid / ROWS == pytest.approx(0.257, abs=0.001)
    assert (sample.outcomes["label_state"] == NEGATIVE).sum() == ROWS - paid
    assert [s.count for s in sample.coverage.steps] == [ROWS] * 5
    assert sample.suspicions == ()
    pd.testing.assert_frame_equal(made_casas(rows=50, seed=4), made_casas(rows=50, seed=4))


def test_every_row_is_read_as_a_case_that_a_client_sends(sample: Portfolio, raw: pd.DataFrame) -> None:
    sent = CASE.rows(check_cases(CASE.fields, _as_clients_send(raw)))
    assert len(sent) == ROWS
    pd.testing.assert_frame_equal(sent.drop(columns=["balance", "past_due"]), _attributes(sample))
    for name in ("balance", "past_due"):
        assert np.array_equal(sent[name], sample.obligations[name], equal_nan=True)


def test_the_features_are_those_that_a_case_can_give(sample: Portfolio) -> None:
    assert set(features.build(sample).names) == set(_attributes(sample))


def test_other_kinds_of_file_are_the_same_portfolio(sample: Portfolio, raw: pd.DataFrame, tmp_path: Path) -> None:
    first = raw.head(200)
    first.to_parquet(tmp_path / "texts.parquet")
    days = pd.to_datetime(first["FECHA_ENVIO"], format="%d/%m/%Y")
    codes = pd.to_numeric(first["CODIGO_POSTAL"], errors="coerce")
    first.assign(FECHA_ENVIO=days, CODIGO_POSTAL=codes).to_parquet(tmp_path / "typed.parquet")
    first.to_csv(tmp_path / f"{NAME}.gz", sep=";", index=False)
    for file in ("texts.parquet", "typed.parquet", f"{NAME}.gz"):
        other = load("casas_cobranza", tmp_path / file)
        for name in ("obligations", "attributes"):
            pd.testing.assert_frame_equal(getattr(other, name), getattr(sample, name).head(200))


def test_its_last_two_months_can_be_scored_by_models_of_earlier_ones(sample: Portfolio) -> None:
    made = features.build(sample)
    told = labels.labels_of(sample, made)
    windows = split.walk_forward(told.month, told.label, told.known_at, refit_every=1)
    assert [w.scores for w in windows if not w.warm_up] == [(202303,), (202304,)]


def test_a_row_becomes_what_the_file_says(tmp_path: Path) -> None:
    portfolio = _load(tmp_path, {}, {"CUST_CODE": "MADE-2", "TARGET": "NO"}, {"TARGET": ""})
    row = portfolio.obligations.iloc[0].to_dict()
    assert {k: row[k] for k in ("month", "balance", "past_due", "days_past_due", "phase", "scenario", "region")} == {
        "month": 202303, "balance": 1000.82, "past_due": 263.68, "days_past_due": 45, "phase": "no amistoso",
        "scenario": "EMP", "region": "Barcelona",
    }  # fmt: skip
    assert portfolio.obligations["client"].nunique() == 2
    assert portfolio.outcomes["label_state"].tolist() == [POSITIVE, NEGATIVE, UNLABELLED]
    attributes = _attributes(portfolio).iloc[0].to_dict()
    assert attributes == {
        "ESCENARIO_RECOBRO": "EMP", "PORTADO": "NO", "ESTADO_CLIENTE": "A", "VPT": 1, "VAP_SCF": 0, "VAP_OB": 0,
        "PROVINCIA": "Barcelona", "BAJA": 0, "EDAD": "31_50", "CANTIDAD_FACTURAS": 3, "IMPORTE_FACTURA": 263.68,
        "DEUDA_TOTAL": 1000.82, "NUM_LINEAS_ACTIVAS": 12,
    }  # fmt: skip
    assert (portfolio.meaning.positive["en"], portfolio.meaning.currency) == ("pays", "EUR")


@pytest.mark.parametrize(
    ("sent", "known_at"),
    [("15/12/2022", 202301), ("01/02/2023", 202302), ("02/02/2023", 202303), ("31/01/2023", 202302)],
)
def test_a_label_is_final_when_a_month_since_the_day_it_was_sent_is_over(
    tmp_path: Path, sent: str, known_at: int
) -> None:
    early = {"FECHA_FACTURA": "01/12/2022"}
    portfolio = _load(tmp_path, early | {"FECHA_ENVIO": sent}, early, as_of=202312)
    assert portfolio.outcomes["known_at"].tolist() == [known_at, 202303]


def test_a_month_that_is_not_over_leaves_its_labels_open(tmp_path: Path) -> None:
    portfolio = _load(tmp_path, {"FECHA_ENVIO": "15/03/2023"})
    assert portfolio.as_of == 202303
    assert portfolio.outcomes["label_state"].tolist() == [OPEN]


@pytest.mark.parametrize(
    ("invoice", "days", "phase"),
    [
        ("30/01/2023", 30, "amistoso"),
        ("29/01/2023", 31, "no amistoso"),
        ("31/12/2022", 60, "no amistoso"),
        ("30/12/2022", 61, "retención"),
        ("01/12/2022", 90, "retención"),
        ("30/11/2022", 91, "jurídico"),
        ("01/11/2022", 120, "jurídico"),
        ("31/10/2022", 121, "> 120"),
    ],
)
def test_the_phase_follows_the_days_since_the_invoice(tmp_path: Path, invoice: str, days: int, phase: str) -> None:
    row = _load(tmp_path, {"FECHA_FACTURA": invoice}).obligations.iloc[0]
    assert (row["days_past_due"], row["phase"]) == (days, phase)


def test_a_debt_sent_on_the_day_of_its_invoice_is_as_eligible_as_any(tmp_path: Path) -> None:
    portfolio = _load(tmp_path, {"FECHA_FACTURA": "01/03/2023"})
    assert portfolio.obligations["eligible"].tolist() == [1]
    assert [s.count for s in portfolio.coverage.steps] == [1, 1, 1, 1, 1]


def test_who_somebody_is_and_what_was_known_afterwards_is_not_kept(sample: Portfolio) -> None:
    held = set(sample.obligations) | set(_attributes(sample))
    never = {"EMAIL", "TIPO_DOCUMENTO", "FECHA_DEVOLUCION", "FECHA CARGA", "TARGET"}
    assert not held & never
    assert {"FECHA_DEVOLUCION", "FECHA CARGA", "TARGET"} <= sample.barred
    for frame in (sample.obligations, sample.attributes, sample.outcomes):
        assert frame is not None
        texts = frame.select_dtypes(exclude="number").astype(str)
        assert not texts.apply(lambda column: column.str.contains("@")).to_numpy().any()


# -- what the earlier system got wrong --------------------------------------------------------------------------------


def test_a_postcode_is_its_province_however_it_is_written(tmp_path: Path) -> None:
    codes = ("08029", "8029", "8029.0", "28013", "52001", "01001")
    portfolio = _load(tmp_path, *({"CODIGO_POSTAL": c} for c in codes))
    wanted = ["Barcelona", "Barcelona", "Barcelona", "Madrid", "Melilla", "Álava"]
    assert _attributes(portfolio)["PROVINCIA"].tolist() == portfolio.obligations["region"].tolist() == wanted
    assert province([8029.0]).tolist() == [PROVINCES[7]]
    assert len(set(PROVINCES)) == 52


@pytest.mark.parametrize("missing", ["", "N/A", "NaN"])
def test_a_missing_postcode_is_nobody_of_madrid(tmp_path: Path, missing: str) -> None:
    portfolio = _load(tmp_path, {"CODIGO_POSTAL": missing})
    assert _attributes(portfolio)["PROVINCIA"].isna().all()
    assert portfolio.obligations["region"].isna().all()


@pytest.mark.parametrize(
    ("code", "rule", "shown"),
    [
        ("00000", "at least 1000", "0"),
        ("00999", "at least 1000", "999"),
        ("28", "at least 1000", "28"),
        ("53001", "at most 52999", "53001"),
        ("802999", "at most 52999", "802999"),
        ("8029.5", "a whole number", "8029.5"),
    ],
)
def test_a_postcode_of_no_province_is_refused_with_its_row(tmp_path: Path, code: str, rule: str, shown: str) -> None:
    said = f"{NAME}, column CODIGO_POSTAL: 1 value(s) break the rule “{rule}”: row 2: {shown!r}"
    assert _refusal(_write(tmp_path, {}, {"CODIGO_POSTAL": code})) == said


def test_every_age_has_a_range_and_thirty_is_in_the_first() -> None:
    ages = pd.Series([str(age) for age in range(18, 111)])
    found = age_range(ages)
    assert not found.isna().any()
    edges = {"29": "0_30", "30": "0_30", "31": "31_50", "50": "31_50", "51": "51_65", "65": "51_65", "66": "MAYOR_65"}
    assert age_range(pd.Series(list(edges))).tolist() == list(edges.values())
    assert age_range(pd.Series(["0_30", None, "MAYOR_65"])).tolist() == ["0_30", np.nan, "MAYOR_65"]


def test_flags_are_s_and_n_and_nothing_else(tmp_path: Path) -> None:
    made = _attributes(_load(tmp_path, {"VPT": "S"}, {"VPT": "N"}, {"VPT": ""}))
    assert np.array_equal(made["VPT"], [1, 0, np.nan], equal_nan=True)
    for flag in FLAGS:
        said = f"{NAME}, column {flag}: 1 value(s) break the rule “one of S, N”: row 1: 'SI'"
        assert _refusal(_write(tmp_path, {flag: "SI"})) == said


@pytest.mark.parametrize("date", ["15/01/2023", "20230115", "202301"])
def test_a_line_is_closed_where_the_file_says_when(tmp_path: Path, date: str) -> None:
    assert _attributes(_load(tmp_path, {"FECHA_BPI": date}, {}))["BAJA"].tolist() == [1, 0]


def test_a_line_closed_after_the_debt_was_sent_was_open_and_is_counted(tmp_path: Path) -> None:
    portfolio = _load(tmp_path, {}, {"FECHA_BPI": "02/03/2023"}, {"FECHA_BPI": "01/03/2023"})
    assert _attributes(portfolio)["BAJA"].tolist() == [0, 0, 1]
    odd = [(s.column, s.kind, s.count, s.example) for s in portfolio.suspicions]
    example = "row 2: 02/03/2023, sent on 01/03/2023: not yet known, read as open"
    assert odd == [("FECHA_BPI", "after_as_of", 1, example)]


# -- what is odd, and what is refused ---------------------------------------------------------------------------------


def test_spellings_are_made_one_and_counted(tmp_path: Path) -> None:
    portfolio = _load(tmp_path, {"EDAD": "31-50"}, {"EDAD": ">65"}, {"ESTADO_CLIENTE": " b"})
    assert _attributes(portfolio)["EDAD"].tolist() == ["31_50", "MAYOR_65", "31_50"]
    assert _attributes(portfolio)["ESTADO_CLIENTE"].tolist() == ["A", "A", "B"]
    assert {(s.column, s.kind, s.count) for s in portfolio.suspicions} == {
        ("EDAD", "mixed_case", 2), ("ESTADO_CLIENTE", "mixed_case", 1),
    }  # fmt: skip


def test_the_same_invoice_twice_in_a_month_counts_once(tmp_path: Path) -> None:
    portfolio = _load(tmp_path, {"NUMERO_FACTURA": "F7"}, {"NUMERO_FACTURA": "F7", "TARGET": "NO"})
    assert len(portfolio.obligations) == 1
    assert portfolio.outcomes["label"].tolist() == [1]
    assert [(s.name, s.count) for s in portfolio.coverage.steps][:2] == [("read", 2), ("distinct", 1)]
    assert [(s.column, s.kind) for s in portfolio.suspicions] == [("NUMERO_FACTURA", "duplicate_key")]


@pytest.mark.parametrize(
    ("column", "value", "rule", "shown"),
    [
        ("FECHA_ENVIO", "2023-03-01", "a date DD/MM/YYYY, such as 31/12/2022", "2023-03-01"),
        ("FECHA_ENVIO", "03/31/2023", "a date DD/MM/YYYY, such as 31/12/2022", "03/31/2023"),
        ("FECHA_ENVIO", "30/02/2023", "a date DD/MM/YYYY, such as 31/12/2022", "30/02/2023"),
        ("FECHA_ENVIO", "", "a value is needed", ""),
        ("FECHA_BPI", "ayer", "a date DD/MM/YYYY, YYYYMMDD or YYYYMM", "ayer"),
        ("IMPORTE_FACTURA", "1.000,82", "a number, such as 263.68 or 263,68", "1.000,82"),
        ("IMPORTE_FACTURA", "-1", "at least 0", "-1"),
        ("CANTIDAD_FACTURAS", "0", "at least 1", "0"),
        ("CANTIDAD_FACTURAS", "2,5", "a whole number", "2.5"),
        ("ESCENARIO_RECOBRO", "PAR", "one of PER, FU, EMP", "PAR"),
        ("ESCENARIO_RECOBRO", "N/A", "a value is needed", ""),
        ("TARGET", "QUIZAS", "SI or NO", "QUIZAS"),
        ("CUST_CODE", "", "a value is needed", ""),
    ],
)
def test_a_value_that_cannot_be_is_named(tmp_path: Path, column: str, value: str, rule: str, shown: str) -> None:
    said = f"{NAME}, column {column}: 1 value(s) break the rule “{rule}”: row 2: {shown!r}"
    assert _refusal(_write(tmp_path, {}, {column: value})) == said


def test_a_debt_sent_before_its_invoice_is_named(tmp_path: Path) -> None:
    assert _refusal(_write(tmp_path, {"FECHA_FACTURA": "03/03/2023"})) == (
        f"{NAME}, column FECHA_ENVIO - FECHA_FACTURA: 1 value(s) break the rule “at least 0”: row 1: '-2'"
    )


@pytest.mark.parametrize(
    ("mark", "word"), [(",", "commas (',')"), ("\t", "tabs ('\\t')"), ("|", "vertical bars ('|')")]
)
def test_another_delimiter_is_named(tmp_path: Path, mark: str, word: str) -> None:
    assert _refusal(_write(tmp_path, {}, sep=mark)) == f"{NAME} is separated by {word}; semicolons are expected"


def test_a_file_cut_in_the_middle_is_told(tmp_path: Path) -> None:
    path = write_casas(tmp_path, rows=20)
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(text[: text.rindex(";", 0, text.rindex(";"))], encoding="utf-8")
    assert _refusal(path) == f"{NAME} is cut short: its last row (row 20) has 23 of 25 fields; copy it again whole"


def test_a_stray_semicolon_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path, {}, {}, {})
    path.write_text(path.read_text(encoding="utf-8").replace(";F2;", ";F;2;"), encoding="utf-8")
    assert _refusal(path) == (
        f"{NAME}, row 2: 26 fields where the header has 25 (1 such row(s)); "
        "a text with a semicolon must stand in quotation marks"
    )


def test_a_folder_without_the_file_is_told(tmp_path: Path) -> None:
    said = f"{NAME} (debts sent to collection houses) is missing from the folder {tmp_path}"
    assert _refusal(tmp_path) == said


def test_the_form_names_the_fields_of_the_earlier_query_string_in_three_languages() -> None:
    form = case_form("casas_cobranza")
    assert form is not None
    assert {f.name for f in form.fields} == {
        "ESCENARIO_RECOBRO", "PORTADO", "VPT", "CODIGO_POSTAL", "ESTADO_CLIENTE", "VAP_SCF", "VAP_OB", "FECHA_BPI",
        "EDAD", "CANTIDAD_FACTURAS", "IMPORTE_FACTURA", "DEUDA_TOTAL", "NUM_LINEAS_ACTIVAS",
    }  # fmt: skip
    assert all(set(f.label) == {"en", "es", "pt"} and all(f.label.values()) for f in form.fields)
    assert all(f.usual in f.levels for f in form.fields if f.levels)
