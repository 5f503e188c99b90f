"""App room: the words and chart data of the Uplift section. Below grade A no word says that an offer caused."""

from __future__ import annotations

from app.components.verdict import Condition, Verdict
from app.l10n import L10n
from app.views import model_effect
from app.views import simulator as simulated
from app.views.effect_uplift_figures import OFFERS, Found, Sheet, asked, chosen, figures, found
from app.views.model_effect_pictures import against, points
from app.views.shapes import State

__all__ = [
    "Found", "Sheet", "asked", "caution", "chosen", "figures", "found", "orders", "state", "verdict", "ways",
]  # fmt: skip

LISTED = ("score", "value", "uplift")


def ways(l10n: L10n, page: Sheet) -> dict[str, str]:
    """The comparisons that there are."""
    return {w: l10n.say("With an offer − without") if w == OFFERS else against(l10n, w) for w in page.ways}


def orders(l10n: L10n, way: str) -> dict[str, str]:
    """The orders that the list of a comparison can have: of arms, the score alone."""
    return {name: l10n.say(simulated.ORDERS[name]) for name in LISTED} if way == OFFERS else {}


def state(l10n: L10n, page: Found) -> State | None:
    """Why there is no uplift to show."""
    barred = model_effect.state(l10n, page.sheet.figures)
    if barred is not None:
        return State(barred.kind, barred.title, barred.body)
    if page.uplift is not None:
        return None
    if page.way:
        title = l10n.say("Nobody in this selection can be compared")
        return State("nothing", title, l10n.say("It holds no scored row of both groups. Take fewer filters."))
    return State("nothing", l10n.say("No control, no uplift: n/a"), " ".join(_lacking(l10n, page.sheet)))


def _lacking(l10n: L10n, page: Sheet) -> list[str]:
    pin = page.figures.pin
    if not pin.dated:
        return [l10n.say("The data carry no dates, so nobody can say what came before an offer and what after.")]
    if not pin.carries("cash"):
        return [l10n.say("The data carry no payments: there is no outcome that an offer could move.")]
    said = [
        l10n.say("Whom an offer moves shows only beside those who got none, or got it by chance; here that is lacking.")
    ]
    if page.sums is None:
        return [*said, l10n.say("Reserve a random control group, or log the chance of each offer, and train anew.")]
    return [
        *said,
        l10n.say("Offers with a logged chance say too little:"),
        *(simulated.condition(l10n, g) for g in page.failed),
    ]


def caution(l10n: L10n, page: Found) -> str:
    """What the reader must know before the figures."""
    if page.way == OFFERS and page.sheet.narrowed:
        return l10n.say(
            "This comparison speaks of the whole portfolio and of its own months: filters do not narrow it."
        )
    return ""


def verdict(l10n: L10n, page: Found) -> Verdict | None:
    """The grade beside the Qini coefficient, and what it means."""
    if page.uplift is None:
        return None
    q = page.uplift.coefficient
    said = {"q": l10n.number(q.value, 4), "a": l10n.number(q.low, 4), "b": l10n.number(q.high, 4)}
    if q.low > 0:
        sentence = l10n.say("This order puts those first whom an offer moves: Qini {q} ({a} to {b}).", **said)
    elif q.high < 0:
        sentence = l10n.say("This order puts those last whom an offer moves: Qini {q} ({a} to {b}).", **said)
    else:
        sentence = l10n.say("This order cannot be told from a random one: Qini {q} ({a} to {b}).", **said)
    return Verdict(
        page.grade, l10n.say(model_effect.GRADES[page.grade]), _who(l10n, page), sentence, [_over_all(l10n, page)],
        l10n.say("What the grade rests on"), _conditions(l10n, page),
    )  # fmt: skip


def _who(l10n: L10n, page: Found) -> str:
    assert page.uplift is not None
    said = {"month": l10n.months(*page.months), "a": l10n.number(page.uplift.rows[0]),
            "b": l10n.number(page.uplift.rows[1])}  # fmt: skip
    if page.way == OFFERS:
        return l10n.say("{month}: {a} obligation-months with an offer, {b} without; outcome: a payment in the month.",
                        **said)  # fmt: skip
    return l10n.say(
        "{month}, when the arms were drawn: {a} scored obligations in the model's arm, {b} in the control; everyone "
        "counts in the arm drawn. Outcome: a payment in the month.",
        **said,
    )  # fmt: skip


def _over_all(l10n: L10n, page: Found) -> str:
    assert page.uplift is not None
    every = page.uplift.everybody
    return l10n.say("Over the whole list the difference in payments is {value} ({a} to {b}).",
                    value=l10n.points(every.value), a=points(l10n, every.low), b=points(l10n, every.high))  # fmt: skip


def _conditions(l10n: L10n, page: Found) -> list[Condition]:
    if page.way != OFFERS:
        said = model_effect.verdict(l10n, page.sheet.figures)
        return list(said.conditions) if said else []
    assert page.sheet.sums is not None
    support = page.sheet.sums.support
    overlap = l10n.say("Rows whose chance of an offer lay between 5% and 95%: {value} (at least {limit})",
                       value=l10n.percent(support.overlap),
                       limit=l10n.percent(page.sheet.figures.policy.overlap_least, 0))  # fmt: skip
    return [Condition(overlap, "good" if page.grade == "B" else "bad"),
            Condition(l10n.say(simulated.PROPENSITY[support.propensity]), "good")]  # fmt: skip
