"""Data room: a documented column of a file, and what takes it batch by batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.contract import Breach, Kind, Suspicion

SHOWN: Final = 20


@dataclass(frozen=True)
class Field:
    """A documented column of a file. `to`: its name in the frame, "" when it must be there but is not read.

    `reads`: the sink that takes it, where the kind's own does not do.
    `upper`: texts that differ only in case or spaces are one level, in capitals. `levels`: the documented ones;
    others are kept and counted. `same`: spellings that mean another level. `infinite`: inf is kept and counted.
    `optional`: a file without the column is whole, and its frame lacks it.
    """

    name: str
    kind: Kind = "category"
    to: str = ""
    missing: bool = True
    upper: bool = False
    levels: tuple[str, ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    infinite: bool = False
    optional: bool = False
    reads: type[Sink] | None = None


@dataclass
class _Rule:
    text: str
    count: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list)


class Sink:
    """Takes the batches of one column; `finish` gives the whole column, `breaches` what could not be read."""

    dictionary = False

    def __init__(self, field: Field, file: str) -> None:
        self.field, self.file = field, file
        self._parts: list[np.ndarray] = []
        self._rules: dict[str, _Rule] = {}

    def add(self, values: pa.Array, first: int) -> None:
        """Take the next batch, whose first row is row `first` of the file (from 0)."""
        self._need(values, first)
        self._parts.append(self._convert(values, first))

    def finish(self) -> np.ndarray | pd.Categorical:
        """The whole column; the batches are let go."""
        whole = np.concatenate(self._parts)
        self._parts.clear()
        return whole

    def breaches(self) -> list[Breach]:
        """Values that cannot be read, by rule."""
        return [Breach(self.file, self.field.name, r.text, r.count, tuple(r.examples)) for r in self._rules.values()]

    def suspicions(self) -> list[Suspicion]:
        """What is odd, kept and counted."""
        return []

    def _convert(self, values: pa.Array, first: int) -> np.ndarray:
        raise NotImplementedError

    def _need(self, values: pa.Array, first: int) -> None:
        """Blame missing values where none may be missing."""
        if not self.field.missing and values.null_count:
            self.blame("a value is needed", pc.is_null(values), values, first)

    def blame(self, text: str, bad: pa.Array | np.ndarray, values: pa.Array, first: int) -> None:
        """Count the rows where `bad` holds, and keep the first of them as examples."""
        where = np.flatnonzero(np.asarray(bad))
        if len(where):
            rule = self._rules.setdefault(text, _Rule(text))
            rule.count += len(where)
            for i in where[: SHOWN - len(rule.examples)]:
                rule.examples.append((first + int(i) + 1, str(values[int(i)].as_py() or "")))

    def numbers(self, values: pa.Array, first: int, *, what: str) -> np.ndarray:
        """Texts (or numbers) as float64, NaN where missing or unreadable; the unreadable are blamed."""
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        try:
            return floats(pc.cast(values, pa.float64()))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            texts = pc.utf8_trim_whitespace(pc.cast(values, pa.string()))
            good = pc.fill_null(pc.match_substring_regex(texts, _NUMBER), True)
            self.blame(what, pc.invert(good), values, first)
            return floats(pc.cast(pc.if_else(good, texts, None), pa.float64()))


_NUMBER: Final = r"^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|inf|Inf|Infinity|nan)$"


def floats(values: pa.Array) -> np.ndarray:
    """An Arrow column as numpy; missing numbers are NaN."""
    return values.to_numpy(zero_copy_only=False)
