"""App room: what the Releases page speaks of: releases, coverage, the difference from the release before, the check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.desk import Pin
from data.contract import CarteraError
from data.counts import Selection
from data.coverage import Coverage, total
from data.store import Difference, ReleaseInfo, Store
from monitoring.estimate import Level
from monitoring.metrics import share
from monitoring.policy import Policy, at_least

SPOKEN_OF = {"in_arrears": "days_past_due", "worked": "arms"}
"""Steps of the coverage that mean something only where the data carry this."""


@dataclass(frozen=True)
class Shown:
    """The release on screen, among all that there are, newest first; `before` is the one it followed, None for the
    first."""

    pin: Pin
    releases: Sequence[ReleaseInfo]
    before: ReleaseInfo | None

    @property
    def info(self) -> ReleaseInfo | None:
        """The release on screen as it stands in the list; None once it was removed."""
        return next((r for r in self.releases if r.version == self.pin.version), None)


@dataclass(frozen=True)
class Covered:
    """The chain of the months `first`..`last`. `scored`: share of the joined rows that carry a score, since the first
    month with scores `since` (0: none); NaN when there were none. `joined` of them, and `missed` without a score."""

    chain: Coverage
    first: int
    last: int
    since: int
    scored: float
    joined: int
    missed: int
    level: Level


@dataclass(frozen=True)
class Checked:
    """A check of every file of a store: how many of how many releases; one sentence per damaged file; what went wrong
    with the check itself, if anything; the newest release when it began."""

    files: int
    releases: int
    damaged: Sequence[str]
    trouble: str = ""
    newest: str = ""


@dataclass(frozen=True)
class Compared:
    """The difference from one release to another; None with the trouble that stood in the way."""

    old: str
    new: str
    found: Difference | None
    trouble: str = ""


def shown(pin: Pin) -> Shown:
    """The release on screen among those of its store."""
    releases = tuple(pin.store.releases()) if pin.store else ()
    versions = [r.version for r in releases]
    place = versions.index(pin.version) + 1 if pin.version in versions else len(versions)
    return Shown(pin, releases, releases[place] if place < len(releases) else None)


def document(pin: Pin, name: str) -> Any:
    """A document of the release; empty when the release has none of that name."""
    return pin.document(name) if name in pin.release.documents() else {}


def covered(pin: Pin, selection: Selection, *, policy: Policy) -> Covered:
    """The coverage of the selected months. Other filters do not apply: rows that were left out have no segment."""
    found: Mapping[str, Any] = document(pin, "coverage") or {}
    months = {int(m): Coverage.from_records(steps) for m, steps in found.get("by_month", {}).items()}
    whole = (pin.counts.months[0], pin.counts.months[-1])
    first, last = selection.months or whole
    chosen = {m: c for m, c in months.items() if first <= m <= last}
    chain = Coverage.from_records(found.get("all", []))
    if (first, last) != whole and chosen:
        chain = total(chosen)
    chain = _meant(chain, pin)
    since = min((m for m, c in chosen.items() if _count(c, "scored") > 0), default=0)
    later = [c for m, c in chosen.items() if since and m >= since]
    joined, scored = (sum(_count(c, step) for c in later) for step in ("joined", "scored"))
    part = share(scored, joined)
    level = at_least(part, ok=policy.coverage_ok, watch=policy.coverage_watch)
    return Covered(chain, first, last, since, part, joined, joined - scored, level)


def _meant(chain: Coverage, pin: Pin) -> Coverage:
    """The chain without steps that nobody left because the data do not speak of them."""
    lacks = {name for name, carried in SPOKEN_OF.items() if not pin.carries(carried)}
    befores = (None, *chain.steps)
    kept = (
        step
        for step, before in zip(chain.steps, befores, strict=False)
        if not (step.name in lacks and before is not None and before.count == step.count)
    )
    return Coverage(tuple(kept))


def _count(chain: Coverage, step: str) -> int:
    return next((s.count for s in chain.steps if s.name == step), 0)


def check(store: Store) -> Checked:
    """Reads every file of every release against its hash; takes seconds on a large store."""
    try:
        newest = store.version()
        damaged = store.verify()
        releases = store.releases()
        files = {sha for r in releases for sha in _hashes(store, r.version)}
    except (CarteraError, OSError) as error:
        return Checked(0, 0, (), str(error))
    return Checked(len(files), len(releases), tuple(damaged), newest=newest)


def _hashes(store: Store, version: str) -> list[str]:
    release = store.read(version)
    parts = [part.sha256 for table in release.tables() for part in release.parts(table)]
    return [*parts, *release.documents().values()]


def compare(store: Store, old: str, new: str) -> Compared:
    """What changed between two releases; takes seconds on a large store."""
    try:
        return Compared(old, new, store.diff(old, new))
    except (CarteraError, OSError) as error:
        return Compared(old, new, None, str(error))


def of(shown: Shown, compared: Compared | None) -> Compared | None:
    """A comparison if it speaks of the release on screen and the one before it; None otherwise."""
    if compared is None or shown.before is None:
        return None
    return compared if (compared.old, compared.new) == (shown.before.version, shown.pin.version) else None
