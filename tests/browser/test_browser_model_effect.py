"""The Model effect page in a browser: the planner answers, and a grade opens what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from releases import draft
from serving import Dashboard, serve

from data.parquet_store import ParquetStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GO_LIVE = 202410


@pytest.fixture(scope="module")
def arms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard over made rows whose arms were drawn at random."""
    made = draft(24_000, first=GO_LIVE)
    document = {"go_live": GO_LIVE, "clients": {"model": 4000, "none": 2000}}
    store = ParquetStore(tmp_path_factory.mktemp("store"))
    store.publish(replace(made, documents={**made.documents, "arms": document}))
    yield from serve(store)


def _open(page: Page, dashboard: Dashboard, words: str = "") -> None:
    page.goto(f"{dashboard.address}/?page=model_effect{words}")
    expect(page.locator(".grade-a")).to_be_visible(timeout=30_000)


def test_the_planner_answers_what_is_typed_and_the_address_keeps_it(page: Page, arms: Dashboard) -> None:
    _open(page, arms, "&base=18,25")
    head = page.locator("#model_effect-plan_head h2")
    expect(head).to_contain_text("2.764 cuentas por brazo", timeout=20_000)
    page.locator("#model_effect-wish").fill("6")
    expect(head).not_to_contain_text("2.764", timeout=20_000)
    expect(head).to_contain_text("cuentas por brazo")
    page.wait_for_url("**wish=6**")


def test_the_grade_beside_an_effect_opens_what_it_rests_on(page: Page, arms: Dashboard) -> None:
    _open(page, arms)
    conditions = page.locator("#model_effect-said .conditions")
    expect(conditions).to_be_hidden()
    page.locator("#model_effect-effect_head .grade-badge").click(timeout=30_000)
    expect(conditions).to_be_visible()
