"""App room: the lights of the Backtest page: every month with its test, and how many of them can tell."""

from __future__ import annotations

from collections.abc import Sequence

from app.l10n import L10n
from app.views.backtest_figures import Figures
from app.views.lights import asked, cell, columns, p_cell, row
from app.views.shapes import Cell, Headline, Table
from monitoring.backtest import MonthBacktest

NEWEST = 24
"""Months of the table: the last ones."""


def grey(judged: Sequence[MonthBacktest]) -> int:
    """How many months hold too few outcomes for a difference that matters to show."""
    return sum(m.level == "unknown" for m in judged)


def headline(l10n: L10n, figures: Figures) -> Headline:
    """How many months are off their promise, to which side, and how many cannot tell."""
    if not figures.judged:
        return Headline(l10n.say("Nothing to judge yet"))
    unit = asked(l10n, figures.policy)
    off = [m for m in figures.judged if m.light.is_off]
    over = sum(m.light.side == "over" for m in off)
    said = {
        "off": l10n.number(len(off)), "over": l10n.number(over), "under": l10n.number(len(off) - over),
        "n": l10n.number(len(figures.judged)), "grey": l10n.number(grey(figures.judged)),
    }  # fmt: skip
    if off:
        title = l10n.say("{off} of {n} months off their promise: {over} over-stated, {under} under-stated", **said)
    elif grey(figures.judged):
        title = l10n.say("No month is seen off its promise, but {grey} of {n} hold too few outcomes to tell", **said)
    else:
        title = l10n.say("No month is off its promise")
    return Headline(title, unit)


def table(l10n: L10n, figures: Figures) -> Table:
    """The newest months that can be judged, the last one first, and all of them together."""
    whole = figures.summary
    shown = list(figures.judged)[-NEWEST:][::-1]
    return Table(
        columns=(l10n.say("Month"), *columns(l10n)),
        rows=tuple((Cell(l10n.month(m.month)), *row(l10n, m.light)) for m in shown),
        total=(Cell(l10n.say("Total")), *row(l10n, whole.light)) if whole else (),
        caption=headline(l10n, figures).title,
    )


def told(l10n: L10n, month: MonthBacktest) -> str:
    """The light of a month in one line: its word, the side, q and power."""
    light = month.light
    word = cell(l10n, light.level, light.needed).text
    if light.is_off:
        side = l10n.say("over-stated") if light.side == "over" else l10n.say("under-stated")
        return l10n.say("{light}, {side}: q {q}", light=word, side=side, q=p_cell(l10n, light.q))
    return l10n.say("{light}: power {power}", light=word, power=l10n.percent(light.power, 0))
