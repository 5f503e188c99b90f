"""Data room: the connection to the database of records, and its schema brought up to date when it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from data.records.words import RecordsError, in_words

MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSION_TABLE: Final = "records_version"
_SECONDS: Final = 10
"""How long a writer waits for another one."""
_REACHING: Final = 3
"""How long to wait for a server to answer."""
_ONE_WRITER: Final = 0x0CA27E2A
"""Number of the lock that writers take in turns in a server's database."""


def name_of(place: Path | str) -> str:
    """What to call the database in words: its file, or its address without the password."""
    return str(place) if isinstance(place, Path) else _url(place).render_as_string(hide_password=True)


def connect(place: Path | str) -> Engine:
    """An engine for a SQLite file, or for the database of an address. Nothing is opened yet.

    Raises RecordsError when the address is none of sqlite:///file or postgresql://user:password@host/database.
    """
    url = URL.create("sqlite", database=str(place)) if isinstance(place, Path) else _url(place)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    return _postgresql(url)


def writing(engine: Engine) -> Engine:
    """The same engine whose transactions are for writing: one at a time, each seeing all of the one before."""
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def take_turn(connection: Connection) -> None:
    """Wait until no other writer is at work; a SQLite transaction for writing has waited when it began."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_WRITER)))


def migrate(engine: Engine, name: str) -> None:
    """Bring the schema up to date, in one transaction, by one process at a time; nothing is written when it is.

    Raises RecordsError when a newer Cartera made the database, or it cannot be read or written.
    """
    script = ScriptDirectory(str(MIGRATIONS))
    with in_words(f"The records in {name} cannot be opened"), engine.connect() as connection:
        if _revision(connection, script, name) == script.get_current_head():
            return
    with in_words(f"The records in {name} cannot be brought up to date", "Nothing was changed."):
        _keep_log_beside(engine)
        with writing(engine).begin() as connection:
            take_turn(connection)
            _upgrade(connection, script, name)


def _upgrade(connection: Connection, script: ScriptDirectory, name: str) -> None:
    have = _revision(connection, script, name)
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    for step in reversed(list(script.iterate_revisions("head", have or "base"))):
        with Operations.context(context):
            step.module.upgrade()
        context.stamp(script, step.revision)


def _revision(connection: Connection, script: ScriptDirectory, name: str) -> str:
    """The revision of the schema, "" where there is none yet. Raises RecordsError for one that is not known here."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    have = context.get_current_revision() or ""
    if have and have not in {step.revision for step in script.walk_revisions()}:
        raise RecordsError(
            f"The records in {name} were made by a newer Cartera (schema {have}; this one knows up to "
            f"{script.get_current_head()}). Use that version, or newer. Nothing was changed."
        )
    return have


def _keep_log_beside(engine: Engine) -> None:
    """Let readers of a SQLite file go on while one writes: the file remembers it."""
    if engine.dialect.name == "sqlite":
        with engine.execution_options(begin="").connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("sqlite", "postgresql") or not url.database:
        raise RecordsError(
            "The address of the records must be sqlite:///file or postgresql://user:password@host/database."
        )
    return url


def _sqlite(url: URL) -> Engine:
    engine = sa.create_engine(url, connect_args={"timeout": _SECONDS}, poolclass=sa.NullPool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so, not where the driver guesses
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        if word := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(word)

    return engine


def _postgresql(url: URL) -> Engine:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise RecordsError("Records in PostgreSQL need more packages: pip install 'cartera[postgres]'") from None
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": _REACHING},
        pool_pre_ping=True,
        hide_parameters=True,
    )
