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
    """The encoding of training rows; features that say nothing in them (one value, or all missing) are left out, so
    that a model is the same whatever rows of later months stand beside its own."""
    levels = {n: _levels(frame[n]) for n in names if isinstance(frame[n].dtype, pd.CategoricalDtype)}
    useful = tuple(n for n in names if not says_nothing(frame[n]))
    return Encoding(useful, {n: levels[n] for n in useful if n in levels})


def says_nothing(column: pd.Series) -> bool:
    """Whether a feature has one value for every row, or none at all."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        return bool(len(codes) == 0 or (codes == codes[0]).all())
    values = column.to_numpy()
    known = values[~np.isnan(values)]
    return bool(len(known) == 0 or (len(known) == len(values) and (known == known[0]).all()))


def _levels(column: pd.Series) -> tuple[str, ...]:
    """Levels that occur, the most frequent first, those of one size by name."""
    size = np.bincount(column.cat.codes.to_numpy() + 1, minlength=len(column.cat.categories) + 1)[1:]
    found = sorted((-int(k), str(c)) for k, c in zip(size, column.cat.categories, strict=True) if k > 0)
    return tuple(name for _, name in found[:MOST_LEVELS])
