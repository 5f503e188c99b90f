"""The section Finder, pinned segments in the filter bar, and what happens when a release does not have them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import made_pin
import pytest
from releases import draft, open_counts, store_with
from test_app_pages import INPUTS, _html, _served, until

from app.desk import Desk, Pin
from app.l10n import L10n
from app.selection import PINNED, Filters, from_query, to_query, to_selection, within
from app.settings import Settings
from app.shell import make_app
from app.views import pinned, segments_finder
from data.memory_store import MemoryStore
from data.records import Records
from data.records.saved import SEGMENT, NameTakenError, Saved, levels_text
from monitoring.policy import Policy

EN = L10n("en", "COP")
WEB = {"channel": ("web",), "gender": ("F",)}


def _saved(where: dict[str, tuple[str, ...]], name: str = "Web") -> dict[str, Saved]:
    moment = "2026-11-21T17:00:00Z"
    return {name: Saved(1, 1, SEGMENT, name, levels_text(where), "Ana", moment, "Ana", moment)}


@pytest.fixture(scope="module")
def weak() -> Pin:
    """A release in which clients of the web come far below their scores, and all others as predicted."""
    return made_pin.pin(
        made_pin.group(1_000, positives=100, channel="web", score=0.5),
        made_pin.group(1_000, positives=500, channel="app", score=0.5),
    )


def test_the_weak_segment_is_said_in_words_with_its_numbers(weak: Pin) -> None:
    page = segments_finder.figures(weak, made_pin.EVERY, policy=Policy())
    assert segments_finder.insight(EN, page).startswith("Channel: Web: ")
    table = segments_finder.table(EN, page)
    assert (table.rows[0][0].text, table.rows[0][-1].text) == ("Channel: Web", "▼ over-stated")
    assert segments_finder.where_of(page, table.keys[0]) == {"channel": ("web",)}
    assert segments_finder.where_of(page, "99") == {}


def test_too_few_outcomes_say_how_many_it_would_take() -> None:
    page = segments_finder.figures(made_pin.pin(made_pin.group(60, positives=20)), made_pin.EVERY, policy=Policy())
    state = segments_finder.state(EN, page)
    assert state is not None
    assert "must hold 100 outcomes" in state.body
    assert "no segment could be searched for" in segments_finder.insight(EN, page)


def test_a_segment_that_cannot_show_anything_is_grey_with_what_it_would_take() -> None:
    page = segments_finder.figures(
        made_pin.pin(
            made_pin.group(150, positives=70, channel="web", score=0.5),
            made_pin.group(150, positives=80, channel="app", score=0.5),
        ),
        made_pin.EVERY,
        policy=Policy(),
    )
    last = [row[-1] for row in segments_finder.table(EN, page).rows]
    assert {cell.tone for cell in last} == {"muted"}
    assert all("it would take" in cell.text for cell in last)


def test_filters_within_a_segment_keep_exactly_what_both_keep(weak: Pin) -> None:
    inside = within(Filters(where={"channel": ("app", "web")}, pinned="Web"), {"channel": ("web",)}, extent=weak.extent)
    assert inside == Filters(where={"channel": ("web",)})
    selection = to_selection(inside, months=weak.counts.months, edges=weak.counts.edges)
    assert weak.counts.totals(selection)["n"].sum() == 1_000


@pytest.mark.parametrize("segment", [None, {"channel": ("gone",)}, {"no such": ("x",)}])
def test_a_segment_that_is_not_there_keeps_no_row_rather_than_all(weak: Pin, segment: dict | None) -> None:
    inside = within(Filters(pinned="Web"), segment, extent=weak.extent)
    selection = to_selection(inside, months=weak.counts.months, edges=weak.counts.edges)
    assert weak.counts.totals(selection)["n"].sum() == 0


def test_without_a_pinned_segment_filters_stay_as_they_are(weak: Pin) -> None:
    filters = Filters(where={"channel": ("web",)})
    assert within(filters, {}, extent=weak.extent) == filters


def test_the_name_of_a_pinned_segment_stands_in_the_address_and_is_lifted_like_a_filter() -> None:
    filters = Filters(pinned="Independientes 40-54")
    assert to_query(filters) == "pinned=Independientes+40-54"
    assert filters.without(PINNED) == Filters()


def test_the_api_says_that_it_does_not_know_a_pinned_segment(weak: Pin) -> None:
    assert [i.word for i in from_query("pinned=Web", extent=weak.extent)[1]] == [PINNED]


def test_a_vanished_category_is_named_in_the_chip_and_in_place_of_figures(weak: Pin) -> None:
    segments = _saved({"channel": ("web", "fax")})
    chip = pinned.chip(EN, "Web", segments, weak)
    assert chip is not None
    assert chip.text.endswith("not in this release: Channel: Fax")
    state = pinned.state(EN, "Web", segments, weak)
    assert state is not None
    assert "Fax" in state.body
    assert pinned.state(EN, "Web", _saved({"channel": ("web",)}), weak) is None


def test_a_name_that_nobody_pinned_is_said(weak: Pin) -> None:
    chip, state = pinned.chip(EN, "Old", {}, weak), pinned.state(EN, "Old", {}, weak)
    assert chip is not None
    assert state is not None
    assert (chip.text, state.title) == (
        "Segment Old: not pinned any more",
        "No segment is pinned under the name Old",
    )


def test_whose_name_is_taken_reads_who_has_it_and_for_what(weak: Pin) -> None:
    taken = NameTakenError(_saved({"channel": ("web",)})["Web"], levels_text({"channel": ("app",)}))
    said = segments_finder.refused(EN, taken, weak)
    assert "Web is taken: Ana pinned it" in said
    assert "Channel: Web" in said


def _serve(records: str, store: MemoryStore) -> object:
    desk = Desk(store, open_counts)
    desk.open(store.version())
    settings = replace(Settings(), poll_seconds=60, store=Path("var/store"), language="en", records=records)
    return _served(make_app(desk, settings), {**INPUTS, "f_pinned": "", "page": "segments", "segments-part": "finder"})


def test_a_rule_that_is_pinned_narrows_every_page_under_its_name(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/records.db"
    for found in _serve(address, store_with(draft(3_000))):  # type: ignore[attr-defined]
        assert "<option" in _html(found, "segments-finder-form")
        whole = _html(found, "scope")
        found.set_inputs(**{"segments-finder-sent": {"do": "pin", "rule": "0", "name": "My segment", "by": "Ana"}})
        until(found, lambda: "Pinned: My segment" in _html(found, "segments-finder-told"))  # noqa: B023
        kept = Records(address).saved(SEGMENT)
        assert [(s.name, s.changed_by) for s in kept] == [("My segment", "Ana")]
        found.set_inputs(f_pinned="My segment")
        until(found, lambda: "Segment My segment: " in _html(found, "scope"))  # noqa: B023
        assert _html(found, "scope") != whole
        found.set_inputs(f_pinned="Nobody's")
        until(found, lambda: "No segment is pinned under the name" in _html(found, "state"))  # noqa: B023
