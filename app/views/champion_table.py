"""App room: the table of the section Champion vs challenger: the four cells of two lists, in rows, money and errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.l10n import L10n
from app.views.champion_figures import Sheet
from app.views.shapes import Cell as Shown
from app.views.shapes import Headline, Table
from monitoring.champion import Cell
from monitoring.estimate import Estimate
from monitoring.metrics import share

BP = 10_000
"""Basis points of a share of 1."""


def headline(l10n: L10n, sheet: Sheet) -> Headline:
    """How much of the lists is the same."""
    swap = sheet.swap
    unit = _scope(l10n, sheet)
    if not swap.listed:
        return Headline(l10n.say("Nobody is listed"), unit)
    part = l10n.percent(share(swap.both.rows, swap.listed))
    return Headline(l10n.say("{part} of either list stand on both", part=part), unit)


def _scope(l10n: L10n, sheet: Sheet) -> str:
    """What the lists were made of, and what stands in the columns of money."""
    pin = sheet.counted.pin
    told = [_rows(l10n, sheet)]
    if pin.carries("balance"):
        told.append(l10n.say("Expected: score × balance."))
    if pin.has_ratio:
        told.append(l10n.say("ICV: overdue balance over the balance of all obligations."))
    return " ".join(told)


def _rows(l10n: L10n, sheet: Sheet) -> str:
    said = {"n": l10n.number(sheet.counted.race.rows), "months": l10n.number(len(sheet.counted.race.months))}
    if not sheet.counted.pin.dated:
        return l10n.say("{n} obligations; both list the same number.", **said)
    return l10n.say("{n} obligations of {months} matured months; each month both list the same number.", **said)


def table(l10n: L10n, sheet: Sheet) -> Table:
    """Both, only one, neither, and all of them."""
    swap = sheet.swap
    named = zip(
        (l10n.say("On both lists"), l10n.say("Only the champion's"), l10n.say("Only the opponent's"),
         l10n.say("On neither")), swap.cells, strict=True,
    )  # fmt: skip
    columns = _columns(l10n, sheet)
    rows = tuple((Shown(name), *(Shown(show(cell)) for _, show in columns)) for name, cell in named)
    total = (Shown(l10n.say("Total")), *(Shown(show(_total(swap.cells))) for _, show in columns))
    heads = (l10n.say("Obligations"), *(head for head, _ in columns))
    return Table((l10n.say("List"), *heads[1:]), rows, total=total, caption=headline(l10n, sheet).title)


Column = tuple[str, Callable[[Cell], str]]


def _columns(l10n: L10n, sheet: Sheet) -> list[Column]:
    """Head and text of each column that the data carry."""
    pin, whole = sheet.counted.pin, sheet.counted.balance
    unit, money = l10n.money_column(sum(c.balance for c in sheet.swap.cells))
    made: list[Column] = [
        (l10n.say("Obligations"), lambda c: l10n.number(c.rows)),
        (l10n.say("Known outcomes"), lambda c: l10n.number(c.positives + c.negatives)),
        (l10n.say("FDR"), lambda c: l10n.percent(share(c.negatives, c.positives + c.negatives))),
        (l10n.say("95% interval"), lambda c: _interval(l10n, c.fdr)),
    ]
    if pin.carries("balance"):
        made += [
            (l10n.say("Balance, {unit}", unit=unit), lambda c: money(c.balance)),
            (l10n.say("Expected by the champion, {unit}", unit=unit), lambda c: money(c.expected)),
        ]
        if sheet.counted.opponent != "bank":
            made.append((l10n.say("Expected by the opponent, {unit}", unit=unit), lambda c: money(c.rival)))
    if pin.carries("cash"):
        made.append((l10n.say("Cash received, {unit}", unit=unit), lambda c: money(c.cash)))
    if pin.has_ratio:
        made.append((l10n.say("ICV, bp"), lambda c: l10n.number(share(c.overdue, whole) * BP, 1)))
    return made


def _total(cells: Sequence[Cell]) -> Cell:
    names = ("rows", "balance", "expected", "rival", "cash", "overdue", "positives", "negatives")
    return replace(cells[0], **{n: sum(getattr(c, n) for c in cells) for n in names}, fdr=Estimate())


def _interval(l10n: L10n, e: Estimate) -> str:
    return l10n.interval(e.low, e.high) if math.isfinite(e.low) else "—"
