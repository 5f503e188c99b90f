"""App room: the words and chart data of the Simulator page. A simulation is never said to be what happened."""

from __future__ import annotations

import math

from app.charts.frontier import Course, Frontier
from app.components.verdict import Condition, Verdict
from app.l10n import L10n
from app.views.shapes import Box, Headline, State
from app.views.simulator_figures import NEWEST, TOGETHER, Sheet, asked, clicked, scenario, sheet
from app.words import mark
from monitoring.estimate import Estimate
from monitoring.evidence import Gate
from monitoring.simulator import LEAST_IN_BIN, Scenario

__all__ = [
    "Sheet", "asked", "best", "boxes", "caution", "clicked", "condition", "headline", "orders", "periods",
    "picture", "scenario", "sheet", "state", "verdict", "why",
]  # fmt: skip

ORDERS = {"value": mark("expected value"), "score": mark("score"), "uplift": mark("uplift")}
EXPLAINED = {
    "value": mark("Expected value: score × balance"),
    "score": mark("Score: who accepts most readily"),
    "uplift": mark("Uplift: balance that an offer is predicted to keep from being overdue"),
}
GATES = {
    "unsupported": mark(
        "Parts of the list with fewer than {least} rows offered, or not offered: {value} (must stay under {limit})"
    ),
    "effective_size": mark("Rows that carry the weight, in the smaller group: {value} (at least {limit})"),
    "placebo": mark("Offers and the payment of the month before, which they cannot have changed: {value} (must be 0)"),
    "overlap": mark("Rows whose chance of an offer lay between 5% and 95%: {value} (at least {limit})"),
}
PROPENSITY = {
    "logged": mark("Chances of an offer: as they were logged with each decision."),
    "arms": mark("Chances of an offer: as they were logged, averaged over the randomised arms."),
    "estimated": mark("Chances of an offer: none were logged, so they were estimated from what was known."),
}


def orders(l10n: L10n) -> dict[str, str]:
    """The orders that a list can have, the usual one first."""
    return {name: l10n.say(text) for name, text in EXPLAINED.items()}


def periods(l10n: L10n) -> dict[str, str]:
    """The months that can be looked at."""
    return {TOGETHER: l10n.say("Last months together"), NEWEST: l10n.say("Newest month")}


def state(l10n: L10n, page: Sheet) -> State | None:
    """Why nothing can be simulated."""
    if page.stands:
        return None
    if page.period is None:
        return State("nothing", l10n.say("These data cannot say what other offers would bring"), _lacking(l10n, page))
    help_ = l10n.say("More months together, another order, or offers made at random to a few of every kind would help.")
    title = l10n.say("Not simulated: the offers that were made say too little")
    return State("nothing", title, "\n".join([*(condition(l10n, g) for g in page.failed), *_where(l10n, page), help_]))


def _where(l10n: L10n, page: Sheet) -> list[str]:
    """The parts of the list that the data say nothing of."""
    if not page.unsupported:
        return []
    parts = ", ".join(f"{l10n.number(100 * a)}–{l10n.percent(b, 0)}" for a, b in page.unsupported)
    return [l10n.say("Nothing is known of these parts of the list, from the top: {parts}.", parts=parts)]


def _lacking(l10n: L10n, page: Sheet) -> str:
    pin = page.pin
    if not pin.dated:
        return l10n.say("The data carry no dates: there is no next month to simulate.")
    if not (pin.has_ratio and pin.carries("gross")):
        return l10n.say("The data do not carry the whole portfolio with balances and days past due, month by month.")
    return l10n.say(
        "It takes decisions (who was offered something and who was not), at least 200 rows of each, and the portfolio "
        "one month later. Reserve a random control group, log the chance of each offer, and publish a new release."
    )


def caution(l10n: L10n, page: Sheet) -> str:
    """What the reader must know before the figures."""
    said = []
    if page.stands and page.narrowed:
        said.append(
            l10n.say("The simulation speaks of the whole portfolio and of its own months: filters do not narrow it.")
        )
    if page.stands and page.thin and page.sums is not None:
        said.append(
            l10n.say("Only {share} of the rows could have gone either way: far from the offers that were made, it is "
                     "models that speak.", share=l10n.percent(page.sums.support.overlap, 0))
        )  # fmt: skip
    return " ".join(said)


