"""App room: what the views of errors hand to components: a confusion matrix, rates side by side, short readings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """A short figure beside a control: what it is, its value, and a note under it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Quadrant:
    """One cell of a confusion matrix. `kind`: "tp", "fp", "fn" or "tn"; `words` say what happened; `share` is of all
    rows (or money) in the matrix."""

    kind: str
    name: str
    words: str
    value: str
    share: str


@dataclass(frozen=True)
class Square:
    """A confusion matrix in words: names of the two columns (what happened) and rows (what was said), four cells in the
    order tp, fp, fn, tn, the totals of rows and columns, and of everything."""

    columns: tuple[str, str]
    rows: tuple[str, str]
    cells: tuple[Quadrant, Quadrant, Quadrant, Quadrant]
    row_totals: tuple[str, str]
    column_totals: tuple[str, str]
    total: str
    total_name: str
    caption: str = ""


@dataclass(frozen=True)
class Rate:
    """One rate: its name, value, interval and n in words, its formula, what it is a share of, and what it is for.
    `missing` says why there is no value. `level` is "ok", "watch", "act" or "unknown"; `against` what it is held
    against."""

    key: str
    name: str
    value: str
    interval: str
    n: str
    formula: str
    share_of: str
    use: str
    missing: str = ""
    level: str = "unknown"
    against: str = ""
