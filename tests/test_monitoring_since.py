"""Since when a promise is broken: the planted run is found, and kept promises rarely sound the alarm."""

from __future__ import annotations

import numpy as np
import pytest

from data.months import between
from monitoring.policy import Policy
from monitoring.since import Run, broken_run

MONTHS = between(202401, 202412)


def _found(
    rng: np.random.Generator, *, off: slice = slice(0), by: float = 0.0, n: int = 800, rate: float = 0.3
) -> Run | None:
    true = np.full(12, rate)
    true[off] += by
    rows = np.full(12, float(n))
    return broken_run(MONTHS, rows, rng.binomial(n, true), s1=rows * rate, s2=rows * rate**2)


def test_a_planted_run_is_named_with_its_months_and_its_size() -> None:
    run = _found(np.random.default_rng(1), off=slice(4, 8), by=-0.12)
    assert run is not None
    assert (run.first, run.last, run.lasts) == (202405, 202408, False)
    assert run.predicted == pytest.approx(0.3) and run.observed == pytest.approx(0.18, abs=0.02)
    assert run.n == 4 * 800 and run.p < 0.001


def test_a_run_that_goes_on_is_said_to_last() -> None:
    run = _found(np.random.default_rng(2), off=slice(9, 12), by=0.12)
    assert run is not None and run.lasts and run.first == 202410 and run.gap > 0


def test_what_is_significant_but_does_not_matter_is_no_run() -> None:
    rows = np.full(12, 200_000.0)
    assert broken_run(MONTHS, rows, rows * 0.31, s1=rows * 0.30, s2=rows * 0.09) is None
    strict = Policy(calibration_gap=0.005)
    assert broken_run(MONTHS, rows, rows * 0.31, s1=rows * 0.30, s2=rows * 0.09, policy=strict) is not None


def test_months_without_outcomes_or_with_too_few_are_no_run() -> None:
    nothing = np.zeros(12)
    assert broken_run(MONTHS, nothing, nothing, s1=nothing, s2=nothing) is None
    assert broken_run([202401], [20.0], [20.0], s1=[4.0], s2=[0.8]) is None
    assert broken_run([], [], [], s1=[], s2=[]) is None


def test_repeated_clients_make_an_alarm_rarer() -> None:
    rows, x = np.full(12, 800.0), np.full(12, 240.0)
    x[5] = 300
    seen = [broken_run(MONTHS, rows, x, s1=rows * 0.3, s2=rows * 0.09, deff=deff) for deff in (1.0, 6.0)]
    assert seen[0] is not None and seen[0].first == seen[0].last == 202406
    assert seen[1] is None


@pytest.mark.slow
def test_kept_promises_sound_the_alarm_in_at_most_one_of_twenty_courses() -> None:
    rng = np.random.default_rng(3)
    alarms = np.mean([_found(rng, n=1500) is not None for _ in range(1000)])
    rare = np.mean([_found(rng, n=600, rate=0.04) is not None for _ in range(1000)])
    print(f"alarms {alarms:.3f}, of a rare outcome {rare:.3f}")
    assert max(alarms, rare) <= 0.065
