"""Outcomes of the arms against regressions by statsmodels: plain, clustered, and adjusted for balances at go-live."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from data.counts import Tally
from data.rows import LABEL_STATES, random_group
from monitoring.arm_outcomes import MEASURES, ORDER, Sums, ordered, outcome, rolled, sides_of_overdue, sums
from monitoring.policy import Policy

RULE = Policy()
MONTHS = (202402, 202403, 202404, 202405)
GO_LIVE = 202403
ARMS = ("model", "none")
WHO: dict[str, Any] = {"arms": ARMS, "go_live": GO_LIVE, "policy": RULE}


def _tally(rows: pd.DataFrame) -> Tally:
    """Totals by month, arm and random group of rows with a column for each measure (0 where absent)."""
    values = {m: np.zeros((len(MONTHS), 2, 30, 4)) for m in MEASURES}
    place = [rows[c].map(dict(zip(names, range(9), strict=False))) for c, names in (("month", MONTHS), ("arm", ARMS))]
    for m in set(MEASURES) & set(rows):
        np.add.at(values[m], (*place, rows["rg"], 2), rows[m])
    labels = {"month": MONTHS, "arm": ARMS, "rg": tuple(range(30)), "label": LABEL_STATES}
    return Tally(("month", "arm", "rg", "label"), labels, values)


def _bank(*, effect: float = 0.0, clients: int = 3000, seed: int = 0, memory: float = 0.0) -> pd.DataFrame:
    """Clients with one obligation, watched over the months; with `memory`, whoever was late at go-live stays so. The
    model's arm is late less often by `effect` after go-live, and pays more often by it."""
    rng = np.random.default_rng(seed)
    arm, balance = rng.random(clients) < 0.6, rng.lognormal(0, 0.7, clients)
    late_first = rng.random(clients) < 0.2
    out = []
    for month in MONTHS:
        drop = effect * arm * (month > GO_LIVE)
        fresh = rng.random(clients) < 0.2 - drop
        late = np.where(rng.random(clients) < memory, late_first, fresh) if month > GO_LIVE else late_first
        paid = rng.random(clients) < 0.4 + effect * arm * (month >= GO_LIVE)
        out.append(pd.DataFrame({
            "client": np.arange(clients), "rg": random_group(np.arange(clients)), "month": month,
            "arm": np.where(arm, *ARMS), "n": 1, "paid": paid, "cash": paid * balance / 10, "B": balance,
            "V30": balance * late, "V1": balance * late,
        }))  # fmt: skip
    return pd.concat(out, ignore_index=True).astype({"paid": float})


def _sums(rows: pd.DataFrame, name: str, last: int = MONTHS[-1]) -> Sums:
    found = sums(_tally(rows), name, last=last, **WHO)
    assert found is not None
    return found


