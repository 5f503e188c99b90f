"""App room: the planner of a randomised test: what the reader wishes to see, and the accounts and months it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.desk import Pin
from app.l10n import L10n
from app.views.error_shapes import Reading
from app.views.shapes import Headline
from data.counts import Selection
from monitoring import power
from monitoring.policy import Policy

EFFECT = "3"
"""Wished effect in percentage points, as it stands before anyone types."""
CONTROL = 50
"""Share left out at random, in percent: two equal arms are the fewest accounts."""
POWERS = {"80": "80%", "90": "90%"}


@dataclass(frozen=True)
class Asked:
    """What was typed: shares; NaN where the data's own is wanted, and for `effect` where it cannot be read. `wrong`:
    whether something typed is not a number."""

    base: float
    effect: float
    control: float
    power: float
    wrong: bool


def asked(*, base: str, effect: str, control: float, chance: str) -> Asked:
    """The planner's inputs as shares; a decimal comma is read like a point."""
    numbers = [_share(text) for text in (base, effect)]
    wrong = any(text.strip() and math.isnan(v) for text, v in zip((base, effect), numbers, strict=True))
    return Asked(numbers[0], numbers[1], control / 100, (90 if chance == "90" else 80) / 100, wrong)


def _share(text: str) -> float:
    try:
        value = float(text.replace(",", ".").replace("%", "").strip())
    except ValueError:
        return math.nan
    return value / 100 if math.isfinite(value) else math.nan


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> power.Present:
    """What the plan starts from."""
    totals = pin.counts.totals(selection, by=("month",), measures=power.MEASURES)
    found = power.present(totals, policy=policy)
    if pin.has_ratio:
        return found
    return power.Present(found.base, found.inflow)


def headline(l10n: L10n, now: power.Present, wish: Asked) -> Headline:
    """The accounts that the wished effect takes."""
    found = _plan(now, wish)
    unit = l10n.say(
        "Two-sided 5%, power {power}; difference of two shares, normal approximation; {share} left out at random",
        power=l10n.percent(wish.power, 0), share=l10n.percent(wish.control, 0),
    )  # fmt: skip
    if wish.wrong:
        return Headline(l10n.say("Type numbers, such as 18.25 and 3"), unit)
    if math.isnan(found.base):
        return Headline(l10n.say("No outcome is known yet: type a base rate"), unit)
    if math.isnan(found.accounts.total):
        return Headline(l10n.say("No test can show this: both rates must lie between 0 and 100%, and differ"), unit)
    said = {"effect": l10n.points(found.effect, _digits(found.effect)), "base": l10n.percent(found.base, 2)}
    if found.control == 1 / 2:
        return Headline(
            l10n.say("{n} accounts per arm needed for {effect} on {base}",
                     n=l10n.number(found.accounts.control), **said), unit)  # fmt: skip
    return Headline(
        l10n.say("{treated} accounts with the model and {control} without needed for {effect} on {base}",
                 treated=l10n.number(found.accounts.treated), control=l10n.number(found.accounts.control), **said),
        unit,
    )  # fmt: skip


def readings(l10n: L10n, now: power.Present, wish: Asked) -> list[Reading]:
    """Base, accounts, months, and what a month of it shows of the overdue ratio."""
    found = _plan(now, wish)
    own = math.isnan(wish.base)
    inflow = l10n.say("{n} obligations can be offered something in a mean month", n=l10n.number(now.inflow))
    out = [
        Reading(l10n.say("Base rate"), l10n.percent(found.base, 2),
                l10n.say("positive among known outcomes of the selection") if own else l10n.say("as typed")),
        Reading(l10n.say("Accounts in all"), l10n.number(found.accounts.total), l10n.say("each counted once")),
    ]  # fmt: skip
    if l10n.dated:
        months = l10n.number(math.ceil(found.months)) if math.isfinite(found.months) else l10n.number(math.nan)
        out.append(Reading(l10n.say("Months, at least"), months, inflow))
    if math.isfinite(found.icv_mde):
        out.append(
            Reading(
                l10n.say("Of the overdue ratio"), l10n.distance(found.icv_mde, 2),
                l10n.say("smallest effect that one month of such arms shows: large balances weigh most"),
            )
        )  # fmt: skip
    return out


def _plan(now: power.Present, wish: Asked) -> power.Plan:
    return power.plan(now, effect=wish.effect, base=wish.base, control=wish.control, power=wish.power)


def _digits(effect: float) -> int:
    return 0 if abs(effect * 100 - round(effect * 100)) < 1e-9 else 2
