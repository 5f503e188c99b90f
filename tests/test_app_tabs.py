"""Pages of several sections: one tab each, and work only for the one in view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from htmltools import Tag
from made_session import serve_in_memory
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.l10n import L10n
from app.pages.base import Page
from app.pages.tabs import tabbed

L10N = L10n("en", "COP")


def _page(name: str, computed: list[Any], *, needs: tuple[str, ...] = ()) -> Page:
    """A page that notes what it computed from the selection, whether or not anybody sees it."""

    @module.ui
    def page_ui(*, l10n: L10n, asked: dict[str, str]) -> Tag:
        return ui.input_text("word", name, asked.get(f"{name}_word", ""))

    @module.server
    def page_server(
        input: Inputs, output: Outputs, session: Session, *, selection: Callable[[], str], **_: Any
    ) -> None:
        @reactive.effect
        def _() -> None:
            computed.append((name, selection()))

        @render.text
        def said() -> str:
            return selection()

    return Page(name, name.title(), page_ui, page_server, words={f"{name}_word": "word"}, needs=needs)


@contextmanager
def _session(computed: list[Any]) -> Iterator[Any]:
    def server(input: Inputs, output: Outputs, session: Session) -> None:
        page = tabbed(_page("own", computed), "Own", _page("deep", computed, needs=("scorer",)))
        page.server(page.name, l10n=L10N, selection=lambda: input.chosen(), narrow=print, scorer=None)

    with serve_in_memory(server) as found:
        found.set_inputs(chosen="a")
        yield found


def test_a_section_is_not_computed_while_its_tab_is_hidden() -> None:
    computed: list[Any] = []
    with _session(computed) as found:
        found.set_inputs(**{"own-part": "first"})
        found.set_inputs(chosen="b")
        assert computed == [("own", "a"), ("own", "b")]
        assert "own-deep-said" not in found.to_values().outputs
        found.set_inputs(**{"own-part": "deep"})
        assert computed[2:] == [("deep", "b")]
        assert found.get_output("own-deep-said").value == "b"


def test_going_back_to_a_tab_computes_nothing_unless_something_changed_meanwhile() -> None:
    computed: list[Any] = []
    with _session(computed) as found:
        for tab in ("deep", "first", "deep"):
            found.set_inputs(**{"own-part": tab})
        assert computed.count(("deep", "a")) == 1
        found.set_inputs(**{"own-part": "first"})
        found.set_inputs(chosen="b")
        assert ("deep", "b") not in computed
        found.set_inputs(**{"own-part": "deep"})
        assert computed.count(("deep", "b")) == 1


def test_a_link_opens_on_the_tab_that_it_names_and_keeps_the_words_of_the_section() -> None:
    page = tabbed(_page("own", []), "Own", _page("deep", []))
    drawn = str(page.ui("own", l10n=L10N, asked={"part": "deep", "deep_word": "kept"}))
    assert page.words == {"own_word": "word", "part": "part", "deep_word": "deep-word"}
    assert 'id="own-word"' in drawn
    assert 'id="own-deep-word"' in drawn and 'value="kept"' in drawn
    opened = [link for link in drawn.split("<a ")[1:] if "nav-link active" in link]
    assert ['data-value="deep"' in link for link in opened] == [True]


def test_a_page_without_sections_has_no_tabs() -> None:
    own = _page("own", [])
    assert tabbed(own, "Own") is own


def test_two_sections_cannot_claim_the_same_word_of_the_address() -> None:
    with pytest.raises(ValueError, match="deep_word"):
        tabbed(_page("own", []), "Own", _page("deep", []), _page("deep", []))


def test_a_section_that_needs_it_is_given_the_inputs_of_the_page_it_stands_on() -> None:
    @module.server
    def deep_server(input: Inputs, output: Outputs, session: Session, *, own: Inputs, **_: Any) -> None:
        @render.text
        def said() -> str:
            return f"the page says {own.word()}"

    computed: list[Any] = []
    deep = Page("deep", "Deep", _page("deep", computed).ui, deep_server, needs=("own",))
    page = tabbed(_page("own", computed), "Own", deep)
    assert page.needs == ()

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        page.server("own", l10n=L10N, selection=lambda: "a", narrow=print)

    with serve_in_memory(server) as found:
        found.set_inputs(**{"own-part": "deep", "own-word": "so"})
        assert found.get_output("own-deep-said").value == "the page says so"
