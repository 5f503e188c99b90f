"""The Forecast section of the Overdue ratio page: words and pictures of a forecast, and why there is none."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from releases import draft, open_counts, store_with
from test_app_pages import _html, session
from test_monitoring_forecast import simulated

from app.desk import Desk, Pin
from app.l10n import L10n
from app.views import forecast as words
from app.views import overdue_forecast as view
from app.views.forecast_figures import forecasted
from data.counts import Selection
from monitoring.forecast import Forecast, forecast
from monitoring.policy import Policy

EN, RULE = L10n("en"), Policy()
FOUND = forecast(simulated(36), origin=202212)


def test_the_table_has_a_row_a_month_with_past_errors_beside_no_change() -> None:
    table = view.errors(EN, FOUND)
    assert table.rows[0][0].text == "Jan 2023 (+1)"
    assert len(table.rows) == RULE.forecast_months
    first = FOUND.ahead[0]
    assert table.rows[0][3].text == f"{100 * first.miss:.2f}"
    assert table.rows[0][4].text == f"{100 * first.unchanged_miss:.2f}"
    assert table.rows[0][5].text == f"{first.held} of {first.judged}"


def test_the_picture_has_what_came_the_fan_and_the_forecasts_of_a_month_before() -> None:
    data = view.picture(EN, FOUND, RULE)
    assert len(data.months) == view.BACK + RULE.forecast_months
    came, fan, before = data.lines
    assert came.values[view.BACK - 1] == fan.values[view.BACK - 1] == FOUND.start
    assert math.isfinite(fan.low[-1])
    assert math.isfinite(before.values[0])
    assert data.open_from == "Jan 23"


def test_the_sentence_counts_the_past_forecasts_of_all_distances() -> None:
    held, judged = (sum(getattr(a, name) for a in FOUND.ahead) for name in ("held", "judged"))
    assert f"in {held} of {judged} past forecasts, one to 6 months ahead" in view.sentence(EN, FOUND, RULE)
    none_held = replace(FOUND, ahead=tuple(replace(a, held=0) for a in FOUND.ahead))
    assert view.level(none_held, RULE) == "watch"


def test_what_the_chain_assumes_is_read_off_its_rates() -> None:
    assert FOUND.chain is not None
    rows = {row[0].text: row[1].text for row in view.assumed(EN, FOUND, RULE).rows}
    assert rows["1-30 becomes 31-60"] == EN.percent(float(FOUND.chain.rates[1, 2]))
    assert rows["31-60 is no longer overdue"] == EN.percent(float(FOUND.chain.rates[2, :2].sum()))


def test_where_the_chain_is_never_better_the_title_says_so() -> None:
    worse = replace(FOUND, ahead=tuple(replace(a, miss=1.0) for a in FOUND.ahead))
    assert view.errors_headline(EN, worse).title == "The chain is no better than “no change”"
    assert "no better than" in words.missed(EN, worse.ahead[0])


@pytest.mark.parametrize("reason", sorted(words.REASONS))
def test_without_a_forecast_there_is_a_state_and_nothing_else(reason: str) -> None:
    found = Forecast(202402) if reason == "few_months" else Forecast(202402, reason=reason)
    problem = view.state(EN, found)
    assert problem is not None
    assert problem.body.rstrip(".").lower() == words.REASONS[reason].lower()
    assert (view.sentence(EN, found, RULE), view.level(found, RULE)) == ("", "unknown")
    assert view.errors(EN, found).rows == view.assumed(EN, found, RULE).rows == ()
    assert view.picture(EN, found, RULE).nothing
    assert view.state(EN, FOUND) is None


@pytest.fixture(scope="module")
def pin() -> Pin:
    store = store_with(draft(300))
    found = Desk(store, open_counts).open(store.version())
    assert isinstance(found, Pin)
    return found


@pytest.mark.parametrize(
    ("meaning", "where", "reason"),
    [
        ({}, {"bucket": ("0", "1-30")}, "one_bucket"),
        ({"dated": False}, {}, "undated"),
        ({"carries": ["balance"]}, {}, "no_balance"),
        ({"carries": ["balance", "days_past_due"]}, {}, "no_gross"),
        ({"carries": ["balance", "days_past_due", "gross"]}, {}, "no_flows"),
    ],
)
def test_data_that_carry_no_forecast_say_why(
    pin: Pin, meaning: dict[str, object], where: dict[str, tuple[str, ...]], reason: str
) -> None:
    carried = {"carries": ["balance", "days_past_due", "gross"], "dated": True}
    other = Pin(pin.release, pin.counts, _documents={"meaning": {**pin.meaning, **carried, **meaning}})
    assert forecasted(other, Selection(where=where), policy=RULE).reason == reason


def test_the_section_shows_its_figures_or_the_reason_in_a_session() -> None:
    inputs = {"page": "overdue", "overdue-part": "forecast"}
    with session(store_with(draft(300)), **inputs) as found:
        assert "No forecast" in _html(found, "overdue-forecast-state")
