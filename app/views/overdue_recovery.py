"""App room: recovery in words: the cash received of what became overdue, by the month in which it did."""

from __future__ import annotations

import math

from app.charts.entries import Entries, Entry
from app.l10n import L10n
from app.views.overdue_vintage_figures import Recovered, closed_span
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from monitoring.policy import Policy
from monitoring.recovery import Recovery, pooled

WHY = {
    "no_cash": mark("The data carry no payments: recovery cannot be told."),
    "old_release": mark("This release was made before vintages were recorded. Train again."),
    "none": mark("Nothing became overdue for the first time in these months."),
}
"""Why there is no recovery."""


def why_not(l10n: L10n, found: Recovered) -> str:
    """Why there is no recovery; "" where there is."""
    return l10n.say(WHY[found.reason]) if found.reason else ""


def headline(l10n: L10n, found: Recovered) -> Headline:
    """The share of all months whose horizon has passed."""
    said: dict[str, object] = {"days": found.days, "horizon": found.horizon}
    plain = l10n.say("Recovery within {horizon} months", horizon=found.horizon)
    if found.reason:
        return Headline(plain, why_not(l10n, found))
    subtitle = l10n.say(
        "Cash of {horizon} months ÷ balance when first more than {days} days past due, by month of entry; hatched: "
        "more can come", **said,
    )  # fmt: skip
    whole = pooled(list(found.found))
    if not math.isfinite(whole):
        return Headline(l10n.say("No month of entry is {horizon} months old yet", horizon=found.horizon), subtitle)
    said |= {"share": l10n.percent(whole), "months": l10n.months(*closed_span(found.found))}
    return Headline(
        l10n.say("{share} of what became > {days} days past due came back as cash within {horizon} months", **said),
        subtitle,
    )


def picture(l10n: L10n, found: Recovered) -> Entries:
    """A column for each month of entry, and the share of all closed ones across."""
    columns = [
        Entry(l10n.short_month(r.month), r.share.value, r.share.low, r.share.high, _hover(l10n, r), r.open)
        for r in found.found
    ]
    whole = pooled(list(found.found))
    said = {"share": l10n.percent(whole), "months": l10n.months(*closed_span(found.found))}
    text = l10n.say("{months}: {share}", **said) if math.isfinite(whole) else ""
    return Entries(columns, whole, text, nothing=why_not(l10n, found) or l10n.say("No month can be told."))


def _hover(l10n: L10n, month: Recovery) -> str:
    said = {
        "month": l10n.month(month.month), "share": f"<b>{l10n.percent(month.share.value)}</b>",
        "interval": l10n.interval(month.share.low, month.share.high), "n": l10n.number(month.n),
    }  # fmt: skip
    if month.open:
        return l10n.say("{month}: {share} so far [{interval}] · n {n}", **said)
    return l10n.say("{month}: {share} [{interval}] · n {n}", **said)


def table_headline(l10n: L10n, found: Recovered, policy: Policy) -> Headline:
    """The best and the worst month of entry, of those of many obligations whose horizon has passed."""
    closed = [r for r in found.found if not r.open and math.isfinite(r.share.value) and r.n >= policy.min_n]
    if len(closed) < 2:
        return Headline(l10n.say("Month by month"), why_not(l10n, found))
    low, high = (pick(closed, key=lambda r: r.share.value) for pick in (min, max))
    said = {
        "low": l10n.percent(low.share.value, 0), "worst": l10n.month(low.month),
        "high": l10n.percent(high.share.value, 0), "best": l10n.month(high.month),
    }  # fmt: skip
    return Headline(
        l10n.say("From {low} ({worst}) to {high} ({best})", **said),
        l10n.say("First time overdue only; cash is every payment of the obligation, whatever it was for"),
    )


def table(l10n: L10n, found: Recovered) -> Table:
    """Each month of entry, the newest first."""
    columns = (
        l10n.say("Month of entry"), l10n.say("Recovered"), l10n.say("Balance entered"), "n", l10n.say("Horizon"),
    )  # fmt: skip
    rows = tuple(_row(l10n, r) for r in reversed(found.found))
    return Table(columns, rows, caption=l10n.say("Recovery by month of entry"))


def _row(l10n: L10n, month: Recovery) -> tuple[Cell, ...]:
    share = l10n.percent(month.share.value)
    limits = f" [{l10n.interval(month.share.low, month.share.high)}]" if math.isfinite(month.share.low) else ""
    if month.missing:
        passed = l10n.say("{month} is missing", month=l10n.month(month.missing))
    else:
        passed = l10n.say("open") if month.open else l10n.say("passed")
    tone = "muted" if month.open or month.missing else ""
    return (
        Cell(l10n.month(month.month)), Cell(share + limits, tone), Cell(l10n.money(month.balance)),
        Cell(l10n.number(month.n)), Cell(passed, tone),
    )  # fmt: skip
