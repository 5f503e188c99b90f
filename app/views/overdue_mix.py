"""App room: the section Mix and rate in words: what moved the ratio, by segment; when nothing can be told, and why."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.format import rounded_sign
from app.l10n import L10n
from app.views import names
from app.views import overdue as page
from app.views.overdue_bridge import BASIS, basis
from app.views.overdue_figures import Figures
from app.views.overdue_mix_figures import DAYS, Arms, Scope
from app.views.shapes import Headline, State
from app.words import mark
from monitoring.definitions import BASES
from monitoring.estimate import Estimate
from monitoring.reversal import Reversal
from monitoring.split import Split

NAMES = {
    "balance": mark("ICV > {days}"),
    "past_due": mark("Past-due amount > {days}"),
    "count": mark("Obligations > {days}"),
}
MEANINGS = {
    "balance": mark("balance of obligations more than {days} days past due, of the gross balance"),
    "past_due": mark("past-due amount of obligations more than {days} days past due, of the gross balance"),
    "count": mark("obligations more than {days} days past due, of all obligations"),
}
COUNTED = {
    "balance": mark("Whole balance"),
    "past_due": mark("Past-due amount only"),
    "count": mark("Obligations"),
}
MOVED = {
    1: mark("{name} rose {change}: {parts}"),
    0: mark("{name} stayed: {parts}"),
    -1: mark("{name} fell {change}: {parts}"),
}
EVERYWHERE = {
    1: mark("{dimension}: the ratio rose {change} although it fell in all {n} of its levels."),
    -1: mark("{dimension}: the ratio fell {change} although it rose in all {n} of its levels."),
}
AT_THAT_MIX = {
    1: mark("{dimension}: the ratio rose {change}, but with an unchanged mix it would have fallen {rate}."),
    -1: mark("{dimension}: the ratio fell {change}, but with an unchanged mix it would have risen {rate}."),
}
EFFECT = mark("Model: its arm less the randomised control “{control}”, times the share of the portfolio in its arm.")
CHANGE_OF_EFFECT = mark(
    "Model: the change, between two months in which it worked, of its arm less the randomised control “{control}”, "
    "times the share of the portfolio in its arm."
)
LACKING = {
    "no_arms": mark("No bar for the model: nobody was left out of it at random, so its part stands under rate."),
    "gates": mark("No bar for the model: the arms fail a condition of grade A (page Model effect)."),
    "filtered": mark("No bar for the model: arms cannot be compared within the filter {filters}."),
}


def state(l10n: L10n, found: Scope) -> State | None:
    """Why the section has nothing to show; None when it has."""
    missing = page.state(l10n, Figures(found.pin, found.selection, found.policy))
    if missing:
        return missing
    if not found.pin.dated:
        return State(
            "nothing",
            l10n.say("These data have no dates"),
            l10n.say("All obligations stand in one snapshot: between months nothing changes."),
        )
    if len(found.months) < 2:
        return State(
            "nothing", l10n.say("A change needs two months"), l10n.say("The selection has one. Widen its months.")
        )
    return None


def caution(l10n: L10n, found: Scope) -> str:
    """What must be known before the figures are read."""
    return page.caution(l10n, Figures(found.pin, found.selection, found.policy))


def days_choices(own: int) -> dict[str, str]:
    """The days past due that the ratio can be read at; the empty choice is the bank's `own`."""
    return {"": f"> {own or 1}", **{str(d): f"> {d}" for d in DAYS if d != (own or 1)}}


def basis_choices(l10n: L10n) -> dict[str, str]:
    """The units that the ratio can be counted in."""
    return {b: l10n.say(COUNTED[b]) for b in BASES}


def month_choices(l10n: L10n, found: Scope, usual: int) -> dict[str, str]:
    """The months that a change can start or end in, the latest first; the empty choice is the usual one."""
    rest = {str(m): l10n.month(m) for m in reversed(found.months) if m != usual}
    return {"": l10n.month(usual) if usual else "—", **rest}


def called(l10n: L10n, found: Scope) -> str:
    """The name of the ratio as it is defined."""
    return l10n.say(NAMES[found.definition.basis], days=found.definition.days)


def why_not(l10n: L10n, found: Scope, split: Split | None) -> str:
    """Why there is no split; "" where there is one."""
    if split is None:
        return l10n.say("The selection leaves one level of every dimension: there is no mix.")
    if split.reason == "no_balance":
        return l10n.say("One of the months has no balance.")
    if split.reason:
        return l10n.say("A change needs two months")
    if found.definition.basis == "past_due" and not (split.start or split.end):
        return l10n.say("The data carry no past-due amounts.")
    return ""


