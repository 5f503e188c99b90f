"""App room: a pinned segment in words: its rule, its chip above every page, and what of it a release does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.desk import Pin
from app.l10n import L10n
from app.selection import PINNED
from app.views import names
from app.views.header import Chip
from app.views.shapes import State
from data.records.saved import Saved
from data.rows import UNKNOWN

MOST_LISTED = 3
"""Levels that are named one by one; of more, what is left out is named where that is shorter."""


def in_words(l10n: L10n, where: Mapping[str, Sequence[str]], pin: Pin) -> str:
    """A conjunction of levels: Region: Caribe, Sur · Age: 35-44 to 45-54."""
    document = pin.document("dimensions")
    return " · ".join(
        f"{names.dimension(l10n, name, document)}: {_levels(l10n, levels, pin.extent.dimensions.get(name, ()))}"
        for name, levels in where.items()
    )


def _levels(l10n: L10n, levels: Sequence[str], known: Sequence[str]) -> str:
    kept = [level for level in known if level in levels] or list(levels)
    others = [level for level in known if level not in levels]
    if len(kept) <= MOST_LISTED or not others:
        return ", ".join(names.level(l10n, level) for level in kept)
    if len(others) <= MOST_LISTED:
        listed = ", ".join(names.level(l10n, level) for level in others)
        return l10n.say("all but {levels}", levels=listed)
    return _runs(l10n, kept, known)


def _runs(l10n: L10n, kept: Sequence[str], known: Sequence[str]) -> str:
    """Levels as runs of neighbours: 31-60 to 91-120, Unknown."""
    runs: list[list[str]] = []
    for level in known:
        if level not in kept:
            continue
        before = known[known.index(level) - 1] if known.index(level) else None
        if runs and runs[-1][-1] == before and level != UNKNOWN:
            runs[-1].append(level)
        else:
            runs.append([level])
    return ", ".join(_run(l10n, run) for run in runs)


def _run(l10n: L10n, run: Sequence[str]) -> str:
    first, last = names.level(l10n, run[0]), names.level(l10n, run[-1])
    if len(run) <= 2:
        return ", ".join(dict.fromkeys((first, last)))
    return l10n.say("{first} to {last}", first=first, last=last)


def chip(l10n: L10n, name: str, segments: Mapping[str, Saved], pin: Pin) -> Chip | None:
    """The chip of the pinned segment that is chosen: its name, its rule, and what of it is not in the release."""
    if not name:
        return None
    saved = segments.get(name)
    if saved is None:
        return Chip(PINNED, l10n.say("Segment {name}: not pinned any more", name=name))
    text = l10n.say("Segment {name}: {rule}", name=name, rule=in_words(l10n, saved.levels, pin))
    gone = pin.extent.missing(saved.levels)
    return Chip(PINNED, f"{text} · {_missing(l10n, gone, pin)}" if gone else text)


def state(l10n: L10n, name: str, segments: Mapping[str, Saved], pin: Any) -> State | None:
    """Why a pinned segment leaves no row, where that is why; else None."""
    if not (name and isinstance(pin, Pin)):
        return None
    saved = segments.get(name)
    if saved is None:
        return State(
            "empty",
            l10n.say("No segment is pinned under the name {name}", name=name),
            l10n.say("It was removed, or the records cannot be read. Nothing is shown in its place."),
            action=l10n.say("Clear filters"),
        )
    gone = pin.extent.missing(saved.levels)
    if not gone:
        return None
    return State(
        "empty",
        l10n.say("The pinned segment {name} has no row in this release", name=name),
        f"{_missing(l10n, gone, pin)}. {l10n.say('It stays pinned for releases that have it.')}",
        action=l10n.say("Clear filters"),
    )


def _missing(l10n: L10n, gone: Mapping[str, Sequence[str]], pin: Pin) -> str:
    return l10n.say("not in this release: {what}", what=in_words(l10n, gone, pin))
