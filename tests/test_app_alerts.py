"""The Alerts page: a rule tried on all history, what stands as an open alert, who has it in hand, and its states."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import made_pin
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from releases import EVERYTHING, draft, open_counts, store_with
from test_app_pages import INPUTS, _html, _served, until

from app.charts.watch import watching
from app.desk import Desk, Pin
from app.l10n import L10n
from app.pages import alerts as page
from app.selection import Filters
from app.settings import Settings
from app.shell import make_app
from app.theme import Look
from app.views import alerts as view
from app.views import alerts_board as boards
from app.views import alerts_figures as figures
from app.views import alerts_ledger as ledgers
from app.views import alerts_replay as replayed
from app.views import alerts_saving as saving
from app.views import alerts_words as words
from data import months
from data.memory_store import MemoryStore
from data.records import About, Records
from data.records.alert_terms import Deed, HandledError, Rule, RuleTakenError, RuleTerms
from data.records.saved import SEGMENT, Saved, levels_text
from data.store import Draft
from monitoring.alerts import Condition
from monitoring.policy import Policy

EN = L10n("en", "COP")
FIRST = 202401
WASTE = (0.5, 0.95, 0.95, 0.5, 0.5, 0.99, 0.99)
"""Share of wasted contacts by month; the break-even is 93.3 %."""
FDR = Condition("fdr", months=2, least=100)
FIELDS = {"alerts-measure": "fdr", "alerts-limit": "", "alerts-months": 2, "alerts-least": 100, "alerts-calm": 1,
          "alerts-within": "", "alerts-sure": False, "alerts-open": "", "alerts-by": "Ana"}  # fmt: skip
EDGES = [k / 20 for k in range(21)]


def _store(wasted: Sequence[float] = WASTE, *, each: int = 400, carries: Sequence[str] = EVERYTHING) -> MemoryStore:
    """A release with so many listed rows a month, of which these shares are wasted."""
    parts = {}
    for k, share in enumerate(wasted):
        month = months.add(FIRST, k)
        rows = made_pin.group(each, positives=each - round(share * each), score=0.5)
        rows["month"] = np.full(each, month, rows["month"].dtype)
        rows["obligation"] = rows["client"] = np.arange(each) + k * each
        parts[str(month)] = rows.astype(dict.fromkeys(rows.select_dtypes(object), pd.CategoricalDtype()))
    made = draft(300, first=FIRST, last=months.add(FIRST, len(wasted) - 1), carries=carries)
    return store_with(Draft({"rows": parts}, {**made.documents, "grid": {"edges": EDGES, "threshold": 0.35}}))


def _pin(store: MemoryStore) -> Pin:
    return Pin(store.read(), open_counts(store.read()), store)


@pytest.fixture(scope="module")
def pin() -> Pin:
    """A release in which the list wastes more than the break-even twice, the second time to the end."""
    return _pin(_store())


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Records that nobody has written to yet."""
    return Records(tmp_path / "records.db")


def _tried(pin: Pin, condition: Condition = FDR, query: str = "", **how: object) -> figures.Tried:
    return figures.tried(pin, figures.scope(pin, query, {}), condition, policy=replace(Policy(), **how))  # type: ignore[arg-type]


def _saved(records: Records, pin: Pin, name: str = "Waste", *, since: int = 0, query: str = "") -> Rule:
    terms = RuleTerms(name, "fdr", None, 2, 100, selection=query, owner="Luis")
    return records.watch(terms, About(pin.version, "alerts", query, "fired", "{}"), by="Ana", since=since)


def _board(pin: Pin, records: Records, **segments: Saved) -> boards.Board:
    return boards.board(pin, records, segments, policy=Policy())


def _segment(levels: dict[str, tuple[str, ...]], name: str) -> dict[str, Saved]:
    return {name: Saved(1, 1, SEGMENT, name, levels_text(levels), "Ana", "", "Ana", "")}


