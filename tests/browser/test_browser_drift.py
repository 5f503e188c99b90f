"""The Drift page in a browser: a click on a name draws that feature, and the address keeps it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from conftest import Dashboard
from playwright.sync_api import Page, expect
from releases import draft
from serving import serve

from data.parquet_store import ParquetStore
from data.store import Draft
from model.features import AT_OPENING, Features
from model.histograms import histograms

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def drifting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard over a release whose feature `debt` has moved in its last two months; `region` has not."""
    months = np.repeat([202401, 202402, 202403, 202404], 400)
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({
        "region": pd.Categorical(np.resize(["norte", "sur"], 1600)),
        "debt": (rng.normal(0, 1, 1600) + 2 * (months > 202402)).astype(np.float32),
    })  # fmt: skip
    spread = histograms(
        Features(frame, dict.fromkeys(frame, AT_OPENING), np.arange(1600)), months, reference=np.arange(800)
    )
    made = draft(last=202404)
    windows = [{"train_first": 202401, "train_last": 202402, "scores": [202403, 202404]}]
    card = {**made.documents["model_card"], "windows": windows}
    store = ParquetStore(tmp_path_factory.mktemp("store"))
    store.publish(Draft(made.tables, {**made.documents, "histograms": spread, "model_card": card}))
    yield from serve(store)


def test_a_click_on_a_name_draws_that_feature_and_stands_in_the_address(page: Page, drifting: Dashboard) -> None:
    page.goto(f"{drifting.address}/?page=drift&lang=en")
    bars = page.locator("#drift-shape .barlayer .point")
    expect(page.locator("#drift-shape_head h2")).to_contain_text("Debt: ", timeout=30_000)
    expect(bars.first).to_be_attached()
    expect(page.locator("#drift-said")).to_contain_text("1 of 2 features moved critically in Mar 2024 – Apr 2024: Debt")
    expect(page.locator("#drift-listed tbody th").first).to_have_text("Debt")
    page.locator("#drift-listed .row-pick", has_text="region").click()
    expect(page.locator("#drift-shape_head h2")).to_contain_text("Region: ")
    expect(bars).to_have_count(4)
    page.wait_for_url("**feature=region**")
    page.reload()
    expect(page.locator("#drift-shape_head h2")).to_contain_text("Region: ", timeout=30_000)


def test_a_release_without_histograms_says_so(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.address}/?page=drift")
    expect(page.locator(".page-state")).to_contain_text("no dice cómo se distribuyen sus variables", timeout=30_000)
    expect(page.locator("#drift-listed")).not_to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".page-state h2")).to_be_visible()
