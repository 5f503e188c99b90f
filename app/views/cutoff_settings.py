"""App room: the settings of the section Cut-off in words: costs, capacity, lock-out, limits of contact and options."""

from __future__ import annotations

import math

from app.components.card_list import Fact
from app.l10n import L10n
from data.sources.thresholds import FILE as THRESHOLDS
from monitoring.policy import Policy


def locks(l10n: L10n, policy: Policy | None = None) -> dict[str, str]:
    """The lock-outs to choose from: the bank's own, in months once its policy is known, and others."""
    own = l10n.say("as the bank has set it")
    if policy:
        own = l10n.say("as set: the last {n} months", n=l10n.number(policy.option_lockout_months))
    return {
        "": own,
        "0": l10n.say("nobody"),
        "3": l10n.say("options of the last 3 months"),
        "4": l10n.say("options of the last 4 months"),
        "6": l10n.say("options of the last 6 months"),
    }


def limits(l10n: L10n, policy: Policy) -> str:
    """How the limits of contact and of options bound the list, and what the data lack for more."""
    if not policy.calls_allowed:
        return l10n.say("The limits in force leave no call: no contact, no channel or no option is allowed.")
    return l10n.say(
        "The list calls an obligation once a month; the limits in force would allow {n} calls, each with at most "
        "{options} options. Counted rows do not say which obligations are one client's, nor how many options were "
        "offered: neither can shorten the list.",
        n=l10n.number(policy.calls_allowed), options=l10n.number(policy.options_most),
    )  # fmt: skip


def where_set(l10n: L10n) -> str:
    """Where the settings come from."""
    return l10n.say("The bank sets them in {file}, beside its files; they hold from the next training on.",
                    file=THRESHOLDS)  # fmt: skip


def settings(l10n: L10n, policy: Policy) -> list[Fact]:
    """What is in force: costs, capacity, lock-out, and the limits of contact and options."""
    calls = l10n.number(policy.capacity) if math.isfinite(policy.capacity) else l10n.say("no limit is set")
    agent = l10n.say(
        "{calls} calls a day, {days} days a month", calls=l10n.number(policy.calls_per_agent_day),
        days=l10n.number(policy.agent_days),
    )  # fmt: skip
    law = l10n.say(
        "{contacts} a day and {channels} channel a week for a client (Law 2300 of 2023)",
        contacts=l10n.number(policy.contacts_per_day), channels=l10n.number(policy.channels_per_week),
    )  # fmt: skip
    hours = l10n.say(
        "Monday to Friday {hours} h, Saturday {saturday} h", hours=policy.contact_hours or "—",
        saturday=policy.contact_hours_saturday or "—",
    )  # fmt: skip
    lock = l10n.say("{n} months after an option", n=l10n.number(policy.option_lockout_months))
    return [
        Fact(l10n.say("Cost of a call (c)"), l10n.money(policy.cost_per_contact)),
        Fact(l10n.say("Value of a success (v)"), l10n.money(policy.value_per_success)),
        Fact(l10n.say("Concession (k)"), l10n.money(policy.concession)),
        Fact(l10n.say("Calls a month"), calls),
        Fact(l10n.say("An agent"), agent),
        Fact(l10n.say("Locked out"), lock),
        Fact(l10n.say("Options for an obligation"), l10n.say("at most {n}", n=l10n.number(policy.options_most))),
        Fact(l10n.say("Contacts"), law),
        Fact(l10n.say("Hours of contact"), hours),
    ]
