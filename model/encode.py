"""Model room: features as one matrix of numbers, the same way when a model is trained and when it scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_LEVELS = 100
"""Levels of a category that a model tells apart: the most frequent of its training rows."""


@dataclass(frozen=True)
class Encoding:
    """Feature names in order, and the training levels of those that are categories (as text, most frequent first)."""

    names: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def categorical(self) -> list[int]:
        """Positions of the categories in the matrix."""
        return [i for i, n in enumerate(self.names) if n in self.levels]

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Float32 matrix, one column per feature; a level unseen in training is missing, as NaN.

        Raises KeyError when the frame lacks a feature.
        """
        out = np.empty((len(frame), len(self.names)), dtype=np.float32)
        for i, name in enumerate(self.names):
            out[:, i] = self._category(frame[name], name) if name in self.levels else frame[name].to_numpy()
        return out

    def _category(self, column: pd.Series, name: str) -> np.ndarray:
        values = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
        place = {level: i for i, level in enumerate(self.levels[name])}
        codes = np.array([place.get(str(c), np.nan) for c in values.cat.categories] + [np.nan], dtype=np.float32)
        return codes[values.cat.codes.to_numpy()]


def learn(frame: pd.DataFrame, names: tuple[str, ...]) -> Encoding:
    """The encoding of training rows."""
    texts = [n for n in names if isinstance(frame[n].dtype, pd.CategoricalDtype)]
    return Encoding(names, {n: _levels(frame[n]) for n in texts})


def _levels(column: pd.Series) -> tuple[str, ...]:
    codes = column.cat.codes.to_numpy()
    size = np.bincount(codes[codes >= 0], minlength=len(column.cat.categories))
    order = np.argsort(-size, kind="stable")[:MOST_LEVELS]
    return tuple(str(column.cat.categories[i]) for i in order if size[i] > 0)
