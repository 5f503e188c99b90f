"""A real dashboard in its own process over a real store, and a real Chromium to look at it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from releases import draft
from serving import Dashboard, serve

from data import portfolio
from data.parquet_store import ParquetStore
from model import train

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


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


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a store with a release of a small demo bank, trained from its files once for all workers. It is not to
    be written: who writes takes a copy, see `demo_bank`."""
    own = tmp_path_factory.getbasetemp()
    home = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "trained"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            portfolio.generate(home / "files", clients=2000, truth=False)
            quick = ["--quiet", "--no-track", "--refit-every", "12", "--explain-last", "1"]
            source = ["--source", "opciones_pago", "--data", str(home / "files"), "--store", str(home / "store")]
            assert train.main([*source, *quick]) == 0
            (home / "done").touch()
    return home / "store"


@pytest.fixture(scope="module")
def demo_bank(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard of the small demo bank over a copy of its store: what a file's tests write is its own."""
    copy = tmp_path_factory.mktemp("bank") / "store"
    shutil.copytree(trained, copy)
    yield from serve(ParquetStore(copy))


@pytest.fixture
def empty_dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard over a store that holds nothing yet."""
    yield from serve(ParquetStore(tmp_path / "store"))


@pytest.fixture(scope="module")
def context(browser: Browser, browser_context_args: dict) -> Iterator[BrowserContext]:
    """One browser profile per file: what the first page fetched, the later ones find in its cache."""
    context = browser.new_context(**browser_context_args)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of its own for every test, at the size of a desk."""
    page = context.new_page()
    yield page
    page.close()
