"""The Overdue ratio page in a browser: minutes 2 to 4 of the executive's walk-through."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from releases import draft
from serving import Dashboard, serve

from data.parquet_store import ParquetStore

pytestmark = pytest.mark.browser

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


def _points(page: Page) -> tuple[list[float], float]:
    """The basis points of the flows, and of the last row, as they are written."""
    rows = page.locator("#overdue-flows tbody tr td:last-child").all_inner_texts()
    total = page.locator("#overdue-flows tfoot td").last.inner_text()
    return [_number(text) for text in rows], _number(total)


def _number(text: str) -> float:
    return float(text.replace("\u2212", "-").replace(",", ""))


def test_the_bars_sum_to_the_total_and_the_sentence_says_what_is_cash(page: Page, flowing: Dashboard) -> None:
    _open(page, flowing)
    flows, total = _points(page)
    assert len(flows) >= 5
    assert abs(sum(flows) - total) <= 0.005 * (len(flows) + 1)
    assert "Unexplained: 0.00 bp" in page.locator("#overdue-flows_head").inner_text()
    said = page.locator("#overdue-sentence").inner_text()
    assert re.search(r"[\d.,]+ bp re-aged, \u2212?[\d.,]+ bp written off", said)


def test_cash_only_leaves_out_the_other_bars_and_stands_in_the_address(page: Page, flowing: Dashboard) -> None:
    _open(page, flowing)
    before = page.locator(BARS).count()
    page.locator("#overdue-cash_only").click()
    expect(page.locator("#overdue-bridge_head")).to_contain_text("with cash only it would be")
    page.wait_for_url("**cash=True**")
    expect(page.locator("#overdue-flows")).not_to_contain_text("Written off")
    expect(page.locator(BARS)).not_to_have_count(before)


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
