"""Sections of a page in a browser: tabs by mouse, by keyboard, by link and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from serving import Dashboard

pytestmark = pytest.mark.browser

SELECTED = re.compile(r"\bactive\b")
WAIT = 60_000


def _tab(page: Page, name: str) -> Locator:
    return page.locator(".parts > .nav").get_by_role("tab", name=name)


def test_the_tab_in_view_stands_in_the_address_and_a_link_opens_on_it(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.address}/?page=overdue&lang=en")
    expect(_tab(page, "Bridge")).to_have_class(SELECTED, timeout=WAIT)
    _tab(page, "Mix and rate").click()
    page.wait_for_url("**part=mix**", timeout=WAIT)
    expect(page.locator("#overdue-mix-split_head h2")).to_contain_text("ICV > 30", timeout=WAIT)
    page.reload()
    expect(_tab(page, "Mix and rate")).to_have_class(SELECTED)
    expect(page.locator("#overdue-mix-table_head h2")).to_have_text("The parts add up to the change", timeout=WAIT)
    expect(page.locator("#overdue-bridge_head")).to_be_hidden()


def test_arrows_move_between_the_tabs(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.address}/?page=overdue&lang=en&part=mix")
    expect(page.locator("#overdue-mix-table_head h2")).to_be_visible(timeout=WAIT)
    _tab(page, "Mix and rate").focus()
    page.keyboard.press("ArrowRight")
    expect(_tab(page, "Mix and rate")).not_to_have_class(SELECTED)
    page.keyboard.press("ArrowLeft")
    expect(_tab(page, "Mix and rate")).to_have_class(SELECTED)
    expect(_tab(page, "Mix and rate")).to_be_focused()


def test_on_a_phone_the_tabs_scroll_and_the_page_does_not(page: Page, dashboard: Dashboard) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{dashboard.address}/?page=overdue&lang=es&part=mix")
    expect(page.locator("#overdue-mix-table_head h2")).to_be_visible(timeout=WAIT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tab = page.locator(".parts > .nav .nav-link.active").first
    expect(tab).to_have_text("Mezcla y tasa")
    box = tab.bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
