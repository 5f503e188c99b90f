"""App room: what the section Lineage speaks of: the release's card, its leakage report, and an audit of its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.scorer import Scorer
from data.audited import TABLE, Audit
from data.contract import CarteraError
from data.sources.fingerprint import code_hash
from data.store import Release


@dataclass(frozen=True)
class Lineage:
    """A release's documents (empty where it has none), whether it `kept` rows to score again, and the hash of the code
    that runs `here`."""

    version: str
    published_at: str
    meaning: Mapping[str, Any]
    card: Mapping[str, Any]
    leakage: Mapping[str, Any]
    suspicions: Sequence[Mapping[str, Any]]
    kept: bool
    here: str

    @property
    def windows(self) -> Sequence[Mapping[str, Any]]:
        """The models of the release, the one that answers for new cases last."""
        return self.card.get("windows", [])

    @property
    def served(self) -> str:
        """Hash of the model that answers for new cases, "" where the card names none."""
        return str(self.card.get("model_hash", ""))

    @property
    def run(self) -> Sequence[Mapping[str, Any]]:
        """The guards that looked at the run; none where the release does not say."""
        return self.card.get("guards", {}).get("run", [])

    @property
    def alone(self) -> Sequence[Mapping[str, Any]]:
        """What every feature tells of the outcome by itself, the strongest first."""
        return self.leakage.get("features", [])


@dataclass(frozen=True)
class Refused:
    """An audit that could not be made, and why."""

    release: str
    why: str


def lineage(release: Release) -> Lineage:
    """Where the scores of a release come from."""
    have = release.documents()

    def said(name: str) -> Any:
        return release.document(name) if name in have else {}

    return Lineage(
        release.version, release.published_at, said("meaning"), said("model_card"), said("leakage"),
        list(said("suspicions")), TABLE in release.tables(), code_hash(),
    )  # fmt: skip


def audited(scorer: Scorer, release: Release) -> Audit | Refused:
    """The rows that the release draws, scored again; why not, where that cannot be done."""
    try:
        return scorer.audit(release)
    except (CarteraError, OSError) as error:
        return Refused(release.version, str(error))
