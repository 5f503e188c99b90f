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
from data.rows import NEGATIVE, POSITIVE
from data.store import Draft
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


def test_only_the_ratio_that_the_policy_counts_is_held_against_the_target(pin: Pin) -> None:
    figures = _figures(pin, icv_target=0.40)
    assert (_box(figures, "icv30").target, _box(figures, "icv30").level) == ("target 40.0%", "act")
    assert (_box(figures, "icv90").target, _box(figures, "icv90").level) == ("", "unknown")
    assert _box(_figures(pin, icv_target=0.60), "icv30").level == "ok"
    assert _box(_figures(pin), "icv30").target == ""


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
    data = pulse.trend(EN, _figures(pin, icv_target=0.40))
    assert [(line.name, list(line.values)) for line in data.lines] == [
        ("> 30 days", [0.25, 0.5]),
        ("> 60 days", [0.0, 0.25]),
        ("> 90 days", [0.0, 0.25]),
    ]
    assert [(mark.month, mark.text) for mark in data.marks] == [("Feb 24", "Go-live")]
    assert [(level.value, level.text) for level in data.levels] == [(0.40, "Target 40.0%")]
    assert data.months == ["Jan 24", "Feb 24"]


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
