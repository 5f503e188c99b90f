"""Data room: what is said when the database of records cannot do what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from data.contract import CarteraError

_SQLITE: Final = {
    "SQLITE_READONLY": "it may be read but not written by this user; check the permissions of the file and its folder",
    "SQLITE_FULL": "the disk that holds it is full; free some space and try again",
    "SQLITE_BUSY": "another process has been writing to it for too long; try again",
    "SQLITE_CANTOPEN": "the file cannot be opened; check that its folder exists and may be written by this user",
    "SQLITE_NOTADB": "the file is no database; move it away, or put back a copy",
    "SQLITE_CORRUPT": "the file is damaged; put back a copy",
    "SQLITE_IOERR": "the disk that holds it did not do what it was asked; check that it is not full or damaged",
}
_POSTGRESQL: Final = {
    "25006": "the server is read-only; ask for the address of the one that can be written",
    "42501": "the user of the address may not do this; ask for the right to create and change tables",
    "53100": "the disk of the server is full; free some space and try again",
}


class RecordsError(CarteraError):
    """The database of records cannot be opened, read or written; the message says why and what to do."""

    code = "records"


@contextmanager
def in_words(doing: str, after: str = "") -> Iterator[None]:
    """Turn what the database says no to into a RecordsError with its cause and what to do; never with the password."""
    try:
        yield
    except SQLAlchemyError as error:
        raise RecordsError(" ".join(filter(None, (f"{doing}: {_cause(error)}.", after)))) from None


def _cause(error: SQLAlchemyError) -> str:
    driver: Any = getattr(error, "orig", None) or error
    name, state = getattr(driver, "sqlite_errorname", None) or "", getattr(driver, "sqlstate", None) or ""
    known = [text for start, text in _SQLITE.items() if name.startswith(start)]
    return next(iter(known), "") or _POSTGRESQL.get(state, "") or " ".join(str(driver).split())
