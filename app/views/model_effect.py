"""App room: the words and chart data of the Model effect page. Below grade A no word says that the model caused."""

from __future__ import annotations

import math

from app.components.verdict import Condition, Verdict
from app.l10n import L10n
from app.views import effect_adjusted, ladder, names
from app.views.grades import GRADES, failing, refusal
from app.views.model_effect_figures import Figures, figures
from app.views.model_effect_pictures import (
    against,
    arms_headline,
    arms_trend,
    boxes,
    effect_headline,
    picture,
    points,
)  # fmt: skip
from app.views.shapes import State
from app.words import mark
from monitoring.effect import Comparison
from monitoring.evidence import Gate

__all__ = [
    "GRADES", "Figures", "arms_headline", "arms_trend", "boxes", "effect_headline", "figures", "picture", "state",
    "verdict",
]  # fmt: skip

GATES = {
    "sample_ratio": mark("The arms have the sizes that were planned (χ² p {value}, must exceed {limit})"),
    "baseline_balance": mark("At go-live the arms were alike: largest standardised difference {value}, limit {limit}"),
    "enough_clients": mark("Each arm has enough clients: the smaller has {value}, at least {limit} are needed"),
    "one_arm": mark("Each client was given one arm: {value} were given two, at most {limit} may be"),
    "arm_before_outcome": mark(
        "Each arm was drawn before anything came of it: {value} of clients had been there without one, at most {limit} "
        "may have been"
    ),
}
SHARES = ("one_arm", "arm_before_outcome")
"""Conditions whose value is a share."""
PLACES = {
    "B": mark("No randomised arms hold here. The comparison of offers stands under the tab Adjusted."),
    "C": mark("No randomised arms hold here. The comparison of groups stands under the tab Groups over time."),
    "D": mark("No comparison holds here. What other offers would bring stands on the page Simulator."),
}
UNCHECKED = {
    "sample_ratio": mark("The planned sizes of the arms were not recorded, so they cannot be checked"),
    "one_arm": mark("This release does not count clients with two arms: train again to check"),
    "arm_before_outcome": mark("Whether each arm was drawn before anything came of it is not recorded"),
}


def state(l10n: L10n, figures: Figures) -> State | None:
    """Why arms cannot be compared in this selection, and the button that lifts what stands in the way."""
    if not figures.barred:
        return None
    labels = {"score": l10n.say("Score band"), "offered": l10n.say("Offers")}
    listed = ", ".join(labels.get(n) or names.dimension(l10n, n, {}) for n in figures.barred)
    return State(
        "nothing",
        l10n.say("Arms cannot be compared within this filter"),
        l10n.say(
            "{filters}: being in arrears, being scored and being offered came after the arms were drawn. Those whom "
            "such a filter keeps differ between arms for reasons other than chance. Filter by what was known before "
            "instead: product, region, age.",
            filters=listed,
        ),
        action=l10n.say("Lift this filter"),
    )


def verdict(l10n: L10n, figures: Figures) -> Verdict | None:
    """The grade, what could be seen, what is concluded, and the conditions; None where a state stands in."""
    found = figures.found
    if found is None:
        return None
    main = figures.shown[0] if figures.shown else None
    opener = l10n.say("What the grade rests on")
    conditions = [_condition(l10n, g) for g in found.gates]
    if main is None:
        return _below(l10n, figures, opener, conditions)
    return Verdict(
        grade=found.grade,
        meaning=l10n.say(GRADES[found.grade]),
        before=_visible(l10n, figures, main),
        sentence=_sentence(l10n, main),
        more=[_against(l10n, c) for c in figures.shown[1:]],
        opener=opener,
        conditions=conditions,
    )


