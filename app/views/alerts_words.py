"""App room: the names of what a rule can watch, its numbers in their units, and what a rule asks as a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from app.desk import Pin
from app.l10n import L10n
from app.views import names
from app.views.alerts_figures import Scope, Tried, known_measures
from app.views.decisions import selected
from app.views.false_positives_costs import NO_LIMIT
from app.views.pinned import in_words
from app.words import mark
from data.records.alert_terms import MOST_NAME
from data.records.decisions import LONGEST, Problem
from monitoring.alerts import BELOW, Condition
from monitoring.estimate import Estimate

MEASURES = {
    "fdr": mark("FDR: share of wasted contacts"),
    "gap": mark("Observed less promised rate"),
    "auc": mark("AUC of the score"),
    "psi": mark("PSI of the score"),
    "icv": mark("Overdue ratio (ICV)"),
    "lost_eligible": mark("Coverage: share not eligible"),
    "lost_scored": mark("Coverage: share without a score"),
    "lost_worked": mark("Coverage: share not worked"),
    "open": mark("Share of late outcomes still open"),
}
OWN = {
    "fdr": mark("the break-even FDR*"),
    "gap": mark("the departure that matters"),
    "auc": mark("the least that is all right"),
    "psi": mark("the usual tolerance"),
    "icv": mark("the bank's limit"),
    "lost_eligible": mark("what is more than usual"),
    "lost_scored": mark("what is more than usual"),
    "lost_worked": mark("what is more than usual"),
    "open": mark("what a mature month may leave open"),
}
"""What stands for the limit of a measure when none is given."""
PLAIN = ("auc", "psi")
STATUSES = {
    "open": mark("Open"),
    "acknowledged": mark("Acknowledged"),
    "snoozed": mark("Asleep"),
    "closed": mark("Closed"),
}
ACTIONS = {
    "acknowledge": mark("acknowledged it"),
    "snooze": mark("let it sleep"),
    "close_real": mark("closed it as real"),
    "close_false": mark("closed it as a false alarm"),
    "reopen": mark("opened it again"),
}
BUTTONS = {
    "acknowledge": mark("Acknowledge"),
    "snooze": mark("Let it sleep"),
    "close_real": mark("Close: it was real"),
    "close_false": mark("Close: false alarm"),
    "reopen": mark("Open again"),
}
VERDICTS = {
    "real": mark("real"),
    "unconfirmed": mark("not confirmed"),
    "waiting": mark("too early to say"),
}
TONES = {"real": "bad", "unconfirmed": "muted", "waiting": ""}
FIELDS = {
    "by": mark("Your name"),
    "name": mark("Name of the rule"),
    "owner": mark("Owner"),
    "measure": mark("What it watches"),
    "limit": mark("Limit"),
    "months": mark("Months in a row"),
    "least": mark("Least n of a month"),
    "calm": mark("Months within that end it"),
    "comment": mark("Words"),
    "until": mark("Asleep until"),
}
WHY = {
    "immature": mark("outcomes not matured"),
    "small_sample": mark("fewer rows than asked for"),
    "no_limit": mark("no limit to hold it against"),
    "too_early": mark("outcomes may still come"),
}
"""Why a month does not count, beside the reasons of `names`."""


def choices(l10n: L10n, pin: Pin) -> dict[str, str]:
    """What can be watched in a release."""
    return {m: l10n.say(MEASURES[m]) for m in known_measures(pin)}


def value(l10n: L10n, measure: str, number: float) -> str:
    """A number of a measure in its unit."""
    if measure in PLAIN:
        return l10n.number(number, 3)
    return l10n.points(number) if measure == "gap" else l10n.percent(number)


def interval(l10n: L10n, measure: str, found: Estimate) -> str:
    """The interval of a measure; "" where it has none."""
    if not (math.isfinite(found.low) and math.isfinite(found.high)):
        return ""
    if measure in PLAIN:
        return f"{l10n.number(found.low, 3)} – {l10n.number(found.high, 3)}"
    if measure == "gap":
        return f"{l10n.signed(found.low * 100)} – {l10n.points(found.high)}"
    return l10n.interval(found.low, found.high)


def limit_of(measure: str, typed: float | None) -> float:
    """The limit that a number typed in the unit of its measure stands for; NaN for none."""
    if typed is None or not math.isfinite(typed):
        return math.nan
    if measure in PLAIN:
        return float(typed)
    return -abs(typed) / 100 if measure == "gap" else typed / 100


def typed_of(measure: str, limit: float | None) -> str:
    """What is typed for a limit; nothing for the measure's own."""
    if limit is None or math.isnan(limit):
        return ""
    return f"{limit if measure in PLAIN else abs(limit) * 100:.6g}"


