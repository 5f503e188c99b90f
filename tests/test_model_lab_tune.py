"""Tuning: seeded, pruned, gone on with, and judged where nothing was chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import pytest

from model.candidates import Candidate, CandidateError, fit_logistic
from model.features import ATTRIBUTE, Features
from model.fitting import Labels
from model.lab.folds import plan
from model.lab.tune import Budget, open_study, tune
from model.split import TooLittleError

MONTHS = [202301 + i for i in range(10)]


def _problem(seed: int = 0, rows: int = 3000) -> tuple[Features, Labels]:
    """Ten features of which one tells the outcome, in ten months."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 10)).astype(np.float32)
    y = (rng.random(rows) < 1 / (1 + np.exp(-1.5 * X[:, 0]))).astype(float)
    month = np.repeat(MONTHS, rows // len(MONTHS))
    keys = {"client": np.arange(rows) // 2, "obligation": np.arange(rows), "month": month}
    names = {f"x{i}": X[:, i] for i in range(10)}
    return Features(pd.DataFrame(keys | names), dict.fromkeys(names, ATTRIBUTE), np.arange(rows)), Labels(
        month, y, month
    )


class _Blind:
    """Looks at one column only."""

    def __init__(self, column: int) -> None:
        self.column = column

    def margin(self, X: np.ndarray) -> np.ndarray:
        return X[:, self.column].astype(float)


def _look(X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, column: int = 5) -> _Blind:
    if column == 9:
        raise ValueError("this column cannot be looked at")
    return _Blind(column)


LOOK = Candidate("look", _look, space=lambda trial: {"column": trial.suggest_int("column", 0, 9)})


def _clients(features: Features) -> np.ndarray:
    return features.frame["client"].to_numpy()


def test_with_dates_every_fold_trains_on_labels_final_before_it() -> None:
    features, labels = _problem()
    made = plan(labels, _clients(features), dated=True)
    for fold in (*made.folds, made.held_out):
        assert labels.known_at[fold.train].max() < labels.month[fold.test].min()
    assert labels.month[made.seen].max() < labels.month[made.held_out.test].min()
    assert set(labels.month[made.held_out.test]) == set(MONTHS[-3:])


def test_without_dates_no_client_stands_on_two_sides() -> None:
    features, labels = _problem()
    client = _clients(features)
    made = plan(labels, client, dated=False, seed=3)
    for fold in (*made.folds, made.held_out):
        assert not set(client[fold.train]) & set(client[fold.test])
    assert not set(made.seen) & set(made.held_out.test)
    tried = np.concatenate([f.test for f in made.folds])
    assert sorted([*tried, *made.held_out.test]) == list(range(len(client)))


def test_too_few_months_are_said_in_words() -> None:
    features, labels = _problem()
    short = labels.month <= MONTHS[1]
    only = Labels(labels.month, np.where(short, labels.label, np.nan), labels.known_at)
    with pytest.raises(TooLittleError, match=r"2 month\(s\) have labels"):
        plan(only, _clients(features), dated=True)


def test_the_planted_settings_are_found_and_better_where_nothing_was_chosen() -> None:
    features, labels = _problem()
    made = plan(labels, _clients(features), dated=True)
    found = tune(LOOK, features, labels, made, study=optuna.create_study(direction="maximize"), budget=Budget(25, 60))
    assert found.recipe.settings == {"column": 0}
    assert found.better and found.held_out.low > 0.2
    assert "better than its own settings" in found.sentence()


def test_hopeless_draws_are_pruned_and_a_failing_one_does_not_end_the_search() -> None:
    features, labels = _problem()
    made = plan(labels, _clients(features), dated=True)
    study = open_study("sqlite://", "look", seed=1)
    found = tune(LOOK, features, labels, made, study=study, budget=Budget(30, 60))
    states = {t.state for t in found.tried}
    assert len(found.tried) == 30 and states >= {"complete", "pruned"}
    study.enqueue_trial({"column": 9})
    again = tune(LOOK, features, labels, made, study=study, budget=Budget(1, 60))
    assert again.tried[-1].state == "failed" and again.recipe.settings == {"column": 0}


def test_a_search_goes_on_where_it_was_left_and_is_the_same_for_one_seed(tmp_path: Path) -> None:
    features, labels = _problem(rows=1000)
    made = plan(labels, _clients(features), dated=True)

    def search(file: str, trials: int) -> list[object]:
        study = open_study(f"sqlite:///{tmp_path / file}", "look", seed=7)
        found = tune(LOOK, features, labels, made, study=study, budget=Budget(trials, 60))
        return [(t.number, t.settings, t.auc) for t in found.tried if t.state == "complete"]

    first = search("a.db", 6)
    assert search("b.db", 6) == first
    assert search("a.db", 3)[: len(first)] == first


def test_no_new_draw_begins_after_the_time_is_up() -> None:
    features, labels = _problem(rows=1000)
    made = plan(labels, _clients(features), dated=True)
    study = optuna.create_study(direction="maximize")
    assert len(tune(LOOK, features, labels, made, study=study, budget=Budget(1000, 0)).tried) <= 1


def test_settings_that_beat_nothing_leave_the_candidate_as_it_is() -> None:
    features, labels = _problem()
    made = plan(labels, _clients(features), dated=True)
    worse = Candidate("look", _look_well, space=lambda trial: {"column": trial.suggest_int("column", 1, 8)})
    found = tune(worse, features, labels, made, study=optuna.create_study(direction="maximize"), budget=Budget(5, 60))
    assert found.recipe.settings == {} and found.held_out.value == 0 and not found.better
    assert "none of 5 draws" in found.sentence()


def _look_well(X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, column: int = 0) -> _Blind:
    return _Blind(column)


def test_a_candidate_without_a_space_has_nothing_to_tune() -> None:
    features, labels = _problem(rows=1000)
    made = plan(labels, _clients(features), dated=True)
    with pytest.raises(CandidateError, match="no settings to tune"):
        tune(Candidate("fixed", fit_logistic), features, labels, made, study=optuna.create_study(), budget=Budget(1, 1))
