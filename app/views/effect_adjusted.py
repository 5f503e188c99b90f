"""App room: the words of the section Adjusted. No word says that the offer brought about what is seen."""

from __future__ import annotations

import math

from app.components.verdict import Condition, Verdict
from app.l10n import L10n
from app.views import names
from app.views.effect_adjusted_figures import Figures, figures
from app.views.effect_adjusted_pictures import love_headline, love_picture, overlap_headline, overlap_picture
from app.views.grades import GRADES, refusal
from app.views.model_effect_pictures import points
from app.views.shapes import Box, Cell, Headline, State, Table
from app.views.simulator import PROPENSITY
from app.words import mark
from monitoring.adjusted import Adjusted, Compared
from monitoring.estimate import Estimate
from monitoring.evidence import Gate
from monitoring.intervals import mde

__all__ = [
    "Figures", "boxes", "caution", "figures", "headline", "love_headline", "love_picture", "nothing_to_weigh",
    "overlap_headline", "overlap_picture", "state", "table", "verdict",
]  # fmt: skip

OUTCOMES = {
    "paid": mark("Paid within the month"),
    "over": mark("Overdue a month later"),
    "balance": mark("Balance overdue a month later"),
}
GATES = {
    "overlap": mark("Rows whose chance of an offer lay between 5% and 95%: {value} (at least {limit})"),
    "weighted_balance": mark("Largest standardised difference once weighted: {value} (must stay under {limit})"),
    "effective_size": mark("Rows that carry the weight, in the smaller group: {value} (at least {limit})"),
    "placebo": mark(
        "Offers and the payment of the month before, which they cannot have changed: {value} (from {low} to {high}; "
        "must hold 0)"
    ),
}
UNCHECKED = mark("No row's month before is known: nothing to check the comparison on")
LACKING = {
    "undated": mark("the data carry no dates"),
    "no_decisions": mark("the data do not say who was offered something and who was not, month by month"),
}
STATES = {
    "retrain": (
        mark("This release was made before offers could be compared"),
        mark("Refresh: the next release carries the sums that the comparison needs."),
    ),
    "no_months": (
        mark("No month of the selection can be compared"),
        mark("It takes decisions and the portfolio one month later. Choose earlier months."),
    ),
}


def state(l10n: L10n, figures: Figures) -> State | None:
    """Why nothing is said at all: the release, or the months of the selection."""
    if figures.problem not in STATES:
        return None
    title, body = STATES[figures.problem]
    return State("nothing", l10n.say(title), l10n.say(body))


def nothing_to_weigh(figures: Figures) -> bool:
    """Whether the data have no offered and not offered rows to show anything of."""
    return figures.found is None


def caution(l10n: L10n, figures: Figures) -> str:
    """What the reader must know before the figures."""
    said = []
    if figures.go_live and figures.found:
        said.append(l10n.say("From go-live ({month}) on the randomised arms answer: compared are the months before it.",
                             month=l10n.month(figures.go_live)))  # fmt: skip
    if figures.narrowed and figures.found:
        said.append(
            l10n.say("The comparison speaks of the whole portfolio in these months: other filters do not narrow it.")
        )
    return " ".join(said)


def verdict(l10n: L10n, figures: Figures) -> Verdict | None:
    """The grade of this comparison with its conditions; None where a state stands in."""
    if figures.problem in STATES:
        return None
    opener, found = l10n.say("What the grade rests on"), figures.found
    if found is None:
        lacking = [
            Condition(l10n.say(LACKING[figures.problem]), "bad"),
            Condition(names.reason(l10n, "no_arms"), "bad"),
        ]
        return Verdict("E", l10n.say(GRADES["E"]), "", refusal(l10n, figures.pin), [], opener, lacking)
    conditions = [_condition(l10n, found, g) for g in found.gates] + _remarks(l10n, figures, found)
    if not found.stands:
        sentence = l10n.say("Not shown: weighting cannot make offered and other rows of these months alike enough.")
        more = [l10n.say("Choose months in which offers left more to chance, or reserve a random control group.")]
        return Verdict("E", l10n.say("Below grade B: a condition fails, so no number is shown."), "", sentence, more,
                       opener, conditions)  # fmt: skip
    return Verdict("B", _meaning(l10n), _visible(l10n, found), l10n.say(GRADES["B"]),
                   [*(_said(l10n, c) for c in found.outcomes[:1]), *_randomised(l10n, figures)], opener,
                   conditions)  # fmt: skip


def _randomised(l10n: L10n, figures: Figures) -> list[str]:
    """The answer of the arms to the same question, where there is one."""
    e = figures.randomised
    if e is None or not math.isfinite(e.se):
        return []
    return [l10n.say("Where chance decided, at go-live: {x} paid per offer (95% CI {a} to {b}), grade A.",
                     x=l10n.points(e.value), a=points(l10n, e.low, 1), b=points(l10n, e.high, 1))]  # fmt: skip


def _meaning(l10n: L10n) -> str:
    return l10n.say(
        "Grade B: every row's outcome with and without an offer is predicted by models of other clients and corrected "
        "by what was seen, weighted by the chance of an offer (doubly robust: AIPW). Intervals count clients, not rows."
    )


def _visible(l10n: L10n, found: Adjusted) -> str:
    """What difference could be told from none: said before any estimate."""
    first = found.outcomes[0]
    return l10n.say(
        "{n} rows of {months}, {m} of them offered: differences of {mde} or more can be seen ({name}).",
        n=l10n.number(found.rows), m=l10n.number(found.offered), months=_span(l10n, found),
        mde=l10n.distance(float(mde(first.aipw.se)), 1), name=_lower(l10n.say(OUTCOMES[first.name])),
    )  # fmt: skip


