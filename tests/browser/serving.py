"""Serves the real dashboard of a store in a process of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import TextIO

from own_process import started

from data.parquet_store import ParquetStore

PATIENCE = 90.0


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that is being served: its address, and the store that it follows."""

    address: str
    store: ParquetStore


def serve(store: ParquetStore) -> Iterator[Dashboard]:
    """The dashboard of a store in a process of its own, until the test is done with it."""
    quick = {"CARTERA_POLL_SECONDS": "0.5", "CARTERA_LANG": ""}
    asked = ("--store", str(store.folder), "--port", "0")
    with started("app.main", *asked, environment=quick, warmed=("app.shell",)) as (process, written):
        yield Dashboard(_address(process, written), store)


def _address(process: BaseProcess, written: TextIO) -> str:
    """The address that the dashboard prints when it is open."""
    deadline, said = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        line = written.readline()
        said += line
        if found := re.search(r"http://\S+", line):
            return found[0]
        if not process.is_alive():
            break
    raise AssertionError(f"the dashboard did not open:\n{said}")
