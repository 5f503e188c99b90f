"""App room: the tables of the section Rank: every month, the order of the deciles, and the projections."""

from __future__ import annotations

import math
from itertools import pairwise

from app.l10n import L10n
from app.views import names
from app.views.backtest_rank import FIGURES, NOWCAST, between, digits, p_text, period
from app.views.backtest_rank_figures import Figures
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from monitoring.estimate import Estimate
from monitoring.nowcast import Projection
from monitoring.rank import NAMES, Break, Ranked

LIGHTS = {
    "ok": (mark("● no fall"), "good"),
    "watch": (mark("▲ fell"), "warn"),
    "act": (mark("◆ fell far"), "bad"),
    "unknown": (mark("○ could not tell"), "muted"),
}
"""Level of a month → its word with its shape, and the tone of a cell."""


def months_headline(l10n: L10n, found: Figures) -> Headline:
    """In how many of the matured months a fall is shown."""
    unit = l10n.say("AUC and Gini: DeLong interval; the others: random groups of clients")
    if found.pin.dated:
        unit += l10n.say(
            ". Light: ECB test of the AUC against development, corrected for all months shown; grey: a fall of {fall} "
            "could have been missed",
            fall=l10n.number(found.policy.auc_fall, 2),
        )
    if not found.judged:
        return Headline(l10n.say("No month has matured yet"), unit)
    if not math.isfinite(found.reference.of("auc")):
        return Headline(l10n.say("Every figure of ranking, month by month"), unit)
    fell = [m for m in found.judged if m.level in ("watch", "act")]
    grey = sum(m.level == "unknown" for m in found.judged)
    said = {"n": l10n.number(len(fell)), "of": l10n.number(len(found.judged)), "grey": l10n.number(grey)}
    if fell:
        return Headline(l10n.say("The AUC fell in {n} of {of} matured months; {grey} could not tell", **said), unit)
    if grey:
        return Headline(
            l10n.say("No matured month shows a fall of the AUC; {grey} of {of} are too small to tell", **said), unit
        )
    return Headline(l10n.say("No matured month shows a fall of the AUC"), unit)


def months_table(l10n: L10n, found: Figures, shown: str) -> Table:
    """Every month with scores, the last first; the open ones with their projection where that is asked for."""
    columns = (l10n.say("Month"), l10n.say("n"), l10n.say("Positive"), *(l10n.say(FIGURES[name]) for name in NAMES),
               l10n.say("p (ECB)"), l10n.say("Light"))  # fmt: skip
    rows = tuple(_month(l10n, found, m, shown) for m in reversed(found.months))
    return Table(columns, rows, caption=months_headline(l10n, found).title)


def _month(l10n: L10n, found: Figures, month: Ranked, shown: str) -> tuple[Cell, ...]:
    name = Cell(l10n.short_month(month.month) or l10n.month(month.month))
    ripe = month.maturity >= found.policy.maturity_least
    if not ripe and not (shown == NOWCAST and month.projected):
        why = l10n.say("still open") if month.projected else names.reason(l10n, month.reason)
        blank = (Cell("—", "muted"),) * (len(NAMES) + 2)
        return (name, Cell(l10n.number(month.n) if month.n else "—", "muted"), *blank, Cell(f"▨ {why}", "muted"))
    figures = (Cell(_told(l10n, month.figures[f], digits(f)), "" if ripe else "muted") for f in NAMES)
    word, tone = LIGHTS[month.level]
    light = Cell(l10n.say(word), tone) if ripe else Cell(f"▨ {l10n.say('nowcast')}", "muted")
    if ripe and month.reason:
        light = Cell(f"○ {names.reason(l10n, month.reason)}", "muted")
    p = p_text(l10n, month.decline.p) if math.isfinite(month.decline.p) else "—"
    return (name, Cell(l10n.number(month.n)), Cell(l10n.number(month.positives)), *figures, Cell(p), light)


def _told(l10n: L10n, estimate: Estimate, places: int) -> str:
    if not math.isfinite(estimate.value):
        return "—"
    value = l10n.number(estimate.value, places)
    return f"{value} ({between(l10n, estimate, 2)})" if math.isfinite(estimate.low) else value


def order_headline(l10n: L10n, found: Figures) -> Headline:
    """Which neighbouring deciles are out of order, and whether beyond chance."""
    unit = l10n.say(
        "Deciles of the score, 1 = best, frozen on the release; a two-proportion test of each pair of neighbours, "
        "corrected for all of them and for repeated clients · {period}",
        period=period(l10n, found, recent=False),
    )
    if not found.deciles:
        return Headline(l10n.say("Nothing to judge yet"), unit)
    real = [b for b in found.breaks if b.level in ("watch", "act")]
    if not found.breaks:
        return Headline(l10n.say("Every decile accepts more than the next: the order holds"), unit)
    if not real:
        text = l10n.many("{n} pair of neighbours is out of order, not beyond chance",
                         "{n} pairs of neighbours are out of order, none beyond chance", len(found.breaks))  # fmt: skip
        return Headline(text, unit)
    pairs = ", ".join(_pair(l10n, b, found) for b in real)
    return Headline(l10n.say("Out of order beyond chance: deciles {pairs}", pairs=pairs), unit)


