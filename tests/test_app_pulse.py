"""The Pulse page's numbers and words on a bank small enough to check by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from releases import draft, open_counts, store_with
from scored_rows import make_rows

from app.components.sparkline import sparkline
from app.desk import Desk, Pin
from app.l10n import L10n
from app.selection import Filters, to_selection
from app.theme import Look
from app.views import pulse
from app.views import pulse_provisions as provisions
from app.views.events import clicked
from app.views.pulse_provisions import Covers
from app.views.shapes import Move
from data.counts import Selection
from data.rows import NEGATIVE, POSITIVE
from data.store import Draft
from monitoring.estimate import Estimate
from monitoring.forecast import Ahead, Forecast
from monitoring.policy import Policy

EN = L10n("en")
NBSP = "\u00a0"
DAYS = {202401: [0, 45, 0, 0], 202402: [45, 100, 0, 0]}
"""Days past due of four obligations of 100 million each, by month: the first two are cards, the others loans."""


def _rows() -> pd.DataFrame:
    rows = make_rows(8, months=tuple(DAYS), unscored=0.0).sort_values("month", ignore_index=True)
    rows["product"] = pd.Categorical(["card", "card", "loan", "loan"] * 2)
    rows["balance"] = 100e6
    rows["days_past_due"] = [float(d) for month in DAYS.values() for d in month]
    rows["cash"] = [10e6, 0, 0, 0, 10e6, 5e6, 0, 0]
    rows["eligible"], rows["offered"] = 1, [1, 1, 0, 0] * 2
    rows["label_state"] = [POSITIVE, NEGATIVE, 2, 2, POSITIVE, POSITIVE, 2, 2]
    return rows


@pytest.fixture(scope="module")
def pin() -> Pin:
    parts = {str(m): part.reset_index(drop=True) for m, part in _rows().groupby("month")}
    documents = {**draft(20).documents, "dimensions": {"product": {"levels": ["card", "loan"]}}}
    documents["meaning"] = {**documents["meaning"], "as_of": 202402, "events": {"202402": {"en": "Go-live"}}}
    store = store_with(Draft({"rows": parts}, documents))
    found = Desk(store, open_counts).open(store.version())
    assert isinstance(found, Pin)
    return found


def _figures(pin: Pin, filters: Filters | None = None, **policy: float) -> pulse.Figures:
    counts = pin.counts
    selection = to_selection(filters or Filters(), months=counts.months, edges=counts.edges)
    return pulse.figures(pin, selection, policy=replace(Policy(), **policy))  # type: ignore[arg-type]


def _box(figures: pulse.Figures, key: str) -> pulse.Box:
    return next(box for box in pulse.boxes(EN, figures) if box.key == key)


def test_the_ratio_is_overdue_balance_over_gross_with_its_change_and_course(pin: Pin) -> None:
    box = _box(_figures(pin), "icv30")
    assert (box.title, box.value, box.period) == ("ICV > 30 days", "50.0%", "Feb 24")
    assert (box.arrow, box.change, box.tone, box.against) == ("▲", f"+25.0{NBSP}pp", "bad", "vs. Jan 24")
    assert box.spark == (0.25, 0.5)
    assert box.n == "n 4"


def test_each_ratio_is_held_against_its_own_target_and_says_when_none_is_set(pin: Pin) -> None:
    figures = _figures(pin, icv_target=0.40, icv60_target=0.25)
    assert _box(figures, "icv30").more[-1] == Move(f"+10.0{NBSP}pp", "▲", "bad", "target 40.0%")
    assert _box(figures, "icv60").more[-1] == Move(against="on target 25.0%")
    assert _box(figures, "icv90").more[-1] == Move(against="no target set")
    assert _box(_figures(pin, icv_target=0.60), "icv30").more[-1].tone == "good"


def test_the_target_is_that_of_the_days_which_the_policy_counts(pin: Pin) -> None:
    assert _figures(pin, icv_target=0.2, overdue_dpd=90).policy.icv_targets == {90: 0.2}
    assert _figures(pin, icv_target=0.2, icv60_target=0.1).policy.icv_targets == {30: 0.2, 60: 0.1}


def test_every_box_is_compared_with_the_month_before_and_with_the_year_before(pin: Pin) -> None:
    for box in pulse.boxes(EN, _figures(pin)):
        assert box.against.startswith(("vs. ", "as in ")), box.key
        assert box.more[0] == Move(against="no year before")
    assert _box(_figures(pin), "cash").more[-1] == Move(against="no target set")
    assert _box(_figures(pin, cash_target=20e6), "cash").more[-1].change == "−25.0%"


def test_a_box_says_that_the_ratio_is_a_census(pin: Pin) -> None:
    assert dict(_box(_figures(pin), "icv30").facts)["Note"] == "A census: the level has no interval."


def test_provisions_are_not_shown_and_the_reason_is_said(pin: Pin) -> None:
    (missing,) = [h for h in pulse.hidden(EN, _figures(pin)) if h.name == "Coverage of provisions"]
    assert missing.reason == "the data carry no provisions"


def test_cash_is_compared_in_percent_and_more_is_better(pin: Pin) -> None:
    box = _box(_figures(pin), "cash")
    assert (box.value, box.change, box.tone) == (f"COP{NBSP}15.0{NBSP}M", "+50.0%", "good")


def test_acceptance_carries_its_interval_its_n_and_what_positive_means(pin: Pin) -> None:
    box = _box(_figures(pin), "acceptance")
    facts = dict(box.facts)
    assert (box.value, box.change) == ("100.0%", f"+50.0{NBSP}pp")
    assert facts["n"] == "2"
    assert facts["Labels matured"] == "100%"
    assert facts["Note"] == "accepts the option"
    assert facts["Release"] == pin.version
    assert "95% interval" in facts


def test_the_sentence_names_the_segment_that_moved_the_ratio_and_how(pin: Pin) -> None:
    said = pulse.changed(EN, _figures(pin))
    assert said == (
        f"ICV > 30 rose 25.0{NBSP}pp to 50.0% in Feb 2024. "
        f"Product Card moved it most: +25.00{NBSP}pp (+25.00 by its own ratio, 0.00 by its weight)."
    )


def test_what_did_not_move_is_said_to_have_stayed(pin: Pin) -> None:
    said = pulse.changed(EN, _figures(pin, Filters(where={"product": ("loan",)})))
    assert said == "ICV > 30 stayed at 0.0% in Feb 2024."


def test_the_side_table_has_the_heaviest_first_and_adds_up(pin: Pin) -> None:
    table = pulse.side_table(EN, _figures(pin))
    assert table.keys == ("card", "loan")
    assert [cell.text for cell in table.rows[0]] == ["Card", "100.0%", "+50.0", "200"]
    assert [cell.text for cell in table.rows[1]] == ["Loan", "0.0%", "0.0", "200"]
    assert [cell.text for cell in table.total] == ["Total", "50.0%", "+25.0", "400"]
    assert pulse.side_headline(EN, _figures(pin)).title == "Card carries 100% of what is overdue"


def test_the_trend_has_a_line_per_delay_an_event_and_the_target(pin: Pin) -> None:
    figures = _figures(pin, icv_target=0.40, icv_warning=0.45)
    data = pulse.trend(EN, figures, Forecast(202402, reason="no_flows"))
    assert [(line.name, list(line.values)) for line in data.lines] == [
        ("> 30 days", [0.25, 0.5]),
        ("> 60 days", [0.0, 0.25]),
        ("> 90 days", [0.0, 0.25]),
    ]
    assert [(mark.month, mark.text, mark.tag) for mark in data.marks] == [
        ("Feb 24", "Feb 2024: Go-live · no owner is named", "1")
    ]
    assert [(x.value, x.text, x.role) for x in data.levels] == [
        (0.40, "Target 40.0%", "good"), (0.45, "Warning 45.0%", "warn"),
    ]  # fmt: skip
    assert data.months == ["Jan 24", "Feb 24"]
    assert data.open_from == ""


def _ahead(k: int, value: float, *, judged: int = 20, low: float = 0.4) -> Ahead:
    estimate = Estimate(value, low, 0.6, 20.0, method="past_errors")
    return Ahead(202402 + k, k, estimate, 20, 0.01, 0.02, judged, 18)


def test_the_trend_goes_on_for_three_months_with_a_fan_that_starts_at_what_came(pin: Pin) -> None:
    ahead = tuple(_ahead(k, 0.5 + k / 100) for k in (1, 2, 3, 4))
    data = pulse.trend(EN, _figures(pin), Forecast(202402, 0.5, ahead))
    assert data.months == ["Jan 24", "Feb 24", "Mar 24", "Apr 24", "May 24"]
    assert data.open_from == "Mar 24"
    *lines, fan = data.lines
    assert all(math.isnan(v) for line in lines for v in line.values[2:])
    assert list(fan.values[1:]) == [0.5, 0.51, 0.52, 0.53]
    assert math.isnan(fan.values[0])
    assert (list(fan.low[1:]), list(fan.high[1:])) == ([0.5, 0.4, 0.4, 0.4], [0.5, 0.6, 0.6, 0.6])
    assert all(not line.low for line in lines), "a census has no band"


def test_the_outlook_says_how_often_the_band_held_and_whether_the_chain_is_any_better(pin: Pin) -> None:
    good, worse = _ahead(3, 0.53), replace(_ahead(3, 0.53), miss=0.03)
    said = pulse.outlook(EN, _figures(pin), Forecast(202402, 0.5, (good,)))
    assert said == (
        "Forecast for May 2024: 53.0% [40.0\u00a0–\u00a060.0%]. In 18 of 20 past months the 90% band held the ratio. "
        f"Forecasts 3 months ahead missed by 1.00{NBSP}pp on average, “no change” by 2.00{NBSP}pp."
    )
    said = pulse.outlook(EN, _figures(pin), Forecast(202402, 0.5, (worse,)))
    assert said.endswith("So far ahead the chain is no better than “no change”.")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Forecast(202402, reason="no_flows"),
            "No forecast: it is not known where the balances of the last months went",
        ),
        (Forecast(202402, 0.5, (_ahead(1, 0.5, low=math.nan),)), "No forecast: fewer months than it takes to say"),
    ],
)
def test_without_a_forecast_the_outlook_says_why(pin: Pin, found: Forecast, said: str) -> None:
    assert pulse.outlook(EN, _figures(pin), found).startswith(said)
    assert pulse.trend(EN, _figures(pin), found).months == ["Jan 24", "Feb 24"]


def test_the_total_is_the_ratio_of_the_sums_and_not_a_mean_of_ratios(pin: Pin) -> None:
    """Of the cards all 200 are overdue and of the loans none of the 200."""
    figures = _figures(pin)
    latest, _ = figures.parts
    assert figures.icv[-1].icv == sum(s.overdue for s in latest) / sum(s.gross for s in latest) == 0.5


def test_an_event_in_a_month_of_the_trend_can_be_chosen_and_says_its_owner(pin: Pin) -> None:
    made = [{"month": 202402, "text": {"en": "New terms"}, "owner": "Credit committee"}]
    other = Pin(pin.release, pin.counts, _documents={"meaning": {**pin.meaning, "events": made}})
    told = replace(_figures(pin), pin=other)
    (one,) = pulse.happenings(EN, told, "event-1")
    assert (one.tag, one.text, one.chosen) == ("1", "Feb 24 · New terms", True)
    assert one.said == "Feb 2024: New terms · owner: Credit committee"
    assert pulse.happenings(EN, told, "")[0].chosen is False


def test_the_coverage_of_provisions_stands_where_the_data_carry_it(pin: Pin) -> None:
    carried = {**pin.meaning, "carries": [*pin.meaning["carries"], "provisions"]}
    figures = replace(_figures(pin), pin=Pin(pin.release, pin.counts, _documents={"meaning": carried}))
    assert "provisions" not in [b.key for b in pulse.boxes(EN, _figures(pin))]
    assert next(b for b in pulse.boxes(EN, figures) if b.key == "provisions").value == "…"
    read = Covers(pin.version, Selection(), {202401: 1.0, 202402: 1.1})
    box = next(b for b in pulse.boxes(EN, figures, read) if b.key == "provisions")
    assert (box.value, box.change, box.tone) == ("110%", f"+10.0{NBSP}pp", "good")
    assert box.more[-1] == Move(f"−10.0{NBSP}pp", "▼", "bad", "target 120%")
    assert not [h for h in pulse.hidden(EN, figures) if h.name == "Coverage of provisions"]
    other = Selection(where={"product": ("loan",)})
    assert (provisions.of(read, figures, Selection()), provisions.of(read, figures, other)) == (True, False)


def test_a_click_on_the_month_of_an_event_finds_it_among_the_lines() -> None:
    assert clicked([{"x": "Feb 24", "key": "50.0%"}, {"x": "Feb 24", "key": "event-2"}]) == "event-2"
    assert clicked([{"x": "Jan 24", "key": "50.0%"}, {"key": None}]) == ""


def test_one_month_alone_has_nothing_to_be_compared_with(pin: Pin) -> None:
    figures = _figures(pin, Filters(first=202401, last=202401))
    assert _box(figures, "icv30").against == "no month before"
    assert pulse.changed(EN, figures) == "the ratio cannot be compared: there is no month before."
    assert pulse.trend_headline(EN, figures).title == "Product: from 0.0% in Loan to 50.0% in Card"
    assert pulse.trend_headline(EN, figures).subtitle == "Balance more than 30 days past due ÷ balance · Jan 2024"


def test_a_sparkline_breaks_where_a_number_is_missing() -> None:
    assert sparkline((1.0, 2.0, math.nan, 3.0, 1.0)).count("<polyline") == 2
    assert sparkline((1.0, math.nan)) == ""
    assert sparkline((2.0, 2.0)).count("<polyline") == 1


def test_a_look_knows_its_palette() -> None:
    assert Look().colours != Look(dark=True).colours
