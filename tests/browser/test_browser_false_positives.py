"""The False positives page in a browser: the threshold, the matrix, the curve, the address."""

from __future__ import annotations

import re

import pytest
from conftest import Dashboard
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEAD = "#false_positives-matrix_head h2"
CURVE = "#false_positives-curve_chart"


def _open(page: Page, dashboard: Dashboard, words: str = "") -> None:
    page.goto(f"{dashboard.address}/?page=false_positives{words}")
    expect(page.locator(f"{CURVE} .main-svg").first).to_be_visible(timeout=30_000)
    expect(page.locator(HEAD)).to_contain_text("falsos positivos")


def _set(page: Page, value: float) -> None:
    page.evaluate(f"$('#false_positives-threshold').data('ionRangeSlider').update({{from: {value}}})")


def test_the_page_opens_at_the_operating_threshold_and_says_what_positive_is(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard)
    expect(page.locator("#false_positives-matrix_head p")).to_contain_text("puntaje de 35")
    expect(page.locator("#false_positives-meaning")).to_contain_text("Positivo = acepta la opción")
    expect(page.locator(".quadrant")).to_have_count(4)
    expect(page.locator(".rate-tile")).to_have_count(6)
    page.wait_for_url("**cut=35**")


def test_the_threshold_moves_every_figure_and_stands_in_the_address(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard)
    before = page.locator(HEAD).inner_text()
    _set(page, 60)
    expect(page.locator(HEAD)).not_to_have_text(before)
    expect(page.locator("#false_positives-matrix_head p")).to_contain_text("puntaje de 60")
    page.wait_for_url("**cut=60**")
    moved = page.locator(HEAD).inner_text()
    page.reload()
    expect(page.locator(HEAD)).to_have_text(moved, timeout=30_000)


def test_the_matrix_changes_to_money(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard)
    page.locator("#false_positives-unit label", has_text="Saldo").click()
    expect(page.locator(".quadrant-fp .quadrant-value")).to_have_text(re.compile(r"\$"))
    expect(page.locator(HEAD)).to_contain_text("$")
    _set(page, 50)
    expect(page.locator("#false_positives-matrix_head p")).to_contain_text("puntaje de 50")
    expect(page.locator(".quadrant-fp .quadrant-value")).to_have_text(re.compile(r"\$"))


def test_a_click_on_the_curve_moves_the_threshold(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard)
    plot = page.locator(f"{CURVE} .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    expect(page.locator(f"{CURVE} .hoverlayer .legend")).to_be_visible()
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    expect(page.locator("#false_positives-matrix_head p")).not_to_contain_text("puntaje de 35")


def test_a_dimension_of_the_address_splits_the_segments(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard, "&split=channel")
    expect(page.locator("#false_positives-dimension")).to_have_value("channel")
    expect(page.locator("#false_positives-segments_head p")).to_contain_text("FDR por canal")
    expect(page.locator("#false_positives-segments_chart .ytick")).to_have_count(4)


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, dashboard: Dashboard) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, dashboard)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
