"""App room: what is odd about the data although it was read: each kind in words, counted, with an example."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.l10n import L10n
from app.views.shapes import Cell, Headline, Table
from app.words import mark

KINDS = {
    "duplicate_key": mark("The same key twice: the first row counts"),
    "unseen_category": mark("A category that is not documented"),
    "unknown_column": mark("A column that is not documented: not read"),
    "out_of_usual_range": mark("A number outside its usual range: kept"),
    "infinite": mark("An infinite number: read as unknown"),
    "mixed_case": mark("One category in several spellings: made one"),
    "mixed_type": mark("Numbers among texts"),
    "contradiction": mark("Two columns contradict each other"),
    "assumed_label": mark("Nobody knows whether it was offered: read as not accepted"),
    "no_outcome": mark("Eligible, but without an outcome"),
    "not_in_portfolio": mark("Not in the portfolio file: added to it"),
    "month_missing": mark("A month missing in the portfolio file: left out; nothing is followed across it"),
    "absent_between": mark("An obligation missing for months and back again: counted as gone, then as new"),
    "no_client_record": mark("No client record before the month: client data unknown"),
    "old_client_record": mark("The client record is older than the month before: used as it was"),
    "future_date": mark("Dated after the file was made: kept"),
    "after_as_of": mark("After the last known month: left out"),
    "unfinished_line": mark("The last line has no end: its last value may be cut"),
    "leak": mark("A feature that gives the outcome away: refused"),
}
"""Every kind of `data.contract.Suspicion`, and the refusal of a feature."""

GRAVE = ("leak", "month_missing", "contradiction", "unfinished_line")
"""Kinds that stand first, whatever their count."""

EXAMPLES = (
    (r"row (?P<row>[\d,.]+): (?P<value>.+), usually (?P<low>\S+) to (?P<high>\S+)",
     mark("row {row}: {value}, usually {low} to {high}")),
    (r"row (?P<row>[\d,.]+): the same id in month (?P<month>\d{6}); the first row is kept",
     mark("row {row}: the same id in month {month}")),
    (r"row (?P<row>[\d,.]+): (?P<value>.+), read as unknown", mark("row {row}: {value}, read as unknown")),
    (r"row (?P<row>[\d,.]+): months without a row before it: (?P<n>\d+)",
     mark("row {row}: months without a row before it: {n}")),
    (r"(?P<month>\d{6}): (?P<n>[\d,.]+) rows of the response base are left out with it",
     mark("{month}: {n} rows of the response file are left out with it")),
    (r"row (?P<row>[\d,.]+): (?P<value>.+)", mark("row {row}: {value}")),
    (r"rows? (?P<row>[\d,.]+) has no line end", mark("row {row} has no line end")),
    (r"of (?P<n>[\d,.]+) eligible rows; kept .*", mark("of {n} eligible rows")),
    (r"AUC alone (?P<auc>[\d.]+)", mark("AUC on its own {auc}")),
    (r"after (?P<month>\d{6}): not yet known, left out", mark("after {month}")),
    (r"read as negative: (?P<value>.+)", mark("read as negative: {value}")),
    (r"(?P<value>\S+) \(nobody knows whether it was offered\) counts as not accepted", "{value}"),
    (r"(?P<value>\S+) \(offered, not accepted\), but the decisions say that nothing was offered",
     mark("{value}, but the decisions say that nothing was offered")),
    (r"eligible, but not in the response base: no label", mark("not in the response file")),
    (r"the label and its type disagree: the label counts", mark("the label and its type disagree: the label counts")),
    (r"not read", ""),
)  # fmt: skip
"""How the sources write an example (first match wins) → how a reader is told."""


UNWIELDY = 1e18
"""From here on a number is shown as the file writes it."""


def headline(l10n: L10n, found: Sequence[Mapping[str, Any]]) -> Headline:
    """How many oddities there are, and which is the most frequent."""
    unit = l10n.say("Odd, but not wrong enough to stop the run: counted here, and kept unless the line says otherwise")
    if not found:
        return Headline(l10n.say("Nothing odd was found in the data"), unit)
    most = max(found, key=lambda s: s["count"])
    text = l10n.many(
        "{n} oddity in the data; {column} has the most rows: {count}",
        "{n} oddities in the data; {column} has the most rows: {count}",
        len(found), column=most["column"] or most["file"], count=l10n.number(most["count"]),
    )  # fmt: skip
    return Headline(text, unit)


def table(l10n: L10n, found: Sequence[Mapping[str, Any]]) -> Table | None:
    """One row per oddity, the grave ones first, then by count; None when there is none."""
    if not found:
        return None
    ordered = sorted(found, key=lambda s: (s["kind"] not in GRAVE, -s["count"]))
    return Table(
        columns=(l10n.say("What is odd"), l10n.say("Count"), l10n.say("Column"), l10n.say("Example"), l10n.say("File")),
        rows=tuple(_row(l10n, s) for s in ordered),
        caption=headline(l10n, found).title,
    )


def _row(l10n: L10n, s: Mapping[str, Any]) -> tuple[Cell, ...]:
    kind = s["kind"]
    words = l10n.say(KINDS[kind]) if kind in KINDS else kind.replace("_", " ")
    return (
        Cell(words), Cell(l10n.number(s["count"]), "warn" if kind in GRAVE else ""), Cell(s["column"]),
        Cell(example(l10n, s["example"])), Cell(s["file"], "muted"),
    )  # fmt: skip


def example(l10n: L10n, text: str) -> str:
    """An example in the reader's language; as it stands where it is a value of the data and nothing else."""
    for pattern, message in EXAMPLES:
        found = re.fullmatch(pattern, text)
        if found:
            return l10n.say(message, **{k: _shown(l10n, k, v) for k, v in found.groupdict().items()}) if message else ""
    return text


def _shown(l10n: L10n, name: str, text: str) -> str:
    """A part of an example: months and numbers as the reader writes them."""
    if name == "month":
        return l10n.month(int(text))
    if name == "auc":
        return l10n.number(float(text), 3)
    if name in ("row", "n"):
        return l10n.number(int(re.sub(r"\D", "", text)))
    try:
        number = float(text)
    except ValueError:
        return text
    if abs(number) >= UNWIELDY:
        return text
    return l10n.number(number, 0 if number.is_integer() else 4)
