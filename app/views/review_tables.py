"""App room: the frozen figures of a review session as tables. They are read from the evidence, never computed anew."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from app.frozen import Frozen
from app.l10n import L10n
from app.views import review_words as words
from app.views.kpi import Kpi
from app.views.lights import LIGHTS
from app.views.names import reason
from app.views.shapes import Cell, Headline, Table

Row = Mapping[str, Any]


def headline(l10n: L10n, frozen: Frozen) -> Headline:
    """Above the frozen figures."""
    held = sum(len(frozen.figures(page)) for page in words.PAGES)
    return Headline(
        l10n.say("{n} frozen figures, and the months, bands and features behind them", n=held),
        l10n.say("Read from the evidence, never computed again"),
    )


def tables(l10n: L10n, frozen: Frozen) -> list[Table]:
    """Every table of the evidence that holds something: the figures of each page, then months, bands, the overdue ratio
    and the features."""
    pages = [_page(l10n, page, frozen.figures(page)) for page in words.PAGES]
    made = (*pages, _months(l10n, frozen), _bands(l10n, frozen), recalibrated(l10n, frozen), _ratio(l10n, frozen),
            _features(l10n, frozen))  # fmt: skip
    return [table for table in made if table.rows]


def _page(l10n: L10n, page: str, figures: Sequence[Kpi]) -> Table:
    columns = (l10n.say("Figure"), l10n.say("Value"), l10n.say("95% interval"), l10n.say("n"), l10n.say("Month"))
    title = l10n.say("Figures of {page}", page=l10n.say(words.PAGES[page]))
    return Table(columns, tuple(_figure(l10n, f) for f in figures), caption=title)


def _figure(l10n: L10n, found: Kpi) -> tuple[Cell, ...]:
    name = Cell(words.figure(l10n, found.key))
    if not math.isfinite(found.value):
        return name, Cell("—"), Cell(words.reason(l10n, found.reason), "muted"), Cell("—"), Cell("—")
    grade = f" · {l10n.say('Grade {letter}', letter=found.grade)}" if found.grade else ""
    return (
        name, Cell(words.value(l10n, found.key, found.value) + grade),
        Cell(words.interval(l10n, found.key, found.low, found.high) or "—"), Cell(l10n.number(found.n)),
        Cell(l10n.month(found.month) if found.month else "—"),
    )  # fmt: skip


def _months(l10n: L10n, frozen: Frozen) -> Table:
    columns = (
        l10n.say("Month"), l10n.say("n (outcomes known)"), l10n.say("Promised"), l10n.say("Observed"),
        l10n.say("95% interval"), l10n.say("Light"), l10n.say("AUC"), l10n.say("AUC, 95% interval"), l10n.say("KS"),
        l10n.say("Brier"), l10n.say("ECE"), l10n.say("Labels matured"),
    )  # fmt: skip
    rows = [
        (
            Cell(l10n.month(row["month"])), *_count(l10n, row),
            *_cells(l10n, row, "percent", "promised", "observed"), _span(l10n, row, "observed"), _light(l10n, row),
            *_cells(l10n, row, "plain", "auc"), _plain_span(l10n, row, "auc"),
            *_cells(l10n, row, "plain", "ks", "brier", "ece"), *_cells(l10n, row, "percent", "maturity"),
        )
        for row in frozen.table("months")
        if row["n"] or row["reason"] not in ("no_score", "empty")
    ]  # fmt: skip
    return Table(columns, tuple(rows), caption=l10n.say("Backtest by month"))


def _bands(l10n: L10n, frozen: Frozen) -> Table:
    columns = (
        l10n.say("Band"), l10n.say("n (outcomes known)"), l10n.say("Promised"), l10n.say("Observed"),
        l10n.say("95% interval"), l10n.say("p (too high)"), l10n.say("p (too low)"), l10n.say("Power"),
        l10n.say("Light"),
    )  # fmt: skip
    rows = [
        (
            Cell(str(row["band"])), *_count(l10n, row), *_cells(l10n, row, "percent", "promised", "observed"),
            _span(l10n, row, "observed"), *_cells(l10n, row, "plain", "p_over", "p_under"),
            *_cells(l10n, row, "percent", "power"), _light(l10n, row),
        )
        for row in frozen.table("bands")
    ]  # fmt: skip
    return Table(columns, tuple(rows), caption=l10n.say("Backtest by score band"))


def _ratio(l10n: L10n, frozen: Frozen) -> Table:
    columns = (
        l10n.say("Month"), l10n.say("n"), words.figure(l10n, "icv30"), words.figure(l10n, "icv60"),
        words.figure(l10n, "icv90"), words.figure(l10n, "gross"), words.figure(l10n, "overdue"),
    )  # fmt: skip
    rows = [
        (
            Cell(l10n.month(row["month"])), *_count(l10n, row),
            *_cells(l10n, row, "percent", "icv30", "icv60", "icv90"), *_cells(l10n, row, "money", "gross", "overdue"),
        )
        for row in frozen.table("ratio")
    ]  # fmt: skip
    return Table(columns, tuple(rows), caption=l10n.say("Overdue ratio by month"))


def _features(l10n: L10n, frozen: Frozen) -> Table:
    columns = (l10n.say("Feature"), l10n.say("n"), l10n.say("PSI"), l10n.say("Beyond chance from"), l10n.say("Light"))
    rows = [
        (
            Cell(words.feature(l10n, row["feature"])), *_count(l10n, row),
            *_cells(l10n, row, "plain", "psi", "critical"), _light(l10n, row),
        )
        for row in frozen.table("features")
    ]  # fmt: skip
    return Table(columns, tuple(rows), caption=l10n.say("Drift of the features"))


def recalibrated(l10n: L10n, frozen: Frozen) -> Table:
    """The months as they were and as a recalibrated model would have promised them, fitted on earlier months only."""
    columns = (
        l10n.say("Month"), l10n.say("n (outcomes known)"), l10n.say("Observed"), l10n.say("Promised"),
        l10n.say("Light"), l10n.say("Recalibrated"), l10n.say("Light then"), l10n.say("Fitted on months up to"),
    )  # fmt: skip
    rows = [
        (
            Cell(l10n.month(row["month"])), *_count(l10n, row), Cell(_rate(l10n, row)),
            *_cells(l10n, row, "percent", "promised"), _light(l10n, row),
            *_cells(l10n, row, "percent", "recalibrated"), _light(l10n, {"level": row["level_after"]}),
            Cell(l10n.month(row["fitted_to"]) if row["fitted_to"] else "—"),
        )
        for row in frozen.table("recalibrated")
    ]  # fmt: skip
    return Table(columns, tuple(rows), caption=l10n.say("What a recalibrated model would have shown"))


def _rate(l10n: L10n, row: Row) -> str:
    return l10n.percent(row["positives"] / row["n"]) if row["n"] else "—"


def _count(l10n: L10n, row: Row) -> tuple[Cell]:
    if row["reason"] == "suppressed":
        return (Cell(reason(l10n, "suppressed"), "muted"),)
    return (Cell(l10n.number(row["n"])),)


def _cells(l10n: L10n, row: Row, unit: str, *keys: str) -> list[Cell]:
    written = {"percent": l10n.percent, "money": l10n.money, "plain": lambda v: l10n.number(v, 3)}[unit]
    return [Cell("—" if row[key] is None else written(row[key])) for key in keys]


def _span(l10n: L10n, row: Row, key: str) -> Cell:
    low, high = row[f"{key}_low"], row[f"{key}_high"]
    return Cell("—" if low is None else l10n.interval(low, high), "muted")


def _plain_span(l10n: L10n, row: Row, key: str) -> Cell:
    low, high = row[f"{key}_low"], row[f"{key}_high"]
    return Cell("—" if low is None else f"{l10n.number(low, 3)} – {l10n.number(high, 3)}", "muted")


def _light(l10n: L10n, row: Row) -> Cell:
    word, tone = LIGHTS[row["level"] or "unknown"]
    return Cell(l10n.say(word), tone)
