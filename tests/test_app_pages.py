"""The dashboard without a browser: what a session shows for a store, a language and an address."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from made_session import serve_in_memory
from releases import EVERYTHING, draft, open_counts, store_with
from shiny import App

from app.desk import Desk
from app.pages import PAGES
from app.settings import Settings
from app.shell import language_of, make_app
from data.memory_store import MemoryStore
from data.store import StoreError

PATIENCE = 60.0
INPUTS: dict[str, Any] = {
    "page": "pulse", "mode": "light", "f_from": "", "f_to": "", "f_score": [0, 100],
    "methods-find": "", "drift-window": "3", "drift-against": "model", "drift-feature": "",
    "simulator-ordering": "value", "simulator-top": 20, "simulator-months": "together", "simulator-calls": None,
}  # fmt: skip


@contextmanager
def session(store: MemoryStore, *, language: str = "en", poll: float = 60, **inputs: Any) -> Iterator[Any]:
    """A session over a store whose newest release is open already, with the bar set to `inputs`."""
    desk = Desk(store, open_counts)
    if store.version():
        desk.open(store.version())
    with TemporaryDirectory() as folder:
        settings = Settings(
            poll_seconds=poll, store=Path("var/store"), language=language, records=f"sqlite:///{folder}/records.db"
        )
        yield from _served(make_app(desk, settings), inputs)


def _served(app: App, inputs: dict[str, Any]) -> Iterator[Any]:
    with serve_in_memory(app) as found:
        found.set_inputs(**{**INPUTS, **inputs})
        yield found


def until(found: Any, condition: Callable[[], bool]) -> None:
    """Waits until a session has come to something, and lets the threads that open a release work meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.01)
        found.flush()
    raise AssertionError("the session never came to it")


def _html(found: Any, name: str) -> str:
    until(found, lambda: found.get_output(name).status == "ok" and found.get_output(name).value is not None)
    return found.get_output(name).value["html"]


def test_the_pulse_shows_six_boxes_a_sentence_a_trend_and_a_table() -> None:
    with session(store_with(draft())) as found:
        assert _html(found, "pulse-boxes").count('class="box"') == 6
        assert "What changed:" in _html(found, "pulse-changed")
        assert "ICV &gt; 30 days" in _html(found, "pulse-trend_head")
        until(found, lambda: found.get_output("pulse-trend_chart").status == "ok")
        assert _html(found, "pulse-side").count("<tr>") == 10


def test_the_header_says_how_fresh_the_figures_are() -> None:
    store = store_with(draft(last=202412))
    with session(store) as found:
        said = _html(found, "scope")
        assert "data to Dec 2024" in said
        assert "100% labels matured" in said
        assert "model 7f3a91c2" in said
        assert f"release {store.version().partition('-')[0]}" in said


def test_a_filter_narrows_every_figure_and_stands_in_the_header() -> None:
    with session(store_with(draft())) as found:
        whole = _html(found, "scope")
        found.set_inputs(f_bucket=["31-60"])
        until(found, lambda: "Days past due: 31-60" in _html(found, "scope"))
        assert _html(found, "scope") != whole
        until(found, lambda: "100.0%" in _html(found, "pulse-boxes"))


@pytest.mark.parametrize(("language", "word"), [("es", "Recaudo"), ("en", "Cash collected"), ("pt", "Recuperado")])
def test_the_words_follow_the_language(language: str, word: str) -> None:
    with session(store_with(draft(800)), language=language) as found:
        assert word in _html(found, "pulse-boxes")


def test_the_browser_chooses_it_unless_the_settings_or_the_address_do() -> None:
    assert language_of("", "pt-BR,pt;q=0.9", Settings()) == "pt"
    assert language_of("", "pt-BR", Settings(language="en")) == "en"
    assert language_of("lang=es", "pt-BR", Settings(language="en")) == "es"


def _said(carries: Sequence[str]) -> tuple[str, str, str]:
    with session(store_with(draft(carries=carries))) as found:
        return _html(found, "pulse-boxes"), _html(found, "pulse-changed"), _html(found, "pulse-trend_head")


def test_without_a_gross_portfolio_the_ratio_says_that_it_speaks_of_arrears_only() -> None:
    boxes, _, head = _said([c for c in EVERYTHING if c != "gross"])
    assert "Of the portfolio in arrears only" in boxes
    assert "the data carry no gross portfolio" in head


