"""Model room: the refresh as Prefect tasks and a flow. Importing it needs Prefect; `model.flow` is the way in."""

from __future__ import annotations

from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from data.contract import Portfolio
from model.job import Job, job_of
from model.run import Outcome, Trained, Watch
from model.train import parser, summary

NAME = "cartera-refresh"
MINUTE = 60


def _passing(task: Any, run: Any, state: Any) -> bool:  # noqa: ARG001  Prefect calls it so
    """Whether a failure may pass by itself: what a disk or a network refused, not what is wrong with the data."""
    return isinstance(state.result(raise_on_failure=False), OSError)


@task(retries=3, retry_delay_seconds=MINUTE, retry_condition_fn=_passing, cache_policy=NO_CACHE)
def read(job: Job, watch: Watch) -> Portfolio:
    """The source as contract frames."""
    return job.read(watch)


@task(cache_policy=NO_CACHE)
def train(job: Job, portfolio: Portfolio, watch: Watch) -> Trained:
    """Features, guards and models. The same data give the same failure, so it is not tried again."""
    return job.fit(portfolio, watch)


@task(retries=2, retry_delay_seconds=MINUTE, retry_condition_fn=_passing, cache_policy=NO_CACHE)
def publish(job: Job, trained: Trained, watch: Watch) -> Outcome:
    """The new release, whole or not at all."""
    return job.publish(trained, watch)


@flow(name=NAME)
def refresh(arguments: list[str]) -> str:
    """One refresh as the words of `python -m model.train` ask for it; what it did, in words.

    The store is locked from the first file to the last: a second run, whoever started it, fails at once.
    """
    job, watch = job_of(parser().parse_args(arguments)), Watch()
    if job.nothing_new():
        return f"Nothing to do: release {job.store.version()} was made from these files, options and code."
    with job.store.writing():
        outcome = publish(job, train(job, read(job, watch), watch), watch)
    untracked = job.track(outcome.version)
    said = summary(outcome, sum(watch.seconds.values()))
    return f"{said}\nThe run is published but not tracked: {untracked}" if untracked else said