def test_a_replay_says_how_often_it_would_have_fired_and_how_many_were_real(pin: Pin) -> None:
    found = _tried(pin)
    assert [(f.month, f.ended) for f in found.replay.firings] == [(202403, 202404), (202407, 0)]
    head = replayed.headline(EN, found)
    assert head.title == "Would have fired 2 times, 1 of them real"
    assert "FDR: share of wasted contacts > the break-even FDR* (93.3%)" in head.subtitle
    rows = [[cell.text for cell in row] for row in replayed.table(EN, found).rows]  # type: ignore[union-attr]
    assert rows[0][0] == "1 · Feb 2024 – Mar 2024"
    assert rows[0][-1] == "not confirmed: 0 of the next 2 beyond"
    assert rows[1][-2:] == ["still stands", "real: whole interval beyond"]
    assert "most of the next 2 months" in replayed.meaning(EN, found)
    assert "7 of 7 months count" in replayed.honesty(EN, found)


def test_a_replay_draws_every_month_against_its_limit_and_each_alert(pin: Pin) -> None:
    picture = replayed.picture(EN, _tried(pin))
    assert [d.tone for d in picture.dots] == ["ok", "act", "act", "ok", "ok", "act", "act"]
    assert [(s.first, s.last) for s in picture.spans] == [("Mar 24", "Mar 24"), ("Jul 24", "Jul 24")]
    spec = watching(picture, Look())
    go.Figure(spec)
    assert len(spec["layout"]["shapes"]) == 2
    below = watching(replayed.picture(EN, _tried(pin, Condition("gap", months=1, least=100))), Look())
    assert below["layout"]["yaxis"]["range"][0] < 0


def test_small_months_are_passed_over_and_said(pin: Pin) -> None:
    found = _tried(pin, replace(FDR, least=401))
    assert replayed.headline(EN, found).title == "Nothing to replay: no month counts: fewer rows than asked for"
    assert replayed.skipped(EN, found) == "0 of 7 months count (7 fewer rows than asked for)."


def test_without_costs_there_is_no_break_even_but_a_limit_of_ones_own_holds(pin: Pin) -> None:
    found = _tried(pin, cost_per_contact=math.nan)
    assert replayed.headline(EN, found).title.startswith("Nothing to replay: no costs are set")
    own = _tried(pin, replace(FDR, limit=0.9), cost_per_contact=math.nan)
    assert len(own.replay.firings) == 2


def test_one_month_can_raise_nothing_that_asks_for_two() -> None:
    alone = _pin(_store((0.99,)))
    assert replayed.headline(EN, _tried(alone)).title == "Would not have fired in the 1 month that counts"
    assert len(_tried(alone, replace(FDR, months=1)).replay.firings) == 1


def test_what_the_data_do_not_carry_is_not_offered_and_said_of_a_saved_rule() -> None:
    bare = _pin(_store((0.5, 0.5), carries=("clients",)))
    assert {"icv", "lost_worked"} & set(words.choices(EN, bare)) == set()
    assert words.problem(EN, _tried(bare, Condition("icv"))) == "the data do not carry what it watches"


@pytest.mark.parametrize("measure", [*words.MEASURES])
def test_every_measure_is_replayed_and_named(pin: Pin, measure: str) -> None:
    found = _tried(pin, Condition(measure, least=1), icv_appetite=0.5)
    assert replayed.headline(EN, found).title
    assert words.OWN[measure] in words.unit(EN, measure)
    assert len(found.replay.months) == (7 if measure != "psi" else 4)


def test_a_segment_that_is_gone_and_a_level_that_is_gone_are_said(pin: Pin) -> None:
    gone = figures.scope(pin, "pinned=Old", {})
    assert words.problem(EN, figures.tried(pin, gone, FDR, policy=Policy())) == (
        "its segment Old is not pinned any more"
    )
    lost = figures.scope(pin, "pinned=Fax", _segment({"channel": ("app", "fax")}, "Fax"))
    assert words.problem(EN, figures.tried(pin, lost, FDR, policy=Policy())) == (
        "of its segment Fax this release lacks: Channel: Fax"
    )
    assert words.problem(EN, _tried(pin, query="channel=fax")) == "this release lacks what it filters by"


def test_a_rule_looks_at_a_segment_by_its_name_over_all_months(pin: Pin) -> None:
    assert figures.query_of(Filters(first=202402, where={"channel": ("app",)}), "") == "channel=app"
    assert figures.query_of(Filters(where={"channel": ("app",)}), "Web") == "pinned=Web"
    scope = figures.scope(pin, "pinned=App", _segment({"channel": ("app",)}, "App"))
    assert scope.selection is not None
    assert (scope.selection.where, scope.selection.months) == ({"channel": ("app",)}, (202401, 202407))


