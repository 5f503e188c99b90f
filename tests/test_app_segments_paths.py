"""The way down on the Segments page: what lies under what, the crumbs that lead back, and bands that count as one."""

from __future__ import annotations

import pytest
from made_pin import EVERY, group, pin

from app.desk import Pin
from app.l10n import L10n
from app.selection import Filters
from app.views import segments as view
from app.views import segments_bands as bands
from app.views import segments_figures as numbers
from app.views import segments_paths as paths
from data.counts import Selection
from monitoring.joined import JOINT, groups

EN, ES = L10n("en"), L10n("es")
OFFICES = (("R00", "Norte", "N1"), ("R00", "Sur", "S1"), ("R01", "Este", "E1"), ("R01", "Este", "E2"))


@pytest.fixture(scope="module")
def nested() -> Pin:
    """Regions, offices in them, desks in these; ages from 18 to 45, of which 26-35 has ten rows in all."""
    rows = [group(60, positives=30, region=r, office=o, desk=d, age_band="18-25") for r, o, d in OFFICES]
    rows += [group(5, positives=1, office="Norte", desk="N1", age_band="26-35", score=0.9)] * 2
    rows += [group(40, positives=10, office="Norte", desk="N1", age_band="36-45", balance=2e6)]
    return pin(*rows, under={"office": "region", "desk": "office"})


def _where(**levels: str) -> Selection:
    return Selection(EVERY.months, {name: (level,) for name, level in levels.items()})


def _crumbs(pin: Pin, selection: Selection, *axes: str) -> list[tuple[str, str]]:
    ways = paths.crumbs(EN, pin, selection, axes)
    return [(crumb.text, crumb.back_to) for way in ways for crumb in way]


def test_what_lies_under_a_dimension_is_shown_once_one_of_its_levels_is_left(nested: Pin) -> None:
    assert paths.chain(nested, "office") == ("region", "office", "desk")
    assert paths.opened(nested, EVERY, "region") == "region"
    assert paths.opened(nested, _where(region="R00"), "region") == "office"
    assert paths.opened(nested, _where(region="R01", office="Este"), "region") == "desk"
    assert paths.pair(nested, _where(region="R00"), rows="region", columns="") == ("office", "bucket")
    assert paths.one(nested, _where(region="R00"), "region") == "office"


def test_at_the_end_of_the_way_the_heat_map_stays_and_the_bars_go_on(nested: Pin) -> None:
    end = _where(region="R00", office="Norte", desk="N1")
    assert paths.pair(nested, end, rows="region", columns="")[0] == "desk"
    assert paths.one(nested, end, "region") == "product"
    offered = paths.offered(EN, nested, end, rows="region", columns="")
    assert offered["rows"]["region"] == "Region › Desk"
    assert "region" not in offered["dimension"]


def test_a_dimension_with_nothing_under_it_gives_way_to_the_next(nested: Pin) -> None:
    assert paths.opened(nested, _where(age_band="18-25"), "age_band") == ""
    assert paths.pair(nested, _where(age_band="18-25"), rows="age_band", columns="") == ("gender", "bucket")
    assert paths.opened(nested, EVERY, "nowhere") == ""


def test_rows_that_were_opened_are_never_the_columns_too(nested: Pin) -> None:
    rows, columns = paths.pair(nested, _where(region="R00"), rows="region", columns="office")
    assert (rows, columns) == ("office", "bucket")


def test_crumbs_name_the_way_and_lead_back_to_each_step_of_it(nested: Pin) -> None:
    assert _crumbs(nested, EVERY, "region", "bucket") == [("Region", "")]
    assert _crumbs(nested, _where(region="R00"), "office", "bucket") == [
        ("Region", "region"), ("R00", ""), ("Office", ""),
    ]  # fmt: skip
    assert _crumbs(nested, _where(region="R01", office="Este"), "desk") == [
        ("Region", "region"), ("R01", "office"), ("Este", ""), ("Desk", ""),
    ]  # fmt: skip
    assert _crumbs(nested, _where(region="R01", office="Este", desk="E1"), "desk") == [
        ("Region", "region"), ("R01", "office"), ("Este", "desk"), ("E1", ""),
    ]  # fmt: skip


def test_where_no_axis_shows_the_way_the_last_crumb_opens_it(nested: Pin) -> None:
    assert _crumbs(nested, _where(region="R00"), "age_band", "bucket") == [
        ("Region", "region"), ("R00", ""), ("Office", "office"),
    ]  # fmt: skip


def test_going_up_lifts_the_filters_of_a_dimension_and_of_all_under_it(nested: Pin) -> None:
    bar = Filters(where={"region": ("R01",), "office": ("Este",), "gender": ("F",)})
    assert paths.up(nested, bar, "office").where == {"region": ("R01",), "gender": ("F",)}
    assert paths.up(nested, bar, "region").where == {"gender": ("F",)}
    here = _where(region="R01", office="Este")
    on_rows = paths.back(EN, nested, here, "office", rows="region", columns="")
    assert on_rows and (on_rows.axis, on_rows.asked) == ("rows", "region")
    on_columns = paths.back(EN, nested, here, "region", rows="", columns="office")
    assert on_columns and (on_columns.axis, on_columns.asked) == ("columns", "region")
    assert "region" in on_columns.choices
    assert paths.back(EN, nested, here, "nowhere", rows="", columns="") is None


