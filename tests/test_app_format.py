"""Numbers as readers in Colombia, Brazil and elsewhere write them."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from app.format import NOTHING, Format

ES, EN, PT = Format("es"), Format("en"), Format("pt")
NBSP = "\u00a0"


def test_a_share_is_a_percentage_in_the_habit_of_the_language() -> None:
    assert [f.percent(0.4186) for f in (ES, EN, PT)] == [f"41,9{NBSP}%", "41.9%", "41,9%"]


def test_pesos_are_written_in_millions_with_their_unit() -> None:
    assert ES.money(99_764_000_000) == f"$99.764{NBSP}M"
    assert ES.money(1_234_567) == f"$1,2{NBSP}M"
    assert ES.money(845_300) == "$845.300"
    assert ES.money(-2_008_000_000) == f"−$2.008{NBSP}M"
    assert EN.money(99_764_000_000) == f"COP{NBSP}99,764{NBSP}M"
    assert PT.money(99_764_000_000) == f"COP{NBSP}99.764{NBSP}mi"
    assert Format("pt", "BRL").money(2_500_000) == f"R${NBSP}2,5{NBSP}mi"


def test_a_column_of_millions_names_its_unit_in_the_head() -> None:
    assert (ES.millions(99_764_000_000), ES.money_unit) == ("99.764", f"${NBSP}M")


def test_a_difference_of_rates_is_in_signed_points() -> None:
    assert [ES.points(d) for d in (-0.001, 0.0053)] == [f"−0,1{NBSP}pp", f"+0,5{NBSP}pp"]
    assert ES.distance(-0.001) == f"0,1{NBSP}pp"


@pytest.mark.parametrize("nearly", [0.0, -0.0, 0.0004, -0.0004])
def test_what_rounds_to_zero_carries_no_sign(nearly: float) -> None:
    assert ES.points(nearly) == f"0,0{NBSP}pp"
    assert ES.change(nearly / 10) == f"0,0{NBSP}%"
    assert ES.signed(nearly) == "0,0"
    assert ES.number(nearly, 1) == "0,0"
    assert ES.money(nearly) == "$0"


@pytest.mark.parametrize("nothing", [math.nan, None, math.inf])
def test_an_undefined_number_is_a_dash(nothing: float | None) -> None:
    said = (ES.number, ES.percent, ES.points, ES.change, ES.money, ES.millions, ES.signed, ES.signed_money)
    assert {f(nothing) for f in said} == {NOTHING}
    assert ES.interval(nothing, 0.5) == NOTHING


def test_zero_is_an_answer() -> None:
    assert (ES.number(0), ES.percent(0), ES.money(0)) == ("0", f"0,0{NBSP}%", "$0")


def test_months_are_short_words() -> None:
    assert [f.month(202610) for f in (ES, EN, PT)] == ["oct 2026", "Oct 2026", "out 2026"]
    assert ES.short_month(202601) == "ene 26"
    assert ES.months(202401, 202610) == "ene 2024 – oct 2026"
    assert ES.months(202401, 202401) == "ene 2024"
    assert ES.month(None) == NOTHING


def test_an_interval_names_its_unit_once() -> None:
    assert ES.interval(0.179, 0.186) == f"17,9{NBSP}–{NBSP}18,6{NBSP}%"


def test_counts_group_by_thousands() -> None:
    assert [f.number(58544) for f in (ES, EN, PT)] == ["58.544", "58,544", "58.544"]
    assert ES.number(-3.14159, 2) == "−3,14"


def test_a_moment_says_its_zone_and_its_age() -> None:
    assert ES.moment("2026-11-20T16:09:00+00:00") == "20 nov 2026, 16:09 UTC"
    now = dt.datetime(2026, 11, 20, 19, 9, tzinfo=dt.UTC)
    assert ES.age("2026-11-20T16:09:00", now) == "hace 3 h"


def test_plotly_gets_the_separators_of_the_language() -> None:
    assert [f.separators for f in (ES, EN, PT)] == [",.", ".,", ",."]
