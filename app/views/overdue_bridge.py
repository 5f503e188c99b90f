"""App room: the bridge of the overdue ratio in words: its finding, its bars, its table, what is behind a bar."""

from __future__ import annotations

import math

from app.charts.bridge import Bridge as Drawn
from app.charts.bridge import Step
from app.format import rounded_sign
from app.l10n import L10n
from app.views import names
from app.views.overdue_figures import Figures, Listing
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from monitoring.bridge import CASH, COSMETIC, Bridge, Flow, Key

BASIS = 1e4
"""Basis points of a fraction."""
FLOWS = {
    "rolled_in": mark("Became overdue"),
    "entered": mark("New and overdue already"),
    "accrued": mark("Overdue balance changed, no payment"),
    "cured_cash": mark("Cured by cash"),
    "paid_down": mark("Paid down, still overdue"),
    "reaged": mark("Re-aged by a payment option"),
    "cured_unpaid": mark("Cured, no payment known"),
    "written_off": mark("Written off"),
    "gone": mark("Left, nobody knows why"),
    "growth": mark("Portfolio growth"),
    "moved": mark("Changed segment"),
    "pooled": mark("Flows of few obligations together"),
}
"""Names of the kinds of flow."""
WHY_NOT = {
    "one_month": mark("A bridge needs two months; the selection has one."),
    "no_flows": mark("This release was made before flows were recorded, or its months are not whole. Train again."),
    "no_balance": mark("There is no balance to build a bridge on."),
    "no_gross": mark("The data hold obligations in arrears only; a bridge needs every obligation."),
}
"""Why there is no bridge."""


def why_not(l10n: L10n, bridge: Bridge) -> str:
    """Why there is no bridge; "" where there is one."""
    if bridge.reason == "month_missing":
        missing = l10n.month(bridge.missing)
        return l10n.say("{month} is missing, and nothing flows across it: choose months on one side.", month=missing)
    return l10n.say(WHY_NOT[bridge.reason]) if bridge.reason else ""


def headline(l10n: L10n, figures: Figures, bridge: Bridge, *, cash_only: bool) -> Headline:
    """How far the ratio moved; or why it cannot be told."""
    days = figures.policy.overdue_dpd
    if bridge.reason:
        return Headline(l10n.say("The bridge of ICV > {days}", days=days), why_not(l10n, bridge))
    said = {
        "days": days, "start": l10n.month(bridge.first), "end": l10n.month(bridge.last),
        "change": basis(l10n, abs(bridge.change)),
    }  # fmt: skip
    sign = rounded_sign(bridge.change * BASIS, 1)
    if sign == 0:
        title = l10n.say("ICV > {days} stayed from {start} to {end}", **_but(said, "change"))
    elif sign > 0:
        title = l10n.say("ICV > {days} rose {change} from {start} to {end}", **said)
    else:
        title = l10n.say("ICV > {days} fell {change} from {start} to {end}", **said)
    ends = {"start": l10n.percent(bridge.start, 2), "end": l10n.percent(bridge.end, 2)}
    if cash_only:
        ends["alone"] = l10n.percent(bridge.cash_only.end, 2)
        return Headline(title, l10n.say("From {start} to {end}; with cash only it would be {alone}", **ends))
    return Headline(title, l10n.say("From {start} to {end}: what each flow is worth, basis points", **ends))


def sentence(l10n: L10n, figures: Figures, bridge: Bridge) -> str:
    """How much of the improvement is cash; or what lowered a ratio that did not improve."""
    if bridge.reason:
        return why_not(l10n, bridge)
    if not figures.pin.carries("cash"):
        return l10n.say("The data carry no payments: how much of the change is cash cannot be told.")
    said = {
        "share": l10n.percent(bridge.cash_share, 0),
        "reaged": basis(l10n, -bridge.of("reaged")),
        "written": basis(l10n, -bridge.of("written_off")),
        "lowered": basis(l10n, bridge.lowered),
    }
    if not rounded_sign(bridge.lowered * BASIS, 2):
        return l10n.say("Nothing brought the ratio down between these months.")
    if rounded_sign(bridge.change * BASIS, 1) < 0:
        return l10n.say(
            "{share} of the improvement is cash; {reaged} re-aged, {written} written off.", **_but(said, "lowered")
        )
    return l10n.say(
        "No improvement: {lowered} were taken off, {share} of that in cash; {reaged} re-aged, {written} written off.",
        **said,
    )


def level(bridge: Bridge) -> str:
    """Level of the sentence: a fall that is mostly not cash is to be watched."""
    if bridge.reason or not math.isfinite(bridge.cash_share) or bridge.change >= 0:
        return "unknown"
    return "ok" if bridge.cash_share >= 0.5 else "watch"


def picture(l10n: L10n, bridge: Bridge, *, cash_only: bool) -> Drawn:
    """The bars: the ratio at the start, each flow, the ratio at the end, in basis points."""
    if bridge.reason:
        return Drawn((), nothing=why_not(l10n, bridge))
    shown = bridge.cash_only if cash_only else bridge
    steps = [_total(l10n, "start", l10n.month(bridge.first), shown.start)]
    at = shown.start
    for flow in shown.flows:
        steps.append(_step(l10n, flow, at))
        at += flow.contribution
    end = l10n.say("{month}, cash only", month=l10n.month(bridge.last)) if cash_only else l10n.month(bridge.last)
    steps.append(_total(l10n, "end", end, shown.end))
    return Drawn([s for s in steps if s.tone == "total" or rounded_sign(s.end - s.start, 2)])


def _total(l10n: L10n, key: str, name: str, ratio: float) -> Step:
    value = l10n.percent(ratio, 2)
    return Step(key, name, ratio * BASIS, ratio * BASIS, value, f"<b>{value}</b>", "total")


