"""App room: what a view hands to a component: words and plain numbers, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Headline:
    """Top of a card: the finding as its title, the unit and the period as its subtitle."""

    title: str
    subtitle: str = ""


@dataclass(frozen=True)
class Move:
    """How a number stands to another: an arrow and by how much ("" where there is nothing to compare with), whether
    that is "good", "bad" or "" (neither), and against what."""

    change: str = ""
    arrow: str = ""
    tone: str = ""
    against: str = ""


@dataclass(frozen=True)
class Box:
    """A value box. `tone` of the change is "good", "bad" or "" (neither), `more` are further comparisons, a line each;
    `level` compares with the target: "ok", "watch", "act" or "unknown". `facts` are (label, text) pairs of the hover
    text. NaN breaks the sparkline."""

    key: str
    title: str
    value: str
    period: str = ""
    change: str = ""
    arrow: str = ""
    tone: str = ""
    against: str = ""
    more: tuple[Move, ...] = ()
    target: str = ""
    level: str = "unknown"
    n: str = ""
    spark: tuple[float, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Happening:
    """Something that happened, to choose from a list: the key that choosing it sends, the tag that it has on a chart,
    its short text, what is said of it once it is `chosen`."""

    key: str
    tag: str
    text: str
    said: str
    chosen: bool = False


@dataclass(frozen=True)
class Hidden:
    """Something that the data cannot support: its name and the reason."""

    name: str
    reason: str


@dataclass(frozen=True)
class Cell:
    """A table cell: its text, and "good", "bad", "muted" or "" as its tone."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A small table. The first column names the row; the others are numbers, right-aligned. `keys` names what a row
    stands for (a level), so that a click can select it; "" cannot be selected. `total` is the last row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...] = ()
    total: tuple[Cell, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class State:
    """A designed state in place of figures: what is so, what it means, and what to do (`command` can be copied).
    `kind`: "loading", "no_release", "empty", "trouble" or "nothing" (the data cannot support it)."""

    kind: str
    title: str
    body: str = ""
    command: str = ""
    action: str = ""


@dataclass(frozen=True)
class Crumb:
    """One step of a way down: its words, and what a click on it goes back to ("" where it cannot be clicked)."""

    text: str
    back_to: str = ""
