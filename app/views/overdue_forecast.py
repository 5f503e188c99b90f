"""App room: the section Forecast of the Overdue ratio page: the months to come, past errors, what the chain assumes."""

from __future__ import annotations

import math

import numpy as np

from app.charts.trend import Level, Line, Trend
from app.l10n import L10n
from app.views import forecast as words
from app.views.shapes import Cell, Headline, State, Table
from data import months
from monitoring.bridge import FIRST_OVERDUE
from monitoring.forecast import STATES, Ahead, Chain, Forecast, Past
from monitoring.metrics import ratio
from monitoring.policy import Policy

BACK = 12
"""Months that came that stand before the forecast."""


def state(l10n: L10n, found: Forecast) -> State | None:
    """What stands in place of the figures where there is no forecast; None where there is one."""
    why = words.why_not(l10n, found)
    return State("nothing", l10n.say("No forecast"), f"{why[:1].upper()}{why[1:]}.") if why else None


def sentence(l10n: L10n, found: Forecast, policy: Policy) -> str:
    """How often the bands held, over all distances; "" where none could be judged."""
    judged, held = sum(a.judged for a in found.banded), sum(a.held for a in found.banded)
    if not judged:
        return ""
    return l10n.say(
        "The {confidence} band held what came in {held} of {judged} past forecasts, one to {most} months ahead.",
        confidence=l10n.percent(policy.forecast_confidence, 0), held=l10n.number(held), judged=l10n.number(judged),
        most=len(found.banded),
    )  # fmt: skip


def level(found: Forecast, policy: Policy) -> str:
    """Whether the bands held about as often as they say."""
    judged = sum(a.judged for a in found.banded)
    if not judged:
        return "unknown"
    return "ok" if sum(a.held for a in found.banded) >= (policy.forecast_confidence - 0.1) * judged else "watch"


def headline(l10n: L10n, found: Forecast, policy: Policy) -> Headline:
    """Where the ratio is going, with its band."""
    if not found.banded:
        return Headline(l10n.say("Forecast"))
    last = found.banded[-1]
    title = l10n.say(
        "ICV > {days}: {start} in {origin}, {value} {band} expected in {month}",
        days=policy.overdue_dpd, start=l10n.percent(found.start), origin=l10n.month(found.origin),
        value=l10n.percent(last.estimate.value), band=words.band(l10n, last.estimate), month=l10n.month(last.month),
    )  # fmt: skip
    share = l10n.percent(policy.forecast_confidence, 0)
    return Headline(
        title, l10n.say("Overdue ÷ gross balance; the fan would have held {share} of past errors", share=share)
    )


def picture(l10n: L10n, found: Forecast, policy: Policy) -> Trend:
    """The last months that came, what was forecast for them a month before, and the fan of the months to come."""
    came = {p.month: p.actual for p in found.past} | {found.origin: found.start}
    shown = [m for m in sorted(came) if m > months.add(found.origin, -BACK)]
    coming = [a.month for a in found.banded]
    gap = [math.nan] * len(coming)
    told = {p.month: p for p in found.past if p.ahead == 1}
    actual = Line(
        l10n.say("Came"), [*(came[m] for m in shown), *gap],
        [*(f"<b>{l10n.percent(came[m], 2)}</b>" for m in shown), *[""] * len(coming)], "second",
    )  # fmt: skip
    before = Line(
        l10n.say("Forecast a month before"), [*(_value(told.get(m)) for m in shown), *gap],
        [*(l10n.percent(_value(told.get(m)), 2) for m in shown), *[""] * len(coming)], "third", dashed=True,
    )  # fmt: skip
    lines = [actual, before]
    if coming:
        label = l10n.percent(found.banded[-1].estimate.value)
        lines = [actual, words.line(l10n, found, len(shown), most=len(coming), label=label), before]
    limits = ((policy.icv_target, l10n.say("Target"), "good"), (policy.icv_appetite, l10n.say("Limit"), "bad"))
    return Trend(
        [l10n.short_month(m) for m in (*shown, *coming)], lines,
        levels=[Level(v, f"{t} {l10n.percent(v)}", role) for v, t, role in limits if coming and math.isfinite(v)],
        nothing=words.why_not(l10n, found), open_from=l10n.short_month(coming[0]) if coming else "",
    )  # fmt: skip


