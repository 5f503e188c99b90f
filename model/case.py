"""Model room: new cases made into features by the code that made those of training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from data.case import CaseField, CaseForm
from data.contract import OBLIGATIONS, Meaning, Portfolio
from data.coverage import Coverage
from data.frames import OUTCOMES
from model import features
from model.encode import Encoding

_CONTRACT: Final = frozenset(c.name for c in OBLIGATIONS.columns)


@dataclass(frozen=True)
class CaseReader:
    """What one model needs to know of a case. Without a `form` its features are the fields.

    `history`: features that no single case can give (what happened before; what else the client holds): optional
    fields after those of the form, not known where left out. `month`: the month that a case stands in.
    """

    encoding: Encoding
    form: CaseForm | None
    month: int
    spread: Mapping[str, Any]
    history: tuple[str, ...]

    @property
    def fields(self) -> tuple[CaseField, ...]:
        """The fields of a case, those of the form first."""
        if self.form is None:
            return tuple(self._feature(n, optional=False) for n in self.encoding.names)
        return (*self.form.fields, *(self._feature(n, optional=True) for n in self.history))

    def _feature(self, name: str, *, optional: bool) -> CaseField:
        """A feature as a field: missing where training knew it missing, and of the levels that it knew."""
        seen = self.spread.get(name)
        missing = seen is None or any(counts[0] for counts in (seen["reference"], *seen["by_month"].values()))
        if name in self.encoding.levels:
            levels = self.encoding.levels[name]
            return CaseField(name, "text", levels=levels, missing=missing, optional=optional, usual=levels[0])
        return CaseField(name, "number", missing=missing, optional=optional, usual=_middle(seen))

    def features(self, cases: pd.DataFrame) -> pd.DataFrame:
        """The features of cases that hold to the fields, in the same order."""
        if self.form is None:
            return cases
        given = cases[[f.name for f in self.form.fields]] if self.history else cases
        made = of_rows(self.form.rows(given), month=self.month)
        return made.assign(**{n: cases[n] for n in self.history}) if self.history else made


def _middle(seen: Mapping[str, Any] | None) -> float | None:
    """The middle of a number's deciles, to six digits; edges just above a value stand for the value."""
    edges = (seen or {}).get("edges") or []
    return round(float(f"{edges[len(edges) // 2]:.6g}"), 9) if edges else None


def reader(encoding: Encoding, form: CaseForm | None, *, month: int, spread: Mapping[str, Any]) -> CaseReader:
    """How cases are read for a model. `month`: the first that is not over; `spread`: the release's histograms."""
    if form is None:
        return CaseReader(encoding, None, month, spread, ())
    given = set(of_rows(form.rows(blank(form.fields)), month=month).columns)
    return CaseReader(encoding, form, month, spread, tuple(n for n in encoding.names if n not in given))


def blank(fields: Sequence[CaseField]) -> pd.DataFrame:
    """One case about which nothing is known, with the types of its fields."""
    kinds = {"number": "float64", "whole": "float64", "date": "datetime64[s]"}
    return pd.DataFrame(
        {
            f.name: pd.Categorical.from_codes([-1], categories=pd.Index([], dtype="str"))
            if f.kind == "text"
            else pd.Series([None], dtype=kinds[f.kind])
            for f in fields
        }
    )


def of_rows(rows: pd.DataFrame, *, month: int) -> pd.DataFrame:
    """Every feature that rows can give by themselves: their position and attributes, without a past."""
    number = np.arange(len(rows), dtype=np.int64)
    keys: dict[str, object] = {"client": number, "obligation": number, "month": np.full(len(rows), month, np.int32)}
    own: dict[str, object] = {str(c): column.array for c, column in rows.items()}
    known = {c: values for c, values in own.items() if c in _CONTRACT and c not in keys}
    rest = {c: values for c, values in own.items() if c not in known}
    portfolio = Portfolio(
        meaning=Meaning("case", {}),
        as_of=month,
        obligations=pd.DataFrame({**keys, **known, "eligible": np.ones(len(rows), np.uint8)}),
        outcomes=pd.DataFrame({c.name: [] for c in OUTCOMES.columns}),
        coverage=Coverage(),
        attributes=pd.DataFrame({**keys, **rest}),
        alone=True,
    )
    return features.everything(portfolio).frame
