"""App room: the coverage waterfall in words: what was read, what stayed at each step, and why the rest left."""

from __future__ import annotations

import math

from app.charts.waterfall import Bar, Waterfall
from app.l10n import L10n
from app.views.releases_figures import Covered
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from data.coverage import Coverage, Step
from monitoring.metrics import share

STEPS = {
    "read": mark("Read"),
    "matched": mark("Matched"),
    "complete": mark("Complete"),
    "possible_age": mark("Possible age"),
    "possible_tenure": mark("Possible tenure"),
    "different": mark("No copies"),
    "distinct": mark("Distinct"),
    "in_arrears": mark("In arrears"),
    "eligible": mark("Eligible"),
    "joined": mark("Joined"),
    "scored": mark("Scored"),
    "worked": mark("Offered"),
    "matured": mark("Outcome known"),
}
"""Names of the steps of `data.coverage.STEPS` and `RULES`."""

WHY = {
    "matched": mark("their keys are missing, or not in the other tables"),
    "complete": mark("a value that is needed is missing"),
    "possible_age": mark("an age that cannot be"),
    "possible_tenure": mark("more years in a job than there can be"),
    "different": mark("exact copies of an earlier row"),
    "distinct": mark("repeats of a key; the first row counts"),
    "in_arrears": mark("up to date with their payments"),
    "eligible": mark("no payment option was open to them"),
    "joined": mark("lost in the join with client data"),
    "scored": mark("before the first model was ready, or without a score"),
    "worked": mark("scored, but nothing was offered"),
    "matured": mark("offered; the outcome is still open or unknown"),
}
BY_RULE = frozenset({"in_arrears", "eligible", "worked", "matured"})
"""Steps at which rows leave because they are meant to; what leaves at the others should be asked about."""
COUNTS, BALANCES = "count", "balance"


def units(l10n: L10n, covered: Covered | None = None) -> dict[str, str]:
    """In what the chain can be told: rows, and money unless the data are known to carry no balances."""
    offered = {COUNTS: l10n.say("Rows"), BALANCES: l10n.say("Balance")}
    steps = covered.chain.steps if covered else ()
    if covered and not (steps and math.isfinite(steps[0].balance)):
        offered.pop(BALANCES)
    return offered


def headline(l10n: L10n, covered: Covered, unit: str) -> Headline:
    """How much of what was read is eligible, and what the join lost."""
    subtitle = _subtitle(l10n, covered)
    steps = {s.name: _amount(s, unit) for s in covered.chain.steps}
    if not steps:
        return Headline(l10n.say("The release carries no coverage"), subtitle)
    read, eligible = steps.get("read", math.nan), steps.get("eligible", math.nan)
    said = {"read": _text(l10n, read, unit), "eligible": _text(l10n, eligible, unit), "join": _join(l10n, steps, unit)}
    if not math.isfinite(eligible):
        return Headline(l10n.say("{read} was read", read=said["read"]), subtitle)
    if eligible == read and unit == COUNTS:
        return Headline(l10n.say("All {read} rows that were read are eligible; {join}", **_but(said)), subtitle)
    if eligible == read:
        return Headline(l10n.say("All of the {read} that was read is eligible; {join}", **_but(said)), subtitle)
    return Headline(_eligible(l10n, said, unit, arrears="in_arrears" in steps), subtitle)


def _eligible(l10n: L10n, said: dict[str, str], unit: str, *, arrears: bool) -> str:
    if unit == COUNTS and arrears:
        return l10n.say("Of {read} obligation-months read, {eligible} were in arrears and eligible; {join}", **said)
    if arrears:
        return l10n.say("Of {read} of balance read, {eligible} was in arrears and eligible; {join}", **said)
    if unit == COUNTS:
        return l10n.say("Of {read} rows read, {eligible} were eligible; {join}", **said)
    return l10n.say("Of {read} of balance read, {eligible} was eligible; {join}", **said)


def _subtitle(l10n: L10n, covered: Covered) -> str:
    if not l10n.dated:
        return l10n.say(
            "What stays after each step, and what left there; grey left by rule, amber is worth asking about. "
            "No filter applies."
        )
    return l10n.say(
        "What stays after each step, and what left there; grey left by rule, amber is worth asking about · {period}. "
        "Only the months of the filter apply.",
        period=l10n.months(covered.first, covered.last),
    )


def _but(said: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in said.items() if k != "eligible"}


def _join(l10n: L10n, steps: dict[str, float], unit: str) -> str:
    eligible, joined = steps["eligible"], steps.get("joined", steps["eligible"])
    if joined == eligible:
        return l10n.say("the join lost none")
    lost = _text(l10n, eligible - joined, unit)
    return l10n.say("the join lost {lost} ({share})", lost=lost, share=l10n.percent(share(eligible - joined, eligible)))


