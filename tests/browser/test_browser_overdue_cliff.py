"""The re-age cliff in a browser: minute 4 to 5 of the executive's walk-through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from releases import draft
from serving import Dashboard, serve
from shiny.playwright.controller import InputSlider

from data.parquet_store import ParquetStore

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard over a release whose options are followed from month to month."""
    store = ParquetStore(tmp_path_factory.mktemp("store"))
    store.publish(draft(9000, flowing=True))
    yield from serve(store)


def _box(page: Page, key: str, part: str) -> str:
    return page.locator(f"#overdue-cliff-boxes [data-key={key}] .{part}").inner_text()


def test_the_slider_moves_the_adjusted_ratio_with_its_interval_and_the_reported_one_stays(
    page: Page, followed: Dashboard
) -> None:
    page.goto(f"{followed.address}/?page=overdue&part=cliff&lang=en")
    expect(page.locator("#overdue-cliff-boxes .box")).to_have_count(4, timeout=60_000)
    reported, adjusted = (_box(page, key, "box-value") for key in ("reported", "adjusted"))
    assert _box(page, "adjusted", "box-n").startswith("95%: ")
    InputSlider(page, "overdue-cliff-stress").set("20%")
    page.wait_for_url("**stress=20**", timeout=30_000)
    moved = page.locator("#overdue-cliff-boxes [data-key=adjusted] .box-value")
    expect(moved).not_to_have_text(adjusted, timeout=30_000)
    expect(page.locator("#overdue-cliff-course_head")).to_contain_text("Re-default +20% against history")
    assert float(moved.inner_text().rstrip("%")) > float(adjusted.rstrip("%"))
    assert _box(page, "reported", "box-value") == reported
    assert _box(page, "adjusted", "box-n").startswith("95%: ")
