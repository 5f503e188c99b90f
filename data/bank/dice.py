"""Data room: random numbers by name, so that every world of the demo bank meets the same luck."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Dice:
    """Independent streams addressed by (seed, month, what for): the order in which they are drawn does not matter."""

    seed: int

    def rng(self, what: str, month: int = 0) -> np.random.Generator:
        """The stream for one purpose in one month (months may be negative down to -99)."""
        return np.random.default_rng([self.seed, month + 100, zlib.crc32(what.encode())])

    def uniform(self, what: str, month: int, n: int) -> np.ndarray:
        """n uniforms on [0, 1)."""
        return self.rng(what, month).random(n)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Probability of a logit."""
    return 1.0 / (1.0 + np.exp(-x))


def logit(p: np.ndarray) -> np.ndarray:
    """Log-odds of a probability."""
    return np.log(p / (1.0 - p))


def level(u: np.ndarray, shares: tuple[float, ...] | np.ndarray) -> np.ndarray:
    """Level of a categorical variable by inversion: `shares` by level, or one row of shares per draw."""
    cuts = np.cumsum(np.atleast_2d(shares), axis=1)[:, :-1]
    return (u[:, None] >= cuts).sum(axis=1).astype(np.int8)
