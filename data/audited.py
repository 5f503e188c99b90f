"""Data room: what a re-score audit found: how many rows were scored again, how far off the farthest is, what fails."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

TABLE: Final = "audit"
"""Table of a release with the rows that an audit scores again: their keys and the features that the model read."""
PART: Final = "sample"
ROWS: Final = 200
"""Rows that are drawn; more where a release has more models, as each scores one at least."""
TOLERANCE: Final = 1e-9
"""Largest difference of a probability that passes."""

Kind = Literal["no_sample", "draw", "served", "missing", "altered", "foreign", "class", "features", "lacks", "row"]
"""What can fail: the release keeps no sample; its sample is not the one that its rows draw; the served model did not
score the newest rows; a model is missing, was altered, or cannot be opened; it is of another class, or reads other
features, than the card says; the sample lacks a feature that it reads; a row has another score."""


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold, by the first digits of the `model`: what the release `said` and what was `found`;
    of a row, its keys and by how much the probabilities differ."""

    kind: Kind
    model: str = ""
    said: str = ""
    found: str = ""
    client: int = 0
    obligation: int = 0
    month: int = 0
    difference: float = math.nan


@dataclass(frozen=True)
class Audit:
    """A re-score audit of a release. `seed`: hash of its scored rows (64 hex digits), from which the rows were drawn;
    `rows` were scored again, by `models` models, of `drawn` rows and `named` models; `largest`: the largest |Δp|, NaN
    when no row was scored again."""

    release: str
    seed: str
    drawn: int
    rows: int
    named: int
    models: int
    largest: float
    faults: tuple[Fault, ...]

    @property
    def passed(self) -> bool:
        """Whether rows were scored again, every one as published, and nothing else fails."""
        return self.rows > 0 and not self.faults
