"""Model room: walk-forward windows. Each month is scored by a model that saw only earlier, matured months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from data.contract import CarteraError

MATURED_SHARE = 0.99
"""A month trains a model once this share of its labels is final: before, the early ones are not like the rest."""

CALIBRATION_MONTHS = 6
CALIBRATION_CLASS = 200
CALIBRATION_LEAST = 20


@dataclass(frozen=True)
class Rules:
    """What a training window needs at least: matured months, and rows of each class."""

    months: int = 2
    each_class: int = 40


class TooLittleError(CarteraError):
    """The data cannot train a model: the message says what there is and what is needed."""

    code = "too_little"


@dataclass(frozen=True)
class Window:
    """One model: trained on the matured rows `train`, all before `month`; it scores the months of `scores` (YYYYMM,
    from `month` on). `calibrate`: matured rows of earlier scored months, where its probabilities are set right; empty
    in the first, warm-up window, whose scores serve only that and are not published."""

    month: int
    train: np.ndarray
    calibrate: np.ndarray
    train_first: int
    train_last: int
    scores: tuple[int, ...]

    @property
    def warm_up(self) -> bool:
        """Whether this window only makes the scores that the next one is calibrated on."""
        return len(self.calibrate) == 0


def matured(month: np.ndarray, label: np.ndarray, known_at: np.ndarray, *, before: int) -> np.ndarray:
    """Positions of the labelled rows of months whose labels were final before a month opened.

    `label`: 1, 0, or NaN where there is none. A month counts when 99 % of its labelled rows were final.
    """
    labelled = np.isfinite(label) & (month < before)
    final = labelled & (known_at < before)
    ready = [
        m for m in np.unique(month[labelled]) if final[month == m].sum() >= MATURED_SHARE * labelled[month == m].sum()
    ]
    return np.flatnonzero(final & np.isin(month, ready))


def walk_forward(
    month: np.ndarray, label: np.ndarray, known_at: np.ndarray, *, refit_every: int = 3, rules: Rules | None = None
) -> tuple[Window, ...]:
    """Windows in time order, a warm-up and then one per refit, covering every month from the first that can be scored.

    Raises TooLittleError when no month can be scored, saying whether months, rows or a class is missing.
    """
    rules = rules or Rules()
    every = [int(m) for m in np.unique(month)]
    first = next((i for i, m in enumerate(every) if _enough(month, label, known_at, m, rules)), None)
    if first is None:
        raise TooLittleError(_lacking(month, label, rules))
    later = range(first + 1, len(every))
    start = next((i for i in later if len(_calibration(month, label, known_at, every, first, i))), None)
    if start is None:
        raise TooLittleError(_lacking(month, label, rules))
    bounds = [first, *range(start, len(every), refit_every), len(every)]
    return tuple(_window(month, label, known_at, every, first, a, b) for a, b in pairwise(bounds))


def _enough(month: np.ndarray, label: np.ndarray, known_at: np.ndarray, before: int, rules: Rules) -> bool:
    rows = matured(month, label, known_at, before=before)
    return len(np.unique(month[rows])) >= rules.months and _rarer(label[rows]) >= rules.each_class


def _rarer(label: np.ndarray) -> int:
    """Rows of the rarer class."""
    return int(min(label.sum(), len(label) - label.sum()))


def _calibration(
    month: np.ndarray, label: np.ndarray, known_at: np.ndarray, every: Sequence[int], first: int, at: int
) -> np.ndarray:
    """Matured rows of the newest months scored before: as many months as give 200 rows of each class, at most 6.
    Empty while there are fewer than 20 of a class."""
    rows = matured(month, label, known_at, before=every[at])
    rows = rows[month[rows] >= every[first]]
    months = np.unique(month[rows])[::-1][:CALIBRATION_MONTHS]
    for k in range(1, len(months) + 1):
        chosen = rows[np.isin(month[rows], months[:k])]
        if _rarer(label[chosen]) >= CALIBRATION_CLASS:
            return chosen
    rows = rows[np.isin(month[rows], months)]
    return rows if _rarer(label[rows]) >= CALIBRATION_LEAST else rows[:0]


def _window(
    month: np.ndarray, label: np.ndarray, known_at: np.ndarray, every: Sequence[int], first: int, a: int, b: int
) -> Window:
    rows = matured(month, label, known_at, before=every[a])
    calibrate = _calibration(month, label, known_at, every, first, a)
    return Window(every[a], rows, calibrate, int(month[rows].min()), int(month[rows].max()), tuple(every[a:b]))


def _lacking(month: np.ndarray, label: np.ndarray, rules: Rules) -> str:
    """What stands in the way of a first model, in words."""
    labelled = np.isfinite(label)
    months = np.unique(month[labelled])
    positives = int(np.nansum(label))
    negatives = int(labelled.sum()) - positives
    need = (
        f"a model needs {rules.months} matured months to learn from, one more to calibrate on, and at least "
        f"{rules.each_class} rows of each class"
    )
    if labelled.sum() == 0:
        return f"no row has a final label; {need}"
    if min(positives, negatives) == 0:
        return f"all {labelled.sum():,} labels are of one class ({'1' if positives else '0'}); {need}"
    if len(months) <= rules.months:
        listed = ", ".join(str(m) for m in months)
        return f"only {len(months)} month(s) with labels ({listed}); {need}"
    return f"{positives:,} positive and {negatives:,} negative labels in {len(months)} months are too few; {need}"
