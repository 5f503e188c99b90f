"""App room: the words of the section Compare: two sides, what parts them, and how much of that is mix."""

from __future__ import annotations

import math
from dataclasses import replace

from app.charts.bridge import Bridge, Step
from app.l10n import L10n
from app.views import choices, names
from app.views.segment_names import qualified
from app.views.segments_compare_figures import MONTHS, Frame, Pair, kinds
from app.views.shapes import Cell, Headline, State, Table
from app.words import mark
from monitoring.estimate import Estimate
from monitoring.sides import Compared, Split

FIGURES = {
    "observed": mark("Observed rate"),
    "expected": mark("Predicted, of the same rows"),
    "gap": mark("Observed − predicted"),
    "fdr": mark("False positives (FDR)"),
    "icv": mark("Overdue ratio (ICV)"),
    "cash": mark("Cash ÷ balance"),
    "offered": mark("Offers ÷ eligible"),
    "kept": mark("Kept ÷ accepted"),
}
DIGITS = {"icv": 2, "cash": 2}


def state(l10n: L10n, a: str) -> State | None:
    """Why nothing can be compared; None when it can."""
    if a:
        return None
    return State(
        "nothing",
        l10n.say("There are no two sides to compare"),
        l10n.say("One month and one segment are left of everything. Lift a filter or widen the months."),
    )


def kind_choices(l10n: L10n, found: Frame) -> dict[str, str]:
    """What can be compared by; the empty choice is the usual one."""
    free = kinds(found.pin, found.selection)
    named = {k: _kind(l10n, found, k) for k in free}
    usual = MONTHS if MONTHS in free else choices.resolve(found.pin, found.selection, "")
    return {"": named.get(usual, "—"), **{k: v for k, v in named.items() if k != usual}}


def _kind(l10n: L10n, found: Frame, kind: str) -> str:
    if kind == MONTHS:
        return l10n.say("Two months")
    return names.dimension(l10n, kind, found.pin.document("dimensions"))


def side_choices(l10n: L10n, found: Frame, usual: str) -> dict[str, str]:
    """The sides, months by their order; the empty choice is the usual one."""
    rest = sorted(found.sides, reverse=True) if found.kind == MONTHS else found.sides
    first = {"": name(l10n, found, usual) if usual else "—"}
    return {**first, **{s: name(l10n, found, s) for s in rest if s != usual}}


def name(l10n: L10n, found: Frame, side: str) -> str:
    """The name of a side."""
    if found.kind == MONTHS:
        return l10n.month(int(side))
    return qualified(l10n, found.kind, side, found.pin.document("dimensions"))


def caution(l10n: L10n, pair: Pair) -> str:
    """That outcomes are still open, and that repeated looks are corrected for."""
    known = pair.least_known
    if math.isnan(known):
        return l10n.say("One side has no outcome yet: only what is counted of all its obligations can be compared.")
    if known < pair.frame.policy.maturity_least:
        return l10n.say(
            "On one side only {share} of the outcomes are known: its observed rate is not final.",
            share=l10n.percent(known, 0),
        )
    return ""


def sentence(l10n: L10n, pair: Pair) -> str:
    """Which figures differ beyond chance, the observed rate first."""
    sure = [c for c in pair.figures if c.q < pair.frame.policy.p_watch]
    both = {"a": name(l10n, pair.frame, pair.a), "b": name(l10n, pair.frame, pair.b)}
    if not sure:
        return l10n.say("nothing parts {b} from {a} beyond chance.", **both)
    top = sure[0]
    said = {**both, "figure": l10n.say(FIGURES[top.name]), "now": _value(l10n, top.name, top.b),
            "then": _value(l10n, top.name, top.a), "change": _apart(l10n, top)}  # fmt: skip
    text = l10n.say("{figure}: {now} in {b} against {then} in {a} ({change}).", **said)
    rest = ", ".join(l10n.say(FIGURES[c.name]) for c in sure[1:])
    return f"{text} {l10n.say('Beyond chance too: {names}.', names=rest)}" if rest else text


def level(pair: Pair) -> str:
    """Level of the sentence: it judges nothing, only tells apart."""
    return "watch" if any(c.q < pair.frame.policy.p_watch for c in pair.figures) else "unknown"


def headline(l10n: L10n, pair: Pair) -> Headline:
    """How many figures differ beyond chance."""
    sure = sum(c.q < pair.frame.policy.p_watch for c in pair.figures)
    title = l10n.say("{n} of {of} figures differ beyond chance", n=l10n.number(sure), of=l10n.number(len(pair.figures)))
    subtitle = l10n.say(
        "Difference B − A with its 95% interval, clients of both sides taken into account; q: corrected for all figures"
    )
    return Headline(title, subtitle)


def table(l10n: L10n, pair: Pair) -> Table:
    """Every figure of both sides with its interval and n, the difference, and whether it is chance."""
    columns = (
        l10n.say("Figure"), f"A · {name(l10n, pair.frame, pair.a)}", l10n.say("95% interval"), l10n.say("n"),
        f"B · {name(l10n, pair.frame, pair.b)}", l10n.say("95% interval"), l10n.say("n"),
        l10n.say("B − A, pp"), l10n.say("95% interval"), l10n.say("q"),
    )  # fmt: skip
    blank = Cell("")
    counted = (
        Cell(l10n.say("Obligations")), Cell(l10n.number(pair.one.total)), blank, blank,
        Cell(l10n.number(pair.other.total)), blank, blank, blank, blank, blank,
    )  # fmt: skip
    rows = (counted, *(_row(l10n, pair, c) for c in pair.figures))
    return Table(columns, rows, caption=headline(l10n, pair).title)


