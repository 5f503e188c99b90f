"""App room: the forecast of the overdue ratio in words: how far off it may be, and what earlier ones were worth."""

from __future__ import annotations

import math

from app.charts.trend import Line
from app.l10n import L10n
from app.words import mark
from monitoring.estimate import Estimate
from monitoring.forecast import Ahead, Forecast
from monitoring.policy import Policy

REASONS = {
    "undated": mark("the data stand in one snapshot: there are no months to go on from"),
    "no_balance": mark("the data carry no overdue ratio in this month"),
    "no_gross": mark("the data hold obligations in arrears only: what is cured or new cannot be followed"),
    "one_bucket": mark("a filter keeps some ageing buckets only: what leaves them cannot be followed"),
    "no_flows": mark("it is not known where the balances of the last months went: a month is missing, or the release "
                     "is older than the flows and has to be made again"),
    "few_months": mark("fewer months than it takes to say how far off it may be"),
}  # fmt: skip
"""Why there is no forecast."""


def why_not(l10n: L10n, found: Forecast) -> str:
    """Why there is no forecast to show, as half a sentence; "" where there is one."""
    reason = found.reason or ("" if found.banded else "few_months")
    return l10n.say(REASONS[reason]) if reason else ""


def band(l10n: L10n, estimate: Estimate, digits: int = 1) -> str:
    """The band of a forecast: [3,9 – 4,6 %]."""
    return f"[{l10n.interval(estimate.low, estimate.high, digits)}]" if math.isfinite(estimate.low) else ""


def line(l10n: L10n, found: Forecast, before: int, *, most: int, label: str) -> Line:
    """The course of a forecast on a chart, with its fan: it starts at the last of `before` months that came."""
    ahead = found.banded[:most]
    gap, start = [math.nan] * (before - 1), found.start
    return Line(
        l10n.say("Forecast"),
        [*gap, start, *(a.estimate.value for a in ahead)],
        [""] * before + [_hover(l10n, a) for a in ahead],
        "main",
        label,
        [*gap, start, *(a.estimate.low for a in ahead)],
        [*gap, start, *(a.estimate.high for a in ahead)],
        dashed=True,
    )


def _hover(l10n: L10n, ahead: Ahead) -> str:
    missed = l10n.say("missed by {miss} on average", miss=l10n.distance(ahead.miss, 2))
    return f"<b>{l10n.percent(ahead.estimate.value, 2)}</b> · {band(l10n, ahead.estimate)} · {missed}"


def held(l10n: L10n, policy: Policy, ahead: Ahead) -> str:
    """In how many of the past months the band held what came; "" where none was judged."""
    if not ahead.judged:
        return ""
    return l10n.say(
        "In {held} of {judged} past months the {confidence} band held the ratio.",
        held=l10n.number(ahead.held), judged=l10n.number(ahead.judged),
        confidence=l10n.percent(policy.forecast_confidence, 0),
    )  # fmt: skip


def missed(l10n: L10n, ahead: Ahead) -> str:
    """What earlier forecasts so far ahead were worth, beside the forecast that nothing changes."""
    said = {"miss": l10n.distance(ahead.miss, 2), "unchanged": l10n.distance(ahead.unchanged_miss, 2)}
    first = l10n.many(
        "Forecasts {n} month ahead missed by {miss} on average, “no change” by {unchanged}.",
        "Forecasts {n} months ahead missed by {miss} on average, “no change” by {unchanged}.",
        ahead.ahead, **said,
    )  # fmt: skip
    return first if ahead.better else f"{first} {l10n.say('So far ahead the chain is no better than “no change”.')}"


def outlook(l10n: L10n, found: Forecast, *, policy: Policy, most: int) -> str:
    """The forecast in a few sentences: the last of `most` months, its band, and what such forecasts were worth."""
    why = why_not(l10n, found)
    if why:
        return l10n.say("No forecast: {reason}.", reason=why)
    last = found.banded[:most][-1]
    first = l10n.say(
        "Forecast for {month}: {value} {band}.",
        month=l10n.month(last.month), value=l10n.percent(last.estimate.value), band=band(l10n, last.estimate),
    )  # fmt: skip
    return " ".join(s for s in (first, held(l10n, policy, last), missed(l10n, last)) if s)
