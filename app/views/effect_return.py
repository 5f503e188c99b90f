"""App room: the words of what the offers brought beyond what would have come anyway, and of what they cost."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views.effect_arms import Arms
from app.views.error_shapes import Reading
from app.views.shapes import Headline
from app.words import mark
from monitoring.estimate import Estimate

MISSING = {
    "no_cost": mark("no cost of a contact is set in thresholds.toml"),
    "no_offers": mark("the model's arm got no more offers than the control"),
}
NET = "net"


def return_headline(l10n: L10n, arms: Arms) -> Headline:
    """What share would have come anyway, if that can be told."""
    unit = l10n.say("Obligations in arrears at go-live: what the offers brought beyond the control, and what they cost")
    if arms.cure is None:
        return Headline(l10n.say("What would have been paid anyway cannot be told"), unit)
    found = arms.cure.anyway
    if not (math.isfinite(found.value) and math.isfinite(found.se)):
        return Headline(l10n.say("Nothing was kept yet: no share to split"), unit)
    if not _told(found):
        return Headline(l10n.say("Too few clients to tell what would have been paid anyway"), unit)
    said = {"value": l10n.percent(found.value, 0), "between": l10n.interval(found.low, found.high, 0)}
    return Headline(l10n.say("{value} of the kept options would have been paid anyway ({between})", **said), unit)


def _told(anyway: Estimate) -> bool:
    """Whether the share is known at all: its interval is shorter than all that a share can be."""
    return anyway.high - anyway.low < 1


def cure_choices(l10n: L10n) -> dict[str, str]:
    """The switch between what was kept and what was gained."""
    return {NET: l10n.say("Net of self-cure"), "gross": l10n.say("Gross")}


def return_readings(l10n: L10n, arms: Arms, *, shown: str) -> list[Reading]:
    """Gross or net payments, the share that is not incremental, offers, cost, cash and return."""
    out: list[Reading] = []
    if arms.cure is not None:
        if shown == NET:
            note = l10n.say("{between}: payments in the month of go-live beyond those of clients without offers",
                            between=_pair(l10n, arms.cure.net))  # fmt: skip
            out.append(Reading(l10n.say("Gained per 100 obligations"), _hundred(l10n, arms.cure.net), note))
            anyway = arms.cure.anyway
            note = l10n.say("{between}: FP3, kept but would have been paid anyway",
                            between=l10n.interval(anyway.low, anyway.high, 0))  # fmt: skip
            share = anyway.value if _told(anyway) else math.nan
            out.append(Reading(l10n.say("Not incremental"), l10n.percent(share, 0), note))
        else:
            note = l10n.say("{between}: options kept in the month of go-live, whoever would have paid anyway",
                            between=_pair(l10n, arms.cure.gross))  # fmt: skip
            out.append(Reading(l10n.say("Kept per 100 obligations"), _hundred(l10n, arms.cure.gross), note))
    if arms.returned is not None:
        out += _money(l10n, arms)
    return out


def _money(l10n: L10n, arms: Arms) -> list[Reading]:
    found = arms.returned
    if found is None:
        return []
    price = arms.figures.policy.cost_per_contact
    why = l10n.say(MISSING[found.missing]) if found.missing else ""
    cost = why or l10n.say("{n} more offers than the control, {price} each", n=l10n.number(found.offers),
                           price=l10n.money(price))  # fmt: skip
    between = l10n.say("{a} to {b}", a=l10n.signed_money(found.cash.low), b=l10n.signed_money(found.cash.high))
    roi = why or l10n.say("{a} to {b}; cash received over cost, less one", a=l10n.change(found.roi.low, 0),
                          b=l10n.change(found.roi.high, 0))  # fmt: skip
    return [
        Reading(l10n.say("Cost of the offers"), l10n.money(found.cost), cost),
        Reading(l10n.say("Cash beyond the control"), l10n.signed_money(found.cash.value), between),
        Reading(l10n.say("Return on cost"), l10n.change(found.roi.value, 0), roi),
    ]


def _hundred(l10n: L10n, value: Estimate) -> str:
    return l10n.signed(value.value * 100, 1)


def _pair(l10n: L10n, value: Estimate) -> str:
    return l10n.say("{a} to {b}", a=l10n.signed(value.low * 100, 1), b=l10n.signed(value.high * 100, 1))
