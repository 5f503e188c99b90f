"""What false positives cost: three of them with their own denominators, and segments against the break-even."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_pin import EVERY, MONTH, group, pin

from app.charts.bullet import bullets
from app.desk import Pin
from app.l10n import L10n
from app.theme import Look
from app.views import false_positives as page_view
from app.views import false_positives_costs as view
from app.views import false_positives_costs_figures as numbers
from app.views import false_positives_figures as errors
from app.views.error_shapes import Rate
from data.counts import Selection
from data.rows import NEGATIVE
from monitoring.policy import Policy

EN, ES = L10n("en"), L10n("es")
BLANK = math.nan


def _accepted(n: int, *, kept: int, **columns: object) -> pd.DataFrame:
    rows = group(n, positives=n, propensity=BLANK, **columns)
    rows["kept"] = (np.arange(n) < kept).astype(np.uint8)
    return rows


def _cut(pin: Pin, policy: Policy | None = None, threshold: float = 0.35) -> errors.Cut:
    return errors.cut(errors.counted(pin, EVERY, policy=policy or pin.policy), threshold)


def _three(pin: Pin, policy: Policy | None = None) -> numbers.Three:
    cut = _cut(pin, policy)
    arms = numbers.arms(pin, EVERY, policy=cut.counted.policy)
    return numbers.three(pin, EVERY, cut, numbers.added(pin, EVERY, arms, cut))


def _tiles(pin: Pin, l10n: L10n = EN) -> dict[str, Rate]:
    return {r.key: r for r in view.tiles(l10n, _three(pin))}


@pytest.fixture(scope="module")
def worked() -> Pin:
    """Flagged: 100 accepted, 60 of them kept, and 200 not. Below: 50 accepted, none kept."""
    return pin(
        _accepted(100, kept=60, score=0.8),
        group(200, score=0.8, kept=0, propensity=BLANK),
        _accepted(50, kept=0, score=0.2),
    )


def test_each_of_the_three_divides_by_its_own_denominator(worked: Pin) -> None:
    tiles = _tiles(worked)
    assert (tiles["fp1"].value, tiles["fp1"].n) == ("66.7%", "n 300")
    assert (tiles["fp2"].value, tiles["fp2"].n) == ("40.0%", "n 100")
    assert (tiles["fp3"].value, tiles["fp3"].missing) == ("Not identifiable", "no comparison arm")
    assert tiles["fp1"].against == "COP\u00a01.6\u00a0M in contacts"  # 200 x 8,000
    assert (
        tiles["fp2"].against == "COP\u00a0320,000 in contacts, COP\u00a04.8\u00a0M counted and not earned"
    )  # 40 of each
    assert view.headline(EN, _three(worked)).title.startswith("Broken promises cost the most")


def test_where_nobody_records_promises_none_is_called_broken() -> None:
    tiles = _tiles(pin(group(100, positives=60, score=0.8, kept=0), carries=("balance",)), ES)
    assert tiles["fp2"].value == "No identificable"
    assert tiles["fp2"].missing == "los datos no dicen qué promesas se cumplieron"
    assert tiles["fp3"].missing == "no hubo asignación aleatoria"


def test_a_filter_on_what_came_after_the_draw_bars_the_comparison(worked: Pin) -> None:
    late = Selection(months=EVERY.months, where={"bucket": ("31-60",)})
    found = numbers.arms(worked, late, policy=worked.policy)
    assert found.reason == "came_after"
    assert numbers.added(worked, late, found, _cut(worked)).fdr.reason == "came_after"


def test_without_costs_nothing_is_priced(worked: Pin) -> None:
    unpriced = replace(worked.policy, cost_per_contact=BLANK)
    found = _three(worked, unpriced)
    assert [t.against for t in view.tiles(EN, found)] == ["", "", ""]
    assert view.headline(EN, found).title == "Three false positives, three denominators"
    none = numbers.equilibrium(worked, EVERY, _cut(worked, unpriced).counted)
    assert none.reason == "no_costs"
    assert math.isnan(none.limit)
    assert view.gauge_headline(EN, [], _cut(worked, unpriced), none, "region").title.startswith("No break-even can be")


# The gauge


def _gauge(pin: Pin, policy: Policy, dimension: str = "region") -> tuple[str, list[str], numbers.Equilibrium]:
    cut = _cut(pin, policy)
    found = errors.segments(errors.split(cut.counted, EVERY, dimension), cut)
    limit = numbers.equilibrium(pin, EVERY, cut.counted)
    drawn = view.gauges(EN, found, cut, limit)
    assert go.Figure(bullets(drawn, Look())).data is not None
    return view.gauge_headline(EN, found, cut, limit, dimension).title, [g.tone for g in drawn.gauges], limit


@pytest.fixture(scope="module")
def regions() -> Pin:
    """Wasted: 80 % of 400, 55 % of 100, 20 % of 400; and of one row alone."""
    return pin(
        group(400, positives=80, score=0.8, region="R00", propensity=BLANK),
        group(100, positives=45, score=0.8, region="R01", propensity=BLANK),
        group(400, positives=320, score=0.8, region="R02", propensity=BLANK),
        group(1, score=0.8, region="R03", propensity=BLANK),
    )


def test_red_is_only_what_lies_beyond_the_break_even_with_its_whole_interval(regions: Pin) -> None:
    half = replace(regions.policy, cost_per_contact=40_000.0, value_per_success=100_000.0, concession=20_000.0)
    title, tones, limit = _gauge(regions, half)
    assert limit.limit == pytest.approx(1 - 40_000 / 80_000)
    assert tones == ["act", "watch", "ok", "muted"]
    assert title == "1 of 3 segments lose money beyond chance; Region R00 wastes 80.0%, break-even 50.0%"


def test_a_capacity_that_binds_lowers_the_break_even_by_the_value_of_the_contact_left_out(regions: Pin) -> None:
    """Everyone scores 0.8, so that one more contact is worth 0.8 x 120,000 - 8,000."""
    tight = replace(regions.policy, capacity=10.0)
    _, _, limit = _gauge(regions, tight)
    assert limit.shadow == pytest.approx(0.8 * 120_000 - 8_000, rel=1e-6)
    assert limit.limit == pytest.approx(1 - (8_000 + limit.shadow) / 120_000)
    assert _gauge(regions, regions.policy)[2].shadow == 0


# Bad input


def test_scores_that_are_all_equal_still_have_their_three_rates() -> None:
    tiles = _tiles(pin(_accepted(60, kept=30, score=0.5), group(40, score=0.5, kept=0, propensity=BLANK)))
    assert (tiles["fp1"].value, tiles["fp2"].value) == ("40.0%", "50.0%")


def test_without_a_positive_there_is_no_promise_to_break() -> None:
    rows = pin(group(60, score=0.8, kept=0, propensity=BLANK), _accepted(5, kept=5, score=0.1))
    tiles = _tiles(rows)
    assert (tiles["fp1"].value, tiles["fp2"].missing) == ("100.0%", "no positive outcome yet")


def test_without_a_negative_no_contact_was_wasted() -> None:
    tiles = _tiles(pin(_accepted(60, kept=60, score=0.8)))
    assert (tiles["fp1"].value, tiles["fp2"].value) == ("0.0%", "0.0%")


def test_a_segment_of_one_is_drawn_grey_and_not_judged(regions: Pin) -> None:
    alone = pin(
        group(1, score=0.8, label_state=NEGATIVE, propensity=BLANK), group(40, positives=9, score=0.8, region="R01")
    )
    assert _gauge(alone, alone.policy)[1] == ["ok", "muted"]
    only = Selection(months=(MONTH, MONTH), where={"region": ("R00",)})
    counted = errors.counted(alone, only, policy=alone.policy)
    assert page_view.state(EN, counted) is None
    assert view.gauge_headline(EN, [], _cut(alone), numbers.equilibrium(alone, only, counted), "").title == (
        "One segment is left of every dimension"
    )
