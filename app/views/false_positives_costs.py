"""App room: the words of what false positives cost: three kinds side by side, and the break-even by segment."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.bullet import Bullets, Gauge
from app.l10n import L10n
from app.views import false_positives_rates as rates
from app.views import names
from app.views.error_shapes import Rate
from app.views.false_positives_costs_figures import Equilibrium, Three
from app.views.false_positives_figures import Cut
from app.views.false_positives_words import threshold
from app.views.segment_names import qualified
from app.views.shapes import Headline
from app.words import mark
from monitoring.curves import SegmentErrors
from monitoring.errors import against
from monitoring.three_errors import Cost

MOST_GAUGES = 12
TONES = {
    "act": mark("above break-even beyond chance"),
    "watch": mark("above, within chance"),
    "ok": mark("below break-even"),
    "muted": mark("too few to judge"),
}
NO_LIMIT = {
    "no_costs": mark("no costs are set: what a contact costs and a success is worth stand in thresholds.toml"),
    "negative_costs": mark("a cost in thresholds.toml is negative"),
    "no_gain": mark("a success leaves nothing after the concession"),
}


def headline(l10n: L10n, found: Three) -> Headline:
    """Which of the three costs the most, and on which list."""
    costs = {
        l10n.say("Wasted contacts"): _total(found.wasted_cost),
        l10n.say("Broken promises"): _total(found.broken_cost),
        l10n.say("Payments that would have come anyway"): _total(found.anyway_cost),
    }
    known = {name: cost for name, cost in costs.items() if math.isfinite(cost) and cost > 0}
    unit = l10n.say(
        "Scores of {at} or more · each false positive divides by something else, and costs something else · {period}",
        at=threshold(l10n, found.cut.threshold),
        period=l10n.months(found.cut.counted.first, found.cut.counted.last),
    )
    if not known:
        return Headline(l10n.say("Three false positives, three denominators"), unit)
    worst = max(known, key=lambda name: known[name])
    return Headline(
        l10n.say("{name} cost the most of the false positives: {money}", name=worst, money=l10n.money(known[worst])),
        unit,
    )


def _total(cost: Cost) -> float:
    return cost.contacts + cost.counted


def tiles(l10n: L10n, found: Three) -> list[Rate]:
    """FP1, FP2 and FP3, each with its denominator, its interval and its cost."""
    errors, promises, added = found.cut.errors, found.promises, found.added
    return [
        rates.rate(
            l10n, "fp1", errors.fdr,
            name=l10n.say("FP1 · Wasted contact"),
            formula="FP ÷ (TP + FP)",
            share_of=l10n.say("of the flagged with a known outcome"),
            use=l10n.say("Contacted, and it did not happen. Costs the contact, and a slot that the law limits."),
            against=_spent(l10n, found.wasted_cost),
        ),
        rates.rate(
            l10n, "fp2", promises.rate,
            name=l10n.say("FP2 · Broken promise"),
            formula=l10n.say("broken ÷ accepted"),
            share_of=l10n.say("of {n} that accepted", n=l10n.number(promises.accepted)),
            use=l10n.say(
                "Accepted, and the first payment was not made. Costs the delay, and a ratio that looks better for a "
                "month."
            ),
            against=_spent(l10n, found.broken_cost),
        ),
        rates.rate(
            l10n, "fp3", added.anyway,
            name=l10n.say("FP3 · Not incremental"),
            formula=l10n.say("1 − uplift ÷ kept"),
            share_of=l10n.say("of the kept promises, by arms drawn at random"),
            use=l10n.say("Kept, and would have been paid anyway: seen only beside an arm without offers."),
            against=_spent(l10n, found.anyway_cost),
        ),
    ]  # fmt: skip


def _spent(l10n: L10n, cost: Cost) -> str:
    if not math.isfinite(cost.contacts):
        return ""
    contacts = l10n.say("{money} in contacts", money=l10n.money(cost.contacts))
    if not (math.isfinite(cost.counted) and cost.counted > 0):
        return contacts
    return l10n.say("{contacts}, {money} counted and not earned", contacts=contacts, money=l10n.money(cost.counted))


def gauge_headline(
    l10n: L10n, found: Sequence[SegmentErrors], cut: Cut, equilibrium: Equilibrium, dimension: str
) -> Headline:
    """How many levels lie beyond the break-even, and how it is reckoned."""
    if not dimension:
        return Headline(l10n.say("One segment is left of every dimension"), "")
    if equilibrium.reason:
        return Headline(l10n.say("No break-even can be drawn: {why}", why=l10n.say(NO_LIMIT[equilibrium.reason])), "")
    unit = _reckoned(l10n, cut, equilibrium)
    judged = [s for s in found if _tone(s, cut, equilibrium) != "muted"]
    beyond = [s for s in judged if _tone(s, cut, equilibrium) == "act"]
    limit = l10n.percent(equilibrium.limit)
    if not judged:
        return Headline(l10n.say("Too few outcomes in every segment to hold against {limit}", limit=limit), unit)
    if not beyond:
        return Headline(l10n.say("No segment is beyond its break-even of {limit}", limit=limit), unit)
    worst = max(beyond, key=lambda s: s.fdr.value)
    name = qualified(l10n, dimension, worst.level_name, cut.counted.pin.document("dimensions"))
    said = {"name": name, "fdr": l10n.percent(worst.fdr.value), "limit": limit, "n": l10n.number(len(beyond)),
            "all": l10n.number(len(judged))}  # fmt: skip
    return Headline(
        l10n.say("{n} of {all} segments lose money beyond chance; {name} wastes {fdr}, break-even {limit}", **said),
        unit,
    )


def _reckoned(l10n: L10n, cut: Cut, equilibrium: Equilibrium) -> str:
    policy = cut.counted.policy
    said = {
        "c": l10n.money(policy.cost_per_contact), "shadow": l10n.money(equilibrium.shadow),
        "v": l10n.money(policy.value_per_success), "k": l10n.money(policy.concession),
        "limit": l10n.percent(equilibrium.limit), "at": threshold(l10n, cut.threshold),
    }  # fmt: skip
    return l10n.say(
        "FDR from {at} on, 95% interval · FDR* = 1 − (c {c} + λ {shadow}) ÷ (v {v} − k {k}) = {limit}", **said
    )


def gauges(l10n: L10n, found: Sequence[SegmentErrors], cut: Cut, equilibrium: Equilibrium) -> Bullets:
    """The FDR of each level against the break-even, the highest on top."""
    heavy = sorted((s for s in found if s.n > 0), key=lambda s: -s.flagged)[:MOST_GAUGES]
    ordered = sorted(heavy, key=lambda s: (_tone(s, cut, equilibrium) == "muted", -s.fdr.value))
    return Bullets(
        [_gauge(l10n, s, _tone(s, cut, equilibrium)) for s in ordered],
        equilibrium.limit,
        l10n.say("FDR* {limit}", limit=l10n.percent(equilibrium.limit)),
        {tone: l10n.say(words) for tone, words in TONES.items()},
        l10n.say("Nobody with a known outcome is flagged"),
    )


def _tone(s: SegmentErrors, cut: Cut, equilibrium: Equilibrium) -> str:
    level = against(s.fdr, equilibrium.limit, policy=cut.counted.policy)
    return "muted" if level == "unknown" else level


def _gauge(l10n: L10n, s: SegmentErrors, tone: str) -> Gauge:
    name = names.level(l10n, s.level_name)
    said = [f"<b>{name}</b>",
            l10n.say("FDR {value} [{interval}]", value=l10n.percent(s.fdr.value),
                     interval=l10n.interval(s.fdr.low, s.fdr.high)),
            l10n.say("n {n} of {flagged} flagged", n=l10n.number(s.n), flagged=l10n.number(s.flagged)),
            l10n.say(TONES[tone])]  # fmt: skip
    return Gauge(
        s.level_name, name, s.fdr.value, s.fdr.low, s.fdr.high, l10n.percent(s.fdr.value), "<br>".join(said), tone
    )
