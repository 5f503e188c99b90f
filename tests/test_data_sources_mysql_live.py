"""Tables of a live database read like those of its dump, and what is wrong with it is said without the password."""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
from own_mariadb import PASSWORD, USER, Server, running

from data.contract import Portfolio, SourceError
from data.sources import alura_cash, load
from data.sources.mysql_live import read_tables

TABLES = ("dados_mutuarios", "emprestimos", "historicos_banco", "ids")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="own") as folder, running(Path(folder)) as server:
        server.run("CREATE DATABASE odd CHARACTER SET utf8mb4; CREATE DATABASE bare;")
        server.run(
            "CREATE TABLE Words "
            "(id varchar(20), note text, rate double, paid decimal(10,2), raw varbinary(9), day date);"
            "INSERT INTO Words VALUES ('a', 'it''s;\\n\\\\ ã 😀', 0.1, 1.50, 'xyz', '2022-09-02'),"
            " ('b', NULL, 1e300, NULL, NULL, NULL), ('c', '', 100000.0, -3, '', NULL);"
            "CREATE TABLE Empty (id int);",
            "odd",
        )
        yield server


def _address(server: Server, database: str, *, user: str = USER, password: str = PASSWORD, port: int = 0) -> str:
    return f"mysql://{user}:{quote(password, safe='')}@127.0.0.1:{port or server.port}/{database}"


def _refusal(address: str, **wanted: list[str]) -> str:
    with pytest.raises(SourceError) as refused:
        read_tables(address, wanted or {"words": ["id"]})
    said = str(refused.value)
    assert PASSWORD not in said
    assert quote(PASSWORD, safe="") not in said
    assert refused.value.__cause__ is None
    return said


# -- the real tables --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled(server: Server, shared: Path) -> Server:
    """The server with the real dumps, loaded by its own client. (MariaDB has no collation utf8mb4_0900_ai_ci.)"""
    server.run("CREATE DATABASE analise_risco")
    for table in TABLES:
        dump = shared / "datasets" / "alura_cash" / f"dump_analise_risco_{table}.sql.gz"
        text = gzip.decompress(dump.read_bytes()).decode()
        server.run(text.replace("utf8mb4_0900_ai_ci", "utf8mb4_unicode_ci"), "analise_risco")
    return server


@pytest.fixture(scope="module")
def told() -> list[tuple[str, float]]:
    return []


@pytest.fixture(scope="module")
def live(filled: Server, told: list[tuple[str, float]]) -> Portfolio:
    address = _address(filled, "analise_risco")
    return load("alura_cash", address, as_of=202209, progress=lambda what, share: told.append((what, share)))


def test_a_live_database_gives_the_portfolio_of_its_dump(live: Portfolio, shared: Path) -> None:
    dump = load("alura_cash", shared / "datasets" / "alura_cash")
    assert len(live.obligations) > 33_000
    for name in ("obligations", "outcomes", "attributes"):
        pd.testing.assert_frame_equal(getattr(live, name), getattr(dump, name))
    assert live.coverage == dump.coverage
    assert (live.meaning, live.as_of, live.alone) == (dump.meaning, dump.as_of, dump.alone)
    assert live.ids is not None
    assert dump.ids is not None
    pd.testing.assert_frame_equal(live.ids.frame, dump.ids.frame)


def test_reading_says_how_far_it_is(live: Portfolio, told: list[tuple[str, float]], filled: Server) -> None:
    place = f"mysql://{USER}@127.0.0.1:{filled.port}/analise_risco"
    assert told == [(f"reading {place}", share) for share in (0.25, 0.5, 0.75, 1)]


def test_the_keys_that_the_sql_script_makes_change_nothing(live: Portfolio, filled: Server) -> None:
    """The script deletes the blank borrowers, makes keys, and calls the table of ids `id`; rows then come in the order
    of the keys."""
    filled.run(
        "CREATE DATABASE keyed; USE keyed;"
        + "".join(
            f"CREATE TABLE {'id' if t == 'ids' else t.upper()} AS SELECT * FROM analise_risco.{t};" for t in TABLES
        )
        + "DELETE FROM DADOS_MUTUARIOS WHERE person_id = '';"
        "ALTER TABLE DADOS_MUTUARIOS ADD PRIMARY KEY (person_id); ALTER TABLE HISTORICOS_BANCO ADD PRIMARY KEY (cb_id);"
        "ALTER TABLE EMPRESTIMOS ADD PRIMARY KEY (loan_id)"
    )
    after = load("alura_cash", _address(filled, "keyed"), as_of=202209)
    pd.testing.assert_frame_equal(after.obligations, live.obligations)
    pd.testing.assert_frame_equal(after.attributes, live.attributes)
    assert after.coverage == live.coverage


def test_a_database_without_a_month_is_refused(filled: Server) -> None:
    with pytest.raises(SourceError) as refused:
        load("alura_cash", _address(filled, "analise_risco"))
    place = f"mysql://{USER}@127.0.0.1:{filled.port}/analise_risco, table emprestimos"
    assert str(refused.value) == f"{place}: nothing says when the loans stood so; give the month with --as-of YYYYMM"


