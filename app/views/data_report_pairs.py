"""App room: columns beside each other: the strongest, what each month lacks, the outcome by two, repetitions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.bars import Bar, Bars
from app.charts.heatmap import Heatmap, Tile
from app.l10n import L10n
from app.views import data_report_figures as figures
from app.views import data_report_names as names
from app.views.data_report_column import hover
from app.views.data_report_figures import ALIKE, Column, Report, Share
from app.views.shapes import Cell, Headline, Table

MOST_BARS = 12
MOST_ROWS = 12
MOST_ALIKE = 12
WRITTEN = 0.3
"""Rank correlation from which on a cell says its number."""
MOST_NAMED = 6
"""Months that are named over the strip."""
ROOM_FOR_TEXT = 13
"""Months up to which the cells of the strip say their share."""


def strongest_headline(l10n: L10n, report: Report) -> Headline:
    """Which column says most, and in what unit."""
    found = figures.strongest(report)
    unit = l10n.say("Cramér's V of each column's bins and the outcome, 0 to 1 · n {n}", n=l10n.number(report.labelled))
    if not report.labelled:
        return Headline(l10n.say("No outcome is known yet"), unit)
    if not found:
        return Headline(l10n.say("No column has anything to do with the outcome"), unit)
    column = names.column(l10n, found[0])
    if found[0]["leak"]:
        return Headline(l10n.say("{column} gives the outcome away", column=column), unit)
    return Headline(l10n.say("{column} says most about the outcome", column=column), unit)


def strongest(l10n: L10n, report: Report) -> Bars:
    """The columns that say most about the outcome; those that give it away in red, barred ones in grey."""
    return Bars(
        bars=[_strength(l10n, c) for c in figures.strongest(report)[:MOST_BARS]],
        value_name=l10n.say("Cramér's V"),
        nothing=l10n.say("No outcome is known yet"),
    )


def _strength(l10n: L10n, c: Column) -> Bar:
    v, auc = figures.association(c), figures.alone(c)
    text = l10n.say("V {v} · AUC alone {auc}", v=l10n.number(v, 2), auc=l10n.number(auc, 2))
    tone = "muted" if c["role"] == "barred" else "act" if c["leak"] else "main"
    name = names.column(l10n, c)
    return Bar(c["name"], name, v, l10n.number(v, 2), f"<b>{name}</b><br>{text}", tone=tone)


def missing_headline(l10n: L10n, report: Report) -> Headline:
    """What is missing most, or what went missing."""
    unit = l10n.say("Share of rows without a value, by month · the columns that lack most")
    gaps = figures.gaps(report)
    if gaps:
        column = names.column(l10n, report.columns[gaps[0].column])
        said = {"now": l10n.percent(gaps[0].now, 0), "before": l10n.percent(gaps[0].before, 0)}
        title = l10n.say("{column} is missing in {now} of the newest month, {before} before", column=column, **said)
        return Headline(title, unit)
    lacking = _lacking(report)
    if not lacking:
        return Headline(l10n.say("No value is missing in any month"), unit)
    said = {"column": names.column(l10n, lacking[0]), "share": l10n.percent(figures.missing(lacking[0]), 0)}
    return Headline(l10n.say("{column} is missing in {share} of rows", **said), unit)


def _lacking(report: Report) -> list[Column]:
    """The columns that lack most, those that lack nothing left out."""
    some = [c for c in report.columns.values() if c["missing"]]
    return sorted(some, key=lambda c: -figures.missing(c))[:MOST_ROWS]


def missing(l10n: L10n, report: Report) -> Heatmap:
    """The share of missing values by column and month."""
    lacking, months = _lacking(report), report.months
    return Heatmap(
        rows=[c["name"] for c in lacking],
        row_names=[names.column(l10n, c) for c in lacking],
        columns=[str(m) for m in months],
        column_names=_some(months, l10n),
        tiles=[[_lack(l10n, report, c, k) for k in range(len(months))] for c in lacking],
        nothing=l10n.say("No value is missing in any month"),
    )


def _some(months: Sequence[int], l10n: L10n) -> list[str]:
    """The names of a few months, the newest among them; "" for the others, which would collide."""
    step = max(1, math.ceil(len(months) / MOST_NAMED))
    return [l10n.short_month(m) if (len(months) - 1 - k) % step == 0 else "" for k, m in enumerate(months)]


def _lack(l10n: L10n, report: Report, c: Column, k: int) -> Tile:
    rows, lost = report.rows_by_month[k], c["by_month"]["missing"][k]
    part = lost / rows if rows else math.nan
    said = {"n": l10n.number(lost), "rows": l10n.number(rows), "share": l10n.percent(part)}
    lines = [
        f"<b>{names.column(l10n, c)}</b> · {l10n.month(report.months[k])}",
        l10n.say("{share} missing: {n} of {rows} rows", **said),
    ]
    if "sum" in c["by_month"] and c["kind"] == "number":
        mean = c["by_month"]["sum"][k] / (rows - lost) if rows > lost else math.nan
        lines.append(l10n.say("Mean {value}", value=names.value(l10n, c, mean)))
    text = l10n.percent(part, 0) if len(report.months) <= ROOM_FOR_TEXT else ""
    if rows < figures.LEAST:
        return Tile(math.nan, "", "<br>".join(lines), "insufficient" if rows else "empty")
    return Tile(part, text, "<br>".join(lines))


def pair_headline(l10n: L10n, report: Report, down: str, across: str) -> Headline:
    """The cells where positive outcomes are most and least frequent."""
    unit = l10n.say("Positive share of known outcomes by two columns · grey: fewer than {least} outcomes · n {n}",
                    least=figures.LEAST, n=l10n.number(report.labelled))  # fmt: skip
    cells = figures.cell(report, down, across)
    if not cells:
        return Headline(l10n.say("Two columns are needed"), unit)
    judged = [(i, j, s) for i, row in enumerate(cells) for j, s in enumerate(row) if s.judged]
    if not judged:
        return Headline(l10n.say("No cell has enough cases"), unit)
    top, bottom = (f(judged, key=lambda x: x[2].value) for f in (max, min))
    ends = [_crossed(l10n, report, down, across, i, j) for i, j, _ in (top, bottom)]
    said = {
        "top": ends[0],
        "most": l10n.percent(top[2].value),
        "bottom": ends[1],
        "least": l10n.percent(bottom[2].value),
    }
    return Headline(l10n.say("{most} positive in {top}, {least} in {bottom}", **said), unit)


def _crossed(l10n: L10n, report: Report, down: str, across: str, i: int, j: int) -> str:
    return f"{_bins(l10n, report, down)[i]} × {_bins(l10n, report, across)[j]}"


def _bins(l10n: L10n, report: Report, name: str) -> list[str]:
    return names.bins(l10n, report.columns[name], report.document["pairs"]["bins"][name])


def pair(l10n: L10n, report: Report, down: str, across: str) -> Heatmap:
    """The positive share by the bins of two columns."""
    cells = figures.cell(report, down, across)
    rows, columns = (_bins(l10n, report, n) if cells else [] for n in (down, across))
    kept = [i for i, row in enumerate(cells) if any(s.n for s in row)]
    wide = [j for j in range(len(columns)) if any(row[j].n for row in cells)]
    return Heatmap(
        rows=[str(i) for i in kept],
        row_names=[rows[i] for i in kept],
        columns=[str(j) for j in wide],
        column_names=[columns[j] for j in wide],
        tiles=[[_tile(l10n, f"{rows[i]} × {columns[j]}", cells[i][j]) for j in wide] for i in kept],
        nothing=l10n.say("No outcome is known yet") if cells else l10n.say("Two columns are needed"),
    )


def _tile(l10n: L10n, word: str, s: Share) -> Tile:
    if not s.n:
        return Tile(math.nan, "", "", "empty")
    if not s.judged:
        return Tile(math.nan, f"n {l10n.number(s.n)}", hover(l10n, word, s), "insufficient")
    return Tile(s.value, l10n.percent(s.value), hover(l10n, word, s))


def alike_headline(l10n: L10n, report: Report) -> Headline:
    """Which columns say nearly the same."""
    matrix, found = report.document["matrix"], figures.alike(report)
    unit = l10n.say("Spearman's rank correlation of the strongest numbers · n {n}", n=l10n.number(matrix["rows"]))
    if not found:
        return Headline(l10n.say("No two columns repeat each other"), unit)
    said = {"one": names.column(l10n, report.columns[found[0].one]),
            "other": names.column(l10n, report.columns[found[0].other])}  # fmt: skip
    title = l10n.say("{one} and {other} say nearly the same", **said)
    more = l10n.many("{n} pair at 0.8 or beyond", "{n} pairs at 0.8 or beyond", len(found))
    return Headline(title, f"{unit} · {more}")


def alike(l10n: L10n, report: Report) -> Heatmap:
    """Rank correlations of the strongest numbers."""
    matrix = report.document["matrix"]
    at = _in_view(report)
    keys = [matrix["columns"][k] for k in at]
    said = [names.column(l10n, report.columns[k]) for k in keys]
    return Heatmap(
        rows=keys,
        row_names=[f"{k}  {name}" for k, name in enumerate(said, start=1)],
        columns=keys,
        column_names=[str(k) for k in range(1, len(keys) + 1)],
        tiles=[[_rho(l10n, said[i], said[j], matrix["spearman"][at[i]][at[j]], i == j) for j in range(len(keys))]
               for i in range(len(keys))],
        diverging=True,
        nothing=l10n.say("Two columns are needed"),
    )  # fmt: skip


def _in_view(report: Report) -> list[int]:
    """Places in the matrix of what there is room for: columns that repeat each other, then the strongest."""
    columns = report.document["matrix"]["columns"]
    repeating = [name for pair in figures.alike(report) for name in (pair.one, pair.other)]
    kept = set(list(dict.fromkeys([*repeating, *columns]))[:MOST_ALIKE])
    return [k for k, name in enumerate(columns) if name in kept]


def _rho(l10n: L10n, one: str, other: str, rho: float | None, same: bool) -> Tile:
    if rho is None or same:
        return Tile(math.nan, "", "", "empty")
    text = l10n.number(rho, 2)
    state = "off" if abs(rho) >= ALIKE else "ok"
    return Tile(rho, text if abs(rho) >= WRITTEN else "", f"<b>{one}</b> × <b>{other}</b><br>{text}", state)


def alike_table(l10n: L10n, report: Report) -> Table | None:
    """Every pair that says nearly the same; None when there is none."""
    found = figures.alike(report)
    if not found:
        return None
    rows = [(names.column(l10n, report.columns[a.one]), names.column(l10n, report.columns[a.other]), a.spearman)
            for a in found]  # fmt: skip
    return Table(
        columns=(l10n.say("Column"), l10n.say("Repeats"), l10n.say("Rank correlation")),
        rows=tuple((Cell(one), Cell(other), Cell(l10n.number(rho, 2))) for one, other, rho in rows),
        caption=alike_headline(l10n, report).title,
    )
