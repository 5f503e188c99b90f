"""App room: the words of the section Finder: where the model is weak, rule by rule, and what came of pinning one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.desk import Pin
from app.l10n import L10n
from app.views.pinned import in_words
from app.views.shapes import Cell, Headline, State, Table
from app.words import mark
from data.counts import Selection, Tally
from data.records.decisions import UnfitError
from data.records.saved import MOST_NAME, NameTakenError
from monitoring.finder import MEASURES, Found, Rule, find
from monitoring.policy import Policy

LEAST_Q = 0.001
"""Below it a q-value is only said to be small."""
OVER, UNDER = mark("▼ over-stated"), mark("▲ under-stated")


@dataclass(frozen=True)
class Figures:
    """What was found in a selection of a release, and over how many months."""

    pin: Pin
    found: Found
    months: int


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Figures:
    """Searches the scored rows of a selection."""
    scored = replace(selection, codes=selection.codes or (1, len(pin.counts.edges) - 1))
    dimensions = {
        name: tuple(level for level in levels if level in selection.where.get(name, levels))
        for name, levels in pin.extent.dimensions.items()
    }

    def ask(where: Mapping[str, tuple[str, ...]], by: tuple[str, ...]) -> Tally:
        within = replace(scored, where={**scored.where, **where})
        return pin.counts.totals(within, by=(*by, "rg"), measures=MEASURES)

    first, last = selection.months or (pin.extent.months[0], pin.extent.months[-1])
    months = sum(first <= month <= last for month in pin.extent.months)
    return Figures(pin, find(ask, dimensions, policy=policy), months)


def state(l10n: L10n, page: Figures) -> State | None:
    """Why nothing could be searched, and what it would take; None when something was."""
    found = page.found
    if found.rules:
        return None
    needed, grown, tested = (l10n.number(n) for n in (2 * found.least, found.grown, found.tested))
    return State(
        "nothing",
        l10n.say("Too few outcomes to search for weak segments"),
        l10n.say(
            "Each half of the clients must hold {needed} outcomes; they hold {grown} and {tested}. Widen the months or "
            "lift a filter.",
            needed=needed, grown=grown, tested=tested,
        ),
    )  # fmt: skip


def insight(l10n: L10n, page: Figures) -> str:
    """The heaviest weak segment in a sentence, or that there is none."""
    found = page.found
    if not found.rules:
        return l10n.say("no segment could be searched for.")
    if not found.weak:
        return l10n.say(
            "none of {n} segments suggested by half of the clients departs in the other half beyond chance and "
            "materiality.",
            n=l10n.number(len(found.rules)),
        )
    worst = found.weak[0]
    return l10n.say(
        "{rule}: {observed} observed against {expected} predicted ({residual}, q {q}).",
        rule=in_words(l10n, worst.where, page.pin), observed=l10n.percent(worst.observed.value),
        expected=l10n.percent(worst.expected), residual=l10n.points(worst.residual.value), q=_q(l10n, worst),
    )  # fmt: skip


def level(page: Figures) -> str:
    """The light of the sentence."""
    weak = page.found.weak
    return weak[0].level if weak else "ok" if page.found.rules else "unknown"


def headline(l10n: L10n, page: Figures) -> Headline:
    """How many segments are weak, and how they were looked for."""
    rules, weak = page.found.rules, page.found.weak
    return Headline(
        l10n.say("{weak} of {n} segments are weak", weak=l10n.number(len(weak)), n=l10n.number(len(rules))),
        l10n.say(
            "Suggested by half of the clients, tested on the other half ({n} outcomes) · q over the segments listed · "
            "ranked by |residual| × balance · a click filters every page",
            n=l10n.number(page.found.tested),
        ),
    )


def table(l10n: L10n, page: Figures) -> Table:
    """Every rule with what it rests on; grey where too few outcomes could show anything, with how many it takes."""
    found, has_balance = page.found, page.pin.carries("balance")
    unit, money = l10n.money_column(max((r.balance / page.months for r in found.rules), default=0.0))
    balance = l10n.say("Balance a month, {unit}", unit=unit) if l10n.dated else l10n.say("Balance, {unit}", unit=unit)

    def row(rule: Rule, name: str, finding: Cell) -> tuple[Cell, ...]:
        faint = finding.tone if finding.tone == "muted" else ""
        return (
            Cell(name),
            Cell(l10n.number(rule.n), faint),
            Cell(l10n.percent(rule.expected), faint),
            Cell(l10n.percent(rule.observed.value), faint),
            Cell(l10n.signed(rule.residual.value * 100), finding.tone),
            Cell(_interval(l10n, rule), "muted"),
            *((Cell(money(rule.balance / page.months), faint),) if has_balance else ()),
            Cell(_q(l10n, rule).removeprefix("= "), faint),
            finding,
        )

    columns = (
        l10n.say("Rule"), l10n.say("n (outcomes known)"), l10n.say("Predicted"), l10n.say("Observed"),
        l10n.say("Residual, pp"), l10n.say("95% interval"), *((balance,) if has_balance else ()), l10n.say("q"),
        l10n.say("Finding"),
    )  # fmt: skip
    rows = tuple(row(r, in_words(l10n, r.where, page.pin), _finding(l10n, r)) for r in found.rules)
    whole = found.whole
    total = row(whole, l10n.say("All that was searched"), _finding(l10n, whole)) if whole else ()
    keys = tuple(str(k) for k in range(len(rows)))
    return Table(columns, rows, keys=keys, total=total, caption=headline(l10n, page).title)


def rule_choices(l10n: L10n, page: Figures) -> dict[str, str]:
    """The rules as choices of the form, by their place."""
    return {str(k): in_words(l10n, rule.where, page.pin) for k, rule in enumerate(page.found.rules)}


def where_of(page: Figures, place: object) -> Mapping[str, tuple[str, ...]]:
    """What the rule at a place keeps; nothing where there is none."""
    text = str(place)
    rules = page.found.rules
    return rules[int(text)].where if text.isdecimal() and int(text) < len(rules) else {}


def pin_headline(l10n: L10n) -> Headline:
    """What pinning does."""
    said = l10n.say("It then stands in the filter bar of every page, for everybody, and in the address")
    return Headline(l10n.say("Pin as segment"), said)


def pinned(l10n: L10n, name: str) -> str:
    """A segment was pinned."""
    return l10n.say("Pinned: {name}. It stands in the filter bar of every page.", name=name)


def refused(l10n: L10n, error: Exception, pin: Pin) -> str:
    """Why a segment was not pinned."""
    if isinstance(error, NameTakenError):
        theirs = error.theirs
        return l10n.say(
            "{name} is taken: {who} pinned it on {moment} as {rule}. Choose another name; nothing of yours was "
            "written.",
            name=theirs.name, who=theirs.changed_by, moment=l10n.moment(theirs.changed_at),
            rule=in_words(l10n, theirs.levels, pin),
        )  # fmt: skip
    if isinstance(error, UnfitError):
        return l10n.say(
            "A segment needs a name and who pins it, of at most {n} letters each.", n=l10n.number(MOST_NAME)
        )
    return str(error)


def _finding(l10n: L10n, rule: Rule) -> Cell:
    if rule.level in ("watch", "act"):
        tone = "bad" if rule.level == "act" else "warn"
        return Cell(l10n.say(OVER if rule.residual.value < 0 else UNDER), tone)
    if rule.enough:
        return Cell(l10n.say("● as predicted"), "good")
    return Cell(l10n.say("○ it would take {n}", n=l10n.number(rule.needed)), "muted")


def _interval(l10n: L10n, rule: Rule) -> str:
    low, high = (l10n.signed(v * 100) for v in (rule.residual.low, rule.residual.high))
    return l10n.say("{first} to {last}", first=low, last=high)


def _q(l10n: L10n, rule: Rule) -> str:
    return f"< {l10n.number(LEAST_Q, 3)}" if rule.q < LEAST_Q else f"= {l10n.number(rule.q, 3)}"
