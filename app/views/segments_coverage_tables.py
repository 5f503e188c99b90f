"""App room: the tables of the section Coverage: what each segment loses, and the months that lost more than usual."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import names
from app.views.segments_coverage import past, period, step_name
from app.views.segments_coverage_figures import Seen, Sheet
from app.views.shapes import Cell, Headline, Table
from monitoring.coverage import Loss, Step
from monitoring.metrics import share


def segments_headline(l10n: L10n, found: Seen) -> Headline:
    """The segment of which the largest part of what is eligible never gets a score or an offer."""
    sheet = found.sheet
    subtitle = l10n.say(
        "Share of the rows that came to a step and left there · {period} · a click on a name filters by it",
        period=period(l10n, found),
    )
    if not found.segments:
        return Headline(l10n.say("One segment is left of every dimension"), subtitle)
    flagged = sum(any(x.flagged for x in losses.values()) for _, _, losses in found.segments)
    name = names.dimension(l10n, sheet.dimension, sheet.pin.document("dimensions"))
    if flagged:
        text = l10n.many("{name}: {n} segment lost more than usual", "{name}: {n} segments lost more than usual",
                         flagged, name=name)  # fmt: skip
        return Headline(text, subtitle)
    if not found.month:
        return Headline(l10n.say("{name}: what each segment loses", name=name), subtitle)
    return Headline(l10n.say("{name}: no segment lost more than usual", name=name), subtitle)


def segments_table(l10n: L10n, found: Seen) -> Table:
    """Every segment: its rows, the share lost at each step, how many come to an outcome, and the ratio left out."""
    sheet = found.sheet
    steps = [s.name for s in found.chain[1:]]
    ratio = sheet.pin.has_ratio
    columns = (
        names.dimension(l10n, sheet.dimension, sheet.pin.document("dimensions")) if sheet.dimension else "—",
        l10n.say("Portfolio"), *(step_name(l10n, s) for s in steps), l10n.say("Come to an outcome"),
        *((l10n.say("ICV of the eligible left out"),) if ratio else ()),
    )  # fmt: skip
    rows = tuple(_segment(l10n, sheet, *each) for each in found.segments)
    keys = tuple(level for level, _, _ in found.segments)
    return Table(columns, rows, keys=keys, caption=segments_headline(l10n, found).title)


def _segment(l10n: L10n, sheet: Sheet, name: str, chain: tuple[Step, ...], losses: dict[str, Loss]) -> tuple[Cell, ...]:
    first, last = chain[0], chain[-1]
    flagged = {x.step for x in losses.values() if x.flagged}
    after = chain[[s.name for s in chain].index("eligible") + 1 :]
    overdue = math.fsum(s.icv * s.left_balance for s in after if s.left_balance > 0)
    ratio = share(overdue, math.fsum(s.left_balance for s in after))
    told = (Cell(l10n.percent(ratio)),) if sheet.pin.has_ratio else ()
    return (
        Cell(names.level(l10n, name)), Cell(l10n.number(first.rows)),
        *(Cell(l10n.percent(s.lost), "warn" if s.name in flagged else "") for s in chain[1:]),
        Cell(l10n.percent(share(last.rows, first.rows))), *told,
    )  # fmt: skip


def unusual_headline(l10n: L10n, found: Seen) -> Headline:
    """How often a step lost more than usual."""
    title = l10n.many(
        "{n} time a step lost more than usual", "{n} times a step lost more than usual", len(found.unusual)
    )
    return Headline(title, l10n.say("Every month of the filter, each against the months before it"))


def unusual_table(l10n: L10n, found: Seen) -> Table:
    """The months and steps with more than usual lost, the latest first."""
    rows = tuple(
        (Cell(l10n.month(x.month)), Cell(step_name(l10n, x.step)), Cell(l10n.percent(x.lost), "warn"),
         Cell(past(l10n, x), "muted"))
        for x in found.unusual
    )  # fmt: skip
    columns = (l10n.say("Month"), l10n.say("Step"), l10n.say("Share lost"), l10n.say("Usual"))
    return Table(columns, rows, keys=tuple(str(x.month) for x in found.unusual))
