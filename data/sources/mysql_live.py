"""Data room: tables of a live MySQL or MariaDB database, read as text in one snapshot; nothing is written to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from data.contract import SourceError
from data.sources.address import without_secrets

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

KINDS: Final = ("mysql", "mariadb")
_SECONDS: Final = 10
"""How long to wait for a connection."""
_READING: Final = 60
"""How long to wait for each answer while reading."""
_BATCH: Final = 10_000


def read_tables(
    address: str,
    wanted: Mapping[str, Sequence[str]],
    *,
    also: Mapping[str, str] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[dict[str, pa.Table], str]:
    """The `wanted` columns of each table, every column text (null where NULL), and what to call the database.

    `also`: other names of tables, each with the name it is wanted under. A wanted column that is not there is left
    out. All tables are read as they stood at one moment. The address is mysql://user:password@host:port/database;
    letters of the password that an address cannot hold are written as in any URL (@ is %40). An option
    `?read_default_file=…` lets a file of the client (`[client]` with user and password) keep the password instead.
    Raises SourceError, which never tells the password, when the database cannot be reached or read, or lacks a table.
    """
    engine, place = _engine(address), without_secrets(address)
    import sqlalchemy

    try:
        with engine.connect() as connection:
            found = _found(connection, wanted, also or {}, place)
            tables = {}
            for number, (name, table) in enumerate(found.items()):
                tables[name] = _read(connection, table, wanted[name])
                if progress:
                    progress(f"reading {place}", (number + 1) / len(found))
            return tables, place
    except (sqlalchemy.exc.SQLAlchemyError, OSError, RuntimeError, TypeError, ValueError) as why:
        raise SourceError(f"{place} cannot be read: {_reason(why)}") from None
    finally:
        engine.dispose()


def _engine(address: str) -> Engine:
    place = without_secrets(address)
    kind = address.partition(":")[0].lower()
    if kind not in KINDS:
        raise SourceError(f"{place}: a database is read from an address mysql://user:password@host/database")
    try:
        import pymysql  # noqa: F401
        import sqlalchemy
    except ImportError:
        raise SourceError(f"{place}: reading a database needs more packages: pip install 'cartera[mysql]'") from None
    try:
        url = sqlalchemy.make_url(address).set(drivername="mysql+pymysql")
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise SourceError(f"{place} is no address of the form mysql://user:password@host:port/database") from None
    if not url.database:
        raise SourceError(f"{place} names no database: mysql://user:password@host/database")
    settings: dict[str, Any] = {"connect_timeout": _SECONDS, "read_timeout": _READING, "charset": "utf8mb4"}
    if url.password:
        settings["password"] = url.password.encode()
    return sqlalchemy.create_engine(
        url.difference_update_query(settings),
        connect_args=settings,
        isolation_level="REPEATABLE READ",
        poolclass=sqlalchemy.NullPool,
        hide_parameters=True,
    )


def _found(connection: Connection, wanted: Mapping[str, Any], also: Mapping[str, str], place: str) -> dict[str, str]:
    """The name that each wanted table has in the database. Raises SourceError for those that it lacks."""
    import sqlalchemy

    there = sqlalchemy.inspect(connection)
    names = [*there.get_table_names(), *there.get_view_names()]
    found = {also.get(n.lower(), n.lower()): n for n in names}
    missing = [name for name in wanted if name not in found]
    if missing:
        held = ", ".join(names[:20]) or "no tables"
        raise SourceError("\n".join(f"{place}: the table {m} is missing; the database holds {held}" for m in missing))
    return {name: found[name] for name in wanted}


def _read(connection: Connection, table: str, columns: Sequence[str]) -> pa.Table:
    """The columns that the table has, of all its rows."""
    import sqlalchemy

    has = {c["name"].lower(): c["name"] for c in sqlalchemy.inspect(connection).get_columns(table)}
    known = [c for c in columns if c.lower() in has]
    asked: sqlalchemy.Select = sqlalchemy.select(*(sqlalchemy.column(has[c.lower()]) for c in known)).select_from(
        sqlalchemy.table(table)
    )
    schema = pa.schema([(c, pa.string()) for c in known])
    if not known:
        return pa.Table.from_batches([], schema)
    rows = connection.execution_options(yield_per=_BATCH).execute(asked)
    batches = [
        pa.record_batch(
            [pa.array(map(_text, column), pa.string()) for column in zip(*part, strict=True)], schema=schema
        )
        for part in rows.partitions()
    ]
    return pa.Table.from_batches(batches, schema)


def _text(value: object) -> str | None:
    """A value as a dump would write it; floats to their last digit."""
    if value is None or isinstance(value, str):
        return value
    return value.decode() if isinstance(value, bytes) else str(value)


def _reason(why: Exception) -> str:
    """What the server or the driver said, without the statement and the address."""
    said = getattr(why, "orig", None) or why
    return str(said.args[-1]) if said.args else type(said).__name__
