"""A real dashboard in its own process over a real store, and a real Chromium to look at it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from releases import draft

from data.parquet_store import ParquetStore

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 90.0


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that is being served: its address, and the store that it follows."""

    address: str
    store: ParquetStore


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Chromium of this machine; without one the tests are skipped, or fail where CI=true."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"no browser is installed: none of {', '.join(NAMES)} is on the PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return {**browser_type_launch_args, "executable_path": found, "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """A desk screen with a Spanish browser."""
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "es-CO"}


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard over a store with one release of made rows."""
    store = ParquetStore(tmp_path_factory.mktemp("store"))
    store.publish(draft())
    yield from serve(store)


@pytest.fixture
def empty_dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard over a store that holds nothing yet."""
    yield from serve(ParquetStore(tmp_path / "store"))


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
