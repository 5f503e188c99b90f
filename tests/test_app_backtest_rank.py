"""The section Rank: every month present, open ones hatched and projected, what was known then, and designed states."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from sklearn.metrics import roc_auc_score

from app.charts.best_part import best_part
from app.charts.roc import Roc, roc
from app.charts.trend import Trend, trend
from app.desk import Pin, Trouble
from app.l10n import L10n
from app.pages.backtest_rank import PAGE
from app.theme import Look
from app.views import backtest_rank as view
from app.views import backtest_rank_figures as numbers
from app.views import backtest_rank_known as past
from app.views import backtest_rank_pictures as pictures
from app.views import backtest_rank_tables as tables
from app.views.backtest_rank_rows import LABEL, SCORING
from data.counts import Selection
from data.rows import NO_REPORT, NOT_YET, OPEN, UNKNOWN
from data.store import Draft
from monitoring.rank import NAMES

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
ALL = Selection(months=(202401, 202406))
CARD = {"model_card": {"metrics": {"auc": 0.70, "pr_auc": 0.40}}}


def _told(rows: pd.DataFrame, reported: Sequence[str], *, final: str = "2") -> pd.DataFrame:
    return rows.assign(reported_after=pd.Categorical(reported), final_after=pd.Categorical([final] * len(rows)))


def _closed(*scores: tuple[float, int, int]) -> list[pd.DataFrame]:
    """A month of rows at these scores with so many positives, reported after 0, 1 and 2 months like 6 : 3 : 1."""
    out = []
    for score, n, positives in scores:
        rows = group(n, positives=positives, score=score)
        after = np.repeat(["0", "1", "2"], [positives - 4 * positives // 10, 3 * positives // 10, positives // 10])
        out.append(_told(rows, [*after, *[NO_REPORT] * (n - len(after))]))
    return out


def _open(*scores: tuple[float, int, int]) -> list[pd.DataFrame]:
    """A month of open rows, so many of them reported in it."""
    return [_told(group(n, score=score, label_state=OPEN), ["0"] * k + [NOT_YET] * (n - k)) for score, n, k in scores]


GOOD = ((0.2, 300, 40), (0.6, 300, 120))


@pytest.fixture(scope="module")
def bank() -> Pin:
    """Five matured months, then one that has just ended with 60 % of its acceptances reported."""
    made = {202401 + k: _closed(*GOOD) for k in range(4)} | {202405: _closed(*GOOD)}
    return months_pin({**made, 202406: _open((0.2, 300, 24), (0.6, 300, 72))}, documents={**CARD, "meaning": MEANING})


MEANING = {"source": "made", "positive": {"en": "accepts"}, "currency": "COP", "carries": ["balance"], "dated": True,
           "events": [], "as_of": 202406}  # fmt: skip


_KEPT: dict[tuple[int, str], tuple[Pin, numbers.Figures]] = {}


def _figures(pin: Pin, *, basis: str = SCORING, selection: Selection = ALL) -> numbers.Figures:
    """The figures of a release, counted once however many tests ask."""
    key = (id(pin), f"{basis} {selection}")
    if key not in _KEPT:
        _KEPT[key] = (pin, numbers.figures(pin, selection, policy=pin.policy, basis=basis))
    return _KEPT[key][1]


def test_every_month_is_there_to_the_last_with_the_figures_of_its_rows(bank: Pin) -> None:
    found = _figures(bank)
    assert [m.month for m in found.months] == [202401, 202402, 202403, 202404, 202405, 202406]
    labels, scores = [1] * 40 + [0] * 260 + [1] * 120 + [0] * 180, [0.2] * 300 + [0.6] * 300
    assert all(m.figures["auc"].value == pytest.approx(roc_auc_score(labels, scores)) for m in found.judged)
    assert [m.month for m in found.open] == [202406]


def test_the_open_month_is_projected_from_what_is_reported_as_if_late_reports_came_alike(bank: Pin) -> None:
    found = _figures(bank)
    assert found.open[0].projected
    for name in NAMES:
        assert found.open[0].figures[name].value == pytest.approx(found.judged[0].figures[name].value)
    cast = found.nowcast.open[-1]
    assert (cast.month, cast.reported, cast.done) == (202406, 96, pytest.approx(0.6))
    assert cast.total.value == pytest.approx(160)


@pytest.mark.parametrize("shown", [view.MATURED, view.NOWCAST])
def test_the_last_month_is_on_the_chart_and_hatched_with_or_without_its_nowcast(bank: Pin, shown: str) -> None:
    drawn = pictures.course(EN, _figures(bank), "auc", shown, None)
    assert isinstance(drawn, Trend)
    spec = trend(drawn, Look())
    go.Figure(spec)
    hatched = [t for t in spec["data"] if t["type"] == "bar"]
    assert drawn.months[-1] == "Jun 24" and hatched[0]["x"] == ["Jun 24"]
    assert [line.name for line in drawn.lines] == ["AUC", "nowcast"][: 1 + (shown == view.NOWCAST)]
    assert math.isnan(drawn.lines[0].values[-1])
    rows = tables.months_table(EN, _figures(bank), shown).rows
    assert rows[0][0].text == "Jun 24"
    assert rows[0][-1].text == ("▨ nowcast" if shown == view.NOWCAST else "▨ still open")


def test_by_the_month_of_the_outcome_everything_stands_two_months_later(bank: Pin) -> None:
    found = _figures(bank, basis=LABEL)
    assert [m.month for m in found.months] == [202403, 202404, 202405, 202406, 202407, 202408]
    assert found.whole.figures["auc"].value == pytest.approx(_figures(bank).whole.figures["auc"].value)
    assert [m.month for m in found.open] == [202408] and found.open[0].projected


def test_the_reference_is_the_cards_and_where_it_lacks_a_figure_that_of_the_first_months(bank: Pin) -> None:
    found = _figures(bank).reference
    assert (found.of("auc"), found.of("gini"), found.of("pr_auc")) == (0.70, pytest.approx(0.40), 0.40)
    assert found.sources == {"auc": "card", "gini": "card", "ks": "first", "lift": "first", "pr_auc": "card"}
    assert found.of("ks") == pytest.approx(_figures(bank).whole.figures["ks"].value)
    without = _figures(months_pin({202401 + k: _closed(*GOOD) for k in range(3)}, documents={"model_card": {}}))
    assert without.reference.sources["auc"] == "first"
    assert "first matured months, Jan 2024 – Mar 2024" in view.sentence(EN, without)


def test_a_fall_since_the_development_is_said_with_its_size() -> None:
    fallen = months_pin({202401 + k: _closed((0.2, 900, 300), (0.6, 900, 300)) for k in range(3)}, documents=CARD)
    found = _figures(fallen)
    assert view.level(found) == "act"
    assert view.sentence(EN, found).endswith(
        "It fell by 0.200, beyond chance and as far as matters (ECB test, p < 0.001)."
    )
    assert all(m.level == "act" for m in found.judged)


def test_too_few_outcomes_say_how_many_it_takes(bank: Pin) -> None:
    few = _figures(months_pin({202401: _closed((0.2, 30, 10), (0.6, 30, 20))}, documents=CARD))
    assert view.level(few) == "unknown"
    assert "to see it takes" in view.sentence(EN, few) and "there are 60." in view.sentence(EN, few)


def test_the_boxes_say_how_their_interval_was_made(bank: Pin) -> None:
    made = {box.key: dict(box.facts)["Interval by"] for box in view.boxes(EN, _figures(bank))}
    assert made == {"auc": "DeLong", "gini": "DeLong"} | dict.fromkeys(
        ("ks", "lift", "pr_auc"), "random groups of clients"
    )


def test_the_gain_curve_ends_at_everything_and_knows_the_point_that_the_capacity_reaches(bank: Pin) -> None:
    found = numbers.figures(bank, Selection(months=(202401, 202401)), policy=replace(bank.policy, capacity=300))
    drawn = pictures.best_part(EN, found, pictures.GAIN)
    go.Figure(best_part(drawn, Look()))
    assert (drawn.values[-1], drawn.at, drawn.height) == (1, pytest.approx(0.5), pytest.approx(120 / 160))
    assert pictures.list_headline(EN, found).title.startswith("The capacity reaches the best 50%: 75% of the positives")
    lift = pictures.best_part(EN, found, pictures.LIFT)
    assert lift.height == pytest.approx(1.5) and lift.base == [1.0] * len(lift.shares)


def test_deciles_out_of_order_are_named(bank: Pin) -> None:
    turned = _figures(months_pin({202401: _closed((0.2, 300, 120), (0.6, 300, 40))}, documents=CARD))
    assert tables.order_headline(EN, turned).title.startswith("Out of order beyond chance: deciles ")
    assert any(row[-1].tone == "bad" for row in tables.order_table(EN, turned).rows)
    assert tables.order_headline(EN, _figures(bank)).title == "Every decile accepts more than the next: the order holds"


def test_past_projections_are_held_against_what_came(bank: Pin) -> None:
    found = _figures(bank)
    assert found.nowcast.past == () or found.nowcast.held <= len(found.nowcast.past)
    steady = {202301 + k: _closed(*GOOD) for k in range(9)}
    told = _figures(months_pin({**steady, 202310: _open((0.2, 300, 24), (0.6, 300, 72))},
                               documents={**CARD, "meaning": {**MEANING, "as_of": 202310}}),
                    selection=Selection())  # fmt: skip
    assert told.nowcast.held == len(told.nowcast.past) > 0
    assert tables.nowcast_headline(EN, told).title.startswith("Past projections: the 90% interval held ")
    assert tables.nowcast_table(EN, told).rows[-1][0].text == "Oct 23"


@pytest.mark.parametrize(("final", "said"), [("0", "Nothing to project"), ("2", "Open months cannot be projected")])
def test_where_nothing_can_be_projected_the_page_says_why(final: str, said: str) -> None:
    when = "0" if final == "0" else UNKNOWN
    rows = [_told(g, [when] * len(g), final=final) for g in _closed(*GOOD)]
    found = _figures(months_pin({202401: rows}, documents=CARD))
    assert tables.nowcast_headline(EN, found).title.startswith(said)
    assert tables.nowcast_table(EN, found) is None


def test_a_release_that_does_not_know_when_outcomes_were_final_says_so_and_keeps_the_month_of_the_score() -> None:
    old = months_pin({202401: [group(300, positives=40, score=0.2), group(300, positives=120, score=0.6)]})
    found = _figures(old, basis=LABEL)
    assert [m.month for m in found.months] == [202401]
    assert view.caution(EN, found, LABEL).startswith("This release does not say when outcomes were final")


STATES = {
    "open": ([(202406, _open((0.2, 300, 24)))], "No month has matured yet"),
    "alike": (
        [(202401, [group(300, score=0.2), group(300, score=0.6)])],
        "Every outcome of this selection is the same",
    ),
    "unscored": ([(202401, [group(300, positives=40, score=math.nan)])], "No month has matured yet"),
}


@pytest.mark.parametrize("name", STATES)
def test_where_nothing_can_be_ranked_a_state_stands_in_its_place(name: str) -> None:
    months, title = STATES[name]
    found = _figures(months_pin(dict(months)), selection=Selection())
    for l10n in (EN, ES, PT):
        assert view.state(l10n, found) is not None
    assert view.state(EN, found).title == title


def test_three_rows_of_three_periods_give_three_periods_the_last_among_them() -> None:
    found = _figures(months_pin({202401 + k: _closed((0.5, 1, k % 2)) for k in range(3)}), selection=Selection())
    assert [m.month for m in found.months] == [202401, 202402, 202403]
    drawn = pictures.course(EN, found, "auc", view.MATURED, None)
    assert drawn.months == ["Jan 24", "Feb 24", "Mar 24"]
    assert len(tables.months_table(EN, found, view.MATURED).rows) == 3


def test_thin_months_are_taken_together_until_there_is_enough_of_either_outcome() -> None:
    thin = months_pin({202401 + k: _closed((0.2, 20, 2), (0.6, 20, 4)) for k in range(8)}, documents=CARD)
    assert [m.month for m in _figures(thin, selection=Selection()).last] == [202404, 202405, 202406, 202407, 202408]


def test_data_without_dates_hold_nothing_against_a_development_of_the_same_rows() -> None:
    pin = months_pin({202401: _closed(*GOOD)}, documents={**CARD, "meaning": {**MEANING, "dated": False}})
    found = _figures(pin)
    assert view.level(found) == "unknown"
    assert "development and today are the same rows" in view.sentence(replace(EN, dated=False), found)
    assert {box.against for box in view.boxes(EN, found)} == {""}


def test_equal_scores_are_said_to_rank_nothing() -> None:
    found = _figures(months_pin({202401: [group(300, positives=100, score=0.5)]}))
    assert view.state(EN, found) is None
    assert view.caution(EN, found, SCORING).startswith("All rows share one score")
    assert found.whole.figures["auc"].value == 0.5


def test_of_one_month_the_roc_curve_stands_for_a_course() -> None:
    found = _figures(months_pin({202401: _closed(*GOOD)}))
    drawn = pictures.course(EN, found, "auc", view.MATURED, None)
    assert isinstance(drawn, Roc)
    go.Figure(roc(drawn, Look()))
    assert list(zip(drawn.false_positive, drawn.true_positive, strict=True))[1] == pytest.approx((180 / 440, 120 / 160))


def _two(then: Sequence, now: Sequence) -> tuple[Pin, Pin]:
    """Two releases of one store: months by the groups of each."""
    earlier, later = (months_pin(dict(months), documents=CARD) for months in (then, now))
    return earlier, later


def test_what_changed_since_an_earlier_release_is_told_by_its_cause() -> None:
    other = _closed((0.2, 300, 40), (0.6, 300, 100))
    rescored = _closed((0.3, 300, 40), (0.25, 300, 120))
    then, now = _two(
        [(202401, _closed(*GOOD)), (202402, _closed(*GOOD)), (202403, _closed(*GOOD)), (202404, _open((0.2, 300, 24)))],
        [(202401, _closed(*GOOD)), (202402, other), (202403, rescored), (202404, _closed(*GOOD)),
         (202405, _closed(*GOOD))],
    )  # fmt: skip
    found = past.changes(_figures(then), _figures(now))
    assert [(c.month, c.why) for c in found] == [
        (202401, past.SAME), (202402, past.RESTATED), (202403, past.RESCORED), (202404, past.CAME), (202405, past.NEW),
    ]  # fmt: skip
    assert past.changes(_figures(now), _figures(then))[-1].why == past.GONE
    known = past.Known(
        past.ReleaseInfo("000001-a", "2026-10-05T00:00:00+00:00", "", 1, 1), _figures(then), _figures(now), found
    )
    assert past.headline(EN, now, known).title == (
        "Months told differently since: outcomes came (1), outcomes restated (1), scored anew (1), was not there (1)"
    )
    assert [row[0].text for row in past.table(EN, now, known).rows] == ["Feb 24", "Mar 24", "Apr 24", "May 24"]
    sides = {row[0].text: [cell.text for cell in row[1:]] for row in past.figures_table(EN, known).rows}
    then_auc, now_auc = (_figures(p).whole.figures["auc"].value for p in (then, now))
    assert sides["AUC"][0].startswith(f"{then_auc:.3f} (") and sides["AUC"][1].startswith(f"{now_auc:.3f} (")
    assert past.figures_table(EN, known).total[-1].text == "+1,200"
    drawn = pictures.course(EN, _figures(now), "auc", view.MATURED, known)
    assert drawn.lines[-1].name == "as known then"


def test_a_release_that_cannot_be_read_and_a_clock_moved_back_are_said() -> None:
    pin = months_pin({202401: _closed(*GOOD)}, documents=CARD)
    earlier = past.ReleaseInfo("000000-a", "2999-01-01T00:00:00+00:00", "", 1, 1)
    assert "The clock was moved back" in past.caution(EN, pin, past.Known(earlier, _figures(pin)))
    assert past.caution(EN, pin, past.Known(earlier, trouble="the file is gone")).endswith("the file is gone")
    assert past.caution(EN, pin, None) == ""


def test_the_earlier_releases_of_the_store_can_be_chosen_and_opened_beside(bank: Pin) -> None:
    assert past.choices(EN, bank) == {"": "Now"}
    first = bank.store.read()
    version = bank.store.publish(Draft({}, {"again": {}}), base=first.version)
    opened: list[str] = []

    def opener(asked: str) -> Pin | Trouble:
        opened.append(asked)
        return bank

    newer = Pin(bank.store.read(version), bank.counts, bank.store, opener)
    assert list(past.choices(EN, newer)) == ["", first.version]
    earlier = past.opened(newer, first.version)
    found = past.known(newer, _figures(newer), ALL, past.of(earlier, first.version), policy=newer.policy)
    assert opened == [first.version] and {c.why for c in found.changes} == {past.SAME}
    assert past.headline(EN, newer, found).title == "Nothing has changed since"
    assert past.opened(newer, "000009-gone") is None and past.of(earlier, "") is None


def test_the_page_opens_an_earlier_release_and_says_what_changed(bank: Pin) -> None:
    """The earlier one knew four months less the last, and half of the positives of January."""
    first = months_pin(
        {202401: _closed((0.2, 300, 20), (0.6, 300, 60)), 202402: _closed(*GOOD), 202403: _closed(*GOOD)},
        documents=CARD,
    )
    version = bank.store.version()
    newer = bank.store.publish(Draft({}, {"again": {}}), base=version)
    pin = Pin(bank.store.read(newer), bank.counts, bank.store, lambda _: first)
    inputs = {"figure": "auc", "basis": SCORING, "shown": view.MATURED, "known": version, "curve": "gain"}
    with shown_page(PAGE, pin, ALL, l10n=EN, **inputs) as shown:
        shown.until(lambda: "Jan 24" in (shown.page.get_output("known_table").value or {"html": ""})["html"])
        assert "outcomes restated (1)" in shown.html("known_head")
        assert "Apr 24" in shown.html("known_table") and "was not there" in shown.html("known_table")


@pytest.mark.parametrize("l10n", [EN, ES, PT])
def test_the_page_shows_its_figures_and_follows_its_switches(bank: Pin, l10n: L10n) -> None:
    inputs = {"figure": "lift", "basis": SCORING, "shown": view.NOWCAST, "known": "", "curve": pictures.LIFT}
    with shown_page(PAGE, bank, ALL, l10n=l10n, **inputs) as shown:
        assert "▨" in shown.html("months")
        assert shown.html("nowcast_table").count("<tr>") >= 2
        assert view.sentence(l10n, _figures(bank))[:20] in shown.html("said")
