"""Model room: one refresh of a store as steps: read, fit, publish; the command line and the flow run the same."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.contract import Portfolio
from data.parquet_store import ParquetStore
from data.sources import load, thresholds
from data.sources.address import is_address
from data.sources.fingerprint import fingerprint
from model.champion import challenger_of, first_or_same, recipe_of

if TYPE_CHECKING:
    from model.fitting import Pair
    from model.run import Outcome, Trained, Watch

MOST_FILES = 7


@dataclass(frozen=True)
class Job:
    """One refresh, step by step: `read`, `fit`, `publish`, within `store.writing()`. `fingerprint` tells its files,
    options and code from others."""

    args: argparse.Namespace
    store: ParquetStore
    fingerprint: dict[str, Any]

    def nothing_new(self) -> bool:
        """Whether the newest release was made from the same files, options and code. A database is always read."""
        if self.args.force or is_address(self.args.data) or not self.store.version():
            return False
        newest = self.store.read()
        return "fingerprint" in newest.documents() and newest.document("fingerprint") == self.fingerprint

    def read(self, watch: Watch) -> Portfolio:
        """The files as contract frames. Raises SourceError or ContractError, and CandidateError before a file is read
        when one of the candidates cannot be trained here."""
        self._pair()
        with watch.step("reading the files"):
            return _load(self.args, watch.within)

    def fit(self, portfolio: Portfolio, watch: Watch) -> Trained:
        """Features, guards and models month by month."""
        from model.run import Options, train

        args = self.args
        options = Options(args.refit_every, args.seed, args.leaks == "stop", args.explain_last, self._pair())
        return train(portfolio, options, watch)

    def _pair(self) -> Pair:
        from model.fitting import Pair

        return Pair(self.args.champion, self.args.challenger)

    def publish(self, trained: Trained, watch: Watch) -> Outcome:
        """The newest release, whole or not at all."""
        from model.run import publish

        models, options = self.args.store / "models", _options(self.args)
        return publish(trained, self.store, models, options=options, fingerprint=self.fingerprint, watch=watch)

    def track(self, version: str) -> str:
        """Keep the run in the tracker's store beside the releases; why it is not kept, or "" when it is."""
        from model.lab import tracking

        models, folder = self.args.store / "models", self.args.store
        return tracking.kept(lambda: tracking.of_release(self.store.read(version), models), folder)


def job_of(args: argparse.Namespace) -> Job:
    """What a parsed command line asks for. Raises SourceError when a file of it is not there."""
    store = ParquetStore(args.store)
    args.policy = thresholds.read(
        args.thresholds if is_address(args.data) else thresholds.found(args.data, args.thresholds)
    )
    _choose(args, store)
    return Job(args, store, fingerprint([args.data, *([args.mapping] if args.mapping else [])], _options(args)))


def _choose(args: argparse.Namespace, store: ParquetStore) -> None:
    """Who is champion and who challenges, as recipes."""
    args.champion = first_or_same(store, args.store, args.champion)
    args.challenger = recipe_of(args.challenger) if args.challenger else challenger_of(args.store, args.champion)


def _options(args: argparse.Namespace) -> dict[str, Any]:
    names = ("source", "as_of", "label_window", "refit_every", "explain_last", "leaks", "seed", "policy")
    recipes = {n: getattr(args, n).as_record() for n in ("champion", "challenger")}
    return {n: getattr(args, n) for n in names} | recipes


def _load(args: argparse.Namespace, tell: Callable[[str, float], None]) -> Portfolio:
    begun: list[str] = []

    def progress(what: str, share: float) -> None:
        if what not in begun:
            begun.append(what)
        tell(f"{what}: {share:.0%}", min((len(begun) - 1 + share) / MOST_FILES, 1))

    return load(
        args.source, args.data, mapping=args.mapping, as_of=args.as_of, label_window=args.label_window,
        progress=progress,
    )  # fmt: skip
