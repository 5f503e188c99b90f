"""The Segments page in a browser: its controls, its clicks, its address."""

from __future__ import annotations

import re

import pytest
from conftest import Dashboard
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BARS, CELLS = "#segments-bars_chart .main-svg", "#segments-heatmap_chart .main-svg"


def _open(page: Page, dashboard: Dashboard, words: str = "") -> None:
    page.goto(f"{dashboard.address}/?page=segments{words}")
    expect(page.locator(BARS).first).to_be_visible(timeout=30_000)
    expect(page.locator(CELLS).first).to_be_visible(timeout=30_000)
    expect(page.locator("#segments-bars_head h2")).not_to_be_empty()


def _click(page: Page, mark: Locator) -> None:
    """A click on the middle of something drawn: plotly takes the mouse, not the element."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_measure_and_a_dimension_change_the_finding_and_stand_in_the_address(
    page: Page, dashboard: Dashboard
) -> None:
    _open(page, dashboard)
    head = page.locator("#segments-bars_head p")
    expect(head).to_contain_text("Parte positiva de las filas con puntaje")
    page.locator("#segments-measure").select_option("balance")
    expect(head).to_contain_text("Saldo de un mes medio", timeout=30_000)
    page.locator("#segments-dimension").select_option("gender")
    expect(page.locator("#segments-listed th").first).to_have_text(re.compile("Género|Sexo"))
    page.wait_for_url("**measure=balance&by=gender**")
    page.reload()
    expect(page.locator("#segments-dimension")).to_have_value("gender", timeout=30_000)
    expect(head).to_contain_text("Saldo de un mes medio", timeout=30_000)


def test_a_click_on_a_bar_filters_by_it_and_goes_on_to_another_dimension(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard, "&by=gender")
    expect(page.locator("#segments-bars_chart .ytick")).to_have_count(3)
    _click(page, page.locator("#segments-bars_chart .barlayer .point path").first)
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator("#segments-dimension")).to_have_value("")
    expect(page.locator("#segments-dimension option[value=gender]")).to_have_count(0)
    expect(page.locator("#segments-bars_chart .ytick")).not_to_have_count(3)


def test_a_click_on_a_cell_filters_by_both_of_its_dimensions(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard, "&rows=gender&columns=bucket")
    expect(page.locator("#segments-heatmap_chart .ytick")).to_have_count(3)
    _click(page, page.locator("#segments-heatmap_chart .annotation").first)
    expect(page.locator(".chip")).to_have_count(2)
    words = page.locator(".chip").all_inner_texts()
    assert any(word.startswith("Días de mora: 0") for word in words)


def test_a_click_on_a_name_of_the_table_filters_by_it(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard, "&by=channel")
    page.locator("#segments-listed .row-pick", has_text="Web").click()
    expect(page.locator(".chip")).to_have_text("Canal: Web")


def test_nothing_left_to_compare_is_a_card_in_place_of_the_figures(page: Page, dashboard: Dashboard) -> None:
    one = "&product=consumo&bucket=0&region=R00&age=18-25&segment=personal&income=<1&channel=app&occupation=O0&gender=F"
    page.goto(f"{dashboard.address}/?page=segments{one.replace('<', '%3C')}")
    expect(page.locator(".page-state h2")).to_have_text("De cada dimensión queda un solo segmento", timeout=30_000)
    assert page.locator("#segments-listed").bounding_box() is None or not page.locator("#segments-listed").is_visible()
    page.locator(".chip", has_text="Canal").click()
    expect(page.locator(".page-state")).to_have_count(0)
    expect(page.locator(BARS).first).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, dashboard: Dashboard) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, dashboard)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    expect(page.locator("#segments-table_head h2")).to_contain_text("segmentos")
