"""App room: the words and the picture of a rule replayed on all history: what it would have raised, and its worth."""

from __future__ import annotations

import math
from collections import Counter

from app.charts.watch import Dot, Span, Watching
from app.l10n import L10n
from app.views import alerts_words as words
from app.views.alerts_figures import Tried, outcome_lag
from app.views.shapes import Cell, Headline, Table
from monitoring.alerts import CHANCE, Firing, Month

LABELLED = ("fdr", "gap", "auc", "open")
"""Measures that rest on outcomes."""


def headline(l10n: L10n, tried: Tried) -> Headline:
    """How often the rule would have fired, and how many of those were real."""
    found, asks = tried.replay, words.sentence(l10n, tried)
    if why := words.problem(l10n, tried):
        return Headline(l10n.say("Nothing to replay: {why}", why=why), asks)
    if not found.firings:
        return Headline(l10n.many("Would not have fired in the {n} month that counts",
                                  "Would never have fired in the {n} months that count", len(found.counted)),
                        asks)  # fmt: skip
    real = found.of("real")
    title = l10n.many("Would have fired {n} time, {real} real",
                      "Would have fired {n} times, {real} of them real", len(found.firings),
                      real=l10n.number(real))  # fmt: skip
    return Headline(title, asks)


def meaning(l10n: L10n, tried: Tried) -> str:
    """What real means, how sure the share is, and what chance alone would do."""
    found = tried.replay
    parts = [
        l10n.many(
            "Real: the whole 95% interval of the month lies beyond the limit, or the next month that counts does too.",
            "Real: the whole 95% interval of the month lies beyond the limit, or most of the next {n} months that "
            "count do too.",
            found.condition.months,
        )
    ]  # fmt: skip
    if found.precision.n:
        parts.append(l10n.say("{share} were real ({interval}, n {n}).", share=l10n.percent(found.precision.value, 0),
                              interval=l10n.interval(found.precision.low, found.precision.high, 0),
                              n=l10n.number(found.precision.n)))  # fmt: skip
    return " ".join([*parts, chance(l10n, tried)])


def chance(l10n: L10n, tried: Tried) -> str:
    """How many alerts chance alone would raise in as many months."""
    found = tried.replay
    if math.isnan(found.by_chance):
        return l10n.say("It is a census: no alert is raised by the chance of a sample.")
    times = l10n.number(found.by_chance, 1)
    if CHANCE[found.condition.measure] < 0.5:
        return l10n.say("Scores that had not shifted would raise about {n} by chance.", n=times)
    return l10n.say("A figure exactly at its limit would raise about {n} in as many months by chance.", n=times)


def honesty(l10n: L10n, tried: Tried) -> str:
    """How far the replay is honest in time, and which months do not count."""
    if tried.condition.measure in LABELLED:
        after = outcome_lag(tried.pin, policy=tried.policy)
        said = l10n.many(
            "A month is judged by its own rows and could be known {n} month later. Outcomes, costs and thresholds are "
            "those of this release: what was corrected since cannot be told.",
            "A month is judged by its own rows and could be known {n} months later. Outcomes, costs and thresholds are "
            "those of this release: what was corrected since cannot be told.",
            after,
        )  # fmt: skip
    else:
        said = l10n.say(
            "A month is judged by its own rows and the months before it. Limits are those of this release: what was "
            "corrected since cannot be told."
        )
    return f"{said} {skipped(l10n, tried)}".strip()


def skipped(l10n: L10n, tried: Tried) -> str:
    """How many months count, and why others do not."""
    found = tried.replay
    reasons = Counter(m.why for m in found.months if m.why)
    count = l10n.say("{n} of {all} months count", n=l10n.number(len(found.counted)), all=l10n.number(len(found.months)))
    left = [f"{l10n.number(n)} {words.why(l10n, reason)}" for reason, n in reasons.most_common()]
    return f"{count} ({'; '.join(left)})." if left else f"{count}."