def steps_headline(l10n: L10n, covered: Covered, unit: str) -> Headline:
    """Whether anything left without a reason that holds by rule."""
    subtitle = l10n.say("What stays in the end and what leaves at each step add up to what was read")
    asked = [(s, _amount(b, unit) - _amount(s, unit), _amount(b, unit)) for s, b in _pairs(covered.chain) if b]
    lost = [(s, left, of) for s, left, of in asked if left and not _by_rule(covered, s)]
    if not lost and covered.since > covered.first:
        text = l10n.say("Nothing left without a reason; the first model scored in {month}",
                        month=l10n.month(covered.since))  # fmt: skip
        return Headline(text, subtitle)
    if not lost:
        return Headline(l10n.say("Nothing left without a reason"), subtitle)
    step, left, of = max(lost, key=lambda found: found[1])
    text = l10n.say(
        "Worth asking about: {left} ({share}) left at the step “{step}”",
        left=_text(l10n, left, unit), share=l10n.percent(share(left, of)), step=_name(l10n, step),
    )  # fmt: skip
    return Headline(text, subtitle)


def _by_rule(covered: Covered, step: Step) -> bool:
    """Whether what left at a step was meant to: also rows without a score when all of them precede the first model."""
    return step.name in BY_RULE or (step.name == "scored" and covered.since > 0 and not covered.missed)


def picture(l10n: L10n, covered: Covered, unit: str) -> Waterfall:
    """The chain as bars."""
    return Waterfall(
        bars=[_bar(l10n, covered, s, before, unit) for s, before in _pairs(covered.chain)],
        stay_name=l10n.say("Stays"),
        left_name=l10n.say("Left"),
        nothing=l10n.say("The release carries no coverage"),
    )


def _pairs(chain: Coverage) -> list[tuple[Step, Step | None]]:
    return list(zip(chain.steps, (None, *chain.steps), strict=False))


def _bar(l10n: L10n, covered: Covered, step: Step, before: Step | None, unit: str) -> Bar:
    name, stays = _name(l10n, step), _amount(step, unit)
    if before is None:
        return Bar(name, stays, 0.0, _text(l10n, stays, unit), f"<b>{name}</b> · {_text(l10n, stays, unit)}")
    left = _amount(before, unit) - stays
    said = {"name": name, "stays": _text(l10n, stays, unit), "left": _text(l10n, left, unit),
            "share": l10n.percent(share(left, _amount(before, unit))), "why": _why(l10n, covered, step)}  # fmt: skip
    text = l10n.say("<b>{name}</b> · {stays} stay · {left} left ({share}): {why}", **said)
    label = l10n.say("{stays} (−{share})", stays=said["stays"], share=said["share"]) if left else said["stays"]
    return Bar(name, stays, left, label, text, rule=_by_rule(covered, step))


def table(l10n: L10n, covered: Covered, unit: str) -> Table:
    """The chain in numbers: what leaves in all and what stays in the end add up to what was read."""
    chain = covered.chain
    if not chain.steps:
        return Table((l10n.say("Step"),), ())
    read, last = _amount(chain.steps[0], unit), _amount(chain.steps[-1], unit)
    return Table(
        columns=(
            l10n.say("Step"), _head(l10n, l10n.say("Stay"), unit), _head(l10n, l10n.say("Leave"), unit),
            l10n.say("Share lost"), l10n.say("Who leaves"),
        ),
        rows=tuple(_row(l10n, covered, s, before, unit) for s, before in _pairs(chain)),
        total=(
            Cell(l10n.say("Stay in the end + leave = read")), Cell(_short(l10n, last, unit)),
            Cell(_short(l10n, read - last, unit)), Cell(l10n.percent(share(read - last, read))),
            Cell(l10n.say("adds up to {read}", read=_short(l10n, read, unit))),
        ),
        caption=steps_headline(l10n, covered, unit).title,
    )  # fmt: skip


def _row(l10n: L10n, covered: Covered, step: Step, before: Step | None, unit: str) -> tuple[Cell, ...]:
    stays = _amount(step, unit)
    if before is None:
        return (Cell(_name(l10n, step)), Cell(_short(l10n, stays, unit)), Cell(""), Cell(""), Cell(""))
    left = _amount(before, unit) - stays
    tone = "warn" if left and not _by_rule(covered, step) else ""
    return (
        Cell(_name(l10n, step)), Cell(_short(l10n, stays, unit)), Cell(_short(l10n, left, unit), tone),
        Cell(l10n.percent(share(left, _amount(before, unit))), tone),
        Cell(_why(l10n, covered, step) if left else "", "muted"),
    )  # fmt: skip


def _name(l10n: L10n, step: Step) -> str:
    return l10n.say(STEPS[step.name]) if step.name in STEPS else step.name


def _why(l10n: L10n, covered: Covered, step: Step) -> str:
    if step.name == "scored" and _by_rule(covered, step):
        return l10n.say("before the first model was ready")
    return l10n.say(WHY[step.name]) if step.name in WHY else ""


def _amount(step: Step, unit: str) -> float:
    return step.balance if unit == BALANCES else float(step.count)


def _text(l10n: L10n, amount: float, unit: str) -> str:
    """An amount with its unit; rows from ten million on in millions."""
    if unit == BALANCES:
        return l10n.money(amount)
    if amount >= 1e7:
        return l10n.say("{n} M", n=l10n.number(amount / 1e6, 1))
    return l10n.number(amount)


def _short(l10n: L10n, amount: float, unit: str) -> str:
    return l10n.millions(amount) if unit == BALANCES else l10n.number(amount)


def _head(l10n: L10n, name: str, unit: str) -> str:
    return f"{name} ({l10n.money_unit})" if unit == BALANCES else name
