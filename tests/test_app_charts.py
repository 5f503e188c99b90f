"""Charts: data in, a plotly spec out that plotly accepts; nothing collides, NaN is a gap, empty is a picture."""

from __future__ import annotations

import math
from itertools import pairwise

import plotly.graph_objects as go
import pytest

from app.charts.base import defined, empty, month_axis, spread
from app.charts.trend import Level, Line, Mark, Trend, trend
from app.components.chart import chart_output
from app.theme import DARK, LIGHT, Look, ageing, blues, variables

MONTHS = [f"m{k}" for k in range(12)]


def _trend(**changes: object) -> Trend:
    low, high = [0.05] * 12, [0.15] * 12
    lines = (
        Line("first", [0.10] * 11 + [math.nan], ["text"] * 12, "main", "one", low, high),
        Line("second", [0.09] * 12, ["text"] * 12, "second", "two", dashed=True),
    )
    known: dict = {
        "months": MONTHS,
        "lines": lines,
        "marks": (Mark("m3", "go-live"),),
        "levels": (Level(0.08, "target"),),
        "open_from": "m10",
        "open_text": "open",
    }
    return Trend(**(known | changes))


@pytest.mark.parametrize("dark", [False, True])
def test_plotly_accepts_the_trend(dark: bool) -> None:
    figure = go.Figure(trend(_trend(), Look(dark=dark)))
    assert [t.name for t in figure.data if t.name] == ["first", "second"]
    assert figure.layout.separators == ",."


def test_the_first_line_lies_on_top_of_the_others() -> None:
    height = {t["name"]: t["zorder"] for t in trend(_trend(), Look())["data"] if "name" in t}
    assert height["first"] > height["second"]


def test_an_undefined_number_is_a_gap() -> None:
    assert next(t for t in trend(_trend(), Look())["data"] if t.get("name") == "first")["y"] == [0.10] * 11 + [None]
    assert defined([1.0, math.nan]) == [1.0, None]


def test_names_at_the_line_ends_and_levels_do_not_overlap() -> None:
    layout = trend(_trend(), Look())["layout"]
    ends = {a["text"]: a["y"] for a in layout["annotations"] if a["text"] in ("one", "two", "target")}
    heights = sorted(ends.values())
    span = layout["yaxis"]["range"][1] - layout["yaxis"]["range"][0]
    assert list(ends) == ["one", "two", "target"]
    assert all(b - a > 0.05 * span for a, b in pairwise(heights))


def test_a_mark_stands_at_its_month_and_open_months_are_shaded_to_the_end() -> None:
    shapes = trend(_trend(), Look())["layout"]["shapes"]
    assert [s["x0"] for s in shapes if s.get("x0") == s.get("x1")] == ["m3"]
    assert [(s["x0"], s["x1"]) for s in shapes if s["type"] == "rect"] == [(9.5, 11.5)]


def test_without_a_number_the_picture_says_why() -> None:
    nothing = trend(_trend(lines=(Line("a", [math.nan] * 12, [""] * 12),), levels=(), nothing="too early"), Look())
    assert go.Figure(nothing).layout.annotations[0].text == "too early"
    assert nothing["data"] == []


def test_an_empty_picture_is_a_picture() -> None:
    assert go.Figure(empty("nothing here", Look())).layout.annotations[0].text == "nothing here"


def test_a_month_axis_never_has_more_labels_than_fit_and_always_the_last() -> None:
    long = [str(k) for k in range(37)]
    shown = month_axis(long, most=9)["tickvals"]
    assert len(shown) <= 9
    assert shown[-1] == "36"
    assert month_axis(["a", "b"])["tickvals"] == ["a", "b"]


def test_labels_are_moved_apart_and_keep_their_order() -> None:
    assert spread([1.0, 1.0], 0.5) == [0.75, 1.25]
    assert spread([3.0, 1.0], 0.5) == [3.0, 1.0]
    assert spread([], 1.0) == []


def test_labels_at_the_foot_of_a_picture_are_lifted_into_it() -> None:
    assert spread([0.0, 0.0], 0.5, least=0.25) == [0.25, 0.75]


def test_ageing_runs_from_light_to_dark_and_the_scale_has_both_ends() -> None:
    ramp = [ageing(k, 9) for k in range(9)]
    brightness = [sum(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in ramp]
    assert brightness == sorted(brightness, reverse=True)
    assert [blues()[0][0], blues()[-1][0]] == [0, 1]
    assert ageing(0, 1) == ramp[0]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "muted", "link", "good", "bad", "warn", "navy"])
def test_every_colour_of_text_is_readable_on_card_and_ground(palette: object, role: str) -> None:
    colour = getattr(palette, role)
    assert min(_contrast(colour, palette.surface), _contrast(colour, palette.ground)) >= 4.5  # type: ignore[attr-defined]


def test_the_style_sheet_gets_every_colour_of_both_modes() -> None:
    css = variables()
    assert css.count("--c-ink:") == 2
    assert f"--c-soft-blue:{LIGHT.soft_blue};" in css


def test_no_chart_makes_the_browser_work_out_colours_and_a_size_that_nobody_asks_for() -> None:
    shown = str(chart_output("trend", label="A trend"))
    assert "shiny-ipywidget-output" in shown
    assert "shiny-report" not in shown