def test_where_the_data_have_no_levels_under_levels_nothing_is_offered() -> None:
    flat = pin(group(40, positives=20), group(40, positives=20, region="R01"))
    assert paths.crumbs(EN, flat, _where(region="R00"), ("age_band", "bucket")) == ()
    broken = pin(group(40), group(40, office="a"), under={"office": "nowhere"})
    assert paths.crumbs(EN, broken, EVERY, ("office", "bucket")) == ()


def test_the_address_keeps_the_bands_and_drops_what_it_cannot_read() -> None:
    ties = bands.read("age_band~26-35~36-45;bucket~31-60;;~x;region")
    assert ties == {"age_band": ("26-35", "36-45"), "bucket": ("31-60",)}
    assert bands.read(bands.written(ties)) == ties
    assert bands.read("") == {}


def test_a_switch_takes_two_bands_together_and_parts_them_again() -> None:
    once = bands.turned({}, "age_band~26-35")
    assert once == {"age_band": ("26-35",)}
    assert bands.turned(once, "age_band~26-35") == {}
    assert bands.turned(once, "bucket~1-30") == {"age_band": ("26-35",), "bucket": ("1-30",)}


def test_only_dimensions_in_order_have_bands_and_unknown_is_none_of_them(nested: Pin) -> None:
    (row,) = bands.rows(EN, nested, ("age_band", "region"), {"age_band": ("26-35",)})
    assert row.name == "Age"
    assert [(tie.text, tie.on) for tie in row.ties][:2] == [("18-25 + 26-35", True), ("26-35 + 36-45", False)]
    assert len(row.ties) == 5
    assert list(bands.taken_together(nested, {"age_band": ("gone",), "region": ("R01",)})) == ["age_band"]


def test_a_band_that_vanished_from_the_release_joins_nothing(nested: Pin) -> None:
    made = bands.taken_together(nested, {"age_band": ("gone",)})
    assert {len(group) for group in made["age_band"]} == {1}


def test_joined_bands_are_pooled_judged_and_greyed_as_one_cell(nested: Pin) -> None:
    """50 outcomes of which 12 positive, where 45 % + 10 × (90 % - 50 %) was predicted of 10 and 50 % of 40."""
    tied = {"age_band": groups(("18-25", "26-35", "36-45"), ("36-45",))}
    apart, joint = (numbers.scope(nested, EVERY, policy=nested.policy, groups=g) for g in (None, tied))
    few = numbers.grid(apart, EVERY, rows="age_band", columns="product").cells["26-35", "consumo"]
    grid = numbers.grid(joint, EVERY, rows="age_band", columns="product")
    both = grid.cells[f"26-35{JOINT}36-45", "consumo"]
    assert (few.rows, few.state) == (10, "insufficient")
    assert (both.rows, both.positives, both.state) == (50, 12, "ok")
    assert both.expected == pytest.approx((10 * 0.9 + 40 * 0.5) / 50)
    assert both.balance == pytest.approx(10e6 + 80e6)
    shown = view.heatmap(EN, grid, "observed")
    assert shown.row_names[:2] == ["18-25", "26-35 + 36-45"]
    assert "26-35 + 36-45" in shown.tiles[1][0].hover
    found = numbers.breakdown(joint, EVERY, "age_band")
    assert found.whole is not None
    assert sum(s.rows for s in found.segments) == found.whole.rows == 290
    assert view.table(ES, found, "rows").keys == ("18-25", f"26-35{JOINT}36-45")


def test_three_bands_or_more_are_named_by_their_ends(nested: Pin) -> None:
    tied = {"age_band": groups(("18-25", "26-35", "36-45"), ("26-35", "36-45"))}
    scope = numbers.scope(nested, EVERY, policy=nested.policy, groups=tied)
    assert view.heatmap(EN, numbers.grid(scope, EVERY, rows="age_band", columns="product"), "gap").row_names == [
        "18-25 … 36-45"
    ]


@pytest.mark.parametrize("measure", list(view.measures(EN)))
@pytest.mark.parametrize(
    "odd",
    [
        pin(group(1, positives=1), group(1, region="R01")),
        pin(group(60), group(60, region="R01")),
        pin(group(60, positives=60), group(60, positives=60, region="R01")),
        pin(group(60, positives=20, score=0.0), group(60, positives=20, region="R01", score=1.0)),
    ],
    ids=["a segment of one", "no positives", "no negatives", "scores at the ends"],
)
def test_odd_segments_are_shown_or_said_to_be_too_few(odd: Pin, measure: str) -> None:
    scope = numbers.scope(odd, EVERY, policy=odd.policy)
    grid = numbers.grid(scope, EVERY, rows="region", columns="product")
    drawn = view.heatmap(EN, grid, measure)
    for tile in (tile for row in drawn.tiles for tile in row):
        assert "nan" not in (tile.text + tile.hover).lower()
        assert tile.state in ("ok", "off", "insufficient")
    assert "nan" not in view.heatmap_headline(EN, grid, measure).title.lower()