def test_a_database_without_the_tables_is_refused_with_each_of_them(server: Server) -> None:
    with pytest.raises(SourceError) as refused:
        alura_cash.load(_address(server, "odd"), as_of=202209)
    place = f"mysql://{USER}@127.0.0.1:{server.port}/odd"
    assert str(refused.value).splitlines() == [
        f"{place}: the table {t} is missing; the database holds Empty, Words" for t in TABLES
    ]


# -- any table --------------------------------------------------------------------------------------------------------


def test_values_come_as_a_dump_writes_them(server: Server) -> None:
    columns = ["id", "NOTE", "rate", "paid", "raw", "day", "absent"]
    tables, place = read_tables(_address(server, "odd"), {"words": columns, "empty": ["id"]})
    assert place == f"mysql://{USER}@127.0.0.1:{server.port}/odd"
    assert tables["empty"].to_pydict() == {"id": []}
    assert tables["words"].to_pydict() == {
        "id": ["a", "b", "c"], "NOTE": ["it's;\n\\ ã 😀", None, ""], "rate": ["0.1", "1e+300", "100000.0"],
        "paid": ["1.50", None, "-3.00"], "raw": ["xyz", None, ""], "day": ["2022-09-02", None, None],
    }  # fmt: skip


def test_all_tables_are_read_as_they_stood_at_one_moment(server: Server) -> None:
    server.run("CREATE DATABASE moving; USE moving; CREATE TABLE a (id int); CREATE TABLE b (id int);")
    server.run("INSERT INTO b VALUES (1)", "moving")
    meanwhile = ["INSERT INTO b VALUES (2)"]

    def write(what: str, share: float) -> None:
        while meanwhile:
            server.run(meanwhile.pop(), "moving")

    wanted = {"a": ["id"], "b": ["id"]}
    assert read_tables(_address(server, "moving"), wanted, progress=write)[0]["b"].to_pydict() == {"id": ["1"]}
    assert read_tables(_address(server, "moving"), wanted)[0]["b"].to_pydict() == {"id": ["1", "2"]}


def test_a_table_may_be_called_otherwise(server: Server) -> None:
    tables, _ = read_tables(_address(server, "odd"), {"texts": ["id"]}, also={"words": "texts"})
    assert tables["texts"].to_pydict() == {"id": ["a", "b", "c"]}


def test_the_password_may_stand_in_a_file(server: Server, tmp_path: Path) -> None:
    options = tmp_path / "client.cnf"
    options.write_text(f'[client]\nuser = {USER}\npassword = "{PASSWORD}"\n', encoding="utf-8")
    address = f"mariadb://127.0.0.1:{server.port}/odd?read_default_file={options}"
    assert read_tables(address, {"words": ["id"]})[0]["words"].num_rows == 3


def test_a_password_may_have_any_letters(server: Server) -> None:
    server.run("CREATE USER ana IDENTIFIED BY 'señal ção €'; GRANT SELECT ON *.* TO ana")
    address = _address(server, "odd", user="ana", password="señal ção €")
    assert read_tables(address, {"words": ["id"]})[0]["words"].num_rows == 3


# -- what is refused --------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_told_in_the_servers_words(server: Server) -> None:
    said = _refusal(_address(server, "odd").replace(PASSWORD[:4], "oops"))
    assert said.startswith(
        f"mysql://{USER}@127.0.0.1:{server.port}/odd cannot be read: Access denied for user '{USER}'"
    )
    assert "oops" not in said


def test_a_database_that_is_not_there_is_told(server: Server) -> None:
    assert "cannot be read: Unknown database 'nowhere'" in _refusal(_address(server, "nowhere"))


def test_an_absent_table_is_told_with_those_that_are_there(server: Server) -> None:
    place = f"mysql://{USER}@127.0.0.1:{server.port}"
    assert _refusal(_address(server, "odd"), people=["id"]) == (
        f"{place}/odd: the table people is missing; the database holds Empty, Words"
    )
    assert _refusal(_address(server, "bare")) == (
        f"{place}/bare: the table words is missing; the database holds no tables"
    )


def test_a_host_that_does_not_answer_is_told(server: Server) -> None:
    said = _refusal(_address(server, "odd", port=1))
    assert said.startswith(
        f"mysql://{USER}@127.0.0.1:1/odd cannot be read: Can't connect to MySQL server on '127.0.0.1'"
    )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "postgres://u:pw@h/d",
            "postgres://u@h/d: a database is read from an address mysql://user:password@host/database",
        ),
        ("mysql://u:pw@h", "mysql://u@h names no database: mysql://user:password@host/database"),
        (
            "mysql://u:pw@h:port/d",
            "mysql://u@h:port/d is no address of the form mysql://user:password@host:port/database",
        ),
        ("mysql://u:pw@127.0.0.1:1/d?colour=pw", "mysql://u@127.0.0.1:1/d cannot be read: "),
    ],
)
def test_an_address_that_is_none_is_told_without_its_password(address: str, said: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_tables(address, {"words": ["id"]})
    assert str(refused.value).startswith(said)
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize("package", ["sqlalchemy", "pymysql"])
def test_without_the_optional_packages_the_extra_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SourceError) as refused:
        load("alura_cash", "mysql://u:pw@h/d", as_of=202209)
    assert str(refused.value) == "mysql://u@h/d: reading a database needs more packages: pip install 'cartera[mysql]'"
