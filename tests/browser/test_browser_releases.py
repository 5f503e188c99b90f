"""The Releases page in a browser: the check and the comparison on demand, the address, the phone; and the refusal of
the Model effect page, whose button lifts what stands in the way."""

from __future__ import annotations

import re

import pytest
from conftest import Dashboard
from playwright.sync_api import Page, expect
from releases import draft

from data.store import Draft

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _open(page: Page, dashboard: Dashboard, words: str = "") -> None:
    page.goto(f"{dashboard.address}/?page=releases{words}")
    expect(page.locator("#releases-boxes .box")).to_have_count(6, timeout=30_000)
    expect(page.locator("#releases-listed tbody tr")).not_to_have_count(0)


@pytest.fixture
def whole(page: Page, dashboard: Dashboard) -> Page:
    """The page on a release with a coverage of its own, of which there is one before it."""
    counts = {"read": 900, "in_arrears": 300, "eligible": 300, "joined": 300}
    steps = [{"name": n, "count": c, "balance": c * 1e6} for n, c in counts.items()]
    if len(dashboard.store.releases()) == 1:
        rows = dict(list(draft(seed=5).tables["rows"].items())[:2])
        papers = {"coverage": {"all": steps, "by_month": {}}}
        dashboard.store.publish(Draft({"rows": rows}, papers, note="late outcomes"), base=dashboard.store.version())
    _open(page, dashboard)
    expect(page.locator("#releases-listed tbody tr")).to_have_count(2, timeout=10_000)
    return page


def test_the_release_on_screen_is_marked_and_its_coverage_is_the_finding(whole: Page, dashboard: Dashboard) -> None:
    expect(whole.locator("h1")).to_have_text("Publicaciones")
    first = whole.locator("#releases-listed tbody tr").first
    expect(first).to_contain_text(f"● {dashboard.store.version()} en pantalla")
    expect(first).to_contain_text("late outcomes")
    expect(whole.locator("#releases-coverage_head h2")).to_have_text(
        "De 900 obligaciones-mes leídas, 300 estaban en mora y eran elegibles; el cruce no perdió nada"
    )
    expect(whole.locator("#releases-coverage_chart .main-svg").first).to_be_visible(timeout=30_000)


def test_the_unit_changes_the_finding_and_stands_in_the_address(whole: Page) -> None:
    whole.locator("#releases-unit label", has_text="Saldo").click()
    expect(whole.locator("#releases-coverage_head h2")).to_contain_text("de saldo leído")
    whole.wait_for_url("**cover=balance**")
    whole.reload()
    expect(whole.locator("#releases-coverage_head h2")).to_contain_text("de saldo leído", timeout=30_000)


def test_every_file_is_checked_on_demand(whole: Page) -> None:
    whole.locator("#releases-verify").click()
    expect(whole.locator("#releases-checked")).to_contain_text(
        re.compile(r"Los \d+ archivos de 2 publicaciones coinciden con su huella"), timeout=20_000
    )


def test_the_difference_is_computed_on_demand(whole: Page) -> None:
    whole.locator("#releases-compare").click()
    expect(whole.locator("#releases-change_head h2")).to_contain_text("2 meses difieren", timeout=20_000)
    expect(whole.locator("#releases-changed")).to_contain_text("Meses: ene 2024 – feb 2024.")
    expect(whole.locator("#releases-changed tbody tr")).to_have_count(6)


def test_a_damaged_file_is_named(whole: Page, dashboard: Dashboard) -> None:
    release = dashboard.store.read()
    path = release.path(release.parts("rows")[0])
    sound = path.read_bytes()
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    try:
        whole.locator("#releases-verify").click()
        expect(whole.locator("#releases-checked .found li")).to_contain_text(path.name, timeout=20_000)
    finally:
        path.write_bytes(sound)


def test_a_phone_shows_the_page_without_sideways_scrolling(page: Page, dashboard: Dashboard) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, dashboard)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_button_of_the_refused_comparison_lifts_every_filter_in_the_way(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.address}/?page=model_effect&bucket=31-60&score=20-90&product=tarjeta")
    expect(page.locator(".chip")).to_have_count(3, timeout=30_000)
    button = page.get_by_role("button", name="Quitar este filtro").and_(page.locator("#model_effect-lift"))
    button.click()
    expect(page.locator(".chip")).to_have_count(1, timeout=20_000)
    expect(page.locator(".chip")).to_have_text("Producto: Tarjeta")
    expect(page.locator("#model_effect-said .verdict")).to_be_visible(timeout=20_000)
