"""App room: the table of the section Compare that says which levels of the mix brought the change."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import names
from app.views.segment_names import qualified
from app.views.segments_compare import name
from app.views.segments_compare_figures import Pair
from app.views.shapes import Cell, Headline, Table


def headline(l10n: L10n, pair: Pair) -> Headline:
    """The level that brought most of the change of the observed rate."""
    found = pair.observed
    parts = found.parts if found else ()
    subtitle = l10n.say(
        "Contributions to the change of the observed rate, percentage points; they add up to it exactly"
    )
    if not parts:
        return Headline(l10n.say("No outcome on both sides to split"), "")
    top = max(parts, key=lambda p: abs(p.mix + p.within))
    title = l10n.say(
        "{name} brings most of the change: {points}",
        name=qualified(l10n, pair.dimension, top.level, pair.frame.pin.document("dimensions")),
        points=l10n.points(top.mix + top.within),
    )  # fmt: skip
    return Headline(title, subtitle)


def table(l10n: L10n, pair: Pair) -> Table:
    """Every level: its share and its rate on both sides, and what mix and behaviour brought."""
    a, b = (name(l10n, pair.frame, s) for s in (pair.a, pair.b))
    by = names.dimension(l10n, pair.dimension, pair.frame.pin.document("dimensions")) if pair.dimension else "—"
    columns = (
        by, l10n.say("Share, {side}", side=a), l10n.say("Share, {side}", side=b), l10n.say("Rate, {side}", side=a),
        l10n.say("Rate, {side}", side=b), l10n.say("Mix"), l10n.say("Behaviour"), l10n.say("Together"),
    )  # fmt: skip
    found = pair.observed
    if found is None or not found.parts:
        return Table(columns, ())
    rows = tuple(
        (
            Cell(names.level(l10n, p.level)), Cell(l10n.percent(p.share_a)), Cell(l10n.percent(p.share_b)),
            Cell(_rate(l10n, p.rate_a)), Cell(_rate(l10n, p.rate_b)), Cell(l10n.signed(p.mix * 100, 2)),
            Cell(l10n.signed(p.within * 100, 2)), Cell(l10n.signed((p.mix + p.within) * 100, 2)),
        )
        for p in found.parts
    )  # fmt: skip
    total = (
        Cell(l10n.say("Total")), Cell(l10n.percent(1.0)), Cell(l10n.percent(1.0)), Cell(l10n.percent(found.start)),
        Cell(l10n.percent(found.end)), Cell(l10n.signed(found.mix * 100, 2)),
        Cell(l10n.signed(found.within * 100, 2)), Cell(l10n.signed((found.mix + found.within) * 100, 2)),
    )  # fmt: skip
    return Table(columns, rows, total=total, caption=headline(l10n, pair).title)


def _rate(l10n: L10n, value: float) -> str:
    return l10n.percent(value) if math.isfinite(value) else "—"
