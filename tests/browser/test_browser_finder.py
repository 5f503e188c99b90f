"""The Finder in a browser: a rule that is pinned stands in the filter bar, above every page and in the address."""

from __future__ import annotations

import re

import pytest
from conftest import Dashboard
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_pinned_rule_filters_another_page_and_stands_in_the_address(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.address}/?page=segments&part=finder")
    page.locator("#segments-finder-pin-name").fill("Independientes 40-54", timeout=60_000)
    page.locator("#segments-finder-pin-by").fill("Ana")
    page.locator("#segments-finder-pin button[type=submit]").click()
    expect(page.locator("#segments-finder-told")).to_contain_text("Independientes 40-54", timeout=30_000)
    page.locator("#f_pinned").select_option("Independientes 40-54")
    expect(page.locator(".chip")).to_contain_text("Independientes 40-54", timeout=30_000)
    page.wait_for_url(re.compile("pinned=Independientes"))
    page.goto(page.url.replace("page=segments", "page=pulse"))
    expect(page.locator("#f_pinned")).to_have_value("Independientes 40-54", timeout=60_000)
    expect(page.locator(".chip")).to_contain_text("Independientes 40-54", timeout=30_000)
