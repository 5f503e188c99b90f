"""App room: the words of the section Groups over time. No word says that the model caused what is seen here."""

from __future__ import annotations

import math

from app.components.verdict import Condition, Verdict
from app.l10n import L10n
from app.views import names
from app.views.effect_groups_figures import Figures, figures
from app.views.effect_groups_pictures import apart_headline, apart_picture, sides_headline, sides_trend
from app.views.grades import GRADES, failing, refusal
from app.views.model_effect_pictures import points
from app.views.shapes import Box, Cell, Headline, State, Table
from app.words import mark
from monitoring.compared import Compared, GroupLine
from monitoring.evidence import Gate

__all__ = [
    "Figures", "apart_headline", "apart_picture", "boxes", "caution", "figures", "groups_headline", "groups_table",
    "sides_headline", "sides_trend", "state", "verdict",
]  # fmt: skip

GATES = {
    "treated_groups": mark("Groups that went live together: {value}, at least {limit} needed"),
    "untreated_groups": mark("Groups that had not gone live: {value}, at least {limit} needed"),
    "months_before": mark("Months before go-live: {value}, at least {limit} needed"),
    "placebo_go_live": mark("A go-live made up in {month} shows nothing (p {value}, at least {limit} needed)"),
    "other_changes": mark("Other changes in these months: {value}; there may be none"),
}
UNCHECKED = mark("Nobody said whether anything else changed in these months (thresholds.toml, [rollout] other_changes)")
ROLES = {
    "treated": mark("with the model"),
    "compared": mark("compared with"),
    "not_named": mark("left out: nobody said when it began"),
    "not_in_data": mark("left out: not in these data"),
    "began_before": mark("left out: it began before the others"),
    "began_soon_after": mark("left out: it began soon after the others"),
    "not_throughout": mark("left out: it appears or vanishes in between"),
}
TITLES = {
    "undated": mark("Without dates nothing can be compared over time"),
    "no_ratio": mark("There is no overdue ratio to compare"),
    "no_rollout": mark("Nobody said which groups went live when"),
    "no_dimension": mark("The data do not have the groups of the roll-out"),
    "barred": mark("Groups cannot be compared within this filter"),
    "nothing": mark("Nothing to compare in this selection"),
}
BODIES = {
    "undated": mark("All rows of this release stand in one snapshot."),
    "no_ratio": mark("It takes the balance and the days past due of the whole portfolio, in arrears or not."),
    "no_rollout": mark(
        "Where regions, offices or agencies began to work with the model at different times, those that had not begun "
        "can be compared with. Write into thresholds.toml, under [rollout], the dimension, since when each group works "
        "with the model, and which never began; then refresh. It is not guessed from the offers."
    ),
    "no_dimension": mark("thresholds.toml names {dimension} under [rollout], and no row of this release says it."),
    "barred": mark(
        "{filters}: this came of what was done, so whom the filter keeps has changed with go-live. Filter by what was "
        "known before instead: product, age."
    ),
    "nothing": mark("Lift a filter to see groups again."),
}


def state(l10n: L10n, figures: Figures) -> State | None:
    """Why groups cannot be compared, and what can be done."""
    if not figures.problem:
        return None
    labels = {"score": l10n.say("Score band"), "offered": l10n.say("Offers")}
    listed = ", ".join(labels.get(n) or names.dimension(l10n, n, {}) for n in figures.barred)
    said = {"filters": listed, "dimension": figures.plan.dimension if figures.plan else ""}
    return State("nothing", l10n.say(TITLES[figures.problem]), l10n.say(BODIES[figures.problem], **said))


def caution(l10n: L10n, figures: Figures) -> str:
    """Months that are missing in between."""
    missing = figures.found.missing if figures.found else ()
    if not missing:
        return ""
    return l10n.say(
        "The release has no {months}: the course has a gap there, and the sums go without.",
        months=", ".join(map(l10n.month, missing)),
    )


def verdict(l10n: L10n, figures: Figures) -> Verdict | None:
    """The grade, what could be seen, what is seen, and the conditions; None where a state stands in."""
    found = figures.found
    if found is None:
        return None
    return Verdict(
        grade=found.grade,
        meaning=l10n.say(GRADES[found.grade]),
        before=_visible(l10n, found),
        sentence=_sentence(l10n, figures, found),
        more=_more(l10n, found),
        opener=l10n.say("What the grade rests on"),
        conditions=[_condition(l10n, found, g) for g in found.gates],
    )


def _visible(l10n: L10n, found: Compared) -> str:
    """The smallest difference that these groups could show: said before any estimate."""
    if found.effect is None or not math.isfinite(found.effect.mde):
        return ""
    said = {"n": l10n.number(len(found.wave.treated) + len(found.wave.compared)),
            "mde": l10n.distance(found.effect.mde, 2), "target": l10n.distance(found.target, 2)}  # fmt: skip
    if found.effect.mde > found.target:
        return l10n.say(
            "These {n} groups can show differences of {mde} or more; the target is {target}: far too weak to see it.",
            **said,
        )
    return l10n.say("These {n} groups can show differences of {mde} or more; the target is {target}.", **said)


def _sentence(l10n: L10n, figures: Figures, found: Compared) -> str:
    if found.sentence == "no_attribution":
        return refusal(l10n, figures.pin)
    if found.sentence == "too_early":
        return l10n.say("No month has passed since go-live: it is too early to say.")
    return l10n.say(GRADES["C"])


