"""Model room: one training run, from a portfolio to a published release. Nothing is written before the last step."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.audited import PART, TABLE
from data.check import check
from data.contract import Portfolio
from data.store import Draft, Store
from model import assemble, dimensions, documents, guards, operating, policy_sums
from model.audit_sample import sample
from model.bundle import discard, save
from model.crossfit import crossfit
from model.evaluate import Evaluation, evaluate
from model.features import Features, Known, build
from model.fitting import Labels, Pair, Progress, Walked
from model.guards import GuardTripped, Leak
from model.histograms import histograms
from model.labels import labels_of
from model.walk import walk

MANY = 50_000
"""Labelled rows from which models are refitted every three months instead of every month."""


@dataclass(frozen=True)
class Options:
    """How to train. `refit_every`: months per model (None: 3, or 1 with fewer than 50,000 labels); `stop_on_leak`: stop
    instead of refusing the feature; `explain_last`: newest months that get reasons (None: all); `pair`: whose scores
    are published, and whose stand beside them."""

    refit_every: int | None = None
    seed: int = 0
    stop_on_leak: bool = False
    explain_last: int | None = None
    pair: Pair = field(default_factory=Pair)


STEPS = {
    "reading the files": 20, "checking the contract": 2, "making features": 9, "looking for leaks": 4,
    "fitting and scoring": 49, "weighing the scores": 1, "putting rows together": 4, "describing features": 1,
    "weighing offers": 5, "publishing": 5,
}  # fmt: skip
"""Steps of a run in order, and the usual percentage of its time that each takes."""


@dataclass
class Watch:
    """Seconds per step; `tell` hears what is done and the share of the run that is behind (0..1)."""

    tell: Callable[[str, float], None] = lambda *_: None
    seconds: dict[str, float] = field(default_factory=dict)
    _behind: float = 0.0
    _width: float = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one of STEPS."""
        names = list(STEPS)
        self._behind = sum(STEPS[n] for n in names[: names.index(name)]) / 100
        self._width = STEPS[name] / 100
        self.tell(name, self._behind)
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began
        self.tell(name, self._behind + self._width)

    def within(self, what: str, share: float) -> None:
        """Tell how far the step is: `share` of it is behind, 0..1."""
        self.tell(what, self._behind + self._width * share)


@dataclass(frozen=True)
class Outcome:
    """What a run published: the release, its size, what it was worth, and its documents `card` and `settings`."""

    version: str
    rows: int
    scored: int
    months: tuple[int, int]
    worth: Evaluation
    leaks: tuple[Leak, ...]
    suspicions: int
    seconds: Mapping[str, float]
    card: Mapping[str, Any]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Trained:
    """A portfolio with its features, labels and walk-forward scores. `alone`: what every feature tells by itself, those
    that were refused as `leaks` too; `known`: when each of them is known."""

    portfolio: Portfolio
    features: Features
    labels: Labels
    leaks: tuple[Leak, ...]
    alone: tuple[Leak, ...]
    known: Mapping[str, Known]
    walked: Walked
    refit_every: int

    def data_hash(self) -> str:
        """Hash of the rows that the models learnt from and scored: keys, features, labels; 64 hex digits."""
        rows = self.features.frame.assign(label=self.labels.label, known_at=self.labels.known_at)
        names = json.dumps(list(rows.columns)).encode()
        return hashlib.sha256(names + pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes()).hexdigest()


def train(portfolio: Portfolio, options: Options, watch: Watch) -> Trained:
    """Features, guards, and models month by month, or on other clients where nothing has a date. Raises GuardTripped,
    TooLittleError or ContractError."""
    with watch.step("checking the contract"):
        check(portfolio)
    with watch.step("making features"):
        features = build(portfolio)
        labels = labels_of(portfolio, features)
    with watch.step("looking for leaks"):
        alone, known = guards.alone(features, labels.label), features.known
        leaks = guards.above(alone)
        if leaks and options.stop_on_leak:
            raise GuardTripped("; ".join(f"feature {x.feature} alone has an AUC of {x.auc:.4f}: a leak" for x in leaks))
        features = features.without(x.feature for x in leaks)
    every = options.refit_every or (3 if np.isfinite(labels.label).sum() >= MANY else 1)
    with watch.step("fitting and scoring"):
        walked = _scored(portfolio, features, labels, options, every, watch.within)
    guards.numbers(walked.score, labels.month, first=walked.steps[0].window.month)
    return Trained(portfolio, features, labels, leaks, alone, known, walked, every)


