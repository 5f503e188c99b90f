"""The Segments page: what it finds, what it refuses to judge, and what a click on it does."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import plotly.graph_objects as go
import pytest
from made_months import Shown, shown_page
from made_pin import EVERY, group, pin
from releases import draft, open_counts, store_with

from app.charts.bars import Bar, Bars, bars
from app.charts.heatmap import Heatmap, Tile, heatmap
from app.charts.ink import contrast, mixed, readable
from app.components.clicks import picked
from app.desk import Pin
from app.l10n import L10n
from app.pages.segments import OWN
from app.theme import Look, blues
from app.views import choices
from app.views import segments as view
from app.views import segments_figures as numbers
from app.views import segments_paths as paths
from data.counts import Selection
from data.rows import OPEN

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")


@pytest.fixture(scope="module")
def planted() -> Pin:
    """R00: 300 rows, 30 positive where 150 were predicted. R01: 400 rows, 200 as predicted. R02: 10 rows."""
    return pin(
        group(300, positives=30, region="R00"),
        group(400, positives=200, region="R01", product="tarjeta", balance=3e6),
        group(10, positives=5, region="R02"),
    )


def _found(pin: Pin, dimension: str, selection: Selection = EVERY) -> numbers.Breakdown:
    return numbers.breakdown(numbers.scope(pin, selection, policy=pin.policy), selection, dimension)


def _grid(pin: Pin, rows: str, columns: str) -> numbers.Grid:
    return numbers.grid(numbers.scope(pin, EVERY, policy=pin.policy), EVERY, rows=rows, columns=columns)


def test_a_segment_is_what_its_rows_add_up_to(planted: Pin) -> None:
    first, second, third = _found(planted, "region").segments
    assert (first.rows, first.labelled, first.positives) == (300, 300, 30)
    assert first.observed.value == pytest.approx(0.10)
    assert first.gap == pytest.approx(-0.40)
    assert second.gap == pytest.approx(0.0)
    assert (first.level, second.level, third.level) == ("act", "ok", "unknown")
    assert third.state == "insufficient"


def test_levels_without_rows_are_left_out_and_the_whole_is_the_sum(planted: Pin) -> None:
    found = _found(planted, "region")
    assert [s.levels[0] for s in found.segments] == ["R00", "R01", "R02"]
    assert found.whole is not None
    assert (found.whole.rows, found.whole.positives) == (710, 235)


def test_the_sentence_names_the_segment_that_is_most_off(planted: Pin) -> None:
    scope = numbers.scope(planted, EVERY, policy=planted.policy)
    off = numbers.most_off(scope, EVERY)
    assert (off.dimension, off.segment and off.segment.levels) == ("region", ("R00",))
    said = "R00 comes 40.0\u00a0pp below its prediction: 10.0% against 50.0% (n 300, q < 0.001 over 4 segments)."
    assert view.most_off(EN, scope, off) == f"Region {said}"
    assert "40,0 pp por debajo de lo previsto" in view.most_off(ES, scope, off).replace("\u00a0", " ")
    assert "40,0 pp abaixo do previsto" in view.most_off(PT, scope, off).replace("\u00a0", " ")
    assert view.level(off) == "act"


def test_q_values_of_the_sentence_are_corrected_for_every_dimension(planted: Pin) -> None:
    scope = numbers.scope(planted, EVERY, policy=planted.policy)
    off = numbers.most_off(scope, EVERY)
    smallest, next_one = (_found(planted, name).segments[0].p for name in ("region", "product"))
    assert (off.tested, off.dimensions) == (4, 2)
    assert off.segment is not None
    assert off.segment.q == pytest.approx(min(smallest * 4 / 1, next_one * 4 / 2), rel=1e-9)


def test_where_no_segment_is_off_the_sentence_says_so() -> None:
    calm = pin(group(200, positives=100), group(200, positives=100, region="R01"))
    scope = numbers.scope(calm, EVERY, policy=calm.policy)
    off = numbers.most_off(scope, EVERY)
    assert view.most_off(EN, scope, off).startswith("none of 2 segments tested departs")
    assert view.level(off) == "ok"
    assert "ninguno de los 2 segmentos" in view.most_off(ES, scope, off)


def test_a_large_ratio_by_chance_is_not_off() -> None:
    small = pin(group(40, positives=15), group(40, positives=20, region="R01"))
    scope = numbers.scope(small, EVERY, policy=small.policy)
    assert numbers.most_off(scope, EVERY).segment is None


def test_without_outcomes_the_sentence_waits_and_the_note_names_the_period() -> None:
    early = pin(group(50, label_state=OPEN), group(50, label_state=OPEN, region="R01"))
    scope = numbers.scope(early, EVERY, policy=early.policy)
    assert "no segment has enough outcomes yet" in view.most_off(EN, scope, numbers.most_off(scope, EVERY))
    assert view.note(EN, scope).startswith("No outcome is known yet in Jan 2024")
    found = numbers.breakdown(scope, EVERY, "region")
    assert view.headline(EN, found, "observed").title == "Region: nothing to show yet"
    assert (
        bars(view.bars(EN, found, "observed"), Look())["layout"]["annotations"][0]["text"] == "No outcome is known yet"
    )


def test_the_note_names_the_months_that_are_open() -> None:
    half = pin(group(50, positives=25), group(50, label_state=OPEN, region="R01"))
    scope = numbers.scope(half, EVERY, policy=half.policy)
    assert view.note(EN, scope).startswith("Only 50% of the outcomes are known (Jan 2024 still open)")


def test_the_title_of_the_bars_says_the_finding_and_the_subtitle_the_unit(planted: Pin) -> None:
    found = _found(planted, "region")
    head = view.headline(EN, found, "observed")
    assert head.title == "Region R00 comes 40.0\u00a0pp below its prediction"
    assert head.subtitle.endswith("95% interval · Jan 2024 · 100% labels matured")
    assert view.headline(EN, found, "balance").title == "Region R01 holds 79% of the balance"
    assert view.headline(EN, _found(planted, "product"), "rows").title == "Tarjeta holds 56% of the obligations"
    assert view.headline(ES, found, "gap").title == "Región R00 queda 40,0\u00a0pp por debajo de lo previsto"


def test_where_all_hold_the_title_names_the_highest() -> None:
    calm = pin(group(200, positives=100), group(200, positives=110, region="R01"))
    title = view.headline(EN, _found(calm, "region"), "observed").title
    assert title == "No segment departs from its prediction; Region R01 is highest with 55.0%"


def test_bars_run_from_the_highest_down_with_the_too_small_ones_grey_at_the_end(planted: Pin) -> None:
    drawn = view.bars(EN, _found(planted, "region"), "observed").bars
    assert [(b.key, b.tone, b.label) for b in drawn] == [
        ("R01", "main", "50.0%"), ("R00", "main", "10.0%"), ("R02", "muted", "50.0%"),
    ]  # fmt: skip
    assert [b.mark for b in drawn] == pytest.approx([0.5, 0.5, 0.5])
    assert drawn[1].low < 0.10 < drawn[1].high


def test_gaps_run_from_the_most_over_stated_up() -> None:
    mixed_up = pin(*(group(50, positives=25 + k, region=f"R{k:02d}") for k in (4, -6, 0, 8)))
    drawn = view.bars(EN, _found(mixed_up, "region"), "gap").bars
    assert [b.label for b in drawn] == ["−12.0\u00a0pp", "0.0\u00a0pp", "+8.0\u00a0pp", "+16.0\u00a0pp"]
    assert view.headline(EN, _found(mixed_up, "region"), "gap").title == "No segment departs from its prediction"


def test_the_gap_is_drawn_with_its_interval_and_its_level(planted: Pin) -> None:
    drawn = {b.key: b for b in view.bars(EN, _found(planted, "region"), "gap").bars}
    assert drawn["R00"].tone == "act"
    assert drawn["R00"].value == pytest.approx(-0.40)
    assert drawn["R00"].low < -0.40 < drawn["R00"].high < 0
    assert drawn["R00"].label == "−40.0\u00a0pp"


def test_the_hover_tells_raw_and_stabilised_rate_n_and_balance(planted: Pin) -> None:
    small = next(b for b in view.bars(EN, _found(planted, "region"), "observed").bars if b.key == "R02")
    assert "Observed 50.0% [" in small.hover
    assert "Stabilised " in small.hover
    assert "n 10 of 10 rows" in small.hover
    assert "Balance COP\u00a010.0\u00a0M a month · ICV > 30 100.0%" in small.hover
    assert "Fewer than 30 outcomes: not judged" in small.hover


def test_only_the_segments_with_the_most_rows_are_drawn() -> None:
    many = pin(*(group(40 + k, positives=20, region=f"R{k:02d}") for k in range(20)))
    drawn = view.bars(EN, _found(many, "region"), "observed").bars
    assert len(drawn) == numbers.MOST_BARS
    assert {b.key for b in drawn} == {f"R{k:02d}" for k in range(5, 20)}


def test_amounts_are_those_of_a_mean_month() -> None:
    release = store_with(draft(4000, last=202404)).read()
    two = Pin(release, open_counts(release))
    four = Selection(months=(202401, 202404))
    found = _found(two, "product", four)
    whole = found.whole
    assert whole is not None
    assert (whole.rows, numbers.value(found.scope, whole, "rows")) == (4000, 1000)


def test_the_table_has_a_light_for_every_segment_and_the_whole_at_the_end(planted: Pin) -> None:
    found = _found(planted, "region")
    made, needed = view.table(EN, found, "observed"), {s.levels[0]: math.ceil(s.needed) for s in found.segments}
    assert made.keys == ("R01", "R00", "R02")
    assert [row[6].text for row in made.rows] == ["● as predicted", "◆ off", f"○ needs {needed['R02']}"]
    assert made.rows[1][5].text == "−40.0"
    assert made.rows[1][5].tone == "bad"
    assert made.total[1].text == "710"
    assert view.table_headline(EN, _found(planted, "region")).title == (
        "Region: 1 of 3 segments off their prediction, 1 with too few outcomes"
    )


def test_without_balances_the_table_and_the_measures_do_without_them() -> None:
    bare = pin(group(40, positives=20), group(40, positives=20, region="R01"), carries=())
    assert len(view.table(EN, _found(bare, "region"), "observed").columns) == 7
    assert list(view.measures(EN, bare)) == ["observed", "propensity", "gap", "fdr", "rows"]


def test_the_heat_map_greys_small_cells_and_leaves_empty_ones_blank(planted: Pin) -> None:
    made = view.heatmap(EN, _grid(planted, "region", "product"), "observed")
    assert (list(made.rows), list(made.columns)) == (["R00", "R01", "R02"], ["consumo", "tarjeta"])
    states = [[t.state for t in row] for row in made.tiles]
    assert states == [["off", "empty"], ["empty", "ok"], ["insufficient", "empty"]]
    assert [made.tiles[0][0].text, made.tiles[1][1].text, made.tiles[2][0].text] == ["10%", "50%", "n 10"]


def test_a_cell_is_grey_where_a_departure_that_matters_would_not_show_and_says_what_it_would_take() -> None:
    """(2.80 / 0.10)² × 0.5 × 0.5 = 196.2 outcomes, times what repeated clients are worth."""
    calm = pin(group(100, positives=50), group(5000, positives=2500, region="R01"))
    grid = _grid(calm, "region", "product")
    few, many = grid.cells["R00", "consumo"], grid.cells["R01", "consumo"]
    assert few.needed >= 196.2
    drawn = view.heatmap(EN, grid, "observed")
    assert [row[0].state for row in drawn.tiles] == ["insufficient", "ok"]
    assert f"It takes {math.ceil(few.needed)} outcomes to see 10\u00a0pp with 80% power" in drawn.tiles[0][0].hover
    assert "It takes" not in drawn.tiles[1][0].hover
    assert few.state == many.state == "ok"


def test_a_cell_shows_the_stabilised_rate_and_the_raw_one_on_hover(planted: Pin) -> None:
    grid = _grid(planted, "region", "product")
    tile = view.heatmap(EN, grid, "observed").tiles[0][0]
    cell = grid.cells["R00", "consumo"]
    assert tile.value == cell.stabilised.value != cell.observed.value
    assert "Observed 10.0%" in tile.hover


def test_false_positives_of_a_cell_are_the_negatives_from_the_threshold_on() -> None:
    """Score 0.5 lies above the threshold 0.35 and 0.2 below it: 60 of 100 above turned out negative."""
    made = pin(group(100, positives=40), group(80, positives=1, score=0.2), group(50, positives=25, region="R01"))
    cell = _grid(made, "region", "product").cells["R00", "consumo"]
    assert (cell.fdr.value, cell.fdr.n) == (pytest.approx(0.6), 100)
    whole = _found(made, "region").whole
    assert whole is not None
    assert (whole.fdr.value, whole.fdr.n) == (pytest.approx(85 / 150), 150)


def test_the_heat_map_names_the_cell_that_is_most_off(planted: Pin) -> None:
    head = view.heatmap_headline(EN, _grid(planted, "region", "product"), "gap")
    assert head.title == "Region R00 × Consumo comes 40.0\u00a0pp below its prediction"
    assert head.subtitle.startswith("Observed − predicted · Region × Product · Jan 2024")


def test_the_heat_map_leaves_out_the_smallest_levels_and_says_how_many() -> None:
    many = pin(
        *(group(40 + k, positives=20, region=f"R{k:02d}") for k in range(14)),
        group(40, positives=20, product="tarjeta"),
    )
    grid = _grid(many, "region", "product")
    shown = numbers.frame(grid, "observed")
    assert (len(shown.rows), shown.left_out) == (numbers.MOST_ROWS, 2)
    assert view.heatmap_headline(EN, grid, "observed").subtitle.endswith("2 small levels left out")


def test_a_dimension_of_which_one_level_is_left_is_not_offered(planted: Pin) -> None:
    assert choices.resolve(planted, EVERY, "region") == "region"
    narrow = Selection(months=EVERY.months, where={"region": ("R00",)})
    assert choices.resolve(planted, narrow, "region") == "product"
    assert "region" not in choices.dimensions(EN, planted, narrow)
    assert choices.dimensions(EN, planted, narrow)[""] == "Product"


def test_rows_and_columns_of_the_heat_map_are_never_the_same(planted: Pin) -> None:
    assert paths.pair(planted, EVERY, rows="", columns="") == ("age_band", "bucket")
    assert paths.pair(planted, EVERY, rows="region", columns="region") == ("region", "bucket")
    offered = paths.offered(EN, planted, EVERY, rows="region", columns="")
    assert "region" not in offered["columns"]
    assert "bucket" not in offered["rows"]


def test_where_nothing_is_left_to_compare_the_page_says_so(planted: Pin) -> None:
    scope = numbers.scope(planted, EVERY, policy=planted.policy)
    assert view.state(EN, scope, dimension="region", measure="observed") is None
    alone = view.state(EN, scope, dimension="", measure="observed")
    assert alone is not None
    assert alone.title == "One segment is left of every dimension"
    empty = numbers.breakdown(scope, EVERY, "")
    assert (empty.segments, numbers.frame(_grid(planted, "", ""), "gap").rows) == ((), ())
    assert view.table(EN, empty, "observed").rows == ()


def test_without_scores_rates_are_refused_and_amounts_are_not() -> None:
    bare = pin(group(40, score=math.nan), group(40, score=math.nan, region="R01"))
    scope = numbers.scope(bare, EVERY, policy=bare.policy)
    refused = view.state(ES, scope, dimension="region", measure="observed")
    assert refused is not None
    assert refused.title == "Ninguna fila de esta selección tiene puntaje"
    assert view.state(ES, scope, dimension="region", measure="icv") is None
    assert [b.label for b in view.bars(EN, _found(bare, "region"), "icv").bars] == ["100.0%", "100.0%"]


# Charts


@pytest.mark.parametrize("dark", [False, True])
def test_plotly_accepts_the_bars_and_the_heat_map(planted: Pin, dark: bool) -> None:
    for measure in view.measures(EN):
        figure = go.Figure(bars(view.bars(EN, _found(planted, "region"), measure), Look(dark=dark)))
        assert list(figure.data[0].y) == [b.key for b in view.bars(EN, _found(planted, "region"), measure).bars]
        assert figure.data[0].type == "bar"
        cells = go.Figure(heatmap(view.heatmap(EN, _grid(planted, "region", "product"), measure), Look(dark=dark)))
        assert {trace.type for trace in cells.data} == {"heatmap"}


def test_a_bar_without_a_value_is_not_drawn_and_none_is_a_picture() -> None:
    made = Bars([Bar("a", "A", 0.2, "20%", ""), Bar("b", "B", math.nan, "—", "")], "Observed", nothing="none")
    assert bars(made, Look())["data"][0]["y"] == ["a"]
    assert bars(Bars([], "Observed", nothing="none"), Look())["layout"]["annotations"][0]["text"] == "none"
    nothing = Heatmap(["r"], ["R"], ["c"], ["C"], [[Tile(math.nan, "", "", "empty")]], nothing="none")
    assert heatmap(nothing, Look())["layout"]["annotations"][0]["text"] == "none"


def test_the_axis_of_the_bars_starts_at_zero_or_below_it() -> None:
    up = bars(Bars([Bar("a", "A", 0.2, "", "", low=0.1, high=0.4)], "x"), Look())["layout"]["xaxis"]["range"]
    down = bars(Bars([Bar("a", "A", -0.2, "", "", low=-0.3, high=-0.1)], "x"), Look())["layout"]["xaxis"]["range"]
    assert up[0] == 0.0 and up[1] > 0.4
    assert down[0] < -0.3 and down[1] > 0.0


def test_levels_named_by_a_number_stay_where_they_belong() -> None:
    """Plotly takes the text "10" for a position on a category axis."""
    made = Bars([Bar("10", "Ten", 0.2, "20%", ""), Bar("4", "Four", 0.1, "10%", "")], "Observed")
    assert [a["y"] for a in bars(made, Look())["layout"]["annotations"]] == [0, 1]
    tiles = [[Tile(0.1, "a", ""), Tile(0.2, "b", "")]]
    cells = heatmap(Heatmap(["7"], ["Seven"], ["10", "4"], ["Ten", "Four"], tiles), Look())
    assert [(a["x"], a["y"]) for a in cells["layout"]["annotations"]] == [(0, 0), (1, 0)]
    assert cells["layout"]["xaxis"]["type"] == "category"


def test_the_interval_of_a_grey_bar_does_not_press_the_others_together() -> None:
    sure, vague = Bar("a", "A", 0.02, "", "", low=0.01, high=0.03), Bar("b", "B", 0.0, "", "", low=0, high=0.9)
    drawn = bars(Bars([sure, Bar(**{**vague.__dict__, "tone": "muted"})], "FDR"), Look())
    assert drawn["layout"]["xaxis"]["range"][1] < 0.05


def test_two_sided_colours_have_zero_in_their_middle() -> None:
    tiles = [[Tile(-0.02, "a", ""), Tile(0.10, "b", "")]]
    trace = heatmap(Heatmap(["r"], ["R"], ["c", "d"], ["C", "D"], tiles, diverging=True), Look())["data"][0]
    assert (trace["zmin"], trace["zmax"]) == (-0.10, 0.10)


@pytest.mark.parametrize("dark", [False, True])
def test_the_ink_of_every_cell_can_be_read(dark: bool) -> None:
    grounds = [mixed(blues(dark=dark), k / 50) for k in range(51)]
    assert min(contrast(readable(ground), ground) for ground in grounds) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


# The page


AT_FIRST = {"measure": "observed", "dimension": "", "rows": "", "columns": "", "bands": ""}


@contextmanager
def _page(pin: Pin, l10n: L10n = EN, **inputs: Any) -> Iterator[Shown]:
    with shown_page(OWN, pin, EVERY, l10n=l10n, **{**AT_FIRST, **inputs}) as shown:
        yield shown


def test_the_page_shows_sentence_bars_heat_map_and_table(planted: Pin) -> None:
    with _page(planted, dimension="region") as shown:
        assert "comes 40.0\u00a0pp below its prediction" in shown.html("bars_head")
        assert "Most off:" in shown.html("sentence")
        assert shown.html("listed").count("row-pick") == 3
        shown.until(lambda: shown.page.get_output("bars_chart").status == "ok")
        shown.until(lambda: shown.page.get_output("heatmap_chart").status == "ok")


def test_the_page_follows_its_measure_and_its_dimension(planted: Pin) -> None:
    with _page(planted, ES, dimension="region") as shown:
        assert "queda 40,0" in shown.html("bars_head")
        shown.page.set_inputs(measure="balance")
        shown.until(lambda: "Región R01 tiene el 79" in shown.html("bars_head"))
        shown.page.set_inputs(dimension="product")
        shown.until(lambda: "Tarjeta tiene el" in shown.html("bars_head"))


def test_a_click_on_a_name_narrows_the_filter_and_the_page_goes_on_to_the_next_dimension(planted: Pin) -> None:
    with _page(planted, dimension="region") as shown:
        shown.html("listed")
        shown.page.set_inputs(picked="R01")
        shown.until(lambda: "Product" in shown.html("listed"))
        assert shown.narrowed == [("region", "R01")]


def test_bands_of_the_address_count_as_one_and_a_switch_parts_them_again() -> None:
    aged = pin(*(group(40, positives=20, age_band=age) for age in ("18-25", "26-35", "36-45")))
    with _page(aged, dimension="age_band", bands="age_band~26-35;nowhere~x;region~R01") as shown:
        shown.until(lambda: "18-25 + 26-35" in shown.html("listed"))
        assert shown.html("ties").count("checked") == 1
        shown.page.set_inputs(tie="age_band~26-35")
        shown.until(lambda: shown.html("listed").count("row-pick") == 3)
        shown.page.set_inputs(tie="age_band~36-45")
        shown.until(lambda: "26-35 + 36-45" in shown.html("listed"))
        shown.page.set_inputs(picked="26-35\u2009+\u200936-45")
        shown.until(lambda: shown.narrowed == [("age_band", "26-35", "36-45")])


def test_a_click_on_a_region_filters_by_it_and_shows_its_offices_and_a_crumb_leads_back() -> None:
    offices = (("R00", "Norte"), ("R00", "Sur"), ("R01", "Este"), ("R01", "Oeste"))
    nested = pin(*(group(40, positives=20, region=r, office=o) for r, o in offices), under={"office": "region"})
    with _page(nested, dimension="region", rows="region", columns="product") as shown:
        assert "A click on a name opens" in shown.html("path")
        shown.page.set_inputs(picked="R00")
        shown.until(lambda: "Office × " in shown.html("heatmap_head"))
        assert shown.narrowed == [("region", "R00")]
        assert re.sub("<[^>]+>|\\s+", " ", shown.html("path")).split() == ["Region", "R00", "Office"]
        assert [office for _, office in offices if office in shown.html("listed")] == ["Norte", "Sur"]
        shown.page.set_inputs(up="region")
        shown.until(lambda: "Region × " in shown.html("heatmap_head"))
        shown.page.set_inputs(up="nowhere")


def test_an_unknown_measure_or_dimension_of_an_address_falls_back(planted: Pin) -> None:
    with _page(planted, measure="nonsense", dimension="nowhere") as shown:
        assert "Product" in shown.html("listed")
        assert "Share of scored rows" in shown.html("bars_head")


def test_a_click_knows_the_keys_of_its_place() -> None:
    assert (picked([{"x": "1-30", "y": "R01"}]).x, picked([{"x": "1-30", "y": "R01"}]).y) == ("1-30", "R01")
    assert (picked([]).x, picked([]).y) == ("", "")
    assert (picked([{"x": None, "y": "R01"}]).x, picked([{"x": 0, "y": None}]).x) == ("", "0")
