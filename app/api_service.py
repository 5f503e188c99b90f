"""App room: what every route of the API works with: the store, the settings, and the model of the newest release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from fastapi import Request

from app.api_errors import ApiError
from app.desk import Desk, Pin, Trouble
from app.settings import Settings
from data.case import CaseField
from data.store import Release

NO_RELEASE = "there is no release yet: train a model first (python -m model.train)"


class Answers(Protocol):
    """The answers for cases, in order: see `model.serving.Answers`."""

    @property
    def probability(self) -> np.ndarray:
        """Probability of the positive class, float32."""

    @property
    def label(self) -> np.ndarray:
        """1 where the probability is at or above the cut-off."""

    def in_words(self) -> list[pd.Categorical]:
        """The reasons of all cases as text, a category per place."""

    def reasons_of(self, i: int) -> list[tuple[str, float]]:
        """The reasons of one case, strongest first."""


class Model(Protocol):
    """The model of a release, in memory: see `model.serving.Served`."""

    @property
    def release(self) -> str:
        """Version of the release."""

    @property
    def source(self) -> str:
        """Kind of source that the release was made from."""

    @property
    def digest(self) -> str:
        """Hash of the model, 64 digits."""

    @property
    def cut_off(self) -> float:
        """Probability from which the label is 1."""

    @property
    def positive(self) -> Mapping[str, str]:
        """What the positive class means, by language."""

    @property
    def fields(self) -> Sequence[CaseField]:
        """The fields of a case."""

    def answers(self, cases: pd.DataFrame, *, explain: bool = True) -> Answers:
        """The answers for cases that were held against the fields; `explain`: with reasons."""


class Models(Protocol):
    """Opens the models of releases, each once."""

    def model(self, release: Release, asked: str = "") -> Model:
        """The promoted model of a release. Raises CarteraError when it cannot be opened, or another is `asked` for."""


@dataclass(frozen=True)
class Service:
    """The desk that pages read from, the settings, and who opens models."""

    desk: Desk
    settings: Settings
    models: Models

    def release(self) -> Release:
        """The newest release. Raises ApiError when there is none, or the store cannot say."""
        version = self.desk.newest()
        if isinstance(version, Trouble):
            raise ApiError(503, version.message)
        if not version:
            raise ApiError(503, NO_RELEASE)
        pin = self.desk.ready(version)
        return pin.release if pin else self.desk.store.read(version)

    def pin(self) -> Pin:
        """The newest release with its counts. Raises ApiError when it cannot be opened."""
        found = self.desk.open(self.release().version)
        if isinstance(found, Trouble):
            raise ApiError(503, found.message)
        return found

    def model(self, asked: str = "") -> Model:
        """The promoted model of the newest release. Raises CarteraError when another one is `asked` for."""
        return self.models.model(self.release(), asked)


async def body_of(request: Request, most: int) -> bytes:
    """The body of a request. Raises ApiError when it is larger than `most` bytes."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > most:
            raise ApiError(413, f"the body is larger than {most >> 20:,} MB; send a file to /api/v1/score/file instead")
    return bytes(found)