def _scored(
    portfolio: Portfolio, features: Features, labels: Labels, options: Options, refit_every: int, tell: Progress
) -> Walked:
    means = portfolio.meaning.positive
    if not portfolio.meaning.dated:
        reasons = options.explain_last != 0
        return crossfit(
            features, labels, positive=means, seed=options.seed, pair=options.pair, reasons=reasons, progress=tell
        )
    return walk(
        features, labels, positive=means, refit_every=refit_every, seed=options.seed, pair=options.pair,
        explain_last=options.explain_last, progress=tell,
    )  # fmt: skip


def publish(
    trained: Trained, store: Store, models: Path, *, options: Mapping[str, Any], fingerprint: Mapping[str, Any],
    watch: Watch,
) -> Outcome:  # fmt: skip
    """Evaluate, put the release together, write its models and make it the newest release."""
    made, portfolio = trained, trained.portfolio
    settings = {**options, "refit_every": made.refit_every}
    alike = {k: settings.get(k) for k in ("refit_every", "seed")} | {"champion": made.walked.pair.champion.as_record()}
    kind = operating.family(portfolio.meaning.source, made.features, alike)
    rules = settings.get("policy", {})
    dpd, lockout = rules.get("overdue_dpd"), rules.get("option_lockout_months")
    with watch.step("weighing the scores"):
        grid = operating.grid_for(made.walked, _previous_grid(store, kind))
        worth = evaluate(made.features, made.labels, made.walked, threshold=grid.threshold)
    with watch.step("putting rows together"):
        dims = dimensions.of(portfolio)
        rows = assemble.rows_of(
            portfolio, made.features, made.walked, grid=grid, dims=dims, overdue_dpd=dpd, lockout_months=lockout
        )
    with watch.step("describing features"):
        spread = histograms(made.features, made.labels.month, reference=made.walked.reference, score=made.walked.score)
    with watch.step("weighing offers"):
        sums = policy_sums.document(portfolio, made.features, rows, overdue_dpd=dpd)
        learnt = made.data_hash()
    card = documents.model_card(
        portfolio, made.features, made.walked, worth, leaks=made.leaks, judged=len(made.alone), family=kind,
        data_hash=learnt,
    )  # fmt: skip
    leakage = documents.leakage(portfolio, made.features, made.labels, worth, alone=made.alone, known=made.known)
    with watch.step("publishing"):
        texts = documents.documents(
            portfolio, rows, dims, card=card, leaks=made.leaks, grid=operating.grid_document(grid), settings=settings,
            fingerprint=fingerprint, histograms=spread,
        ) | sums | {"leakage": leakage}  # fmt: skip
        tables = assemble.tables(rows, portfolio) | {TABLE: {PART: sample(rows, made.features)}}
        version = _commit(store, models, Draft(tables, texts), made.walked, card)
    scored = int(np.isfinite(made.walked.score).sum())
    months = (texts["meaning"]["first_month"], texts["meaning"]["last_month"])
    odd = sum(s.count for s in portfolio.suspicions)
    return Outcome(version, len(rows), scored, months, worth, made.leaks, odd, watch.seconds, card, settings)


def _previous_grid(store: Store, family: str) -> Mapping[str, Any] | None:
    """The grid of the newest release when it is of the same kind of model."""
    if not store.version():
        return None
    newest = store.read()
    if {"model_card", "grid"} - set(newest.documents()) or newest.document("model_card").get("family") != family:
        return None
    grid: Mapping[str, Any] = newest.document("grid")
    return grid


def _commit(store: Store, models: Path, draft: Draft, walked: Walked, card: Mapping[str, Any]) -> str:
    """Models first, then the release that names them; models that were new go again when it does not become visible."""
    before = store.version()
    fresh: list[str] = []
    try:
        for step, window in zip(walked.steps, card["windows"], strict=True):
            for model, metrics in ((step.champion, window["metrics"]), (step.challenger, {})):
                if save(model.bundle, models, content=model.content, metrics=metrics):
                    fresh.append(model.digest)
        return store.publish(draft)
    except BaseException:
        if store.version() == before:
            discard(models, fresh)
        raise