def verdict(l10n: L10n, page: Sheet, found: Scenario) -> Verdict:
    """The grade, the sentence, and the conditions."""
    assert page.sums is not None and page.period is not None
    icv, support, period = found.policy.icv, page.sums.support, page.period
    sentence = l10n.say(
        "If the top {k} by {ordering} are offered, ICV next month goes from {x} to {y} [{a}] (simulation).",
        k=_top(l10n, found.k), ordering=l10n.say(ORDERS[page.ordering]), x=l10n.percent(found.icv_today, 2),
        y=l10n.percent(icv.value, 2), a=l10n.interval(icv.low, icv.high, 2),
    )  # fmt: skip
    more = [
        l10n.say("Against the offers as they were made: {change}. Against no offers ({none}): {other}.",
                 change=_points(l10n, found.policy.change_today), none=l10n.percent(found.policy.icv_none, 2),
                 other=_points(l10n, found.policy.change))
    ]  # fmt: skip
    conditions = [Condition(condition(l10n, g), "muted" if g.passed is None else "good") for g in page.gates]
    conditions += [Condition(text, "muted") for text in _where(l10n, page)]
    conditions.append(Condition(l10n.say(PROPENSITY[support.propensity]), "good"))
    if period.gone or period.unranked:
        conditions.append(Condition(
            l10n.say("{gone} rows left the book within the month and count as not overdue; {unranked} could be offered "
                     "something but have no score or no decision, and stay as they were.",
                     gone=l10n.number(period.gone), unranked=l10n.number(period.unranked)), "muted"))  # fmt: skip
    note = l10n.say("Simulation, not an observed result.")
    return Verdict("D", _meaning(l10n), note, sentence, more, l10n.say("What the simulation rests on"), conditions)


def _meaning(l10n: L10n) -> str:
    return l10n.say(
        "Grade D: each row's outcome with and without an offer is predicted by models of other clients and corrected "
        "by what was observed (doubly robust). One month ahead only, with balances as they stood at the opening."
    )


def condition(l10n: L10n, gate: Gate) -> str:
    """A condition of a simulation in words, with what was found."""
    many = gate.name == "effective_size"
    value = (
        l10n.points(gate.value) if gate.name == "placebo" else
        l10n.number(gate.value) if many else l10n.percent(gate.value)
    )  # fmt: skip
    limit = l10n.number(gate.limit) if many else l10n.percent(gate.limit, 0)
    return l10n.say(GATES[gate.name], value=value, limit=limit, least=l10n.number(LEAST_IN_BIN))


def _top(l10n: L10n, k: float) -> str:
    """A share of the list, with a decimal only where it has one."""
    return l10n.percent(k, 0 if math.isclose(round(100 * k), 100 * k) else 1)


def _points(l10n: L10n, e: Estimate) -> str:
    return l10n.say("{value} [{low} to {high}]", value=l10n.points(e.value, 2), low=l10n.signed(e.low * 100, 2),
                    high=l10n.signed(e.high * 100, 2))  # fmt: skip


def boxes(l10n: L10n, page: Sheet, found: Scenario) -> list[Box]:
    """List, ratio, cash, cost, net value; each per month."""
    icv, cash, net = found.policy.icv, found.cash, found.net
    against = l10n.say("than with no offers")
    span = _span(l10n, page)
    return [
        Box("list", l10n.say("List"), l10n.number(found.offers), l10n.say("a month"),
            against=l10n.say("today: {n}", n=l10n.number(found.offers_today)),
            n=l10n.say("{share} of the balance in line", share=l10n.percent(found.balance, 0)),
            facts=((l10n.say("Period"), span),)),
        Box("icv", l10n.say("ICV next month"), l10n.percent(icv.value, 2),
            change=l10n.points(found.policy.change_today.value, 2), against=l10n.say("against today"),
            facts=((l10n.say("95% interval"), l10n.interval(icv.low, icv.high, 2)), (l10n.say("Period"), span))),
        Box("cash", l10n.say("Extra cash"), l10n.signed_money(cash.value), l10n.say("a month"), against=against,
            n=l10n.say("{n} more clients pay", n=l10n.number(found.payers.value)),
            facts=((l10n.say("95% interval"), _money(l10n, cash)), (l10n.say("Period"), span))),
        Box("cost", l10n.say("Cost of the offers"), l10n.money(found.cost), l10n.say("a month"),
            n=l10n.say("{cost} each", cost=l10n.money(page.policy.cost_per_contact)),
            facts=((l10n.say("Period"), span),)),
        Box("net", l10n.say("Net value"), l10n.signed_money(net.value), l10n.say("a month"),
            against=l10n.say("cash less cost"),
            facts=((l10n.say("95% interval"), _money(l10n, net)), (l10n.say("Period"), span))),
    ]  # fmt: skip


