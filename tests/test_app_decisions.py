"""The Decisions page: what is frozen, what became of it, who says so; and the forms without a browser."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from releases import draft, open_counts, store_with
from shiny import reactive
from test_app_pages import _html, session, until

from app.desk import Desk, Pin
from app.frozen import Frozen, freeze
from app.l10n import L10n
from app.office import UNREACHED, Reader, reader_of, watch_records
from app.selection import Filters, to_selection
from app.settings import Settings
from app.views import decisions as view
from app.views import decisions_figures as figures
from app.views import decisions_forms as asking
from app.views import decisions_words as words
from app.views.kpi import Kpi
from app.views.kpi_pages import figures_of
from data.counts import Selection
from data.records import Conflict, Decision, Records, RecordsError, Terms
from data.records.decisions import KINDS, STATUSES, STEPS, Problem, UnfitError
from data.store import Draft
from monitoring.estimate import Estimate
from monitoring.intervals import difference

EN = L10n("en")
TODAY = "2026-11-21"
SENT = {"do": "new", "title": "Recalibrate", "text": "", "kind": "recalibrate", "owner": "Ana", "due": "2026-12-01"}


@pytest.fixture(scope="module")
def pin() -> Pin:
    """A release of twelve months, all of them matured."""
    found = Desk(store_with(draft(3000)), open_counts)
    made = found.open(found.store.version())
    assert isinstance(made, Pin)
    return made


def _selection(pin: Pin, filters: Filters) -> Selection:
    return to_selection(filters, months=pin.counts.months, edges=pin.counts.edges)


def _frozen(pin: Pin, filters: Filters, page: str = "pulse") -> Frozen:
    selection = _selection(pin, filters)
    found = figures_of(pin, selection, page=figures.asked_page(page), policy=pin.policy)
    return freeze(pin, selection, query=figures.query(filters, page), pages={page: found}, policy=pin.policy)


def _decision(frozen: Frozen, figure: str, page: str = "pulse", **other: Any) -> Decision:
    known = Decision(
        1, 1, "open", "Recalibrate", "", "recalibrate", "Ana", "2026-12-01", "r", page, frozen.said["selection"],
        figure, frozen.hash, "Ana", "2026-11-20T10:00:00+00:00", "Ana", "2026-11-20T10:00:00+00:00",
    )  # fmt: skip
    return replace(known, **other)


# Frozen evidence


def test_the_same_view_of_the_same_release_has_the_same_hash_and_another_has_another(pin: Pin) -> None:
    first = _frozen(pin, Filters(last=202406))
    assert first == _frozen(pin, Filters(last=202406))
    others = [_frozen(pin, Filters(last=202407)), _frozen(pin, Filters(last=202406), "backtest")]
    assert len({first.hash, *(other.hash for other in others)}) == 3
    stricter = freeze(pin, _selection(pin, Filters()), query="", pages={}, policy=replace(pin.policy, overdue_dpd=60))
    usual = freeze(pin, _selection(pin, Filters()), query="", pages={}, policy=pin.policy)
    assert stricter.hash != usual.hash


def test_frozen_figures_come_back_to_the_last_digit_and_what_was_unknown_as_nan(pin: Pin) -> None:
    found = [Kpi("auc", 0.1 + 0.2, 202406, 1 / 3, 2 / 3, 1e15), Kpi("cash", reason="no_payments")]
    frozen = freeze(pin, Selection(), query="", pages={"pulse": found}, policy=pin.policy)
    first, second = frozen.figures("pulse")
    assert (first.value, first.low, first.high, first.n) == (0.1 + 0.2, 1 / 3, 2 / 3, 1e15)
    assert math.isnan(second.value)
    assert second.reason == "no_payments"
    assert frozen.figures("backtest") == []
    assert json.loads(frozen.content)["release"] == pin.version


# Then and since


def test_a_figure_is_compared_with_the_matured_months_after_it_was_frozen(pin: Pin) -> None:
    frozen = _frozen(pin, Filters(last=202406, where={"product": ("tarjeta",)}))
    found = figures.since(_decision(frozen, "acceptance"), frozen, pin, policy=pin.policy)
    assert (found.then.month, found.now.month if found.now else 0) == (202406, 202412)
    later = Selection(months=(202407, 202412), where={"product": ("tarjeta",)})
    (now,) = [k for k in figures_of(pin, later, page="pulse", policy=pin.policy) if k.key == "acceptance"]
    assert found.change.value == pytest.approx(now.value - found.then.value)
    assert found.change.low < found.change.value < found.change.high


def test_a_census_is_compared_without_an_interval(pin: Pin) -> None:
    frozen = _frozen(pin, Filters(last=202406))
    found = figures.since(_decision(frozen, "icv30"), frozen, pin, policy=pin.policy)
    assert math.isfinite(found.change.value)
    assert math.isnan(found.change.low)


def test_nothing_is_compared_before_a_later_month_has_matured(pin: Pin) -> None:
    frozen = _frozen(pin, Filters())
    assert figures.since(_decision(frozen, "acceptance"), frozen, pin, policy=pin.policy).reason == "no_later_month"
    desk = Desk(store_with(draft(3000, open_months=(202411, 202412))), open_counts)
    open_ = desk.open(desk.store.version())
    assert isinstance(open_, Pin)
    early = _frozen(open_, Filters(last=202410))
    found = figures.since(_decision(early, "acceptance"), early, open_, policy=pin.policy)
    assert (found.now, found.reason) == (None, "no_later_month")


def test_a_release_without_what_was_selected_says_so(pin: Pin) -> None:
    frozen = _frozen(pin, Filters(last=202406))
    gone = _decision(frozen, "icv30", selection="page=pulse&product=bitcoin")
    assert figures.since(gone, frozen, pin, policy=pin.policy).reason == "other_selection"
    assert figures.since(gone, None, pin, policy=pin.policy).reason == "no_evidence"


def test_the_interval_of_a_difference_follows_from_both() -> None:
    now, then = Estimate(0.5, 0.4, 0.6, 100), Estimate(0.3, 0.0, 0.4, 50)
    found = difference(now, then)
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.2 - math.hypot(0.1, 0.1))
    assert found.high == pytest.approx(0.2 + math.hypot(0.1, 0.3))
    back = difference(then, now)
    assert (back.low, back.high) == (pytest.approx(-found.high), pytest.approx(-found.low))


# Words


def test_everything_that_can_be_frozen_or_done_has_words(pin: Pin) -> None:
    keys = {
        k.key.partition(":")[0] for p in words.PAGES for k in figures_of(pin, Selection(), page=p, policy=pin.policy)
    }
    assert keys - set(words.FIGURES) == set()
    assert (set(words.KINDS), set(words.STATUSES)) == (set(KINDS), set(STATUSES))
    assert set(words.BUTTONS) == {action for steps in STEPS.values() for action in steps}
    assert set(words.ACTIONS) == {"open", "edit", "comment", *words.BUTTONS}


def test_what_is_overdue_comes_first_and_is_said(pin: Pin) -> None:
    frozen = _frozen(pin, Filters())
    due = ["", "2027-01-01", "2026-11-12"]
    known = figures.Book([_decision(frozen, "icv30", id=n, due=d) for n, d in enumerate(due, 1)], {frozen.hash: frozen})
    assert [d.id for d in known.standing("open")] == [3, 2, 1]
    assert view.lead(EN, known, today=TODAY) == "3 decisions are open. 1 is overdue, since 12 Nov 2026."
    lines = view.table(EN, known.standing("open"), figures.every(known, pin, policy=pin.policy), today=TODAY)
    assert lines is not None
    assert [(row[3].text, row[3].tone) for row in lines.rows[:2]] == [
        ("12 Nov 2026 · overdue", "bad"),
        ("1 Jan 2027", ""),
    ]
    assert figures.chosen("", known).id == 3  # type: ignore[union-attr]
    assert figures.chosen("2", known).id == 2  # type: ignore[union-attr]


def test_an_effect_carries_its_grade_and_no_difference() -> None:
    then, now = Kpi("effect:model-none", -0.01, 202406, grade="A"), Kpi("effect:model-none", -0.02, 202412, grade="A")
    found = figures._compared(then, now)
    assert math.isnan(found.change.value)
    assert words.stated(EN, now) == "−2.00\u00a0pp (Dec 2024) · Grade A"
    assert figures._compared(then, replace(now, grade="B")).reason == "other_grade"


def test_a_conflict_shows_where_the_two_differ() -> None:
    theirs, yours = Terms("A", owner="Luis", due="2026-12-01"), Terms("A", owner="Ana", due="")
    lines = asking.both(EN, theirs, yours)
    assert lines is not None
    assert [[cell.text for cell in row] for row in lines.rows] == [["Owner", "Luis", "Ana"], ["Due", "1 Dec 2026", "—"]]
    assert asking.both(EN, theirs, theirs) is None


def test_a_refusal_names_the_field_in_words() -> None:
    error = UnfitError([Problem("by", "missing"), Problem("title", "long")])
    assert asking.refused(EN, error) == "Your name is missing. Decision is longer than 200 characters."
    assert asking.refused(L10n("es"), error).startswith("Falta: Su nombre")


# Who


def test_only_the_header_of_the_settings_is_believed() -> None:
    headers = {"x-user": "Ana", "remote-user": "Eva"}
    assert reader_of(headers, "") == Reader()
    assert reader_of(headers, "x-user") == Reader("x-user", "Ana")
    assert reader_of({"x-user": "Mar\u00c3\u00ada"}, "x-user").name == "María"
    assert "may type any name" in view.names_note(EN, Reader())
    assert "gave no name" in view.names_note(EN, reader_of({}, "x-user"))
    assert view.names_note(EN, reader_of(headers, "x-user")) == ""


def test_the_settings_say_where_records_are_kept() -> None:
    usual = Settings.from_environment({"CARTERA_STORE": "/bank/store"})
    assert (str(usual.records_place), usual.user_header) == ("/bank/store/records.db", "")
    given = Settings.from_environment({"CARTERA_RECORDS": "postgresql://u@h/d", "CARTERA_USER_HEADER": "X-User"})
    assert (given.records_place, given.user_header) == ("postgresql://u@h/d", "X-User")


def test_a_database_that_does_not_answer_is_left_alone_for_a_while() -> None:
    asked = []

    class Gone(Records):
        def head(self) -> int:
            asked.append(1)
            raise RecordsError("gone")

    with reactive.isolate():
        news = watch_records(Gone("sqlite:///x"), 60)
        assert [news(), news()] == [UNREACHED, UNREACHED]
    assert len(asked) == 1


# The page


@pytest.fixture(scope="module")
def made() -> Draft:
    """A release."""
    return draft(800)


@pytest.fixture
def desk(made: Draft) -> Iterator[Any]:
    """The page of a reader called Ana."""
    with session(store_with(made), page="decisions", **{"decisions-page": "pulse", "decisions-open": ""}) as found:
        found.set_inputs(**{"decisions-by": "Ana"})
        _html(found, "decisions-said")
        yield found


def _send(found: Any, **sent: str) -> None:
    found.set_inputs(**{"decisions-sent": sent})


def test_without_decisions_the_page_says_how_to_open_one(desk: Any) -> None:
    assert "No decision is open" in _html(desk, "decisions-open_head")
    assert "Names are not verified" in _html(desk, "decisions-name")
    assert "Freezes release 000001" in _html(desk, "decisions-new_head")
    assert desk.get_output("decisions-detail").status == "silent"


def test_a_decision_is_opened_approved_and_stands_in_the_log(desk: Any) -> None:
    _send(desk, **SENT, figure="icv30")
    until(desk, lambda: "Recalibrate" in str(desk.get_output("decisions-pending").value))
    assert "no later month has matured yet" in _html(desk, "decisions-pending")
    desk.set_inputs(**{"decisions-by": "Luis"})
    _send(desk, do="approve:1:1", comment="")
    until(desk, lambda: "Comment is missing" in str(desk.get_output("decisions-told_saying").value))
    _send(desk, do="approve:1:1", comment="Agreed")
    until(desk, lambda: "Luis approved it last" in str(desk.get_output("decisions-log_head").value))
    assert _html(desk, "decisions-log_table").count("<tr>") == 3
    assert "Agreed" in _html(desk, "decisions-detail")
    assert "1 decision taken" in _html(desk, "decisions-decided_head")
    desk.set_inputs(**{"decisions-verify": 1})
    until(desk, lambda: "Every line follows" in str(desk.get_output("decisions-checked").value))


def test_the_second_editor_is_shown_both_and_saves_again(desk: Any) -> None:
    _send(desk, **SENT, figure="icv30")
    until(desk, lambda: "Recalibrate" in str(desk.get_output("decisions-pending").value))
    desk.set_inputs(**{"decisions-edit": "1"})
    until(desk, lambda: "edit:1:1" in str(desk.get_output("decisions-editing").value))
    _send(desk, **{**SENT, "do": "edit:1:1", "owner": "Luis"})
    until(desk, lambda: "Luis" in str(desk.get_output("decisions-pending").value))
    _send(desk, **{**SENT, "do": "edit:1:1", "owner": "Eva"})
    until(desk, lambda: "Changed meanwhile by Ana" in str(desk.get_output("decisions-told_saying").value))
    form = _html(desk, "decisions-editing")
    assert "edit:1:2" in form
    assert 'value="Eva"' in form
    _send(desk, **{**SENT, "do": "edit:1:2", "owner": "Eva"})
    until(desk, lambda: "Eva" in str(desk.get_output("decisions-pending").value))


def test_what_a_browser_makes_up_is_not_done(desk: Any) -> None:
    for order in ("approve:1", "approve:x:1", "", "new:"):
        _send(desk, do=order, comment="x")
    _send(desk, do="approve:99:1", comment="x")
    until(desk, lambda: "There is no decision 99" in str(desk.get_output("decisions-told_saying").value))
    _send(desk, do="drop:1:1", comment="x")
    assert "No decision is open" in _html(desk, "decisions-open_head")


def test_a_conflict_of_a_status_is_said_with_who_and_when() -> None:
    theirs = _decision(Frozen('{"selection":""}'), "icv30", changed_by="Luis")
    assert asking.refused(EN, Conflict(theirs)).startswith("Changed meanwhile by Luis, 20 Nov 2026, 10:00 UTC.")
