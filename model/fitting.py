"""Model room: what every way of scoring shares: labels, two candidates that are fitted side by side, what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.bundle import Bundle, sha256, versions
from model.calibrate import Platt
from model.candidates import CandidateError, candidate
from model.champion import DEFAULT, RIVAL, Recipe
from model.encode import learn
from model.features import Features
from model.score import Reasons, explains, reasons
from model.split import Window

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Labels:
    """Aligned to the feature rows: month YYYYMM, label 1/0/NaN, month at whose end the label is final."""

    month: np.ndarray
    label: np.ndarray
    known_at: np.ndarray


@dataclass(frozen=True)
class Pair:
    """The champion, whose scores are published, and the challenger, which scores the same rows beside it.

    Raises CandidateError when one of them cannot be trained here, or when they are the same.
    """

    champion: Recipe = DEFAULT
    challenger: Recipe = RIVAL

    def __post_init__(self) -> None:
        for each in self.both:
            candidate(each.name)
        if self.champion.label == self.challenger.label:
            raise CandidateError(f"champion and challenger are both {self.champion.label}: they must differ")

    @property
    def both(self) -> tuple[Recipe, Recipe]:
        """The champion, then the challenger."""
        return self.champion, self.challenger


@dataclass(frozen=True)
class Task:
    """What every fit of a run has in common. `positive`: what class 1 means, by language."""

    features: Features
    labels: Labels
    pair: Pair
    positive: Mapping[str, str]
    seed: int

    def fit(self, rows: np.ndarray, spans: Mapping[str, int]) -> tuple[Bundle, Bundle]:
        """The champion and the challenger fitted to labelled rows in the order given, which is part of the model;
        uncalibrated. `spans`: what the bundle says of its window."""
        frame, y = self.features.frame.iloc[rows], self.labels.label[rows]
        encoding = learn(frame, self.features.names)
        X = encoding.matrix(frame)
        first, second = (
            Bundle(
                r.name,
                candidate(r.name).fit(X, y, categorical=encoding.categorical, seed=self.seed, **r.settings),
                encoding, Platt(), {**spans, "n": len(y)}, dict(self.positive), versions(candidate(r.name).needs),
            )
            for r in self.pair.both
        )  # fmt: skip
        return first, second

    def margins(self, bundles: Sequence[Bundle], rows: np.ndarray) -> np.ndarray:
        """Log-odds of rows by several bundles of one encoding, one line per bundle, before calibration."""
        X = bundles[0].encoding.matrix(self.features.frame.iloc[rows])
        return np.array([b.model.margin(X) for b in bundles]).reshape(len(bundles), len(rows))


@dataclass(frozen=True)
class Sealed:
    """A bundle, its bytes, and their hash."""

    bundle: Bundle
    content: bytes
    digest: str

    @staticmethod
    def of(bundle: Bundle) -> Sealed:
        """The bundle with its bytes and hash."""
        content = bundle.content()
        return Sealed(bundle, content, sha256(content))


@dataclass(frozen=True)
class Step:
    """One window: the models that were fitted for it, and the rows that they scored."""

    window: Window
    champion: Sealed
    challenger: Sealed
    rows: np.ndarray


@dataclass(frozen=True)
class Rehearsal:
    """Where a cut-off for some rows may be chosen: on other ones. `rows` are called by it; `seen` are others, with or
    without a label, and the probabilities that both candidates give them."""

    rows: np.ndarray
    seen: np.ndarray
    champion: np.ndarray
    challenger: np.ndarray


@dataclass(frozen=True)
class Walked:
    """Scores of every row: float32 probability, NaN where no model was ready.

    `previous`: by the champion of the step before the one that scored the row; NaN in the first step, and where no step
    is before another. The last step's champion is the model that answers for new cases. `rehearsals` cover the
    scored rows. `reasons` is aligned to the rows; position -1 where there is none. `dated`: each month was scored
    by a model of earlier ones; if not, each row by a model that was trained on other clients.
    """

    pair: Pair
    steps: tuple[Step, ...]
    score: np.ndarray
    challenger: np.ndarray
    previous: np.ndarray
    rehearsals: tuple[Rehearsal, ...]
    reasons: Reasons
    dated: bool = True

    @property
    def served(self) -> Sealed:
        """The model that answers for new cases."""
        return self.steps[-1].champion

    @property
    def reference(self) -> np.ndarray:
        """Rows that later ones are compared with: those of the first training, or of the only one that saw all."""
        return self.steps[0 if self.dated else -1].window.train


class Findings:
    """What a run has found so far."""

    def __init__(self, task: Task) -> None:
        n = len(task.labels.month)
        self._task = task
        self._scores = np.full((2, n), np.nan, np.float32)
        self._previous = np.full(n, np.nan, np.float32)
        self._why = Reasons(np.full((n, 3), -1, np.int16), np.zeros((n, 3), np.float32))
        self._steps: list[Step] = []

    @property
    def begun(self) -> bool:
        """Whether a step was taken."""
        return bool(self._steps)

    def take(
        self, window: Window, rows: np.ndarray, raw: np.ndarray, bundles: Sequence[Bundle], scales: Sequence[Platt]
    ) -> None:
        """Keep a step: its bundles with their calibration, and the scores that they make of the rows' log-odds `raw`
        (2 × rows)."""
        whole = [replace(b, calibration=s) for b, s in zip(bundles, scales, strict=True)]
        self._scores[:, rows] = [s.probability(margin) for s, margin in zip(scales, raw, strict=True)]
        champion, challenger = map(Sealed.of, whole)
        self._steps.append(Step(window, champion, challenger, rows))

    def look_back(self, rows: np.ndarray) -> None:
        """Score `rows` by the newest step's champion too, before the step that scores them is taken."""
        if self._steps and len(rows):
            newest = self._steps[-1].champion.bundle
            self._previous[rows] = newest.calibration.probability(self._task.margins((newest,), rows)[0])

    def explain(self, rows: np.ndarray) -> None:
        """Reasons of `rows` by the newest step's champion, by the position of the feature among all features."""
        bundle, names = self._steps[-1].champion.bundle, self._task.features.names
        if not explains(bundle):
            return
        found = reasons(bundle, self._task.features.frame.iloc[rows])
        place = np.array([*(names.index(n) for n in bundle.encoding.names), -1], np.int16)
        self._why.feature[rows], self._why.value[rows] = place[found.feature], found.value

    def walked(self, rehearsals: Sequence[Rehearsal], *, dated: bool) -> Walked:
        """Everything, once all steps were taken."""
        first, second = self._scores
        return Walked(
            self._task.pair, tuple(self._steps), first, second, self._previous, tuple(rehearsals), self._why, dated
        )
