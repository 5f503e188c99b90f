"""App room: the words of the section Cut-off: what the dial brings, what a capacity leaves, and what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.charts.limit_gauge import LimitGauge
from app.charts.net_value import NetValue
from app.l10n import L10n
from app.views import names
from app.views.cutoff_figures import Counted, Cut
from app.views.false_positives import usual
from app.views.false_positives_words import threshold
from app.views.shapes import Box, Headline, State
from app.words import mark
from data.sources.thresholds import FILE as THRESHOLDS
from monitoring.metrics import share

WHY = {
    "no_costs": mark("The cost of a call or the value of a success is not set: lists are shown without money."),
    "negative_costs": mark("A cost or a value below zero cannot be weighed: lists are shown without money."),
    "no_gain": mark("A success leaves nothing after the concession: no call can pay for itself."),
}
BP = 1e4


def state(l10n: L10n, counted: Counted) -> State | None:
    """Why there is nothing to cut; None when there is."""
    if counted.scored:
        return None
    return State(
        "nothing",
        l10n.say("No row of this selection can be called"),
        l10n.say(
            "None carries a score, or all are locked out. Widen the months, lift a filter, or shorten the lock-out."
        ),
    )


def caution(l10n: L10n, counted: Counted) -> str:
    """What must be known before the figures; "" for nothing."""
    said = [l10n.say(WHY[counted.course.reason], file=THRESHOLDS)] if counted.course.reason in WHY else []
    if counted.lock and not counted.options_known:
        said.append(l10n.say("The data do not say who is under a payment option: nobody is locked out."))
    if counted.sheet.stands and counted.sheet.narrowed:
        said.append(l10n.say("The effect on ICV speaks of the whole portfolio, not of the filters."))
    return " ".join(said)


def lead(l10n: L10n, cut: Cut) -> str:
    """The best list, and what one more agent-day is worth, in words."""
    counted, found = cut.counted, cut.limit
    if counted.course.reason in WHY:
        return l10n.say("{n} calls a month from a score of {at} on.", n=_monthly(l10n, cut), at=_dial(l10n, cut))
    course, months = counted.course, len(counted.months)
    best = course.position_threshold(found.position, counted.edges)
    said = {
        "n": l10n.number(share(float(course.listed[found.position]), months)),
        "at": threshold(l10n, best),
        "net": l10n.money(share(float(course.net[found.position]), months)),
        "day": l10n.money(found.shadow * counted.policy.calls_per_agent_day),
        "call": l10n.money(found.shadow),
    }
    if not course.listed[found.position]:
        if found.binds:
            return l10n.say("There is no call to make: one more agent-day is worth {day} ({call} a call).", **said)
        return l10n.say("No list pays for its calls: the best is to call nobody.")
    if found.binds:
        return l10n.say(
            "The capacity reaches {n} calls a month, from a score of {at} on, worth {net}: one more agent-day is worth "
            "{day} ({call} a call).",
            **said,
        )
    return l10n.say(
        "The best list has {n} calls a month, from a score of {at} on, worth {net}. Calls are not what is lacking: one "
        "more agent-day is worth nothing.",
        **said,
    )


def _monthly(l10n: L10n, cut: Cut) -> str:
    return l10n.number(cut.monthly(cut.counted.course.listed))


def _dial(l10n: L10n, cut: Cut) -> str:
    return threshold(l10n, cut.threshold)


def boxes(l10n: L10n, cut: Cut) -> list[Box]:
    """List, wasted calls, cash, net value and overdue ratio at the dial."""
    counted, course, fdr = cut.counted, cut.counted.course, cut.errors.fdr
    listed = cut.monthly(course.listed)
    part = l10n.percent(share(float(course.listed[cut.position]), counted.scored))
    limit = cut.fdr_limit
    range_ = f"[{l10n.interval(fdr.low, fdr.high)}]" if math.isfinite(fdr.value) else names.reason(l10n, fdr.reason)
    month = l10n.say("a month") if l10n.dated else ""
    found = [
        Box("list", l10n.say("List"), l10n.number(listed), month,
            against=l10n.say("{share} of those scored", share=part),
            target=_room(l10n, cut), level="act" if course.listed[cut.position] > cut.limit.calls else "unknown",
            n=l10n.say("{n} locked out", n=l10n.number(counted.locked)) if counted.locked else ""),
        Box("fdr", l10n.say("Wasted calls (FDR)"), l10n.percent(fdr.value),
            against=range_,
            target=l10n.say("break-even {limit}", limit=l10n.percent(limit)) if math.isfinite(limit) else "",
            level=cut.errors.level, n=l10n.say("n {n}", n=l10n.number(fdr.n))),
    ]  # fmt: skip
    if counted.pin.carries("balance"):
        came = l10n.money(cut.monthly(course.cash)) if counted.pin.carries("cash") else ""
        found.append(
            Box("cash", l10n.say("Expected recovery"), l10n.money(cut.monthly(course.expected_cash)), month,
                against=l10n.say("score × balance"),
                n=l10n.say("{money} came in the month", money=came) if came else ""))  # fmt: skip
    found.append(
        Box("net", l10n.say("Net value"), l10n.money(cut.monthly(course.net)), month,
            against=l10n.say("expected at the scores"),
            n=l10n.say("known: {came} of {promised}", came=l10n.money(cut.monthly(course.realised)),
                       promised=l10n.money(cut.monthly(course.promised))),
            facts=((l10n.say("Formula"), "Σ [p (v − k) − c]"),)))  # fmt: skip
    return [*found, _icv(l10n, cut)]


def _room(l10n: L10n, cut: Cut) -> str:
    calls = cut.limit.calls
    if not math.isfinite(calls):
        return ""
    return l10n.say("capacity {n}", n=l10n.number(share(calls, len(cut.counted.months))))


def _icv(l10n: L10n, cut: Cut) -> Box:
    title = l10n.say("ICV next month")
    if cut.icv is None:
        return Box("icv", title, "—", against=l10n.say("cannot be simulated from these data"))
    change = cut.icv.policy.change
    return Box(
        "icv", title, l10n.say("{value} bp", value=l10n.signed(change.value * BP, 1)),
        against=l10n.say("[{low} to {high}]", low=l10n.signed(change.low * BP, 1),
                         high=l10n.signed(change.high * BP, 1)),
        n=l10n.say("grade D, against no offers"),
        facts=((l10n.say("Grade D"), l10n.say("A simulation from the sums of the release, not an observed result.")),),
    )  # fmt: skip


def curve_headline(l10n: L10n, cut: Cut) -> Headline:
    """Top of the curve: the best threshold and the range that is as good."""
    course, edges = cut.counted.course, cut.counted.edges
    unit = l10n.say("Net value a month by the score from which calls are made; shaded: within {part} of the best",
                    part=l10n.percent(cut.counted.policy.plateau, 0))  # fmt: skip
    if course.reason:
        return Headline(l10n.say("Net value needs costs"), unit)
    low, high = (threshold(l10n, course.position_threshold(p, edges)) for p in course.plateau)
    best = threshold(l10n, course.position_threshold(course.best, edges))
    return Headline(l10n.say("Best from {best} on; {low} to {high} is as good", best=best, low=low, high=high), unit)


@dataclass(frozen=True)
class Line:
    """What of the curve no dial moves: thresholds, net values a month, and the words at each."""

    at: list[float]
    values: list[float]
    hovers: list[str]


def line(l10n: L10n, counted: Counted) -> Line:
    """The net value over all thresholds: made once, whatever the dial."""
    course, months, edges = counted.course, len(counted.months), counted.edges
    shown = range(course.nobody)
    at = [course.position_threshold(p, edges) for p in shown]
    values = [share(float(course.net[p]), months) for p in shown]
    hovers = [
        l10n.say("from {at}: {net}, {n} calls a month", at=threshold(l10n, x), net=l10n.money(v),
                 n=l10n.number(share(float(course.listed[p]), months)))
        for p, x, v in zip(shown, at, values, strict=True)
    ]  # fmt: skip
    return Line(at, values, hovers)


def curve(l10n: L10n, cut: Cut, drawn: Line) -> NetValue:
    """The curve over all thresholds, with the dial, the best threshold and the capacity."""
    counted, course = cut.counted, cut.counted.course
    months, edges = len(counted.months), counted.edges
    low, high = (course.position_threshold(p, edges) for p in course.plateau)
    best = course.position_threshold(course.best, edges)
    full = course.position_threshold(cut.limit.position, edges) if cut.limit.binds else math.nan
    return NetValue(
        drawn.at, drawn.values, drawn.hovers, cut.threshold, share(float(course.net[cut.position]), months),
        _dial(l10n, cut),
        best=best, best_text=l10n.say("best {at}", at=threshold(l10n, best)), plateau=(low, high), capacity=full,
        capacity_text=l10n.say("capacity {at}", at=threshold(l10n, full)) if cut.limit.binds else "",
        axis=l10n.say("Score from which calls are made"), nothing=l10n.say("Net value needs costs"),
    )  # fmt: skip


def gauge_headline(l10n: L10n, cut: Cut) -> Headline:
    """Top of the gauge."""
    fdr, limit = cut.errors.fdr, cut.fdr_limit
    unit = l10n.say("FDR* = 1 − (c + λ) ÷ (v − k), with λ the price of a call under the capacity; 95% interval")
    if not (math.isfinite(fdr.value) and math.isfinite(limit)):
        return Headline(l10n.say("No break-even without costs and outcomes"), unit)
    if fdr.low > limit:
        return Headline(l10n.say("More calls are wasted than pay for themselves"), unit)
    if fdr.value > limit:
        return Headline(l10n.say("Wasted calls are above the break-even, within chance"), unit)
    return Headline(l10n.say("Wasted calls are below the break-even"), unit)


def gauge(l10n: L10n, cut: Cut) -> LimitGauge:
    """The share of wasted calls against its break-even."""
    fdr, limit = cut.errors.fdr, cut.fdr_limit
    text = f"{l10n.percent(fdr.value)} [{l10n.interval(fdr.low, fdr.high)}]"
    said = l10n.say("break-even {limit}", limit=l10n.percent(limit)) if math.isfinite(limit) else ""
    level = (
        "unknown" if not math.isfinite(limit) else "act" if fdr.low > limit else "watch" if fdr.value > limit else "ok"
    )
    return LimitGauge(fdr.value, fdr.low, fdr.high, text, limit, said, level, f"{text}. {said}")


__all__ = [
    "Line", "boxes", "caution", "curve", "curve_headline", "gauge", "gauge_headline", "lead", "line", "state", "usual",
]  # fmt: skip