def _more(l10n: L10n, found: Compared) -> list[str]:
    """What is seen, and how often groups differ as much by chance; without an estimate, the conditions that fail."""
    if found.effect is None:
        return failing(l10n, [_condition(l10n, found, g) for g in found.gates])
    e, share = found.effect.estimate, found.permuted
    if found.synthetic is not None:
        return [
            l10n.say(
                "{group} stands {x} pp from a mixture of other groups that moved like it before. Share of groups that "
                "stand out as much: {p}; with so few it cannot be below {least}.",
                group=names.level(l10n, found.synthetic.made.group), x=points(l10n, e.value),
                p=l10n.percent(found.synthetic.p, 0), least=l10n.percent(found.synthetic.least, 0),
            )
        ]  # fmt: skip
    said = {"x": points(l10n, e.value), "a": points(l10n, e.low), "b": points(l10n, e.high)}
    texts = [
        l10n.say("The ratio of the groups with the model moved {x} pp against the others (95% CI {a} to {b}).", **said)
        if found.apart
        else l10n.say("The groups have not come apart visibly: {x} pp (95% CI {a} to {b}).", **said)
    ]
    if share is not None and math.isfinite(share.p):
        texts.append(
            l10n.say(
                "Of all ways to name {k} of {n} groups, {p} show as much; with so few groups it cannot be below "
                "{least}.",
                k=l10n.number(len(found.wave.treated)), p=l10n.percent(share.p, 0), least=l10n.percent(share.least, 0),
                n=l10n.number(len(found.wave.treated) + len(found.wave.compared)),
            )
        )  # fmt: skip
    return texts


def _condition(l10n: L10n, found: Compared, gate: Gate) -> Condition:
    if gate.passed is None:
        return Condition(l10n.say(UNCHECKED), "muted")
    digits = 3 if gate.name == "placebo_go_live" else 0
    month = l10n.month(found.placebo_month) if found.placebo_month else "—"
    text = l10n.say(
        GATES[gate.name], value=l10n.number(gate.value, digits), limit=l10n.number(gate.limit, min(digits, 2)),
        month=month,
    )  # fmt: skip
    return Condition(text, "good" if gate.passed else "bad")


def boxes(l10n: L10n, figures: Figures) -> list[Box]:
    """What is seen, what could be seen, what a made-up go-live shows, and the groups; none without an estimate."""
    found = figures.found
    if found is None or found.effect is None:
        return []
    e, made = found.effect.estimate, found.placebo.estimate
    since = l10n.months(found.wave.after[0], found.wave.after[-1])
    between = l10n.say("{a} to {b}", a=points(l10n, e.low), b=points(l10n, e.high))
    level = "unknown" if not found.apart else "ok" if e.value < 0 else "act"
    facts = ((l10n.say("Period"), since), (l10n.say("Release"), figures.pin.version))
    return [
        Box("apart", l10n.say("Difference of the groups"), l10n.points(e.value, 2), period="",
            against=between if math.isfinite(e.low) else since, level=level,
            target=l10n.say("visible from {mde}", mde=l10n.distance(found.effect.mde, 2)),
            spark=tuple(c.gap.estimate.value for c in found.course), facts=facts),
        Box("visible", l10n.say("Smallest visible difference"), l10n.distance(found.effect.mde, 2),
            against=l10n.say("target {target}", target=l10n.distance(found.target, 2)), facts=facts),
        Box("made_up", l10n.say("A made-up go-live"), l10n.points(made.value, 2),
            against=l10n.say("in {month}; p {p}", month=l10n.short_month(found.placebo_month),
                             p=l10n.number(found.placebo.p, 2)), facts=facts),
        Box("groups", l10n.say("Groups"), f"{len(found.wave.treated)} · {len(found.wave.compared)}",
            against=l10n.say("with the model · compared with"), facts=facts),
    ]  # fmt: skip


def groups_headline(l10n: L10n, figures: Figures) -> Headline:
    """Who is compared with whom."""
    unit = l10n.say(
        "ICV of sums of balance before and after go-live; offers as a share of what may be offered something"
    )
    found = figures.found
    if found is None:
        return Headline(l10n.say("No groups"), unit)
    return Headline(
        l10n.say(
            "{treated} went live in {month}, {compared} to compare with, {out} left out",
            treated=l10n.number(len(found.wave.treated)), month=l10n.month(found.wave.go_live),
            compared=l10n.number(len(found.wave.compared)), out=l10n.number(len(found.wave.left_out)),
        ),
        unit,
    )  # fmt: skip


def groups_table(l10n: L10n, figures: Figures) -> Table:
    """Every group with its role."""
    columns = (
        l10n.say("Group"), l10n.say("Since"), l10n.say("Before"), l10n.say("After"), l10n.say("Change, pp"),
        l10n.say("Offered before"), l10n.say("Offered after"), l10n.say("Role"),
    )  # fmt: skip
    rows = [_row(l10n, figures, line) for line in figures.found.lines] if figures.found else []
    return Table(columns, tuple(rows), caption=l10n.say("Groups of the roll-out"))


def _row(l10n: L10n, figures: Figures, line: GroupLine) -> tuple[Cell, ...]:
    found = figures.found
    assert found is not None
    weights = found.synthetic.made.weights if found.synthetic else {}
    role = l10n.say(ROLES[line.role])
    if line.level in weights:
        role = f"{role} · {l10n.percent(weights[line.level], 0)}"
    tone = "" if line.role in ("treated", "compared") else "muted"
    return (
        Cell(names.level(l10n, line.level)),
        Cell(l10n.short_month(line.since) if line.since else "—", tone),
        *(Cell(l10n.percent(v, 2), tone) for v in (line.before, line.after)),
        Cell(points(l10n, line.after - line.before), tone),
        *(Cell(l10n.percent(v, 0), tone) for v in (line.offered_before, line.offered_after)),
        Cell(role, tone),
    )
