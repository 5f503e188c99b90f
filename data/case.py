"""Data room: one case, as a client of the API or a person at the form gives it, before it becomes contract rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from data.contract import CarteraError

CaseKind = Literal["number", "whole", "text", "date"]


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of one case: `row` counts from 1 (0: the header of a file), `field` is "" for the
    case as a whole, `rule` is a sentence, `value` what was sent."""

    row: int
    field: str
    value: object
    rule: str


class CasesError(CarteraError):
    """Cases break their form: every problem at once, of which the first are listed. Nothing was scored."""

    code = "cases"

    def __init__(self, problems: tuple[Problem, ...], count: int | None = None) -> None:
        self.problems, self.count = problems, len(problems) if count is None else count
        shown = "; ".join(f"row {p.row}, {p.field or 'case'}: {p.value!r} {p.rule}" for p in problems[:3])
        super().__init__(f"{self.count:,} problem(s): {shown}")


@dataclass(frozen=True)
class CaseField:
    """One field of a case: its name as clients send it, and what it may hold.

    `low`..`high` is what is possible (outside is refused); `levels` are the texts allowed, empty for any; `missing`:
    whether null may be sent; `optional`: whether the field may be left out, which means the same as null; `usual`: a
    common value, to fill a form with; `label`: its name for people, by language ("en", "es", "pt").
    """

    name: str
    kind: CaseKind
    label: Mapping[str, str] = field(default_factory=dict)
    low: float = -math.inf
    high: float = math.inf
    levels: tuple[str, ...] = ()
    missing: bool = False
    optional: bool = False
    unit: str = ""
    usual: object = None


@dataclass(frozen=True)
class CaseForm:
    """The fields of a case, and how a frame with a column per field becomes what the contract knows of it: columns of
    `obligations` (balance, days_past_due) and attributes, in one frame of the same length. A source's `load` makes its
    attributes with the same function, so that training and serving cannot differ."""

    fields: tuple[CaseField, ...]
    rows: Callable[[pd.DataFrame], pd.DataFrame]

    def labels(self, columns: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
        """For dimensions that show a field as it is (dimension → field): the field's name for people, by language."""
        named = {f.name: f.label for f in self.fields}
        return {dimension: named[column] for dimension, column in columns.items()}
