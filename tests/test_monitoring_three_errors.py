"""The three false positives of a list: by hand, and beside a population whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from data.counts import Tally
from data.rows import LABEL_STATES, NEGATIVE, POSITIVE, RANDOM_GROUPS, UNLABELLED
from monitoring import three_errors as three
from monitoring.policy import Policy

ARMS = ("model", "none")


def _list(accepted: object, kept: object) -> Tally:
    """A list by random group: accepted rows, of which kept."""
    accepted, kept = np.asarray(accepted, float), np.asarray(kept, float)
    values = {m: np.zeros((len(accepted), 4)) for m in three.LIST_MEASURES}
    values["n"][:, POSITIVE], values["kept"][:, POSITIVE] = accepted, kept
    values["n"][:, NEGATIVE] = 7
    return Tally(("rg", "label"), {"rg": tuple(range(len(accepted))), "label": LABEL_STATES}, values)


def _arms(model: np.ndarray, none: np.ndarray) -> Tally:
    """A list by arm and random group: columns n, accepted, kept, paid of each random group."""
    values = {m: np.zeros((2, len(model), 4)) for m in three.ARM_MEASURES}
    for k, counted in enumerate((model, none)):
        n, accepted, kept, paid = np.asarray(counted, float).T
        values["n"][k][:, POSITIVE], values["n"][k][:, UNLABELLED] = accepted, n - accepted
        values["kept"][k][:, POSITIVE], values["paid"][k][:, UNLABELLED] = kept, paid
    return Tally(("arm", "rg", "label"), {"arm": ARMS, "rg": tuple(range(len(model))), "label": LABEL_STATES}, values)


def _alike(*counted: float) -> np.ndarray:
    return np.tile(counted, (RANDOM_GROUPS, 1))


def test_a_broken_promise_divides_by_the_accepted_only() -> None:
    found = three.promises(_list([10] * 30, [6] * 30), recorded=True)
    assert (found.accepted, found.broken) == (300, 120)
    assert found.rate.value == pytest.approx(0.4)
    assert found.rate.low < 0.4 < found.rate.high


def test_where_no_promise_is_recorded_none_is_called_broken() -> None:
    found = three.promises(_list([10] * 30, [0] * 30), recorded=False)
    assert (found.broken, found.rate.reason) == (0, "no_promises")
    assert math.isnan(found.rate.value)
    assert three.promises(_list([0], [0]), recorded=True).rate.reason == "no_positives"


def test_clients_who_break_together_count_for_less() -> None:
    even = three.promises(_list([10] * 30, [5] * 30), recorded=True).rate
    lumps = three.promises(_list([10] * 30, [10, 0] * 15), recorded=True).rate
    assert lumps.value == even.value
    assert lumps.high - lumps.low > 2 * (even.high - even.low)


def test_incremental_fdr_and_fp3_by_hand() -> None:
    """Of 100 with offers 40 accept, 30 keep and 50 pay; of 50 without 15 pay: the offers added 50 - 30 = 20 per 100."""
    found = three.incremental(_arms(_alike(100, 40, 30, 50), _alike(50, 0, 0, 15)), arms=ARMS)
    assert found.rows == (3000, 1500)
    assert (found.accepted.value, found.kept.value) == pytest.approx((0.40, 0.30))
    assert found.uplift.value == pytest.approx(0.20)
    assert found.fdr.value == pytest.approx(1 - 0.20 / 0.40)
    assert found.anyway.value == pytest.approx(1 - 0.20 / 0.30)


def test_a_list_of_hits_that_adds_nothing_is_all_false_positives() -> None:
    found = three.incremental(_arms(_alike(100, 80, 80, 80), _alike(100, 0, 0, 80)), arms=ARMS)
    assert (found.fdr.value, found.anyway.value) == pytest.approx((1.0, 1.0))


def test_what_cannot_be_told_has_its_reason() -> None:
    def reason(model: np.ndarray, none: np.ndarray) -> tuple[str, str]:
        found = three.incremental(_arms(model, none), arms=ARMS)
        assert math.isnan(found.fdr.value)
        return found.fdr.reason, found.anyway.reason

    assert reason(_alike(10, 0, 0, 1), _alike(10, 0, 0, 1)) == ("no_positives", "no_promises")
    assert reason(_alike(10, 4, 3, 5), _alike(0, 0, 0, 0)) == ("empty", "empty")
    noisy, noisier = (np.array([[n, 1, 1, n * (k // n % 2)] for k in range(30)]) for n in (2, 1))
    assert reason(noisy, noisier) == ("small_sample", "small_sample")
    only = three.incremental(_arms(_alike(9, 4, 3, 5), _alike(9, 0, 0, 1)), arms=("model", "nowhere"))
    assert only.fdr.reason == "no_control"
    assert three.unknown("no_arms").anyway.reason == "no_arms"


def test_each_false_positive_has_its_own_cost() -> None:
    rule = Policy(cost_per_contact=10, value_per_success=100)
    assert three.cost_of_wasted(70, rule).contacts == 700
    broken = three.promises(_list([10] * 30, [6] * 30), recorded=True)
    assert three.cost_of_broken(broken, rule) == three.Cost(1200, 12_000)
    found = three.incremental(_arms(_alike(100, 40, 30, 50), _alike(50, 0, 0, 15)), arms=ARMS)
    assert three.cost_of_anyway(found.anyway, 900, rule).contacts == pytest.approx(3000)
    unset = Policy(cost_per_contact=math.nan)
    assert math.isnan(three.cost_of_wasted(70, unset).contacts)
    assert math.isnan(three.cost_of_anyway(three.unknown("no_arms").anyway, 900, rule).contacts)


def test_intervals_of_the_incremental_fdr_hold_the_truth() -> None:
    """Clients with two obligations, a shared leaning, arms drawn by client: an offer is made to 70 %, an accepted one
    is kept by 60 %, and those who keep pay who would have paid by themselves with a chance of 25 %."""
    rng = np.random.default_rng(5)
    lean, reach, keep, alone, banks, clients = 0.35, 0.7, 0.6, 0.25, 300, 3000
    accept = reach * lean
    truth = 1 - accept * keep * (1 - alone) / accept, alone
    held = np.zeros(2)
    for _ in range(banks):
        group, treated = rng.integers(0, RANDOM_GROUPS, clients), rng.random(clients) < 0.5
        yes = rng.beta(lean * 3, (1 - lean) * 3, clients)
        at = np.repeat(np.arange(clients), 2)
        accepts = (rng.random(at.size) < reach) & (rng.random(at.size) < yes[at])
        keeps = accepts & (rng.random(at.size) < keep)
        pays_alone = rng.random(at.size) < alone
        columns = np.stack([np.ones(at.size), accepts, keeps, pays_alone | keeps], 1)
        columns[~treated[at]] = np.stack([np.ones(at.size), 0 * accepts, 0 * keeps, pays_alone], 1)[~treated[at]]
        sums = np.zeros((2, RANDOM_GROUPS, 4))
        np.add.at(sums, ((~treated[at]).astype(int), group[at]), columns)
        found = three.incremental(_arms(*sums), arms=ARMS)
        held += [e.low <= t <= e.high for e, t in zip((found.fdr, found.anyway), truth, strict=True)]
    assert (held / banks >= 0.92).all()