def unit(l10n: L10n, measure: str) -> str:
    """The label of the field of the limit: its unit, and what stands in its place when it is empty."""
    units = {"gap": l10n.say("pp below")} | dict.fromkeys(PLAIN, l10n.say("as a number"))
    return l10n.say("Limit, {unit} (empty: {own})", unit=units.get(measure, "%"), own=l10n.say(OWN[measure]))


def limit(l10n: L10n, tried: Tried) -> str:
    """The limit of a rule in words: its own number, or what stands for it and what that is now."""
    asked = tried.condition
    if math.isfinite(asked.limit):
        return value(l10n, asked.measure, asked.limit)
    known = [m.limit for m in tried.replay.months if math.isfinite(m.limit)]
    own = l10n.say(OWN[asked.measure])
    return f"{own} ({value(l10n, asked.measure, known[-1])})" if known else own


def watches(l10n: L10n, tried: Tried) -> str:
    """What a rule watches against what, in short."""
    asked = tried.condition
    side = "<" if asked.measure in BELOW else ">"
    return f"{l10n.say(MEASURES[asked.measure])} {side} {limit(l10n, tried)}"


def sentence(l10n: L10n, tried: Tried) -> str:
    """What a rule asks."""
    asked = tried.condition
    row = l10n.many("for {n} month", "for {n} months in a row", asked.months)
    parts = [watches(l10n, tried), row, l10n.say("n ≥ {n}", n=l10n.number(asked.least))]
    if asked.sure:
        parts.append(l10n.say("the whole interval beyond"))
    parts.append(l10n.many("over after {n} month within", "over after {n} months within", asked.calm))
    return " · ".join([*parts, place(l10n, tried.scope, tried.pin)])


def place(l10n: L10n, scope: Scope, pin: Pin) -> str:
    """Where a rule looks."""
    segment = [l10n.say("Segment {name}", name=scope.segment)] if scope.segment else []
    filtered = selected(l10n, scope.query, pin)
    plain = filtered == l10n.say("everything")
    return " · ".join([*segment, *([] if plain and segment else [filtered])])


def problem(l10n: L10n, tried: Tried) -> str:
    """Why a rule cannot be judged in this release; "" when it can."""
    scope = tried.scope
    if tried.problem == "segment":
        return l10n.say("its segment {name} is not pinned any more", name=scope.segment)
    if tried.problem == "level":
        missing = in_words(l10n, scope.missing or {}, tried.pin)
        return l10n.say("of its segment {name} this release lacks: {what}", name=scope.segment, what=missing)
    if tried.problem == "filter":
        return l10n.say("this release lacks what it filters by")
    if tried.problem == "measure":
        return l10n.say("the data do not carry what it watches")
    return l10n.say(NO_LIMIT[tried.problem]) if tried.problem else _uncounted(l10n, tried)


def _uncounted(l10n: L10n, tried: Tried) -> str:
    if tried.replay.counted:
        return ""
    reasons = [m.why for m in tried.replay.months]
    most = max(set(reasons), key=reasons.count) if reasons else "empty"
    return l10n.say("no month counts: {why}", why=why(l10n, most))


def why(l10n: L10n, reason: str) -> str:
    """Why a month does not count."""
    return l10n.say(WHY[reason]) if reason in WHY else names.reason(l10n, reason)


def faults(l10n: L10n, found: Sequence[Problem]) -> str:
    """What is wrong with what was typed."""
    return ". ".join(_fault(l10n, p) for p in found) + "."


def _fault(l10n: L10n, found: Problem) -> str:
    field = l10n.say(FIELDS.get(found.field, FIELDS["measure"]))
    if found.rule == "missing":
        return l10n.say("{field} is missing", field=field)
    if found.rule == "long":
        most = {**LONGEST, "name": MOST_NAME}[found.field]
        return l10n.say("{field} is longer than {most} characters", field=field, most=l10n.number(most))
    return l10n.say("{field} cannot be this", field=field)


def condition_of(measure: str, typed: Mapping[str, object], *, sure: bool) -> Condition:
    """The condition that the fields ask for; a number that is missing, or less than 1, counts as 1."""
    whole = {name: max(1, int(_number(typed.get(name)) or 1)) for name in ("months", "least", "calm")}
    return Condition(measure, limit_of(measure, _number(typed.get("limit"))), sure=sure, **whole)


def _number(typed: object) -> float | None:
    try:
        return float(str(typed).strip().replace(",", "."))
    except ValueError:
        return None
