"""App room: the tables of the section Cut-off: who comes in and goes out, and a cut-off for each segment."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import names
from app.views.cutoff_figures import RIVAL, Cut
from app.views.false_positives_words import threshold
from app.views.shapes import Cell, Headline, Table
from monitoring.cutoff import Part, Swap
from monitoring.cutoff_segments import Segmented
from monitoring.metrics import share

RULE, BANK = "rule", "bank"
"""What a list is held against: the rule in use, or the bank's own score."""


def others(l10n: L10n) -> dict[str, str]:
    """What a list can be held against."""
    return {RULE: l10n.say("the rule in use"), BANK: l10n.say("the bank's own score")}


def bank_headline(l10n: L10n, found: Swap | None, cut: Cut) -> Headline:
    """Top of the swap against the bank's own score: what the model's list is worth instead, expected and as known."""
    if found is None:
        kept = cut.counted.pin.carries(RIVAL)
        why = l10n.say("A release made from now on keeps it beside the model's: train again.") if kept else ""
        return Headline(l10n.say("No row carries the bank's own score"), why)
    months = len(cut.counted.months)
    unit = l10n.say("Per month, against as many calls by the bank's own score, of the rows that carry both scores")
    gain = share(found.into.net - found.out.net, months)
    came = share(found.into.realised - found.out.realised, months)
    if not math.isfinite(gain):
        return Headline(l10n.say("Who comes in and who goes out"), unit)
    title = l10n.say(
        "Instead of the bank's own score: {gain} a month expected, {came} by known outcomes",
        gain=l10n.signed_money(gain), came=l10n.signed_money(came),
    )  # fmt: skip
    return Headline(title, unit)


def any_headline(l10n: L10n, found: Swap | None, cut: Cut, *, against: str) -> Headline:
    """Top of the swap against what was chosen."""
    if against == BANK or found is None:
        return bank_headline(l10n, found, cut)
    return swap_headline(l10n, found, cut)


def swap_headline(l10n: L10n, found: Swap, cut: Cut) -> Headline:
    """Top of the swap: what changing over is worth."""
    months = len(cut.counted.months)
    gain = share(found.into.net - found.out.net, months)
    unit = l10n.say("Per month against the release's own threshold for everybody; expected at the scores")
    if not math.isfinite(gain):
        return Headline(l10n.say("Who comes in and who goes out"), unit)
    return Headline(l10n.say("Changing over is worth {gain} a month", gain=l10n.signed_money(gain)), unit)


def swap_table(l10n: L10n, found: Swap, cut: Cut) -> Table:
    """The four cells of the swap."""
    months = len(cut.counted.months)
    cells = (
        (l10n.say("On both lists"), found.both),
        (l10n.say("Come in"), found.into),
        (l10n.say("Go out"), found.out),
        (l10n.say("On neither"), found.neither),
    )
    columns = (
        l10n.say("Obligations"), l10n.say("Calls"), l10n.say("Expected successes"), l10n.say("FDR"),
        l10n.say("Expected recovery"), l10n.say("Net value"), l10n.say("Known outcomes came to"),
    )  # fmt: skip
    rows = tuple(_swap_row(l10n, name, part, months) for name, part in cells)
    return Table(columns, rows, caption=l10n.say("The list against another"))


def _swap_row(l10n: L10n, name: str, part: Part, months: int) -> tuple[Cell, ...]:
    return (
        Cell(name),
        Cell(l10n.number(share(part.rows, months))),
        Cell(l10n.number(share(part.expected, months))),
        Cell(l10n.percent(part.fdr)),
        Cell(l10n.money(share(part.expected_cash, months))),
        Cell(l10n.money(share(part.net, months))),
        Cell(l10n.money(share(part.realised, months))),
    )


def segments_headline(l10n: L10n, found: Segmented | None, cut: Cut) -> Headline:
    """Top of the cut-offs per segment: what they gain."""
    unit = l10n.say(
        "Each segment at its own observed ÷ expected, one shadow price for all; gain weighed on other clients"
    )
    if found is None or found.reason:
        return Headline(l10n.say("A cut-off for each segment"), unit)
    months, gain = len(cut.counted.months), found.gain
    said = {
        "gain": l10n.signed_money(share(gain.value, months)),
        "low": l10n.signed_money(share(gain.low, months)),
        "high": l10n.signed_money(share(gain.high, months)),
    }
    if gain.low > 0:
        return Headline(l10n.say("A cut-off for each segment gains {gain} a month [{low} to {high}]", **said), unit)
    return Headline(l10n.say("A cut-off for each segment gains nothing sure: {gain} [{low} to {high}]", **said), unit)


def segments_table(l10n: L10n, found: Segmented | None, cut: Cut, dimension: str) -> Table | None:
    """The cut-off of each segment."""
    if found is None or found.reason:
        return None
    months, edges = len(cut.counted.months), cut.counted.edges
    columns = (
        names.dimension(l10n, dimension, cut.counted.pin.document("dimensions")), l10n.say("From a score of"),
        l10n.say("Calls"), l10n.say("Observed ÷ expected"), l10n.say("Net value"),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(names.level(l10n, c.name)),
            Cell(threshold(l10n, float(edges[c.code - 1])) if c.listed else l10n.say("nobody")),
            Cell(l10n.number(share(c.listed, months))),
            Cell(l10n.number(c.ratio, 2), "muted" if c.borrowed else ""),
            Cell(l10n.money(share(c.net, months))),
        )
        for c in found.cuts
    )
    return Table(columns, rows, caption=l10n.say("Cut-offs per segment"))
