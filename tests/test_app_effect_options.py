"""The section Payment options of the Model effect page: its board, its map, the lock-out and its states, in words."""

from __future__ import annotations

import math
from dataclasses import replace

import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from test_monitoring_options import FIRST, idle, offers

from app.charts.heatmap import heatmap
from app.desk import Pin
from app.l10n import L10n
from app.pages.effect_options import PAGE
from app.theme import Look
from app.views import effect_options as view
from data.counts import Selection
from data.months import add

EN = L10n("en")
EACH = pytest.mark.parametrize("l10n", [EN, L10n("es"), L10n("pt")], ids=["en", "es", "pt"])
ALL = Selection()


@pytest.fixture(scope="module")
def pin() -> Pin:
    """Two options: of the first 160 of 200 hold, of the second 80; the last of seven months is too young to say."""
    sound = offers("PRORROGA", offered=400, accepted=250, fates={"open 6": 160, "redefaulted 2": 40}, product="consumo")
    weak = offers("COMBO", offered=300, accepted=200, fates={"open 6": 80, "redefaulted 1": 120}, product="consumo")
    small = offers("COMBO", offered=10, accepted=10, fates={"open 6": 8, "left 1": 2}, product="vivienda")
    late = offers("PRORROGA", offered=5, accepted=5, fates={"open 0": 5})
    return months_pin({FIRST: [sound, weak, small, idle(100)], add(FIRST, 6): [late, idle(100)]})


def _sheet(pin: Pin, selection: Selection = ALL) -> view.Sheet:
    return view.figures(pin, selection, policy=pin.policy)


@EACH
def test_the_board_says_every_stage_and_why_a_column_is_empty(pin: Pin, l10n: L10n) -> None:
    page = _sheet(pin)
    table = view.board(l10n, page)
    assert [r[1].text for r in table.rows] == ["405", "310"]
    assert [r[3].text for r in table.rows] == ["205", "210"]
    assert table.rows[0][4].text.startswith(l10n.percent(0.8, 0))
    assert table.total[1].text == "715"
    assert {r[6].text for r in table.rows} == {"—"}
    assert l10n.say(view.NO_TERMS) in view.notes(l10n, page)
    assert "two of them is not an effect" in view.notes(EN, page)
    assert l10n.percent(0.8, 0) in view.board_headline(l10n, page).title
    assert "60" in view.insight(l10n, page)
    assert "5" in view.caution(l10n, page)


def test_options_that_hold_alike_but_fall_back_unlike_are_told_apart() -> None:
    parts = [offers(name, offered=300, accepted=200, fates={"redefaulted 9": back, "held": 200 - back})
             for name, back in (("A", 120), ("B", 20))]  # fmt: skip
    page = _sheet(months_pin({FIRST: parts, add(FIRST, 12): [idle(9)]}))
    assert view.board_headline(EN, page).title == "All hold 3 months alike; A falls back most, 60%, B least, 10%"
    alike = _sheet(months_pin({FIRST: [offers("A", offered=300, accepted=200, fates={"open 3": 200})],
                               add(FIRST, 3): [idle(9)]}))  # fmt: skip
    assert view.board_headline(EN, alike).title == "No option holds visibly better than another"


def test_the_map_greys_what_is_too_few_and_says_how_many_it_takes(pin: Pin) -> None:
    page = _sheet(pin)
    found = view.cells(page, ALL, "product")
    shown = view.kept_map(EN, page, found)
    tiles = {(r, c): t for r, row in zip(shown.rows, shown.tiles, strict=True)
             for c, t in zip(shown.columns, row, strict=True)}  # fmt: skip
    assert tiles["PRORROGA", "consumo"].text == "80%"
    assert tiles["PRORROGA", "consumo"].state == "off"
    assert tiles["COMBO", "vivienda"].state == "insufficient"
    assert tiles["COMBO", "vivienda"].text.startswith("10 of ")
    assert tiles["PRORROGA", "vivienda"].state == "empty"
    assert "stands out" in view.kept_headline(EN, page, found, dimension="product").title
    assert view.kept_headline(EN, page, (), dimension="").title.startswith("No cell differs")
    for dark in (False, True):
        assert len(go.Figure(heatmap(shown, Look(dark=dark))).data) == 2


@EACH
def test_the_lock_out_is_foretold_for_the_month_after_the_last(pin: Pin, l10n: L10n) -> None:
    page = _sheet(pin)
    assert l10n.month(add(FIRST, 7)) in view.coming_headline(l10n, page).title
    table = view.coming(l10n, page)
    assert [c.text for c in table.total[1:4]] == ["408", "160", "2"]
    one_month = _sheet(pin, replace(ALL, months=(add(FIRST, 6), add(FIRST, 6))))
    assert one_month.coming == page.coming


def test_one_young_month_says_that_nothing_is_old_enough(pin: Pin) -> None:
    page = _sheet(pin, replace(ALL, months=(add(FIRST, 6), add(FIRST, 6))))
    assert page.everything is not None
    assert page.everything.kept.reason == "immature"
    assert "none is old enough" in view.insight(EN, page)
    assert [r[4].text for r in view.board(EN, page).rows] == ["—"]


def test_options_without_a_name_stand_in_one_row_that_says_so() -> None:
    page = _sheet(months_pin({FIRST: [offers("(unnamed)", offered=9, accepted=3, fates={"open 0": 2})]}))
    assert [r[0].text for r in view.board(EN, page).rows] == ["Option not named"]
    assert "do not name the options" in view.caution(EN, page)


def test_states_are_told_apart(pin: Pin) -> None:
    assert view.state(EN, _sheet(pin)) is None
    nothing = view.state(EN, _sheet(months_pin({FIRST: [idle(9)]})))
    earlier = view.state(EN, _sheet(months_pin({FIRST: [group(9)]})))
    assert nothing is not None and earlier is not None
    assert nothing.title == "No option was offered in this selection"
    assert earlier.title == "This release does not say what was offered"
    assert view.insight(EN, _sheet(months_pin({FIRST: [idle(9)]}))) == ""


def test_data_without_dates_or_balances_or_costs_say_what_is_lacking() -> None:
    rows = offers("A", offered=100, accepted=60, fates={"open 3": 50})
    undated = months_pin({FIRST: [rows]})
    undated.meaning["dated"] = False
    page = _sheet(undated)
    assert "no dates" in view.caution(EN, page)
    assert page.coming == ()
    assert "Nothing is known" in view.coming_headline(EN, page).title
    old = months_pin({FIRST: [rows], add(FIRST, 3): [idle(5)]})
    free = view.figures(old, ALL, policy=replace(old.policy, cost_per_contact=math.nan))
    assert "no cost of a contact is set" in view.notes(EN, free)


def test_the_page_shows_its_board_its_map_and_the_lock_out(pin: Pin) -> None:
    with shown_page(PAGE, pin, ALL, l10n=EN, split="product") as shown:
        assert "Prorroga" in shown.html("board")
        assert "stands out" in shown.html("kept_head")
        assert "come out of lock-out" in shown.html("coming_head")
        assert shown.page.get_output("kept_chart").status == "ok"