def test_the_plain_difference_is_that_of_a_regression_clustered_by_client() -> None:
    rows = _bank(effect=0.05)
    found = outcome(_sums(rows, "paid")).plain
    used = rows[rows["month"] >= GO_LIVE]
    fit = sm.OLS(used["paid"], sm.add_constant((used["arm"] == "model").astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": used["client"]}
    )
    assert found.value == pytest.approx(fit.params.iloc[1], rel=1e-9)
    assert found.se == pytest.approx(fit.bse.iloc[1], rel=0.35)  # thirty groups: a standard error is known to 13 %
    assert found.low < 0.05 < found.high


def test_with_one_client_in_each_group_the_adjustment_is_lins_regression() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(1, 0.5, (30, 2))
    y = 2 + 0.8 * x + np.array([0.3, 0.0]) + rng.normal(0, 0.3, (30, 2))
    one = np.ones((30, 2))
    found = outcome(Sums("icv", y, one, np.stack([x, 0 * x], -1), one, 60, 202404, 202404, 1))
    treated = np.tile([1.0, 0.0], 30)
    centred = x.ravel() - x.mean()
    fit = sm.OLS(y.ravel(), sm.add_constant(np.column_stack([treated, centred, treated * centred]))).fit()
    assert found.adjusted.value == pytest.approx(fit.params[1], abs=1e-10)
    assert found.plain.value == pytest.approx(y[:, 0].mean() - y[:, 1].mean())
    assert found.adjusted.se == pytest.approx(fit.get_robustcov_results("HC3").bse[1], rel=0.25)


def test_with_many_clients_it_is_close_to_lins_regression_on_clients() -> None:
    rows = _bank(clients=12_000, seed=2, memory=0.7)
    found = outcome(_sums(rows, "icv"))
    wide = rows.pivot(index="client", columns="month", values=["V30", "B"])
    late = wide["V30"][[202404, 202405]].sum(axis=1)
    gross = wide["B"][[202404, 202405]].sum(axis=1)
    at = wide["V30"][GO_LIVE] - wide["V30"][GO_LIVE].sum() / wide["B"][GO_LIVE].sum() * wide["B"][GO_LIVE]
    arm = (rows.drop_duplicates("client")["arm"] == "model").to_numpy(float)
    rate = late.sum() / gross.sum()
    y = (late - rate * gross) / gross.mean()
    centred = (at - at.mean()).to_numpy()
    fit = sm.OLS(y.to_numpy(), sm.add_constant(np.column_stack([arm, centred, arm * centred]))).fit(cov_type="HC1")
    assert abs(found.adjusted.value - fit.params[1]) < 0.5 * fit.bse[1]
    assert found.adjusted.se == pytest.approx(fit.bse[1], rel=0.4)
    assert found.adjusted.se < found.plain.se


def test_an_effect_is_found_where_there_is_one_and_what_could_be_seen_is_told() -> None:
    found = {
        o.name: o for o in ordered({name: _sums(_bank(effect=0.08, seed=3), name) for name in ORDER if name != "roll"})
    }
    assert list(found) == ["paid", "cash", "icv"]
    assert found["paid"].sentence == "effect" and found["paid"].adjusted.low > 0 and found["paid"].p < 0.001
    assert found["icv"].adjusted.value < 0
    none = outcome(_sums(_bank(seed=4), "paid"))
    assert none.sentence == "not_detected"
    assert none.mde == pytest.approx(2.8016 * none.adjusted.se, rel=1e-4)


def test_payments_count_from_go_live_to_the_last_known_month_and_the_ratio_from_the_month_after() -> None:
    rows = _bank()
    assert (_sums(rows, "paid", last=202404).first, _sums(rows, "paid", last=202404).last) == (202403, 202404)
    assert (_sums(rows, "icv").first, _sums(rows, "icv").last) == (202404, 202405)


def test_the_worth_is_the_difference_times_what_the_model_s_arm_holds_in_a_month() -> None:
    rows = _bank(effect=0.08)
    found = outcome(_sums(rows, "icv"))
    gross = rows[(rows["arm"] == "model") & (rows["month"] > GO_LIVE)]["B"].sum() / 2
    assert found.worth.value == pytest.approx(found.adjusted.value * gross)


def _crossed(rows: pd.DataFrame, *, share: dict[str, float]) -> Tally:
    """The rows that became overdue: of each arm, this share of its balance."""
    return _tally(rows.assign(B=rows["B"] * rows["arm"].map(share)))


def test_rolling_is_the_balance_that_crosses_over_all_of_the_arm() -> None:
    rows = _bank()
    crossed = _crossed(rows, share={"model": 0.02, "none": 0.05})
    found = rolled(_tally(rows), crossed, known={202402, 202403, 202404}, **WHO)
    assert found is not None and (found.first, found.last) == (202403, 202404)
    told = outcome(found)
    assert (told.model, told.control) == (pytest.approx(0.02), pytest.approx(0.05))
    assert told.plain.value == pytest.approx(-0.03)


def test_a_month_that_is_missing_in_the_middle_is_left_out_of_rolling() -> None:
    rows = _bank()
    crossed = _crossed(rows.assign(B=rows["B"] * (rows["month"] != 202404)), share={"model": 0.02, "none": 0.05})
    found = rolled(_tally(rows), crossed, known={202403, 202405}, **WHO)
    assert found is not None and found.months == 2
    assert outcome(found).model == pytest.approx(0.02)


def test_without_a_next_month_nothing_is_said_of_rolling() -> None:
    rows = _bank()
    assert rolled(_tally(rows), _crossed(rows, share={"model": 0.0, "none": 0.0}), known=(), **WHO) is None


def test_what_is_overdue_follows_the_policy() -> None:
    assert sides_of_overdue(RULE)[0] == ("0", "1-30")
    assert sides_of_overdue(Policy(overdue_dpd=90))[1][0] == "91-120"
    assert sides_of_overdue(Policy(overdue_dpd=0))[0] == ("0",)


def test_without_a_month_or_an_arm_there_is_no_outcome() -> None:
    totals = _tally(_bank())
    assert sums(totals, "paid", arms=ARMS, go_live=202401, last=202405, policy=RULE) is None
    assert sums(totals, "icv", arms=("model", "legacy"), go_live=GO_LIVE, last=202405, policy=RULE) is None
    assert sums(totals, "icv", arms=ARMS, go_live=202405, last=202405, policy=RULE) is None
    assert ordered({"paid": None}) == ()


def test_an_arm_without_balances_has_no_difference() -> None:
    found = _sums(_bank(), "icv")
    empty = Sums(**{**found.__dict__, "whole": found.whole * [1, 0], "part": found.part * [1, 0]})
    told = outcome(empty)
    assert told.adjusted.reason == "no_control" and math.isnan(told.adjusted.value)
    assert told.sentence == "too_early"
