"""The section Uplift of the Model effect page: arms, offers by chance, and its states, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from releases import EVERYTHING
from test_monitoring_simulator import support

from app.charts.forest import forest
from app.charts.frontier import frontier
from app.desk import Pin
from app.l10n import L10n
from app.pages.effect_uplift import PAGE
from app.theme import Look
from app.views import effect_uplift as view
from app.views import effect_uplift_pictures as pictures
from app.views.effect_uplift_figures import OFFERS
from data.counts import Selection
from data.policy_sums import Half, Line, Period, PolicySums, Support, policy_bins
from monitoring.estimate import Estimate

EN = L10n("en")
EACH = pytest.mark.parametrize("l10n", [EN, L10n("es"), L10n("pt")], ids=["en", "es", "pt"])
GO_LIVE = 202403
ALL = Selection(months=(GO_LIVE, 202404))
CLIENTS = {"model": 2400, "none": 1200}


def _month() -> list[pd.DataFrame]:
    """Half of each arm has a score of 0.8, half one of 0.2. Of the first 60 % pay in the model's arm, 20 % in the
    other; of the second, 20 % in both."""
    out = []
    for arm, n in CLIENTS.items():
        place = np.arange(n)
        high = place % 2 == 0
        rows = group(n, arm=arm, balance=1e6, days_past_due=0.0, bucket="0", offered=0)
        rows["score"] = np.where(high, 0.8, 0.2).astype(np.float32)
        rows["paid"] = ((place // 2) % 10 < np.where(high & (arm == "model"), 6, 2)).astype(np.uint8)
        out.append(rows)
    return out


def _sums(said: Support) -> dict[str, Any]:
    """Two thousand rows by the toss of a coin: an offer adds 0.4 to the payments of the first half of every order."""
    rng = np.random.default_rng(0)
    n = 2000
    bins, d = np.arange(n) // 200, rng.integers(0, 2, n)
    y = (rng.random(n) < 0.2 + 0.4 * d * (bins < 5)).astype(float)
    sums = policy_bins(y, d, e=np.full(n, 0.5), m1=np.full(n, 0.4), m0=np.full(n, 0.2), weight=np.ones(n), bins=bins,
                       count=10)  # fmt: skip
    line = Line(np.full(10, 200.0), np.bincount(bins, d), np.full(10, 1e6), {"overdue": sums, "paid": sums})
    half = Half(1e7, 0, 1e6, 0, float(y.sum()), dict.fromkeys(("value", "score", "uplift"), line))
    return PolicySums((Period((202403, 202404), half, half),), said).as_record()


def _pin(
    *, randomised: bool = True, said: Support | None = None, carries: tuple[str, ...] = EVERYTHING, dated: bool = True
) -> Pin:
    documents: dict[str, Any] = {"arms": {"go_live": GO_LIVE, "clients": CLIENTS} if randomised else {}}
    documents |= {"policy_sums": _sums(said)} if said else {}
    pin = months_pin({m: _month() for m in (GO_LIVE, 202404)}, documents=documents, carries=carries)
    if not dated:
        pin.meaning["dated"] = False
    return pin


def _found(pin: Pin, *, selection: Selection = ALL, way: str = "", order: str = "") -> view.Found:
    return view.found(view.figures(pin, selection, policy=pin.policy), way, order)


@pytest.fixture(scope="module")
def arms() -> Pin:
    return _pin(said=support(overlap=0.97))


def test_arms_are_compared_in_the_month_in_which_they_were_drawn(arms: Pin) -> None:
    """Of 3,600 scored rows the better half gains 40 points: 20 of everybody treated, and no more further down."""
    found = _found(arms)
    assert (found.way, found.grade, found.months) == ("none", "A", (GO_LIVE, GO_LIVE))
    line = found.uplift
    assert line is not None
    assert line.shares == pytest.approx((0.5, 1.0))
    assert [g.value for g in line.gained] == pytest.approx([0.2, 0.2])
    assert line.rows == (2400, 1200)
    at = line.listed(0.5)
    assert (at.treated.value, at.control.value, at.anyway.value) == pytest.approx((0.6, 0.2, 1 / 3))


def test_an_order_that_finds_nobody_is_told_from_one_that_does(arms: Pin) -> None:
    found = _found(arms)
    assert found.uplift is not None
    flat = replace(found.uplift, coefficient=Estimate(0.001, -0.01, 0.012))
    title = pictures.curve_headline(EN, replace(found, uplift=flat), 50).title
    assert title.startswith("No visible gain over random order: the top 50% gains")
    said = view.verdict(EN, replace(found, uplift=flat))
    turned = view.verdict(EN, replace(found, uplift=replace(flat, coefficient=Estimate(-0.1, -0.2, -0.01))))
    assert said is not None and turned is not None
    assert said.sentence.startswith("This order cannot be told from a random one")
    assert turned.sentence.startswith("This order puts those last")


@EACH
def test_the_words_say_grade_coefficient_and_who_would_have_paid_anyway(arms: Pin, l10n: L10n) -> None:
    found = _found(arms)
    said = view.verdict(l10n, found)
    assert said is not None
    assert said.grade == "A"
    assert found.uplift is not None
    assert l10n.number(found.uplift.coefficient.value, 4) in said.sentence
    assert "2" in said.before
    title = pictures.list_headline(l10n, found, 50).title
    assert "60" in title and "20" in title
    readings = pictures.list_readings(l10n, found, 50)
    assert [r.value for r in readings][:3] == [l10n.percent(0.2), l10n.points(0.4), l10n.percent(0.4)]
    assert readings[3].value == l10n.percent(1 / 3)


def test_an_order_that_finds_the_movable_is_said_to(arms: Pin) -> None:
    found = _found(arms)
    said = view.verdict(EN, found)
    assert said is not None
    assert said.sentence.startswith("This order puts those first whom an offer moves")
    assert pictures.curve_headline(EN, found, 50).title == (
        f"The top 50% gains +20.00 of the {EN.points(0.2, 2)} that everybody does; random order +10.00"
    )
    assert pictures.parts_headline(EN, found).title == f"Most is moved at 0–50% of the list: {EN.points(0.4)}"


@pytest.mark.parametrize(("overlap", "grade"), [(0.97, "B"), (0.4, "D")])
def test_offers_by_logged_chance_have_the_grade_of_their_overlap_and_no_word_of_cause(
    overlap: float, grade: str
) -> None:
    found = _found(_pin(randomised=False, said=support(overlap=overlap)), order="value")
    assert (found.way, found.grade, found.ordering) == (OFFERS, grade, "value")
    said = view.verdict(EN, found)
    assert said is not None
    texts = [said.sentence, said.before, said.meaning, *said.more, *(c.text for c in said.conditions)]
    texts += [pictures.curve_headline(EN, found, 30).title, pictures.list_headline(EN, found, 30).title]
    assert not {"reduced", "caused", "impact"} & set(" ".join(texts).lower().split())
    assert found.uplift is not None
    assert found.uplift.listed(0.5).net.value == pytest.approx(0.4, abs=0.07)


def test_arms_first_and_every_order_only_where_offers_carry_it(arms: Pin) -> None:
    page = view.figures(arms, ALL, policy=arms.policy)
    assert list(view.ways(EN, page)) == ["none", OFFERS]
    assert view.orders(EN, "none") == {}
    assert list(view.orders(EN, OFFERS)) == ["score", "value", "uplift"]
    assert view.chosen(page, "nonsense") == "none"


def test_filters_narrow_the_arms_and_are_said_not_to_narrow_the_offers(arms: Pin) -> None:
    narrow = replace(ALL, where={"region": ("R00",)})
    assert view.caution(EN, _found(arms, selection=narrow)) == ""
    assert "filters do not narrow it" in view.caution(EN, _found(arms, selection=narrow, way=OFFERS))
    nowhere = replace(ALL, where={"region": ("R01",)})
    assert _found(arms, selection=nowhere, way="none").way == OFFERS


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ({"randomised": False}, "Reserve a random control group"),
        ({"randomised": False, "said": support(ess_offered=12.0)}, "12 (at least 100)"),
        ({"randomised": False, "carries": ("gross", "balance", "days_past_due")}, "no payments"),
        ({"randomised": False, "dated": False}, "no dates"),
    ],
)
def test_without_a_control_it_is_not_available_and_says_why(how: dict[str, Any], word: str) -> None:
    found = _found(_pin(**how))
    told = view.state(EN, found)
    assert told is not None
    assert told.title == "No control, no uplift: n/a"
    assert word in told.body
    assert view.verdict(EN, found) is None
    assert pictures.list_readings(EN, found, 30) == []
    assert frontier(pictures.curve(EN, found, 30), Look())["data"] == []
    assert pictures.parts_headline(EN, found).title == pictures.curve_headline(EN, found, 30).title == told.title


def test_a_filter_by_what_came_after_the_arms_stands_in_the_way(arms: Pin) -> None:
    told = view.state(EN, _found(arms, selection=replace(ALL, where={"bucket": ("0",)})))
    assert told is not None
    assert "Arms cannot be compared" in told.title


@pytest.mark.parametrize("dark", [False, True])
def test_the_pictures_can_be_drawn(arms: Pin, dark: bool) -> None:
    found = _found(arms)
    curve = go.Figure(frontier(pictures.curve(EN, found, 50), Look(dark=dark)))
    assert [t.name for t in curve.data if t.hovertext] == ["random order", "score"]
    assert curve.data[-2].y[1] == pytest.approx(0.2)
    tenths = go.Figure(forest(pictures.parts(EN, found), Look(dark=dark)))
    assert sum(len(t.y) for t in tenths.data) == 2


def test_the_page_follows_its_list_and_its_comparison(arms: Pin) -> None:
    with shown_page(PAGE, arms, ALL, l10n=EN, top=50) as shown:
        assert "grade-a" in shown.html("said")
        assert "Of 100 in the top 50%, 60 pay with it" in shown.html("list_head")
        assert shown.page.get_output("curve_chart").status == "ok"
        shown.page.set_inputs(top=100)
        shown.until(lambda: "Of 100 in the top 100%, 40 pay with it" in shown.html("list_head"))
        shown.page.set_inputs(way=OFFERS, order="value")
        shown.until(lambda: "grade-b" in shown.html("said"))