def test_what_was_over_when_a_rule_was_saved_is_history_and_no_alert(pin: Pin, records: Records) -> None:
    _saved(records, pin, since=202407)
    assert [(a.month, a.status) for a in _board(pin, records).alerts] == [(202407, "open")]


def test_what_was_over_only_after_a_rule_was_saved_is_an_alert_that_nobody_handled(pin: Pin, records: Records) -> None:
    _saved(records, pin, since=202403)
    found = _board(pin, records)
    assert [a.month for a in found.of("open")] == [202407, 202403]
    assert view.lead(EN, found) == "2 alerts are open: Waste since Jul 2024."
    assert view.level(found) == "act"


def test_an_alert_goes_from_hand_to_hand_and_sleeps_until_its_month(pin: Pin, records: Records) -> None:
    rule = _saved(records, pin, since=202407)
    steps = [(Deed("acknowledge", "Eva"), "acknowledged"), (Deed("snooze", "Eva", "t", 202409), "snoozed"),
             (Deed("snooze", "Eva", "t", 202408), "snoozed"), (Deed("close_real", "Eva", "x"), "closed")]  # fmt: skip
    for seen, (deed, status) in enumerate(steps):
        done = records.handle(rule.id, 202407, deed, by="Eva", release="r", seen=seen)
        (alert,) = _board(pin, records).alerts
        assert (alert.status, alert.seen, view.owner(alert)) == (status, seen + 1, "Eva")
    assert boards.status(replace(done, status="snoozed", until=202408), as_of=202408) == "open"
    assert boards.status(replace(done, status="snoozed", until=202408), as_of=202407) == "snoozed"
    said = [r.head.partition(" · ")[0] for r in view.history(EN, records.log(done.subject))]
    assert said == ["Eva closed it as real", "Eva let it sleep", "Eva let it sleep", "Eva acknowledged it"]
    assert boards.said_by_people(_board(pin, records), rule) == (1, 0)


def test_an_alert_that_no_longer_fires_stays_where_somebody_handled_it(pin: Pin, records: Records) -> None:
    rule = _saved(records, pin, since=202407)
    records.handle(rule.id, 202402, Deed("acknowledge", "Eva"), by="Eva", release="r")
    kept = next(a for a in _board(pin, records).alerts if a.month == 202402)
    assert kept.firing is None
    assert "no longer fires in this release" in [f.text for f in view.facts(EN, kept)]


def test_a_rule_at_rest_raises_nothing_and_keeps_its_record(pin: Pin, records: Records) -> None:
    rule = _saved(records, pin)
    records.switch(rule.id, "off", by="Ana", seen=rule.version)
    found = _board(pin, records)
    assert found.alerts == ()
    assert ledgers.table(EN, found).rows[0][0].text == "Waste · at rest"  # type: ignore[union-attr]


def test_the_ledger_tells_the_precision_of_each_rule(pin: Pin, records: Records) -> None:
    _saved(records, pin)
    _saved(records, pin, "Lost", query="pinned=Old")
    lost, waste = ([cell.text for cell in row] for row in ledgers.table(EN, _board(pin, records)).rows)  # type: ignore[union-attr]
    assert waste[2:6] == ["2", "1", "1", "0"]
    assert waste[6].startswith("50% [")
    assert lost[2] == "its segment Old is not pinned any more"
    assert "1 rule cannot be judged: Lost" in view.lead(EN, _board(pin, records))


def test_no_rule_yet_says_what_to_do(pin: Pin, records: Records) -> None:
    nothing = _board(pin, records)
    assert view.lead(EN, nothing).startswith("no rule watches yet")
    assert (view.alerts_table(EN, nothing), ledgers.table(EN, nothing)) == (None, None)
    assert boards.chosen(nothing, "") is None


