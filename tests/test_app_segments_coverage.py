"""The section Coverage of the Segments page: its words, its designed states, what a click does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from made_months import shown_page
from releases import EVERYTHING, draft, open_counts, store_with

from app.desk import Pin
from app.l10n import L10n
from app.pages.segments_coverage import PAGE
from app.views import segments_coverage as view
from app.views import segments_coverage_figures as numbers
from app.views import segments_coverage_tables as tables
from data.counts import Selection

EN = L10n("en")
EVERY = Selection(months=(202401, 202412))


def opened(carries: Sequence[str] = EVERYTHING) -> Pin:
    release = store_with(draft(3000, carries=carries)).read()
    return Pin(release, open_counts(release))


@pytest.fixture(scope="module")
def pin() -> Pin:
    return opened()


def seen(pin: Pin, selection: Selection = EVERY, *, month: str = "", dimension: str = "") -> numbers.Seen:
    sheet = numbers.sheet(pin, selection, policy=pin.policy, dimension=dimension)
    return numbers.seen(sheet, numbers.month_of(sheet, month))


def test_the_usual_month_is_the_last_one_and_all_months_add_up_to_the_release(pin: Pin) -> None:
    assert seen(pin).month == 202412
    assert seen(pin, month=numbers.EVERY_MONTH).chain[0].rows == 3000
    months = [seen(pin, month=str(m)).chain for m in pin.extent.months]
    whole = seen(pin, month=numbers.EVERY_MONTH).chain
    assert [sum(c[k].rows for c in months) for k in range(6)] == [s.rows for s in whole]


def test_the_segments_add_up_to_the_chain(pin: Pin) -> None:
    found = seen(pin, dimension="gender", month=numbers.EVERY_MONTH)
    assert [sum(chain[k].rows for _, chain, _ in found.segments) for k in range(6)] == [s.rows for s in found.chain]


def test_the_past_of_a_month_is_known_although_the_filter_holds_one_month_only(pin: Pin) -> None:
    found = seen(pin, Selection(months=(202412, 202412)))
    assert found.losses["eligible"].months == 11
    assert found.sheet.shown == (202412,)
    assert view.months(EN, found.sheet) == {"": "Dec 2024"}


def test_a_segment_of_one_and_a_dimension_that_is_filtered_leave_another_one(pin: Pin) -> None:
    found = seen(pin, Selection(EVERY.months, {"product": ("tarjeta",)}), dimension="product")
    assert found.sheet.dimension == "region"
    alone = Selection(EVERY.months, {name: levels[:1] for name, levels in pin.extent.dimensions.items()})
    assert seen(pin, alone).segments == ()
    assert tables.segments_headline(EN, seen(pin, alone)).title == "One segment is left of every dimension"


def test_without_balances_or_arms_the_chain_is_told_in_rows_without_them() -> None:
    bare = seen(opened([]))
    assert "worked" not in [s.name for s in bare.chain]
    assert list(view.units(EN, bare.sheet)) == ["rows"]
    assert "ICV of those left out" not in view.table(EN, bare, "rows").columns


def test_a_selection_without_a_row_is_a_designed_state(pin: Pin) -> None:
    none = seen(pin, Selection((202401, 202401), {"product": ("vehiculo",), "bucket": (">360",), "channel": ("web",)}))
    said = view.state(EN, none.sheet)
    assert said is not None
    assert said.title == "No obligation is left by the filters"
    assert (view.sentence(EN, none), view.picture(EN, none, "rows").bars) == ("", [])


def test_a_score_band_is_said_to_leave_scored_rows_only(pin: Pin) -> None:
    sheet = seen(pin, Selection(EVERY.months, {}, (1, 40))).sheet
    assert view.caution(EN, sheet).startswith("A score band is filtered")


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_the_section_in_a_session_and_a_click_that_filters(pin: Pin, language: str) -> None:
    l10n = L10n(language)
    with shown_page(PAGE, pin, EVERY, l10n=l10n, unit="money", month="", dimension="gender") as found:
        assert l10n.money_unit in found.html("steps")
        assert 'data-value="M"' in found.html("segments")
        found.page.set_inputs(picked="M")
        found.until(lambda: found.narrowed == [("gender", "M")])
