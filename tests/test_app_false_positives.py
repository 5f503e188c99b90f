"""The False positives page: what a threshold gets wrong, what cannot be known, and what moving it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from made_months import Shown, shown_page
from made_pin import EVERY, group, pin

from app.charts.bars import bars
from app.charts.threshold import Course, Thresholds, thresholds
from app.components.confusion import confusion
from app.components.rates import rate_tiles
from app.desk import Pin
from app.l10n import L10n
from app.pages.false_positives import OWN, PAGE
from app.theme import Look
from app.views import false_positives as view
from app.views import false_positives_figures as numbers
from app.views import threshold_dial as dials
from app.views.error_shapes import Rate
from data.counts import Selection
from data.rows import NEGATIVE, OPEN, UNLABELLED
from monitoring.three_errors import unknown

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
BLANK = math.nan


@pytest.fixture(scope="module")
def known() -> Pin:
    """Everyone has an outcome. Score 0.8: 100 rows, 60 positive. Score 0.2: 300, 30 positive, twice the balance."""
    return pin(
        group(100, positives=60, score=0.8, propensity=BLANK, balance=1e6),
        group(300, positives=30, score=0.2, propensity=BLANK, balance=2e6, region="R01"),
    )


def _counted(pin: Pin, selection: Selection = EVERY) -> numbers.Counted:
    return numbers.counted(pin, selection, policy=pin.policy)


def _cut(pin: Pin, threshold: float = 0.35) -> numbers.Cut:
    return numbers.cut(_counted(pin), threshold)


def _rates(pin: Pin, threshold: float = 0.35, l10n: L10n = EN) -> dict[str, Rate]:
    return {rate.key: rate for rate in view.rates(l10n, _cut(pin, threshold), unknown("no_arms"))}


def test_the_matrix_is_counted_by_hand(known: Pin) -> None:
    square = view.square(EN, _cut(known), "rows")
    assert [cell.kind for cell in square.cells] == ["tp", "fp", "fn", "tn"]
    assert [cell.value for cell in square.cells] == ["60", "40", "30", "270"]
    assert square.row_totals == ("100", "300")
    assert square.column_totals == ("90", "310")
    assert square.total == "400"
    assert [cell.share for cell in square.cells] == ["15.0%", "10.0%", "7.5%", "67.5%"]


def test_the_same_matrix_in_money_weighs_by_balance(known: Pin) -> None:
    square = view.square(ES, _cut(known), "balance")
    assert [cell.value.replace("\u00a0", " ") for cell in square.cells] == ["$60,0 M", "$40,0 M", "$60,0 M", "$540 M"]
    assert view.matrix_headline(ES, _cut(known), "balance").title.replace("\u00a0", " ") == (
        "$40,0 M de $100 M marcadas fueron falsos positivos"
    )


def test_every_rate_divides_by_its_own_denominator(known: Pin) -> None:
    rates = _rates(known)
    assert {key: rate.value for key, rate in rates.items()} == {
        "fdr": "40.0%",  # 40 of 100 flagged
        "fdr_balance": "40.0%",  # 40 of 100 million
        "incremental": "Not identifiable",
        "fpr": "12.9%",  # 40 of 310 negatives
        "recall": "66.7%",  # 60 of 90 positives
        "contacts_per_success": "1.67",  # 100 / 60
    }
    assert (rates["fdr"].n, rates["fpr"].n, rates["recall"].n) == ("n 100", "n 310", "n 90")
    assert all(rate.share_of and rate.use and rate.formula for rate in rates.values())
    assert rates["fdr"].share_of == "of the flagged with a known outcome"


def test_the_share_of_wasted_contacts_is_judged_against_the_break_even(known: Pin) -> None:
    assert _rates(known)["fdr"].level == "ok"
    assert _rates(known)["fdr"].against == "break-even 93.3%"
    dear = replace(known.policy, cost_per_contact=90_000.0)
    costly = numbers.cut(numbers.counted(known, EVERY, policy=dear), 0.35)
    assert view.rates(EN, costly, unknown("no_arms"))[0].level == "act"
    assert view.rates_headline(EN, costly).title == (
        "40.0% of the contacts are wasted: more than the 25.0% that pay for themselves"
    )


def test_what_only_offers_reveal_is_not_identifiable_and_never_zero() -> None:
    offered = pin(
        group(100, positives=60, score=0.8, propensity=BLANK),
        group(300, label_state=UNLABELLED, offered=0, score=0.2, propensity=BLANK),
    )
    rates = _rates(offered)
    assert rates["fdr"].value == "40.0%"
    for key in ("fpr", "recall"):
        assert rates[key].value == "Not identifiable"
        assert rates[key].missing == "no decision probability was logged"
        assert "0" not in rates[key].value + rates[key].interval + rates[key].n
    assert _rates(offered, l10n=ES)["fpr"].value == "No identificable"


def test_with_logged_chances_the_rates_of_everyone_are_weighted() -> None:
    half = pin(
        group(1000, positives=600, score=0.8, propensity=0.5),
        group(1000, label_state=UNLABELLED, offered=0, score=0.8, propensity=0.5),
        group(1000, positives=100, score=0.2, propensity=0.5),
        group(1000, label_state=UNLABELLED, offered=0, score=0.2, propensity=0.5),
    )
    rates = _rates(half)
    assert rates["fpr"].value == "30.8%"  # 400 / 1300
    assert rates["fpr"].n == "worth n 1,300"
    assert "weighted by the logged chance of an offer" in rates["fpr"].share_of


def test_positive_is_defined_in_the_reader_s_language(known: Pin) -> None:
    counted = _counted(known)
    assert view.meaning(EN, counted) == (
        "accepts the option. A false positive is an obligation of which we said “accepts the option” "
        "and it did not happen."
    )
    assert "dijimos «acepta la opción» y no ocurrió" in view.meaning(ES, counted)
    assert "dissemos “aceita a opção” e não aconteceu" in view.meaning(PT, counted)


def test_the_capacity_says_how_many_contacts_a_month_the_threshold_asks(known: Pin) -> None:
    share, monthly, worth = view.capacity(EN, _cut(known))
    assert (share.value, share.note) == ("25.0%", "100 of 400 scored")
    assert (monthly.value, monthly.note) == ("100", "no capacity set")
    assert worth.value == "COP\u00a064,000"  # (60 x 120,000 - 100 x 8,000) / 100
    tight = replace(known.policy, capacity=80.0)
    found = view.capacity(EN, numbers.cut(numbers.counted(known, EVERY, policy=tight), 0.35))
    assert found[1].note == "above the capacity of 80 (125%)"


def test_a_threshold_that_flags_everybody_shows_no_skill(known: Pin) -> None:
    said = view.caution(EN, _cut(known, 0.05))
    assert said.startswith("At 5% the score does nothing that could not be done without it: everybody is flagged")
    assert view.caution(EN, _cut(known)) == ""


def test_a_single_class_is_said_before_the_figures() -> None:
    bad = pin(group(50, score=0.8), group(50, score=0.2))
    assert view.caution(EN, _cut(bad)).startswith("Every known outcome is negative")
    assert _rates(bad)["fdr"].value == "100.0%"
    assert _rates(bad)["recall"].missing == "no positive outcome yet"
    assert _rates(bad)["contacts_per_success"].value == "Undefined"
    good = pin(group(50, positives=50, score=0.8))
    assert view.caution(ES, _cut(good)).startswith("Todas las respuestas conocidas son positivas")


def test_without_a_score_the_page_says_so() -> None:
    bare = _counted(pin(group(50, score=math.nan)))
    found = view.state(EN, bare)
    assert found is not None
    assert found.title == "No row of this selection carries a score"


def test_without_closed_outcomes_the_page_names_the_open_months() -> None:
    early = _counted(pin(group(50, label_state=OPEN)))
    found = view.state(ES, early)
    assert found is not None
    assert found.title == "Aún no se conoce ninguna respuesta"
    assert "ene 2024" in found.body
    never = view.state(EN, _counted(pin(group(50, label_state=UNLABELLED, offered=0))))
    assert never is not None
    assert "Nothing was offered" in never.body


def test_months_that_are_partly_open_are_named() -> None:
    half = _counted(pin(group(60, positives=30, score=0.8), group(20, label_state=OPEN, score=0.8)))
    assert view.state(EN, half) is None
    assert view.still_open(EN, half).startswith("75% of the outcomes are known; still open: Jan 2024.")
    assert numbers.cut(half, 0.35).errors.flagged == 80


def test_a_threshold_above_every_score_is_undefined_and_says_why(known: Pin) -> None:
    rates = _rates(known, 0.95)
    assert (rates["fdr"].value, rates["fdr"].missing) == ("Undefined", "nobody is flagged")
    assert view.matrix_headline(EN, _cut(known, 0.95), "rows").title == "Nobody with a known outcome is flagged"


def test_the_slider_lands_on_the_grid_and_on_the_operating_threshold(known: Pin) -> None:
    dial = dials.dial(known)
    assert (dial.step, dial.usual, dial.least, dial.most) == (5.0, 35.0, 5.0, 95.0)
    assert dial.at(0.36) == 35.0
    assert (dial.at(0.0), dial.at(1.0)) == (5.0, 95.0)
    assert view.usual(EN, dial) == "The release works with 35%"


def test_until_it_is_moved_the_slider_stands_for_the_operating_threshold(known: Pin) -> None:
    assert dials.resolve(known, dials.UNSET) == pytest.approx(0.35)
    assert dials.resolve(known, 60) == pytest.approx(0.60)
    assert (dials.asked("60"), dials.asked("ninety"), dials.asked("140"), dials.asked("")) == (60, 0, 0, 0)
    assert (dials.clicked("0.6"), dials.clicked("6"), dials.clicked("")) == (0.6, 0, 0)


def test_the_curve_agrees_with_every_single_threshold(known: Pin) -> None:
    course = numbers.course(_counted(known))
    for i in course.drawn:
        alone = numbers.cut(_counted(known), float(course.thresholds[i])).errors
        assert course.curve.fdr[i] == pytest.approx(alone.fdr.value)
        assert course.fpr[int(i)] == pytest.approx(alone.fpr.value)
    assert course.thresholds[course.drawn].max() == pytest.approx(0.8)


def test_thresholds_with_few_outcomes_above_them_are_not_drawn() -> None:
    thin = pin(group(100, positives=50, score=0.4), group(20, positives=20, score=0.9))
    course = numbers.course(_counted(thin))
    assert course.thresholds[course.drawn].max() == pytest.approx(0.4)


def test_the_title_of_the_curve_names_the_threshold_that_is_worth_most(known: Pin) -> None:
    free = replace(known.policy, cost_per_contact=30_000.0)  # worth contacting: 60 of 100, not 30 of 300
    counted = numbers.counted(known, EVERY, policy=free)
    head = view.thresholds_headline(EN, numbers.course(counted), numbers.cut(counted, 0.35))
    assert head.title == "Net value is highest at 25%: COP\u00a04.2\u00a0M"  # 60 x 120,000 - 100 x 30,000
    same = view.thresholds_headline(EN, numbers.course(counted), numbers.cut(counted, 0.25))
    assert same.title == "This threshold has the highest net value: COP\u00a04.2\u00a0M"


def test_where_every_contact_pays_the_title_says_that_everybody_is_worth_it(known: Pin) -> None:
    """90 successes at 120,000 less 400 contacts at 8,000."""
    counted = _counted(known)
    head = view.thresholds_headline(EN, numbers.course(counted), numbers.cut(counted, 0.35))
    assert (
        head.title == "Net value is highest when everybody is flagged: COP\u00a07.6\u00a0M"
    )  # 90 x 120,000 - 400 x 8,000


def test_a_segment_that_wastes_more_contacts_is_named_and_coloured() -> None:
    uneven = pin(
        group(300, positives=60, score=0.8, region="R00"),
        group(300, positives=200, score=0.8, region="R01"),
        group(10, positives=5, score=0.8, region="R02"),
        group(40, score=0.1, region="R03"),
    )
    cut = _cut(uneven)
    found = numbers.segments(numbers.split(cut.counted, EVERY, "region"), cut)
    assert [s.level_name for s in found] == ["R00", "R01", "R02"]
    head = view.segments_headline(EN, found, cut, "region")
    assert head.title == "Region R00: FDR 46.1\u00a0pp above the others"  # 240/300 against (100 + 5)/310
    drawn = view.segment_bars(EN, found, cut)
    assert [(b.key, b.tone, b.label) for b in drawn.bars] == [
        ("R00", "act", "80.0%"), ("R01", "soft", "33.3%"), ("R02", "muted", "50.0%"),
    ]  # fmt: skip
    assert drawn.line == pytest.approx(345 / 610)


def test_without_a_dimension_that_varies_there_is_nothing_to_split(known: Pin) -> None:
    counted = _counted(known)
    cut = numbers.cut(counted, 0.35)
    assert numbers.split(counted, EVERY, "") is None
    assert numbers.segments(None, cut) == []
    assert view.segments_headline(EN, [], cut, "").title == "One segment is left of every dimension"


def test_without_balances_money_is_not_spoken_of() -> None:
    bare = pin(group(50, positives=25, score=0.8), carries=())
    assert "fdr_balance" not in _rates(bare)
    assert list(view.units(EN, _counted(bare))) == ["rows"]


# Charts and components


@pytest.mark.parametrize("dark", [False, True])
def test_plotly_accepts_the_curve_and_the_segments(known: Pin, dark: bool) -> None:
    cut, course = _cut(known), numbers.course(_counted(known))
    figure = go.Figure(thresholds(view.thresholds(EN, course, cut), Look(dark=dark)))
    assert {t.name for t in figure.data if t.name} == {"FDR", "FPR"}
    assert [s.x0 for s in figure.layout.shapes] == [pytest.approx(0.35), 0]
    found = numbers.segments(numbers.split(cut.counted, EVERY, "region"), cut)
    assert len(go.Figure(bars(view.segment_bars(EN, found, cut), Look(dark=dark))).data) == 1


def test_the_threshold_in_use_is_always_in_the_picture() -> None:
    line = Course("FDR", [0.1, 0.2], [0.5, 0.4], ["", ""])
    made = thresholds(Thresholds([line], current=0.6, current_text="at 60%"), Look())
    assert made["layout"]["xaxis"]["range"][1] > 0.6
    assert made["layout"]["annotations"][-1]["text"] == "at 60%"
    nothing = Thresholds([Course("FDR", [], [], [])], current=0.6, current_text="", nothing="none")
    assert thresholds(nothing, Look())["layout"]["annotations"][0]["text"] == "none"


def test_the_names_of_the_lines_stay_apart() -> None:
    lines = [Course("FDR", [0.1], [0.50], [""]), Course("FPR", [0.1], [0.505], [""], role="second")]
    made = thresholds(Thresholds(lines, current=0.1, current_text=""), Look())
    heights = [a["y"] for a in made["layout"]["annotations"] if a["text"] in ("FDR", "FPR")]
    assert abs(heights[0] - heights[1]) >= 0.04


def test_the_matrix_and_the_rates_are_plain_html(known: Pin) -> None:
    table = str(confusion(view.square(EN, _cut(known), "rows")))
    assert table.count('class="quadrant quadrant-') == 4
    assert table.count('scope="row"') == 3
    tiles = str(rate_tiles(view.rates(EN, _cut(known), unknown("no_arms"))))
    assert tiles.count('role="listitem"') == 6
    assert tiles.count("rate-missing") == 1


# The page


class _Counting:
    """Counts that remember how often they were asked."""

    def __init__(self, counts: Any) -> None:
        self._counts, self.asked = counts, 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._counts, name)
        if name not in ("totals", "histogram"):
            return found

        def ask(*args: Any, **how: Any) -> Any:
            self.asked += 1
            return found(*args, **how)

        return ask


@contextmanager
def _page(pin: Pin, l10n: L10n = EN, **inputs: Any) -> Iterator[Shown]:
    with shown_page(OWN, pin, EVERY, l10n=l10n, **{"threshold": 0, "dimension": "", **inputs}) as shown:
        yield shown


def test_the_page_opens_at_the_operating_threshold(known: Pin) -> None:
    with _page(known) as shown:
        assert "40 of 100 flagged were false positives" in shown.html("matrix_head")
        assert "score of 35% or more" in shown.html("matrix_head")
        assert "Positive =" in shown.html("meaning")
        shown.until(lambda: shown.page.get_output("curve_chart").status == "ok")
        shown.until(lambda: shown.page.get_output("segments_chart").status == "ok")


def test_moving_the_threshold_changes_the_figures_and_asks_the_counts_nothing(known: Pin) -> None:
    counting = _Counting(known.counts)
    with _page(replace(known, counts=counting)) as shown:
        shown.html("matrix_head")
        shown.html("segments_head")
        shown.until(lambda: shown.page.get_output("curve_chart").status == "ok")
        before = counting.asked
        shown.page.set_inputs(threshold=15)
        shown.until(lambda: "310 of 400 flagged" in shown.html("matrix_head"))
        assert "40.0%" not in shown.html("rates")
        assert counting.asked == before


def test_the_matrix_can_be_read_in_money(known: Pin) -> None:
    with _page(known, ES) as shown:
        shown.html("matrix")
        shown.page.set_inputs(unit="balance")
        shown.until(lambda: "$40,0" in shown.html("matrix"))


def test_a_state_takes_the_place_of_the_figures_in_the_reader_s_language() -> None:
    with _page(pin(group(50, label_state=OPEN)), PT) as shown:
        assert "Ainda não se conhece nenhuma resposta" in shown.html("state")


def test_the_words_of_the_address_set_the_page_s_own_inputs() -> None:
    asked = str(PAGE.ui("false_positives", l10n=EN, asked={"cut": "60", "split": "region"}))
    assert 'data-from="60.0"' in asked
    assert '<option value="region" selected' in asked
    assert 'data-from="0"' in str(PAGE.ui("false_positives", l10n=EN, asked={"cut": "a lot"}))


def test_negatives_are_those_of_scored_rows_only() -> None:
    some = _counted(pin(group(50, positives=20, score=0.8), group(30, score=math.nan, label_state=NEGATIVE)))
    assert (some.negatives, some.positives, some.scored) == (30, 20, 50)
    assert np.isclose(some.maturity, 1.0)
