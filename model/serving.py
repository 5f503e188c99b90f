"""Model room: the model of a release, opened to answer for cases that are not in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data import months, sources
from data.case import CaseField, CaseForm
from data.store import Release
from model import bundle as bundles
from model.bundle import Bundle
from model.case import CaseReader, reader
from model.score import REASONS, Reasons, in_words, reasons, score


@dataclass(frozen=True)
class Answers:
    """The answers for cases, in order. `probability`: float32, of the positive class; `label`: 1 where it is at or
    above the release's cut-off; `reasons`: positions in `names`, and signed contributions to the log-odds."""

    probability: np.ndarray
    label: np.ndarray
    reasons: Reasons
    names: Sequence[str]

    def in_words(self) -> list[pd.Categorical]:
        """The reasons of all cases as text, "days_past_due:-0.31", one category per place."""
        return in_words(self.reasons, self.names)

    def reasons_of(self, i: int) -> list[tuple[str, float]]:
        """The reasons of one case, strongest first; empty where there is none."""
        found = zip(self.reasons.feature[i].tolist(), self.reasons.value[i].tolist(), strict=True)
        return [(self.names[place], value) for place, value in found if place >= 0]


@dataclass(frozen=True)
class Served:
    """A model in memory: its release and the kind of source of that, its hash, the release's cut-off, what the positive
    class means by language, and how it reads cases."""

    release: str
    source: str
    digest: str
    cut_off: float
    positive: Mapping[str, str]
    bundle: Bundle
    reader: CaseReader

    @property
    def fields(self) -> tuple[CaseField, ...]:
        """The fields of a case."""
        return self.reader.fields

    def answers(self, cases: pd.DataFrame, *, explain: bool = True) -> Answers:
        """The answers for cases that were held against the fields; without reasons, which take most of the time, where
        `explain` is false."""
        frame = self.reader.features(cases)
        probability = score(self.bundle, frame)
        label = (probability >= np.float32(self.cut_off)).astype(np.uint8)
        why = reasons(self.bundle, frame) if explain else no_reasons(len(frame))
        return Answers(probability, label, why, self.bundle.encoding.names)


def no_reasons(n: int) -> Reasons:
    """Reasons of n cases that nobody asked for."""
    return Reasons(np.full((n, REASONS), -1, np.int16), np.zeros((n, REASONS)))


def open_model(release: Release, folder: Path, *, digest: str = "") -> Served:
    """The promoted model of a release (or that of `digest`, 64 digits), from the folder of models.

    Raises BundleError when it is missing or altered, StoreError when the release cannot be read.
    """
    card, meaning = release.document("model_card"), release.document("meaning")
    chosen = digest or str(card["model_hash"])
    found = bundles.load(folder, chosen)
    spread = release.document("histograms") if "histograms" in release.documents() else {}
    return Served(
        release=release.version,
        source=source_of(release),
        digest=chosen,
        cut_off=float(release.document("grid")["threshold"]),
        positive=dict(meaning["positive"]),
        bundle=found,
        reader=reader(found.encoding, form_of(release), month=months.add(int(meaning["as_of"]), 1), spread=spread),
    )


def form_of(release: Release) -> CaseForm | None:
    """The form that the release's kind of source declares; None where there is none."""
    kind = source_of(release)
    return sources.case_form(kind) if kind in sources.SOURCES else None


def source_of(release: Release) -> str:
    """The kind of source that a release was made from."""
    settings: Mapping[str, Any] = release.document("settings") if "settings" in release.documents() else {}
    return str(settings.get("source") or release.document("meaning")["source"])
