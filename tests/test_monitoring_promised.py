"""Money promised against money that came: hand arithmetic, sums over bands, and what is not known."""

from __future__ import annotations

import math

import pytest
from made_pin import EVERY, group, pin

from monitoring.promised import MEASURES, Promised, promised, together


def _of(*groups: object, cuts: tuple[int, ...] = (1,)) -> list[Promised]:
    counts = pin(*groups).counts  # type: ignore[arg-type]
    return promised(counts.histogram(EVERY, by=("rg",), measures=MEASURES), cuts)


def test_what_was_promised_and_what_came_by_hand() -> None:
    low, high, whole = _of(
        group(200, positives=30, score=0.2, balance=1e6, cash=50_000.0),
        group(100, positives=55, score=0.65, balance=2e6, cash=200_000.0),
        cuts=(1, 10),
    )
    assert (low.promised, low.came) == (pytest.approx(200 * 0.2 * 1e6), 30e6)
    assert (high.promised, high.came) == (pytest.approx(100 * 0.65 * 2e6), 55 * 2e6)
    # those that accepted brought 30 · 50,000 + 55 · 200,000 in cash on 140 M of balance
    rate = (30 * 50_000 + 55 * 200_000) / 140e6
    assert high.cash_rate == low.cash_rate == pytest.approx(rate)
    assert high.cash_shortfall.value == pytest.approx((130e6 - 110e6) * rate)
    assert (whole.promised, whole.came) == (pytest.approx(170e6), pytest.approx(140e6))
    assert whole.cash_received == pytest.approx(30 * 50_000 + 55 * 200_000)
    assert together([low, high]) == (
        pytest.approx(whole.shortfall.value), pytest.approx(whole.cash_shortfall.value)
    )  # fmt: skip
    assert high.shortfall.low < high.shortfall.value < high.shortfall.high


def test_nobody_accepted_leaves_the_cash_unknown_and_the_balance_told() -> None:
    none, whole = _of(group(100, score=0.3, balance=1e6, cash=50_000.0))
    assert whole.shortfall.value == none.shortfall.value == pytest.approx(30e6)
    assert math.isnan(none.cash_rate) and math.isnan(none.cash_shortfall.value)


def test_without_balances_nothing_is_known_and_without_bands_there_is_nothing() -> None:
    bare = _of(group(100, positives=20, score=0.3, balance=0.0, cash=0.0))[-1]
    assert math.isnan(bare.promised) and math.isnan(bare.shortfall.value) and bare.shortfall.reason == "no_balance"
    assert promised(pin(group(40, score=math.nan)).counts.histogram(EVERY, by=("rg",), measures=MEASURES), ()) == []