def headline(l10n: L10n, found: Scope, split: Split | None) -> Headline:
    """How far the ratio moved, and by what."""
    problem = why_not(l10n, found, split)
    if split is None or problem:
        return Headline(called(l10n, found), problem)
    said = {"name": called(l10n, found), "parts": ", ".join(_parts(l10n, split))}
    sign = rounded_sign(split.change * BASIS, 1)
    if sign:
        said["change"] = basis(l10n, abs(split.change))
    meaning = l10n.say(MEANINGS[found.definition.basis], days=found.definition.days)
    span = l10n.say("{start} to {end}", start=l10n.month(split.before), end=l10n.month(split.after))
    notes = [span, meaning]
    if split.trial:
        notes.append(l10n.say("whiskers: 95% interval of the model's effect, which rate carries mirrored"))
    return Headline(l10n.say(MOVED[sign], **said), "; ".join(notes))


def _parts(l10n: L10n, split: Split) -> list[str]:
    words = [l10n.say("mix {value}", value=basis(l10n, split.mix, signed=True))]
    if not split.trial:
        return [*words, l10n.say("rate {value}", value=basis(l10n, split.rate.value, signed=True))]
    words.append(l10n.say("underlying rate {value}", value=basis(l10n, split.rate.value, signed=True)))
    if not clear(split.model):
        return [*words, l10n.say("model not told from zero")]
    return [*words, l10n.say("model {value}", value=basis(l10n, split.model.value, signed=True))]


def clear(part: Estimate) -> bool:
    """Whether the direction of a part is beyond doubt: it has no interval, or one without zero."""
    return not math.isfinite(part.low) or part.low > 0 or part.high < 0


def model_note(l10n: L10n, found: Scope, split: Split | None, arms: Arms) -> str:
    """What the model's bar compares; or why there is none."""
    if split is None or why_not(l10n, found, split):
        return ""
    if split.trial:
        control = names.arm(l10n, split.trial.control)
        if split.before > split.trial.go_live:
            return l10n.say(CHANGE_OF_EFFECT, control=control)
        return l10n.say(EFFECT, control=control)
    if arms.trial:
        live = l10n.month(arms.trial.go_live)
        return l10n.say(
            "No bar for the model: it went live in {month}, and nothing can have worked by then.", month=live
        )
    labels = {"score": l10n.say("Score band"), "offered": l10n.say("Offers")}
    listed = ", ".join(labels.get(n) or names.dimension(l10n, n, {}) for n in arms.barred)
    return l10n.say(LACKING[arms.lacking], **({"filters": listed} if arms.barred else {}))


def turned(l10n: L10n, found: Scope, reversals: Sequence[Reversal]) -> str:
    """The dimensions that turn the direction over, in a sentence each; or that none does."""
    if not reversals:
        return l10n.say("By no dimension does the ratio move against its own segments.")
    return " ".join(_turned(l10n, found, r) for r in reversals)


def _turned(l10n: L10n, found: Scope, r: Reversal) -> str:
    sign = 1 if r.change > 0 else -1
    said = {
        "change": basis(l10n, abs(r.change)),
        "dimension": names.dimension(l10n, r.dimension, found.pin.document("dimensions")),
    }
    if r.everywhere:
        return l10n.say(EVERYWHERE[sign], n=l10n.number(r.levels), **said)
    return l10n.say(AT_THAT_MIX[sign], rate=basis(l10n, abs(r.rate)), **said)


def segments_headline(l10n: L10n, found: Scope, split: Split | None) -> Headline:
    """Which segment added the most in the direction of the change."""
    problem = why_not(l10n, found, split)
    if split is None or problem:
        return Headline(l10n.say("By segment"), problem)
    name = names.dimension(l10n, split.dimension, found.pin.document("dimensions"))
    subtitle = l10n.say(
        "{dimension}: what each segment added, basis points; mix is against the mean ratio", dimension=name
    )
    if not split.segments:
        return Headline(l10n.say("By segment"), subtitle)
    top = max(split.segments, key=lambda s: s.total * math.copysign(1, split.change))
    worth = {"segment": names.level(l10n, top.level_name), "value": basis(l10n, top.total, signed=True)}
    return Headline(l10n.say("{segment} moved the ratio most: {value}", **worth), subtitle)


def notes(l10n: L10n, split: Split | None) -> str:
    """What a segment that is there in one month only adds, and where the model's effect cannot be told."""
    if split is None or split.reason:
        return ""
    groups = {
        mark("New in {month}: {names}. All that they add is mix."): ("new", split.after),
        mark("Gone by {month}: {names}. All that they took away is mix."): ("vanished", split.after),
    }
    said = []
    for message, (was, month) in groups.items():
        found = [names.level(l10n, s.level_name) for s in split.segments if s.was == was]
        if found:
            said.append(l10n.say(message, names=", ".join(found), month=l10n.month(month)))
    untold = [names.level(l10n, s.level_name) for s in split.segments if not s.told]
    if untold:
        said.append(
            l10n.say("No control in {names}: what the model did there stands under rate.", names=", ".join(untold))
        )
    return " ".join(said)