def _step(l10n: L10n, flow: Flow, at: float) -> Step:
    worth = basis(l10n, flow.contribution, signed=True)
    lowered = "better" if flow.kind in CASH else "soft" if flow.kind in COSMETIC else "other"
    hover = l10n.say(
        "{worth} · n {n} · overdue {overdue}, portfolio {gross}",
        worth=f"<b>{worth}</b>", n=l10n.number(flow.n), overdue=l10n.signed_money(flow.overdue),
        gross=l10n.signed_money(flow.gross),
    )  # fmt: skip
    tone = "worse" if flow.contribution > 0 else lowered
    end = at + flow.contribution
    return Step(written(flow), flow_name(l10n, flow.kind, flow.option), at * BASIS, end * BASIS, worth, hover, tone)


def flows_headline(l10n: L10n, bridge: Bridge) -> Headline:
    """That the flows add up, and what they leave unexplained."""
    if bridge.reason:
        return Headline(l10n.say("The flows"), "")
    left = l10n.number(abs(bridge.residual) * BASIS, 2)
    return Headline(
        l10n.say("The flows add up to the change"),
        l10n.say("Unexplained: {value} bp. Each adds to the overdue balance and to the portfolio", value=left),
    )


def table(l10n: L10n, bridge: Bridge, *, cash_only: bool) -> Table:
    """Every flow: obligations, what it added to the overdue and to the gross balance, what it is worth."""
    shown = bridge.cash_only if cash_only else bridge
    listed = [f for f in shown.flows if f.overdue or f.gross]
    columns = (l10n.say("Flow"), "n", l10n.say("Overdue"), l10n.say("Portfolio"), l10n.say("bp"))
    rows = tuple(
        (
            Cell(flow_name(l10n, f.kind, f.option)), Cell(l10n.number(f.n)), Cell(l10n.signed_money(f.overdue)),
            Cell(l10n.signed_money(f.gross)), Cell(l10n.signed(f.contribution * BASIS, 2), _tone(f)),
        )
        for f in listed
    )  # fmt: skip
    overdue, gross = math.fsum(f.overdue for f in shown.flows), math.fsum(f.gross for f in shown.flows)
    total = (
        Cell(l10n.say("Change of the ratio")), Cell(""), Cell(l10n.signed_money(overdue)),
        Cell(l10n.signed_money(gross)), Cell(l10n.signed(shown.change * BASIS, 2)),
    )  # fmt: skip
    keys = tuple(written(f) if f.kind != "moved" else "" for f in listed)
    return Table(columns, rows, keys, total if rows else (), l10n.say("Flows between the two months"))


def _tone(flow: Flow) -> str:
    if not rounded_sign(flow.contribution * BASIS, 2):
        return "muted"
    if flow.contribution > 0:
        return "bad"
    return "good" if flow.kind in CASH else ""


def flow_name(l10n: L10n, kind: str, option: str = "") -> str:
    """The name of a kind of flow, with its payment option where there is one."""
    if option:
        return l10n.say("Re-aged: {option}", option=names.level(l10n, option))
    return l10n.say(FLOWS[kind])


def written(flow: Flow) -> str:
    """The key of a flow as a click sends it."""
    return f"{flow.kind}|{flow.option}"


def asked(text: str, bridge: Bridge) -> Key | None:
    """The flow that a click asks for, where the bridge has it and it can be listed."""
    kind, _, option = text.partition("|")
    here = any((f.kind, f.option) == (kind, option) for f in bridge.flows)
    return (kind, option) if here and kind != "moved" else None


def behind_headline(l10n: L10n, listing: Listing | None) -> Headline:
    """What the list of obligations is about."""
    if listing is None:
        return Headline(l10n.say("Behind a bar"), l10n.say("A click on a bar or a flow lists its obligations"))
    span = {"start": l10n.month(listing.first), "end": l10n.month(listing.last)}
    n, shown = listing.found.n, len(listing.found.listed)
    numbers = {"n": l10n.number(n), "shown": l10n.number(shown)}
    if shown < n:
        subtitle = l10n.say("{start} to {end}: the {shown} largest of {n} obligation-months", **span, **numbers)
    else:
        subtitle = l10n.say("{start} to {end}: n {n}", **span, n=numbers["n"])
    return Headline(flow_name(l10n, *listing.key), subtitle)


def behind_table(l10n: L10n, listing: Listing | None) -> Table:
    """The obligations, the largest first; of an id only the last digits are shown."""
    columns = (
        l10n.say("Obligation"), l10n.say("Month"), l10n.say("Days past due"), l10n.say("Balance"),
        l10n.say("A month later"), l10n.say("Bucket a month later"),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(masked(o.obligation)), Cell(l10n.short_month(o.month)), Cell(l10n.number(o.days_past_due)),
            Cell(l10n.money(o.balance)), Cell(l10n.money(o.next_balance)), Cell(names.level(l10n, o.next_bucket)),
        )
        for o in (listing.found.listed if listing else ())
    )  # fmt: skip
    return Table(columns, rows, caption=l10n.say("Obligations behind the flow"))


def masked(number: int) -> str:
    """An id of which only the last three digits can be read."""
    return f"···{str(number)[-3:]}"


def basis(l10n: L10n, share: float, *, signed: bool = False) -> str:
    """A difference of ratios in basis points: 30.3 bp."""
    value = l10n.signed(share * BASIS, 1) if signed else l10n.number(share * BASIS, 1)
    return l10n.say("{value} bp", value=value)


def _but(said: dict, *names: str) -> dict:
    return {k: v for k, v in said.items() if k not in names}
