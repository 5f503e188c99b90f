"""App room: what each grade of evidence means in words; below grade A none of them says that the model did anything."""

from __future__ import annotations

from collections.abc import Sequence

from app.components.verdict import Condition
from app.desk import Pin
from app.l10n import L10n
from app.words import mark

GRADES = {
    "A": mark("Grade A: clients were drawn at random into arms before the model went live."),
    "B": mark(
        "Adjusted estimate, not randomised: valid only if nothing unrecorded drove both the offer and the payment."
    ),
    "C": mark("Comparison of groups over time; assumes they would have moved in parallel."),
    "D": mark("Simulation, not an observed result."),
    "E": mark("Grade E: nothing in these data separates the model from everything else that changed."),
}


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


def failing(l10n: L10n, conditions: Sequence[Condition]) -> list[str]:
    """The conditions that do not hold, each as a sentence that says so."""
    return [l10n.say("Does not hold: {condition}", condition=c.text) for c in conditions if c.tone == "bad"]
