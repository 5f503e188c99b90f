"""Model room: candidates tried by one protocol; what fails or is absent is a line of the leaderboard, not an end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from data.contract import CarteraError
from model import calibrate
from model.candidates import CANDIDATES, Candidate, CandidateError
from model.cutoffs import CutOff, Policy, choose
from model.encode import learn
from model.features import Features
from model.lab.calibration import Calibration, calibration
from model.lab.figures import Figure, Part, figures
from model.lab.protocol import Protocol, Round
from model.lab.resample import resampled

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Question:
    """What every candidate is asked: rows with features and labels (1, 0 or NaN; class 1 is positive), the protocol,
    how the cut-off is chosen and for what."""

    features: Features
    label: np.ndarray
    protocol: Protocol
    how: str = "f1"
    policy: Policy = field(default_factory=Policy)
    seed: int = 0


@dataclass(frozen=True)
class Entry:
    """One line: a candidate with its figures, or why there are none (`failed`). `raw`, `calibrated`: what its
    probabilities mean before and after the calibration on validation rows; `cut_off`: the median over the rounds;
    `seconds`: of one fit."""

    name: str
    resample: str
    failed: str = ""
    n: int = 0
    positives: int = 0
    figures: Mapping[str, Figure] = field(default_factory=dict)
    seconds: Figure = field(default_factory=lambda: Figure(math.nan, math.nan, math.nan))
    cut_off: float = math.nan
    raw: Calibration | None = None
    calibrated: Calibration | None = None

    def as_record(self) -> dict[str, Any]:
        """A JSON record; None where undefined."""
        told: dict[str, Any] = _plain(asdict(self))
        return told


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def entry(name: str, resample: str, question: Question, *, tell: Tell = lambda _: None) -> Entry:
    """The line of one candidate; a line that says why where it is unknown, absent or fails."""
    try:
        if name not in CANDIDATES:
            raise CandidateError(f"{name!r} is not a candidate; there are {', '.join(CANDIDATES)}")
        if CANDIDATES[name].absent:
            raise CandidateError(f"absent: the library {CANDIDATES[name].needs} is not installed")
        return _tried(name, resample, resampled(CANDIDATES[name], resample), question, tell)
    except (CarteraError, ValueError, RuntimeError, ArithmeticError, MemoryError, ImportError) as error:
        return Entry(name, resample, failed=(str(error) or type(error).__name__).splitlines()[0])


@dataclass
class _Found:
    """What the rounds have shown so far."""

    parts: list[Part] = field(default_factory=list)
    raw: list[np.ndarray] = field(default_factory=list)
    right: list[np.ndarray] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cuts: list[float] = field(default_factory=list)


def _tried(name: str, resample: str, candidate: Candidate, question: Question, tell: Tell) -> Entry:
    found, margin = _Found(), np.full(len(question.label), np.nan)
    client = np.unique(question.features.frame["client"].to_numpy(), return_inverse=True)[1]
    for i, each in enumerate(question.protocol.rounds):
        tell(f"{candidate.name}: {i + 1} of {len(question.protocol.rounds)}")
        for train, rows in each.inner:
            margin[rows] = _fit(candidate, question, train, rows)[0]
        validation = margin[each.validation].copy()
        margin[each.test], seconds = _fit(candidate, question, each.train, each.test)
        found.seconds.append(seconds)
        if not each.warm_up:
            _take(found, question, each, validation, margin[each.test], client)
    return _entry(name, resample, found, question)


def _fit(candidate: Candidate, question: Question, train: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Log-odds of rows by a model of the training rows, and the seconds of the fit."""
    frame = question.features.frame
    encoding = learn(frame.iloc[train], question.features.names)
    X, began = encoding.matrix(frame.iloc[train]), time.perf_counter()
    model = candidate.fit(X, question.label[train], categorical=encoding.categorical, seed=question.seed)
    seconds = time.perf_counter() - began
    return model.margin(encoding.matrix(frame.iloc[rows])), seconds


def _take(
    found: _Found, question: Question, each: Round, validation: np.ndarray, margin: np.ndarray, client: np.ndarray
) -> None:
    """Calibrate and cut on the validation rows, then call the test rows."""
    told = question.label[each.validation]
    scale = calibrate.fit(validation, told)
    cut: CutOff = choose(
        question.how, scale.probability(validation), told, rows=each.validation, policy=question.policy
    )
    score = scale.probability(margin)
    called = cut.call(score, rows=each.test)
    found.parts.append(Part(score, question.label[each.test], called, client[each.test]))
    found.raw.append(margin)
    found.right.append(scale.log_odds(margin))
    found.cuts.append(cut.value)


def _entry(name: str, resample: str, found: _Found, question: Question) -> Entry:
    together = _together(found.parts)
    parts = [together] if question.protocol.pooled else found.parts
    worth = figures(parts, policy=question.policy, seed=question.seed)
    rows = np.unique(np.concatenate([r.test for r in question.protocol.rounds if not r.warm_up]))
    before, after = (calibration(np.concatenate(m), together.y) for m in (found.raw, found.right))
    spent = found.seconds
    return Entry(
        name, resample, n=len(rows), positives=int(question.label[rows].sum()), figures=worth,
        seconds=Figure(float(np.mean(spent)), min(spent), max(spent)), cut_off=float(np.median(found.cuts)), raw=before,
        calibrated=after,
    )  # fmt: skip


def _together(parts: Sequence[Part]) -> Part:
    names = ("score", "y", "called", "client")
    return Part(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))