def _row(l10n: L10n, pair: Pair, c: Compared) -> tuple[Cell, ...]:
    digits = DIGITS.get(c.name, 1)
    d = c.difference
    sure = c.q < pair.frame.policy.p_watch
    if c.name == "gap":
        told = [Cell(t, m) for e in (c.a, c.b) for t, m in _gap(l10n, e)]
    else:
        told = [Cell(t, m) for e in (c.a, c.b) for t, m in _share(l10n, e, digits)]
    apart = l10n.signed(d.value * 100, digits) if math.isfinite(d.value) else "—"
    interval = _range(l10n, d, digits) if math.isfinite(d.low) else names.reason(l10n, d.reason) or "—"
    return (
        Cell(l10n.say(FIGURES[c.name])), *told, Cell(apart, "warn" if sure else ""), Cell(interval, "muted"),
        Cell(l10n.number(c.q, 3) if math.isfinite(c.q) else "—", "" if sure else "muted"),
    )  # fmt: skip


def _share(l10n: L10n, e: Estimate, digits: int) -> list[tuple[str, str]]:
    interval = l10n.interval(e.low, e.high, digits) if math.isfinite(e.low) else "—"
    return [(l10n.percent(e.value, digits), ""), (interval, "muted"), (l10n.number(e.n), "muted")]


def _gap(l10n: L10n, e: Estimate) -> list[tuple[str, str]]:
    return [(l10n.points(e.value), ""), (_range(l10n, e, 1), "muted"), (l10n.number(e.n), "muted")]


def _range(l10n: L10n, e: Estimate, digits: int) -> str:
    if not math.isfinite(e.low):
        return "—"
    return l10n.say("{low} to {high}", low=l10n.signed(e.low * 100, digits), high=l10n.signed(e.high * 100, digits))


def _value(l10n: L10n, figure: str, e: Estimate) -> str:
    return l10n.points(e.value) if figure == "gap" else l10n.percent(e.value, DIGITS.get(figure, 1))


def _apart(l10n: L10n, c: Compared) -> str:
    return l10n.points(c.difference.value, DIGITS.get(c.name, 1))


def split_headline(l10n: L10n, pair: Pair, found: Split | None, *, observed: bool) -> Headline:
    """How much of the change is mix and how much is not."""
    if found is None or math.isnan(found.mix):
        return Headline(l10n.say("No outcome on both sides to split"), "")
    by = names.dimension(l10n, pair.dimension, pair.frame.pin.document("dimensions"))
    said = {"all": l10n.points(found.end - found.start), "mix": l10n.points(found.mix),
            "rest": l10n.points(found.within), "dimension": by}  # fmt: skip
    if observed:
        title = l10n.say("Observed {all}: mix {mix}, behaviour {rest}", **said)
        return Headline(title, l10n.say("Mix: other shares of {dimension}. Behaviour: other rates within it", **said))
    if math.isfinite(found.model):
        title = l10n.say(
            "Predicted {all}: mix {mix}, behaviour {rest}, model {model}", **said, model=l10n.points(found.model)
        )
        return Headline(title, _by_model(l10n, pair, by))
    title = l10n.say("Predicted {all}: mix {mix}, scores within {rest}", **said)
    if pair.frame.kind != MONTHS:
        return Headline(title, l10n.say("The same models scored both sides: there is no part for the model"))
    return Headline(title, l10n.say(
        "This release does not say what the earlier model makes of the later rows: within {dimension}, model and "
        "clients cannot be told apart. Train again", **said,
    ))  # fmt: skip


def _by_model(l10n: L10n, pair: Pair, dimension: str) -> str:
    """What the three parts are, and that they were added up month by month where there are months in between."""
    text = l10n.say(
        "Mix: other shares of {dimension}. Behaviour: what one model makes of other clients. Model: what the newer "
        "model makes of the same rows, less the earlier one", dimension=dimension,
    )  # fmt: skip
    first, last = sorted((int(pair.a), int(pair.b)))
    if not any(first < m < last for m in pair.frame.pin.extent.months):
        return text
    return f"{text}. {l10n.say('Split from month to month and added up')}"


def bridge(l10n: L10n, pair: Pair, found: Split | None, *, observed: bool) -> Bridge:
    """The split as a bridge from side a to side b."""
    nothing = l10n.say("No outcome on both sides to split")
    if found is None or math.isnan(found.mix):
        return Bridge((), nothing)
    told = observed or math.isfinite(found.model)
    rest = l10n.say("Behaviour") if told else l10n.say("Scores within")
    middle = found.start + found.mix
    after = found.end - found.model if math.isfinite(found.model) else found.end
    model = (
        [replace(_step(l10n, "model", l10n.say("Model"), after, found.end), tone="other")]
        if math.isfinite(found.model)
        else []
    )
    steps = (
        _total(l10n, "a", name(l10n, pair.frame, pair.a), found.start),
        _step(l10n, "mix", l10n.say("Mix"), found.start, middle),
        _step(l10n, "within", rest, middle, after),
        *model,
        _total(l10n, "b", name(l10n, pair.frame, pair.b), found.end),
    )
    return Bridge(steps, nothing)


def _total(l10n: L10n, key: str, label: str, value: float) -> Step:
    return Step(key, label, 0.0, value, l10n.percent(value), f"<b>{label}</b> · {l10n.percent(value)}", "total")


def _step(l10n: L10n, key: str, label: str, start: float, end: float) -> Step:
    change = l10n.points(end - start)
    return Step(key, label, start, end, change, f"<b>{label}</b> · {change}", "better" if end >= start else "worse")
