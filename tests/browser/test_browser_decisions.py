"""The Decisions page in a browser: minute 8 to 9 of the executive's walk-through."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from serving import Dashboard

from data.records import Records

pytestmark = pytest.mark.browser
SLOW = 60_000


def test_an_executive_freezes_a_view_approves_it_with_a_comment_and_finds_it_again(
    page: Page, dashboard: Dashboard
) -> None:
    page.goto(f"{dashboard.address}/?page=decisions&lang=en&to=202406")
    page.locator("#decisions-by").fill("Ana Ruiz", timeout=SLOW)
    page.locator("#decisions-new-title").fill("Recalibrate bands 8 to 10")
    page.locator("#decisions-new-owner").fill("Luis Peña")
    page.locator("#decisions-new-due").fill("2026-01-31")
    page.locator("#decisions-new-figure").select_option("acceptance", timeout=SLOW)
    page.locator("#decisions-new_form button[type=submit]").click()
    line = page.locator("#decisions-pending tbody tr")
    expect(line).to_contain_text("31 Jan 2026 · overdue", timeout=SLOW)
    expect(line).to_contain_text(re.compile(r"\(Jun 2024\).*\(Dec 2024\).*pp \[.* … .*\]", re.DOTALL))
    expect(page.locator("#decisions-new-title")).to_have_value("")

    page.locator("#decisions-comment").fill("Agreed in committee")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#decisions-log_head")).to_contain_text("Ana Ruiz approved it last", timeout=SLOW)

    records = Records(dashboard.store.folder / "records.db")
    hash = records.decisions()[0].evidence[:12]
    _stands_in_the_log(page, hash)
    page.reload()
    _stands_in_the_log(page, hash)
    assert list(records.verify()) == []


def _stands_in_the_log(page: Page, hash: str) -> None:
    """The newest line says that it was approved, by whom, when, and on what evidence."""
    approved = page.locator("#decisions-log_table tbody tr").first
    expect(approved).to_contain_text("approved", timeout=SLOW)
    expect(approved).to_contain_text(re.compile(r"\d{1,2} \w{3} \d{4}, \d\d:\d\d UTC"))
    for said in ("Ana Ruiz", hash):
        expect(approved).to_contain_text(said)
    expect(page.locator("#decisions-detail")).to_contain_text("Agreed in committee")
