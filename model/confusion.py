"""Model room: the four counts of calling rows positive, and what follows from them alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Count = float | np.ndarray


@dataclass(frozen=True)
class Confusion:
    """Rows called positive and positive (`tp`), called and not (`fp`), not called and positive (`fn`), and neither
    (`tn`): numbers, or arrays of one shape. Every figure is NaN where it is undefined."""

    tp: Count
    fp: Count
    fn: Count
    tn: Count

    @staticmethod
    def of(called: np.ndarray, y: np.ndarray) -> Confusion:
        """The counts of rows; y is 1 or 0."""
        called, true = np.asarray(called, bool), np.asarray(y) > 0
        parts = (called & true, called & ~true, ~called & true, ~called & ~true)
        return Confusion(*(float(p.sum()) for p in parts))

    @property
    def n(self) -> Count:
        """All rows."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def accuracy(self) -> Count:
        """Share of rows that were called what they are."""
        return _ratio(self.tp + self.tn, self.n)

    @property
    def recall(self) -> Count:
        """Share of the positives that were called."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def precision(self) -> Count:
        """Share of the calls that were positive."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def f1(self) -> Count:
        """Harmonic mean of recall and precision."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def kappa(self) -> Count:
        """Accuracy beyond what chance gives with the same shares (Cohen 1960): 0 is chance, 1 is perfect."""
        chance = _ratio(
            (self.tp + self.fp) * (self.tp + self.fn) + (self.fn + self.tn) * (self.fp + self.tn), self.n**2
        )
        return _ratio(self.accuracy - chance, 1 - chance)

    @property
    def mcc(self) -> Count:
        """Matthews correlation of call and outcome, -1..1; 0 where all calls or all outcomes are the same."""
        parts = (self.tp + self.fp, self.tp + self.fn, self.tn + self.fp, self.tn + self.fn)
        size = np.sqrt(np.prod(np.array(parts, dtype=np.float64), axis=0))
        return _ratio(self.tp * self.tn - self.fp * self.fn, np.where(size > 0, size, 1.0))

    def cost(self, false_positive: float, false_negative: float) -> Count:
        """What the wrong calls cost per row, at so much for each of the two kinds."""
        return _ratio(self.fp * false_positive + self.fn * false_negative, self.n)


def _ratio(part: Count, whole: Count) -> Count:
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    out = np.divide(part, whole, out=np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan), where=whole != 0)
    return out if out.ndim else float(out)
