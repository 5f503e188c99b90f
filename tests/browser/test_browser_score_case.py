"""The page Score one case in a browser: fill, score, see the gauge, move one field; a wrong value shows its rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import Dashboard
from made_model import CASE_OF_TABLE, made_store
from playwright.sync_api import Locator, Page, expect
from serving import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def scoring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard over a release whose model is there."""
    yield from serve(made_store(tmp_path_factory.mktemp("case") / "store"))


def _probability(page: Page, scoring: Dashboard, **changed: object) -> str:
    """What the API answers for the case, as the gauge says it to a screen reader."""
    body = {"data": [{**CASE_OF_TABLE, **changed}]}
    found = page.request.post(f"{scoring.address}/api/v1/predict", data=body).json()["results"][0]["probability"]
    return f"{found:.9g}"


def test_a_case_is_filled_in_scored_and_one_of_its_fields_is_moved(page: Page, scoring: Dashboard) -> None:
    page.goto(f"{scoring.address}/?page=score_case&lang=es")
    fields = page.locator(".case-field")
    expect(fields).to_have_count(3, timeout=30_000)

    def field(name: str) -> Locator:
        return page.locator(".case-field", has=page.locator("small", has_text=name)).locator("input, select")

    field("income").fill("0,25")
    field("late").fill("dos")
    field("kind").select_option("card")
    page.get_by_role("button", name="Calificar", exact=True).click()
    expect(page.locator(".case-problem", has_text="Debe ser un número")).to_be_visible()
    expect(field("late")).to_be_focused()
    expect(page.locator("svg.gauge")).to_have_count(0)

    field("late").fill("2")
    field("late").press("Enter")
    gauge = page.locator("svg.gauge")
    expect(gauge).to_have_attribute("aria-valuenow", _probability(page, scoring), timeout=15_000)
    expect(page.locator(".case-problem:visible")).to_have_count(0)
    expect(page.locator(".case-reasons li")).to_have_count(3)

    page.locator("#score_case-moved").select_option("kind")
    slider = page.locator(".case-slider")
    expect(slider).to_have_attribute("aria-label", "Kind")
    slider.focus()
    slider.press("Home")
    slider.press("End")
    levels = page.locator("#score_case-course .barlayer .point")
    expect(levels).to_have_count(2)
    last = page.locator(".case-slider-value").inner_text().partition(" → ")[0].lower()
    expect(gauge).to_have_attribute("aria-valuenow", _probability(page, scoring, kind=last))
    page.get_by_role("button", name="Volver a este caso").click()
    expect(gauge).to_have_attribute("aria-valuenow", _probability(page, scoring))


def test_on_a_phone_the_answer_is_brought_into_view(page: Page, scoring: Dashboard) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{scoring.address}/?page=score_case&lang=es")
    expect(page.locator(".case-field")).to_have_count(3, timeout=30_000)
    inputs = page.locator(".case-field input")
    for i in range(2):
        inputs.nth(i).fill("1")
    page.locator(".case-field select").select_option("loan")
    page.get_by_role("button", name="Calificar", exact=True).click()
    expect(page.locator(".gauge-value")).to_be_in_viewport(timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
