"""The section Autopsy of the False positives page: its sentence, table, pictures, list, file and states, in words."""

from __future__ import annotations

import csv
import io
import math
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from test_monitoring_autopsy import FP, _wasted

from app.charts.bars import bars
from app.charts.trend import trend
from app.csv_list import as_csv
from app.desk import Pin
from app.l10n import L10n
from app.pages.false_positives_autopsy import PAGE
from app.theme import Look
from app.views import false_positives_autopsy as view
from app.views import false_positives_autopsy_figures as numbers
from app.views import false_positives_autopsy_list as listed
from app.views import false_positives_autopsy_pictures as pictures
from data.counts import Selection
from data.rows import CAUSES, OPEN

EN, ALL = L10n("en"), Selection()
EACH = pytest.mark.parametrize("l10n", [EN, L10n("es"), L10n("pt")], ids=["en", "es", "pt"])
WHOLE = {"causes": {"recorded": list(CAUSES[:-1])}}


UNMOVED = {"own": SimpleNamespace(threshold=lambda: 0)}
"""The page whose slider nobody moved."""


@pytest.fixture(scope="module")
def pin() -> Pin:
    """100 false positives and 60 true ones in each of two months."""
    rows = _wasted(FP, accepted=60, balance=2e6)
    return months_pin({202401: rows, 202402: rows}, documents=WHOLE)


def _sheet(pin: Pin, slider: float = 0.0, selection: Selection = ALL) -> numbers.Sheet:
    return numbers.sheet(numbers.counted(pin, selection, policy=pin.policy), slider)


def test_the_sentence_says_what_never_was_a_contact_and_who_answers(pin: Pin) -> None:
    assert view.sentence(EN, _sheet(pin)) == (
        "Of 200 wasted contacts 50% never were one: 60 never worked, 40 without right-party contact. "
        "The model answers for 40%."
    )
    apart = months_pin({202401: _wasted({"no_offer": 300, **FP})}, documents=WHOLE)
    assert view.sentence(EN, _sheet(apart)).startswith(
        "300 false positives (75%) have no record of an offer and stand apart. Of 100 wasted contacts 50% never"
    )


@EACH
def test_the_table_adds_up_and_the_bars_follow_the_order_looked_for(pin: Pin, l10n: L10n) -> None:
    sheet = _sheet(pin)
    table = view.table(l10n, sheet)
    assert sum(int(row[1].text) for row in table.rows) == int(table.total[1].text) == 200
    assert [k for k in table.keys if k] == list(FP)
    drawn = pictures.causes(l10n, sheet, view.ROWS)
    assert [b.key for b in drawn.bars] == list(CAUSES[:-1])
    money = pictures.causes(l10n, sheet, view.MONEY)
    assert [b.value for b in money.bars] == [b.value * 2e6 for b in drawn.bars]
    assert {b.key: b.tone for b in drawn.bars}["refused"] == "act"
    for dark in (False, True):
        assert len(go.Figure(bars(drawn, Look(dark=dark))).data) == 1
    assert "25" in view.readings(l10n, sheet)[2].value
    assert view.headline(l10n, sheet).title.startswith(l10n.say(view.NAMES["refused"]))


def test_segments_and_months_are_drawn_at_the_threshold(pin: Pin) -> None:
    sheet = _sheet(pin)
    months = numbers.divisions(numbers.split(sheet.counted, "month"), "month", sheet)
    assert pictures.months_headline(EN, months).title == "FDR of the model: 25% in Jan 2024, 25% in Feb 2024"
    course = pictures.months(EN, months)
    assert [line.values[0] for line in course.lines] == pytest.approx([100 / 160, 40 / 160, 50 / 160])
    assert go.Figure(trend(course, Look())).data
    products = numbers.divisions(numbers.split(sheet.counted, "product"), "product", sheet)
    assert [b.label for b in pictures.segments(EN, products, sheet).bars] == ["25.0%"]
    assert pictures.segments_headline(EN, products, sheet, "product").title == "Product: the model fails alike in all"
    assert pictures.segments_headline(EN, [], sheet, "").title == "One segment is left of every dimension"
    assert not pictures.months(EN, months[:1]).lines
    assert not pictures.months(L10n("en", dated=False), months).lines


def test_the_list_and_the_file_hold_what_is_behind_a_bar(pin: Pin) -> None:
    found = numbers.listing(_sheet(pin), "not_reached")
    assert numbers.current(found, _sheet(pin)) and not numbers.current(found, _sheet(pin, 10.0))
    assert len(listed.table(EN, found).rows) == 40
    text = as_csv(listed.columns(EN), listed.file_rows(EN, found))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 41
    assert rows[1][0].startswith("···") and rows[1][1] == "202401" and float(rows[1][3]) == 2e6
    assert listed.file_name(EN, found).startswith("autopsy-not_reached-")
    assert listed.file_name(EN, None) == "autopsy.csv"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_of_a_file_is_run_as_a_formula(text: str) -> None:
    (head, cells) = csv.reader(io.StringIO(as_csv(["a", "b", "c"], [(text, -1.5, math.nan)]).removeprefix("\ufeff")))
    assert head == ["a", "b", "c"]
    assert cells == [f"'{text}", "-1.5", ""]


@EACH
def test_states_are_told_apart(pin: Pin, l10n: L10n) -> None:
    silent = months_pin({202401: _wasted({"not_recorded": 30})}, documents={"causes": {"recorded": []}})
    made = [
        _sheet(months_pin({202401: [group(9, score=math.nan)]})),
        _sheet(months_pin({202401: [group(9, label_state=OPEN)]})),
        _sheet(pin, 99.0),
        _sheet(months_pin({202401: [group(9, positives=9)]})),
        _sheet(months_pin({202401: [group(9)]})),
        _sheet(silent),
    ]
    found = [view.state(l10n, sheet) for sheet in made]
    assert len({state.title for state in found if state}) == len(made)
    assert view.state(l10n, _sheet(pin)) is None
    assert view.caution(l10n, _sheet(pin)) == ""


def test_what_the_source_cannot_tell_is_said_and_not_counted_as_nothing() -> None:
    documents = {"causes": {"recorded": ["no_offer", "part_paid"]}}
    sheet = _sheet(months_pin({202401: _wasted({"part_paid": 5, "not_recorded": 20})}, documents=documents))
    assert "Never worked" in view.caution(EN, sheet)
    assert "never were one" not in view.sentence(EN, sheet)
    assert [b.key for b in pictures.causes(EN, sheet, view.ROWS).bars] == ["no_offer", "part_paid", "not_recorded"]


def test_a_cause_that_was_clicked_on_is_listed(pin: Pin) -> None:
    with shown_page(PAGE, pin, ALL, l10n=EN, given=UNMOVED, dimension="", picked="") as shown:
        assert "Of 200 wasted contacts" in shown.html("sentence")
        shown.page.set_inputs(picked="promise_broken")
        shown.until(lambda: "Promise broken" in shown.html("behind_head"))
        shown.until(lambda: shown.html("behind").count("···") == 20)
