"""A MySQL dump is read exactly, or refused with the file, the table, the row and the rule."""

from __future__ import annotations

import gzip
import io
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymysql.converters import escape_string

from data.contract import SourceError
from data.sources import mysql_statements
from data.sources.mysql_dump import Dump, is_dump, read_dump
from data.sources.mysql_statements import MalformedError, Statements, created, inserted, values

DUMP = """-- MySQL dump 10.13  Distrib 8.0.30, for Win64 (x86_64)
--
-- Host: localhost    Database: shop; with a 'quote
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;

DROP TABLE IF EXISTS `people`;
CREATE TABLE `people` (
  `id` varchar(16) NOT NULL DEFAULT '(;',
  `name` varchar(40) DEFAULT NULL COMMENT 'given, not family; it''s (short)',
  `grade` enum('A','B,C') DEFAULT NULL,
  `paid` decimal(10,2) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `by name` (`name`,`grade`),
  CONSTRAINT `one` CHECK (`paid` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='a ; b';
LOCK TABLES `people` WRITE;
/*!40000 ALTER TABLE `people` DISABLE KEYS */;
INSERT INTO `people` VALUES ('a','Ana',NULL,1.50),('b','Bea; or B)','B,C',-2e3);
INSERT INTO `people` VALUES ('c','','A',.5);
UNLOCK TABLES;
CREATE TABLE `other` (
  `id` int DEFAULT NULL
);
INSERT INTO `other` VALUES (1),(2);

-- Dump completed on 2022-09-02 17:55:45
"""
PEOPLE = {
    "id": ["a", "b", "c"], "name": ["Ana", "Bea; or B)", ""], "grade": [None, "B,C", "A"],
    "paid": ["1.50", "-2e3", ".5"]
}  # fmt: skip


def _read(tmp_path: Path, text: str, *wanted: str) -> Dump:
    path = tmp_path / "shop.sql"
    path.write_text(text, encoding="utf-8")
    return read_dump(path, wanted or ("people",))


def _refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(SourceError) as refused:
        _read(tmp_path, text)
    return str(refused.value)


def _with(old: str, new: str) -> str:
    assert old in DUMP
    return DUMP.replace(old, new)


# -- what is read -----------------------------------------------------------------------------------------------------


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    dump = _read(tmp_path, DUMP)
    assert set(dump.tables) == {"people"}
    assert dump.tables["people"].to_pydict() == PEOPLE
    assert dump.completed == date(2022, 9, 2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("INSERT INTO `people` VALUES ('a'", "insert ignore into shop . people values\n  ('a'"),
        ("INSERT INTO `people` VALUES ('c','','A',.5)",
         "REPLACE INTO `shop`.`people` (`paid`, id, name, grade) VALUES (.5,'c','','A')"),
        ("'Ana',NULL,1.50)", "\"Ana\", null , 1.50 )\n"),
        ("'Ana'", "_utf8mb4 'Ana'"),
        ("CREATE TABLE `people`", "create table if not exists shop.People"),
        ("\n", "\r\n"),
        ("UNLOCK", "DELIMITER ;;\nCREATE PROCEDURE p() INSERT INTO people VALUES ('d'); ;;\nDELIMITER ;\nUNLOCK"),
        ("DROP TABLE", "# an old; comment\n/* and ' another; */ DROP TABLE"),
        ("-- MySQL dump 10.13", "/*!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19-11.4"),
        ("  `name`", "  -- , a comment\n  `name`"),
    ],
)  # fmt: skip
def test_another_hand_writes_the_same_table(tmp_path: Path, old: str, new: str) -> None:
    assert _read(tmp_path, _with(old, new)).tables["people"].to_pydict() == PEOPLE


def test_a_column_that_a_row_does_not_name_is_null(tmp_path: Path) -> None:
    text = _with("INSERT INTO `people` VALUES ('c','','A',.5)", "INSERT INTO people (id) VALUES ('c')")
    assert _read(tmp_path, text).tables["people"].to_pylist()[2] == dict.fromkeys(PEOPLE) | {"id": "c"}


def test_a_compressed_dump_is_the_same_dump(tmp_path: Path) -> None:
    (tmp_path / "shop.sql.gz").write_bytes(gzip.compress(DUMP.encode()))
    seen: list[float] = []
    dump = read_dump(tmp_path / "shop.sql.gz", ["people"], progress=lambda what, share: seen.append(share))
    assert dump.tables["people"].to_pydict() == PEOPLE
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_two_dumps_in_one_file_are_as_new_as_the_newer(tmp_path: Path) -> None:
    later = DUMP.replace("people", "clients").replace("2022-09-02", "2022-10-01")
    dump = _read(tmp_path, DUMP + later, "people", "clients")
    assert dump.tables["people"] == dump.tables["clients"]
    assert dump.completed == date(2022, 10, 1)


def test_a_dump_need_not_say_when_it_was_completed(tmp_path: Path) -> None:
    assert _read(tmp_path, _with(" on 2022-09-02 17:55:45", "")).completed is None


