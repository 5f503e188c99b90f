"""The documentation of the API in a browser: whole, and without a request to any other machine."""

from __future__ import annotations

import pytest
from conftest import Dashboard
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_documentation_is_drawn_from_this_machine_alone(page: Page, dashboard: Dashboard) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{dashboard.address}/api/docs")
    expect(page.locator(".opblock-summary-path", has_text="/api/v1/predict")).to_be_visible(timeout=30_000)
    expect(page.locator(".opblock")).to_have_count(9)
    page.locator(".opblock-summary", has_text="/api/v1/health").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".responses-table.live-responses-table")).to_contain_text("no_model")
    assert [url for url in asked if not url.startswith((dashboard.address, "data:"))] == []
    assert wrong == []