def _money(l10n: L10n, e: Estimate) -> str:
    if not math.isfinite(e.value):
        return l10n.money(e.value)
    return l10n.say("{low} to {high}", low=l10n.signed_money(e.low), high=l10n.signed_money(e.high))


def _span(l10n: L10n, page: Sheet) -> str:
    assert page.period is not None
    return l10n.months(page.period.months[0], page.period.months[-1])


def headline(l10n: L10n, page: Sheet) -> Headline:
    """Top of the chart."""
    assert page.sums is not None
    return Headline(
        l10n.say("Overdue ratio next month by share of the list that is offered"),
        l10n.say("ICV > {days} days, mean of {months}; band: 95% interval of the chosen order; dashed: as it was",
                 days=l10n.number(page.sums.overdue_dpd), months=_span(l10n, page)),
    )  # fmt: skip


def picture(l10n: L10n, page: Sheet, found: Scenario) -> Frontier:
    """Every order, the chosen one with its band."""
    courses = []
    for name, course in page.courses.items():
        chosen, values = name == page.ordering, [s.policy.icv for s in course]
        word = l10n.say(ORDERS[name])
        hovers = [f"{word}: <b>{l10n.percent(v.value, 2)}</b> [{l10n.interval(v.low, v.high, 2)}]" for v in values]
        band = ([v.low for v in values], [v.high for v in values]) if chosen else ((), ())
        role = "second" if name == "score" or (page.ordering == "score" and name == "uplift") else "main"
        courses.append(Course(word, [s.k for s in course], [v.value for v in values], hovers, chosen, role, *band))
    return Frontier(
        courses, found.k, found.policy.icv.value, l10n.say("top {k}", k=_top(l10n, found.k)), found.icv_today,
        l10n.say("as it was: {value}", value=l10n.percent(found.icv_today, 2)),
        l10n.say("Share of the list, from the top"),
    )  # fmt: skip


def why(l10n: L10n, page: Sheet, found: Scenario) -> str:
    """Why the list is not ordered by the score alone, in the figures of this bank."""
    value, score = (page.scenario(found.k, name) for name in ("value", "score"))
    said = {
        "k": _top(l10n, found.k), "v": l10n.points(value.policy.change.value, 2),
        "s": l10n.points(score.policy.change.value, 2), "vb": l10n.percent(value.balance, 0),
        "sb": l10n.percent(score.balance, 0),
    }  # fmt: skip
    if score.policy.change.value <= value.policy.change.value:
        return l10n.say(
            "The score says who accepts, not how much is at stake. With {k} of the list, expected value reaches {vb} "
            "of the balance and moves ICV by {v} against no offers; the score alone reaches {sb} and moves it by {s}. "
            "In these months the score does not come out worse; the interval is wide.",
            **said,
        )  # fmt: skip
    return l10n.say(
        "The score says who accepts, not how much is at stake. With {k} of the list, expected value reaches {vb} of "
        "the balance and moves ICV by {v} against no offers; the score alone reaches {sb} and moves it by only {s}.",
        **said,
    )  # fmt: skip


def best(l10n: L10n, page: Sheet) -> str:
    """The list that pays best, weighed on clients that did not choose it."""
    found = page.best
    if found is None:
        return l10n.say("No list is named as the best: the cost of an offer or the payments are not known.")
    return l10n.say(
        "Highest net value on half of the clients: the top {k}. On the other half it brings {net} a month "
        "({interval}).",
        k=l10n.percent(found.k, 0), net=l10n.signed_money(found.net.value), interval=_money(l10n, found.net),
    )  # fmt: skip