def test_a_dump_says_in_its_first_lines_that_it_is_one(tmp_path: Path) -> None:
    for text, whether in ((DUMP, True), ("SELECT 1;\n", False), ("\n" * 99 + DUMP, False)):
        (tmp_path / "x.sql").write_text(text, encoding="utf-8")
        assert is_dump(tmp_path / "x.sql") is whether
    (tmp_path / "x.sql").write_bytes(b"")
    with pytest.raises(SourceError, match=r"^x\.sql is empty: it has 0 bytes$"):
        is_dump(tmp_path / "x.sql")


@pytest.mark.parametrize("table", ["dados_mutuarios", "emprestimos", "historicos_banco", "ids"])
def test_the_real_dumps_hold_what_the_parquet_files_beside_them_hold(shared: Path, table: str) -> None:
    folder = shared / "datasets" / "alura_cash"
    dump = read_dump(folder / f"dump_analise_risco_{table}.sql.gz", [table])
    told, known = dump.tables[table].to_pandas(), pd.read_parquet(folder / f"{table}.parquet")
    assert len(told) == 34_489
    assert dump.completed == date(2022, 9, 2)
    assert list(told) == list(known)
    for name in known:
        mine = told[name] if pd.api.types.is_string_dtype(known[name].dtype) else pd.to_numeric(told[name])
        pd.testing.assert_series_equal(mine.astype(known[name].dtype), known[name])


# -- the words of a dump, one by one ----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=6))
def test_any_text_comes_through_the_escapes_of_mysql(row: list[str | None]) -> None:
    """PyMySQL escapes with backslashes as the server does; doubled quotes are standard SQL's way."""
    slashed = ",".join("NULL" if v is None else f"'{escape_string(v)}'" for v in row)
    doubled = ",".join("NULL" if v is None else "'" + v.replace("\\", "\\\\").replace("'", "''") + "'" for v in row)
    quoted = ",".join("NULL" if v is None else '"' + v.replace("\\", "\\\\").replace('"', '""') + '"' for v in row)
    for written in (slashed, doubled, quoted):
        assert list(values(f"({written}),({written})", 0)) == [tuple(row), tuple(row)]


@given(st.lists(TEXTS, min_size=1, max_size=8), st.integers(1, 40))
def test_statements_are_the_same_however_the_stream_is_cut_into_pieces(texts: list[str], chunk: int) -> None:
    written = [f"INSERT INTO t VALUES ('{escape_string(t)}') /* ; ' */" for t in texts]
    stream = "".join(f"-- a ' comment; \n{w};\n" for w in written)
    comments: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mysql_statements, "_CHUNK", chunk)
        statements = Statements(io.StringIO(stream, newline=""), on_comment=comments.append)
        assert list(statements) == written
    assert comments == ["-- a ' comment; "] * len(texts)
    assert statements.rest == ""


def test_a_routine_is_passed_over_wherever_the_stream_is_cut() -> None:
    routine = "DELIMITER $$\nCREATE PROCEDURE p() BEGIN DELETE FROM t; SELECT 'DELIMITER ;'; END $$\nDELIMITER ;\n"
    for chunk in range(1, len(routine)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(mysql_statements, "_CHUNK", chunk)
            statements = Statements(io.StringIO(f"A;\n{routine}B;\n"), on_comment=lambda said: None)
            assert list(statements) == ["A", "B"]


@given(st.text("ab'\"\\`-#/*;(),1N \n", max_size=40))
def test_no_text_whatever_makes_the_reader_fail_in_its_own_way(text: str) -> None:
    statements = Statements(io.StringIO(text), on_comment=lambda said: None)
    for statement in [*statements, statements.rest]:
        assert created(statement) is None
    try:
        assert all(values(f"({text})", 0))
    except MalformedError as why:
        assert str(why)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"'\0\b\n\r\t\Z'", "\0\b\n\r\t\x1a"),
        (r"'\%\_'", r"\%\_"),
        (r"'\q\\\'\"'", "q\\'\""),
        ("'a''b\"c'", "a'b\"c"),
        ('"a""b\'c"', "a\"b'c"),
    ],
)
def test_an_escape_stands_for_what_the_manual_says(written: str, text: str) -> None:
    assert list(values(f"({written})", 0)) == [(text,)]


def test_columns_are_told_from_keys_and_rules() -> None:
    made = created(
        "CREATE TABLE `a``b` (`key` int, `x,)` enum('p','q)') COMMENT 'it''s', UNIQUE KEY `u` (`key`), z date)"
    )
    assert made is not None
    assert (made.name, made.columns) == ("a`b", ("key", "x,)", "z"))


