"""The Simulator page: its words, its states, and the slider without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest
from releases import draft, open_counts, store_with
from test_app_pages import _html, session, until
from test_monitoring_simulator import Rows, support

from app.charts.frontier import Frontier, frontier
from app.desk import Pin
from app.l10n import L10n
from app.theme import Look
from app.views import simulator as view
from data.policy_sums import Period, PolicySums, Support
from data.store import Draft
from monitoring.policy import Policy

INPUTS: dict[str, Any] = {
    "page": "simulator", "simulator-ordering": "value", "simulator-top": 20, "simulator-calls": None,
    "simulator-months": "together",
}  # fmt: skip


def with_sums(*, rows: int = 3000, said: Support | None = None, made: Draft | None = None) -> Draft:
    """A release with the sums of made rows: a newest month, and three together."""
    even, odd = Rows(rows, seed=1).half(), Rows(rows, seed=2).half()
    periods = (Period((202412,), even, odd), Period((202410, 202411, 202412), even, odd, gone=3, unranked=4))
    kept = made or draft(300)
    document = PolicySums(periods, said or support()).as_record()
    return Draft(kept.tables, {**kept.documents, "policy_sums": document})


def sheet_of(made: Draft, *, ordering: str = "value", period: str = "together", **more: Any) -> view.Sheet:
    release = store_with(made).read()
    given = {"policy": Policy(), "narrowed": False, **more}
    return view.sheet(Pin(release, open_counts(release)), ordering=ordering, period=period, **given)


@pytest.fixture(scope="module")
def page() -> view.Sheet:
    return sheet_of(with_sums())


def test_the_sentence_says_from_what_to_what_and_that_it_is_a_simulation(page: view.Sheet) -> None:
    found = view.scenario(page, 20)
    en = L10n("en")
    said = view.verdict(en, page, found)
    assert said.grade == "D"
    assert said.before == "Simulation, not an observed result."
    assert said.sentence == (
        f"If the top 20% by expected value are offered, ICV next month goes from {en.percent(found.icv_today, 2)} to "
        f"{en.percent(found.policy.icv.value, 2)} "
        f"[{en.interval(found.policy.icv.low, found.policy.icv.high, 2)}] (simulation)."
    )
    whole = " ".join([said.sentence, said.meaning, *said.more, *(c.text for c in said.conditions)]).lower()
    assert not {"reduced", "caused", "impact"} & set(whole.split())
    assert "3 rows left the book" in whole


@pytest.mark.parametrize(("language", "word"), [("es", "valor esperado"), ("pt", "valor esperado"), ("en", "uplift")])
def test_the_order_is_named_in_the_readers_language(page: view.Sheet, language: str, word: str) -> None:
    chosen = replace(page, ordering="uplift") if language == "en" else page
    assert word in view.verdict(L10n(language), chosen, view.scenario(chosen, 12.5)).sentence


def test_without_costs_the_boxes_say_so_and_no_list_is_best() -> None:
    free = sheet_of(with_sums(), policy=Policy.named({}, currency="USD"))
    shown = {b.key: b for b in view.boxes(L10n("en"), free, view.scenario(free, 20))}
    assert [shown[k].value for k in ("cost", "net")] == ["—", "—"]
    assert shown["list"].value == "400"
    assert view.best(L10n("en"), free).startswith("No list is named")


def test_the_reason_gives_the_figures_of_both_orders(page: view.Sheet) -> None:
    en, found = L10n("en"), view.scenario(page, 20)
    said = view.why(en, page, found)
    for name in ("value", "score"):
        other = page.scenario(0.2, name)
        assert en.points(other.policy.change.value, 2) in said
        assert en.percent(other.balance, 0) in said


def test_a_release_without_sums_says_what_it_takes() -> None:
    en = L10n("en")
    bare = sheet_of(draft(300))
    told = view.state(en, bare)
    assert told is not None
    assert "at least 200 rows of each" in told.body
    for carries, word in ((("balance", "days_past_due"), "whole portfolio"), (("gross",), "whole portfolio")):
        lacking = view.state(en, sheet_of(draft(300, carries=carries)))
        assert lacking is not None
        assert word in lacking.body


def test_data_without_dates_have_no_next_month() -> None:
    made = draft(300)
    meaning = {**made.documents["meaning"], "dated": False}
    told = view.state(L10n("en"), sheet_of(Draft(made.tables, {**made.documents, "meaning": meaning})))
    assert told is not None
    assert "no dates" in told.body


def test_conditions_that_fail_take_every_figure_away_and_are_named() -> None:
    weak = sheet_of(with_sums(said=support(ess_offered=12.0)))
    told = view.state(L10n("en"), weak)
    assert told is not None
    assert "12 (at least 100)" in told.body
    assert not weak.stands


def test_filters_are_said_not_to_narrow_it(page: view.Sheet) -> None:
    assert view.caution(L10n("en"), page) == ""
    assert "filters do not narrow it" in view.caution(L10n("en"), replace(page, narrowed=True))


def test_little_overlap_by_known_chances_is_said_and_by_estimated_ones_refuses() -> None:
    en = L10n("en")
    known = sheet_of(with_sums(said=support(overlap=0.41)))
    assert known.stands
    assert "Only 41% of the rows could have gone either way" in view.caution(en, known)
    guessed = sheet_of(with_sums(said=support(overlap=0.41, propensity="estimated")))
    assert not guessed.stands
    assert view.caution(en, guessed) == ""


def test_parts_of_the_list_that_nothing_is_known_of_are_named() -> None:
    """Two hundred rows over fifty bins: four in each, so that none has five with and five without."""
    few = sheet_of(with_sums(rows=100))
    told = view.state(L10n("en"), few)
    assert told is not None
    assert "from the top: 0–100%" in told.body


def test_calls_a_month_move_the_slider(page: view.Sheet) -> None:
    """Three months of 6,000 rows: 2,000 a month."""
    assert page.share_of(500) == 25.0
    assert page.share_of(1e9) == 100.0
    assert page.share_of(None) != page.share_of(None)
    assert (view.asked("35"), view.asked("nonsense"), view.asked("120")) == (35, 20, 20)
    assert view.clicked("0.424") == 42.4


@pytest.mark.parametrize("dark", [False, True])
def test_the_chart_has_a_line_for_each_order_and_a_band_for_the_chosen(page: view.Sheet, dark: bool) -> None:
    made = frontier(view.picture(L10n("en"), page, view.scenario(page, 20)), Look(dark=dark))
    drawn = go.Figure(made)
    lines = [t for t in drawn.data if t.hovertext]
    assert {t.name for t in lines} == {"expected value", "score", "uplift"}
    assert sum(t.fill == "tonexty" for t in drawn.data) == 1
    assert lines[-1].name == "expected value"
    assert len({round(t.y[0], 9) for t in lines}) == len({round(t.y[-1], 9) for t in lines}) == 1
    nothing = frontier(Frontier((), 0, 0, "", nothing="nothing"), Look())
    assert nothing["layout"]["annotations"][0]["text"] == "nothing"


def test_the_slider_moves_the_sentence_and_the_months_the_period() -> None:
    with session(store_with(with_sums(made=draft(800))), language="en", **INPUTS) as found:
        assert "top 20%" in _html(found, "simulator-said")
        assert _html(found, "simulator-boxes").count('class="box"') == 5
        until(found, lambda: found.get_output("simulator-course_chart").status == "ok")
        found.set_inputs(**{"simulator-top": 42.5})
        until(found, lambda: "top 42.5%" in _html(found, "simulator-said"))
        found.set_inputs(**{"simulator-months": "newest"})
        until(found, lambda: "Period: Dec 2024" in _html(found, "simulator-boxes"))
