"""The dashboard as a reader meets it: in a browser, over a real store."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from releases import draft
from serving import Dashboard, serve

from data.parquet_store import ParquetStore

pytestmark = pytest.mark.browser

FIRST_BOX = ".box:first-child .box-value"


def _words(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def _open(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(FIRST_BOX)).not_to_be_empty(timeout=30_000)
    expect(page.locator(".cartera-chart .main-svg").first).to_be_visible(timeout=30_000)


def test_the_page_opens_and_asks_nobody_but_its_own_server(page: Page, dashboard: Dashboard) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    _open(page, dashboard.address)
    expect(page.locator("h1")).to_have_text("Pulso")
    expect(page.locator(".box")).to_have_count(6)
    hosts = {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))}
    assert hosts == {"127.0.0.1"}
    assert not wrong


def test_the_font_is_the_one_that_is_served_here(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard.address)
    loaded = "() => document.fonts.ready.then(f => [...f].some(x => x.family === 'Inter' && x.status === 'loaded'))"
    assert page.evaluate(loaded)


def test_a_filter_changes_the_figures_and_the_address(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard.address)
    before = page.locator(FIRST_BOX).inner_text()
    page.locator("#f_bucket label", has_text="31-60").click()
    expect(page.locator(FIRST_BOX)).not_to_have_text(before)
    expect(page.locator(FIRST_BOX)).to_have_text(re.compile("100,0"))
    expect(page.locator(".chip")).to_have_text("Días de mora: 31-60")
    page.wait_for_url("**bucket=31-60**")
    page.reload()
    expect(page.locator(FIRST_BOX)).to_have_text(re.compile("100,0"), timeout=30_000)
    page.locator(".chip").click()
    expect(page.locator(FIRST_BOX)).to_have_text(before)
    expect(page.locator(".chip")).to_have_count(0)


def test_a_click_on_a_product_filters_every_page(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard.address)
    page.locator(".row-pick", has_text="Tarjeta").click()
    expect(page.locator(".chip")).to_have_text("Producto: Tarjeta")
    assert _words(page)["product"] == ["tarjeta"]
    page.get_by_role("tab", name="Segmentos").click()
    expect(page.locator("h1")).to_have_text("Segmentos")
    expect(page.locator(".chip")).to_have_text("Producto: Tarjeta")


def test_an_address_that_names_what_is_not_there_says_so(page: Page, dashboard: Dashboard) -> None:
    _open(page, f"{dashboard.address}/?product=yate&weather=fine&product=tarjeta")
    expect(page.locator(".toast-body")).to_contain_text("Producto: Yate · Weather: Fine")
    expect(page.locator(".chip")).to_have_text("Producto: Tarjeta")


def test_filters_that_leave_nothing_lead_to_a_card_with_a_way_out(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.address}/?bucket=%3E360&region=R31&age=%3E65&gender=M&income=%3E16&score=95-100")
    expect(page.locator(".state h2")).to_have_text("Ninguna fila cumple estos filtros", timeout=30_000)
    expect(page.locator(".boxes")).to_be_hidden()
    page.locator(".state button").click()
    expect(page.locator(FIRST_BOX)).to_be_visible(timeout=30_000)
    expect(page.locator(".state")).to_have_count(0)


def test_a_phone_shows_boxes_two_by_two_and_folds_the_filters(page: Page, dashboard: Dashboard) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, dashboard.address)
    first, second, third = (page.locator(f".box:nth-child({k})").bounding_box() for k in (1, 2, 3))
    assert first and second and third
    assert first["y"] == second["y"] < third["y"]
    assert first["x"] == third["x"] < second["x"]
    expect(page.locator("#f_product")).to_be_hidden()
    expect(page.get_by_role("tab", name="Backtest")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".navbar-toggler").click()
    page.get_by_role("tab", name="Segmentos").click()
    expect(page.locator("h1")).to_have_text("Segmentos")


def test_the_chart_is_drawn_in_place_when_the_figures_change(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard.address)
    page.evaluate("document.querySelector('.cartera-chart').dataset.same = 'yes'")
    drawn = "() => document.querySelector('.cartera-chart').data[0].y.at(-1)"
    before = page.evaluate(drawn)
    page.locator("#f_bucket label", has_text="31-60").click()
    page.wait_for_function(f"({drawn})() === 1 && {before} !== 1")
    assert page.evaluate("document.querySelector('.cartera-chart').dataset.same") == "yes"


def test_dark_mode_redraws_the_chart_in_its_own_colours(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard.address)
    ink = "() => document.querySelector('.cartera-chart')._fullLayout.font.color"
    light = page.evaluate(ink)
    page.locator("bslib-input-dark-mode").click()
    page.wait_for_function(f"({ink})() !== '{light}'")


def test_a_release_published_while_the_page_is_open_arrives_with_the_filters_kept(
    page: Page, dashboard: Dashboard
) -> None:
    _open(page, f"{dashboard.address}/?product=tarjeta&from=202403")
    before = page.locator(FIRST_BOX).inner_text()
    version = dashboard.store.publish(draft(last=202501, seed=2))
    expect(page.locator(".toast-body")).to_have_text(f"Datos nuevos: publicación {version}", timeout=5_000)
    expect(page.locator(FIRST_BOX)).not_to_have_text(before, timeout=5_000)
    expect(page.locator(".badge-line")).to_contain_text("datos a ene 2025")
    expect(page.locator(".badge-line")).to_contain_text(version.partition("-")[0])
    expect(page.locator(".chip")).to_have_text("Producto: Tarjeta")
    expect(page.locator("#f_from")).to_have_value("202403")
    expect(page.locator("#f_to option:checked")).to_have_text("ene 2025")
    assert _words(page)["product"] == ["tarjeta"]


def test_the_first_release_opens_the_page_by_itself(page: Page, empty_dashboard: Dashboard) -> None:
    page.goto(empty_dashboard.address)
    expect(page.locator(".state h2")).to_have_text("Aún no hay ninguna publicación", timeout=30_000)
    expect(page.locator(".state code")).to_contain_text(
        "python -m model.train --source opciones_pago --data FOLDER --store"
    )
    empty_dashboard.store.publish(draft(n=2000))
    expect(page.locator(FIRST_BOX)).to_be_visible(timeout=30_000)
    expect(page.locator("#f_product")).to_be_attached()


def test_everything_that_takes_the_focus_has_a_name(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard.address)
    page.wait_for_function("document.querySelector('.irs-line').getAttribute('role') === 'slider'")
    nameless = """() => [...document.querySelectorAll('button, a[href], input, select, [tabindex="0"]')]
      .filter((e) => e.getBoundingClientRect().width > 0)
      .filter((e) => !(e.getAttribute('aria-label') || e.innerText || e.title || e.placeholder
                       || [...(e.labels ?? [])].map((l) => l.textContent).join('')).trim())
      .map((e) => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(nameless) == []
    twice = "() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); "
    assert page.evaluate(twice + "return ids.filter((id, k) => ids.indexOf(id) < k); }") == []


def test_the_keyboard_reaches_the_figures_first_and_then_the_pages(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard.address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()


def test_a_lost_connection_is_said_with_a_way_back(page: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = ParquetStore(tmp_path_factory.mktemp("short"))
    store.publish(draft(n=600))
    serving = serve(store)
    _open(page, next(serving).address)
    serving.close()
    expect(page.locator(".lost")).to_contain_text("Se perdió la conexión")
    expect(page.locator(".lost button")).to_have_text("Recargar")


def test_what_never_changes_is_sent_small_and_kept_for_a_year(page: Page, dashboard: Dashboard) -> None:
    answers: dict[str, dict[str, str]] = {}
    page.on("response", lambda answer: answers.setdefault(urlsplit(answer.url).path, answer.headers))
    _open(page, dashboard.address)
    kept = {path: headers for path, headers in answers.items() if path.startswith("/lib/")}
    assert {h["cache-control"] for h in kept.values()} == {"public, max-age=31536000, immutable"}
    plotly = next(h for path, h in kept.items() if path.endswith("plotly.min.js"))
    assert plotly["content-encoding"] == "gzip"
    assert answers["/"]["cache-control"] == "no-cache"


def test_pages_of_the_model_stand_in_a_menu(page: Page, dashboard: Dashboard) -> None:
    _open(page, dashboard.address)
    expect(page.get_by_role("tab", name="Deriva")).to_be_hidden()
    page.get_by_role("button", name="Modelo y datos").click()
    page.get_by_role("tab", name="Publicaciones").click()
    page.wait_for_url("**page=releases**")
    expect(page.get_by_role("heading", name="Publicaciones", level=1)).to_be_visible()