def test_other_statements_make_and_fill_nothing() -> None:
    for statement in ("", "LOCK TABLES `t` WRITE", "CREATE VIEW v AS SELECT 1", "INSERT INTO t SELECT * FROM u"):
        assert created(statement) is None
        assert inserted(statement) is None


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("-- Host", "shop.sql is cut short: the comment “-- Dump completed” is missing at its end "),
        ("  PRIMARY KEY", "shop.sql is cut short: its last statement has no end; copy it again whole"),
        ("NULL,1.50", "shop.sql is cut short after row 0 of the table people: its last statement has no end; "),
        ("or B)", "shop.sql is cut short after row 1 of the table people: its last statement has no end; "),
        (";\nINSERT INTO `people` VALUES ('c'",
         "shop.sql is cut short after row 2 of the table people: its last statement has no end; "),
        ("INSERT INTO `people` VALUES ('c'", "shop.sql is cut short after row 2 of the table people: the comment "),
        (",'A',.5", "shop.sql is cut short after row 2 of the table people: its last statement has no end; "),
        ("INSERT INTO `other`", "shop.sql is cut short after row 3 of the table people: the comment "),
        ("-- Dump completed", "shop.sql is cut short after row 3 of the table people: the comment "),
    ],
)  # fmt: skip
def test_a_dump_that_is_cut_is_refused_with_the_place(tmp_path: Path, until: str, said: str) -> None:
    assert _refusal(tmp_path, DUMP[: DUMP.index(until)]).startswith(said)


def test_no_cut_of_a_dump_passes_for_the_whole(tmp_path: Path) -> None:
    for at in range(0, DUMP.index("-- Dump completed") + len("-- Dump complete"), 7):
        assert " is cut short" in _refusal(tmp_path, DUMP[:at])


def test_a_compressed_dump_that_is_cut_is_refused(tmp_path: Path, shared: Path) -> None:
    whole = (shared / "datasets" / "alura_cash" / "dump_analise_risco_ids.sql.gz").read_bytes()
    (tmp_path / "ids.sql.gz").write_bytes(whole[: len(whole) // 2])
    assert is_dump(tmp_path / "ids.sql.gz")
    with pytest.raises(SourceError) as refused:
        read_dump(tmp_path / "ids.sql.gz", ["ids"])
    assert str(refused.value).startswith("ids.sql.gz is cut short")
    (tmp_path / "ids.sql.gz").write_bytes(whole[:5])
    with pytest.raises(SourceError, match=r"^ids\.sql\.gz is cut short: the compressed data end"):
        is_dump(tmp_path / "ids.sql.gz")


def test_a_dump_cut_before_another_is_refused(tmp_path: Path) -> None:
    cut = DUMP[: DUMP.index("UNLOCK")]
    assert "“-- Dump completed” is missing" in _refusal(tmp_path, cut + DUMP.replace("people", "clients"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("('c','','A',.5)", "('c','',.5)", ", row 3: 3 values where the table has 4 columns"),
        ("'B,C',-2e3)", "'B,C',-2e3,7)", ", row 2: 5 values where the table has 4 columns"),
        ("NULL,1.50)", "NULL,0x1F)", ", row 1: value 4 is neither a text, a number nor NULL: "),
        ("NULL,1.50)", "NULL,now())", ", row 1: value 4 is neither a text, a number nor NULL: "),
        ("NULL,1.50)", "NULL,)", ", row 1: value 4 is neither a text, a number nor NULL: "),
        ("1.50),(", "1.50) (", ", row 2: a comma or the end of the statement is expected at "),
        ("1.50),(", "1.50),(),(", ", row 2: value 1 is neither a text, a number nor NULL: "),
        ("VALUES ('c'", "VALUES 'c'", ", row 3: a row in parentheses is expected at \"'c'"),
        ("INSERT INTO `people` VALUES ('c','','A',.5)", "INSERT INTO `people` (id, nam) VALUES ('c','')",
         ": it has no column nam, but a row gives one"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert _refusal(tmp_path, _with(old, new)).startswith(f"shop.sql, table people{said}")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO people SELECT * FROM other",
        "DELETE FROM `people`",
        "LOAD DATA INFILE 'x' INTO TABLE people",
        "('d')",
    ],
)
def test_a_statement_that_changes_a_table_otherwise_is_refused(tmp_path: Path, statement: str) -> None:
    said = _refusal(tmp_path, _with("UNLOCK TABLES", statement))
    rule = "a dump fills its tables with values, and this statement does not"
    assert said == f"shop.sql: {rule}: {statement!r}"


def test_rows_of_a_table_that_nobody_created_are_refused(tmp_path: Path) -> None:
    said = _refusal(tmp_path, _with("CREATE TABLE `people`", "CREATE TABLE `folk`"))
    assert said == "shop.sql, table people: it has rows, but no CREATE TABLE says its columns"


def test_a_table_that_is_created_twice_is_refused(tmp_path: Path) -> None:
    said = _refusal(tmp_path, DUMP + DUMP)
    assert said == "shop.sql, table people: it is created twice; one of them must go"


def test_a_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_bytes(DUMP.replace("Ana", "Anã").encode("latin-1"))
    with pytest.raises(SourceError) as refused:
        read_dump(tmp_path / "shop.sql", ["people"])
    assert str(refused.value) == "shop.sql, table people: a text is not UTF-8; dump it as utf8mb4"
    assert read_dump(tmp_path / "shop.sql", ["other"]).tables["other"].to_pydict() == {"id": ["1", "2"]}
