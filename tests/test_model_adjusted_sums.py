"""The sums behind the adjusted comparison: what they count, what is left out, and an independent package on the same
data and folds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_adjusted import Rows
from small_bank import make_bank
from test_model_policy_sums import scored

from data.adjusted_sums import AdjustedSums
from model import nuisances, policy_sums
from model.adjusted_sums import MISSING, covariates, sums
from model.features import build
from model.nuisances import Predicted
from monitoring.adjusted import adjusted


@pytest.fixture(scope="module")
def said() -> tuple[AdjustedSums, pd.DataFrame]:
    bank = make_bank(clients=300, months_long=6, seed=4)
    features = build(bank)
    rows = scored(bank, features)
    document = policy_sums.document(bank, features, rows.assign(arm="(unknown)"))
    return AdjustedSums.of(document["adjusted_sums"]), rows


def test_every_row_with_a_decision_is_counted_in_its_month(said: tuple[AdjustedSums, pd.DataFrame]) -> None:
    found, rows = said
    line = rows[(rows["eligible"] == 1) & rows["month"].isin(found.months)]
    by = line.groupby("month")
    assert found.support.all.tolist() == by.size().tolist()
    assert found.units["rows"].d1.sum(1).tolist() == by["offered"].sum().tolist()
    offered = line[line["offered"] == 1].groupby("month")["paid"].sum()
    assert found.outcomes["paid"].y1.sum(1).tolist() == offered.tolist()
    held = (found.units["balance"].d1 + found.units["balance"].d0).sum(1)
    assert held == pytest.approx(by["balance"].sum().to_numpy(), rel=1e-6)
    assert found.propensity == "logged"
    assert found.support.inside.tolist() == found.support.all.tolist()


def test_each_rows_random_group_is_kept(said: tuple[AdjustedSums, pd.DataFrame]) -> None:
    found, rows = said
    line = rows[(rows["eligible"] == 1) & rows["month"].isin(found.months) & (rows["offered"] == 1)]
    assert found.units["rows"].d1.sum(0).tolist() == np.bincount(line["rg"], minlength=30).tolist()


def test_covariates_are_standardised_and_none_is_told_twice() -> None:
    r = np.random.default_rng(0)
    x = r.normal(5, 3, 400)
    x[:40] = np.nan
    kind = pd.Categorical(np.where(np.arange(400) % 4, "a", "b"))
    frame = pd.DataFrame({"x": x, "again": x, "kind": kind, "flat": np.ones(400)})
    found = dict(covariates(frame, list(frame), r.random(400)))
    assert set(found) == {("score", ""), ("x", ""), ("x", MISSING), ("kind", "a"), ("kind", "b")}
    for values in found.values():
        assert np.nanmean(values) == pytest.approx(0, abs=1e-6)
        assert np.nanstd(values) == pytest.approx(1)
    assert (np.isnan(found["x", ""]) == np.isnan(x)).all()


def test_rows_that_are_certain_are_counted_and_left_out_of_every_sum() -> None:
    made = Rows(n=900, certain=60)
    found = made.sums
    assert found.support.certain.sum() == 60
    assert found.support.all.sum() == 900
    assert (found.units["rows"].d1 + found.units["rows"].d0).sum() == 840
    assert found.support.chances.sum() == 840
    assert found.support.moments[:, 0, :, 0].sum() == 840
    assert found.support.placebo_rows.sum() == 840


def test_without_payments_only_what_is_overdue_is_compared() -> None:
    made = Rows(n=900)
    kept = Predicted(**{**vars(made.predicted), "outcomes": {"overdue": made.predicted.outcomes["overdue"]}})
    found = sums(made.line, kept, covariates(pd.DataFrame(), [], made.line.score), overdue_dpd=30)
    assert set(found.outcomes) == {"over", "balance"}


def test_one_arm_alone_is_no_draw_and_its_logged_probabilities_stand() -> None:
    made = Rows(n=600)
    frame = nuisances.Sample(made.line.score[:, None], [], nuisances.folds(made.line.client))
    given = {"offered": made.line.offered, "outcomes": {}, "logged": made.line.logged}
    alone = nuisances.predict(frame, frame, arm=np.full(600, "legacy"), **given)
    assert alone.propensity == "logged"
    assert alone.raw.tolist() == made.line.logged.tolist()


def test_the_difference_is_doublemls_on_the_same_data_and_folds_by_client() -> None:
    doubleml = pytest.importorskip("doubleml", reason="doubleml is not installed")
    linear = pytest.importorskip("sklearn.linear_model")
    made = Rows(n=2000)
    x, fold = made.drawn, nuisances.folds(made.line.client)
    X = np.column_stack([x["hard"], np.log(x["balance"])])
    data = doubleml.DoubleMLData.from_arrays(X, x["paid"], x["d"])
    model = doubleml.DoubleMLIRM(
        data,
        linear.LinearRegression(),
        linear.LogisticRegression(),
        draw_sample_splitting=False,
        n_folds=nuisances.FOLDS,
    )
    model.set_sample_splitting([(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(nuisances.FOLDS)])
    model.fit(store_predictions=True)
    m0, m1, e = (model.predictions[name][:, 0, 0] for name in ("ml_g0", "ml_g1", "ml_m"))
    predicted = Predicted(e, e, "estimated", {"paid": (m1, m0)})
    found = adjusted(sums(made.line, predicted, covariates(pd.DataFrame(), [], made.line.score), overdue_dpd=30))
    assert found is not None
    assert found.outcomes[0].aipw.value == pytest.approx(model.coef[0], rel=1e-9)
    assert found.outcomes[0].aipw.se == pytest.approx(model.se[0], rel=0.35)