def order_table(l10n: L10n, found: Figures) -> Table:
    """The deciles from the best down; a break is named at the decile that accepts more than the better one before."""
    held = [d for d in found.deciles if d.labelled]
    after = {b.better: b for b in found.breaks}
    broken = {d.decile: after.get(before.decile) for before, d in pairwise(held)}
    return Table(
        columns=(l10n.say("Decile"), l10n.say("n (outcomes known)"), l10n.say("Observed"), l10n.say("95% interval"),
                 l10n.say("Order")),
        rows=tuple(
            (
                Cell(l10n.number(d.decile)), Cell(l10n.number(d.labelled)),
                Cell(l10n.percent(d.observed.value)), Cell(l10n.interval(d.observed.low, d.observed.high), "muted"),
                _order(l10n, broken.get(d.decile)) if d.labelled else Cell(l10n.say("no case"), "muted"),
            )
            for d in found.deciles
        ),
        caption=order_headline(l10n, found).title,
    )  # fmt: skip


def _order(l10n: L10n, found: Break | None) -> Cell:
    if found is None:
        return Cell(l10n.say("● in order"), "good")
    if found.level == "unknown":
        return Cell(l10n.say("○ above by {gap}, too few cases", gap=l10n.distance(found.gap)), "muted")
    said = {"gap": l10n.distance(found.gap), "q": l10n.number(found.q, 3)}
    if found.level == "ok":
        return Cell(l10n.say("○ above by {gap}, by chance (q {q})", **said), "muted")
    return Cell(l10n.say("◆ above by {gap} (q {q})", **said), "bad" if found.level == "act" else "warn")


def _pair(l10n: L10n, found: Break, figures: Figures) -> str:
    held = [d.decile for d in figures.deciles if d.labelled]
    return f"{l10n.number(found.better)}–{l10n.number(held[held.index(found.better) + 1])}"


def nowcast_headline(l10n: L10n, found: Figures) -> Headline:
    """How often past projections held, or why there are none."""
    cast = found.nowcast
    confidence = l10n.percent(found.policy.nowcast_confidence, 0)
    unit = l10n.say(
        "Acceptances reported so far ÷ share usually reported by that age (chain ladder over {n} complete months), "
        "{of} interval; a projected rank also takes it that late reports come from the same scores",
        n=l10n.number(cast.complete), of=confidence,
    )  # fmt: skip
    if cast.reason == "closes_at_once":
        return Headline(l10n.say("Nothing to project: every outcome is known when its own month ends"), "")
    if cast.reason:
        why = names.reason(l10n, cast.reason)
        return Headline(l10n.say("Open months cannot be projected: {why}", why=why), "")
    if not cast.past:
        return Headline(l10n.say("No past projection can be held against its outcome yet"), unit)
    title = l10n.say(
        "Past projections: the {of} interval held {held} of {n} ({share})", of=confidence, held=l10n.number(cast.held),
        n=l10n.number(len(cast.past)), share=l10n.percent(cast.held / len(cast.past), 0),
    )  # fmt: skip
    return Headline(title, unit)


def nowcast_table(l10n: L10n, found: Figures) -> Table | None:
    """The open months, and how past projections of their age held; None where there are none."""
    cast = found.nowcast
    if cast.reason or not cast.open:
        return None
    return Table(
        columns=(
            l10n.say("Month"), l10n.say("Months since"), l10n.say("Reported so far"), l10n.say("Usually by now"),
            l10n.say("Projected"), l10n.say("90% interval"), l10n.say("Held before"),
        ),
        rows=tuple(_projection(l10n, found, p) for p in cast.open),
        caption=nowcast_headline(l10n, found).title,
    )  # fmt: skip


def _projection(l10n: L10n, found: Figures, p: Projection) -> tuple[Cell, ...]:
    known = math.isfinite(p.total.value)
    same = [past for past in found.nowcast.past if past.age == p.age]
    held = l10n.say("{held} of {n}", held=l10n.number(sum(x.held for x in same)), n=l10n.number(len(same)))
    return (
        Cell(l10n.short_month(p.month)), Cell(l10n.number(p.age) if p.age >= 0 else l10n.say("not ended")),
        Cell(l10n.number(p.reported)), Cell(l10n.percent(p.done, 0) if p.age >= 0 else "—"),
        Cell(l10n.number(p.total.value) if known else names.reason(l10n, p.total.reason), "" if known else "muted"),
        Cell(f"{l10n.number(p.total.low)} – {l10n.number(p.total.high)}" if known else "—", "muted"),
        Cell(held if same else "—", "muted"),
    )  # fmt: skip
