"""Serves the real dashboard of a store in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.parquet_store import ParquetStore

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90.0


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that is being served: its address, and the store that it follows."""

    address: str
    store: ParquetStore


def serve(store: ParquetStore) -> Iterator[Dashboard]:
    """The dashboard of a store in a process of its own, until the test is done with it."""
    command = [sys.executable, "-m", "app.main", "--store", str(store.folder), "--port", "0"]
    quick = {**os.environ, "CARTERA_POLL_SECONDS": "0.5", "CARTERA_LANG": ""}
    process = subprocess.Popen(
        command, cwd=ROOT, env=quick, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield Dashboard(_address(process), store)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _address(process: subprocess.Popen) -> str:
    """The address that the dashboard prints when it is open."""
    assert process.stdout is not None
    deadline, said = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        said += line
        if found := re.search(r"http://\S+", line):
            return found[0]
        if process.poll() is not None:
            break
    raise AssertionError(f"the dashboard did not open:\n{said}")