def _said(l10n: L10n, c: Compared) -> str:
    said = {"name": l10n.say(OUTCOMES[c.name]), "x": l10n.points(c.aipw.value), "naive": l10n.points(c.naive.value),
            "a": points(l10n, c.aipw.low, 1), "b": points(l10n, c.aipw.high, 1)}  # fmt: skip
    if c.aipw.low <= 0 <= c.aipw.high:
        return l10n.say("{name}: not told apart from nothing, {x} (95% CI {a} to {b}).", **{**said, "naive": ""})
    return l10n.say("{name}: {x} with an offer (95% CI {a} to {b}); compared as they are it would be {naive}.", **said)


def _condition(l10n: L10n, found: Adjusted, gate: Gate) -> Condition:
    if gate.passed is None:
        return Condition(l10n.say(UNCHECKED), "muted")
    value, limit = {
        "overlap": (l10n.percent(gate.value), l10n.percent(gate.limit, 0)),
        "weighted_balance": (l10n.number(gate.value, 3), l10n.number(gate.limit, 1)),
        "effective_size": (l10n.number(gate.value), l10n.number(gate.limit)),
        "placebo": (l10n.points(gate.value, 2), ""),
    }[gate.name]
    low, high = points(l10n, found.placebo.low), points(l10n, found.placebo.high)
    text = l10n.say(GATES[gate.name], value=value, limit=limit, low=low, high=high)
    return Condition(text, "good" if gate.passed else "bad")


def _remarks(l10n: L10n, figures: Figures, found: Adjusted) -> list[Condition]:
    """What was done about the chances, and how strong something unrecorded would have to be."""
    assert figures.sums is not None
    out = [Condition(l10n.say(PROPENSITY[figures.sums.propensity]), "good")]
    if found.certain:
        out.append(Condition(l10n.say(
            "{n} rows had a chance of exactly 0 or 1: they compare with nothing and are left out",
            n=l10n.number(found.certain)), "note"))  # fmt: skip
    if found.clipped:
        out.append(Condition(l10n.say("{n} chances under 2% or over 98% count as 2% or 98%",
                                      n=l10n.number(found.clipped)), "note"))  # fmt: skip
    strength = found.strength
    if found.stands and math.isfinite(strength.limit):
        out.append(Condition(l10n.say(
            "Something unrecorded would have to go with both the offer and the outcome by a risk ratio of {point} to "
            "leave nothing, of {limit} to leave nothing sure (E-value, VanderWeele and Ding 2017)",
            point=l10n.number(strength.point, 2), limit=l10n.number(strength.limit, 2)), "note"))  # fmt: skip
    return out


def boxes(l10n: L10n, figures: Figures) -> list[Box]:
    """The adjusted difference of every outcome; none where a condition fails."""
    found = figures.found
    return [
        Box(c.name, l10n.say(OUTCOMES[c.name]), l10n.points(c.aipw.value), l10n.say("with an offer"),
            against=l10n.say("{a} to {b}", a=points(l10n, c.aipw.low, 1), b=points(l10n, c.aipw.high, 1)),
            n=l10n.say("as they are: {x}", x=l10n.points(c.naive.value)),
            facts=((l10n.say("Grade"), "B"), (l10n.say("Period"), _span(l10n, found)),
                   (l10n.say("Rows"), l10n.number(found.rows)), (l10n.say("Release"), figures.pin.version)))
        for c in figures.shown if found
    ]  # fmt: skip


def headline(l10n: L10n, figures: Figures) -> Headline:
    """What adjusting changes."""
    if not figures.shown or figures.found is None:
        return Headline(l10n.say("Not shown"))
    first, found = figures.shown[0], figures.found
    return Headline(
        l10n.say("{name}: {naive} as they are, {aipw} once weighted to be alike", name=l10n.say(OUTCOMES[first.name]),
                 naive=l10n.points(first.naive.value), aipw=l10n.points(first.aipw.value)),
        l10n.say(
            "Offered less not offered, percentage points with 95% intervals by client; {months}; rows that carry the "
            "weight: {m} offered, {n} not", months=_span(l10n, found), m=l10n.number(found.ess[0]),
            n=l10n.number(found.ess[1])),
    )  # fmt: skip


def table(l10n: L10n, figures: Figures) -> Table:
    """Every outcome three ways; the naive one is said to mislead."""
    columns = (
        l10n.say("Outcome"), l10n.say("As they are (misleading)"), l10n.say("Weighted (IPW)"),
        l10n.say("Adjusted (AIPW)"), l10n.say("With an offer"), l10n.say("Without"), l10n.say("Rows"),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(l10n.say(OUTCOMES[c.name])), Cell(_interval(l10n, c.naive), "muted"), Cell(_interval(l10n, c.ipw)),
            Cell(_interval(l10n, c.aipw)), Cell(l10n.percent(c.with_offer)), Cell(l10n.percent(c.without)),
            Cell(l10n.number(c.aipw.n)),
        )
        for c in figures.shown
    )  # fmt: skip
    return Table(columns, rows, caption=l10n.say("Offered against not offered, three ways"))


def _interval(l10n: L10n, e: Estimate) -> str:
    return l10n.say("{value} [{low} to {high}]", value=l10n.points(e.value), low=points(l10n, e.low, 1),
                    high=points(l10n, e.high, 1))  # fmt: skip


def _span(l10n: L10n, found: Adjusted) -> str:
    return l10n.months(found.months[0], found.months[-1])


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
