"""App room: the table of the Data page: a line per column, in the order that the reader asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.l10n import L10n
from app.views import data_report_figures as figures
from app.views import data_report_names as names
from app.views.data_report_figures import MUCH_MISSING, Column, Report
from app.views.shapes import Cell, Headline, Table
from app.words import mark

HEADS = {
    "name": mark("Column"),
    "kind": mark("Type"),
    "missing": mark("Missing"),
    "outliers": mark("Outliers"),
    "skew": mark("Skew"),
    "kurtosis": mark("Kurtosis"),
    "association": mark("Association (V)"),
    "auc": mark("AUC alone"),
}
NOTES = {
    "leak": mark("gives the outcome away"),
    "barred": mark("barred by the source"),
    "dimension": mark("looked at, not learnt from"),
    "nothing": mark("says nothing"),
    "unusual": mark("unusual values"),
}
MANY_OUTLIERS = 0.05
LONG_TAIL = 2.0


@dataclass(frozen=True)
class Order:
    """What the table is ordered by, one of HEADS, and which way."""

    key: str = "association"
    descending: bool = True


def turned(order: Order, key: str) -> Order:
    """The order after a click on a head: the other way round when it was this one already; words rise first."""
    if key == order.key:
        return Order(key, not order.descending)
    return Order(key, key not in ("name", "kind")) if key in HEADS else order


def heads(l10n: L10n, order: Order) -> list[tuple[str, str, str]]:
    """The heads that can be clicked: key, words, and how the table is sorted by it as `aria-sort` says it."""
    way = "descending" if order.descending else "ascending"
    return [(key, l10n.say(text), way if key == order.key else "none") for key, text in HEADS.items()]


def headline(l10n: L10n, report: Report) -> Headline:
    """How many columns, and how to read the table."""
    title = l10n.many("{n} column and what it has to do with the outcome",
                      "{n} columns and what they have to do with the outcome", len(report.columns))  # fmt: skip
    unit = l10n.say(
        "n {n} rows · outliers: beyond 1.5 interquartile ranges · V: Cramér's V of ten bins, 0 to 1 · "
        "a click on a head sorts, on a name opens the column",
        n=l10n.number(report.rows),
    )
    return Headline(title, unit)


def table(l10n: L10n, report: Report, order: Order) -> Table:
    """A line per column."""
    columns = _in_order(l10n, report, order)
    return Table(
        columns=(*(text for _, text, _ in heads(l10n, order)), l10n.say("Note")),
        rows=tuple(row(l10n, c) for c in columns),
        keys=tuple(c["name"] for c in columns),
        caption=headline(l10n, report).title,
    )


def _in_order(l10n: L10n, report: Report, order: Order) -> list[Column]:
    """The columns by a number, or by words as the reader sees them."""
    words = {"name": names.column, "kind": names.kind}.get(order.key)
    if words is None:
        return figures.in_order(report, order.key, descending=order.descending)
    return sorted(report.columns.values(), key=lambda c: names.unaccented(words(l10n, c)), reverse=order.descending)


def row(l10n: L10n, c: Column) -> tuple[Cell, ...]:
    """One column in the cells of the table."""
    lost, far, skew = figures.missing(c), figures.outside(c), figures.number(c.get("skew"))
    return (
        Cell(names.column(l10n, c)),
        Cell(names.kind(l10n, c), "muted"),
        Cell(l10n.percent(lost), _tone(lost, MUCH_MISSING)),
        Cell(l10n.percent(far), _tone(far, MANY_OUTLIERS)),
        Cell(l10n.number(skew, 1), _tone(abs(skew), LONG_TAIL)),
        Cell(l10n.number(c.get("kurtosis"), 1), "muted"),
        Cell(l10n.number(figures.association(c), 3)),
        Cell(l10n.number(figures.alone(c), 3), "bad" if c["leak"] else ""),
        Cell(note(l10n, c), "bad" if c["leak"] else "muted"),
    )


def note(l10n: L10n, c: Column) -> str:
    """What else must be known of a column."""
    holds = {
        "leak": c["leak"], "barred": c["role"] == "barred", "dimension": c["role"] == "dimension",
        "nothing": figures.says_nothing(c), "unusual": figures.odd(c) > 0,
    }  # fmt: skip
    return ", ".join(l10n.say(NOTES[key]) for key, is_so in holds.items() if is_so)


def _tone(value: float, much: float) -> str:
    """Amber above what is much, quiet where there is nothing."""
    if math.isfinite(value) and value > much:
        return "warn"
    return "" if value > 0 else "muted"
