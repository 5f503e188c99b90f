"""App room: the numbers of the Data page, from the release's data report: shares divided last, columns in order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from app.desk import Pin
from monitoring.intervals import wilson
from monitoring.metrics import share
from monitoring.policy import Policy

LEAST = Policy().min_n
"""Known outcomes below which a share is not judged."""
ALIKE = 0.8
"""Rank correlation from which on two columns say nearly the same."""
MUCH_MISSING = 0.05
"""Share of missing values above which a column is worth a word."""
JUMP = 0.1
"""Rise of the share of missing values, newest month against the recent ones, that is worth a word."""
RECENT = 3
"""Months before the newest one that it is held against."""
SORTS = ("missing", "outliers", "skew", "kurtosis", "association", "auc")
"""Numbers that columns can be ordered by."""

Column = Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """The data report of a release, or of files that no release was made from."""

    document: Mapping[str, Any]

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The columns by name, in the order of the source."""
        return {c["name"]: c for c in self.document["columns"]}

    @property
    def rows(self) -> int:
        """Obligation-months that are described."""
        return int(self.document["rows"]["described"])

    @property
    def positives(self) -> int:
        """Known outcomes that are positive."""
        return int(self.document["rows"]["by_label"][0])

    @property
    def labelled(self) -> int:
        """Known outcomes."""
        return int(sum(self.document["rows"]["by_label"][:2]))

    @property
    def rate(self) -> float:
        """Positive share of the known outcomes; NaN without one."""
        return share(self.positives, self.labelled)

    @property
    def months(self) -> Sequence[int]:
        """The months that have rows."""
        return list(self.document["months"]["month"])

    @cached_property
    def rows_by_month(self) -> Sequence[int]:
        """Rows of each month."""
        return [int(sum(counts)) for counts in self.document["months"]["by_label"]]


@dataclass(frozen=True)
class Share:
    """A positive share of `n` known outcomes of `rows` rows, with its 95 % interval (Wilson); NaN without one."""

    rows: int
    n: int
    positives: int
    value: float
    low: float
    high: float

    @property
    def judged(self) -> bool:
        """Whether it rests on enough outcomes."""
        return self.n >= LEAST


@dataclass(frozen=True)
class Alike:
    """Two columns that say nearly the same, and their rank correlation."""

    one: str
    other: str
    spearman: float


@dataclass(frozen=True)
class Gap:
    """A column whose share of missing values in the newest month is above that of the three months before."""

    column: str
    month: int
    now: float
    before: float


def of(pin: Pin) -> Report | None:
    """The data report of a release; None when it was published without one."""
    return Report(pin.document("data_report")) if "data_report" in pin.release.documents() else None


def number(value: float | None) -> float:
    """A number of the document; NaN where it is undefined."""
    return math.nan if value is None else float(value)


def missing(column: Column) -> float:
    """Share of rows without a value."""
    return share(float(column["missing"]), float(column["n"]))


def known(column: Column) -> int:
    """Rows with a value."""
    return int(column["n"] - column["missing"])


def outside(column: Column, rule: str = "tukey") -> float:
    """Share of known values beyond the fences of a rule; NaN for a category."""
    found = column.get(rule)
    return share(float(found["below"] + found["above"]), float(known(column))) if found else math.nan


def odd(column: Column) -> int:
    """Values that are impossible or outside of the usual range: by the contract's range, or as the source counted."""
    unusual = column.get("unusual") or {"below": 0, "above": 0}
    return int(max(unusual["below"] + unusual["above"], sum(s["count"] for s in column["suspicions"])))


def alone(column: Column) -> float:
    """AUC of the column alone in its better direction, by rank or by bins as the guard of training takes it."""
    rank = number((column.get("auc") or {}).get("value"))
    return max((v for v in (rank, 1 - rank, number(column["auc_bins"])) if math.isfinite(v)), default=math.nan)


def association(column: Column) -> float:
    """Cramér's V of the column's bins and the outcome."""
    return number(column["cramers_v"])


def says_nothing(column: Column) -> bool:
    """Whether every row has the same value, or none."""
    return bool(column["distinct"] == 0 or (column["distinct"] == 1 and not column["missing"]))


def shares(by_label: Sequence[Sequence[int]]) -> list[Share]:
    """The positive share of each bin."""
    counts = np.asarray(by_label, float).reshape(-1, 3)
    n = counts[:, 0] + counts[:, 1]
    low, high = wilson(counts[:, 0], n)
    return [
        Share(int(c.sum()), int(k), int(c[0]), share(float(c[0]), float(k)), float(a), float(b))
        for c, k, a, b in zip(counts, n, np.atleast_1d(low), np.atleast_1d(high), strict=True)
    ]


def in_order(report: Report, key: str, *, descending: bool) -> list[Column]:
    """The columns by one of SORTS; those where it is undefined stand last either way."""
    columns = list(report.columns.values())
    values = {c["name"]: measure(c, key) for c in columns}
    sign = -1 if descending else 1
    return sorted(columns, key=lambda c: (math.isnan(values[c["name"]]), sign * (np.nan_to_num(values[c["name"]]))))


def measure(column: Column, key: str) -> float:
    """A number of a column by its name among SORTS."""
    match key:
        case "missing":
            return missing(column)
        case "outliers":
            return outside(column)
        case "association":
            return association(column)
        case "auc":
            return alone(column)
    return number(column.get(key))


def strongest(report: Report) -> list[Column]:
    """Columns that have something to do with the outcome, the strongest first."""
    return [c for c in in_order(report, "association", descending=True) if association(c) > 0]


def alike(report: Report) -> list[Alike]:
    """Pairs of the matrix whose rank correlation is at least 0.8 either way, the nearest first."""
    matrix = report.document["matrix"]
    names, cells = matrix["columns"], matrix["spearman"]
    found = [
        Alike(names[i], names[j], float(cells[i][j]))
        for i in range(len(names))
        for j in range(i + 1, len(names))
        if cells[i][j] is not None and abs(cells[i][j]) >= ALIKE
    ]
    return sorted(found, key=lambda a: -abs(a.spearman))


def gaps(report: Report) -> list[Gap]:
    """Columns whose values go missing in the newest month, the greatest rise first; none when that month or the three
    before have too few rows."""
    rows = report.rows_by_month[-RECENT - 1 :]
    if len(rows) < 2 or min(rows[-1], sum(rows[:-1])) < LEAST:
        return []
    found = []
    for name, column in report.columns.items():
        counts = column["by_month"]["missing"][-RECENT - 1 :]
        now, before = counts[-1] / rows[-1], sum(counts[:-1]) / sum(rows[:-1])
        if now - before >= JUMP:
            found.append(Gap(name, report.months[-1], now, before))
    return sorted(found, key=lambda g: g.before - g.now)


def pairable(report: Report) -> list[str]:
    """Names of the columns of which any two can be seen together."""
    return list(report.document["pairs"]["bins"])


def cell(report: Report, down: str, across: str) -> list[list[Share]]:
    """The positive shares by the bins of two columns, rows first; [] when they are not counted together."""
    for found in report.document["pairs"]["cells"]:
        if {found["rows"], found["columns"]} == {down, across} and down != across:
            n, hits = np.asarray(found["labelled"]), np.asarray(found["positives"])
            if found["rows"] == across:
                n, hits = n.T, hits.T
            return [
                shares([(int(p), int(k - p), 0) for k, p in zip(ns, ps, strict=True)])
                for ns, ps in zip(n, hits, strict=True)
            ]
    return []
