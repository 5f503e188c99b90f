"""App room: the words and chart data of the Model effect page. Below grade A no word says that the model caused."""

from __future__ import annotations

import math

from app.components.verdict import Condition, Verdict
from app.desk import Pin
from app.l10n import L10n
from app.views import names
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
    "Figures", "arms_headline", "arms_trend", "boxes", "effect_headline", "figures", "picture", "refusal", "state",
    "verdict",
]  # fmt: skip

GRADES = {
    "A": mark("Grade A: clients were drawn at random into arms before the model went live."),
    "B": mark(
        "Adjusted estimate, not randomised: valid only if nothing unrecorded drove both the offer and the payment."
    ),
    "C": mark("Comparison of groups over time; assumes they would have moved in parallel."),
    "D": mark("Simulation, not an observed result."),
    "E": mark("Grade E: nothing in these data separates the model from everything else that changed."),
}
GATES = {
    "sample_ratio": mark("The arms have the sizes that were planned (χ² p {value}, must exceed {limit})"),
    "baseline_balance": mark("At go-live the arms were alike: largest standardised difference {value}, limit {limit}"),
    "enough_clients": mark("Each arm has enough clients: the smaller has {value}, at least {limit} are needed"),
}
UNCHECKED = {"sample_ratio": mark("The planned sizes of the arms were not recorded, so they cannot be checked")}


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
    return Verdict(
        grade=found.grade,
        meaning=l10n.say(GRADES[found.grade]),
        before=_visible(l10n, figures, main) if main else "",
        sentence=_sentence(l10n, main) if main else refusal(l10n, figures.pin),
        more=[_against(l10n, c) for c in figures.shown[1:]] if main else [_how(l10n)],
        opener=l10n.say("What the grade rests on"),
        conditions=[_condition(l10n, g) for g in found.gates] or _lacking(l10n, figures),
    )


def refusal(l10n: L10n, pin: Pin) -> str:
    """Why no number is shown, and what would change that."""
    if pin.has_ratio:
        return l10n.say(
            "These data cannot attribute the change in ICV to the model. Reserve a random control group to find out."
        )
    return l10n.say(
        "These data cannot say what the model changed: nobody was left out of it at random, and they carry no overdue "
        "ratio to compare. Reserve a random control group to find out."
    )


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
    digits = 0 if gate.name == "enough_clients" else 3
    text = l10n.say(GATES.get(gate.name, mark("{value} against {limit}")),
                    value=l10n.number(gate.value, digits), limit=l10n.number(gate.limit, digits))  # fmt: skip
    if gate.detail:
        text = f"{text} · {names.arm(l10n, gate.detail)}"
    return Condition(text, "good" if gate.passed else "bad")
