"""App room: the roll rates of the Overdue ratio page: where each ageing bucket stood a month later."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from app.charts.heatmap import Heatmap, Tile
from app.l10n import L10n
from app.views import names
from app.views.overdue_bridge import why_not
from app.views.overdue_figures import Figures
from app.views.shapes import Headline
from app.words import mark
from data import months
from data.rows import BUCKETS, GONE, PAID_OFF, WRITTEN
from monitoring.bridge import FIRST_OVERDUE, MOVES, Bridge
from monitoring.rolls import MEASURES, Rolls, Unit, rolls

COUNT: Unit = "count"
UNITS: dict[Unit, str] = {COUNT: mark("By count"), "balance": mark("By balance")}
"""What roll rates are shares of."""
PLACES = {PAID_OFF: mark("Paid off"), WRITTEN: mark("Write-off"), GONE: mark("Left")}
"""Names of where an obligation goes that has no bucket any more."""


def units(l10n: L10n) -> dict[str, str]:
    """What roll rates can be shares of."""
    return {unit: l10n.say(name) for unit, name in UNITS.items()}


def rolled(figures: Figures, bridge: Bridge, unit: str) -> Rolls | None:
    """The roll rates of the months that a bridge spans; None where there is no bridge."""
    if bridge.reason:
        return None
    span = (bridge.first, months.add(bridge.last, -1))
    moves = figures.pin.counts.totals(replace(figures.selection, months=span), by=MOVES, measures=MEASURES)
    return rolls(moves, by="balance" if unit == "balance" else COUNT)


def headline(l10n: L10n, figures: Figures, bridge: Bridge, found: Rolls | None) -> Headline:
    """How much of the bucket before the threshold rolled over it, and how much of the one after it came back."""
    if found is None:
        return Headline(l10n.say("Roll rates"), why_not(l10n, bridge))
    after = FIRST_OVERDUE[figures.policy.overdue_dpd]
    before, behind = BUCKETS[after - 1], BUCKETS[after]
    worse, cured = found.worse(before), found.cured(behind)
    span = {"start": l10n.month(bridge.first), "end": l10n.month(bridge.last)}
    subtitle = l10n.say("{start} to {end}: where each bucket (row) stood a month later (column), 95% intervals", **span)
    if not (math.isfinite(worse) and math.isfinite(cured)):
        return Headline(l10n.say("Roll rates"), subtitle)
    said = {
        "worse": l10n.percent(worse, 0), "before": before, "cured": l10n.percent(cured, 0), "behind": behind,
    }  # fmt: skip
    return Headline(
        l10n.say("{worse} of bucket {before} got worse in a month; {cured} of {behind} cured", **said), subtitle
    )


def picture(l10n: L10n, figures: Figures, bridge: Bridge, found: Rolls | None) -> Heatmap:
    """The matrix: a cell is the share of its row; rows of few obligations are grey."""
    if found is None:
        return Heatmap((), (), (), (), (), nothing=why_not(l10n, bridge))
    rows = [k for k, n in enumerate(found.n) if n > 0]
    columns = [k for k, moved in enumerate(found.moves.sum(0)) if moved > 0]
    few = found.effective < figures.policy.min_n
    tiles = [[_tile(l10n, found, r, c, few=bool(few[r])) for c in columns] for r in rows]
    places = [found.places[c] for c in columns]
    return Heatmap(
        [BUCKETS[r] for r in rows], [BUCKETS[r] for r in rows], places, [_place(l10n, p) for p in places], tiles,
        nothing=l10n.say("There is no balance to show."),
    )  # fmt: skip


def _place(l10n: L10n, place: str) -> str:
    return l10n.say(PLACES[place]) if place in PLACES else names.level(l10n, place)


def _tile(l10n: L10n, found: Rolls, row: int, column: int, *, few: bool) -> Tile:
    share = float(found.share[row, column])
    if not np.isfinite(share) or share == 0:
        return Tile(math.nan, "", "", "empty")
    text = l10n.percent(share, 0 if share >= 0.01 else 1)
    interval = l10n.interval(float(found.low[row, column]), float(found.high[row, column]))
    hover = l10n.say(
        "{row} → {place}: {share} [{interval}] · n {n}",
        row=BUCKETS[row], place=_place(l10n, found.places[column]), share=f"<b>{l10n.percent(share)}</b>",
        interval=interval, n=l10n.number(float(found.n[row])),
    )  # fmt: skip
    return Tile(share, text, hover, "insufficient" if few else "ok")
