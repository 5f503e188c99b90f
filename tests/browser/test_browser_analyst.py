"""A risk analyst in a browser, on a bank's files: a weak rule pinned for every page, and what a false positive is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from serving import Dashboard

pytestmark = pytest.mark.browser

SLOW = 120_000
SEGMENT = "Independientes 40-54 Caribe"
FINDER, ERRORS = "#segments-finder-", "#false_positives-"


def _open(page: Page, bank: Dashboard, words: str, sees: str) -> None:
    page.goto(f"{bank.address}/?lang=es&{words}")
    expect(page.locator(sees).first).to_be_visible(timeout=SLOW)
    expect(page.locator("html:not(.shiny-busy)")).to_be_attached(timeout=SLOW)


def _number(text: str) -> float:
    """The first number of a Spanish text; an empty cell is nothing."""
    found = re.search(r"[\u2212+-]?[\d.]+(,\d+)?", text)
    return float(found[0].replace("\u2212", "-").replace(".", "").replace(",", ".")) if found else 0.0


# Minute 3 to 4: Finder


def test_a_pinned_rule_stands_in_the_filter_of_every_page_and_in_the_address(page: Page, demo_bank: Dashboard) -> None:
    _open(page, demo_bank, "page=segments&part=finder&region=CARIBE", f"{FINDER}pin-name")
    for word in ("Residuo", "Saldo", "q"):
        expect(page.locator(f"{FINDER}rules thead")).to_contain_text(word, timeout=SLOW)
    page.locator(f"{FINDER}pin-name").fill(SEGMENT)
    page.locator(f"{FINDER}pin-by").fill("Ana Ruiz")
    page.locator(f"{FINDER}pin button[type=submit]").click()
    expect(page.locator(f"{FINDER}told")).to_contain_text(SEGMENT, timeout=SLOW)
    page.locator("#f_pinned").select_option(SEGMENT)
    page.wait_for_url(re.compile("pinned=Independientes"), timeout=SLOW)
    for name in ("pulse", "drift"):
        page.locator(f".navbar a[data-value={name}]").evaluate("link => link.click()")
        expect(page.locator("#f_pinned")).to_have_value(SEGMENT)
        expect(page.locator(".chip", has_text=SEGMENT)).to_be_visible(timeout=SLOW)
        page.wait_for_url(re.compile("pinned=Independientes"), timeout=SLOW)


# Minute 4 to 6: False positives


def test_the_matrix_says_what_positive_is_in_rows_and_in_money_with_each_rate_and_its_denominator(
    page: Page, demo_bank: Dashboard
) -> None:
    _open(page, demo_bank, "page=false_positives", ".rate-tile")
    expect(page.locator(f"{ERRORS}meaning")).to_contain_text("Un falso positivo es una obligación de la que dijimos")
    rates = page.locator(f"{ERRORS}rates")
    for said in ("FP ÷ (TP + FP) de las marcadas", "FP ÷ (TP + FP), $", "1 − efecto ÷ aceptadas", "FP ÷ (FP + TN)"):
        expect(rates).to_contain_text(said)
    quadrants = page.locator(f"{ERRORS}matrix .quadrant")
    tp, fp, *_ = (_number(re.search(r"\n([\d.]+)\n", text)[1]) for text in quadrants.all_inner_texts())
    assert _number(rates.locator(".rate-tile").first.inner_text().split("\n")[1]) == pytest.approx(
        100 * fp / (tp + fp), abs=0.051
    )
    page.locator(f"{ERRORS}unit_choice label", has_text="Saldo").click()
    expect(quadrants.first).to_contain_text("$", timeout=SLOW)
