"""The Overdue ratio page in a browser: a click on a bar lists what is behind it, one on a roll rate filters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from releases import draft
from serving import Dashboard, serve

from data.parquet_store import ParquetStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BARS = "#overdue-bridge_chart .barlayer .point path"


@pytest.fixture(scope="module")
def flowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard over a release whose rows say where they go."""
    store = ParquetStore(tmp_path_factory.mktemp("store"))
    store.publish(draft(flowing=True))
    yield from serve(store)


def _open(page: Page, dashboard: Dashboard, words: str = "") -> None:
    page.goto(f"{dashboard.address}/?page=overdue&lang=en{words}")
    expect(page.locator(BARS).first).to_be_visible(timeout=30_000)
    expect(page.locator("#overdue-flows tfoot td").last).to_be_visible()


def test_a_click_on_a_bar_lists_the_obligations_behind_it(page: Page, flowing: Dashboard) -> None:
    _open(page, flowing, "&since=202408&until=202411")
    bar = page.locator(BARS).nth(1)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#overdue-behind_head h2")).to_have_text("Became overdue")
    expect(page.locator("#overdue-behind tbody th").first).to_have_text(re.compile(r"^···\d+$"))
    n = page.locator("#overdue-flows tbody tr").first.locator("td").first.inner_text()
    expect(page.locator("#overdue-behind_head p")).to_contain_text(n)


def test_a_click_on_a_cell_of_the_roll_rates_filters_by_its_bucket(page: Page, flowing: Dashboard) -> None:
    page.goto(f"{flowing.address}/?page=overdue&lang=en&part=vintages")
    cell = page.locator("#overdue-vintages-rolls_chart .annotation").first
    expect(cell).to_be_visible(timeout=60_000)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**bucket=0**")
