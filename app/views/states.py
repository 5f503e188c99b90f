"""App room: the states without figures, each with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.desk import Trouble
from app.l10n import L10n
from app.views.shapes import State

MOST_GONE = 5
"""Words of an address that are named one by one."""


def loading(l10n: L10n) -> State:
    """A release is being opened."""
    return State("loading", l10n.say("Opening the release"), l10n.say("The first time takes a few seconds."))


def no_release(l10n: L10n, store: Path) -> State:
    """The store holds nothing yet: how to put something there."""
    return State(
        "no_release",
        l10n.say("There is no release yet"),
        l10n.say("Train a model on the bank's files, or on the demo bank. This page opens by itself when it is done."),
        command=f"python -m model.train --source opciones_pago --data FOLDER --store {store}",
    )


def trouble(l10n: L10n, problem: Trouble) -> State:
    """The store or a release cannot be read: the reason in its own words."""
    title = l10n.say("Release {name} cannot be opened", name=problem.version) if problem.version else ""
    return State("trouble", title or l10n.say("The store cannot be read"), problem.message)


def empty(l10n: L10n) -> State:
    """The filters leave no row."""
    return State(
        "empty",
        l10n.say("No rows match these filters"),
        l10n.say("Widen the months or lift a filter."),
        action=l10n.say("Clear filters"),
    )


def ignored(l10n: L10n, words: Sequence[str]) -> str:
    """A notice of what the address asked for and this release does not have."""
    return l10n.say(
        "The address asks for something that this release does not have: {words}. What you see is without it.",
        words=" · ".join(words[:MOST_GONE]),
    )


def arrived(l10n: L10n, version: str) -> str:
    """The toast when a new release is on screen."""
    return l10n.say("New data: release {name}", name=version)
