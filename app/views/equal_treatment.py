"""App room: the words of Equal treatment: what stands out, what the model reads, and a table for each dimension."""

from __future__ import annotations

import math
from collections.abc import Mapping

from app.l10n import L10n
from app.views import names
from app.views.equal_treatment_figures import Sheet
from app.views.false_positives_words import threshold
from app.views.segment_names import qualified
from app.views.shapes import Cell, Headline, State, Table
from app.words import mark
from monitoring.equal_treatment import DIMENSIONS, Compared, Group

RATES: Mapping[str, str] = {
    "fdr": mark("Wasted contacts (FDR)"),
    "offer_rate": mark("Offer rate"),
    "acceptance": mark("Positive outcomes"),
    "recall": mark("Captured positives (recall)"),
}
OF: Mapping[str, str] = {
    "fdr": mark("of the flagged with a known outcome, from a score of {at} on"),
    "offer_rate": mark("offers made, of the obligations that may be offered something"),
    "acceptance": mark("of the obligations with a known outcome"),
    "recall": mark("of those for whom it happened, flagged from a score of {at} on"),
}


def state(l10n: L10n, page: Sheet) -> State | None:
    """Why nobody can be compared; None when somebody can."""
    if page.tables:
        return None
    if len(page.absent) == len(DIMENSIONS):
        return State(
            "nothing",
            l10n.say("These data say nothing of gender, age or region"),
            l10n.say("Whether people are treated alike can only be watched where the source carries one of them."),
        )
    return State(
        "nothing",
        l10n.say("The filters leave one group of each"),
        l10n.say("A group is held against all others: lift the filter of gender, age or region."),
    )


def choices(l10n: L10n, page: Sheet) -> dict[str, str]:
    """The rates to choose from."""
    return {rate: l10n.say(RATES[rate]) for rate in page.rates}


def insight(l10n: L10n, page: Sheet) -> str:
    """How many of the differences are beyond chance, and the largest of them."""
    apart, tested = page.apart(), page.compared()
    if not tested:
        return l10n.say("Too few outcomes to hold any group against the others.")
    if not apart:
        return l10n.say("None of {n} differences is beyond chance.", n=l10n.number(tested))
    dimension, level, rate, found = apart[0]
    said = {
        "n": l10n.number(len(apart)), "all": l10n.number(tested), "rate": l10n.say(RATES[rate]),
        "name": qualified(l10n, dimension, level, page.pin.document("dimensions")),
        "value": l10n.percent(found.rate.value), "gap": l10n.points(found.gap.value),
    }  # fmt: skip
    return l10n.say(
        "{n} of {all} differences are beyond chance; the largest: {name}, {rate} {value} ({gap} against the others).",
        **said,
    )


def watched(l10n: L10n, page: Sheet) -> str:
    """Which of the dimensions the model reads, and which it does not; those that the data lack."""
    out = []
    if page.features is None:
        out.append(l10n.say("This release does not say what the model reads."))
    else:
        for name in (d for d in DIMENSIONS if d not in page.absent):
            said = {"dimension": _name(l10n, page, name), "features": ", ".join(page.features[name])}
            if page.features[name]:
                out.append(l10n.say("{dimension}: the model reads it ({features}).", **said))
            else:
                out.append(l10n.say("{dimension}: watched, and no feature of the model.", dimension=said["dimension"]))
    if page.absent and page.tables:
        missing = ", ".join(_name(l10n, page, name).lower() for name in page.absent)
        out.append(l10n.say("Not in these data: {names}.", names=missing))
    if page.narrowed:
        missing = ", ".join(_name(l10n, page, name).lower() for name in page.narrowed)
        out.append(l10n.say("One group left by the filters: {names}.", names=missing))
    if not page.shared:
        out.append(l10n.say("Everyone here has an outcome, so there is no offer rate to compare."))
    return " ".join(out)


def headline(l10n: L10n, page: Sheet, dimension: str, rate: str) -> Headline:
    """Which group of a dimension stands out by a rate."""
    table = page.tables[dimension]
    name = _name(l10n, page, dimension)
    of = l10n.say(OF[rate], at=threshold(l10n, page.threshold)) if "{at}" in OF[rate] else l10n.say(OF[rate])
    unit = l10n.say(
        "{rate}: {of} · 95% intervals · q over every difference of this tab · {period}",
        rate=l10n.say(RATES[rate]), of=of, period=l10n.months(*page.months),
    )  # fmt: skip
    known = [g for g in table if math.isfinite(g.rates[rate].rate.value)]
    if not known:
        why = next(
            (g.rates[rate].rate.reason for g in table if g.rates[rate].rate.reason != "suppressed"), "suppressed"
        )
        return Headline(
            l10n.say("{dimension}: not identifiable, {why}", dimension=name, why=names.reason(l10n, why)), unit
        )
    apart = [g for g in known if g.rates[rate].level in ("watch", "act")]
    if not apart:
        return Headline(l10n.say("{dimension}: no group differs from the others beyond chance", dimension=name), unit)
    worst = max(apart, key=lambda g: abs(g.rates[rate].gap.value))
    said = {"dimension": name, "level": names.level(l10n, worst.name), "gap": l10n.points(worst.rates[rate].gap.value)}
    return Headline(l10n.say("{dimension}: {level} {gap} against the others", **said), unit)


def table(l10n: L10n, page: Sheet, dimension: str, rate: str) -> Table:
    """The groups of a dimension: the rate with its interval, n, the difference to the others with its interval, q."""
    columns = (
        _name(l10n, page, dimension), l10n.say("Rate"), l10n.say("95% interval"), "n",
        l10n.say("Against the others"), l10n.say("95% interval"), "q",
    )  # fmt: skip
    return Table(
        columns,
        tuple(_row(l10n, g, rate) for g in page.tables[dimension]),
        keys=tuple(g.name for g in page.tables[dimension]),
        caption=f"{columns[0]}: {l10n.say(RATES[rate])}",
    )


def _row(l10n: L10n, group: Group, rate: str) -> tuple[Cell, ...]:
    found, name = group.rates[rate], Cell(names.level(l10n, group.name))
    if not math.isfinite(found.rate.value):
        return name, Cell("—", "muted"), Cell(names.reason(l10n, found.rate.reason), "muted"), *[Cell("—", "muted")] * 4
    tone = "muted" if found.rate.reason else ""
    gap = found.gap
    return (
        name,
        Cell(l10n.percent(found.rate.value), tone),
        Cell(l10n.interval(found.rate.low, found.rate.high), "muted"),
        Cell(l10n.number(found.rate.n), tone),
        Cell(l10n.points(gap.value), _tone(found)),
        Cell(l10n.say("{a} to {b}", a=l10n.points(gap.low), b=l10n.points(gap.high)) if math.isfinite(gap.low) else "—",
             "muted"),
        Cell(l10n.number(found.q, 3), _tone(found)),
    )  # fmt: skip


def _tone(found: Compared) -> str:
    return {"act": "bad", "watch": "warn"}.get(found.level, "" if found.level == "ok" else "muted")


def _name(l10n: L10n, page: Sheet, dimension: str) -> str:
    return names.dimension(l10n, dimension, page.pin.document("dimensions"))
