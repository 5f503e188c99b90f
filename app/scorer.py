"""App room: what a page may ask of whoever scores a case; the API is the one that can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.desk import Pin
from data.audited import Audit
from data.case import CaseField, Problem
from data.store import Release

__all__ = ["CaseReason", "Problem", "ScoredCase", "Scorer"]


@dataclass(frozen=True)
class CaseReason:
    """One of the three features that moved a score most: its signed contribution to the log-odds."""

    feature: str
    value: float


@dataclass(frozen=True)
class ScoredCase:
    """The answer for one case: `probability` of the positive class, whether it is at or above the release's cut-off,
    and its reasons, strongest first (empty where the champion cannot give any)."""

    probability: float
    label: int
    reasons: tuple[CaseReason, ...]


class Scorer(Protocol):
    """Scores cases with the model that a release was made by."""

    def fields(self, pin: Pin) -> tuple[CaseField, ...]:
        """The fields of one case, in the order of a form. Raises CarteraError when the model cannot be opened."""

    def score(self, pin: Pin, cases: Sequence[Mapping[str, object]]) -> tuple[ScoredCase, ...] | tuple[Problem, ...]:
        """The answer for each case, in order; or every problem of every case, and no answer. Raises CarteraError."""

    def audit(self, release: Release) -> Audit:
        """Rows of a release scored again with the models that scored them. Raises CarteraError when it cannot be read,
        or nothing can be scored here."""
