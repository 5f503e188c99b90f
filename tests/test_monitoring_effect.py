"""The model's effect: found where arms were drawn by lot, refused where they were not, honest about its reach."""

from __future__ import annotations

import math

import numpy as np
import pytest

from data.counts import Tally
from data.rows import LABEL_STATES, random_group
from monitoring.effect import MEASURES, baseline_differences, effect
from monitoring.evidence import Evidence, Gate, adjusted_gates, compared_gates, grade, sample_ratio, simulated_gates
from monitoring.policy import Policy

MONTHS = (202403, 202404, 202405, 202406)
GO_LIVE = 202404
ARMS = ("model", "legacy", "none")


def _bank(*, effect: float = 0.0, clients: int = 6000, uneven: bool = False, seed: int = 0) -> tuple[Tally, dict]:
    """Totals of a bank of clients with one obligation each, overdue in all months up to go-live or in none, and anew in
    all later ones or in none; the chance of the latter is lower by `effect` in the model's arm. With `uneven`, the
    model's arm got the larger balances."""
    rng = np.random.default_rng(seed)
    arm, rg = rng.choice(3, clients, p=[0.5, 0.25, 0.25]), random_group(np.arange(clients))
    balance = rng.lognormal(2, 0.5, clients) * np.where(uneven & (arm == 0), 2, 1)
    early, lasting = rng.random((2, clients))
    values = {m: np.zeros((len(MONTHS), 3, 30, 4)) for m in MEASURES}
    for i, month in enumerate(MONTHS):
        chance = 0.2 - effect * ((month > GO_LIVE) & (arm == 0))
        late = (lasting if month > GO_LIVE else early) < chance
        sums = {"n": 1, "scored": 1, "s1": 0.3, "s2": 0.1, "B": balance, "B2": balance**2}
        sums |= {"V30": balance * late, "VV30": balance**2 * late}
        for name, amount in sums.items():
            np.add.at(values[name][i, :, :, 2], (arm, rg), amount)
    labels = {"month": MONTHS, "arm": ARMS, "rg": tuple(range(30)), "label": LABEL_STATES}
    document = {"go_live": GO_LIVE, "clients": {a: int((arm == k).sum()) for k, a in enumerate(ARMS)}}
    return Tally(("month", "arm", "rg", "label"), labels, values), document


def test_without_arms_there_is_no_number_at_all() -> None:
    totals, _ = _bank(effect=0.1)
    for found in (effect(None, arms={}), effect(totals, arms={})):
        assert (found.grade, found.sentence, found.comparisons) == ("E", "no_attribution", ())
        assert "no_arms" in found.reasons


def test_a_strong_effect_is_found_with_its_sign() -> None:
    totals, arms = _bank(effect=0.1)
    found = effect(totals, arms=arms)
    assert (found.grade, found.sentence, found.go_live) == ("A", "effect_lower", GO_LIVE)
    against_none, against_legacy = found.comparisons
    assert (against_none.control, against_legacy.control) == ("none", "legacy")
    assert against_none.average.high < 0
    assert against_none.average.low < -0.1 < against_none.average.high
    assert against_none.baseline.low < 0 < against_none.baseline.high
    assert effect(_bank(effect=-0.1)[0], arms=arms).sentence == "effect_higher"


def test_only_months_from_go_live_are_shown_and_only_later_ones_averaged() -> None:
    totals, arms = _bank(effect=0.1)
    comparison = effect(totals, arms=arms).comparisons[0]
    assert [m.month for m in comparison.months] == [202404, 202405, 202406]
    assert comparison.latest is not None and comparison.latest.month == 202406
    places = [MONTHS.index(202405), MONTHS.index(202406)]
    overdue, gross = (totals.keep("month", "arm")[m][places].sum(0) for m in ("V30", "B"))
    icv = overdue / gross
    assert comparison.plain.value == pytest.approx(icv[0] - icv[2])
    assert comparison.average.value == pytest.approx(comparison.plain.value, abs=comparison.average.se)
    assert comparison.baseline.value == pytest.approx(comparison.months[0].difference.value)


def test_no_effect_is_not_found_and_the_reach_is_told() -> None:
    totals, arms = _bank(effect=0.0)
    comparison = effect(totals, arms=arms).comparisons[0]
    assert comparison.sentence == "effect_not_detected"
    assert comparison.mde == pytest.approx(2.80 * comparison.average.se, rel=1e-3)
    assert comparison.mde > comparison.target_effect
    assert comparison.clients_needed == pytest.approx(comparison.clients * comparison.times_needed)
    assert comparison.clients_needed > comparison.clients


def test_four_times_the_clients_see_effects_about_half_as_large() -> None:
    found = []
    for clients in (6_000, 24_000):
        totals, arms = _bank(clients=clients, seed=1)
        found.append(effect(totals, arms=arms).comparisons[0])
    few, many = found
    assert many.mde == pytest.approx(few.mde / 2, rel=0.3)
    assert many.clients_needed == pytest.approx(few.clients_needed, rel=0.6)


def test_arms_that_differed_at_go_live_are_refused() -> None:
    totals, arms = _bank(effect=0.1, uneven=True)
    found = effect(totals, arms=arms)
    assert (found.grade, found.sentence, found.comparisons) == ("E", "no_attribution", ())
    assert "baseline_balance" in found.reasons
    assert baseline_differences(totals, go_live=GO_LIVE, arm="model", control="none")["balance"] > 0.5


