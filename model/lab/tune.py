"""Model room: settings of a candidate found by Optuna: seeded, pruned, bounded in time, and gone on with where it was
left. What is found is tried once on rows that the search never saw, and kept only as a recipe for `--challenger`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from model.candidates import Candidate, CandidateError, Fitted
from model.champion import Recipe
from model.compare import Difference, difference
from model.encode import learn
from model.features import Features
from model.fitting import Labels
from model.lab.folds import Fold, Plan
from model.leaderboard import delong

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Budget:
    """How long to search: at most `trials` more draws, and no new one after `seconds`."""

    trials: int = 40
    seconds: float = 600.0


@dataclass(frozen=True)
class Tried:
    """One draw: its settings, its mean AUC over the folds (NaN when it was pruned or failed), what became of it
    ("complete", "pruned" or "failed"), and its seconds."""

    number: int
    settings: Mapping[str, Any]
    auc: float
    state: str
    seconds: float


@dataclass(frozen=True)
class Tuned:
    """What a search found. `default` and `best`: mean AUC over the folds of the candidate's own settings and of the
    best draw; `held_out`: AUC of the best less AUC of the default on rows that the search never saw."""

    candidate: str
    recipe: Recipe
    default: float
    best: float
    tried: tuple[Tried, ...]
    held_out: Difference
    n_held_out: int

    @property
    def better(self) -> bool:
        """Whether the draw beats the default beyond chance where nothing was chosen."""
        return bool(self.recipe.settings) and self.held_out.low > 0

    def as_record(self, source: str) -> dict[str, Any]:
        """A JSON record of the search; None where a number is undefined."""
        told = {k: v for k, v in asdict(self).items() if k not in ("recipe", "tried")}
        draws = [{**asdict(t), "auc": t.auc if np.isfinite(t.auc) else None} for t in self.tried]
        return {"source": source, **told, "recipe": self.recipe.as_record(), "draws": draws}

    def sentence(self) -> str:
        """What came of it, for people."""
        counted = {s: sum(t.state == s for t in self.tried) for s in ("complete", "pruned", "failed")}
        draws = f"{len(self.tried)} draws ({counted['pruned']} pruned, {counted['failed']} failed)"
        if not self.recipe.settings:
            return f"{self.candidate}: none of {draws} beat its own settings (mean AUC {self.default:.4f} in the folds)"
        gap = f"{self.held_out.value:+.4f} [{self.held_out.low:+.4f}, {self.held_out.high:+.4f}]"
        verdict = "better than its own settings" if self.better else "not better than its own settings beyond chance"
        return (
            f"{self.candidate}: after {draws}, mean AUC in the folds {self.best:.4f} against {self.default:.4f}; on "
            f"{self.n_held_out:,} rows that the search never saw the AUC moves by {gap}: {verdict}"
        )


def tune(
    candidate: Candidate, features: Features, labels: Labels, plan: Plan, *, study: optuna.Study,
    budget: Budget, seed: int = 0, tell: Tell = lambda *_: None,
) -> Tuned:  # fmt: skip
    """Search the candidate's space on the plan's folds, going on with the draws that `study` already has.

    Raises CandidateError when the candidate has nothing to tune.
    """
    if candidate.space is None:
        raise CandidateError(f"candidate {candidate.name} has no settings to tune")
    folds = [_Ready.of(features, labels, fold) for fold in plan.folds]
    default = float(np.mean([f.auc(candidate.fit, {}, seed) for f in folds]))
    _search(candidate, folds, study, budget, seed, tell)
    tried = tuple(_tried(each) for each in study.get_trials())
    best = max((x for x in tried if x.state == "complete"), key=lambda x: (x.auc, -x.number), default=None)
    won = best is not None and best.auc > default
    recipe = Recipe(candidate.name, best.settings if best is not None and won else {})
    last = _Ready.of(features, labels, plan.held_out)
    own, found = (last.margin(candidate.fit, s, seed) for s in ({}, recipe.settings))
    return Tuned(
        candidate.name, recipe, default, best.auc if best is not None else np.nan, tried,
        difference(found, own, last.y_test), len(last.y_test),
    )  # fmt: skip


def open_study(storage: str, name: str, *, seed: int) -> optuna.Study:
    """A study that is kept in a database (`sqlite:///file`), begun or gone on with. Draws already made move the seed
    on, so that going on does not draw the same settings again."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    pruner = optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=0)
    study = optuna.create_study(
        storage=storage, study_name=name, direction="maximize", pruner=pruner, load_if_exists=True
    )
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.get_trials(deepcopy=False)))
    return study


@dataclass(frozen=True)
class _Ready:
    """A fold as matrices: the encoding is learned from its training rows alone."""

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    categorical: Sequence[int]

    @staticmethod
    def of(features: Features, labels: Labels, fold: Fold) -> _Ready:
        encoding = learn(features.frame.iloc[fold.train], features.names)
        X, X_test = (encoding.matrix(features.frame.iloc[rows]) for rows in (fold.train, fold.test))
        return _Ready(X, labels.label[fold.train], X_test, labels.label[fold.test], encoding.categorical)

    def margin(self, fit: Callable[..., Fitted], settings: Mapping[str, Any], seed: int) -> np.ndarray:
        """Log-odds of the test rows by a model of these settings."""
        fitted = fit(self.X, self.y, categorical=list(self.categorical), seed=seed, **settings)
        return fitted.margin(self.X_test)

    def auc(self, fit: Callable[..., Fitted], settings: Mapping[str, Any], seed: int) -> float:
        """AUC on the test rows; 0.5 where they are of one class."""
        found = delong(self.margin(fit, settings, seed), self.y_test)[0]
        return found if np.isfinite(found) else 0.5


def _search(
    candidate: Candidate, folds: Sequence[_Ready], study: optuna.Study, budget: Budget, seed: int, tell: Tell
) -> None:
    began, before = time.monotonic(), len(study.get_trials(deepcopy=False))

    def objective(trial: Trial) -> float:
        assert candidate.space is not None
        settings = dict(candidate.space(trial))
        trial.set_user_attr("settings", settings)
        found: list[float] = []
        for step, fold in enumerate(folds):
            found.append(fold.auc(candidate.fit, settings, seed))
            trial.report(float(np.mean(found)), step)
            if step + 1 < len(folds) and trial.should_prune():
                raise optuna.TrialPruned
        return float(np.mean(found))

    def after(study: optuna.Study, trial: FrozenTrial) -> None:
        made = trial.number + 1 - before
        share = max(made / budget.trials, (time.monotonic() - began) / budget.seconds)
        done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        best = max((x.value for x in done if x.value is not None), default=np.nan)
        tell(f"{candidate.name}: draw {made} of {budget.trials}, best AUC {best:.4f}", min(share, 1.0))

    study.optimize(
        objective, n_trials=budget.trials, timeout=budget.seconds, callbacks=[after], catch=(ValueError, RuntimeError)
    )


def _tried(trial: FrozenTrial) -> Tried:
    states = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned"}
    begun, ended = trial.datetime_start, trial.datetime_complete
    value = trial.value if trial.state == TrialState.COMPLETE and trial.value is not None else np.nan
    return Tried(
        trial.number, dict(trial.user_attrs.get("settings", {})), float(value), states.get(trial.state, "failed"),
        (ended - begun).total_seconds() if begun and ended else np.nan,
    )  # fmt: skip


if __name__ == "__main__":
    import sys

    from model.lab.tune_cli import main

    sys.exit(main())
