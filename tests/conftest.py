"""Fixtures that several test files share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and golden cases beside the checkout; the test is skipped where there is none."""
    if not SHARED.is_dir():
        pytest.skip("the folder `shared` with real data and golden cases does not stand beside the checkout")
    return SHARED


@pytest.fixture(autouse=True)
def _own_lock() -> None:
    """Each page test runs a loop of its own; Shiny's lock of the reactive graph belongs to the loop that first waited
    for it, and a later loop that has to wait would fail."""
    shiny = sys.modules.get("shiny.reactive._core")
    if shiny is not None:
        shiny._reactive_environment._lock = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests run last: their driver keeps an event loop in the main thread, and page tests start their own.
    Large files run first, so that of two workers neither is left alone with a long one at the end."""
    items.sort(key=lambda item: ("browser" in item.path.parts, -item.path.stat().st_size, item.path))
