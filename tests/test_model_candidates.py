"""Every candidate keeps one promise: log-odds for every row, the same for one seed, missing values or not."""

from __future__ import annotations

import importlib.util
import pickle

import numpy as np
import optuna
import pytest
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from model import candidates
from model.candidates import CANDIDATES, CandidateError, candidate
from model.candidates_plain import FURTHEST

NAMES = sorted(set(CANDIDATES) - {"dummy"})
EXACT = ("logistic", "ridge", "lda", "xgboost", "lightgbm", "lightgbm_deep")


def _rows(n: int = 900, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two numbers, one of them missing at times, an empty column's neighbour, and a category with a rare level."""
    r = np.random.default_rng(seed)
    X = r.normal(size=(n, 4)).astype(np.float32)
    X[:, 2] = r.choice(4, n, p=[0.5, 0.3, 0.19, 0.01])
    truth = -1.2 + 1.2 * X[:, 0] + np.where(X[:, 2] == 1, 1.5, 0) + np.abs(X[:, 1])
    X[r.random(n) < 0.2, 1] = np.nan
    X[r.random(n) < 0.1, 2] = np.nan
    return X, (r.random(n) < expit(truth)).astype(float)


@pytest.fixture(scope="module")
def fitted() -> dict[str, candidates.Fitted]:
    X, y = _rows()
    return {n: c.fit(X, y, categorical=[2], seed=3) for n, c in CANDIDATES.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_candidate_ranks_rows_that_it_never_saw(fitted: dict[str, candidates.Fitted], name: str) -> None:
    X, y = _rows(seed=1)
    margin = fitted[name].margin(X)
    assert margin.shape == (900,) and margin.dtype == np.float64 and np.abs(margin).max() <= FURTHEST
    assert roc_auc_score(y, margin) > 0.65


@pytest.mark.parametrize("name", NAMES)
def test_log_odds_are_near_the_share_of_positives(fitted: dict[str, candidates.Fitted], name: str) -> None:
    X, y = _rows(4000, seed=2)
    assert expit(fitted[name].margin(X)).mean() == pytest.approx(y.mean(), abs=0.08)


@pytest.mark.parametrize("name", list(CANDIDATES))
def test_one_seed_gives_one_answer_and_a_pickle_the_same(fitted: dict[str, candidates.Fitted], name: str) -> None:
    X, y = _rows()
    again = candidate(name).fit(X, y, categorical=[2], seed=3)
    assert np.array_equal(again.margin(X[:50]), fitted[name].margin(X[:50]))
    kept = pickle.loads(pickle.dumps(again))
    assert np.array_equal(kept.margin(X[:50]), again.margin(X[:50]))


@pytest.mark.parametrize("name", list(CANDIDATES))
def test_a_row_is_told_the_same_whatever_rows_stand_beside_it(fitted: dict[str, candidates.Fitted], name: str) -> None:
    X, _ = _rows(seed=4)
    alone = np.concatenate([fitted[name].margin(X[k : k + 1]) for k in range(40)])
    assert np.abs(expit(alone) - expit(fitted[name].margin(X)[:40])).max() <= 1e-12


@pytest.mark.parametrize("name", list(CANDIDATES))
def test_rows_of_nothing_but_missing_values_and_unseen_levels_get_an_answer(
    fitted: dict[str, candidates.Fitted], name: str
) -> None:
    X = np.full((2, 4), np.nan, np.float32)
    X[1, 2] = 99
    assert np.isfinite(fitted[name].margin(X)).all()


@pytest.mark.parametrize("name", list(CANDIDATES))
def test_numbers_alone_and_categories_alone_are_enough(name: str) -> None:
    X, y = _rows(400)
    for columns, categorical in (([0, 1], []), ([2], [0])):
        model = candidate(name).fit(X[:, columns], y, categorical=categorical, seed=0)
        assert np.isfinite(model.margin(X[:5, columns])).all()


@pytest.mark.parametrize("name", EXACT)
def test_contributions_and_a_base_add_up_to_the_log_odds(fitted: dict[str, candidates.Fitted], name: str) -> None:
    X, _ = _rows(200, seed=4)
    model = fitted[name]
    parts = model.contributions(X)  # type: ignore[attr-defined]
    base = model.margin(X) - parts.sum(axis=1)
    assert parts.shape == X.shape
    assert np.ptp(base) < 2e-5


def test_linear_contributions_are_coefficients_times_the_distance_from_the_mean() -> None:
    r = np.random.default_rng(0)
    X = r.normal(size=(500, 2)).astype(np.float32)
    y = (r.random(500) < expit(X[:, 0])).astype(float)
    model = candidate("logistic").fit(X, y, categorical=[], seed=0)
    z = np.arcsinh(X.astype(np.float64))
    by_hand = (z - z.mean(axis=0)) / z.std(axis=0) * model.model.coef_[0]
    assert model.contributions(X) == pytest.approx(by_hand, abs=1e-5)


def test_the_candidates_that_say_what_moved_a_score_are_those_that_are_exact(
    fitted: dict[str, candidates.Fitted],
) -> None:
    assert {n for n, m in fitted.items() if hasattr(m, "contributions")} == set(EXACT)


def test_small_data_are_averaged_over_seeds_and_large_data_are_not() -> None:
    r = np.random.default_rng(0)
    X = r.normal(size=(20_500, 3)).astype(np.float32)
    y = (X[:, 0] + r.normal(size=len(X)) > 0).astype(float)
    assert len(candidates.fit_trees(X, y, categorical=[], seed=0, trees=3).texts) == 1
    small = candidates.fit_trees(X[:2000], y[:2000], categorical=[], seed=0, trees=3)
    each = [b.predict(X[:10], raw_score=True) for b in small.boosters]
    assert len(each) == 5 and not np.array_equal(each[0], each[1])
    assert small.margin(X[:10]) == pytest.approx(np.mean(each, axis=0), abs=1e-12)


def test_seeds_draw_different_models() -> None:
    X, y = _rows()
    drawn = {t for s in (0, 1) for t in candidates.fit_trees(X, y, categorical=[2], seed=s, trees=5).texts}
    assert len(drawn) == 10


def test_the_dummy_knows_the_share_of_positives_and_nothing_else() -> None:
    X, _ = _rows(4)
    margin = candidate("dummy").fit(X, np.array([1.0, 0, 0, 0]), categorical=[2], seed=0).margin(X)
    assert expit(margin) == pytest.approx(0.25)


def test_a_balanced_forest_promises_the_true_share_although_its_trees_see_half_and_half() -> None:
    X, y = _rows(2000)
    keep = (y == 0) | (np.random.default_rng(0).random(2000) < 0.15)
    X, y = X[keep], y[keep]
    other, truth = _rows(2000, seed=9)
    keep = (truth == 0) | (np.random.default_rng(1).random(2000) < 0.15)
    p = expit(candidate("balanced_forest").fit(X, y, categorical=[2], seed=0).margin(other[keep]))
    assert p.mean() == pytest.approx(truth[keep].mean(), abs=0.05)


@pytest.mark.parametrize("name", [n for n in NAMES if CANDIDATES[n].space])
def test_what_tuning_draws_is_what_fit_understands(name: str) -> None:
    X, y = _rows(300)
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1)).ask()
    settings = candidate(name).space(trial)  # type: ignore[misc]
    few = {k: min(v, 50) if k == "trees" else v for k, v in settings.items()}
    assert np.isfinite(candidate(name).fit(X, y, categorical=[2], seed=0, **few).margin(X)).all()


@pytest.mark.parametrize(("name", "library"), [("xgboost", "xgboost"), ("balanced_forest", "imblearn")])
def test_a_candidate_without_its_library_is_absent_and_the_error_names_it(
    name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(candidates, "find_spec", lambda x: None if x == library else real(x))
    assert CANDIDATES[name].absent and not CANDIDATES["lightgbm"].absent
    with pytest.raises(CandidateError, match=f"candidate {name} needs the library {library}, which is not installed"):
        candidate(name)


def test_an_unknown_candidate_is_refused_with_the_list() -> None:
    with pytest.raises(CandidateError, match=r"'svm' is not a candidate; there are dummy, logistic"):
        candidate("svm")
