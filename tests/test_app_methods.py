"""The Methods page: every figure explained, in every language, with a formula and a source."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import words
from app.l10n import L10n
from app.pages import PAGES
from app.pages.methods import methods as drawn
from app.views.methods import GROUPS, Piece, methods, pieces

ENTRIES = tomllib.loads((Path(words.__file__).parent / "methods.toml").read_text(encoding="utf-8"))
TEXTS = ("title", "asks", "symbols", "interval", "limits")


@pytest.mark.parametrize("key", ENTRIES)
def test_a_method_says_everything_in_every_language(key: str) -> None:
    entry = ENTRIES[key]
    assert all(set(entry[name]) == set(words.LANGUAGES) and all(entry[name].values()) for name in TEXTS)
    assert entry["formula"] and entry["source"]
    assert entry["group"] in GROUPS
    assert entry["page"] in {page.name for page in PAGES}


@pytest.mark.parametrize("key", ENTRIES)
def test_a_method_fits_half_a_screen(key: str) -> None:
    longest = max(sum(len(ENTRIES[key][name][language]) for name in TEXTS) for language in words.LANGUAGES)
    assert longest < 1_000


def test_a_formula_sets_what_stands_below_and_above_the_line() -> None:
    assert pieces("Σ_f c_{ab} = x^2") == (
        Piece("Σ"), Piece("f", "_"), Piece(" c"), Piece("ab", "_"), Piece(" = x"), Piece("2", "^"),
    )  # fmt: skip


@given(st.text(alphabet="aΣ=+ ()|"))
def test_a_line_without_marks_is_one_piece(line: str) -> None:
    assert pieces(line) == ((Piece(line),) if line else ())


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_mark_of_a_formula_is_left_on_screen(language: str) -> None:
    for group in methods(L10n(language)).values():
        for method in group:
            assert not [p for line in method.formula for p in line if set(p.text) & set("_^{}")]


def test_what_is_sought_for_is_found_by_any_of_its_words() -> None:
    english = L10n("en")
    found = [m.key for group in methods(english, "qini RADCLIFFE").values() for m in group]
    assert found == ["qini"]
    assert [m.key for g in methods(L10n("es"), "escalera").values() for m in g] == ["ladder"]
    assert "No method speaks of “xyz”." in str(drawn(english, " xyz ", go="methods-go"))


def test_a_click_goes_to_the_page_of_the_figure() -> None:
    page = str(drawn(L10n("en"), "autocura", go="methods-go")) + str(drawn(L10n("en"), "self-cure", go="methods-go"))
    assert 'data-input="methods-go"' in page
    assert 'data-value="model_effect"' in page
