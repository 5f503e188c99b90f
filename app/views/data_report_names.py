"""App room: columns of a data report, their kinds, bins and values, as a reader calls them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from app.format import NOTHING
from app.l10n import L10n
from app.views.data_report_figures import Column
from app.words import mark

KINDS = {
    "number": mark("number"),
    "flag": mark("yes or no"),
    "date": mark("date"),
    "category": mark("text"),
}
FRAMES = {
    "obligations": mark("position when the month opened"),
    "attributes": mark("the source's own columns"),
    "clients": mark("client"),
    "payments": mark("payments"),
    "actions": mark("collection"),
    "scores": mark("bank score"),
}
"""Frames that a column comes from; of the last four, the last record before the month."""
UNITS = {"days": mark("days"), "months": mark("months before"), "years": mark("years")}
RECORD_AGE = mark("Age of the record")
WIDE = 1e6
EXACT = 1e4
SMALL = 0.1


def column(l10n: L10n, c: Column) -> str:
    """The name of a column: the contract's in the reader's language, with its frame where that is not the opening;
    else the source's own."""
    if c["column"] == "record_age" and c["frame"] in FRAMES:
        said = l10n.say(RECORD_AGE)
    else:
        said = l10n.pick(c["labels"]) if c["labels"] else c["column"]
    lagged = c["frame"] in ("clients", "payments", "actions", "scores")
    return f"{said} · {l10n.say(FRAMES[c['frame']])}" if lagged else str(said)


def unaccented(text: str) -> str:
    """A text as it is sorted: in small letters, without accents."""
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in parts if not unicodedata.combining(c))


def kind(l10n: L10n, c: Column) -> str:
    """The kind of a column."""
    return l10n.say(KINDS[c["kind"]]) if c["kind"] in KINDS else str(c["kind"])


def unit(l10n: L10n, c: Column) -> str:
    """The unit of a column's values, "" where none is known."""
    if c["unit"] == "money":
        return l10n.symbol.strip()
    return l10n.say(UNITS[c["unit"]]) if c["unit"] in UNITS else ""


def value(l10n: L10n, c: Column, number: float | None) -> str:
    """A value of a column, with two or three significant digits where it is no whole number."""
    if number is None or not math.isfinite(number):
        return NOTHING
    if c["unit"] == "money":
        return l10n.money(number)
    return plain(l10n, number)


def plain(l10n: L10n, number: float) -> str:
    """A number of unknown unit: whole numbers in full, millions as such."""
    size = abs(number)
    if size >= WIDE:
        return f"{l10n.millions(number)}\u00a0{l10n.million}"
    if size >= EXACT or number == round(number):
        return l10n.number(number)
    digits = (1 if size < SMALL else 2) - math.floor(math.log10(size))
    return l10n.number(number, min(max(digits, 0), 6))


def bins(l10n: L10n, c: Column, described: Mapping[str, Any]) -> list[str]:
    """The names of a column's bins, that of missing values last."""
    if "levels" in described:
        others = l10n.many("{n} other level", "{n} other levels", described.get("others", 0))
        named = [level or others for level in described["levels"]]
    else:
        pairs = zip(described["low"], described["high"], strict=True)
        named = [_span(value(l10n, c, low), value(l10n, c, high)) for low, high in pairs]
    return [*_told_apart(named), l10n.say("(missing)")]


def bars(l10n: L10n, c: Column, edges: list[float]) -> list[str]:
    """The names of the bars of a shape: below the first edge, between edges, from the last on."""
    if not edges:
        return [value(l10n, c, c["min"])]
    words = [value(l10n, c, e) for e in edges]
    between = [_span(a, b) for a, b in pairwise(words)]
    return [f"< {words[0]}", *between, f"≥ {words[-1]}"]


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"


def _told_apart(named: list[str]) -> list[str]:
    """Names that rounding made equal, numbered."""
    seen: dict[str, int] = {}
    out = []
    for name in named:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out
