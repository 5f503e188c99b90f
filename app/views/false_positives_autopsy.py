"""App room: the words of the Autopsy section: its states, its sentence, its readings, its table."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views.error_shapes import Reading
from app.views.false_positives_autopsy_figures import Sheet
from app.views.false_positives_words import threshold
from app.views.shapes import Cell, Headline, State, Table
from app.words import mark
from data.rows import (
    BROKEN,
    CAUSES,
    NO_OFFER,
    NOT_REACHED,
    NOT_RECORDED,
    NOT_WORKED,
    NOTHING_LEFT,
    PAID_LATE,
    PART_PAID,
    REFUSED,
)
from monitoring.autopsy import UNCONTACTED, Part

ROWS, MONEY = "rows", "balance"
NAMES = {
    NO_OFFER: mark("No record of an offer"),
    PAID_LATE: mark("Paid after the window"),
    NOT_WORKED: mark("Never worked"),
    NOT_REACHED: mark("No right-party contact"),
    NOTHING_LEFT: mark("No option or locked out"),
    BROKEN: mark("Promise broken"),
    PART_PAID: mark("Paid a part only"),
    REFUSED: mark("Refused: model error"),
    NOT_RECORDED: mark("Not recorded"),
}
"""Names of the causes, in the order in which they are looked for."""


def name(l10n: L10n, cause: str) -> str:
    """The name of a cause."""
    return l10n.say(NAMES[cause])


def units(l10n: L10n, sheet: Sheet) -> dict[str, str]:
    """Choices of what is counted; one only where the data carry no balance."""
    money = {MONEY: l10n.say("Balance")} if sheet.counted.pin.carries("balance") else {}
    return {ROWS: l10n.say("Obligations"), **money}


def state(l10n: L10n, sheet: Sheet) -> State | None:
    """Why there is nothing to take apart; None when there is."""
    found = sheet.found
    if not sheet.counted.scored:
        return State(
            "nothing",
            l10n.say("No row of this selection carries a score"),
            l10n.say("Without a score nothing is flagged. Widen the months or lift a filter."),
        )
    if found.reason == "no_label_yet":
        return State(
            "nothing",
            l10n.say("No outcome is known yet"),
            l10n.say("What was wasted is known once the outcome windows close. Choose earlier months."),
        )
    if found.reason == "nobody_flagged":
        return State(
            "nothing",
            l10n.say("Nobody with a known outcome is flagged"),
            l10n.say("Lower the threshold under “Errors at a threshold”; it holds here too."),
        )
    if not found.n:
        return State("nothing", l10n.say("There is no false positive"), l10n.say("All that is flagged here came true."))
    if not found.told:
        return State(
            "nothing",
            l10n.say("This release does not say why outcomes failed"),
            l10n.say("It was made before causes were recorded. Train again, and they will be."),
        )
    if found.unrecorded:
        return State(
            "nothing",
            l10n.say("Nobody recorded what collection did"),
            l10n.say("The source carries no actions, contacts, promises or payments: any cause would be a guess."),
        )
    return None


def caution(l10n: L10n, sheet: Sheet) -> str:
    """The causes that the source cannot tell; "" when it can tell all."""
    lacking = [c for c in CAUSES if c not in (*sheet.counted.recorded, NOT_RECORDED)]
    if not lacking:
        return ""
    return l10n.say(
        "Not recorded by the source: {names}. Such cases stand under a later cause, or under “{none}”.",
        names=", ".join(name(l10n, c) for c in lacking), none=name(l10n, NOT_RECORDED),
    )  # fmt: skip


def sentence(l10n: L10n, sheet: Sheet) -> str:
    """How much of what was wasted never was a contact, and how much the model answers for."""
    found = sheet.found
    n, apart = found.n - found.apart, ""
    if found.apart:
        share = l10n.percent(found.parts[CAUSES.index(NO_OFFER)].share, 0)
        said = {"k": l10n.number(found.apart), "share": share}
        apart = l10n.say("{k} false positives ({share}) have no record of an offer and stand apart.", **said)
    if not n:
        return apart
    said = {
        "n": l10n.number(n), "share": l10n.percent(found.uncontacted, 0),
        "worked": l10n.number(found.of(NOT_WORKED)), "reached": l10n.number(found.of(NOT_REACHED)),
        "refused": l10n.percent(found.refused, 0),
    }  # fmt: skip
    if not set(UNCONTACTED) <= set(sheet.counted.recorded):
        text = l10n.say("Of {n} wasted contacts the model answers for {refused}.", n=said["n"], refused=said["refused"])
    else:
        text = l10n.say(
            "Of {n} wasted contacts {share} never were one: {worked} never worked, {reached} without right-party "
            "contact. The model answers for {refused}.",
            **said,
        )
    return f"{apart} {text}".strip()


def readings(l10n: L10n, sheet: Sheet) -> list[Reading]:
    """The false positives, their share of what is flagged, the model's part of it, and what they cost."""
    found, policy = sheet.found, sheet.counted.policy
    cost = math.fsum(p.cost for p in found.parts)
    priced = l10n.say("at {cost} a contact made", cost=l10n.money(policy.cost_per_contact))
    return [
        Reading(
            l10n.say("False positives"),
            l10n.number(found.n),
            l10n.say("of {n} flagged with a known outcome", n=l10n.number(found.flagged)),
        ),
        Reading("FDR", l10n.percent(found.fdr.value), f"[{l10n.interval(found.fdr.low, found.fdr.high)}]"),
        Reading(
            l10n.say("FDR of the model"),
            l10n.percent(found.model_fdr.value),
            f"[{l10n.interval(found.model_fdr.low, found.model_fdr.high)}]",
        ),
        Reading(
            l10n.say("Spent in vain"),
            l10n.money(cost),
            priced if math.isfinite(policy.cost_per_contact) else l10n.say("no cost of a contact is set"),
        ),
    ]


