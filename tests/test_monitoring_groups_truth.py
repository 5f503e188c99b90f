"""Banks that rolled the model out region by region, with known truth: the difference in differences covers it as often
as it says, and comparing the regions with themselves before gets the sign wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from data.bank.parameters import NEVER, REGIONS, ROLLOUT, Bank
from data.bank.population import draw
from data.bank.worlds import History, Line, calendar, simulate
from data.counts import Tally
from data.rows import LABEL_STATES
from monitoring import groups
from monitoring.groups import Gap, Rollout
from monitoring.policy import Policy

BANKS = 120
CLIENTS = 4000
MONTHS = 27
WHEN = {region: calendar(month) for region, month in zip(REGIONS, ROLLOUT, strict=True) if month != NEVER}
PLAN = Rollout("region", WHEN, tuple(r for r in REGIONS if r not in WHEN), ())


@dataclass(frozen=True)
class Told:
    """One bank: the mean true effect on the ratio of the regions that went live first, the estimate, what a go-live
    made up before seems to have done, and the regions' own change since before."""

    truth: float
    found: Gap
    made_up: Gap
    before_after: float


def _totals(lines: list[Line]) -> Tally:
    """The book by month and region, as the counts of a release give it."""
    values = {m: np.zeros((len(lines), len(REGIONS), 4)) for m in groups.MEASURES}
    values["B"][:, :, 2] = [x.gross_by_region for x in lines]
    values["V30"][:, :, 2] = [x.overdue_by_region for x in lines]
    labels = {"month": tuple(calendar(x.month) for x in lines), "region": REGIONS, "label": LABEL_STATES}
    return Tally(("month", "region", "label"), labels, values)


def _panel(history: History, world: str) -> groups.Panel:
    return groups.panel(_totals(history.worlds[world]), "region", policy=Policy())


def _tell(seed: int) -> Told:
    history = simulate(draw(Bank(rollout=ROLLOUT), clients=CLIENTS, months=MONTHS, seed=seed))
    lived, otherwise = (_panel(history, world) for world in ("experiment", "legacy"))
    wave = groups.wave(lived, PLAN, policy=Policy())
    return Told(
        float((lived.ratio(wave.treated, wave.after) - otherwise.ratio(wave.treated, wave.after)).mean()),
        groups.did(lived, wave, wave.before, wave.after, policy=Policy()),
        groups.placebo(lived, wave, policy=Policy())[1],
        float(groups.changes(lived, wave.treated, wave.before, wave.after).mean()),
    )


@pytest.fixture(scope="module")
def told() -> Iterator[list[Told]]:
    """Small banks that differ by chance alone."""
    yield [_tell(seed) for seed in range(BANKS)]


@pytest.mark.slow
def test_the_interval_over_groups_covers_the_truth(told: list[Told]) -> None:
    covers = np.mean([t.found.estimate.low <= t.truth <= t.found.estimate.high for t in told])
    assert 0.91 <= covers <= 0.99


@pytest.mark.slow
def test_it_is_nearly_right_on_average_and_far_too_weak(told: list[Told]) -> None:
    # One of the regions is poorer, so the shock of the time hits it harder: regions do not move quite in parallel.
    errors = np.array([t.found.estimate.value - t.truth for t in told])
    assert abs(errors.mean()) < 0.4 * np.mean([t.found.estimate.se for t in told])
    truth = np.mean([t.truth for t in told])
    assert truth < 0
    assert np.median([t.found.mde for t in told]) > 3 * abs(truth)


@pytest.mark.slow
def test_a_made_up_go_live_is_rejected_about_as_rarely_as_it_should_be(told: list[Told]) -> None:
    assert np.mean([t.made_up.p < 0.05 for t in told]) < 0.11


@pytest.mark.slow
def test_regions_against_themselves_before_have_the_wrong_sign(told: list[Told]) -> None:
    assert np.mean([t.before_after > 0 for t in told]) > 0.9
