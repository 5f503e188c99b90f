"""Groups over time: a hand example, independent packages, laws, and everything that stands in the way of an answer."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from data.counts import Tally
from data.months import between
from data.rows import LABEL_STATES
from monitoring import groups
from monitoring.compared import Compared, compare
from monitoring.groups import Rollout, difference, permuted, rollout
from monitoring.intervals import mde
from monitoring.policy import Policy
from monitoring.synthetic import weights

MONTHS = tuple(between(202401, 202412))
GO_LIVE = 202407
PLAN = Rollout("region", {"A": GO_LIVE, "B": GO_LIVE, "C": GO_LIVE}, ("X", "Y", "Z"), ())


def _totals(
    ratios: dict[str, np.ndarray], *, months: tuple[int, ...] = MONTHS, gone: dict[str, tuple[int, ...]] | None = None
) -> Tally:
    """A balance of 1,000 in every group and month, of which these shares are overdue; nothing in the months `gone`."""
    names = tuple(ratios)
    values = {m: np.zeros((len(months), len(names), 4)) for m in groups.MEASURES}
    for k, name in enumerate(names):
        there = np.array([m not in (gone or {}).get(name, ()) for m in months], float)
        values["B"][:, k, 2] = 1000 * there
        values["V30"][:, k, 2] = 1000 * there * ratios[name]
        values["eligible"][:, k, 2], values["offered"][:, k, 2] = 10 * there, 4 * there
    return Tally(("month", "region", "label"), {"month": months, "region": names, "label": LABEL_STATES}, values)


def _moved(moves: dict[str, float], *, seed: int = 3, noise: float = 0.001) -> dict[str, np.ndarray]:
    """Ratios around 5 % that share a wave, and from the month after go-live on have moved by so much."""
    rng = np.random.default_rng(seed)
    wave = 0.01 * np.sin(np.arange(len(MONTHS)))
    late = np.array([m > GO_LIVE for m in MONTHS])
    return {g: 0.05 + wave + move * late + noise * rng.standard_normal(len(MONTHS)) for g, move in moves.items()}


def _compare(ratios: dict[str, np.ndarray], plan: Rollout = PLAN, **rest: object) -> Compared:
    found = compare(_totals(ratios, **rest), plan)  # type: ignore[arg-type]
    assert found is not None
    return found


def _quiet(moves: dict[str, float]) -> dict[str, np.ndarray]:
    return _moved(moves, noise=0.0004)


# The estimate


def test_the_difference_of_four_groups_is_that_of_the_hand_example() -> None:
    # Changes 1 and 3 against 5 and 9: 2 - 7 = -5; squares 2 + 8 = 10, on 2 degrees 5; se = sqrt(5 (1/2 + 1/2)).
    found = difference(np.array([1.0, 3.0]), np.array([5.0, 9.0]))
    assert found.estimate.value == pytest.approx(-5)
    assert found.estimate.se == pytest.approx(math.sqrt(5))
    assert found.estimate.high == pytest.approx(-5 + 4.302653 * math.sqrt(5), abs=1e-5)
    assert found.mde == pytest.approx(mde(found.estimate.se, df=2))


def test_it_is_the_t_test_of_two_samples_and_a_regression_on_the_changes() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, 3), rng.normal(1, 1, 4)
    found = difference(a, b)
    assert found.p == pytest.approx(stats.ttest_ind(a, b).pvalue)
    treated = np.repeat([1.0, 0.0], (3, 4))
    fit = sm.OLS(np.r_[a, b], sm.add_constant(treated)).fit()
    assert found.estimate.value == pytest.approx(fit.params[1])
    assert found.estimate.se == pytest.approx(fit.bse[1])
    assert (found.estimate.low, found.estimate.high) == pytest.approx(tuple(fit.conf_int()[1]))


def test_on_a_panel_it_is_the_two_way_fixed_effects_estimate() -> None:
    ratios = _moved({"A": -0.004, "B": -0.002, "C": 0.001, "X": 0.003, "Y": 0.0, "Z": 0.001})
    found = _compare(ratios)
    assert found.grade == "C" and found.effect is not None
    long = pd.DataFrame(
        [
            (g, m, v, float(g in "ABC" and m > GO_LIVE))
            for g, r in ratios.items()
            for m, v in zip(MONTHS, r, strict=True)
        ],
        columns=["g", "m", "y", "d"],
    )
    codes = long.g.astype("category").cat.codes
    fit = smf.ols("y ~ d + C(g) + C(m)", long).fit(cov_type="cluster", cov_kwds={"groups": codes})
    assert found.effect.estimate.value == pytest.approx(fit.params["d"])
    assert found.effect.estimate.se == pytest.approx(fit.bse["d"], rel=0.35)  # the sandwich, without small-sample care


def test_permuting_counts_every_way_to_name_the_treated() -> None:
    a, b = np.array([0.1, 0.2, 0.15]), np.array([0.9, 0.7, 0.8])
    found = permuted(a, b)
    assert (found.p, found.least) == (2 / 20, 2 / 20)
    every, values = [], np.r_[a, b]
    for chosen in combinations(range(6), 2):
        others = [i for i in range(6) if i not in chosen]
        every.append(abs(values[list(chosen)].mean() - values[others].mean()))
    assert permuted(values[:2], values[2:]).p == pytest.approx(np.mean([v >= every[0] - 1e-12 for v in every]))
    many = np.arange(11.0)
    assert math.isnan(permuted(many[:5], many[5:]).p)


def test_the_smallest_visible_difference_is_that_of_a_t_test() -> None:
    assert mde(1.0) == pytest.approx(2.8016, abs=1e-4)
    assert mde(1.0, df=4) == pytest.approx(2.776445 + 0.940965, abs=1e-5)


def test_groups_that_all_move_alike_have_no_spread_to_judge_by() -> None:
    found = difference(np.array([0.1, 0.1]), np.array([0.2, 0.2]))
    assert (found.estimate.reason, found.p) == ("no_variance", 0.0)
    assert math.isnan(found.estimate.low)
    assert difference(np.array([0.1, 0.1]), np.array([0.1, 0.1])).p == 1.0
    assert difference(np.array([0.1]), np.array([0.2])).estimate.reason == "few_groups"


# The answer


def test_groups_that_came_apart_are_said_to_have_and_others_not() -> None:
    apart = _compare(_quiet({"A": -0.03, "B": -0.03, "C": -0.03, "X": 0, "Y": 0, "Z": 0}))
    assert (apart.grade, apart.sentence) == ("C", "apart")
    assert apart.effect is not None
    assert apart.effect.estimate.low < -0.03 < apart.effect.estimate.high < 0
    alike = _compare(_quiet(dict.fromkeys("ABCXYZ", 0.0)))
    assert (alike.grade, alike.sentence) == ("C", "not_apart")


def test_the_event_study_is_zero_at_go_live_and_shows_the_move_after() -> None:
    found = _compare(_quiet({"A": -0.03, "B": -0.03, "C": -0.03, "X": 0, "Y": 0, "Z": 0}))
    course = {c.month: c.gap.estimate for c in found.course}
    assert tuple(course) == MONTHS
    assert course[GO_LIVE].value == 0
    assert all(course[m].value == pytest.approx(-0.03, abs=0.003) for m in MONTHS if m > GO_LIVE)
    assert all(course[m].value == pytest.approx(0, abs=0.003) for m in MONTHS if m < GO_LIVE)


def test_later_groups_are_compared_until_they_go_live_themselves() -> None:
    plan = Rollout("region", {"A": 202407, "B": 202407, "X": 202411, "Y": 202408}, ("Z",), ())
    found = _compare(_quiet(dict.fromkeys("ABXYZ", 0.0)), plan)
    assert found.wave.treated == ("A", "B") and found.wave.compared == ("X", "Z")
    assert found.wave.after == (202408, 202409, 202410, 202411)
    assert found.wave.left_out == {"Y": "began_soon_after"}


def test_a_group_that_appears_dies_or_is_not_named_is_left_out_and_said() -> None:
    plan = Rollout("region", {"A": GO_LIVE, "B": GO_LIVE, "C": GO_LIVE, "Q": GO_LIVE}, ("X", "Y", "Z"), ())
    gone = {"C": MONTHS[:3], "Z": MONTHS[-1:]}
    found = _compare(_quiet(dict.fromkeys("ABCXYZN", 0.0)), plan, gone=gone)
    assert found.wave.treated == ("A", "B") and found.wave.compared == ("X", "Y")
    assert found.wave.left_out == {
        "N": "not_named", "Q": "not_in_data", "C": "not_throughout", "Z": "not_throughout",
    }  # fmt: skip
    roles = {x.level: x.role for x in found.lines}
    assert roles["C"] == "not_throughout" and math.isnan({x.level: x for x in found.lines}["Q"].before)


def test_a_missing_month_is_told_and_the_rest_still_counts() -> None:
    there = tuple(m for m in MONTHS if m != 202409)
    ratios = {g: r[[MONTHS.index(m) for m in there]] for g, r in _quiet(dict.fromkeys("ABCXYZ", 0.0)).items()}
    found = _compare(ratios, months=there)
    assert found.missing == (202409,)
    assert found.grade == "C"


@pytest.mark.parametrize(
    ("plan", "gate"),
    [
        (Rollout("region", {"A": GO_LIVE, "B": GO_LIVE}, ("X",), ()), "untreated_groups"),
        (Rollout("region", {"A": GO_LIVE}, ("X", "Y"), ()), "untreated_groups"),
        (Rollout("region", {"A": 202405, "B": 202405}, ("X", "Y"), ()), "months_before"),
        (Rollout("region", {"A": GO_LIVE, "B": GO_LIVE}, ("X", "Y"), (202409,)), "other_changes"),
    ],
)
def test_what_is_missing_for_the_grade_is_named_and_no_effect_given(plan: Rollout, gate: str) -> None:
    found = _compare(_quiet(dict.fromkeys("ABXY", 0.0)), plan)
    assert (found.grade, found.sentence, found.effect, found.course) == ("E", "no_attribution", None, ())
    assert gate in found.reasons


def test_sides_that_moved_apart_before_anything_happened_are_refused() -> None:
    drift = np.linspace(0, 0.05, len(MONTHS))
    ratios = {g: r + drift * (g in "ABC") for g, r in _quiet(dict.fromkeys("ABCXYZ", 0.0)).items()}
    found = _compare(ratios)
    assert found.grade == "E" and "placebo_go_live" in found.reasons


def test_changes_that_nobody_spoke_of_cannot_be_checked_and_events_count() -> None:
    ratios = _quiet(dict.fromkeys("ABCXYZ", 0.0))
    silent = Rollout("region", PLAN.since, PLAN.never)
    assert "other_changes_unchecked" in _compare(ratios, silent).reasons
    found = compare(_totals(ratios), PLAN, events=(202409, GO_LIVE))
    assert found is not None and "other_changes" in found.reasons


def test_before_a_month_has_passed_it_is_too_early() -> None:
    plan = Rollout("region", dict.fromkeys("ABC", MONTHS[-1]), ("X", "Y", "Z"), ())
    found = _compare(_quiet(dict.fromkeys("ABCXYZ", 0.0)), plan)
    assert (found.sentence, found.effect) == ("too_early", None)


def test_nothing_selected_has_no_answer_and_a_release_without_a_rollout_no_plan() -> None:
    empty = _totals(_quiet(dict.fromkeys("ABXY", 0.0)), gone=dict.fromkeys("ABXY", MONTHS))
    found = compare(empty, PLAN)
    assert found is not None and found.effect is None
    assert rollout({}) is None
    assert rollout({"dimension": "region", "since": {"A": GO_LIVE}}) == Rollout("region", {"A": GO_LIVE})


# The synthetic control


def test_an_exact_mixture_gives_its_weights_back() -> None:
    rng = np.random.default_rng(5)
    donors = 0.05 + 0.01 * rng.standard_normal((12, 4))
    true = np.array([0.5, 0.3, 0.2, 0.0])
    assert weights(donors @ true, donors) == pytest.approx(true, abs=1e-4)


def test_weights_are_a_mixture_whatever_the_target_and_as_close_as_any() -> None:
    rng = np.random.default_rng(6)
    donors, target = rng.random((9, 3)), rng.random(9) + 0.4
    found = weights(target, donors)
    assert (found >= 0).all() and found.sum() == pytest.approx(1)
    off = ((target - donors @ found) ** 2).sum()
    assert all(off <= ((target - donors @ w) ** 2).sum() + 1e-9 for w in rng.dirichlet(np.ones(3), 2000))


def test_one_treated_group_is_seen_against_the_mixture_of_the_others() -> None:
    rng = np.random.default_rng(7)
    donors = {g: 0.05 + 0.01 * rng.standard_normal(len(MONTHS)) for g in "WXYZ"}
    late = np.array([m > GO_LIVE for m in MONTHS])
    made = 0.6 * donors["W"] + 0.4 * donors["Z"]
    plan = Rollout("region", {"A": GO_LIVE}, tuple("WXYZ"), ())
    found = _compare({"A": made - 0.03 * late, **donors}, plan)
    assert found.synthetic is not None and found.effect is not None
    assert found.synthetic.made.weights == pytest.approx({"W": 0.6, "X": 0, "Y": 0, "Z": 0.4}, abs=1e-3)
    assert found.effect.estimate.value == pytest.approx(-0.03, abs=1e-4)
    assert found.synthetic.p == found.synthetic.least == 1 / 5
    assert found.effect.mde == found.synthetic.reach == max(abs(p.gap) for p in found.synthetic.placebos)
    assert math.isnan(found.effect.estimate.low)


def test_the_policy_sets_how_long_before_counts() -> None:
    ratios = _totals(_quiet(dict.fromkeys("ABCXYZ", 0.0)))
    found = compare(ratios, PLAN, policy=Policy(pre_months_most=6))
    assert found is not None and found.wave.before == MONTHS[1:7]
