"""The section Cut-off in a browser: the dial by keyboard moves the figures and the address, and is saved."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from serving import Dashboard

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_dial_by_keyboard_moves_figures_and_address_and_is_saved_as_a_proposal(
    page: Page, dashboard: Dashboard
) -> None:
    page.goto(f"{dashboard.address}/?page=false_positives&part=cutoff&lang=en&dial=35&calls=100")
    at = "#false_positives-cutoff-"
    listed = page.locator(f"{at}boxes [data-key=list] .box-value")
    expect(listed).not_to_be_empty(timeout=60_000)
    expect(page.locator(f"{at}lead")).to_contain_text("agent-day is worth")
    before = int(listed.inner_text().replace(",", ""))
    page.locator(f".irs:has(~ {at}threshold) .irs-line").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"[?&]dial=(3[6-9]|[4-9]\d)"), timeout=20_000)
    expect(listed).not_to_have_text(f"{before:,}", timeout=20_000)
    assert int(listed.inner_text().replace(",", "")) < before
    page.locator(f"{at}by").fill("Ana")
    page.locator(f"{at}by").blur()
    page.locator(f"{at}proposal_title").fill("Fewer calls")
    page.get_by_role("button", name="Save as proposal").click()
    saved = page.locator(f"{at}proposals tbody tr").filter(has_text="Fewer calls")
    expect(saved).to_contain_text("no later month yet", timeout=20_000)
    (dial,) = parse_qs(urlsplit(page.url).query)["dial"]
    expect(saved).to_contain_text(f"{dial.removesuffix('.0')}%")