def shown(sheet: Sheet) -> list[Part]:
    """The causes to show: those that the source can tell, and those that occur."""
    return [p for p in sheet.found.parts if p.n or p.cause in sheet.counted.recorded]


def headline(l10n: L10n, sheet: Sheet) -> Headline:
    """The largest cause, and what is counted."""
    period = l10n.months(sheet.counted.first, sheet.counted.last)
    unit = l10n.say(
        "In the order looked for: the first that holds counts · score of {at} or more · {period}",
        at=threshold(l10n, sheet.threshold), period=period,
    )  # fmt: skip
    if not sheet.found.n:
        return Headline(l10n.say("Causes of the false positives"), unit)
    most = max(sheet.found.parts, key=lambda p: p.n)
    title = l10n.say("{cause}: {share} of the false positives", cause=name(l10n, most.cause),
                     share=l10n.percent(most.share, 0))  # fmt: skip
    return Headline(title, unit)


def table_headline(l10n: L10n, sheet: Sheet) -> Headline:
    """That the causes add up."""
    return Headline(
        l10n.say("The causes add up to the {n} false positives", n=l10n.number(sheet.found.n)),
        l10n.say("Exactly one each. A click lists the obligations. Late payments of the last months may still come."),
    )


def table(l10n: L10n, sheet: Sheet) -> Table:
    """Every cause: obligations, share, balance, its share, and what the contacts cost."""
    found, money = sheet.found, sheet.counted.pin.carries("balance")
    columns = [l10n.say("Cause"), "n", l10n.say("Share")]
    columns += [l10n.say("Balance"), l10n.say("Share of balance")] if money else []
    columns.append(l10n.say("Cost"))

    def row(label: str, n: int, share: float, balance: float, of_balance: float, cost: float) -> tuple[Cell, ...]:
        amounts = (Cell(l10n.money(balance)), Cell(l10n.percent(of_balance, 0))) if money else ()
        return (Cell(label), Cell(l10n.number(n)), Cell(l10n.percent(share, 0)), *amounts, Cell(l10n.money(cost)))

    parts = shown(sheet)
    rows = tuple(row(name(l10n, p.cause), p.n, p.share, p.balance, p.share_balance, p.cost) for p in parts)
    cost = math.fsum(p.cost for p in found.parts)
    total = row(l10n.say("False positives"), found.n, 1.0, found.balance, 1.0, cost)
    keys = tuple(p.cause if p.n else "" for p in parts)
    return Table(tuple(columns), rows, keys, total, l10n.say("Causes of the false positives"))
