"""App room: roll rates in words: where each ageing bucket stood a month later, by bucket, by month, and what left."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.charts.heatmap import Heatmap, Tile
from app.charts.trend import Line, Trend
from app.l10n import L10n
from app.views import names
from app.views.overdue_bridge import WHY_NOT
from app.views.overdue_vintage_figures import LEFT, Moves, Scene, gaps
from app.views.shapes import Cell, Headline, State, Table
from app.words import mark
from data.rows import BUCKETS, GONE, PAID_OFF, UNKNOWN, WRITTEN
from monitoring.bridge import FIRST_OVERDUE
from monitoring.estimate import Estimate
from monitoring.metrics import share
from monitoring.roll_rates import Rates
from monitoring.rolls import Rolls, Unit

HYPHEN = "\u2011"
"""A hyphen at which a line does not break."""
COUNT: Unit = "count"
UNITS: dict[Unit, str] = {COUNT: mark("By count"), "balance": mark("By balance")}
"""What roll rates are shares of."""
PLACES = {PAID_OFF: mark("Paid off"), WRITTEN: mark("Write-off"), GONE: mark("Sold or missing")}
"""Names of where an obligation goes that has no bucket any more."""
STATES = {
    "nothing": (
        mark("These data carry no roll rates"),
        mark("They need the balance and the days past due of every obligation, month by month."),
    ),
    "undated": (
        mark("These data have no dates"),
        mark("Rolls and vintages follow an obligation from month to month; here every row stands in one snapshot."),
    ),
    "no_gross": (
        mark("The data hold obligations in arrears only"),
        mark("One that is not listed a month later may have cured, been paid off, been sold or be missing: nobody can "
             "tell. Rolls and vintages need every obligation, in arrears or not."),
    ),
}  # fmt: skip
"""Why there is nothing to show: a title and what is lacking."""
WHY = {"one_month": mark("A roll rate needs two months; the selection has one."), "no_flows": WHY_NOT["no_flows"]}
"""Why there are no roll rates."""
WAYS = {
    PAID_OFF: mark("Paid off: a payment covered the balance"),
    WRITTEN: mark("Written off"),
    GONE: mark("Gone, and the data do not say why: sold, or missing"),
    UNKNOWN: mark("Not followed: the next month is not in the data"),
}
"""What became of an obligation that is not followed any further."""


def units(l10n: L10n) -> dict[str, str]:
    """What roll rates can be shares of."""
    return {unit: l10n.say(name) for unit, name in UNITS.items()}


def state(l10n: L10n, scene: Scene) -> State | None:
    """Why the section has nothing to show; None when it has."""
    if not scene.reason:
        return None
    title, body = STATES[scene.reason]
    return State("nothing", l10n.say(title), l10n.say(body))


def caution(l10n: L10n, scene: Scene) -> str:
    """What must be known before the figures are read."""
    if scene.reason:
        return ""
    said = []
    missing = gaps(scene)
    if missing:
        listed = ", ".join(map(l10n.month, missing))
        said.append(l10n.say(
            "Not in the data: {months}. No obligation is taken to have stayed, rolled or left across it; what came "
            "about in it is dated to the month after.", months=listed,
        ))  # fmt: skip
    if not scene.uncut:
        said.append(l10n.say(
            "Filters by bucket, offer or score apply to the roll rates only: they would cut the histories that "
            "vintages and recovery follow."
        ))  # fmt: skip
    return " ".join(said)


def why_not(l10n: L10n, found: Moves) -> str:
    """Why there are no roll rates; "" where there are."""
    return l10n.say(WHY[found.reason]) if found.reason else ""


def headline(l10n: L10n, scene: Scene, found: Moves) -> Headline:
    """How much of the bucket before the threshold rolled over it, and how much of the one after it came back."""
    if found.rolls is None:
        return Headline(l10n.say("Roll rates"), why_not(l10n, found))
    after = FIRST_OVERDUE[scene.policy.overdue_dpd]
    before, behind = BUCKETS[after - 1], BUCKETS[after]
    worse, cured = found.rolls.worse(before), found.rolls.cured(behind)
    subtitle = l10n.say("{months}: where each bucket (row) stood a month later (column), 95% intervals",
                        months=l10n.months(*scene.span))  # fmt: skip
    if not (math.isfinite(worse) and math.isfinite(cured)):
        return Headline(l10n.say("Roll rates"), subtitle)
    said = {
        "worse": l10n.percent(worse, 0), "before": before, "cured": l10n.percent(cured, 0), "behind": behind,
    }  # fmt: skip
    return Headline(
        l10n.say("{worse} of bucket {before} got worse in a month; {cured} of {behind} cured", **said), subtitle
    )


def picture(l10n: L10n, scene: Scene, found: Moves) -> Heatmap:
    """The matrix: a cell is the share of its row; rows of few obligations are grey."""
    if found.rolls is None:
        return Heatmap((), (), (), (), (), nothing=why_not(l10n, found))
    rolls = found.rolls
    rows = [k for k, n in enumerate(rolls.n) if n > 0]
    columns = [k for k, moved in enumerate(rolls.moves.sum(0)) if moved > 0]
    few = rolls.effective < scene.policy.min_n
    tiles = [[_tile(l10n, rolls, r, c, few=bool(few[r])) for c in columns] for r in rows]
    places = [rolls.places[c] for c in columns]
    return Heatmap(
        [BUCKETS[r] for r in rows], [BUCKETS[r] for r in rows], places, [_place(l10n, p) for p in places], tiles,
        nothing=l10n.say("There is no balance to show."),
    )  # fmt: skip


def _place(l10n: L10n, place: str) -> str:
    return l10n.say(PLACES[place]) if place in PLACES else names.level(l10n, place)


def _tile(l10n: L10n, found: Rolls, row: int, column: int, *, few: bool) -> Tile:
    part = float(found.share[row, column])
    if not np.isfinite(part) or part == 0:
        return Tile(math.nan, "", "", "empty")
    text = l10n.percent(part, 0 if part >= 0.01 else 1)
    interval = l10n.interval(float(found.low[row, column]), float(found.high[row, column]))
    hover = l10n.say(
        "{row} → {place}: {share} [{interval}] · n {n}",
        row=BUCKETS[row], place=_place(l10n, found.places[column]), share=f"<b>{l10n.percent(part)}</b>",
        interval=interval, n=l10n.number(float(found.n[row])),
    )  # fmt: skip
    return Tile(part, text, hover, "insufficient" if few else "ok")


def rates_headline(l10n: L10n, found: Moves) -> Headline:
    """The bucket that rolls most."""
    known = [r for r in found.rates if not r.roll.reason and r.name != BUCKETS[0]]
    subtitle = l10n.say("Rolled: in a worse bucket or written off; cured: not in arrears or paid off; 95% intervals")
    if not known:
        return Headline(l10n.say("Roll, containment and cure"), why_not(l10n, found) or subtitle)
    worst = max(known, key=lambda r: r.roll.value)
    said = {"bucket": worst.name, "roll": l10n.percent(worst.roll.value, 0)}
    return Headline(l10n.say("Bucket {bucket} rolls most: {roll} in a month", **said), subtitle)


def rates_table(l10n: L10n, found: Moves) -> Table:
    """Each bucket: what rolled, what was contained and what was cured, with intervals, and what it rests on."""
    columns = (
        l10n.say("Bucket"), l10n.say("Rolled"), l10n.say("Contained"), l10n.say("Cured"), l10n.say("n (sold, missing)"),
    )  # fmt: skip
    rows = [
        (
            Cell(r.name.replace("-", HYPHEN)), _estimate(l10n, r.roll), Cell(l10n.percent(r.containment.value)),
            _estimate(l10n, r.cure), Cell(l10n.number(r.n) + (f" ({l10n.number(r.gone)})" if r.gone else "")),
        )
        for r in found.rates if r.name in BUCKETS and r.n
    ]  # fmt: skip
    keys = tuple(r.name for r in found.rates if r.name in BUCKETS and r.n)
    return Table(columns, tuple(rows), keys, caption=l10n.say("Roll, containment and cure by bucket"))


def _estimate(l10n: L10n, found: Estimate) -> Cell:
    if not math.isfinite(found.value):
        return Cell("—", "muted")
    text = f"{l10n.percent(found.value)} [{l10n.interval(found.low, found.high, 0)}]"
    return Cell(text, "muted" if found.reason else "")


def course_headline(l10n: L10n, bucket: str, course: Sequence[Rates]) -> Headline:
    """Where the roll rate of a bucket stands, and since when it is known."""
    known = [r for r in course if math.isfinite(r.roll.value)]
    subtitle = l10n.say("By month in which it stood there, with 95% intervals: rolled, and cured")
    if not known:
        return Headline(l10n.say("Course of bucket {bucket}", bucket=bucket), subtitle)
    last = known[-1]
    said = {"bucket": bucket, "roll": l10n.percent(last.roll.value, 0), "month": l10n.month(int(last.name)),
            "interval": l10n.interval(last.roll.low, last.roll.high, 0)}  # fmt: skip
    return Headline(l10n.say("{roll} of bucket {bucket} rolled in {month} [{interval}]", **said), subtitle)


def course_picture(l10n: L10n, found: Moves, course: Sequence[Rates]) -> Trend:
    """What rolled and what was cured of one bucket, month by month."""
    known = [r for r in course if r.n]
    if not known:
        return Trend((), (), nothing=why_not(l10n, found) or l10n.say("Nobody stood in this bucket."))
    columns = [l10n.short_month(int(r.name)) for r in known]
    lines = [
        Line(name, [e.value for e in parts], [_hover(l10n, name, r, e) for r, e in zip(known, parts, strict=True)],
             role=role, label=name, low=[e.low for e in parts], high=[e.high for e in parts])
        for role, name, parts in (
            ("main", l10n.say("Rolled"), [r.roll for r in known]),
            ("fourth", l10n.say("Cured"), [r.cure for r in known]),
        )
    ]  # fmt: skip
    return Trend(columns, lines)


def _hover(l10n: L10n, name: str, month: Rates, found: Estimate) -> str:
    said = {"name": name, "share": f"<b>{l10n.percent(found.value)}</b>", "n": l10n.number(month.n),
            "interval": l10n.interval(found.low, found.high)}  # fmt: skip
    return l10n.say("{name}: {share} [{interval}] · n {n}", **said)


def left_headline(l10n: L10n, found: Moves) -> Headline:
    """How many obligations vanished without a known reason."""
    subtitle = l10n.say("Obligation-months of the selection after which an obligation is not followed any further")
    if not found.all:
        return Headline(l10n.say("What is no longer there"), subtitle)
    gone = dict(zip(LEFT, found.n, strict=True))[GONE]
    if not gone:
        return Headline(l10n.say("Nothing vanished without a known reason"), subtitle)
    said = {"n": l10n.number(gone), "share": l10n.percent(share(gone, found.all), 2)}
    return Headline(
        l10n.say("{n} obligations vanished without a known reason ({share} of the months)", **said), subtitle
    )


def left_table(l10n: L10n, found: Moves) -> Table:
    """Paid off, written off, sold or missing, and not followed: four different things."""
    columns = (l10n.say("What became of them"), "n", l10n.say("Of all"), l10n.say("Balance"))
    rows = tuple(
        (
            Cell(l10n.say(WAYS[way])), Cell(l10n.number(n)), Cell(l10n.percent(share(n, found.all), 2)),
            Cell(l10n.money(balance)),
        )
        for way, n, balance in zip(LEFT, found.n, found.balance, strict=True)
    ) if found.all else ()  # fmt: skip
    return Table(columns, rows, caption=l10n.say("What is no longer there a month later"))
