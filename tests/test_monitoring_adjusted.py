"""Grade B: the adjusted comparison, its conditions, and the naive one beside it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_adjusted import EFFECT, MONTHS, Rows

from data.adjusted_sums import AdjustedSums
from monitoring.adjusted import Adjusted, adjusted, e_value
from monitoring.causal import aipw
from monitoring.evidence import Evidence, grade
from monitoring.policy import Policy


def found(rows: Rows, **more: object) -> Adjusted:
    answer = adjusted(rows.sums, **more)
    assert answer is not None
    return answer


@pytest.fixture(scope="module")
def usual() -> Rows:
    return Rows()


def failed(answer: Adjusted) -> list[str]:
    return [g.name for g in answer.gates if g.passed is False]


def test_the_doubly_robust_difference_is_that_of_the_rows(usual: Rows) -> None:
    x, m = usual.drawn, usual.predicted.outcomes["paid"]
    by_rows, _ = aipw(x["paid"], x["d"], e=x["e"], m1=m[0], m0=m[1], client=x["client"])
    paid = found(usual).outcomes[0]
    assert paid.aipw.value == pytest.approx(by_rows.value, rel=1e-9)
    assert paid.aipw.se == pytest.approx(by_rows.se, rel=0.35)
    assert paid.with_offer - paid.without == pytest.approx(by_rows.value, rel=1e-9)
    assert paid.aipw.n == usual.n


def test_the_adjusted_differences_come_near_the_effect_and_the_naive_ones_miss_it(usual: Rows) -> None:
    steep = found(Rows(low=0.06, high=0.94))
    for answer in (steep, found(usual)):
        for outcome, truth in zip(answer.outcomes, (EFFECT, -EFFECT, -EFFECT), strict=True):
            for e in (outcome.aipw, outcome.ipw):
                assert abs(e.value - truth) < 4 * e.se
            assert not outcome.naive.low < truth < outcome.naive.high
    assert steep.outcomes[0].naive.value < found(usual).outcomes[0].naive.value


def test_weighting_is_dividing_by_the_probability_of_what_happened(usual: Rows) -> None:
    x = usual.drawn
    d, w = x["d"] == 1, np.where(x["d"] == 1, 1 / x["e"], 1 / (1 - x["e"]))
    paid, _, balance = found(usual).outcomes
    weighted = np.average(x["paid"][d], weights=w[d]) - np.average(x["paid"][~d], weights=w[~d])
    assert paid.ipw.value == pytest.approx(weighted, rel=1e-9)
    assert paid.naive.value == pytest.approx(x["paid"][d].mean() - x["paid"][~d].mean(), rel=1e-9)
    b = w * x["balance"]
    in_money = np.average(x["over"][d], weights=b[d]) - np.average(x["over"][~d], weights=b[~d])
    assert balance.ipw.value == pytest.approx(in_money, rel=1e-9)
    ess = [w[k].sum() ** 2 / (w[k] ** 2).sum() for k in (d, ~d)]
    assert found(usual).ess == pytest.approx(ess, rel=1e-9)


def test_what_drove_the_offer_is_apart_before_weighting_and_together_after(usual: Rows) -> None:
    x = usual.drawn
    d = x["d"] == 1
    spread = math.sqrt((x["hard"][d].var() + x["hard"][~d].var()) / 2)
    by = {(b.feature, b.level): b for b in found(usual).balance}
    hard = by["hard", ""]
    assert hard.before == pytest.approx((x["hard"][d].mean() - x["hard"][~d].mean()) / spread, rel=1e-6)
    assert abs(hard.after) < 0.1 < hard.before
    assert found(usual).balance[0].feature in ("hard", "score")
    assert abs(by["kind", "a"].before) < 0.1


def test_months_add_up_and_unknown_ones_give_nothing(usual: Rows) -> None:
    whole, parts = found(usual), [found(usual, months=[m]) for m in MONTHS]
    assert sum(p.rows for p in parts) == whole.rows == usual.n
    mean = sum(p.outcomes[0].aipw.value * p.rows for p in parts) / whole.rows
    assert whole.outcomes[0].aipw.value == pytest.approx(mean, rel=1e-9)
    assert sum(p.chances for p in parts).tolist() == whole.chances.tolist()
    assert whole.chances[0].sum() == whole.offered
    assert adjusted(usual.sums, months=[202501]) is None


def test_the_document_says_the_same_as_the_sums(usual: Rows) -> None:
    again = adjusted(AdjustedSums.of(usual.sums.as_record()))
    assert again is not None
    assert again.outcomes[0].aipw.value == pytest.approx(found(usual).outcomes[0].aipw.value, rel=1e-4)


def test_conditions_hold_on_rows_that_overlap_and_give_grade_b(usual: Rows) -> None:
    answer = found(usual)
    assert answer.stands
    assert [g.name for g in answer.gates] == ["overlap", "weighted_balance", "effective_size", "placebo"]
    assert grade(Evidence(adjusted=answer.gates)).grade == "B"


def test_each_condition_fails_for_its_own_reason_and_takes_the_grade_away() -> None:
    cases = {
        "overlap": Rows(low=0.021, high=0.2, n=8000),
        "weighted_balance": Rows(unseen=True),
        "effective_size": Rows(n=120),
        "placebo": Rows(hidden=0.3),
    }
    for name, rows in cases.items():
        answer = found(rows)
        assert name in failed(answer), name
        assert not answer.stands
        assert grade(Evidence(adjusted=answer.gates)).grade == "E"
        assert name in grade(Evidence(adjusted=answer.gates)).reasons


def test_rows_that_were_certain_of_an_offer_are_counted_and_left_out(usual: Rows) -> None:
    sure = Rows(certain=300)
    answer = found(sure)
    assert answer.certain == 300
    assert answer.rows == sure.n - 300
    assert answer.gates[0].value == pytest.approx(1 - 300 / sure.n)
    only = found(Rows(n=500, certain=500))
    assert math.isnan(only.outcomes[0].aipw.value)
    assert not only.stands
    assert found(usual).certain == 0


def test_a_month_before_that_nobody_knows_leaves_its_condition_unchecked(usual: Rows) -> None:
    blank = Rows(seed=1)
    blank.drawn["before"][:] = np.nan
    placebo = found(blank).gates[-1]
    assert placebo.passed is None
    assert found(blank).stands


def test_limits_are_those_of_the_policy(usual: Rows) -> None:
    assert failed(found(usual, policy=Policy(ess_least=1e9))) == ["effective_size"]
    assert failed(found(usual, policy=Policy(smd_limit=1e-9))) == ["weighted_balance"]


def test_e_values_are_those_of_the_formula() -> None:
    assert e_value(2.0) == pytest.approx(2 + math.sqrt(2))
    assert e_value(0.5) == pytest.approx(e_value(2.0))
    assert e_value(1.0) == 1
    assert all(math.isnan(e_value(v)) for v in (0.0, -1.0, math.nan, math.inf))


def test_what_it_takes_to_explain_the_effect_away_is_less_at_the_limit(usual: Rows) -> None:
    strength = found(usual).strength
    paid = found(usual).outcomes[0]
    assert strength.point == pytest.approx(e_value(paid.with_offer / paid.without), rel=1e-9)
    assert 1 < strength.limit < strength.point
    assert found(Rows(n=120, seed=3)).strength.limit >= 1
