"""Data room: the database of records as every part of them works with it: opened once, read, and written in turns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from data.parquet_store import utc_now
from data.records import engine
from data.records.turn import Turn
from data.records.words import in_words


class Room:
    """Records in a SQLite file, or in the database of an address. Nothing is opened until it is needed.

    Whatever is written is written whole, with a line in the audit log, or not at all; writers take turns. `now` stamps
    it. Every method raises RecordsError when the database cannot do what is asked.
    """

    def __init__(self, place: Path | str, *, now: Callable[[], str] = utc_now) -> None:
        self._place, self._now = place, now
        self._open: Engine | None = None
        self._lock = threading.Lock()

    def open(self) -> None:
        """Open the database and bring its schema up to date, once; later calls do nothing."""
        self._engine()

    @property
    def is_open(self) -> bool:
        """Whether the database is open."""
        return self._open is not None

    def close(self) -> None:
        """Let go of the database; it opens again when it is needed."""
        with self._lock:
            if self._open is not None:
                self._open.dispose()
            self._open = None

    def _engine(self) -> Engine:
        with self._lock:
            if self._open is None:
                made = engine.connect(self._place)
                engine.migrate(made, engine.name_of(self._place))
                self._open = made
            return self._open

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        opened = self._engine()
        with in_words(f"The records in {engine.name_of(self._place)} cannot be read"), Session(opened) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Turn]:
        opened = engine.writing(self._engine())
        doing = f"The records in {engine.name_of(self._place)} cannot be written"
        with in_words(doing, "Nothing was changed."), Session(opened) as session, session.begin():
            engine.take_turn(session.connection())
            yield Turn(session, self._now())