def test_without_balances_boxes_are_hidden_with_the_reason_and_outcomes_take_their_place() -> None:
    boxes, sentence, head = _said(["clients"])
    assert "ICV &gt; 30 days" not in boxes
    assert "Overdue ratio (ICV) (the data carry no balances)" in boxes
    assert "Cash collected (the data carry no payments)" in boxes
    assert "Acceptance rate" in boxes
    assert "observed" in sentence
    assert "positive in Dec 2024" in head


def test_without_days_past_due_there_is_no_ratio_although_there_are_balances() -> None:
    boxes, _, head = _said(["balance"])
    assert "Overdue ratio (ICV) (the data carry no days past due)" in boxes
    assert "positive in Dec 2024" in head


def test_months_that_are_still_open_are_not_judged() -> None:
    with session(store_with(draft(open_months=(202411, 202412)))) as found:
        boxes = _html(found, "pulse-boxes")
        acceptance = boxes[boxes.index('data-key="acceptance"') :]
        assert "Period: Oct 2024" in acceptance[:900]
        assert "83% labels matured" in _html(found, "scope")


def test_no_release_yet_is_a_card_with_the_command_to_run() -> None:
    with session(MemoryStore()) as found:
        assert "There is no release yet" in _html(found, "state")
        assert "--data FOLDER --store var/store" in _html(found, "state")
        assert found.get_output("pulse-boxes").status == "silent"


def test_a_store_that_cannot_be_read_is_a_card_with_the_reason() -> None:
    class Broken(MemoryStore):
        def version(self) -> str:
            raise StoreError("This store was written by a newer Cartera.")

    desk = Desk(Broken(), open_counts)
    with serve_in_memory(make_app(desk, Settings(language="es"))) as found:
        found.set_inputs(**INPUTS)
        assert "El almacén no se puede leer" in _html(found, "state")
        assert "This store was written by a newer Cartera." in _html(found, "state")


def test_filters_that_leave_nothing_are_a_card_and_the_pages_wait() -> None:
    nothing = {"f_bucket": [">360"], "f_region": ["R31"], "f_gender": ["F"], "f_income_band": [">16"]}
    with session(store_with(draft(300)), **nothing) as found:
        assert "No rows match these filters" in _html(found, "state")
        assert found.get_output("pulse-boxes").status == "silent"
        found.set_inputs(**dict.fromkeys(nothing, ()))
        until(found, lambda: found.get_output("pulse-boxes").status == "ok")
        until(found, lambda: "state-empty" not in str(found.get_output("state").value))


def test_a_new_release_replaces_the_old_one_at_once_and_keeps_the_filters() -> None:
    store = store_with(draft(2000))
    with session(store, poll=0.05, f_product=["tarjeta"]) as found:
        before = _html(found, "pulse-boxes")
        newer = store.publish(draft(2000, last=202501, seed=2))
        until(found, lambda: newer.partition("-")[0] in _html(found, "scope"))
        assert "data to Jan 2025" in _html(found, "scope")
        assert "Product: Tarjeta" in _html(found, "scope")
        until(found, lambda: newer in _html(found, "pulse-boxes"))
        assert _html(found, "pulse-boxes") != before


@pytest.mark.parametrize("carries", [EVERYTHING, ("clients",)], ids=["everything", "outcomes only"])
def test_every_page_opens_on_what_the_data_carry(carries: Sequence[str]) -> None:
    with session(store_with(draft(1500, carries=carries))) as found:
        _html(found, "scope")
        for name in (page.name for page in PAGES):
            found.set_inputs(page=name)
            settled = partial(_settled, found, name)
            until(found, settled)
            assert (name, _of(found, name, "error")) == (name, {})


def _settled(found: Any, page: str) -> bool:
    """Whether some output of a page has come, or all have said that there is nothing."""
    return bool(_of(found, page, "ok")) or not any(_of(found, page, s) for s in ("silent", "error"))


def _of(found: Any, page: str, status: str) -> dict[str, str]:
    """The outputs of a page that stand at a status, with their error."""
    outputs = found.to_values().outputs.items()
    return {id: o.error for id, o in outputs if id.startswith(f"{page}-") and o.status == status}


def test_a_session_that_ended_leaves_nothing_behind() -> None:
    store = store_with(draft(300))
    desk = Desk(store, open_counts)
    desk.open(store.version())
    app = make_app(desk, Settings(poll_seconds=60))
    with serve_in_memory(app) as found:
        found.set_inputs(**INPUTS)
        _html(found, "scope")
        ended = weakref.ref(next(iter(app._sessions.values())))
    del found
    gc.collect()
    assert ended() is None
