"""Model room: which candidate a store's releases are scored by, who decided that, when and why; a file beside them.

The registry is written by `python -m model.promote` only. Without one, the champion is the candidate of the newest
release, and LightGBM before there is any.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from data.contract import CarteraError
from data.durable import Disk, in_words, place
from data.store import Release, Store

FILE: Final = "champion.json"
SCHEMA: Final = 1
SHORT: Final = 12
"""Digits of a model's hash that stand on every scored row and name its folder."""


class ChampionError(CarteraError):
    """A model is not the champion's, or the registry that says who is champion cannot be read."""

    code = "champion"


@dataclass(frozen=True)
class Recipe:
    """A candidate by name, and what its `fit` is told beside its own settings (empty unless it was tuned)."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name that it goes by beside others of its kind: with four digits of its settings' hash if it has any."""
        if not self.settings:
            return self.name
        return f"{self.name}-{hashlib.sha256(json.dumps(self.settings, sort_keys=True).encode()).hexdigest()[:4]}"

    def as_record(self) -> dict[str, Any]:
        """A JSON record."""
        return {"name": self.name, "settings": dict(self.settings)}


def recipe_of(said: str) -> Recipe:
    """The recipe that a command line names: a candidate, or the JSON file of one that was tuned.

    Raises ChampionError when the file is not there or holds something else.
    """
    if not said.endswith(".json"):
        return Recipe(said)
    try:
        told = json.loads(Path(said).read_bytes())
        name, settings = told["name"], told["settings"]
    except OSError as error:
        raise ChampionError(f"recipe {said} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ChampionError(f"{said} is no recipe: one has a name and settings, as `model.lab.tune` writes") from error
    if not isinstance(name, str) or not isinstance(settings, dict):
        raise ChampionError(f"{said} is no recipe: its name must be a text and its settings an object")
    return Recipe(name, settings)


DEFAULT: Final = Recipe("lightgbm")
RIVAL: Final = Recipe("logistic")


@dataclass(frozen=True)
class Decision:
    """One entry of the registry: `champion` took the place of `before` at `at` (UTC, ISO), decided by `by` on a release
    for a reason; `evidence` is what the gates saw."""

    champion: Recipe
    before: Recipe
    release: str
    at: str
    by: str
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


def decisions(folder: Path) -> tuple[Decision, ...]:
    """Every decision in a store's folder, the oldest first; none when there is no registry.

    Raises ChampionError when the file is damaged or of a newer program, StoreError when it cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return ()
    with in_words(folder, "The champion cannot be looked up"):
        content = path.read_bytes()
    try:
        told = json.loads(content)
        if told["schema"] > SCHEMA:
            raise ChampionError(f"{path} was written by a newer program than this one; update it")
        return tuple(_decision(each) for each in told["decisions"])
    except (ValueError, KeyError, TypeError) as error:
        raise ChampionError(
            f"{path}, which says who is champion, is damaged ({type(error).__name__}); restore it, or remove it to go "
            "on with the newest release's champion"
        ) from error


def _decision(told: Mapping[str, Any]) -> Decision:
    return Decision(**{**told, "champion": Recipe(**told["champion"]), "before": Recipe(**told["before"])})


def record(folder: Path, decision: Decision, *, disk: Disk | None = None) -> None:
    """Add a decision to the registry, whole or not at all. The caller holds the store's writer lock.

    Raises StoreError when the folder cannot be written, ChampionError when the registry cannot be read.
    """
    disk = disk or Disk()
    every = [asdict(d) for d in (*decisions(folder), decision)]
    content = json.dumps({"schema": SCHEMA, "decisions": every}, indent=1, sort_keys=True).encode()
    with in_words(folder, "The promotion could not be recorded", after="The champion is the same as before."):
        place(disk, folder / FILE, content)
        disk.sync(folder)


def champion_of(store: Store, folder: Path) -> Recipe:
    """The candidate by which the store's next release is scored. Raises ChampionError or StoreError."""
    decided = decisions(folder)
    if decided:
        return decided[-1].champion
    return of_release(store.read()) if store.version() else DEFAULT


def first_or_same(store: Store, folder: Path, said: str | None) -> Recipe:
    """The champion of the next release when a candidate is named (or the file of its recipe), or none is.

    The first release of a store may have any. Raises ChampionError when the store has another champion: the way there
    is to be promoted.
    """
    champion = champion_of(store, folder)
    if said is None or said == champion.label:
        return champion
    wanted = recipe_of(said)
    if wanted == champion or (not store.version() and not decisions(folder)):
        return wanted
    raise ChampionError(
        f"{wanted.label} was not promoted: the champion of {folder} is {champion.label}. Let it score beside it first "
        f"(--challenger {said}), then run `python -m model.promote --store {folder} --challenger {wanted.label}`"
    )


def of_release(release: Release) -> Recipe:
    """The candidate that scored a release."""
    card = release.document("model_card") if "model_card" in release.documents() else {}
    return Recipe(**card["champion"]) if "champion" in card else Recipe(card.get("class", DEFAULT.name))


def challenger_of(folder: Path, champion: Recipe) -> Recipe:
    """Who challenges when nobody is named: the last champion, else the logistic regression, or LightGBM where that is
    the champion itself."""
    beaten = [d.before for d in reversed(decisions(folder))]
    return next(r for r in (*beaten, RIVAL, DEFAULT) if r.label != champion.label)


def served(release: Release, asked: str = "") -> str:
    """The hash (64 digits) of the one model of a release that may answer for new cases: its champion's newest.

    `asked`: the first digits of a hash, at least 12 of them, or "" for whatever is served. Raises ChampionError when
    another model is asked for, saying what that one is.
    """
    card = release.document("model_card")
    digest = str(card["model_hash"])
    if not asked or (len(asked) >= SHORT and digest.startswith(asked)):
        return digest
    raise ChampionError(
        f"model {asked[:SHORT]} {_what(card, asked)}; release {release.version} serves {digest[:SHORT]}"
    )


def _what(card: Mapping[str, Any], asked: str) -> str:
    """What a model that is not served is, in words."""
    windows: Sequence[Mapping[str, Any]] = card.get("windows", ())
    if len(asked) < SHORT:
        return f"is named by fewer than {SHORT} digits of its hash"
    if any(str(w.get("challenger", {}).get("sha256", "")).startswith(asked) for w in windows):
        return f"was not promoted: it is the challenger's ({card['challenger']['name']})"
    if any(str(w["sha256"]).startswith(asked) for w in windows):
        return "is not the newest of its release: it scored earlier months or a part of the rows"
    return "is not of this release"
