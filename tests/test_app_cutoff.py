"""The section Cut-off and capacity: what the dial says, its designed states, and what came of a saved proposal."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from made_pin import EVERY, group, pin
from releases import EVERYTHING, draft, open_counts, store_with
from test_app_pages import _html, session, until

from app.charts.limit_gauge import limit_gauge
from app.charts.net_value import NetValue, net_value
from app.desk import Pin
from app.l10n import L10n
from app.selection import Filters
from app.theme import Look
from app.views import cutoff as view
from app.views import cutoff_figures as numbers
from app.views import cutoff_followed as followed
from app.views import cutoff_proposals as proposals
from app.views import cutoff_settings as settings
from app.views import cutoff_tables as tables
from data.counts import Selection
from data.records import Records, TakenError
from monitoring.policy import Policy

SAID = L10n("en")
RULE = Policy(cost_per_contact=8_000, value_per_success=50_000, concession=10_000)
INPUTS: dict[str, Any] = {
    "page": "false_positives", "false_positives-part": "cutoff", "false_positives-cutoff-threshold": 35.0,
    "false_positives-cutoff-calls": None, "false_positives-cutoff-agents": None, "false_positives-cutoff-lock": "",
    "false_positives-cutoff-dimension": "", "false_positives-threshold": 35.0, "false_positives-dimension": "",
    "false_positives-cutoff-by": "Ana",
}  # fmt: skip


def _made() -> Pin:
    """Ten rows at each of 0.125, 0.325, 0.525 and 0.925: 1, 2, 6 and 9 of them positive."""
    return pin(*(group(10, score=s, positives=k) for s, k in ((0.125, 1), (0.325, 2), (0.525, 6), (0.925, 9))))


def _cut(
    made: Pin, *, threshold: float = 0.5, calls: float = math.nan, lock: int = 0, rule: Policy = RULE
) -> numbers.Cut:
    return numbers.cut(numbers.counted(made, EVERY, policy=rule, lock=lock), threshold, calls)


def _curve(cut: numbers.Cut) -> NetValue:
    return view.curve(SAID, cut, view.line(SAID, cut.counted))


def test_the_price_of_an_agent_day_is_said_in_words() -> None:
    said = view.lead(SAID, _cut(_made(), calls=25))
    assert said == (
        "The capacity reaches 20 calls a month, from a score of 35% on, worth COP\xa0420,000: one more agent-day is "
        "worth COP\xa0300,000 (COP\xa05,000 a call)."
    )
    assert "one more agent-day is worth nothing" in view.lead(SAID, _cut(_made(), calls=1e6))
    assert "There is no call to make" in view.lead(SAID, _cut(_made(), calls=0))
    dear = Policy(cost_per_contact=60_000, value_per_success=50_000)
    assert view.lead(SAID, _cut(_made(), rule=dear)) == "No list pays for its calls: the best is to call nobody."


def test_the_boxes_hold_list_waste_cash_and_net_value_of_the_dial() -> None:
    found = {box.key: box for box in view.boxes(SAID, _cut(_made(), calls=10))}
    assert found["list"].value == "20" and found["list"].level == "act"  # above the capacity of 10
    assert found["fdr"].value == "25.0%"
    assert found["net"].value == "COP\xa0420,000"  # 10 · 13,000 + 10 · 29,000
    assert "COP\xa0440,000 of COP\xa0420,000" in found["net"].n  # 15 · 40,000 - 20 · 8,000
    assert found["icv"].value == "—"
    assert found["cash"].value == "COP\xa014.5\xa0M"  # 14.5 successes expected of a million each


def test_under_a_capacity_the_break_even_pays_for_the_call_that_is_taken_away_too() -> None:
    # 1 - (8,000 + 13,000) / 40,000: below it one of ten calls at 0.925 is wasted
    cut = _cut(_made(), threshold=0.9, calls=10)
    assert cut.fdr_limit == pytest.approx(0.475, abs=1e-6)
    assert view.gauge_headline(SAID, cut).title == "Wasted calls are below the break-even"
    assert "break-even 47.5%" in limit_gauge(view.gauge(SAID, cut))


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"cost_per_contact": math.nan}, "is not set"),
        ({"cost_per_contact": -1}, "below zero"),
        ({"concession": 50_000, "value_per_success": 50_000}, "leaves nothing"),
    ],
)
def test_without_costs_that_can_be_weighed_the_list_is_shown_without_money(policy: dict, words: str) -> None:
    cut = _cut(_made(), rule=Policy(**policy), calls=10)
    assert words in view.caution(SAID, cut.counted)
    assert view.lead(SAID, cut) == "20 calls a month from a score of 50% on."
    assert {b.key: b.value for b in view.boxes(SAID, cut)}["net"] == "—"
    assert view.curve_headline(SAID, cut).title == "Net value needs costs"
    assert net_value(_curve(cut), Look())["layout"]["annotations"][0]["text"] == "Net value needs costs"
    assert tables.segments_table(SAID, numbers.segments(cut.counted, 10, "product"), cut, "product") is None


def test_a_selection_that_nobody_can_be_called_in_says_why() -> None:
    counted = numbers.counted(pin(group(10, score=math.nan)), EVERY, policy=RULE, lock=0)
    found = view.state(SAID, counted)
    assert found is not None and found.title == "No row of this selection can be called"


def test_who_had_an_option_in_the_last_months_is_locked_out_and_goes_out_of_the_list() -> None:
    made = pin(
        group(10, score=0.525, positives=6, option_age="(none)"),
        group(10, score=0.525, option_age="3"),
        group(10, score=0.525, option_age="4"),
    )
    cut = _cut(made, threshold=0.3, lock=3)
    assert (cut.counted.scored, cut.counted.locked) == (20, 10)
    found = numbers.swap(cut)
    assert (found.both.rows, found.into.rows, found.out.rows, found.neither.rows) == (20, 0, 10, 0)
    assert _cut(made, lock=0).counted.locked == 0
    parts = numbers.segments(cut.counted, math.nan, "product")
    assert parts is None or sum(c.listed for c in parts.cuts) <= 20


def test_data_that_do_not_say_who_is_under_an_option_lock_nobody_out_and_say_so() -> None:
    counted = _cut(_made(), lock=3).counted
    assert counted.locked == 0
    assert "nobody is locked out" in view.caution(SAID, counted)


def test_the_curve_is_a_figure_that_plotly_takes() -> None:
    go.Figure(net_value(_curve(_cut(_made(), calls=10)), Look(dark=True)))


@pytest.mark.parametrize(
    ("calls", "agents", "expected"), [(500, 3, 500), (None, 3, 3 * 60 * 22), (None, None, math.nan), (-5, None, 0)]
)
def test_calls_are_those_asked_for_or_those_that_the_agents_make(
    calls: float | None, agents: float | None, expected: float
) -> None:
    assert numbers.calls_of(calls, agents, RULE) == pytest.approx(expected, nan_ok=True)


def test_a_proposal_says_under_a_newer_release_what_came_of_it_in_matured_months_only(tmp_path: Path) -> None:
    releases = [
        store_with(d).read() for d in (draft(2_000, last=202406), draft(4_000, last=202410, open_months=(202410,)))
    ]
    first, second = (Pin(release, open_counts(release)) for release in releases)
    records = Records(tmp_path / "records.db")
    whole = Selection(months=(202401, 202406))
    cut = numbers.cut(numbers.counted(first, whole, policy=RULE, lock=0), 0.35, 100)
    kept = records.propose(*proposals.written(cut, Filters(), "From 35 %"), by="Ana")
    (line,) = proposals.lines(records, first, policy=RULE)
    assert line.came.reason == "no_later_month"
    assert line.expected["fdr"].value == pytest.approx(cut.errors.fdr.value)
    (line,) = proposals.lines(records, second, policy=RULE)
    assert (line.came.months[0], line.came.months[-1]) == (202407, 202409)
    later = second.counts.histogram(Selection(months=(202407, 202409)), measures=("n",))
    code = cut.code
    wrong, right = (float(later["n"][code:, k].sum()) for k in (0, 1))
    assert line.came.fdr.value == pytest.approx(wrong / (wrong + right))
    assert line.came.listed == pytest.approx(later["n"][code:].sum() / 3)
    table = proposals.table(SAID, [line])
    assert table is not None and table.rows[0][0].text == "From 35 %"
    with pytest.raises(TakenError) as told:
        records.propose(*proposals.written(cut, Filters(), "From 35 %"), by="Luis")
    assert "Ana saved “From 35 %” from 35% on" in proposals.told(SAID, told.value)
    assert told.value.theirs == kept


def test_the_cut_offs_of_a_proposals_segments_are_each_followed_up(tmp_path: Path) -> None:
    releases = [store_with(d).read() for d in (draft(2_000, last=202406), draft(4_000, last=202409))]
    first, second = (Pin(release, open_counts(release)) for release in releases)
    counted = numbers.counted(first, Selection(months=(202401, 202406)), policy=RULE, lock=0)
    cut, parts = numbers.cut(counted, 0.35, math.nan), numbers.segments(counted, math.nan, "channel")
    records = Records(tmp_path / "records.db")
    assert parts is not None
    records.propose(*proposals.written(cut, Filters(), "By channel", parts=parts, dimension="channel"), by="Ana")
    (line,) = proposals.lines(records, second, policy=RULE)
    assert [f.name for f in line.came.segments] == [c.name for c in parts.cuts]
    later = second.counts.histogram(Selection(months=(202407, 202409)), by=("channel",), measures=("n",))
    for found, one in zip(line.came.segments, parts.cuts, strict=True):
        bins = later.at(channel=found.name)["n"][one.code :].sum(0)
        assert found.listed == pytest.approx(bins.sum() / 3)
        assert found.fdr == pytest.approx(bins[0] / (bins[0] + bins[1]), nan_ok=True)
        assert found.realised == pytest.approx((40_000 * bins[1] - 8_000 * (bins[0] + bins[1])) / 3)
        assert line.expected[f"calls:{one.name}"].value == pytest.approx(one.listed / 6)
    ((title, table),) = proposals.followed(SAID, [line])
    assert title == "By channel" and len(table.rows) == len(parts.cuts)


def test_segments_of_a_proposal_that_a_release_has_not_are_said_to_be_gone(tmp_path: Path) -> None:
    first = Pin(release := store_with(draft(2_000, last=202406)).read(), open_counts(release))
    counted = numbers.counted(first, Selection(months=(202401, 202406)), policy=RULE, lock=0)
    parts = numbers.segments(counted, math.nan, "channel")
    assert parts is not None
    records = Records(tmp_path / "records.db")
    gone = replace(parts, cuts=(*parts.cuts, replace(parts.cuts[0], name="branch")))
    terms = proposals.written(numbers.cut(counted, 0.35, math.nan), Filters(), "X", parts=gone, dimension="channel")
    kept = records.propose(*terms, by="Ana")
    found = {f.name: f for f in followed.followed(kept, counted)}
    assert found["branch"].gone and not found[parts.cuts[0].name].gone
    shown = followed.table(SAID, kept, tuple(found.values()), {})
    assert "not in this release" in [row[3].text for row in shown.rows]


def test_the_lock_out_is_the_banks_own_until_another_is_chosen() -> None:
    rule = Policy(option_lockout_months=4)
    assert [numbers.lock_of(text, rule) for text in ("", "3", "0", "99", "x")] == [4, 3, 0, 4, 4]
    assert settings.locks(SAID, rule)[""] == "as set: the last 4 months"


@pytest.mark.parametrize("limit", ["contacts_per_day", "channels_per_week", "options_most"])
def test_limits_that_allow_no_contact_or_no_option_leave_no_call(limit: str) -> None:
    rule = replace(RULE, **{limit: 0})  # type: ignore[arg-type]
    assert numbers.calls_of(500, None, rule) == 0
    assert numbers.calls_of(None, None, rule) == 0
    assert "leave no call" in settings.limits(SAID, rule)
    assert "would allow 22 calls, each with at most 3 options" in settings.limits(SAID, RULE)


def test_every_setting_in_force_is_shown_with_its_value() -> None:
    rule = replace(RULE, capacity=12_000, option_lockout_months=4, contact_hours="8-18", contact_hours_saturday="")
    said = " ".join(fact.text for fact in settings.settings(SAID, rule))
    for text in (
        "8,000",
        "50,000",
        "10,000",
        "12,000",
        "60 calls a day, 22 days",
        "4 months after",
        "8-18",
        "Law 2300",
    ):
        assert text in said
    assert "no limit is set" in " ".join(fact.text for fact in settings.settings(SAID, RULE))


def test_the_list_is_held_against_as_many_calls_by_the_banks_own_score_in_money() -> None:
    made = pin(
        group(10, score=0.925, positives=9, bank_score=0.9), group(10, score=0.825, positives=8, bank_score=0.1),
        group(10, score=0.225, positives=2, bank_score=0.8), group(10, score=0.125, bank_score=0.05),
    )  # fmt: skip
    cut = _cut(made, threshold=0.8)
    crossed = numbers.crossed(cut.counted)
    assert crossed is not None
    found = numbers.against_bank(cut, crossed)
    assert [p.rows for p in (found.both, found.into, found.out, found.neither)] == pytest.approx([10, 10, 10, 10])
    head = tables.any_headline(SAID, found, cut, against=tables.BANK)
    # 10 · (0.825 - 0.225) · 40,000 expected; 8 of those who come in paid and 2 of those who go out
    assert "+COP\xa0240,000 a month expected, +COP\xa0240,000 by known outcomes" in head.title


def test_data_without_a_score_of_the_banks_own_say_so() -> None:
    cut = _cut(pin(group(10, score=0.5), carries=[c for c in EVERYTHING if c != "bank_score"]))
    assert numbers.crossed(cut.counted) is None
    assert tables.any_headline(SAID, None, cut, against=tables.BANK).title == "No row carries the bank's own score"
    none = _cut(pin(group(10, score=0.5, bank_score=math.nan)))
    assert numbers.crossed(none.counted) is None
    assert "train again" in tables.any_headline(SAID, None, none, against=tables.BANK).subtitle


def test_the_section_shows_its_figures_and_saves_the_dial_as_a_proposal() -> None:
    with session(store_with(draft(1_500)), **INPUTS) as found:
        name = "false_positives-cutoff-"
        assert _html(found, f"{name}boxes").count('class="box"') == 5
        assert "agent-day" in _html(found, f"{name}lead")
        assert "On both lists" in _html(found, f"{name}swap")
        assert "No cut-off was proposed yet" in _html(found, f"{name}proposals_head")
        found.set_inputs(**{f"{name}propose": {"do": "propose", "title": "From 35 %"}})
        until(found, lambda: "From 35 %" in _html(found, f"{name}proposals"))
        assert "Saved as proposal" in _html(found, f"{name}proposed")
        found.set_inputs(**{f"{name}propose": {"do": "propose", "title": "From 35 %", "again": 1}})
        until(found, lambda: "Nothing of yours was written" in _html(found, f"{name}proposed"))
        assert "Replace it" in _html(found, f"{name}propose_buttons")