@pytest.mark.parametrize(
    ("measure", "typed", "limit"), [("fdr", "90", 0.9), ("gap", "5", -0.05), ("auc", "0,65", 0.65)]
)
def test_a_limit_is_typed_in_its_unit(measure: str, typed: str, limit: float) -> None:
    asked = words.condition_of(measure, {"limit": typed, "months": 2, "least": None, "calm": 0}, sure=False)
    assert asked.limit == pytest.approx(limit)
    assert (asked.months, asked.least, asked.calm) == (2, 1, 1)
    assert float(words.typed_of(measure, asked.limit).replace(",", ".")) == pytest.approx(
        float(typed.replace(",", "."))
    )
    assert math.isnan(words.condition_of(measure, {"limit": "?"}, sure=False).limit)


def test_a_loaded_rule_looks_where_it_was_saved(pin: Pin, records: Records) -> None:
    places = [saving.place_of(_saved(records, pin, q or "-", query=q)) for q in ("pinned=Web", "channel=app", "")]
    assert places == ["Web", saving.AS_SAVED, saving.AS_SAVED]
    assert saving.place_of(None) == ""


def test_who_comes_second_reads_who_came_first(pin: Pin, records: Records) -> None:
    rule = _saved(records, pin)
    done = records.handle(rule.id, 202407, Deed("acknowledge", "Eva"), by="Eva", release="r")
    assert view.refused(EN, HandledError(done)).startswith("Changed meanwhile by Eva")
    assert view.refused(EN, RuleTakenError(rule)).startswith("Ana saved “Waste” on")


def test_a_rule_is_tried_once_however_often_the_page_is_read(pin: Pin) -> None:
    trials, scope = boards.Trials(pin, Policy()), figures.scope(pin, "", {})
    assert trials.of(scope, FDR) is trials.of(scope, replace(FDR))
    assert trials.of(scope, FDR) is not trials.of(scope, replace(FDR, months=1))


def _session(store: MemoryStore, records: str, **inputs: object) -> Iterator[Any]:
    desk = Desk(store, open_counts)
    desk.open(store.version())
    settings = replace(Settings(), poll_seconds=60, store=Path("var/store"), language="en", records=records)
    return _served(make_app(desk, settings), {**INPUTS, "f_pinned": "", "page": page.PAGE.name, **FIELDS, **inputs})


def test_undated_rows_and_records_that_cannot_be_read_are_designed_states(tmp_path: Path) -> None:
    made = draft(300)
    undated = replace(made, documents={**made.documents, "meaning": {**made.documents["meaning"], "dated": False}})
    for found in _session(store_with(undated), f"sqlite:///{tmp_path}/records.db"):
        assert "No month follows another in these data" in _html(found, "alerts-state")
    (tmp_path / "none.db").write_text("this is no database " * 100)
    for found in _session(store_with(draft(300)), f"sqlite:///{tmp_path}/none.db"):
        assert "The rules and alerts cannot be read" in _html(found, "alerts-state")


def test_a_rule_is_replayed_saved_with_an_owner_and_its_alert_acknowledged(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/records.db"
    for found in _session(_store(), address):
        assert "no rule watches yet" in _html(found, "alerts-said")
        found.set_inputs(**{"alerts-replay": 1})
        until(found, lambda: "Would have fired 2 times, 1 of them real" in _html(found, "alerts-replay_head"))  # noqa: B023
        found.set_inputs(**{"alerts-saved": {"do": "save:0:0", "name": "Waste", "owner": "Luis"}})
        until(found, lambda: "rule “Waste”, owner Luis" in _html(found, "alerts-told_saving"))  # noqa: B023
        until(found, lambda: "1 alert is open: Waste since Jul 2024" in _html(found, "alerts-said"))  # noqa: B023
        (rule,) = Records(address).rules()
        assert (rule.owner, rule.changed_by, rule.since) == ("Luis", "Ana", 202407)
        act = {"do": f"acknowledge:{rule.id}:202407:0", "owner": "Luis", "comment": "looking"}
        found.set_inputs(**{"alerts-acted": act})
        until(found, lambda: "no alert is open" in _html(found, "alerts-said"))  # noqa: B023
        found.set_inputs(**{"alerts-acted": act})
        until(found, lambda: "Changed meanwhile by Ana" in _html(found, "alerts-told_acting"))  # noqa: B023
        assert [line.action for line in Records(address).log()] == ["watch", "acknowledge"]
