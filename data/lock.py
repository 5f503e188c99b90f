"""Data room: one writer at a time.

The lock is the kernel's (`flock`): it goes with the process that holds it, so a killed trainer leaves nothing to clear
away by hand. The file's text only says who holds it.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from data.store import StoreError


class WriterLock:
    """The right to write to one store. The thread that holds it may take it again; any other is refused at once."""

    def __init__(self, path: Path, *, now: Callable[[], str]) -> None:
        self._path, self._now = path, now
        self._thread = threading.RLock()
        self._depth = 0

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the lock. Raises StoreError naming the process that has it, OSError when the file cannot be opened."""
        if not self._thread.acquire(blocking=False):
            raise StoreError(_refusal(self._path))
        with ExitStack() as leaving:
            leaving.callback(self._thread.release)
            if not self._depth:
                leaving.enter_context(self._claimed())
            self._depth += 1
            leaving.callback(self._leave)
            yield

    def _leave(self) -> None:
        self._depth -= 1

    @contextmanager
    def _claimed(self) -> Iterator[None]:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError(_refusal(self._path)) from None
            owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": self._now()}
            _say(descriptor, json.dumps(owner).encode())
            try:
                yield
            finally:
                _say(descriptor, b"")
        finally:
            os.close(descriptor)


def _say(descriptor: int, text: bytes) -> None:
    """Replace the file's text. On a full disk nobody learns who holds the lock, but `keep` can still make room."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)


def _refusal(path: Path) -> str:
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
        who = f"process {owner['pid']} on {owner['host']}, since {owner['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process"
    return (
        f"Another run is already writing to {path.parent}: {who}. Wait until it ends, or stop it, and run again. "
        "Nothing was changed."
    )
