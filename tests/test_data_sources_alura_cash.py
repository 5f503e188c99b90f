"""The loans of Alura Cash are one portfolio, whichever of their forms is read; what leaves is counted by its rule."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pymysql.converters import escape_item

from data.case_check import check_cases
from data.check import check
from data.contract import ContractError, Portfolio, SourceError
from data.rows import NEGATIVE, POSITIVE, UNKNOWN
from data.sources import case_form, load
from data.sources.alura_cash import CASE
from data.sources.attributes import ids
from model import features

Columns = Mapping[str, Sequence[object]]

PEOPLE = {
    "person_id": ["p1", "p2", "p3", "p4", "", "p6", "p7"],
    "person_age": [33, 24, 101, 40, 50, 33, 18],
    "person_income": [48000, 24999, 75000, None, 1, 48000, 100000],
    "person_home_ownership": ["Rent", "Own", "Rent", "", "Rent", "Rent", "Castle"],
    "person_emp_length": [17, 0, 3, 61, 2, 17, None],
}
LOANS = {
    "loan_id": ["l1", "l2", "l3", "l4", "l5", "l6", "l7"],
    "loan_intent": ["Medical", "Venture", "Medical", "Medical", "Medical", "Medical", "Personal"],
    "loan_grade": ["A", "G", "A", "A", "A", "A", ""],
    "loan_amnt": [1000, 200, 30, 4, 50000, 1000, None],
    "loan_int_rate": [13.22, None, 5, 5, 5, 13.22, 5.5],
    "loan_status": [0, 1, 1, 0, 0, 0, None],
    "loan_percent_income": [0.02, 0.01, 0, 0, 0, 0.02, 0.5],
}
HISTORIES = {
    "cb_id": ["c1", "c2", "c3", "c4", "c5", "c6", "c7"],
    "cb_person_default_on_file": ["N", "Y", "N", "N", "N", "N", ""],
    "cb_person_cred_hist_length": [9, 2, 3, 4, 5, 9, 7],
}
LINKS = {
    "person_id": ["p1", "p2", "p3", "p4", "", "p6", "p7"],
    "loan_id": ["l1", "l2", "l3", "l4", "l5", "l6", "l7"],
    "cb_id": ["c1", "c2", "c3", "c4", "c5", "c6", "c7"],
}
TABLES: Mapping[str, Columns] = {
    "dados_mutuarios": PEOPLE, "emprestimos": LOANS, "historicos_banco": HISTORIES, "ids": LINKS
}  # fmt: skip
"""Seven loans: l5 has a blank borrower, l7 no outcome, p3 is 101 years old, p4 has worked for 61, l6 copies l1."""


def _dump(tables: Mapping[str, Columns], completed: str = " on 2022-07-27 14:11:08") -> str:
    text = "-- MySQL dump 10.13  Distrib 8.0.30, for Win64 (x86_64)\n"
    for name, columns in tables.items():
        rows = [f"({','.join(escape_item(v, 'utf8mb4') for v in row)})" for row in zip(*columns.values(), strict=True)]
        text += f"CREATE TABLE `{name}` (\n" + ",\n".join(f"  `{c}` text" for c in columns) + "\n);\n"
        text += f"INSERT INTO `{name}` VALUES {','.join(rows)};\n"
    return f"{text}-- Dump completed{completed}\n"


def _write(folder: Path, **changed: Columns) -> Path:
    """The four tables in one dump, some of them with other columns."""
    (folder / "all.sql").write_text(_dump({**TABLES, **changed}), encoding="utf-8")
    return folder / "all.sql"


def _with(table: Columns, column: str, row: int, value: object) -> Columns:
    """A table with another value in one place (row 1 is the first)."""
    values = list(table[column])
    values[row - 1] = value
    return {**table, column: values}


def _without(table: Columns, column: str) -> Columns:
    return {name: values for name, values in table.items() if name != column}


def _refusal(data: Path, as_of: int | None = None) -> str:
    with pytest.raises((SourceError, ContractError)) as refused:
        load("alura_cash", data, as_of=as_of)
    return str(refused.value)


def _attributes(portfolio: Portfolio) -> pd.DataFrame:
    assert portfolio.attributes is not None
    return portfolio.attributes.drop(columns=["client", "obligation", "month"])


def _steps(portfolio: Portfolio) -> dict[str, tuple[int, float]]:
    return {s.name: (s.count, s.balance) for s in portfolio.coverage.steps}


# -- the real loans ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "datasets" / "alura_cash"


@pytest.fixture(scope="module")
def real(folder: Path) -> Portfolio:
    return load("alura_cash", folder)


@pytest.fixture(scope="module")
def by_hand(folder: Path) -> pd.DataFrame:
    """The tables joined with pandas from the files that somebody else made of the dumps; in order of the loans."""
    names = ("ids", "emprestimos", "dados_mutuarios", "historicos_banco")
    links, loans, people, bureau = (pd.read_parquet(folder / f"{n}.parquet") for n in names)
    people = people[people["person_id"] != ""]
    whole = loans.merge(links, on="loan_id").merge(people, on="person_id").merge(bureau, on="cb_id")
    return whole.sort_values("loan_id", ignore_index=True)


def test_the_real_dumps_are_a_portfolio_of_one_undated_month(real: Portfolio) -> None:
    check(real)
    assert (real.as_of, set(real.obligations["month"]), set(real.outcomes["known_at"])) == (202209, {202209}, {202209})
    assert not real.meaning.dated
    assert real.alone
    assert (real.meaning.currency, real.meaning.carries) == ("BRL", {"balance"})
    assert set(real.meaning.positive) == {"en", "es", "pt"}
    assert real.suspicions == ()
    assert real.barred == frozenset()


def test_what_leaves_at_each_step_is_what_pandas_says(real: Portfolio, by_hand: pd.DataFrame, folder: Path) -> None:
    expected = {"read": pd.read_parquet(folder / "emprestimos.parquet"), "matched": by_hand}
    expected["complete"] = by_hand[by_hand["loan_status"].notna()]
    expected["possible_age"] = expected["complete"].query("person_age.isna() | person_age <= 100")
    expected["possible_tenure"] = expected["possible_age"].query("person_emp_length.isna() | person_emp_length <= 60")
    said = expected["possible_tenure"].drop(columns=["loan_id", "person_id", "cb_id"])
    expected["different"] = said.drop_duplicates()
    expected |= dict.fromkeys(("distinct", "in_arrears", "eligible", "joined"), expected["different"])
    assert _steps(real) == {name: (len(rows), rows["loan_amnt"].sum()) for name, rows in expected.items()}
    assert [len(expected[n]) for n in ("read", "matched")] == [34_489, 34_485]
    assert len(said) - len(expected["different"]) == 165


def test_every_value_is_that_of_the_joined_tables(real: Portfolio, by_hand: pd.DataFrame) -> None:
    at = by_hand.set_index(pd.Index(ids(by_hand["loan_id"]))).loc[real.obligations["obligation"]]
    assert at["loan_id"].is_monotonic_increasing
    np.testing.assert_array_equal(real.obligations["client"], ids(at["person_id"]))
    np.testing.assert_array_equal(real.obligations["balance"], at["loan_amnt"].to_numpy(float, na_value=np.nan))
    np.testing.assert_array_equal(real.outcomes["label"], at["loan_status"].to_numpy(float))
    known = _attributes(real)
    for name, column in {
        "Idade": "person_age", "Salario_anual": "person_income", "Tempo_trabalho": "person_emp_length",
        "Total_emprest": "loan_amnt", "Tx_juros": "loan_int_rate", "Renda_pecentual": "loan_percent_income",
        "Periodo": "cb_person_cred_hist_length",
    }.items():  # fmt: skip
        np.testing.assert_array_equal(known[name], at[column].to_numpy(float, na_value=np.nan))
    for name, column in {
        "Situacao_prop": "person_home_ownership", "Motivo_emprest": "loan_intent", "Pont_emprest": "loan_grade"
    }.items():  # fmt: skip
        assert known[name].astype(object).fillna("").tolist() == at[column].tolist()
    on_file = at["cb_person_default_on_file"].map({"N": 0, "Y": 1})
    np.testing.assert_array_equal(known["Inadimplente"], on_file)


def test_the_joined_file_gives_the_same_loans(real: Portfolio, folder: Path) -> None:
    joined = load("alura_cash", folder / "new_dados_challenge.parquet", as_of=202209)
    check(joined)
    mine, other = (
        pd.concat([_attributes(p), p.outcomes["label"], p.obligations.drop(columns=["client", "obligation"])], axis=1)
        for p in (real, joined)
    )
    order = list(_attributes(real).columns)
    pd.testing.assert_frame_equal(
        other.sort_values(order, ignore_index=True), mine.sort_values(order, ignore_index=True)
    )
    steps = _steps(real)
    assert steps.pop("read")[0] - 4 == steps.pop("matched")[0] == 34_485
    assert _steps(joined) == {"read": (34_485, 327_556_000), **steps}


def test_the_cleaned_file_has_the_rows_of_the_earlier_system(folder: Path) -> None:
    csv = load("alura_cash", folder / "Dados_tratados.csv.gz", as_of=202207)
    check(csv)
    assert {name: count for name, (count, _) in _steps(csv).items()} == {
        "read": 33_129, "complete": 33_129, "possible_age": 33_124, "possible_tenure": 33_122, "different": 32_957,
        "distinct": 32_957, "in_arrears": 32_957, "eligible": 32_957, "joined": 32_957,
    }  # fmt: skip
    assert not _attributes(csv).isna().any().any()
    assert csv.suspicions == ()
    parquet = load("alura_cash", folder / "dados_tratados.parquet", as_of=202207)
    pd.testing.assert_frame_equal(csv.obligations, parquet.obligations)
    pd.testing.assert_frame_equal(_attributes(csv), _attributes(parquet))


def test_a_dump_of_the_real_tables_that_is_cut_is_refused(folder: Path, tmp_path: Path) -> None:
    for dump in folder.glob("*.sql.gz"):
        (tmp_path / dump.name).symlink_to(dump)
    cut = tmp_path / "dump_analise_risco_emprestimos.sql.gz"
    text = gzip.decompress(cut.read_bytes())
    cut.unlink()
    cut.write_bytes(gzip.compress(text[: len(text) // 2]))
    assert _refusal(tmp_path).startswith(f"{cut.name} is cut short after row ")
    cut.unlink()
    assert _refusal(tmp_path).endswith("dump_analise_risco_ids.sql.gz: the table emprestimos (the loans) is missing")


# -- what small tables become -----------------------------------------------------------------------------------------


def test_each_rule_leaves_out_its_loan(tmp_path: Path) -> None:
    portfolio = load("alura_cash", _write(tmp_path))
    check(portfolio)
    assert _steps(portfolio) == {
        "read": (7, 52_234), "matched": (6, 2_234), "complete": (5, 2_234), "possible_age": (4, 2_204),
        "possible_tenure": (3, 2_200), "different": (2, 1_200), "distinct": (2, 1_200), "in_arrears": (2, 1_200),
        "eligible": (2, 1_200), "joined": (2, 1_200),
    }  # fmt: skip
    assert portfolio.as_of == 202207
    rows = portfolio.obligations
    assert rows["obligation"].tolist() == ids(pd.Series(["l1", "l2"])).tolist()
    assert rows["client"].tolist() == ids(pd.Series(["p1", "p2"])).tolist()
    assert portfolio.outcomes["label_state"].tolist() == [NEGATIVE, POSITIVE]
    assert portfolio.ids is not None
    assert portfolio.ids.frame["own"].tolist() == ["l1", "l2"]
    dimensions = ["loan_intent", "loan_grade", "home_ownership", "default_on_file", "age_band", "income_band"]
    assert rows[dimensions].to_numpy().tolist() == [
        ["Medical", "A", "Rent", "N", "25-34", "25-50K"], ["Venture", "G", "Own", "Y", "18-24", "<25K"],
    ]  # fmt: skip
    known = _attributes(portfolio)
    assert list(known) == [f.name for f in CASE.fields]
    assert known["Inadimplente"].tolist() == [0, 1]
    assert known["Tx_juros"].fillna(-1).tolist() == [13.22, -1]


def test_nothing_is_filled_in_and_a_new_level_is_kept_and_counted(tmp_path: Path) -> None:
    portfolio = load("alura_cash", _write(tmp_path, emprestimos=_with(LOANS, "loan_status", 7, 1)))
    last, known = portfolio.obligations.iloc[-1], _attributes(portfolio).iloc[-1]
    assert np.isnan(last["balance"])
    assert known[["Total_emprest", "Tempo_trabalho", "Pont_emprest", "Inadimplente"]].isna().all()
    assert (last["home_ownership"], known["Situacao_prop"], last["income_band"]) == ("Castle", "Castle", "100K+")
    odd = [(s.file, s.column, s.kind, s.count, s.example) for s in portfolio.suspicions]
    assert odd == [("all.sql, table dados_mutuarios", "person_home_ownership", "unseen_category", 1, "Castle")]


def test_a_month_that_is_given_comes_before_the_dumps_own(tmp_path: Path) -> None:
    portfolio = load("alura_cash", _write(tmp_path), as_of=202401)
    assert (portfolio.as_of, set(portfolio.obligations["month"])) == (202401, {202401})
    assert _refusal(tmp_path / "all.sql", 202213) == "as of 202213: a month is written YYYYMM, such as 202312"


def test_tables_of_several_dumps_in_a_folder_are_as_new_as_the_newest(tmp_path: Path) -> None:
    whole = load("alura_cash", _write(tmp_path))
    (tmp_path / "all.sql").unlink()
    for number, (name, columns) in enumerate(TABLES.items()):
        text = _dump({name.upper() if name != "ids" else "ID": columns}, f" on 2022-0{number + 5}-27 14:11:08")
        (tmp_path / f"{name}.SQL").write_text(text, encoding="utf-8")
    (tmp_path / "join.sql").write_text("SELECT 1;\n", encoding="utf-8")
    (tmp_path / "Dados_tratados.csv").write_text("not read", encoding="utf-8")
    parts = load("alura_cash", tmp_path)
    assert parts.as_of == 202208
    pd.testing.assert_frame_equal(parts.obligations.assign(month=202207), whole.obligations.assign(month=202207))
    pd.testing.assert_frame_equal(_attributes(parts), _attributes(whole))


def test_numbers_and_texts_of_a_table_may_be_written_either_way(tmp_path: Path) -> None:
    flags = [{"N": "0", "Y": "1"}.get(v, v) for v in HISTORIES["cb_person_default_on_file"]]
    ages = [f" {v}" for v in PEOPLE["person_age"]]
    whole = load("alura_cash", _write(tmp_path))
    other = load(
        "alura_cash",
        _write(
            tmp_path,
            dados_mutuarios={**PEOPLE, "person_age": ages},
            historicos_banco={**HISTORIES, "cb_person_default_on_file": flags},
        ),
    )
    pd.testing.assert_frame_equal(_attributes(other), _attributes(whole))
    assert {s.kind for s in other.suspicions} == {"mixed_case", *(s.kind for s in whole.suspicions)}


def test_a_folder_without_dumps_is_read_from_its_joined_file(folder: Path, tmp_path: Path) -> None:
    lines = gzip.decompress((folder / "Dados_tratados.csv.gz").read_bytes()).decode().splitlines()[:51]
    (tmp_path / "Dados_tratados.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = load("alura_cash", tmp_path, as_of=202207).obligations
    assert rows["obligation"].tolist() == rows["client"].tolist() == list(range(1, 51))
    assert (rows["age_band"] != UNKNOWN).all()
    said = "Dados_tratados.csv: nothing says when the loans stood so; give the month with --as-of YYYYMM"
    assert _refusal(tmp_path) == said


# -- one case ---------------------------------------------------------------------------------------------------------


def test_the_form_has_the_fields_of_the_earlier_api_in_its_order() -> None:
    assert case_form("alura_cash") is CASE
    assert " ".join(f.name for f in CASE.fields) == (
        "Idade Salario_anual Situacao_prop Tempo_trabalho Motivo_emprest Pont_emprest Total_emprest Tx_juros "
        "Renda_pecentual Periodo Inadimplente"
    )
    assert all(set(f.label) == {"en", "es", "pt"} for f in CASE.fields)
    usual = check_cases(CASE.fields, [{f.name: f.usual for f in CASE.fields}])
    assert not CASE.rows(usual).isna().any().any()


def test_a_case_has_the_features_of_its_row(real: Portfolio) -> None:
    """Of a row of the data, whatever is missing in it, and however `Inadimplente` is written."""
    known = _attributes(real)
    picked = pd.concat([known.iloc[:40], known[known.isna().any(axis=1)].iloc[:40]])
    for flags in ({0: "N", 1: "Y"}, {0: 0, 1: 1}):
        said = picked.astype(object).where(picked.notna(), None)
        said["Inadimplente"] = pd.Series([flags.get(v) for v in picked["Inadimplente"]], picked.index, object)
        made = CASE.rows(check_cases(CASE.fields, said.to_dict("records")))
        np.testing.assert_array_equal(made["balance"], picked["Total_emprest"])
        for name in picked:
            assert made[name].astype(object).fillna("").tolist() == picked[name].astype(object).fillna("").tolist()


def test_the_features_are_the_eleven_fields_and_nothing_of_the_outcome(real: Portfolio) -> None:
    made = features.build(real)
    assert set(made.names) == {"balance", *(f.name for f in CASE.fields)}


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "columns", "said"),
    [
        ("dados_mutuarios", _without(PEOPLE, "person_id"), "table dados_mutuarios lacks the column person_id"),
        ("ids", _without(LINKS, "cb_id"), "table ids lacks the column cb_id"),
        ("emprestimos", {**_without(LOANS, "loan_id"), "loan_ID2": LOANS["loan_id"]},
         "table emprestimos lacks the column loan_id (is it loan_ID2, renamed?)"),
        ("emprestimos", _with(LOANS, "loan_id", 3, "l1"),
         "table emprestimos, column loan_id: 1 value(s) break the rule “one row per key”: row 3: 'l1'"),
        ("dados_mutuarios", _with(PEOPLE, "person_id", 2, "p1"),
         "table dados_mutuarios, column person_id: 1 value(s) break the rule “one row per key”: row 2: 'p1'"),
        ("emprestimos", _with(LOANS, "loan_status", 2, 2),
         "table emprestimos, column loan_status: 1 value(s) break the rule “0 or 1”: row 2: '2'"),
        ("emprestimos", _with(LOANS, "loan_amnt", 4, "lots"),
         "table emprestimos, column loan_amnt: 1 value(s) break the rule “a number”: row 4: 'lots'"),
        ("emprestimos", _with(LOANS, "loan_amnt", 4, -4),
         "table emprestimos, column loan_amnt: 1 value(s) break the rule “at least 0”: row 4: '-4'"),
        ("dados_mutuarios", _with(PEOPLE, "person_age", 6, 17),
         "table dados_mutuarios, column person_age: 1 value(s) break the rule “at least 18”: row 6: '17'"),
    ],
)  # fmt: skip
def test_a_table_that_breaks_a_rule_is_named_with_its_row(
    tmp_path: Path, table: str, columns: Columns, said: str
) -> None:
    assert _refusal(_write(tmp_path, **{table: columns})).splitlines()[0] == f"all.sql, {said}"


def test_a_table_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "some.sql").write_text(_dump({"emprestimos": LOANS, "ids": LINKS}), encoding="utf-8")
    assert _refusal(tmp_path / "some.sql").splitlines() == [
        "some.sql: the table dados_mutuarios (who borrows) is missing",
        "some.sql: the table historicos_banco (what the credit bureau knows) is missing",
    ]


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path)
    text = path.read_text(encoding="utf-8")
    start = text.index("INSERT INTO `ids`")
    path.write_text(text[:start] + text[text.index("-- Dump completed") :], encoding="utf-8")
    assert _refusal(path) == "all.sql, table ids is empty: it has no rows"


def test_a_table_in_two_dumps_is_refused(tmp_path: Path) -> None:
    _write(tmp_path)
    (tmp_path / "more.sql").write_text(_dump({"id": LINKS}), encoding="utf-8")
    assert _refusal(tmp_path) == "the table ids stands twice: all.sql, table ids, and more.sql, table id"


def test_a_dump_without_a_date_needs_a_month(tmp_path: Path) -> None:
    path = tmp_path / "all.sql"
    path.write_text(_dump(TABLES, ""), encoding="utf-8")
    said = "all.sql, table emprestimos: nothing says when the loans stood so; give the month with --as-of YYYYMM"
    assert _refusal(path) == said
    assert load("alura_cash", path, as_of=202207).as_of == 202207


def test_a_place_with_nothing_to_read_is_named(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "x.csv") == f"x.csv is missing from the folder {tmp_path}"
    nothing = f"the folder {tmp_path} holds neither a MySQL dump (*.sql, *.sql.gz) nor Dados_tratados.csv"
    assert _refusal(tmp_path) == nothing
    (tmp_path / "join.sql").write_text("SELECT 1;\n", encoding="utf-8")
    assert _refusal(tmp_path) == nothing


def test_a_number_that_cannot_be_is_refused_in_a_joined_file_too(folder: Path, tmp_path: Path) -> None:
    rows = pd.read_parquet(folder / "dados_tratados.parquet").head(5)
    rows.loc[2, "Renda_pecentual"] = 22
    rows.to_csv(tmp_path / "x.csv", index=False)
    said = "x.csv, column Renda_pecentual: 1 value(s) break the rule “at most 10”: row 3: '22'"
    assert _refusal(tmp_path / "x.csv", 202207) == said