def test_a_go_live_that_is_not_in_the_counts_cannot_be_checked_and_is_refused() -> None:
    totals, arms = _bank(effect=0.1)
    assert effect(totals, arms={**arms, "go_live": 202301}).grade == "E"


def test_too_few_clients_are_refused() -> None:
    totals, arms = _bank(clients=500)
    found = effect(totals, arms=arms)
    assert found.grade == "E"
    assert "enough_clients" in found.reasons


def test_a_selection_with_few_rows_is_refused_whatever_the_release_holds() -> None:
    totals, arms = _bank(clients=500)
    found = effect(totals, arms={**arms, "clients": dict.fromkeys(ARMS, 9000)})
    assert "enough_clients" in found.reasons


def test_arms_of_the_wrong_size_are_refused() -> None:
    totals, arms = _bank()
    right = {"model": 0.5, "legacy": 0.25, "none": 0.25}
    assert effect(totals, arms={**arms, "planned": right, "in_two": 0, "late": 0}).reasons == ()
    wrong = effect(totals, arms={**arms, "planned": dict.fromkeys(right, 1 / 3)})
    assert (wrong.grade, wrong.reasons[0]) == ("E", "sample_ratio")
    assert effect(totals, arms={**arms, "in_two": 0, "late": 0}).reasons == ("sample_ratio_unchecked",)


def test_arms_that_contradict_each_other_or_came_late_are_refused() -> None:
    totals, arms = _bank(effect=0.1)
    few = {"in_two": 60, "late": 60}  # one percent of 6,000
    assert effect(totals, arms={**arms, **few}).grade == "A"
    for key, gate in (("in_two", "one_arm"), ("late", "arm_before_outcome")):
        found = effect(totals, arms={**arms, **few, key: 61})
        assert (found.grade, found.comparisons) == ("E", ())
        assert gate in found.reasons
    unsaid = effect(totals, arms=arms)
    assert unsaid.grade == "A" and {"one_arm_unchecked", "arm_before_outcome_unchecked"} <= {*unsaid.reasons}


def test_before_anything_could_work_it_is_too_early() -> None:
    totals, arms = _bank()
    comparison = effect(totals, arms={**arms, "go_live": 202406}).comparisons[0]
    assert (comparison.sentence, comparison.average.reason, comparison.latest) == ("too_early", "too_early", None)


def test_an_empty_selection_is_refused_in_silence() -> None:
    totals, arms = _bank()
    nothing = Tally(totals.axes, totals.labels, {m: 0 * v for m, v in totals.values.items()})
    assert effect(nothing, arms=arms).grade == "E"


def test_the_sample_ratio_is_a_chi_square() -> None:
    gate = sample_ratio({"a": 60, "b": 40}, planned={"a": 0.5, "b": 0.5}, policy=Policy())
    assert gate.value == pytest.approx(0.0455, abs=5e-5)
    assert gate.passed
    assert sample_ratio({"a": 60}, planned={"a": 1.0}, policy=Policy()).passed is None


def test_the_ladder_is_climbed_down_to_what_holds() -> None:
    good, bad = (Gate("x", 0, 0, True),), (Gate("y", 0, 0, False),)
    assert grade(Evidence(randomised=good)).grade == "A"
    assert grade(Evidence(randomised=bad, adjusted=good)).reasons == ("y",)
    assert grade(Evidence(randomised=bad, adjusted=good)).grade == "B"
    assert grade(Evidence(adjusted=bad, compared=good)).grade == "C"
    assert grade(Evidence(simulated=good)).grade == "D"
    assert grade(Evidence(compared=bad, simulated=bad)).grade == "E"
    assert grade(Evidence(randomised=(Gate("z", math.nan, 0, None),))).reasons == ("z_unchecked",)


def test_each_lower_grade_has_its_gates() -> None:
    sound = {"overlap": 0.95, "weighted_smd": -0.05, "ess": 500, "placebo": (-0.1, 0.1)}
    assert all(g.passed for g in adjusted_gates(**sound))  # type: ignore[arg-type]
    for broken in ({"overlap": 0.5}, {"weighted_smd": -0.2}, {"ess": 50}, {"placebo": (0.1, 0.2)}):
        assert sum(not g.passed for g in adjusted_gates(**{**sound, **broken})) == 1  # type: ignore[arg-type]
    groups = {"treated_groups": 3, "untreated_groups": 2, "months_before": 6, "placebo_p": 0.5, "other_changes": 0}
    assert all(g.passed for g in compared_gates(**groups))  # type: ignore[arg-type]
    assert all(g.passed for g in compared_gates(**{**groups, "treated_groups": 1, "untreated_groups": 3}))  # type: ignore[arg-type]
    for broken in (
        {"untreated_groups": 1}, {"treated_groups": 0}, {"treated_groups": 1}, {"months_before": 5},
        {"placebo_p": 0.01}, {"other_changes": 1},
    ):  # fmt: skip
        assert not all(g.passed for g in compared_gates(**{**groups, **broken}))  # type: ignore[arg-type]
    unsaid = compared_gates(**{**groups, "other_changes": None})  # type: ignore[arg-type]
    assert grade(Evidence(compared=unsaid)).reasons[-1] == "other_changes_unchecked"
    assert simulated_gates(unsupported=0.01)[0].passed
    assert not simulated_gates(unsupported=0.2)[0].passed
