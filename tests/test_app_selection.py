"""The selection: as the reader sets it, as the address writes it, as the counts take it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection import (
    Extent,
    Filters,
    Ignored,
    clamped,
    codes_of,
    from_query,
    to_query,
    to_selection,
    word_of,
    words_of,
)
from data.counts.grid import encode

EXTENT = Extent(
    (202401, 202402, 202403, 202404),
    {
        "product": ("card", "loan, secured", "crédito & más"),
        "age_band": ("18-25", ">65", "(unknown)"),
        "page": ("A", "B"),
    },
)


def _some(levels: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    picked = st.sets(st.sampled_from(levels), min_size=1, max_size=len(levels) - 1)
    return picked.map(lambda kept: tuple(level for level in levels if level in kept))


FILTERS = st.builds(
    Filters,
    st.sampled_from([None, 202402, 202403]),
    st.sampled_from([None, 202403]),
    st.fixed_dictionaries({}, optional={name: _some(levels) for name, levels in EXTENT.dimensions.items()}),
    st.sampled_from([None, (0, 35), (35, 60), (60, 100)]),
)


@given(FILTERS)
def test_an_address_says_all_that_the_filters_say(filters: Filters) -> None:
    assert from_query("?" + to_query(filters, lang="es", page="pulse"), extent=EXTENT) == (filters, [])


def test_the_words_of_an_address_are_short_and_plain() -> None:
    filters = Filters(202402, 202403, {"product": ("card",), "age_band": ("18-25", ">65")}, (35, 60))
    said = "lang=es&page=pulse&from=202402&to=202403&product=card&age=18-25&age=%3E65&score=35-60"
    assert to_query(filters, lang="es", page="pulse") == said


def test_nothing_set_is_nothing_said() -> None:
    assert to_query(Filters()) == ""
    assert from_query("", extent=EXTENT) == (Filters(), [])


@pytest.mark.parametrize(
    "query", ["weather=fine", "product=yacht", "from=202501", "from=202413", "to=soon", "score=60-35", "score=high"]
)
def test_a_word_that_says_nothing_here_is_named_and_does_no_harm(query: str) -> None:
    word, value = query.split("=")
    assert from_query(query, extent=EXTENT) == (Filters(), [Ignored(word, value)])


def test_the_words_of_a_page_are_no_strangers() -> None:
    assert from_query("cut=40&lang=pt&page=pulse", extent=EXTENT, known=["cut"]) == (Filters(), [])
    assert words_of("?cut=40&lang=pt", ["cut", "lang"]) == {"cut": "40", "lang": "pt"}


def test_a_dimension_that_is_called_like_a_word_of_the_shell_is_told_apart() -> None:
    assert word_of("page") == "x_page"
    assert from_query("page=pulse&x_page=A", extent=EXTENT)[0].where == {"page": ("A",)}


def test_all_levels_are_no_filter_and_months_in_the_wrong_order_are_swapped() -> None:
    asked = Filters(202404, 202402, {"page": ("B", "A"), "product": ("card", "yacht")}, (0, 100))
    assert clamped(asked, EXTENT) == Filters(202402, None, {"product": ("card",)}, None)


def test_narrowing_replaces_one_dimension_and_no_level_lifts_it() -> None:
    filters = Filters(where={"product": ("card",)}, score=(0, 35))
    assert filters.only("age_band", ">65").where == {"product": ("card",), "age_band": (">65",)}
    assert filters.only("product").where == {}
    assert filters.without("score") == Filters(where={"product": ("card",)})


def test_the_counts_get_months_always_and_codes_only_for_a_band() -> None:
    edges = np.linspace(0, 1, 101, dtype=np.float32)
    plain = to_selection(Filters(), months=EXTENT.months, edges=edges)
    assert (plain.months, plain.codes) == ((202401, 202404), None)
    assert to_selection(Filters(first=202403), months=EXTENT.months, edges=edges).months == (202403, 202404)


@given(st.sampled_from([(0, 35), (35, 60), (60, 100), (5, 95)]))
def test_a_score_band_keeps_the_scores_that_lie_in_it(band: tuple[int, int]) -> None:
    edges = np.linspace(0, 1, 201, dtype=np.float32)
    scores = np.linspace(0.001, 0.999, 997, dtype=np.float32)
    codes = codes_of(band, edges)
    assert codes is not None
    kept = (encode(scores, edges) >= codes[0]) & (encode(scores, edges) <= codes[1])
    low, high = (np.float32(part / 100) for part in band)
    assert (kept == ((scores >= low) & (scores < high))).all()