def picture(l10n: L10n, tried: Tried) -> Watching:
    """Every month against the limit, with the alerts."""
    found, measure = tried.replay, tried.condition.measure
    months = [m.reading.month for m in found.months]
    plain = measure in words.PLAIN
    return Watching(
        dots=[_dot(l10n, measure, m) for m in found.months],
        limits=[m.limit for m in found.months],
        spans=[_span(l10n, measure, k, f, months) for k, f in enumerate(found.firings, 1)],
        names={"act": l10n.say("beyond the limit"), "ok": l10n.say("within"), "muted": l10n.say("does not count")},
        limit_text=l10n.say("limit"),
        tick=".2f" if plain else ".0%",
        nothing=words.problem(l10n, tried) or l10n.say("No month has a number"),
    )


def _dot(l10n: L10n, measure: str, m: Month) -> Dot:
    e = m.reading.estimate
    lines = [f"<b>{l10n.month(m.reading.month)}: {words.value(l10n, measure, e.value)}</b>",
             words.interval(l10n, measure, e),
             l10n.say("limit {value}", value=words.value(l10n, measure, m.limit)),
             l10n.say("n {n}", n=l10n.number(e.n)), words.why(l10n, m.why) if m.why else ""]  # fmt: skip
    tone = "muted" if m.why else "act" if m.over else "ok"
    text = "<br>".join(line for line in lines if line)
    return Dot(l10n.short_month(m.reading.month), e.value, e.low, e.high, tone, text)


def _span(l10n: L10n, measure: str, number: int, f: Firing, months: list[int]) -> Span:
    last = max((m for m in months if not f.ended or m < f.ended), default=f.month)
    said = f"{l10n.month(f.month)}: {words.value(l10n, measure, f.raised[-1].reading.estimate.value)}"
    verdict = l10n.say(words.VERDICTS[f.verdict])
    first = l10n.short_month(f.month)
    return Span(first, l10n.short_month(max(last, f.month)), str(number), f"{said} · {verdict}")


def table(l10n: L10n, tried: Tried) -> Table | None:
    """Every firing with what came of it."""
    measure = tried.condition.measure
    if not tried.replay.firings:
        return None
    columns = (
        l10n.say("Raised with"), l10n.say("Known in"), l10n.say("Value"), l10n.say("95% interval"),
        l10n.say("Limit"), l10n.say("n"), l10n.say("Over in"), l10n.say("What it was"),
    )  # fmt: skip
    rows = tuple(_row(l10n, measure, k, f) for k, f in enumerate(tried.replay.firings, 1))
    return Table(columns, rows, caption=l10n.say("What the rule would have raised"))


def _row(l10n: L10n, measure: str, number: int, f: Firing) -> tuple[Cell, ...]:
    at = f.raised[-1]
    e = at.reading.estimate
    return (
        Cell(f"{number} · {l10n.months(f.raised[0].reading.month, f.month)}"),
        Cell(l10n.month(f.known)),
        Cell(words.value(l10n, measure, e.value)),
        Cell(words.interval(l10n, measure, e) or l10n.say("a census")),
        Cell(words.value(l10n, measure, at.limit)),
        Cell(l10n.number(e.n)),
        Cell(l10n.month(f.ended) if f.ended else l10n.say("still stands")),
        Cell(_worth(l10n, f), words.TONES[f.verdict]),
    )


def _worth(l10n: L10n, f: Firing) -> str:
    verdict = l10n.say(words.VERDICTS[f.verdict])
    if f.raised[-1].sure:
        return l10n.say("{verdict}: whole interval beyond", verdict=verdict)
    if not f.after:
        return verdict
    beyond, known = (l10n.number(n) for n in (sum(m.over for m in f.after), len(f.after)))
    return l10n.say("{verdict}: {k} of the next {n} beyond", verdict=verdict, k=beyond, n=known)
