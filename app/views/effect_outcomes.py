"""App room: the words of what the randomised arms came to: outcomes in a table, and segments as a forest."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.forest import Branch, Forest
from app.l10n import L10n
from app.views import names
from app.views.effect_arms import Arms
from app.views.model_effect_pictures import AGAINST, SHORT, points
from app.views.segment_names import qualified
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from monitoring.arm_outcomes import COHORT_MONTHS, Outcome
from monitoring.arm_segments import SegmentEffect

OUTCOMES = {
    "paid": mark("Paid an instalment"),
    "roll": mark("Rolled past {days} days"),
    "cash": mark("Cash ÷ balance"),
    "icv": mark("Overdue ratio"),
}
MORE_IS_BETTER = {"paid": True, "roll": False, "cash": True, "icv": False}
IN_BASIS_POINTS = ("roll", "icv")


def outcomes_headline(l10n: L10n, arms: Arms) -> Headline:
    """How many outcomes differ visibly, and what the table counts."""
    unit = l10n.say(
        "Everyone counts in the arm drawn, whatever was offered; adjusted for balances at go-live, 95% intervals from "
        "random groups of clients. Paid and cash: in arrears at go-live, followed for {n} months",
        n=l10n.number(COHORT_MONTHS),
    )  # fmt: skip
    main = next(iter(arms.outcomes.values()), ())
    if not main:
        return Headline(l10n.say("No randomised arms, no outcome to compare"), unit)
    seen = [o for o in main if o.sentence == "effect"]
    against = _against(l10n, next(iter(arms.outcomes)))
    if not seen:
        return Headline(l10n.say("{name}: no outcome differs visibly", name=against), unit)
    listed = ", ".join(f"{_name(l10n, arms, o.name)} {_value(l10n, o)}" for o in seen)
    return Headline(f"{against}: {listed}", unit)


def outcomes_table(l10n: L10n, arms: Arms) -> Table:
    """The outcomes in their order, each control in turn."""
    columns = (
        l10n.say("Outcome"), l10n.say("Model"), l10n.say("Control"), l10n.say("Difference"), l10n.say("95% interval"),
        l10n.say("Visible from"), l10n.say("A month"), l10n.say("n"),
    )  # fmt: skip
    rows = [_row(l10n, arms, control, o) for control, found in arms.outcomes.items() for o in found]
    return Table(columns, tuple(rows), caption=l10n.say("Outcomes of the arms"))


def _row(l10n: L10n, arms: Arms, control: str, o: Outcome) -> tuple[Cell, ...]:
    tone = _tone(o)
    name = f"{_name(l10n, arms, o.name)} · {l10n.say(SHORT[control]) if control in SHORT else control}"
    return (
        Cell(name), Cell(l10n.percent(o.model, 2)), Cell(l10n.percent(o.control, 2)), Cell(_value(l10n, o), tone),
        Cell(_between(l10n, o), tone), Cell(_size(l10n, o.name, o.mde)), Cell(_worth(l10n, o), tone),
        Cell(l10n.number(o.adjusted.n)),
    )  # fmt: skip


def _tone(o: Outcome) -> str:
    if o.sentence != "effect":
        return "muted"
    return "good" if (o.adjusted.value > 0) == MORE_IS_BETTER[o.name] else "bad"


def _name(l10n: L10n, arms: Arms, name: str) -> str:
    return (
        l10n.say(OUTCOMES[name], days=arms.figures.policy.overdue_dpd) if name == "roll" else l10n.say(OUTCOMES[name])
    )


def _against(l10n: L10n, control: str) -> str:
    return l10n.say(AGAINST[control]) if control in AGAINST else l10n.say("Model − {control}", control=control)


def _value(l10n: L10n, o: Outcome) -> str:
    if o.name in IN_BASIS_POINTS:
        return l10n.say("{value} bp", value=l10n.signed(o.adjusted.value * 1e4, 0))
    return l10n.points(o.adjusted.value, 2)


def _between(l10n: L10n, o: Outcome) -> str:
    low, high = o.adjusted.low, o.adjusted.high
    if o.name in IN_BASIS_POINTS:
        return l10n.say("{a} to {b}", a=l10n.signed(low * 1e4, 0), b=l10n.signed(high * 1e4, 0))
    return l10n.say("{a} to {b}", a=points(l10n, low), b=points(l10n, high))


def _size(l10n: L10n, name: str, value: float) -> str:
    if name in IN_BASIS_POINTS:
        return l10n.say("{value} bp", value=l10n.number(value * 1e4))
    return l10n.distance(value, 2)


def _worth(l10n: L10n, o: Outcome) -> str:
    if o.name == "paid":
        return l10n.say("{n} payments", n=l10n.signed(o.worth.value, 0))
    return l10n.signed_money(o.worth.value)


# By segment


def outcome_choices(l10n: L10n, *, cohort: bool) -> dict[str, str]:
    """What the segments can be compared by."""
    found = {"icv": l10n.say(OUTCOMES["icv"])}
    return {**found, "paid": l10n.say(OUTCOMES["paid"])} if cohort else found


def segments_headline(
    l10n: L10n, arms: Arms, found: Sequence[SegmentEffect], *, dimension: str, outcome: str
) -> Headline:
    """In how many segments the difference is clear, and how many could have shown it."""
    unit = l10n.say(
        "{outcome}, model − {control}; q: Benjamini-Hochberg over these segments; grey: could not have seen {target}",
        outcome=l10n.say(OUTCOMES[outcome]), control=_control(l10n, arms),
        target=l10n.distance(found[0].target, 1) if found else "—",
    )  # fmt: skip
    if not found:
        return Headline(l10n.say("No segment to compare"), unit)
    clear = [s for s in found if s.q < arms.figures.policy.p_watch]
    seeing = sum(s.sees for s in found)
    said = {"n": l10n.number(len(found)), "seeing": l10n.number(seeing)}
    if not clear:
        return Headline(
            l10n.say("No segment differs beyond chance; {seeing} of {n} could have shown the target effect", **said),
            unit,
        )
    strongest = max(clear, key=lambda s: abs(s.difference.value))
    name = qualified(l10n, dimension, strongest.level, arms.figures.pin.document("dimensions"))
    value = l10n.points(strongest.difference.value, 1)
    return Headline(
        l10n.say("{name} differs most: {value}; {seeing} of {n} could have shown the target effect",
                 name=name, value=value, **said),
        unit,
    )  # fmt: skip


def segments_forest(l10n: L10n, arms: Arms, found: Sequence[SegmentEffect]) -> Forest:
    """The segments as a forest plot."""
    return Forest(
        [_branch(l10n, arms, s) for s in found],
        {
            "clear": l10n.say("differs (q < 5%)"),
            "main": l10n.say("no visible difference"),
            "muted": l10n.say("too small to tell"),
        },
        target=found[0].target if found else math.nan,
        nothing=l10n.say("No segment to compare"),
    )


def _branch(l10n: L10n, arms: Arms, s: SegmentEffect) -> Branch:
    d = s.difference
    clear = s.q < arms.figures.policy.p_watch
    q = l10n.number(s.q, 3)
    hover = (
        f"{names.level(l10n, s.level)}: <b>{l10n.points(d.value, 2)}</b> · [{points(l10n, d.low)} – "
        f"{points(l10n, d.high)}] · q {q} · {l10n.say('visible from {mde}', mde=l10n.distance(s.mde, 2))}"
        f" · n {l10n.number(s.rows)}"
    )
    tone = "clear" if clear else "main" if s.sees else "muted"
    return Branch(
        s.level, names.level(l10n, s.level), d.value, d.low, d.high, f"{l10n.points(d.value, 1)} · q {q}", hover, tone
    )


def _control(l10n: L10n, arms: Arms) -> str:
    shown = arms.figures.shown
    return names.arm(l10n, shown[0].control).lower() if shown else "—"