def _below(l10n: L10n, figures: Figures, opener: str, conditions: list[Condition]) -> Verdict:
    """The grade without arms that hold: its agreed sentence, what does not hold of the arms that there are, where to
    read on, and how to reach grade A."""
    standing = ladder.standing(figures)
    grade, more = standing.grade, [*failing(l10n, conditions), _how(l10n)]
    conditions = conditions or _lacking(l10n, figures)
    if grade == "E":
        return Verdict(grade, l10n.say(GRADES["E"]), "", refusal(l10n, figures.pin), more, opener, conditions)
    adjusted = effect_adjusted.verdict(l10n, standing.adjusted) if grade == "B" else None
    if adjusted is not None:
        more, conditions = [*adjusted.more, *more], [*conditions, *adjusted.conditions]
    sentence = l10n.say(GRADES[grade])
    return Verdict(grade, sentence, l10n.say(PLACES[grade]), sentence, more, opener, conditions)


def _lacking(l10n: L10n, figures: Figures) -> list[Condition]:
    """What the data would have to carry."""
    pin = figures.pin
    lacks = [(True, names.reason(l10n, "no_arms")),
             (not pin.carries("balance"), names.reason(l10n, "no_balance")),
             (not pin.carries("days_past_due"), l10n.say("the data carry no days past due")),
             (not pin.dated, l10n.say("the data carry no dates"))]  # fmt: skip
    return [Condition(text, "bad") for lacking, text in lacks if lacking]


def _visible(l10n: L10n, figures: Figures, c: Comparison) -> str:
    """What effect these arms could show at all: said before any estimate."""
    said = {"mde": l10n.distance(c.mde, 2), "target": l10n.distance(c.target_effect, 2)}
    if figures.part or not math.isfinite(c.clients_needed):
        return l10n.say(
            "These arms can show effects of {mde} or more, averaged over the months; the target is {target}.", **said
        )
    return l10n.say(
        "These arms ({clients} clients) can show effects of {mde} or more, averaged over the months; to see {target} "
        "takes {needed} clients.",
        **said, clients=l10n.number(c.clients), needed=l10n.number(c.clients_needed),
    )  # fmt: skip


def _sentence(l10n: L10n, c: Comparison) -> str:
    said = {
        "x": l10n.number(abs(c.average.value) * 100, 2), "mde": l10n.number(c.mde * 100, 2),
        "a": points(l10n, c.average.low), "b": points(l10n, c.average.high),
    }  # fmt: skip
    if c.sentence == "effect_lower":
        return l10n.say("The model lowered ICV by {x} pp (95% CI {a} to {b}) against a randomised control.", **said)
    if c.sentence == "effect_higher":
        return l10n.say("The model raised ICV by {x} pp (95% CI {a} to {b}) against a randomised control.", **said)
    if c.sentence == "too_early":
        return l10n.say("No month has passed since go-live: it is too early to say.")
    return l10n.say("No detectable effect. This test can only see effects of {mde} pp or more.", **said)


def _against(l10n: L10n, c: Comparison) -> str:
    """The other comparison, in one line."""
    name = against(l10n, c.control)
    said = {"name": name, "value": l10n.points(c.average.value, 2), "a": points(l10n, c.average.low),
            "b": points(l10n, c.average.high), "mde": l10n.distance(c.mde, 2)}  # fmt: skip
    if c.sentence == "effect_not_detected":
        return l10n.say("{name}: {value} ({a} to {b}), not detectable; visible from {mde}.", **said)
    return l10n.say("{name}: {value} ({a} to {b}).", **said)


def _how(l10n: L10n) -> str:
    return l10n.say(
        "How: before the next month, draw a random share of the clients whom the model does not touch, keep them apart "
        "for at least six months, and record the arm of each client in the decisions file."
    )


def _condition(l10n: L10n, gate: Gate) -> Condition:
    if gate.passed is None:
        return Condition(l10n.say(UNCHECKED.get(gate.name, mark("A condition cannot be checked"))), "muted")
    written = l10n.percent if gate.name in SHARES else l10n.number
    digits = 0 if gate.name == "enough_clients" else 1 if gate.name in SHARES else 3
    text = l10n.say(GATES.get(gate.name, mark("{value} against {limit}")),
                    value=written(gate.value, digits), limit=written(gate.limit, digits))  # fmt: skip
    if gate.detail:
        text = f"{text} · {names.arm(l10n, gate.detail)}"
    return Condition(text, "good" if gate.passed else "bad")
