"""The Data page in a browser, and the file that it gives: clicks on columns, two columns, a page that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Dashboard
from playwright.sync_api import Browser, Page, expect
from releases import draft
from serving import serve
from small_bank import make_bank

from data.parquet_store import ParquetStore
from data.report import report
from data.store import Draft

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SPREAD, PAIR = "#data-spread_chart .main-svg", "#data-pair_chart .main-svg"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The report of a small bank with three attributes of its own."""
    bank = make_bank(clients=200)
    rows = bank.obligations[["client", "obligation", "month"]].reset_index(drop=True)
    r = np.random.default_rng(2)
    wide = r.lognormal(2, 1, len(rows))
    word = r.choice(["<b>alto</b>", "medio", "bajo"], len(rows))
    made = rows.assign(ancho=wide, doble=wide * 2, palabra=word)
    return report(replace(bank, attributes=made))


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> Iterator[Dashboard]:
    """A dashboard over a release that has a data report."""
    base = draft(600)
    store = ParquetStore(tmp_path_factory.mktemp("described"))
    store.publish(Draft(base.tables, {**base.documents, "data_report": document}))
    yield from serve(store)


def _open(page: Page, dashboard: Dashboard, words: str = "") -> None:
    page.goto(f"{dashboard.address}/?page=data{words}")
    expect(page.locator(SPREAD).first).to_be_visible(timeout=30_000)
    expect(page.locator(PAIR).first).to_be_visible(timeout=30_000)


def test_a_click_on_a_name_opens_the_column_and_a_click_on_a_head_sorts(page: Page, described: Dashboard) -> None:
    _open(page, described)
    page.locator(".column-table .row-pick", has_text="palabra").click()
    expect(page.locator("#data-facts_head h2")).to_have_text("palabra")
    expect(page.locator("#data-column")).to_have_value("palabra")
    expect(page.locator(SPREAD).first).to_be_in_viewport()
    expect(page.locator("#data-spread_head h2")).to_contain_text("palabra: ")
    page.wait_for_url("**column=palabra**")
    page.locator(".sort-head", has_text="Columna").click()
    expect(page.locator(".column-table .row-pick").first).to_have_text("Activos · cliente")
    page.locator(".sort-head", has_text="Columna").click()
    expect(page.locator("th[aria-sort=descending] .sort-head")).to_contain_text("Columna")


def test_any_two_columns_can_be_crossed_and_stand_in_the_address(
    page: Page, described: Dashboard, document: dict[str, Any]
) -> None:
    down, across = list(document["pairs"]["bins"])[2:4]
    _open(page, described)
    before = page.locator("#data-pair_head h2").inner_text()
    page.locator("#data-down").select_option(down)
    expect(page.locator("#data-down")).to_have_value(down)
    page.locator("#data-across").select_option(across)
    expect(page.locator("#data-pair_head h2")).not_to_have_text(before)
    page.wait_for_url(f"**one={down}&two={across}**")
    expect(page.locator(f"#data-down option[value='{across}']")).to_have_count(0)
    page.reload()
    expect(page.locator("#data-across")).to_have_value(across, timeout=30_000)


def test_the_downloaded_file_opens_alone_and_asks_no_other_host(
    page: Page, described: Dashboard, browser: Browser, tmp_path: Path
) -> None:
    _open(page, described)
    button = page.get_by_text("Descargar informe")
    expect(button).not_to_have_class(re.compile("disabled"), timeout=30_000)
    with page.expect_download() as waiting:
        button.click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.suffix == ".html" and file.stat().st_size < 1_000_000
    alone = browser.new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(file.as_uri())
    expect(alone.locator("h1")).to_have_text("Informe de datos: small_bank")
    assert alone.locator("svg").count() > 10
    assert asked == [file.as_uri()]
    alone.locator("a", has_text="palabra").click()
    expect(alone.locator("#column-palabra")).to_be_in_viewport()
    assert alone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    alone.close()


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, described: Dashboard) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, described)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_release_without_a_report_says_how_to_make_one(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.address}/?page=data")
    expect(page.locator(".page-state h2")).to_have_text("Esta versión no tiene informe de datos", timeout=30_000)
    expect(page.locator(".page-state p")).to_contain_text("python -m app.data_report")
