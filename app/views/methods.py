"""App room: the words of the Methods page: what each figure is, read from `words/methods.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app import words
from app.l10n import L10n
from app.words import mark

GROUPS = {
    "ratio": mark("The overdue ratio"),
    "effect": mark("What the model did to it"),
    "score": mark("Scores and outcomes"),
}
_FIELDS = ("title", "asks", "symbols", "interval", "limits")
_SCRIPT = re.compile(r"([_^])(?:\{([^}]*)\}|(.))")


@dataclass(frozen=True)
class Piece:
    """A piece of a formula: "" on the line, "_" below it, "^" above it."""

    text: str
    place: str = ""


@dataclass(frozen=True)
class Method:
    """What one figure is. `formula`: its lines, each in pieces; `page`: where it is shown."""

    key: str
    group: str
    page: str
    title: str
    asks: str
    formula: tuple[tuple[Piece, ...], ...]
    symbols: str
    interval: str
    limits: str
    source: str


def methods(l10n: L10n, sought: str = "") -> dict[str, list[Method]]:
    """The methods by group, in their order; with words sought for, those that hold every one of them."""
    wanted = sought.casefold().split()
    found: dict[str, list[Method]] = {}
    for key, entry in _entries().items():
        text = {name: l10n.pick(entry[name]) for name in _FIELDS}
        if all(word in " ".join((key, *text.values(), entry["source"])).casefold() for word in wanted):
            lines = tuple(pieces(line) for line in entry["formula"])
            method = Method(key, entry["group"], entry["page"], formula=lines, source=entry["source"], **text)
            found.setdefault(method.group, []).append(method)
    return found


def nothing(l10n: L10n, sought: str) -> str:
    """What is said when no method holds the words sought for."""
    return l10n.say("No method speaks of “{words}”.", words=sought.strip())


def pieces(line: str) -> tuple[Piece, ...]:
    """A line of a formula in pieces: `x_{ab}` has ab below, `x^2` has 2 above."""
    out, at = [], 0
    for match in _SCRIPT.finditer(line):
        out += [Piece(line[at : match.start()]), Piece(match[2] if match[2] is not None else match[3], match[1])]
        at = match.end()
    return tuple(p for p in (*out, Piece(line[at:])) if p.text)


@cache
def _entries() -> Mapping[str, Mapping[str, Any]]:
    with (Path(words.__file__).parent / "methods.toml").open("rb") as file:
        return tomllib.load(file)


def jumps(found: Mapping[str, Sequence[Method]]) -> list[tuple[str, str]]:
    """The contents: key and title of each method."""
    return [(m.key, m.title) for group in found.values() for m in group]
