"""The Simulator page in a browser: the slider moves sentence, boxes and address, and the page says why by value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from releases import draft
from serving import Dashboard, serve
from test_app_simulator import with_sums

from data.parquet_store import ParquetStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard over the sums of made rows, large enough that expected value visibly beats the score."""
    store = ParquetStore(tmp_path_factory.mktemp("store"))
    store.publish(with_sums(rows=20_000, made=draft(800)))
    yield from serve(store)


def test_the_page_says_why_by_value_and_its_slider_moves_sentence_boxes_and_address(
    page: Page, sums: Dashboard
) -> None:
    page.goto(f"{sums.address}/?page=simulator&lang=en&top=20")
    sentence = page.locator("#simulator-said .verdict-sentence")
    expect(sentence).to_contain_text("If the top 20% by expected value", timeout=30_000)
    why = page.locator("#simulator-why")
    expect(why).to_contain_text("The score says who accepts, not how much is at stake", timeout=20_000)
    expect(why).to_contain_text("by only")
    said = re.findall(r"by (?:only )?([+−-][\d.]+)", why.inner_text())
    value, score = (float(x.replace("−", "-")) for x in said)
    assert value < score < 0

    listed = page.locator("#simulator-boxes [data-key=list] .box-value")
    expect(page.locator("#simulator-course_chart .scatterlayer")).to_be_visible(timeout=20_000)
    before = listed.inner_text()
    track = page.locator(".irs:has(~ #simulator-top) .irs-line")
    box = track.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(r"[?&]top=[56]\d"), timeout=20_000)
    (top,) = parse_qs(urlsplit(page.url).query)["top"]
    expect(sentence).to_contain_text(f"If the top {top.removesuffix('.0')}%", timeout=20_000)
    expect(listed).not_to_have_text(before)
