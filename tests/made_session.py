"""A session in memory as a browser would have it: what is connected later is in view too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from shiny import App
from shiny.testserver import TestServerSession, test_server


class Shown:
    """A session whose outputs are all in view, those of a page that is connected when it is first seen included."""

    def __init__(self, session: TestServerSession) -> None:
        self._session = session
        self._in_view = set(session.to_values().outputs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def set_inputs(self, **inputs: Any) -> None:
        self._session.set_inputs(**inputs)
        self._show_what_came()

    def flush(self) -> None:
        self._session.flush()
        self._show_what_came()

    def _show_what_came(self) -> None:
        while new := set(self._session.to_values().outputs) - self._in_view:
            self._in_view |= new
            self._session.set_inputs(**{f".clientdata_output_{name}_hidden": False for name in new})


@contextmanager
def serve_in_memory(app: App | Callable[..., None], *, seconds: float = 30) -> Iterator[Shown]:
    """A session of an application, or of a server function, in this process."""
    with test_server(app, timeout_secs=seconds) as session:
        yield Shown(session)