def _value(past: Past | None) -> float:
    return past.estimate.value if past else math.nan


def errors_headline(l10n: L10n, found: Forecast) -> Headline:
    """How far ahead the chain is worth more than the forecast that nothing changes."""
    unit = l10n.say("Mean distance from what came, in percentage points, and how often the band held")
    better = [a for a in found.banded if a.better]
    if not better:
        return Headline(l10n.say("The chain is no better than “no change”"), unit)
    return Headline(
        l10n.say("Better than “no change” {some} of {all} months ahead", some=len(better), all=len(found.banded)), unit
    )


def errors(l10n: L10n, found: Forecast) -> Table:
    """By how many months ahead: the forecast with its band, and what earlier ones so far ahead were worth."""
    return Table(
        columns=(
            l10n.say("Month"), l10n.say("Forecast"), l10n.say("Band"), l10n.say("Missed by"),
            l10n.say("No change"), l10n.say("Band held"),
        ),
        rows=tuple(_error(l10n, a) for a in found.ahead),
        caption=errors_headline(l10n, found).title,
    )  # fmt: skip


def _error(l10n: L10n, ahead: Ahead) -> tuple[Cell, ...]:
    tone = "good" if ahead.better else "muted"
    held = l10n.say("{held} of {judged}", held=ahead.held, judged=ahead.judged) if ahead.judged else "—"
    return (
        Cell(f"{l10n.month(ahead.month)} (+{ahead.ahead})"), Cell(l10n.percent(ahead.estimate.value)),
        Cell(words.band(l10n, ahead.estimate) or "—"), Cell(l10n.number(100 * ahead.miss, 2), tone),
        Cell(l10n.number(100 * ahead.unchanged_miss, 2)), Cell(held),
    )  # fmt: skip


def assumed_headline(l10n: L10n, found: Forecast) -> Headline:
    """Where the chain's rates come from."""
    if found.chain is None:
        return Headline(l10n.say("What the chain assumes"))
    first, last = found.window
    return Headline(
        l10n.say("What the chain assumes: every month is like the last ones"),
        l10n.say(
            "Monthly shares of balance, {months}, with less weight all months before", months=l10n.months(first, last)
        ),
    )


def assumed(l10n: L10n, found: Forecast, policy: Policy) -> Table:
    """The rates that decide where the ratio goes."""
    rows = _rates(l10n, found.chain, FIRST_OVERDUE[policy.overdue_dpd]) if found.chain else ()
    return Table(
        columns=(l10n.say("Each month"), l10n.say("Share")), rows=tuple((Cell(t), Cell(v)) for t, v in rows),
        caption=assumed_headline(l10n, found).title,
    )  # fmt: skip


def _rates(l10n: L10n, chain: Chain, overdue: int) -> tuple[tuple[str, str], ...]:
    rates, near, past = chain.rates, STATES[overdue - 1], STATES[overdue]
    new = np.maximum(chain.arrivals, 0)
    rows = (
        (l10n.say("{near} becomes {past}", near=near, past=past), rates[overdue - 1, overdue]),
        (l10n.say("{past} gets worse", past=past), rates[overdue, overdue + 1 : -1].sum()),
        (l10n.say("{past} is no longer overdue", past=past), rates[overdue, :overdue].sum()),
        (l10n.say("New balance, of the whole"), new.sum()),
        (l10n.say("Of it, overdue from the start"), ratio(new[overdue:-1].sum(), new.sum())),
    )
    return tuple((text, l10n.percent(float(value))) for text, value in rows)
