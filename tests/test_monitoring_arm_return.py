"""What came beyond what would have come anyway, what it cost, and in which segments: by hand and by statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from data.counts import Tally
from data.rows import LABEL_STATES
from monitoring.arm_return import per_offer, returned, self_cure
from monitoring.arm_segments import by_level
from monitoring.policy import Policy

GO_LIVE = 202403
MONTHS = (GO_LIVE, 202404)
ARMS = ("model", "none")
RULE = Policy(cost_per_contact=8_000.0)
NAMES = ("n", "offered", "kept", "paid", "cash", "B")


def _cohort(model: dict[str, float], none: dict[str, float]) -> Tally:
    """Each random group of each arm holds, in each month, these totals."""
    values = {m: np.zeros((2, 2, 30, 4)) for m in NAMES}
    for a, side in enumerate((model, none)):
        for m, amount in side.items():
            values[m][:, a, :, 0] = amount
    labels = {"month": MONTHS, "arm": ARMS, "rg": tuple(range(30)), "label": LABEL_STATES}
    return Tally(("month", "arm", "rg", "label"), labels, values)


MODEL = {"n": 100, "offered": 40, "kept": 10, "paid": 45, "cash": 2.0e6, "B": 1e7}
NONE = {"n": 50, "offered": 0, "kept": 0, "paid": 20, "cash": 0.9e6, "B": 5e6}


def test_the_part_that_would_have_come_anyway_is_what_the_control_does_without_offers() -> None:
    found = self_cure(_cohort(MODEL, NONE), arms=ARMS, go_live=GO_LIVE, policy=RULE)
    assert found is not None
    # 10 kept of 100; 45 % paid against 40 %: five more payments in a hundred, so half of the ten would have come.
    assert found.gross.value == pytest.approx(0.10)
    assert found.net.value == pytest.approx(0.05)
    assert found.anyway.value == pytest.approx(0.5)


def test_nothing_kept_leaves_no_share_and_no_month_no_answer() -> None:
    found = self_cure(_cohort({**MODEL, "kept": 0}, NONE), arms=ARMS, go_live=GO_LIVE, policy=RULE)
    assert found is not None and math.isnan(found.anyway.value)
    assert self_cure(_cohort(MODEL, NONE), arms=ARMS, go_live=202401, policy=RULE) is None
    assert self_cure(_cohort(MODEL, NONE), arms=("model", "legacy"), go_live=GO_LIVE, policy=RULE) is None


def test_an_offer_comes_to_the_extra_payments_over_the_extra_offers() -> None:
    found = per_offer(_cohort(MODEL, NONE), arms=ARMS, go_live=GO_LIVE, policy=RULE)
    assert found is not None
    # 45 % paid against 40 %, and 40 % were offered something against nobody: 5 more payments per 40 offers.
    assert found.value == pytest.approx(0.05 / 0.40)
    assert per_offer(_cohort({**MODEL, "offered": 0}, NONE), arms=ARMS, go_live=GO_LIVE, policy=RULE) is None
    assert per_offer(_cohort(MODEL, NONE), arms=ARMS, go_live=202401, policy=RULE) is None


def test_the_return_is_the_extra_cash_over_the_cost_of_the_extra_offers() -> None:
    found = returned(_cohort(MODEL, NONE), arms=ARMS, go_live=GO_LIVE, last=202404, policy=RULE)
    assert found is not None and found.missing == ""
    assert found.offers == pytest.approx(40 * 30 * 2)
    assert found.cost == pytest.approx(40 * 30 * 2 * 8_000)
    extra = (0.20 - 0.18) * 1e7 * 30 * 2
    assert found.cash.value == pytest.approx(extra)
    assert found.roi.value == pytest.approx(extra / found.cost - 1)


@pytest.mark.parametrize(
    ("model", "policy", "why"),
    [(MODEL, Policy(cost_per_contact=math.nan), "no_cost"), ({**MODEL, "offered": 0}, RULE, "no_offers")],
)
def test_without_a_cost_or_an_offer_there_is_no_return_and_the_reason_is_told(
    model: dict[str, float], policy: Policy, why: str
) -> None:
    found = returned(_cohort(model, NONE), arms=ARMS, go_live=GO_LIVE, last=202404, policy=policy)
    assert found is not None
    assert (found.missing, math.isnan(found.cost), math.isnan(found.roi.value)) == (why, True, True)
    assert found.cash.value > 0


def test_an_empty_control_has_no_return() -> None:
    empty = dict.fromkeys(NONE, 0)
    assert returned(_cohort(MODEL, empty), arms=ARMS, go_live=GO_LIVE, last=202404, policy=RULE) is None


def _levels(rows: int = 40) -> Tally:
    """Four levels by month, arm and group: the first ten points better with the model, the last with few rows."""
    rng = np.random.default_rng(1)
    n = np.full((4, 2, 2, 30), float(rows))
    n[3] = 1
    rate = np.full((4, 2, 1, 1), 0.4)
    rate[0, 0] = 0.5  # axes: level, arm, month, group
    paid = rng.binomial(n.astype(int), np.broadcast_to(rate, n.shape)).astype(float)
    values = {m: np.zeros((4, 2, 2, 30, 4)) for m in ("n", "paid")}
    values["n"][..., 0], values["paid"][..., 0] = n, paid
    labels = {"product": tuple("abcd"), "arm": ARMS, "month": MONTHS, "rg": tuple(range(30)), "label": LABEL_STATES}
    return Tally(("product", "arm", "month", "rg", "label"), labels, values)


def test_segments_are_corrected_for_each_other_and_small_ones_are_not_tested() -> None:
    found = by_level(_levels(), "paid", "product", arms=ARMS, go_live=GO_LIVE, last=202404, policy=RULE)
    assert [s.level for s in found] == list("abcd")
    assert found[0].q < 0.001 and found[0].difference.low > 0
    assert math.isnan(found[3].p) and math.isnan(found[3].q)
    tested = [s for s in found if not math.isnan(s.p)]
    assert [s.q for s in tested] == pytest.approx(list(multipletests([s.p for s in tested], method="fdr_bh")[1]))


def test_a_segment_sees_the_effect_worth_finding_only_when_it_is_large_enough() -> None:
    small = by_level(_levels(), "paid", "product", arms=ARMS, go_live=GO_LIVE, last=202404, policy=RULE)
    large = by_level(_levels(4_000), "paid", "product", arms=ARMS, go_live=GO_LIVE, last=202404, policy=RULE)
    assert not small[1].sees and large[1].sees
    assert large[1].mde == pytest.approx(2.8016 * large[1].difference.se, rel=1e-4)


def test_a_dimension_before_go_live_or_without_the_arm_has_no_segments() -> None:
    who = {"go_live": 202501, "last": 202501, "policy": RULE}
    assert by_level(_levels(), "paid", "product", arms=ARMS, **who) == ()
    who["go_live"] = GO_LIVE
    assert by_level(_levels(), "paid", "product", arms=("model", "legacy"), **who) == ()
