"""Lights of four states: exact power, the correction for cells shown together, sizes and powers by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from monitoring.intervals import false_discovery, jeffreys_test
from monitoring.lights import (
    Light,
    Side,
    clustering,
    gap_interval,
    left_by_correction,
    lights,
    noise,
    power,
    rows_needed,
    worst,
)
from monitoring.policy import Policy

RULE = Policy()
SIDES: tuple[Side, ...] = ("both", "over", "under")


def one(n: float, x: float, rate: float, side: Side = "both") -> Light:
    return lights(n, x, s1=n * rate, side=side)[0]


def test_fixture_f2_over_stated() -> None:
    found = one(100, 55, 0.65)
    assert (found.p_over, found.p_under) == (pytest.approx(0.0193, abs=5e-5), pytest.approx(0.9807, abs=5e-5))
    assert found.gap == pytest.approx(-0.10) and found.side == "over"
    assert found.level == "watch" and found.power < 0.10
    assert one(100, 55, 0.65, "over").p == found.p_over
    assert one(100, 55, 0.65, "under").level == "unknown"


def test_what_is_significant_but_small_is_green_and_what_is_both_is_red() -> None:
    # 1 pp with 100,000 rows of 0.25 is seven standard errors; 3 pp with 10,000 as well.
    small, large = one(100_000, 24_000, 0.25), one(10_000, 2_200, 0.25)
    assert small.p < 1e-9 and small.level == "ok"
    assert large.p < 1e-9 and large.level == "act"


def test_nothing_seen_is_grey_until_the_rows_that_it_needs_are_there() -> None:
    few = one(400, 100, 0.25)
    assert few.level == "unknown" and few.power < 0.8 < 1
    enough = one(few.needed * 1.02, few.needed * 1.02 * 0.25, 0.25)
    assert enough.power == pytest.approx(0.8, abs=0.015)
    assert one(few.needed * 1.2, few.needed * 1.2 * 0.25, 0.25).level == "ok"


def test_of_a_rare_outcome_and_of_a_common_one_a_fifth_matters() -> None:
    rare, common, usual = one(100, 5, 0.05), one(100, 95, 0.95), one(100, 30, 0.30)
    assert (rare.difference, common.difference) == (pytest.approx(0.01), pytest.approx(0.01))
    assert usual.difference == RULE.calibration_gap


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("n", "rate", "size"), [(60, 0.3, 0.1), (800, 0.05, 0.02), (500, 0.9, 0.04), (35, 0.02, 0.01)])
def test_power_is_the_probability_of_the_samples_that_the_test_rejects(
    side: Side, n: int, rate: float, size: float
) -> None:
    x, alpha = np.arange(n + 1), 0.05
    test = jeffreys_test(x, n, predicted=rate)
    rejects = {"both": test.p, "over": test.p_over, "under": test.p_under}[side] < alpha
    by_side = {
        name: float(stats.binom.pmf(x, n, true)[rejects].sum())
        for name, true in (("over", rate - size), ("under", rate + size))
    }
    expected = min(by_side.values()) if side == "both" else by_side[side]
    assert float(power(n, rate, size, alpha=alpha, side=side)) == pytest.approx(expected, abs=1e-9)


def test_rows_needed_are_those_of_the_normal_approximation() -> None:
    # one-sided, 0.25 against 0.23: ((1.6449 · √0.1875 + 0.8416 · √0.1771) / 0.02)²
    expected = ((1.644854 * math.sqrt(0.1875) + 0.841621 * math.sqrt(0.1771)) / 0.02) ** 2
    assert float(rows_needed(0.25, 0.02, alpha=0.05, power=0.8, side="over")) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=12))
def test_the_level_that_the_correction_leaves_decides_as_q_does(p: list[float]) -> None:
    q = false_discovery(p)
    assert list(q < 0.05) == list(np.array(p) < left_by_correction(p, 0.05) * (1 - 1e-12))


@pytest.mark.parametrize("how", [{"calibration_gap": 0.0}, {"light_power": 1.0}, {"p_watch": 1.0}, {"p_act": 0.0}])
def test_thresholds_at_their_ends_break_nothing(how: dict[str, float]) -> None:
    for found in lights([900, 0, 50], [0, 0, 50], s1=[225, 0, 50], policy=Policy(**how)):  # type: ignore[arg-type]
        assert found.level in ("ok", "watch", "act", "unknown")


def test_cells_shown_together_are_corrected_together() -> None:
    n, x = np.full(5, 400.0), np.array([100, 70, 120, 98, 84])
    found = lights(n, x, s1=n * 0.25)
    assert [f.q for f in found] == pytest.approx(multipletests([f.p for f in found], method="fdr_bh")[1])


def test_a_cell_without_rows_is_grey_and_does_not_cost_the_others() -> None:
    alone, beside = one(900, 150, 0.25), lights([900, 0], [150, 0], s1=[225, 0])
    assert beside[0].q == alone.q
    empty = beside[1]
    assert empty.level == "unknown" and math.isnan(empty.predicted) and math.isnan(empty.power)
    assert all(math.isnan(v) for v in noise(empty)) and math.isnan(gap_interval(empty).value)
    assert worst([alone, empty]) == alone.level and worst([empty]) == "unknown"


def test_clients_that_come_back_alike_are_worth_one_row_each() -> None:
    rng = np.random.default_rng(5)
    score = rng.uniform(0.1, 0.6, 6_000)
    label, group = rng.random(6_000) < score, rng.integers(0, 30, 6_000)

    def of(times: int) -> float:
        n, x, s1, s2 = (np.bincount(group, v, 30)[:, None] * times for v in (np.ones(6_000), label, score, score**2))
        return clustering(x, n, s1=s1, s2=s2)

    assert of(4) == pytest.approx(4 * of(1) if of(1) > 1 else 4, rel=0.35)
    assert clustering(np.array([[5.0]]), np.array([[9.0]]), s1=np.array([[4.0]]), s2=np.array([[2.0]])) == 1.0


def test_the_noise_holds_what_chance_makes_of_a_kept_promise() -> None:
    low, high = noise(one(500, 100, 0.2))
    inside = stats.binom.cdf(high * 500, 500, 0.2) - stats.binom.cdf(low * 500 - 1, 500, 0.2)
    assert 0.95 <= inside < 0.97


def _drawn(
    draws: int,
    *,
    rows: float,
    gap: float = 0.0,
    repeats: int = 1,
    wide: bool = False,
    side: Side = "both",
    seed: int = 0,
) -> list[list[Light]]:
    """Lights of ten bands, drawn again and again; band 7 departs by `gap`. `repeats` rows of one client share their
    outcome; `wide`: scores differ within a band."""
    rng, rates = np.random.default_rng(seed), np.linspace(0.08, 0.6, 10)
    clients = int(rows / repeats)
    group = np.arange(clients) % 30
    out = []
    for _ in range(draws):
        score = rates[:, None] * (rng.uniform(0.5, 1.5, (10, clients)) if wide else np.ones((10, clients)))
        true = score + np.where(np.arange(10) == 6, gap, 0.0)[:, None]
        label = rng.random((10, clients)) < true
        n, x, s1, s2 = (
            np.stack([np.bincount(group, v, 30) for v in part], axis=1) * repeats
            for part in (np.ones_like(score), label, score, score**2)
        )
        deff = clustering(x, n, s1=s1, s2=s2) if repeats > 1 else 1.0
        out.append(lights(n.sum(0), x.sum(0), s1=s1.sum(0), s2=s2.sum(0), deff=deff, side=side))
    return out


def test_kept_promises_are_rarely_lit_and_the_power_printed_is_the_power_had() -> None:
    kept = _drawn(100, rows=1500)
    assert np.mean([any(f.level == "act" for f in of) for of in kept]) <= 0.01
    assert np.mean([any(f.is_off for f in of) for of in kept]) <= 0.07
    off = _drawn(150, rows=5000, gap=-0.02, side="over", seed=1)
    printed, had = (float(np.mean(v)) for v in ([of[6].power for of in off], [of[6].q < RULE.p_watch for of in off]))
    assert had == pytest.approx(printed, abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("repeats", [1, 3])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("side", SIDES)
def test_sizes_and_powers_of_the_lights(side: Side, wide: bool, repeats: int) -> None:
    draws, rows = 1000, 6000
    for gap in (0.0, -0.02, 0.02):
        found = _drawn(draws, rows=rows, gap=gap, repeats=repeats, wide=wide, side=side, seed=int(1000 * abs(gap)) + 7)
        others = [[f for k, f in enumerate(of) if k != 6] for of in found]
        red, lit = (np.mean([any(test(f) for f in of) for of in others])
                    for test in (lambda f: f.level == "act", lambda f: f.is_off))  # fmt: skip
        printed, had = np.mean([of[6].power for of in found]), np.mean([of[6].q < RULE.p_watch for of in found])
        print(f"{side} wide={wide} repeats={repeats} gap={gap:+.2f}: red {red:.4f} lit {lit:.4f} "
              f"printed {printed:.3f} had {had:.3f}")  # fmt: skip
        assert red <= 0.05 and lit <= 0.06
        looked_for = side == "both" or side == ("over" if gap < 0 else "under")
        if gap and looked_for:
            assert had >= printed - 0.03
            if side != "both":
                assert had == pytest.approx(printed, abs=0.03)
